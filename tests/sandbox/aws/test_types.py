"""Every type of the tables, by its example: made, read, changed, replaced, drifted and deleted, against moto."""

from typing import Any

import pytest

from pavedroad.sandbox.aws import table
from pavedroad.sandbox.aws.comparing import revealed
from pavedroad.sandbox.provider.comparing import Comparison
from pavedroad.sandbox.provider.diff import pruned
from pavedroad.sandbox.provider.properties import Properties
from tests.sandbox.aws.worlds import EXAMPLES, REGION, Made, World


def having(*words: str) -> pytest.MarkDecorator:
    """The types whose example has some parts."""
    tokens = [token for token, example in EXAMPLES.items() if all(word in example for word in words)]
    return pytest.mark.parametrize("token", tokens)


def edited(world: World, made: Made, edit: dict[str, Any]) -> tuple[Properties, Comparison]:
    """The inputs with an edit, and what differs."""
    token = made.resource.urn.split("$")[1].partition("::")[0]
    news = made.resource.check(world.inputs(token, edit), made.inputs)
    return news, made.resource.diff(made.outputs, made.inputs, news)


def changes(found: Comparison) -> set[str]:
    return {str(each.path[0]) for each in found.differences}


def test_every_type_has_an_example_and_every_example_a_type() -> None:
    aliases = {"aws:s3/bucketV2:BucketV2"}
    tokens = {token for module in table.modules() for token in table.tokens(module)}
    assert {token for token in tokens if not token.endswith("V2")} == EXAMPLES.keys()
    assert aliases <= tokens


@having("inputs")
def test_what_was_made_is_read_back_as_it_was_declared(token: str, world: World) -> None:
    made = world.make(token)
    assert made.resource.diff(made.outputs, made.inputs, made.inputs).differences == ()
    assert made.resource.read(made.resource_id, made.outputs, made.inputs) == (made.outputs, made.inputs)
    for name, value in made.inputs.items():
        assert name.startswith("__") or pruned(revealed(made.outputs[name]), value) == value


@having("change")
def test_an_edit_is_made_in_place_and_leaves_no_difference(token: str, world: World) -> None:
    made = world.make(token)
    news, found = edited(world, made, EXAMPLES[token]["change"])
    assert found.replaces == ()
    assert changes(found) == EXAMPLES[token]["change"].keys()
    outputs = made.resource.update(made.resource_id, made.outputs, made.inputs, news)
    assert made.resource.diff(outputs, news, news).differences == ()
    assert made.resource.read(made.resource_id, outputs, news) == (outputs, news)


@having("replace")
def test_an_edit_that_aws_cannot_make_in_place_takes_a_new_resource(token: str, world: World) -> None:
    made = world.make(token)
    _, found = edited(world, made, EXAMPLES[token]["replace"])
    assert {path.partition(".")[0].partition("[")[0] for path in found.replaces} == EXAMPLES[token][
        "replace"
    ].keys()


@having("drift")
def test_a_change_behind_its_back_is_seen_and_mended(token: str, world: World) -> None:
    drift = EXAMPLES[token]["drift"]
    made = world.make(token, drift.get("declare"))
    call = world.resolved(drift["parameters"], made.outputs)
    world.account.call(drift["service"], drift["call"], call, REGION)
    seen = made.resource.read(made.resource_id, made.outputs, made.inputs)
    assert seen is not None
    outputs, inputs = seen
    assert changes(made.resource.diff(outputs, inputs, made.inputs)) == {drift["shows"]}
    mended = made.resource.update(made.resource_id, outputs, inputs, made.inputs)
    assert mended[drift["shows"]] == made.outputs[drift["shows"]]


@having("inputs")
def test_what_is_deleted_is_gone_and_may_be_deleted_again(token: str, world: World) -> None:
    made = world.make(token)
    made.resource.delete(made.resource_id, made.outputs)
    gone = made.resource.read(made.resource_id, made.outputs, made.inputs) is None
    assert gone is not EXAMPLES[token].get("remains", False)
    made.resource.delete(made.resource_id, made.outputs)
