"""The stacks of this project are held to its own policies, as on the day on which the platform's exemptions were granted.

What `paved policy check` says, judged in this process: teams need no exemption anywhere, and the platform's are few.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
import yaml

from pavedroad.descriptor import load_project as load_descriptors
from pavedroad.governance import Enforcement, Verdict
from pavedroad.policy import Judged, Subject, check
from pavedroad.policy import environments as gathering
from pavedroad.preview.project import load_project
from tests.support.environments import ROOT
from tests.support.projects import copy_sources

AS_OF = date(2026, 11, 23)
"""Judged on a fixed day: exemptions run out, and a test must not fail because nobody renewed one."""

ENVIRONMENTS = ["local", "staging", "production", "account"]
TEAMS = sorted(load_descriptors(ROOT).teams)

EXEMPT = {
    ("namespaces-enforce-pod-security", "istio-cni"),
    ("namespaces-enforce-pod-security", "node-agents"),
    ("namespaces-in-the-mesh", "cert-manager"),
    ("namespaces-in-the-mesh", "cnpg-system"),
    ("namespaces-in-the-mesh", "envoy-gateway-system"),
    ("network-policies-not-from-everywhere", "gateways/gateway-public.from.anywhere"),
    ("network-policies-not-to-everywhere", "cert-manager/cert-manager.to.anywhere"),
    ("network-policies-not-to-everywhere", "egress/egress.to.anywhere"),
    *(
        (control, "node-agents/node-exporter")
        for control in (
            "host-paths-among-the-allowed",
            "host-paths-not-of-the-system",
            "pods-off-the-control-plane",
            "pods-without-host-paths",
            "runtime-sockets-not-mounted",
            "volumes-of-core-kinds",
        )
    ),
    *(
        (control, "node-agents/node-agent")
        for control in (
            "containers-not-user-zero",
            "containers-run-as-non-root",
            "host-path-mounts-read-only",
            "host-paths-among-the-allowed",
            "pods-off-the-control-plane",
            "pods-without-host-paths",
            "volumes-of-core-kinds",
        )
    ),
    ("workloads-run-enough-replicas", "observability/jaeger"),
    ("workloads-run-enough-replicas", "observability/loki"),
}
"""What the platform itself may break in production, by control and name."""

EXEMPT_IN_AN_ACCOUNT = EXEMPT - {("namespaces-in-the-mesh", "cnpg-system")} | {
    ("namespaces-in-the-mesh", "karpenter"),
    ("workloads-run-enough-replicas", "observability/cloudwatch-exporter"),
}
"""The same where AWS runs the databases, and nodes come as they are needed."""


@cache
def project() -> Path:
    """Return a copy of the project with a stack for each team, and a staging environment: production in another tier."""
    root = Path(mkdtemp())
    copy_sources(root)
    folder = root / "stacks" / "environments"
    text = (folder / "production.yaml").read_text(encoding="utf-8")
    text = text.replace("environment: production", "environment: staging").replace(
        "tier: production", "tier: staging"
    )
    (folder / "staging.yaml").write_text(text, encoding="utf-8")
    (folder / "account.yaml").write_text(_account(folder), encoding="utf-8")
    for stack in ("staging", "account", *(f"production.{team}" for team in TEAMS)):
        (root / "stacks" / "config" / f"Pulumi.{stack}.yaml").write_text("config: {}\n", encoding="utf-8")
    return root


def _account(folder: Path) -> str:
    """Return the file of a production environment in an AWS account, with everything that the sandbox's uses."""
    content = yaml.safe_load((folder / "aws-sandbox.yaml").read_text(encoding="utf-8"))
    production = yaml.safe_load((folder / "production.yaml").read_text(encoding="utf-8"))
    del content["teams"]
    content |= {"environment": "account", "tier": "production", "certificates": production["certificates"]}
    content["aws"] |= {"sandbox": False, "network": {"cidr": "10.60.0.0/16"}}
    exemptions = [each for each in production["exemptions"] if each["name"] != "cnpg-system"]
    ready = next(each for each in exemptions if each["name"] == "cert-manager")
    reason = "nodes must come while the mesh is down; it speaks to the API server and to AWS alone, over TLS"
    once = next(each for each in exemptions if each["name"] == "loki")
    cost = "AWS asks money for each measurement, and two exporters would ask for each twice"
    content["exemptions"] = [
        *exemptions,
        {**ready, "name": "karpenter", "reason": reason},
        {**once, "kind": "Deployment", "name": "cloudwatch-exporter", "reason": cost},
    ]
    return json.dumps(content, default=str)


@cache
def subject(stack: str) -> Subject:
    """Return what is judged of an environment or a slice."""
    read = load_project(project())
    return gathering.here(read, gathering.Group(stack, (stack,), whole="." not in stack))


@cache
def judged(stack: str) -> Judged:
    """Return all that the pack says about an environment or a slice."""
    return check(project() / "policies", subject(stack), as_of=AS_OF)


def said(stack: str, *verdicts: Verdict) -> set[tuple[str, str]]:
    """Return which mandatory control says one of these verdicts about what."""
    return {
        (each.finding.control, each.finding.name)
        for each in judged(stack).judgements
        if each.enforcement is Enforcement.MANDATORY and each.finding.verdict in verdicts
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_mandatory_control_holds(environment: str) -> None:
    assert said(environment, Verdict.FAIL) == set()
    assert len(judged(environment).judgements) > 5000, "an empty environment proves nothing"


@pytest.mark.parametrize("team", TEAMS)
def test_a_teams_slice_alone_needs_no_exemption(team: str) -> None:
    stack = f"production.{team}"
    assert said(stack, Verdict.FAIL, Verdict.EXEMPT) == set()
    assert len(said(stack, Verdict.PASS)) > 100


def test_no_team_asks_for_an_exemption() -> None:
    assert [name for name, team in load_descriptors(ROOT).teams.items() if team.exemptions] == []


@pytest.mark.parametrize(
    ("environment", "exempt"),
    [
        ("local", set()),
        ("staging", EXEMPT),
        ("production", EXEMPT),
        ("account", EXEMPT_IN_AN_ACCOUNT),
    ],
)
def test_the_platforms_exemptions_are_exactly_these(environment: str, exempt: set[tuple[str, str]]) -> None:
    found = {
        (each.finding.control, each.finding.name)
        for each in judged(environment).judgements
        if each.finding.verdict is Verdict.EXEMPT
    }
    assert found == exempt


def test_an_exemption_that_nobody_renews_is_a_failure_later() -> None:
    late = check(project() / "policies", subject("production"), as_of=date(2027, 2, 22))
    failing = {
        (each.finding.control, each.finding.name)
        for each in late.judgements
        if each.blocks and each.finding.control != "exemptions-exact"
    }
    assert failing == EXEMPT
