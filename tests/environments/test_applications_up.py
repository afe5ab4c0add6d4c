"""The three applications on the sandbox: the real engine, a real API server, every operator's own definitions.

One sandbox goes through the life of an environment: killed in the middle of its first `up`, brought up, brought up
again, refreshed, changed by one line, and taken down. Each fixture is a station of it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.sandbox.api import KubeClient
from tests.support.processes import killed_everything
from tests.support.projects import ROOT, ProjectCopy, project_copy
from tests.support.sandbox import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.sandbox

SYSTEM_NAMESPACES = {"default", "kube-node-lease", "kube-public", "kube-system"}
WORKLOADS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectCopy]:
    with project_copy(tmp_path_factory.mktemp("project")) as copy:
        yield copy


@pytest.fixture(scope="module")
def client(project: ProjectCopy) -> Iterator[KubeClient]:
    project.run("sandbox", "start")
    with KubeClient.from_kubeconfig(project.state / "kubeconfig") as client:
        yield client


def team_objects(client: KubeClient, api_version: str, kind: str) -> list[dict[str, Any]]:
    """Return the objects of a kind that the platform declared."""
    return [
        one
        for one in client.list(api_version, kind)
        if one["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "pavedroad"
    ]


@pytest.fixture(scope="module")
def killed(project: ProjectCopy, client: KubeClient) -> int:
    """An `up` that is killed, with all that it started, when a part of the objects stands; how many stood."""
    process = project.start("up", "local")
    try:
        stood = eventually(
            lambda: process.poll() is not None or len(team_objects(client, "v1", "ServiceAccount")) >= 8,
            seconds=240,
        )
        assert process.poll() is None, process.communicate()
    finally:
        killed_everything(process.pid)
        process.communicate()
    assert stood, "the first up made nothing before time ran out"
    return len(team_objects(client, "v1", "ServiceAccount"))


def single(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the result of the only stack."""
    (result,) = results
    return result


@pytest.fixture(scope="module")
def up(project: ProjectCopy, killed: int) -> dict[str, Any]:
    return single(project.run_json("up", "local"))


@pytest.fixture(scope="module")
def again(project: ProjectCopy, up: dict[str, Any]) -> dict[str, Any]:
    return single(project.run_json("up", "local"))


@pytest.fixture(scope="module")
def literal(project: ProjectCopy, again: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Plain `pulumi up` with the variables that `paved env` prints, in a shell that has others of its own."""
    variables = project.run_json("env", "local")
    foreign = {"PULUMI_BACKEND_URL": "file:///nowhere", "KUBECONFIG": "/nowhere", "AWS_PROFILE": "nobody"}
    environment = {**project.environment(), **foreign, **variables["export"]}
    for name in (*variables["unset"], "KUBECONFIG", "AWS_PROFILE"):
        environment.pop(name, None)
    words = (
        "up",
        "--stack",
        "local",
        "--policy-pack",
        "policies",
        "--yes",
        "--non-interactive",
        "--skip-preview",
    )
    return subprocess.run(
        ["pulumi", *words],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        executable=shutil.which("pulumi", path=environment["PATH"]),
    )


@pytest.fixture(scope="module")
def refreshed(project: ProjectCopy, literal: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return single(project.run_json("refresh", "local"))


@pytest.fixture(scope="module")
def edited(project: ProjectCopy, refreshed: dict[str, Any]) -> dict[str, Any]:
    project.edit("stacks/teams/retail-storefront.yaml", "RETAIL_UI_THEME: default", "RETAIL_UI_THEME: orange")
    return single(project.run_json("up", "local"))


@pytest.fixture(scope="module")
def destroyed(project: ProjectCopy, edited: dict[str, Any]) -> dict[str, Any]:
    return single(project.run_json("destroy", "local"))


def test_the_kill_came_in_the_middle(killed: int, up: dict[str, Any], client: KubeClient) -> None:
    assert 8 <= killed < len(team_objects(client, "v1", "ServiceAccount"))


def test_after_a_kill_the_next_up_makes_every_object_and_none_twice(
    up: dict[str, Any], project: ProjectCopy, client: KubeClient
) -> None:
    wanted = [
        resource["inputs"]
        for resource in project.run_json("preview", "local")["resources"]
        if resource["type"].startswith("kubernetes:")
    ]
    assert len(wanted) > 500
    by_kind: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for one in wanted:
        metadata = one["metadata"]
        by_kind.setdefault((one["apiVersion"], one["kind"]), set()).add(
            (metadata.get("namespace", ""), metadata["name"])
        )
    for (api_version, kind), names in by_kind.items():
        there = [
            (one["metadata"].get("namespace", ""), one["metadata"]["name"])
            for one in team_objects(client, api_version, kind)
        ]
        assert len(there) == len(set(there))
        missing = names - set(there)
        assert not missing, f"{kind}: {missing}"


@pytest.mark.parametrize("kind", WORKLOADS)
def test_every_workload_is_available(kind: str, up: dict[str, Any], client: KubeClient) -> None:
    workloads = team_objects(client, WORKLOADS[kind], kind)
    for workload in workloads:
        wanted = workload["spec"].get("replicas", 1)
        assert workload["status"].get("availableReplicas") == wanted, workload["metadata"]["name"]
    assert kind != "Deployment" or len(workloads) >= 24


def test_a_second_up_changes_nothing(again: dict[str, Any]) -> None:
    assert again["steps"] == []
    assert set(again["changes"]) == {"same"}


def test_plain_pulumi_up_with_the_policy_pack_sees_the_same_world(
    literal: subprocess.CompletedProcess[str],
) -> None:
    assert literal.returncode == 0, literal.stdout + literal.stderr
    assert re.search(r"Resources:\s+\d{3,} unchanged", literal.stdout), literal.stdout
    assert "pavedroad" in literal.stdout.partition("Policies:")[2], literal.stdout
    assert "warning" not in (literal.stdout + literal.stderr).lower()


def test_a_refresh_finds_nothing_different(refreshed: dict[str, Any]) -> None:
    assert refreshed["steps"] == []


def test_a_one_line_edit_touches_only_what_it_must(edited: dict[str, Any]) -> None:
    touched = [(step["operation"], step["urn"].rpartition("::")[2]) for step in edited["steps"]]
    assert touched == [("update", "retail-storefront/ui")]
    assert edited["steps"][0]["urn"].split("::")[2].endswith("kubernetes:apps/v1:Deployment")


def test_destroy_leaves_nothing(destroyed: dict[str, Any], client: KubeClient) -> None:
    assert set(destroyed["changes"]) == {"delete"}
    names = {one["metadata"]["name"] for one in client.list("v1", "Namespace")}
    assert names == SYSTEM_NAMESPACES
    assert team_objects(client, "cert-manager.io/v1", "ClusterIssuer") == []
    assert team_objects(client, "gateway.networking.k8s.io/v1", "GatewayClass") == []


@pytest.fixture(scope="module")
def every_word(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectCopy]:
    with project_copy(tmp_path_factory.mktemp("every-word"), ROOT / "examples" / "every-word") as copy:
        yield copy


def test_the_example_with_every_word_goes_up_and_a_second_up_changes_nothing(every_word: ProjectCopy) -> None:
    (first,) = every_word.run_json("up", "showcase")
    assert set(first["changes"]) == {"create"}
    (second,) = every_word.run_json("up", "showcase")
    assert second["steps"] == []
