"""The grammar of references, and that the table of outputs covers every engine and kind of topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.descriptor import references
from pavedroad.descriptor.references import OutputReference, ReferenceSyntaxError, split_references
from pavedroad.descriptor.stores import ENGINES


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", ("plain",)),
        ("", ("",)),
        ("$5 and $HOME", ("$5 and $HOME",)),
        ("$${literal}", ("${literal}",)),
        ("${pod.name}", (OutputReference("pod", "", "name"),)),
        (
            "http://${stores.db.host}:${stores.db.port}/",
            (
                "http://",
                OutputReference("stores", "db", "host"),
                ":",
                OutputReference("stores", "db", "port"),
                "/",
            ),
        ),
        ("${calls.team/service.url}", (OutputReference("calls", "team/service", "url"),)),
        ("a$${b}${environment.tier}c", ("a${b}", OutputReference("environment", "", "tier"), "c")),
    ],
)
def test_text_is_split_into_literals_and_references(text: str, pieces: tuple[object, ...]) -> None:
    assert split_references(text) == pieces


@pytest.mark.parametrize(
    "text", ["${", "${}", "${HOME}", "${stores.db}", "${stores..host}", "${calls.x.}", "a ${b"]
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ReferenceSyntaxError):
        split_references(text)


@given(st.text(max_size=60))
def test_text_without_references_comes_back_once_escaped(text: str) -> None:
    assert (
        "".join(map(str, split_references(text.replace("${", "$${")))) == text.replace("$${", "${")
        or "$$" in text
    )


def test_a_reference_reads_as_it_is_written() -> None:
    for text in ("${stores.db.host}", "${calls.a/b.url}", "${pod.ip}"):
        assert str(split_references(text)[0]) == text


def test_every_engine_and_kind_of_topic_has_documented_outputs() -> None:
    assert tuple(references.STORE_OUTPUTS) == ENGINES
    kinds = {"kafka", "queue", "exchange", "stream", "sqs", "sns"}
    assert references.PUBLISH_OUTPUTS.keys() == references.SUBSCRIBE_OUTPUTS.keys() == kinds
    tables = [
        *references.STORE_OUTPUTS.values(),
        *references.PUBLISH_OUTPUTS.values(),
        references.CALL_OUTPUTS,
    ]
    assert all(output.description for table in tables for output in table)


def test_passwords_and_keys_are_marked_secret() -> None:
    named = ("password", "secret_access_key", "access_key_id")
    tables = [*references.STORE_OUTPUTS.values(), *references.PUBLISH_OUTPUTS.values()]
    assert all(output.secret for table in tables for output in table if output.name in named)
