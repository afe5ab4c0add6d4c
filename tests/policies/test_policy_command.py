"""`paved policy check` renders each environment, judges it, and ends as its verdicts ask."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from pavedroad.cli.policy import command
from tests.support.governed import POD, container, workload

PACK = Path(__file__).parents[2] / "policies"
SCHEMA = Path(__file__).parents[2] / "platform" / "pavedroad" / "policy" / "schema" / "policy.v1.schema.json"

PROGRAM = """
import json, pulumi
if pulumi.get_stack() == "broken":
    raise ValueError("no such team")
pod = json.loads({pod!r})
context = pod["spec"]["containers"][0]["securityContext"]
context["privileged"] = pulumi.Output.secret(True)
context["readOnlyRootFilesystem"] = pulumi.CustomResource("test:index:Thing", "thing").id
pulumi.CustomResource({type_!r}, "pod", pod)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project whose program declares one privileged pod in every stack."""
    environments, config = tmp_path / "stacks" / "environments", tmp_path / "stacks" / "config"
    environments.mkdir(parents=True)
    config.mkdir()
    for stack in ("broken", "dev", "prod.orders", "prod.platform"):
        (config / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    (environments / "dev.yaml").write_text("tier: development\n")
    (environments / "prod.yaml").write_text("tier: production\n")
    (tmp_path / "Pulumi.yaml").write_text(
        "name: shop\nruntime: python\nmain: stacks\nstackConfigDir: stacks/config\n"
    )
    pod = json.dumps(workload(POD, {"containers": [container()]}))
    (tmp_path / "stacks" / "__main__.py").write_text(PROGRAM.format(pod=pod, type_=POD))
    shutil.copytree(PACK, tmp_path / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["check", *arguments])


def test_a_mandatory_failure_ends_with_1_and_an_advisory_one_with_0(project: Path) -> None:
    assert run("prod").exit_code == 1
    assert run("dev").exit_code == 0


def report_of(*arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run("--json", *arguments).stdout)
    return report


def judged(*arguments: str) -> dict[str, set[str]]:
    """Give the stacks whose resources were judged, by the name that they were judged under."""
    return {
        subject["name"]: {each["urn"].split(":")[2] for each in subject["findings"] if each["urn"]}
        for subject in report_of(*arguments)["subjects"]
    }


def test_all_slices_of_an_environment_are_judged_together_and_every_environment_where_none_is_named(
    project: Path,
) -> None:
    (project / "stacks" / "config" / "Pulumi.broken.yaml").unlink()
    assert judged("prod") == {"prod": {"prod.orders", "prod.platform"}}
    assert judged("prod.orders", "dev") == {"prod.orders": {"prod.orders"}, "dev": {"dev"}}
    assert judged() == {"dev": {"dev"}, "prod": {"prod.orders", "prod.platform"}}


def test_the_text_counts_the_verdicts_and_names_what_does_not_pass_worst_first(project: Path) -> None:
    lines = run("prod.orders").stdout.splitlines()
    subject, counts = lines[0].split(": ")
    assert subject == "prod.orders"
    assert [each.partition(" ")[2] for each in counts.split(", ")] == ["pass", "fail", "not evaluated"]
    assert lines[1].startswith("  mandatory  containers-not-privileged: pod: spec.containers[0] must not set")
    assert any(line.startswith("  not evaluated  pod: ") for line in lines)
    kinds = [line.split("  ")[1] for line in lines[1:] if not line.endswith("--json names them")]
    assert kinds == sorted(kinds, key=["mandatory", "advisory", "not evaluated"].index)


def test_the_json_holds_every_verdict_and_the_paths_of_what_is_not_known(project: Path) -> None:
    report = report_of("prod.orders", "--as-of", "2026-01-15")
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert (report["schema"], report["asOf"], report["base"]) == (
        "pavedroad.dev/policy/v1",
        "2026-01-15",
        None,
    )
    findings = {finding["control"]: finding for finding in report["subjects"][0]["findings"]}
    assert findings["containers-drop-all-capabilities"]["verdict"] == "pass"
    assert findings["containers-read-only-root-filesystem"] == {
        "pack": "pavedroad",
        "control": "containers-read-only-root-filesystem",
        "verdict": "not evaluated",
        "enforcement": "mandatory",
        "severity": "medium",
        "blocks": False,
        "old": False,
        "urn": f"urn:pulumi:prod.orders::shop::{POD}::pod",
        "part": None,
        "type": POD,
        "name": "pod",
        "message": "pod: not known yet whether spec.containers[0] must set securityContext.readOnlyRootFilesystem "
        "to true: it hangs on spec.containers[0].securityContext.readOnlyRootFilesystem",
        "unknown": ["spec.containers[0].securityContext.readOnlyRootFilesystem"],
        "exemption": None,
        "position": None,
    }


def test_a_program_that_cannot_be_rendered_ends_with_1_and_the_line_at_fault(project: Path) -> None:
    result = run("broken")
    assert result.exit_code == 1
    assert result.stderr.endswith("__main__.py:4: ValueError: no such team\n")


def test_a_pack_that_cannot_be_read_ends_with_2(project: Path) -> None:
    result = run("prod", "--policy-pack", "stacks")
    assert result.exit_code == 2
    assert "PulumiPolicy.yaml: cannot be read" in result.stderr


def test_outside_a_project_it_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("prod")
    assert result.exit_code == 2
    assert "no Pulumi.yaml" in result.stderr


def test_an_environment_that_does_not_exist_ends_with_64_and_names_those_that_do(project: Path) -> None:
    (project / "pod.yaml").write_text(MANIFEST)
    for given in ([], ["--manifests", "pod.yaml"]):
        result = run("prd", *given)
        assert result.exit_code == 64
        assert "no environment is called 'prd'; there are: broken, dev, " in result.stderr
    assert run("prod", "--manifests", "pod.yaml").exit_code == 1
    assert run("dev", "--manifests", "pod.yaml").exit_code == 0


MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "registry.example.com/web:1.0", securityContext: {privileged: true}}]}
"""


