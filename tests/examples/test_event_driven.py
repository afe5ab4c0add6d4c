"""The example of events, functions and sagas: it fits together on both targets, and keeps every control there."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.descriptor import load_project
from pavedroad.governance import Enforcement, Verdict
from pavedroad.plan.resolve import resolve
from pavedroad.policy import check
from pavedroad.policy import environments as gathering
from pavedroad.preview.project import load_project as load_program
from tests.support.declaring import declared
from tests.support.environments import ROOT
from tests.support.projects import copy_sources
from tests.support.sagas import walk_states, walk_workflow

if TYPE_CHECKING:
    from pavedroad.plan.environment import EnvironmentPlan
    from tests.support.declaring import Declared

EXAMPLE = ROOT / "examples" / "event-driven"
STATEMENT = "account_mailroom_statement_saga"

PLATFORMS_OWN = {
    ("environment-certificates-trusted", "account"),
    ("namespaces-enforce-pod-security", "istio-cni"),
    ("namespaces-in-the-mesh", "cert-manager"),
    ("namespaces-in-the-mesh", "envoy-gateway-system"),
    ("namespaces-in-the-mesh", "karpenter"),
    ("network-policies-not-to-everywhere", "egress/egress.to.anywhere"),
}
"""What this project's own production environment exempts, or names, and the example leaves out."""

IN_PRODUCTION = {
    "tier: local": "tier: production",
    "{kind: sandbox}": "{kind: existing, kubeconfig: kubeconfig, api_server: 10.0.0.1/32:6443}",
    "{provider: kubernetes, namespace: vault}": "{provider: vault, server: https://vault.example.com, path: secret}",
}
ON_KNATIVE = ("claims", "functions", "knative-eventing", "knative-operator", "knative-serving")
"""Namespaces of functions in a cluster, and of what runs them."""

WATCHING = {"node-agents", "observability"}
"""Where that environment exempts what must see a node, control by control."""


@cache
def plan(environment: str) -> EnvironmentPlan:
    project = load_project(EXAMPLE)
    return resolve(project.teams, project.environments[environment], project.files)


@cache
def objects(environment: str) -> Declared:
    return declared(plan(environment))


def of(environment: str, type_: str) -> dict[str, dict[str, Any]]:
    """Return the declared resources of a type, by logical name."""
    return {name: one for (kind, name), one in objects(environment).items() if kind == type_}


@cache
def project() -> Path:
    """Return a copy of the project with the example in the place of its own stacks, in production and a real account."""
    root = Path(mkdtemp())
    copy_sources(root, EXAMPLE)
    account = root / "stacks" / "environments" / "account.yaml"
    text = account.read_text(encoding="utf-8")
    real = "".join(line for line in text.splitlines(keepends=True) if "sandbox: true" not in line)
    account.write_text(real.replace("tier: development", "tier: production"), encoding="utf-8")
    (root / "stacks" / "config" / "Pulumi.account.yaml").write_text("config: {}\n", encoding="utf-8")
    return root


def test_in_production_nothing_fails_but_what_a_platform_exempts_itself() -> None:
    group = gathering.Group("account", ("account",), whole=True)
    subject = gathering.here(load_program(project()), group)
    judgements = check(project() / "policies", subject, as_of=date(2026, 11, 23)).judgements
    mandatory = [each.finding for each in judgements if each.enforcement is Enforcement.MANDATORY]
    failing = {(each.control, each.name) for each in mandatory if each.verdict is Verdict.FAIL}
    watching = {(control, name) for control, name in failing if name.split("/")[0] in WATCHING}
    exempted = {one.control for one in load_project(ROOT).environments["production"].exemptions}
    assert failing - watching == PLATFORMS_OWN
    assert {control for control, _ in watching} <= exempted
    assert len(mandatory) > 1000, "an empty environment proves nothing"


@pytest.mark.parametrize("environment", ["local", "account"])
def test_an_order_that_fails_late_is_undone_from_the_last_step_to_the_first(environment: str) -> None:
    template = of(environment, "kubernetes:argoproj.io/v1alpha1:WorkflowTemplate")["shop/order"]
    walk = walk_workflow(template["spec"], {"do-send"})
    assert walk.ran == ["do-reserve", "do-pay", "do-send", "undo-pay", "undo-reserve"]
    assert walk.outcome == "Failed"


def test_a_statement_that_cannot_be_charged_is_opened_again() -> None:
    machine = of("account", "aws:sfn/stateMachine:StateMachine")[STATEMENT]
    definition = json.loads(machine["definition"])
    walk = walk_states(definition, {"do-charge"})
    assert walk.ran == ["do-close", "do-charge", "undo-close"]
    assert walk.outcome == "Undone"
    walk = walk_states(definition, {"do-announce"})
    assert walk.ran == ["do-close", "do-charge", "do-announce", "undo-charge", "undo-close"]
    assert walk.outcome == "Undone"


def test_a_letter_goes_to_the_queue_of_every_subscriber_and_runs_those_that_are_functions() -> None:
    subscribed = of("account", "aws:sns/topicSubscription:TopicSubscription").values()
    queues = {one["endpoint"] for one in subscribed if one["protocol"] == "sqs"}
    mappings = of("account", "aws:lambda/eventSourceMapping:EventSourceMapping").values()
    run = {one["eventSourceArn"]: one["functionName"].split(":")[-2] for one in mappings}
    functions = {"account_mailroom_print", "account_mailroom_mail"}
    assert {run[queue] for queue in queues if queue in run} == functions
    (other,) = queues - run.keys()
    assert other.endswith(":account_mailroom_archive_mailroom_letters"), "a worker polls its own"


def test_on_a_cluster_alone_nothing_is_in_an_account() -> None:
    assert {team.name for team in plan("local").teams} == {"claims", "shop"}
    assert not [type_ for type_, _ in objects("local") if type_.startswith("aws:")]


def test_a_settlement_that_cannot_be_told_is_retracted_in_the_cluster_too() -> None:
    template = of("local", "kubernetes:argoproj.io/v1alpha1:WorkflowTemplate")["claims/settlement"]
    walk = walk_workflow(template["spec"], {"do-tell"})
    assert walk.ran == ["do-assess", "do-settle", "do-tell", "undo-settle"]
    assert walk.outcome == "Failed"


def test_in_the_cluster_functions_keep_every_mandatory_control_of_production() -> None:
    root = Path(mkdtemp())
    copy_sources(root, EXAMPLE)
    local = root / "stacks" / "environments" / "local.yaml"
    text = local.read_text(encoding="utf-8")
    for said, in_production in IN_PRODUCTION.items():
        assert said in text
        text = text.replace(said, in_production)
    local.write_text(text, encoding="utf-8")
    subject = gathering.here(load_program(root), gathering.Group("local", ("local",), whole=True))
    judgements = check(root / "policies", subject, as_of=date(2026, 11, 23)).judgements
    mandatory = [each.finding for each in judgements if each.enforcement is Enforcement.MANDATORY]
    mine = [one for one in mandatory if one.name.split("/")[0] in ON_KNATIVE]
    assert {(one.control, one.name) for one in mine if one.verdict is Verdict.FAIL} == set()
    assert len(mine) > 200, "an empty environment proves nothing"
