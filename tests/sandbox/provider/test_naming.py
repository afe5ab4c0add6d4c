"""Automatic names."""

import re
from typing import Any

import pytest

from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.naming import Autonaming, Proposal, unique_name, with_name, with_old_name
from pavedroad.sandbox.provider.properties import UNKNOWN

UNNAMED = {"kind": "ConfigMap", "metadata": {"labels": {"team": "shop"}}}
AUTONAMED = {"name": "settings-0a1b2c3d", "annotations": {"pulumi.com/autonamed": "true"}}


def test_an_automatic_name_is_the_logical_name_and_eight_hexadecimal_digits() -> None:
    named = with_name(UNNAMED, "settings", b"", None)
    assert re.fullmatch(r"settings-[0-9a-f]{8}", named["metadata"]["name"])
    assert named["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}
    assert named["metadata"]["labels"] == {"team": "shop"}


def test_an_object_without_metadata_is_named_as_well() -> None:
    assert "name" in with_name({"kind": "ConfigMap"}, "settings", b"", None)["metadata"]


def test_preview_and_update_agree_on_the_name_as_they_share_the_seed() -> None:
    assert unique_name("a-", b"seed") == unique_name("a-", b"seed") != unique_name("a-", b"other")


def test_names_without_a_seed_differ() -> None:
    assert unique_name("a-") != unique_name("a-")


@pytest.mark.parametrize("metadata", [{"name": "given"}, {"name": UNKNOWN}, {"generateName": "given-"}])
def test_a_given_name_is_kept(metadata: Any) -> None:
    assert with_name({"metadata": metadata}, "settings", b"", None) == {"metadata": metadata}


def test_unknown_metadata_cannot_be_named_yet() -> None:
    assert with_name({"metadata": UNKNOWN}, "settings", b"", None) == {"metadata": UNKNOWN}


@pytest.mark.parametrize("mode", [Autonaming.PROPOSE, Autonaming.ENFORCE])
def test_the_name_from_the_engines_configuration_is_used(mode: Any) -> None:
    assert (
        with_name(UNNAMED, "settings", b"", Proposal("dev-settings", mode))["metadata"]["name"]
        == "dev-settings"
    )


def test_automatic_names_can_be_forbidden() -> None:
    with pytest.raises(ProviderError, match=r"set metadata\.name"):
        with_name(UNNAMED, "settings", b"", Proposal("", Autonaming.DISABLE))


def test_an_update_keeps_the_automatic_name() -> None:
    assert with_old_name(UNNAMED, {"metadata": AUTONAMED})["metadata"]["name"] == "settings-0a1b2c3d"


def test_a_name_taken_out_of_the_program_is_not_kept() -> None:
    assert with_old_name(UNNAMED, {"metadata": {"name": "fixed"}}) == UNNAMED
