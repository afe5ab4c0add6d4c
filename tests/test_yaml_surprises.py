"""YAML that would stall or mislead its reader is refused, and everything else is read as it stands."""

import pytest
import yaml

from pavedroad.testing import RecordingError
from pavedroad.testing.kubernetes_yaml import decoded_yaml
from pavedroad.yaml_surprises import DEEPEST, read_yaml, read_yaml_documents

REFUSED = {
    "a: 1\na: 2": "a key that stands there twice",
    "a: {b: 1, b: 2}": "a key that stands there twice",
    "[" * (DEEPEST + 1): "nested deeper than 200 levels",
    "a: &a [*a]": "an alias that stands for what it is part of",
    "a: 2026-02-30": "a value that is not what it looks like",
    "a: !!bool maybe": "a value that is not what it looks like",
    "a: !!int ''": "a value that is not what it looks like",
    "a: !!timestamp soon": "a value that is not what it looks like",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_surprise_is_refused(text: str) -> None:
    for read in (read_yaml, read_yaml_documents):
        with pytest.raises(yaml.YAMLError, match=REFUSED[text]):
            read(text)
    with pytest.raises(RecordingError, match=REFUSED[text]) as caught:
        decoded_yaml({"text": text})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("", []),
        ("# nothing", []),
        ("a: &a [1]\nb: *a", [{"a": [1], "b": [1]}]),
        ("[" * DEEPEST + "]" * DEEPEST, None),
        ("a: 1\n---\na: 2", [{"a": 1}, {"a": 2}]),
    ],
)
def test_what_is_no_surprise_is_read(text: str, documents: list[object] | None) -> None:
    found = read_yaml_documents(text)
    assert documents is None or found == documents


def test_one_document_is_expected_where_one_is_asked_for() -> None:
    assert read_yaml("a: 1") == {"a": 1}
    assert read_yaml("") is None
    with pytest.raises(yaml.YAMLError, match="several documents, where one is expected"):
        read_yaml("a: 1\n---\na: 2")
