"""Objects inside ConfigFiles, ConfigGroups, lists and patches are judged as if they were declared by themselves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pavedroad.governance import canonical
from pavedroad.policy.sources import unbundled, unseen
from tests.support.governed import resource

PRIVILEGED = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec: {containers: [{name: a, image: b, securityContext: {privileged: true}}]}
"""

PROGRAM = """
import pulumi_kubernetes as kubernetes
TEXT = open("pod.yaml").read()
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "object"},
       "spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}]}}
kubernetes.yaml.ConfigFile("first-file", file="pod.yaml")
kubernetes.yaml.ConfigGroup("first-group", yaml=[TEXT.replace("file", "text")])
kubernetes.yaml.v2.ConfigFile("second-file", file="pod.yaml")
kubernetes.yaml.v2.ConfigGroup("second-group", yaml=TEXT, files=["pod*.yaml"], objs=[POD])
kubernetes.core.v1.PodList("list", items=[POD])
kubernetes.core.v1.PodPatch("patch", spec={"containers": [{"name": "c", "securityContext": {"privileged": True}}]})
kubernetes.helm.v3.Release("release", chart="chart")
kubernetes.yaml.v2.ConfigFile("far-away", file="https://example.com/all.yaml")
"""

PACK = Path(__file__).parents[2] / "policies"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Check a program that declares the same privileged pod in every form, in a process of its own."""
    root = tmp_path_factory.mktemp("bundles")
    (root / "Pulumi.yaml").write_text("name: bundles\nruntime: python\n")
    (root / "Pulumi.dev.yaml").write_text("config: {}\n")
    (root / "pod.yaml").write_text(PRIVILEGED.replace("NAME", "file"))
    (root / "__main__.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "pavedroad.cli.main", "policy", "check", "dev", "--json"]
    done = subprocess.run(
        [*command, "--policy-pack", str(PACK)], cwd=root, capture_output=True, text=True, check=False
    )
    (subject,) = json.loads(done.stdout)["subjects"]
    found: dict[str, Any] = subject
    return found


def verdicts_of(report: dict[str, Any], control: str, verdict: str) -> set[tuple[str, str | None]]:
    return {
        (each["urn"].rpartition("::")[2], each["part"])
        for each in report["findings"]
        if (each["control"], each["verdict"]) == (control, verdict)
    }


def test_the_same_violation_is_found_in_every_form_in_which_it_can_be_declared(
    report: dict[str, Any],
) -> None:
    assert verdicts_of(report, "containers-not-privileged", "fail") == {
        ("shop/file", None),
        ("shop/text", None),
        ("second-file", "file[0]"),
        ("second-group", "yaml[0]"),
        ("second-group", "files[0][0]"),
        ("second-group", "objs[0]"),
        ("list", "items[0]"),
        ("patch", None),
    }


def test_a_patch_that_leaves_something_out_is_not_known_to_keep_it(report: dict[str, Any]) -> None:
    assert ("patch", None) in verdicts_of(report, "containers-run-as-non-root", "not evaluated")


def test_what_nobody_can_look_into_is_named(report: dict[str, Any]) -> None:
    assert {urn.rpartition("::")[2] for urn in report["unseen"]} == {"release", "far-away"}


@pytest.mark.parametrize(
    "properties",
    [
        {"yaml": "a: ["},
        {"yaml": 1},
        {"files": ["missing.yaml"]},
        {"files": "/etc/passwd*"},
        {"objs": "x"},
        {},
    ],
)
def test_a_bundle_that_cannot_be_read_is_left_unseen_and_stops_nothing(
    properties: dict[str, object], tmp_path: Path
) -> None:
    group = resource("kubernetes:yaml/v2:ConfigGroup", properties)
    assert unbundled([group], tmp_path) == [group]
    assert unseen([group]) == [group]


def test_an_object_in_a_list_says_its_own_kind_or_the_list_s() -> None:
    plain = {"metadata": {"name": "a"}}
    items = [plain, {"apiVersion": "batch/v1", "kind": "Job"} | plain, {"kind": 1}, "x", None]
    found = canonical([resource("kubernetes:core/v1:PodList", {"apiVersion": "v1", "items": items})])
    assert [each.type for each in found][:2] == ["kubernetes:core/v1:Pod", "kubernetes:batch/v1:Job"]
    assert len({each.key for each in found}) == len(found)
