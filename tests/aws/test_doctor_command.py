"""`paved doctor` as people meet it: the project, this machine, and a cluster that is there already."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pavedroad.cli.main import run
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.doctor import Check, Outcome, check_cluster, check_machine, check_project
from pavedroad.doctor.cluster import WITNESSES
from pavedroad.doctor.versions import check_eks_version, check_version
from pavedroad.engine.state import StateFolder
from pavedroad.plan.addon_table import ADDONS
from pavedroad.sandbox import kubeconfig
from tests.support.aws import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TODAY = date(2026, 11, 23)
WITHOUT_KINDS = {"istio-cni", "istiod", "reloader", "egressgateway", "eastwestgateway", "functions"}
"""Add-ons that bring no kinds of their own."""

ENVIRONMENT: dict[str, Any] = {
    "apiVersion": "pavedroad.dev/v1",
    "kind": "Environment",
    "environment": "production",
    "tier": "production",
    "clusters": {
        "main": {
            "kind": "existing",
            "kubeconfig": "kubeconfig",
            "api_server": "10.0.0.0/28:6443",
            "addons": "preinstalled",
        }
    },
    "providers": {"postgres": "cloudnative-pg"},
    "secrets": {"provider": "kubernetes", "namespace": "vault"},
}


def environment(**cluster: str) -> EnvironmentDescriptor:
    main = {**ENVIRONMENT["clusters"]["main"], **cluster}
    return EnvironmentDescriptor.model_validate({**ENVIRONMENT, "clusters": {"main": main}})


def answers(*, without: str = "", classes: Mapping[str, bool] | None = None) -> dict[str, Any]:
    """What an API server with all add-ons but one answers, by path."""
    found: dict[str, Any] = {"/version": {"gitVersion": "v1.36.3"}}
    for addon, (api_version, kind) in WITNESSES.items():
        entry = {"name": f"{kind.lower()}s", "kind": kind, "namespaced": True}
        listed = found.setdefault(f"/apis/{api_version}", {"resources": []})
        if addon != without:
            listed["resources"].append(entry)
    default = "storageclass.kubernetes.io/is-default-class"
    found["/apis/storage.k8s.io/v1"] = {
        "resources": [{"name": "storageclasses", "kind": "StorageClass", "namespaced": False}]
    }
    found["/apis/storage.k8s.io/v1/storageclasses"] = {
        "metadata": {},
        "items": [
            {"metadata": {"name": name, "annotations": {default: str(is_default).lower()}}}
            for name, is_default in (classes or {"fast": True}).items()
        ],
    }
    return found


def looked_at(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    served: Mapping[str, Any],
    of: EnvironmentDescriptor | None = None,
) -> dict[str, Check]:
    """Look at a cluster that answers ``served``, and nothing else."""

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        content = served.get(request.url.path)
        return httpx.Response(404 if content is None else 200, json=content or {"kind": "Status"})

    real = httpx.Client
    monkeypatch.setattr(
        "pavedroad.sandbox.api.httpx.Client",
        lambda **words: real(base_url=words["base_url"], transport=httpx.MockTransport(handle)),
    )
    file = folder / "kubeconfig"
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://api.example.com"}}],
        "users": [{"name": "u", "user": {"token": "special-token"}}],
    }
    file.write_text(json.dumps(config), encoding="utf-8")
    described = of or environment()
    (cluster,) = described.clusters.values()
    assert cluster.kind == "existing"
    checks = check_cluster(described, cluster, file, TODAY)
    assert not any("special-token" in repr(check) for check in checks)
    return {check.subject: check for check in checks}


def test_a_cluster_with_all_that_the_environment_counts_on_is_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    checks = looked_at(monkeypatch, tmp_path, answers())
    assert {check.outcome for check in checks.values()} == {Outcome.OK}
    assert {"API server", "Kubernetes version", "storage class", "add-on cert-manager"} <= set(checks)
    assert "add-on cloudnative-pg" in checks
    assert "add-on strimzi" not in checks


@pytest.mark.parametrize("addon", ["cert-manager", "istio-base", "cloudnative-pg"])
def test_an_addon_that_was_promised_and_is_not_there_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, addon: str
) -> None:
    check = looked_at(monkeypatch, tmp_path, answers(without=addon))[f"add-on {addon}"]
    assert check.outcome is Outcome.FAULT
    assert "addons: managed" in check.advice


def test_addons_that_the_platform_installs_are_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    checks = looked_at(monkeypatch, tmp_path, answers(), environment(addons="managed"))
    assert not [subject for subject in checks if subject.startswith("add-on")]


def test_a_storage_class_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    check = looked_at(monkeypatch, tmp_path, answers(), environment(storage_class="slow"))["storage class"]
    assert (check.outcome, check.found) == (Outcome.FAULT, "there is no slow; there are: fast")


def test_without_a_name_there_must_be_a_default_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checks = looked_at(monkeypatch, tmp_path, answers(classes={"fast": False}))
    assert checks["storage class"].outcome is Outcome.FAULT


def test_an_api_server_that_does_not_answer_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(
        kubeconfig.render(server="http://127.0.0.1:9", ca_pem="", user="u", token="special-token"),
        encoding="utf-8",
    )
    (cluster,) = environment().clusters.values()
    assert cluster.kind == "existing"
    checks = check_cluster(environment(), cluster, file, TODAY)
    assert (checks[-1].subject, checks[-1].outcome) == ("API server", Outcome.FAULT)
    assert "no answer from http://127.0.0.1:9" in checks[-1].found


@pytest.mark.parametrize("text", [None, "]", "{}"])
def test_a_kubeconfig_that_cannot_be_used_is_a_fault(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "kubeconfig"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    (cluster,) = environment().clusters.values()
    assert cluster.kind == "existing"
    (check,) = check_cluster(environment(), cluster, file, TODAY)
    assert (check.subject, check.outcome) == ("kubeconfig", Outcome.FAULT)


def test_every_addon_has_a_kind_by_which_it_is_known() -> None:
    of_any_cluster = {addon.name for addon in ADDONS if addon.cluster is None}
    assert of_any_cluster == set(WITNESSES) | WITHOUT_KINDS


@pytest.mark.parametrize(
    ("version", "outcome"),
    [
        ("v1.36.3", Outcome.OK),
        ("v1.35.9-eks-1a2b3c", Outcome.OK),
        ("v1.34.1-eks-1a2b3c", Outcome.WARNING),
        ("v1.33.1-eks-1a2b3c", Outcome.WARNING),
        ("v1.30.1-eks-1a2b3c", Outcome.FAULT),
        ("v1.99.0-eks-1a2b3c", Outcome.NOT_CHECKED),
        ("v1.34.1", Outcome.FAULT),
        ("v1.20.0", Outcome.FAULT),
        ("v1.99.0", Outcome.NOT_CHECKED),
        ("", Outcome.NOT_CHECKED),
    ],
)
def test_versions_are_judged_by_the_day(version: str, outcome: Outcome) -> None:
    assert check_version(version, TODAY).outcome is outcome


def test_on_eks_a_warning_says_whether_it_ends_soon_or_costs_more_already() -> None:
    assert "standard support until 2026-12-02" in check_eks_version("1.34", TODAY).found
    assert "costs six times as much since 2026-07-29" in check_eks_version("1.33", TODAY).found


def test_the_end_of_a_version_is_said_in_time() -> None:
    assert check_version("v1.35.9", date(2026, 12, 24)).outcome is Outcome.WARNING


def test_descriptors_with_faults_are_a_fault_that_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n", encoding="utf-8")
    teams = tmp_path / "stacks" / "teams"
    teams.mkdir(parents=True)
    (teams / "shop.yaml").write_text("team: shop\n", encoding="utf-8")
    project, checks = check_project(tmp_path)
    assert project is None
    assert checks[0].outcome is Outcome.FAULT
    assert "paved validate" in checks[0].advice


def test_git_is_well_where_there_is_a_base_and_a_warning_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n", encoding="utf-8")
    assert check_project(tmp_path)[1][-1].outcome is Outcome.WARNING
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    assert check_project(tmp_path)[1][-1] == Check(
        subject="git", outcome=Outcome.OK, found="previews can be compared with main"
    )


def test_a_full_disk_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = type("Usage", (), {"free": 5})
    monkeypatch.setattr("pavedroad.doctor.machine.shutil.disk_usage", lambda _: usage)
    room = check_machine(StateFolder(tmp_path / "state"), sandbox=False)[-1]
    assert (room.subject, room.outcome) == ("room", Outcome.FAULT)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("source", "outcome"),
    [("path", Outcome.FAULT), ("built", Outcome.WARNING), ("downloaded", Outcome.WARNING)],
)
def test_a_tool_that_has_gone_is_said(tmp_path: Path, source: str, outcome: Outcome) -> None:
    state = StateFolder(tmp_path)
    tool = {"source": source, "version": "3.259.0", "path": str(tmp_path / "gone")}
    record = {"engine": tool, "language_host": tool, "provider": tool, "control_plane": {}}
    state.toolchain_record.write_text(json.dumps(record), encoding="utf-8")
    checks = {check.subject: check for check in check_machine(state, sandbox=False)}
    assert checks["engine"].outcome is outcome


def test_a_sandbox_that_was_never_started_is_not_checked(tmp_path: Path) -> None:
    checks = {check.subject: check for check in check_machine(StateFolder(tmp_path), sandbox=True)}
    assert checks["sandbox"].outcome is Outcome.NOT_CHECKED


def test_the_projects_own_environments_have_no_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAVEDROAD_STATE", str(tmp_path))
    assert run(["doctor", "production", "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert {"subject", "outcome", "found", "advice"} == set(checks[0])
    assert checks[0]["subject"] == "descriptors"
    assert next(each for each in checks if each["subject"] == "cluster")["outcome"] == "not checked"


def test_a_fault_ends_with_1(
    aws: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAVEDROAD_STATE", str(tmp_path))
    assert run(["doctor", "--account", "999999999999", "--region", REGION]) == 1
    out = capsys.readouterr().out
    assert f"these credentials are of account {ACCOUNT}" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["doctor", "nowhere"], "no environment is called 'nowhere'"),
        (["doctor", "--account", ACCOUNT], "--account and --region go together"),
        (["doctor", "--account", "1", "--region", REGION], "twelve digits"),
    ],
)
def test_a_word_that_is_off_ends_with_64(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 64
    assert said in capsys.readouterr().err
