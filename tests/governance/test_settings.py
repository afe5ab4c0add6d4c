"""Settings are typed, described and read with every fault at once."""

import pytest

from pavedroad.governance import Settings, SettingsError, setting
from pavedroad.governance.settings import json_schema, read


class Limits(Settings):
    most_replicas: int = setting(3, "The most replicas.")
    ratio: float = setting(1.5, "How much more.")
    strict: bool = setting(False, "Whether to be strict.")
    kept_names: tuple[str, ...] = setting(("a",), "Names that are kept.")
    version: str | None = setting(None, "The version.")


def test_each_field_is_described_by_its_configured_name() -> None:
    assert json_schema(Limits()) == {
        "mostReplicas": {"type": "integer", "description": "The most replicas.", "default": 3},
        "ratio": {"type": "number", "description": "How much more.", "default": 1.5},
        "strict": {"type": "boolean", "description": "Whether to be strict.", "default": False},
        "keptNames": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Names that are kept.",
            "default": ["a"],
        },
        "version": {"type": ["string", "null"], "description": "The version.", "default": None},
    }


def test_what_is_given_is_set_and_the_rest_stays() -> None:
    found = read(Limits(), {"mostReplicas": 5, "ratio": 2, "keptNames": ["x", "y"], "version": "1"})
    assert found == Limits(most_replicas=5, ratio=2, kept_names=("x", "y"), version="1")


def test_a_whole_number_that_arrives_as_a_float_is_one() -> None:
    """The engine hands every number of a configuration over as a float."""
    assert read(Limits(), {"mostReplicas": 5.0}) == Limits(most_replicas=5)


def test_every_fault_is_told_at_once_without_the_value() -> None:
    given = {
        "most": 1,
        "mostReplicas": "canary",
        "strict": 1,
        "keptNames": "canary",
        "version": 3,
        "ratio": True,
    }
    with pytest.raises(SettingsError) as raised:
        read(Limits(), given)
    assert str(raised.value).splitlines() == [
        "there is no setting 'most'; there are: mostReplicas, ratio, strict, keptNames, version",
        "mostReplicas must be a whole number",
        "strict must be true or false",
        "keptNames must be a list, each of it a text",
        "version must be a text or null",
        "ratio must be a number",
    ]
    assert "canary" not in str(raised.value)


def test_settings_are_values() -> None:
    assert Limits(strict=True) == Limits(strict=True) != Limits()
    assert len({Limits(), Limits(), Limits(ratio=2.0)}) == 2
    with pytest.raises(AttributeError, match="Limits cannot be changed; make another"):
        Limits().strict = True  # type: ignore[misc]  # what must not be done
    with pytest.raises(TypeError, match="Limits has no most"):
        Limits(most=3)  # type: ignore[call-arg]  # as above


def test_settings_may_build_on_others_and_have_their_types_written_as_texts() -> None:
    class Narrower(Limits):
        least_replicas: "int" = setting(1, "The least replicas.")

    assert list(json_schema(Narrower())) == [*json_schema(Limits()), "leastReplicas"]
    assert read(Narrower(), {"leastReplicas": 2, "mostReplicas": 4}) == Narrower(
        least_replicas=2, most_replicas=4
    )
