"""What a function in a cluster cannot have is a fault at the word that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import write_project

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: local
tier: local
clusters: {main: {kind: sandbox}}
providers: {function: knative, kafka: strimzi, rabbitmq: rabbitmq-operator, saga: argo-workflows}
secrets: {provider: kubernetes, namespace: vault}
"""

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
topics:
  events: {broker: kafka}
  jobs: {broker: rabbitmq, kind: queue}
services:
  web:
    type: worker
    image: example/web:1.0
    invokes: [charge]
    env: {CHARGE: "${invokes.charge.url}"}
  charge:
    type: function
"""


def faults(
    root: Path, *lines: str, environment: str = ENVIRONMENT, image: bool = True, **more: str
) -> list[str]:
    """Load a project with one function of these lines; return its faults."""
    text = more.get("team", TEAM) + "".join(
        f"    {line}\n" for line in (*(["image: example/charge:1.0"] if image else []), *lines)
    )
    write_project(root, text + more.get("after", ""), environment=environment)
    try:
        load_project(root)
    except DescriptorFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_the_function_that_these_tests_break_is_sound(tmp_path: Path) -> None:
    sound = (
        "schedule: 0 3 * * *",
        "publishes: [events]",
        "subscribes: {events: {}}",
        'env: {TOPIC: "${publishes.events.topic}", PASSWORD: "${publishes.events.password}"}',
        "secrets: {KEY: {vault: kv/shop, key: key}}",
        "rollout: {stable: 1, percent: 10}",
    )
    assert faults(tmp_path, *sound) == []


BROKEN = {
    "changes: {carts: {Items: {}}}": "services.charge.changes: given local runs functions on Knative; a cluster has no",
    "objects: {files: {}}": "services.charge.objects: given local runs functions on Knative; a cluster is not told",
    "subscribes: {jobs: {}}": "services.charge.subscribes.jobs: given a topic on rabbitmq; local runs functions on Knative",
    "http: {routes: [{path: /a}], issuer: https://id.example.com, audience: [a]}": "services.charge.http: given local",
    "starts: [pay]": "services.charge.starts",
    'env: {A: "${invokes.other.url}"}': "one of this function's invokes",
}


@pytest.mark.parametrize(("line", "message"), BROKEN.items())
def test_what_knative_cannot_give_is_refused_at_its_word(tmp_path: Path, line: str, message: str) -> None:
    assert [
        one for one in faults(tmp_path, line) if message in one and one.startswith("stacks/teams/shop.yaml:")
    ]


def test_an_archive_is_no_image(tmp_path: Path) -> None:
    archive = "archive: {bucket: code-bucket, key: a.zip, runtime: python3.13, handler: a.b}"
    (fault,) = faults(tmp_path, archive, image=False)
    assert "services.charge.archive" in fault
    assert "Knative runs images; give it image" in fault


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    lines = [line for line in BROKEN if not line.startswith(("env", "starts"))]
    said = "\n".join(faults(tmp_path, *lines))
    assert all(BROKEN[line] in said for line in lines)


def test_a_function_in_a_cluster_has_no_arn(tmp_path: Path) -> None:
    team = TEAM.replace("charge.url", "charge.arn")
    (fault,) = faults(tmp_path, team=team)
    assert "services.web.env.CHARGE: local runs functions on Knative, by its url" in fault


def test_a_function_in_an_account_has_no_url(tmp_path: Path) -> None:
    account = """\
aws:
  account: "123456789012"
  region: eu-central-1
  owner: platform@example.com
  cost_centre: CC-1
  network: {cidr: 10.40.0.0/16}
"""
    environment = ENVIRONMENT.replace("knative", "lambda").replace("{kind: sandbox}", "{kind: eks}") + account
    assert [
        one
        for one in faults(tmp_path, environment=environment)
        if "local runs functions on Lambda, by its arn" in one
    ]


def test_no_function_is_called_as_versions_of_another_are(tmp_path: Path) -> None:
    after = "  charge-00004:\n    type: function\n    image: example/charge:1.0\n"
    (fault,) = faults(tmp_path, after=after)
    assert "services.charge-00004" in fault
    assert "versions of charge are called like it" in fault


def test_a_saga_of_functions_needs_somebody_who_runs_it(tmp_path: Path) -> None:
    after = "sagas:\n  pay:\n    steps: [{name: take, invokes: charge}]\n"
    assert faults(tmp_path, after=after) == []
    (fault,) = faults(tmp_path, after=after, environment=ENVIRONMENT.replace(", saga: argo-workflows", ""))
    assert "shop/sagas.pay needs saga" in fault


def test_nobody_starts_a_saga_in_a_cluster(tmp_path: Path) -> None:
    after = "sagas:\n  pay:\n    steps: [{name: take, invokes: charge}]\n"
    (fault,) = faults(tmp_path, "starts: [pay]", after=after)
    assert "services.charge.starts[0]" in fault
    assert "whoever may start one workflow may start any pod" in fault


def test_where_somebody_else_installed_knative_nobody_would_guard_functions(tmp_path: Path) -> None:
    joined = "{kind: existing, kubeconfig: kubeconfig, api_server: 10.0.0.1/32:6443, addons: preinstalled}"
    (fault,) = faults(tmp_path, environment=ENVIRONMENT.replace("{kind: sandbox}", joined))
    assert fault.startswith("stacks/environments/local.yaml:")
    assert "let the platform install it" in fault
