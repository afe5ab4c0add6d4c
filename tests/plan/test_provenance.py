"""Choices: the first source that says anything wins, and is written down."""

from __future__ import annotations

import pytest

from pavedroad.plan.provenance import Scope, Trace

PATH = ("orders", "services", "orders")
OVERRIDE = (*PATH, "environments", "prod")


@pytest.fixture
def scope() -> Scope:
    return Scope(Trace(), PATH, OVERRIDE)


@pytest.mark.parametrize(
    ("said", "value", "source", "written_at"),
    [
        ({"default": 1}, 1, "default", None),
        ({"default": 1, "tier": 2}, 2, "tier", None),
        (
            {"tier": 2, "environment": 3, "environment_path": ("prod", "x")},
            3,
            "environment",
            ("prod", "x"),
        ),
        ({"environment": 3, "given": 4}, 4, "descriptor", (*PATH, "scale", "min")),
        ({"given": 4, "override": 5}, 5, "descriptor", (*OVERRIDE, "scale", "min")),
        ({"default": 1, "given": 0}, 0, "descriptor", (*PATH, "scale", "min")),
    ],
)
def test_the_nearest_source_wins_and_is_recorded(
    scope: Scope,
    said: dict[str, object],
    value: int,
    source: str,
    written_at: tuple[str, ...] | None,
) -> None:
    assert scope.choose("scale.min", **said) == value  # type: ignore[arg-type]  # each case names its own sources
    origin = scope.trace.origins[*PATH, "scale", "min"]
    assert (origin.value, origin.source, origin.written_at) == (value, source, written_at)


def test_a_scope_further_inside_has_both_paths_extended(scope: Scope) -> None:
    scope.at("stores", "ledger").choose("size", override="large", given="small")
    origin = scope.trace.origins[*PATH, "stores", "ledger", "size"]
    assert origin.written_at == (*OVERRIDE, "stores", "ledger", "size")


def test_a_choice_that_nothing_decides_is_an_error_naming_it(scope: Scope) -> None:
    with pytest.raises(LookupError, match=r"orders\.services\.orders\.size"):
        scope.choose("size", given=None)
