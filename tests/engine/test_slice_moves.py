"""What of a single stack belongs to which slice, and what an interrupted move left in both."""

from typing import Any

import pytest

from pavedroad.engine.errors import SplitError
from pavedroad.engine.slice_moves import (
    Move,
    SliceProgram,
    doubled,
    is_empty,
    moves,
    renamed,
    with_outputs,
    without,
)

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}


def urn(name: str, kind: str = "shop:things:Thing", stack: str = "prod") -> str:
    return f"urn:pulumi:{stack}::shop::{kind}::{name}"


STACK = urn("shop-prod", "pulumi:pulumi:Stack")
PROVIDER = urn("main", "pulumi:providers:kubernetes")


def resource(name: str, *, parent: str = STACK, identity: str = "", **facts: Any) -> dict[str, Any]:
    facts |= {"id": identity} if identity else {}
    return {"urn": urn(name), "type": "shop:things:Thing", "parent": parent, **facts}


def deployment(*resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    stack = {"urn": STACK, "type": "pulumi:pulumi:Stack", **({"outputs": outputs} if outputs else {})}
    provider = {"urn": PROVIDER, "type": "pulumi:providers:kubernetes", "parent": STACK, "id": "1"}
    return {"manifest": {}, "resources": [stack, provider, *resources]}


def in_slice(stack: str, given: dict[str, Any]) -> dict[str, Any]:
    return {
        **given,
        "resources": [{**each, "urn": renamed(each["urn"], stack)} for each in given["resources"]],
    }


def program(stack: str, *names: str, **facts: Any) -> SliceProgram:
    facts = {"outputs": {}, **facts}
    return SliceProgram(stack=stack, urns={urn(name, stack=stack) for name in names}, **facts)


PLATFORM, ORDERS = program("prod.platform", "foundation"), program("prod.orders", "orders")
WHOLE = deployment(
    resource("foundation"),
    resource("gateway", parent=urn("foundation"), identity="gateways/public"),
    resource("orders"),
    resource("store", parent=urn("orders")),
    resource("volume", parent=urn("store"), identity="orders/volume", dependencies=[urn("gateway")]),
)
TO_ORDERS = Move(program=ORDERS, roots=(urn("orders"),), resources=3)


def test_everything_goes_with_what_it_stands_below_to_the_slice_whose_program_declares_that() -> None:
    to_platform = Move(program=PLATFORM, roots=(urn("foundation"),), resources=2)
    assert moves("prod", WHOLE, [PLATFORM, ORDERS]) == (to_platform, TO_ORDERS)


def test_a_slice_that_nothing_stands_in_yet_gets_no_move() -> None:
    stacks = [
        move.program.stack for move in moves("prod", WHOLE, [PLATFORM, ORDERS, program("prod.new", "new")])
    ]
    assert stacks == ["prod.platform", "prod.orders"]


def test_what_no_slice_declares_is_refused_by_name_and_with_the_way_out() -> None:
    with pytest.raises(
        SplitError, match=r"prod holds what no slice declares: shop:things:Thing orders; .*paved up"
    ):
        moves("prod", WHOLE, [PLATFORM])


def test_what_two_slices_declare_is_refused() -> None:
    with pytest.raises(SplitError, match=r"several slices declare .*: shop:things:Thing orders"):
        moves("prod", WHOLE, [PLATFORM, ORDERS, program("prod.other", "orders")])


def test_an_untouched_slice_has_nothing_of_the_single_stack() -> None:
    assert doubled(WHOLE, in_slice("prod.orders", deployment()), TO_ORDERS) == frozenset()


def test_what_an_interrupted_move_left_twice_is_found_whole() -> None:
    moved = in_slice("prod.orders", deployment(*WHOLE["resources"][4:]))
    assert doubled(WHOLE, moved, TO_ORDERS) == {urn("orders"), urn("store"), urn("volume")}


def test_another_thing_of_the_same_name_in_the_slice_is_refused() -> None:
    other = resource("volume", parent=urn("store"), identity="orders/another")
    made_anew = in_slice("prod.orders", deployment(resource("orders"), resource("store"), other))
    with pytest.raises(SplitError, match=r"volume stands in prod\.orders too, as another thing"):
        doubled(WHOLE, made_anew, TO_ORDERS)


def test_what_is_taken_out_is_named_by_nothing_that_stays() -> None:
    pinned = resource(
        "pinned",
        dependencies=[urn("orders"), urn("foundation")],
        propertyDependencies={"name": [urn("orders")], "size": None},
        deletedWith=urn("orders"),
        replaceWith=[urn("orders")],
    )
    (*_, last) = without(deployment(pinned, resource("orders")), {urn("orders")})["resources"]
    assert last == resource(
        "pinned",
        dependencies=[urn("foundation")],
        propertyDependencies={"name": [], "size": []},
        deletedWith="",
        replaceWith=[],
    )


def test_a_slice_gets_its_known_outputs_and_the_late_ones_that_the_single_stack_had() -> None:
    single = deployment(outputs={"vpc": "vpc-1", "token": SECRET, "teams": ["orders", "carts"]})
    one = program("prod.cloud", outputs={"teams": []}, late_outputs={"vpc", "token", "never-known"})
    (stack, *_) = with_outputs(in_slice("prod.cloud", deployment()), one, single)["resources"]
    assert stack["outputs"] == {"teams": [], "vpc": "vpc-1"}


def test_a_slice_that_has_outputs_keeps_them() -> None:
    there = in_slice("prod.cloud", deployment(outputs={"vpc": "vpc-2"}))
    assert with_outputs(there, program("prod.cloud", late_outputs={"vpc"}), WHOLE) == there


@pytest.mark.parametrize("given", [deployment(), {"manifest": {}}], ids=["providers alone", "never up"])
def test_a_stack_with_nothing_but_itself_and_providers_is_empty(given: dict[str, Any]) -> None:
    assert is_empty(given)
    assert not is_empty(WHOLE)
