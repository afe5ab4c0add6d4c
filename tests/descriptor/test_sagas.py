"""Sagas that cannot work are faults at the line that made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import ENVIRONMENT, write_project

if TYPE_CHECKING:
    from pathlib import Path

REALISED = ENVIRONMENT.replace("providers: {", "providers: {saga: argo-workflows, ")

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
services:
  stock:
    type: service
    image: example/stock:1.0
    listens: {http: {port: 8080}}
  feed:
    type: service
    image: example/feed:1.0
    listens: {grpc: {port: 9090, protocol: grpc}}
  wide:
    type: service
    image: example/wide:1.0
    listens: {http: {port: 8080}, admin: {port: 9000}}
sagas:
"""

BANK = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: bank
owners: {email: bank@example.com}
services:
  accounts:
    type: service
    image: example/accounts:1.0
    listens: {http: {port: 8080}}
    open_to: [AUDIENCE]
"""


def faults(root: Path, sagas: str, *, environment: str = REALISED, audience: str = "") -> list[str]:
    """Load a project with these sagas; return its faults."""
    write_project(root, f"{TEAM}  {sagas}\n", BANK.replace("AUDIENCE", audience), environment=environment)
    try:
        load_project(root)
    except DescriptorFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_the_saga_that_these_tests_break_is_sound(tmp_path: Path) -> None:
    sound = "order: {steps: [{name: a, calls: stock, compensation: {calls: stock}}, {name: b, calls: stock}]}"
    assert faults(tmp_path, sound) == []


BROKEN = {
    "order: {steps: [{name: a, calls: stok}]}": "sagas.order.steps[0].calls: given 'stok'; expected a service of this "
    "team, or team/service; did you mean stock?",
    "order: {steps: [{name: a, calls: stock, compensation: {calls: stck}}, {name: b, calls: stock}]}": (
        "steps[0].compensation.calls: given 'stck'"
    ),
    "order: {steps: [{name: a, calls: bank/accounts}]}": "bank can add open_to: [shop/order]",
    "order: {steps: [{name: a, calls: wide}]}": "given no port; expected one of admin, http; add port:",
    "order: {steps: [{name: a, calls: wide, port: htp}]}": "steps[0].port: given 'htp'",
    "order: {steps: [{name: a, calls: feed}]}": "the port speaks grpc; a step is a request over http",
    "order: {steps: [{name: a, calls: stock}, {name: a, calls: stock}]}": "steps[1].name: given 'a'; another step has",
    "order: {steps: [{name: a, calls: stock, compensation: {calls: stock}}]}": (
        "no step comes after this one, so it is never undone; remove it"
    ),
    "order: {timeout: 10s, steps: [{name: a, calls: stock}]}": (
        "sagas.order.timeout: given 10s; expected at least 108s, which all attempts and compensations can take"
    ),
    "order: {steps: [{name: a, calls: stock, timeout: 16m}]}": "steps[0].timeout: given 16m; expected at most 15m",
    "order: {steps: [{name: a, calls: stock, idempotency_key: '{step}'}]}": "an idempotency key needs {execution}",
    "order: {steps: [{name: a, calls: stock, idempotency_key: '{execution} {x}'}]}": (
        "letters, digits, _ . : / - and the words {saga}, {execution} and {step}"
    ),
    "order: {steps: [{name: a, calls: stock, idempotency_key: 'k{execution}'}, "
    "{name: b, calls: stock, idempotency_key: 'k{execution}'}]}": "step a makes the same keys; add {step}",
    "order: {steps: [{name: a, calls: stock, retrys: 2}]}": "retries",
    "stock: {steps: [{name: a, calls: stock}]}": "sagas.stock: given 'stock'; a service of the team has this name",
    "order: {steps: [{name: a, calls: stock}, {name: b, invokes: f}]}": (
        "it calls services and invokes functions, which nobody does in one; make it all of one kind"
    ),
    "order: {steps: [{name: a}]}": "give exactly one of calls and invokes",
    "order: {steps: [{name: a, invokes: stock}]}": (
        "steps[0].invokes: given 'stock'; expected one of the team's functions (there is none)"
    ),
    "order: {steps: [{name: a, invokes: f, path: /x}]}": "port, method and path belong to calls",
    "order: {steps: []}": "a saga has at least one step and at most 50",
}


@pytest.mark.parametrize(("sagas", "expected"), BROKEN.items())
def test_what_cannot_work_is_told_where_it_stands(tmp_path: Path, sagas: str, expected: str) -> None:
    found = [fault for fault in faults(tmp_path, sagas) if expected in fault]
    assert found
    assert all(fault.startswith("stacks/teams/shop.yaml:1") for fault in found), "at the line that made it"


def test_another_team_opens_a_service_to_a_saga_by_its_name(tmp_path: Path) -> None:
    calling = "order: {steps: [{name: a, calls: bank/accounts}]}"
    assert faults(tmp_path, calling, audience="shop/order") == []


def test_a_service_open_to_a_saga_that_does_not_exist_is_a_fault_with_the_near_miss(tmp_path: Path) -> None:
    sound = "order: {steps: [{name: a, calls: stock}]}"
    assert "did you mean shop/order?" in "\n".join(faults(tmp_path, sound, audience="shop/ordr"))


def test_a_saga_where_nobody_realises_sagas_is_a_fault_of_the_environment(tmp_path: Path) -> None:
    found = faults(tmp_path, "order: {steps: [{name: a, calls: stock}]}", environment=ENVIRONMENT)
    assert "local.yaml" in found[0]
    assert "shop/sagas.order needs saga and nobody realises it here; add saga:" in found[0]