def test_a_project_without_stacks_has_nothing_that_could_pass(project: Path) -> None:
    shutil.rmtree(project / "stacks" / "config")
    result = run()
    assert result.exit_code == 2
    assert f"nothing to judge: there is no Pulumi.<stack>.yaml in {project}/stacks/config" in result.stderr


def test_a_base_that_git_does_not_know_ends_with_2(project: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], check=True)
    result = run("dev", "--base", "nowhere")
    assert result.exit_code == 2
    assert "git knows no commit 'nowhere'" in result.stderr


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--json", "--sarif"], "--json and --sarif exclude each other"),
        (["--state", "dev", "--manifests", "a.yaml"], "--state and --manifests exclude each other"),
        (["--manifests", "a.yaml", "--base", "main"], "--manifests and --base exclude each other"),
        (["dev", "prod", "--state", "dev"], "--state is judged like one ENV, not like several"),
        (
            ["--policy-pack-config", "a.json", "--policy-pack-config", "b.json"],
            "--policy-pack-config is given once for each --policy-pack, or not at all",
        ),
        (
            ["--as-of", "2026-13-01"],
            "Invalid value for '--as-of': '2026-13-01' does not match the format '%Y-%m-%d'.",
        ),
    ],
)
def test_words_that_contradict_each_other_are_a_mistake_of_use(
    project: Path, words: list[str], fault: str
) -> None:
    assert run_program(project, *words) == (64, fault)


def run_program(project: Path, *words: str) -> tuple[int, str]:
    """Run the whole program, whose exit codes for mistakes of use are its own; give that and the error."""
    command = [sys.executable, "-m", "pavedroad.cli.main", "policy", "check", *words]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.splitlines()[-1].removeprefix("Error: ")


CONFIGURATION = {
    "containers-not-priviliged": "advisory",
    "images-tagged": "strict",
    "pods-without-host-pid": 7,
    "pods-without-host-ipc": None,
    "pods-without-host-network": {"enforcementLevel": ["advisory"]},
    "security-groups-only-public-ports": {"allowed": [22], "enforcementLevel": "mandatory"},
    "all": {"allowedPorts": [22]},
}


def test_every_mistake_in_a_configuration_is_told_at_once_with_the_file(project: Path) -> None:
    (project / "pack.json").write_text(json.dumps(CONFIGURATION))
    result = run("dev", "--policy-pack-config", "pack.json")
    assert result.exit_code == 2
    levels = "there are: advisory, mandatory, remediate, disabled"
    assert result.stderr.partition("Error: ")[2].splitlines() == [
        "pack.json: containers-not-priviliged: the pack pavedroad has no such policy; did you mean containers-not-privileged?",
        f"pack.json: images-tagged: there is no level 'strict'; {levels}",
        f"pack.json: pods-without-host-pid: there is no level 7; {levels}",
        f"pack.json: pods-without-host-ipc: there is no level None; {levels}",
        f"pack.json: pods-without-host-network: there is no level ['advisory']; {levels}",
        "pack.json: security-groups-only-public-ports: there is no setting 'allowed'; there are: allowedPorts",
        "pack.json: all: of all policies only a level can be said",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "pack.json:1:2: not JSON"),
        ("[]", "pack.json: expected a mapping"),
        ('{"all": "advisory", "all": "mandatory"}', "pack.json: 'all' stands there twice"),
        ("[" * 100_000, "pack.json: not JSON that can be read"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_one_clear_error(project: Path, text: str, fault: str) -> None:
    (project / "pack.json").write_text(text)
    result = run("dev", "--policy-pack-config", "pack.json")
    assert result.exit_code == 2
    assert result.stderr.partition("Error: ")[2].startswith(fault)


def test_each_pack_has_its_own_configuration(project: Path) -> None:
    (project / "strict.json").write_text('{"containers-not-privileged": "mandatory"}')
    (project / "lax.json").write_text('{"all": "disabled"}')
    packs = ["--policy-pack", "policies", "--policy-pack", "policies"]
    files = ["--policy-pack-config", "strict.json", "--policy-pack-config", "lax.json"]
    assert run("dev", *packs, *files).exit_code == 1


def test_mistakes_in_descriptors_are_told_before_the_program_runs(project: Path) -> None:
    (project / "stacks" / "teams").mkdir()
    (project / "stacks" / "teams" / "shop.yaml").write_text("team: 1\n")
    code, error = run_program(project, "dev")
    assert code == 1
    assert error.startswith("stacks/teams/shop.yaml:1:")


def committed(folder: Path) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "base"]):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)


