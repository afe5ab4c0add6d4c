"""How much of what the field checks the pack's controls hold, measured against the field's catalogue.

The catalogue is read where it is and is no part of this project, nor are the third-party CRDs.
"""

import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policies.areas import RULES
from tests.support.crds import CRDS, require_crds

CATALOGUE = Path(__file__).parents[3] / "shared" / "reference" / "governance-controls.json"
LEAST_HELD = 0.95

NOT_APPLICABLE: Mapping[int, str] = {}
"""Rows about resources that no provider here has, each with a reason; a test looks for their types."""

NOT_HELD: Mapping[int, str] = {}
"""Rows that apply and that no control holds, each with a reason."""

_IN_CRD = re.compile(r"^ {4,8}kind: \"?(\w+)\"?$", re.MULTILINE)
_IN_SDK = re.compile(r'"(kubernetes|aws):([^":]+):(\w+)": "\w+"')


@cache
def catalogue() -> dict[int, Any]:
    if not CATALOGUE.is_file():
        pytest.skip(
            "the field's catalogue of controls is not here: shared/reference/governance-controls.json"
        )
    return {row["row"]: row for row in json.loads(CATALOGUE.read_text("utf-8"))}


@cache
def held() -> dict[int, set[str]]:
    rows: dict[int, set[str]] = {}
    for rule in RULES:
        for row in rule.control.rows:
            rows.setdefault(row, set()).add(rule.control.identifier)
    return rows


@cache
def kinds() -> frozenset[str]:
    """Name every kind that a program could declare, as the catalogue does, in lower case."""
    found = {"all", "descriptor", "namespaced", "stateful", "taggable"}
    for package in ("pulumi_kubernetes", "pulumi_aws"):
        for provider, module, kind in _IN_SDK.findall(_registrations(package)):
            area = module.partition("/")[0]
            found |= {kind} if provider == "kubernetes" else {f"{area}.{kind}", area}
    for file in CRDS.rglob("*"):
        if file.suffix == ".json":
            found.add(file.stem.split("_")[1])
        elif file.suffix == ".yaml":
            found |= set(_IN_CRD.findall(file.read_text("utf-8")))
    return frozenset(each.lower() for each in found)


def _registrations(package: str) -> str:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"the package {package} is not installed")
    return Path(found.origin).read_text("utf-8")


def declarable(resource: str) -> bool:
    """Say whether a program could declare what the catalogue calls ``resource``, where `*` stands for anything."""
    name = resource.lower()
    if name.startswith("*"):
        return any(kind.endswith(name[1:]) for kind in kinds())
    return name.removesuffix("*").removesuffix(".") in kinds()


def test_every_row_is_held_or_is_left_out_for_a_reason() -> None:
    accounted = held().keys() | NOT_APPLICABLE.keys() | NOT_HELD.keys()
    left = {number: row["control"] for number, row in catalogue().items() if number not in accounted}
    assert left == {}


def test_no_row_is_both_held_and_left_out() -> None:
    assert not held().keys() & (NOT_APPLICABLE.keys() | NOT_HELD.keys())
    assert not NOT_APPLICABLE.keys() & NOT_HELD.keys()


def test_at_least_95_of_100_rows_that_apply_are_held() -> None:
    applying = catalogue().keys() - NOT_APPLICABLE.keys()
    assert len(applying & held().keys()) >= LEAST_HELD * len(applying)


def test_controls_name_rows_that_there_are() -> None:
    assert held().keys() <= catalogue().keys()


def test_what_a_row_is_about_can_be_declared_unless_the_row_does_not_apply() -> None:
    require_crds()
    about = {
        number: [each for each in row["resources"] if declarable(each)] for number, row in catalogue().items()
    }
    assert {number for number, found in about.items() if not found} == set(NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("resource", "there"),
    [
        ("Pod*", True),
        ("PeerAuthentication", True),
        ("ec2.SecurityGroup", True),
        ("rds", True),
        ("guardduty.*", True),
        ("*Binding", True),
        ("qldb.Universe", False),
        ("Tiller", False),
    ],
)
def test_kinds_are_looked_for_in_the_installed_providers_and_the_custom_resources(
    resource: str, *, there: bool
) -> None:
    require_crds()
    assert declarable(resource) is there