def test_with_a_base_only_what_is_worse_there_fails_and_the_rest_is_listed(project: Path) -> None:
    program = project / "stacks" / "__main__.py"
    program.write_text(program.read_text().replace("pulumi.Output.secret(True)", "True"))
    committed(project)
    same = run("prod", "--base", "HEAD")
    assert same.exit_code == 0, same.stderr
    assert "  old  containers-not-privileged: pod: " in same.stdout
    worse = program.read_text().replace(
        'context["privileged"]', 'pod["spec"]["hostNetwork"] = True\ncontext["privileged"]'
    )
    program.write_text(worse)
    changed = run("prod", "--base", "HEAD")
    assert changed.exit_code == 1
    assert "  mandatory  pods-without-host-network: pod: " in changed.stdout
    assert "  old  containers-not-privileged: pod: " in changed.stdout


def test_what_hangs_on_a_secret_at_the_base_counts_as_new_and_says_that_nobody_can_tell(
    project: Path,
) -> None:
    committed(project)
    result = run("prod", "--base", "HEAD")
    assert result.exit_code == 1
    line = next(line for line in result.stdout.splitlines() if "containers-not-privileged" in line)
    assert line.startswith("  mandatory  containers-not-privileged: pod: ")
    assert line.endswith(
        "; whether it is new cannot be told: at the base it hangs on "
        "spec.containers[0].securityContext.privileged, which is withheld or not known"
    )


def test_the_base_is_checked_out_once(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(project)
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    assert run("prod", "dev", "--base", "HEAD").exit_code == 1
    assert trace.read_text().count("built-in: git worktree add") == 1


EXEMPT = """\
apiVersion: pavedroad.dev/v1
kind: Exemptions
exemptions:
  - control: containers-not-privileged
    type: kubernetes:core/v1:Pod
    name: pod
    reason: agreed with the owners of the nodes
    owner: platform@example.com
    granted: 2026-01-02
    expires: 2026-01-20
"""


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("policy-exemptions.yaml", EXEMPT, EXEMPT.replace("name: pod", "name: other")),
        ("stacks/environments/prod.yaml", "tier: development\n", "tier: production\n"),
        (
            "stacks/environments/prod.yaml",
            'tier: production\ncontrols: {all: {enforcement: "off"}}\n',
            "tier: production\n",
        ),
    ],
)
def test_each_side_is_judged_by_its_own_words_so_that_what_they_no_longer_allow_is_new(
    project: Path, file: str, before: str, after: str
) -> None:
    program = project / "stacks" / "__main__.py"
    program.write_text(program.read_text().replace("pulumi.Output.secret(True)", "True"))
    (project / file).write_text(before)
    committed(project)
    dated = ("prod", "--as-of", "2026-01-15", "--base", "HEAD")
    assert run(*dated).exit_code == 0, "nothing has changed"
    (project / file).write_text(after)
    changed = run(*dated)
    assert changed.exit_code == 1
    assert "  mandatory  containers-not-privileged: pod: " in changed.stdout


def test_a_base_whose_words_are_not_understood_makes_every_failure_count_and_says_why(project: Path) -> None:
    file = project / "stacks" / "environments" / "prod.yaml"
    file.write_text("tier: excellent\n")
    committed(project)
    file.write_text("tier: production\n")
    result = run("prod", "--base", "HEAD")
    assert result.exit_code == 1
    assert "  old  " not in result.stdout
    assert (
        "HEAD cannot be compared with, so every failure of prod counts: stacks/environments/prod.yaml:1:1: "
        "tier: there is no tier 'excellent'"
    ) in result.stderr


def test_with_a_base_what_keeps_data_and_would_be_deleted_fails(project: Path) -> None:
    program = project / "stacks" / "__main__.py"
    without = program.read_text()
    store = (
        'pulumi.CustomResource("kubernetes:core/v1:PersistentVolumeClaim", "data", '
        '{"metadata": {"name": "data", "namespace": "shop"}}, pulumi.ResourceOptions(protect=True))\n'
    )
    program.write_text(without + store)
    committed(project)
    program.write_text(without)
    result = run("prod", "--base", "HEAD")
    assert result.exit_code == 1
    assert (
        "  mandatory  stateful-resources-kept: data: the update must neither delete nor replace"
        in result.stdout
    )
