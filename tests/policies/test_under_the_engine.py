"""The real engine runs the pack: the tier decides, unknown values neither pass nor crash, secrets stay hidden."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sandbox

PROJECT = Path(__file__).parents[2]
CANARY = "canary-hunter2"

ANALYZER = """#!{python}
import os, sys
arguments = [each for each in sys.argv[1:] if not each.startswith("-")]  # the engine passes the runtime's options too
os.execv({python!r}, [{python!r}, "-u", "-m", "pulumi.policy", *arguments])
"""
LANGUAGE_HOST = """#!/bin/sh
exec {python} -m pavedroad.engine.language_host "$@"
"""
STARTERS = {"pulumi-analyzer-policy-python": ANALYZER, "pulumi-language-python": LANGUAGE_HOST}
"""The two ways in which the engine starts a pack; only the first tells it the stack by its environment."""

PROGRAM = '''
import asyncio, sys
import pulumi
from pulumi import automation

def unknown():
    """An output that is not known yet, whatever is done."""
    futures = []
    for value in (set(), None, False, False):
        futures.append(asyncio.get_event_loop().create_future())
        futures[-1].set_result(value)
    return pulumi.Output(*futures)

class Declared(pulumi.ComponentResource):
    """Needs no provider, and the engine shows its inputs and outputs to a pack like any other's."""
    def __init__(self, type_, name, properties):
        super().__init__(type_, name, properties)
        self.register_outputs(properties)

def program():
    context = {"allowPrivilegeEscalation": False, "runAsNonRoot": True, "capabilities": {"drop": ["ALL"]},
               "privileged": pulumi.Output.secret("CANARY"), "readOnlyRootFilesystem": unknown()}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"securityContext": context}]}}
    Declared("kubernetes:apps/v1:Deployment", "web", {"spec": {"replicas": 2, "template": template}})

home, backend, pack, stack = sys.argv[1:]
options = automation.LocalWorkspaceOptions(pulumi_home=home, env_vars={
    "PULUMI_BACKEND_URL": "file://" + backend, "PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_SKIP_UPDATE_CHECK": "1"})
made = automation.create_or_select_stack(stack, "pavedroad", program, opts=options)
try:
    made.preview(policy_packs=[pack], on_output=print, color="never")
except automation.CommandError as error:
    print(error)
    sys.exit(1)
'''.replace("CANARY", CANARY)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the pack beside environments of its own."""
    root = tmp_path_factory.mktemp("project")
    (root / "stacks" / "environments").mkdir(parents=True)
    (root / ".venv").symlink_to(sys.prefix)
    (root / "stacks" / "environments" / "dev.yaml").write_text("tier: development\n")
    return Path(
        shutil.copytree(PROJECT / "policies", root / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    )


def preview(engine: Path, pack: Path, stack: str, folder: Path, starter_name: str) -> tuple[int, str]:
    """Preview the program under the real engine with the pack; give the exit code and all that it printed."""
    starter = folder / "bin" / starter_name
    starter.parent.mkdir()
    starter.write_text(STARTERS[starter_name].format(python=sys.executable))
    starter.chmod(0o755)
    (folder / "home").mkdir()
    (folder / "backend").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    path = {
        "PATH": os.pathsep.join((str(starter.parent), str(engine.parent), os.environ["PATH"])),
        "PYTHONPATH": str(PROJECT / "platform"),
    }
    arguments = [str(each) for each in (folder / "home", folder / "backend", pack, stack)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=kept | path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("starter", STARTERS)
def test_development_is_advised_and_an_unknown_stack_is_held_to_production(
    pulumi_executable: Path, pack: Path, tmp_path: Path, starter: str
) -> None:
    for stack, code, level in (("dev.orders", 0, "advisory"), ("elsewhere", 1, "mandatory")):
        folder = tmp_path / stack
        folder.mkdir()
        exit_code, said = preview(pulumi_executable, pack, stack, folder, starter)
        assert exit_code == code, said
        for control in (
            "containers-not-privileged",
            "workloads-isolated",
            "replicated-workloads-have-a-disruption-budget",
        ):
            assert any(f"[{level}]" in line and control in line for line in said.splitlines()), (
                control,
                said,
            )
        assert "can't run policy 'containers-read-only-root-filesystem'" in said
        assert "containers[0].securityContext.readOnlyRootFilesystem of web can't be known" in said
        assert CANARY not in said


@pytest.mark.parametrize("starter", STARTERS)
def test_words_that_cannot_be_understood_stop_the_engine_with_their_place_and_nothing_else(
    pulumi_executable: Path, pack: Path, tmp_path: Path, starter: str
) -> None:
    (pack.parent / "stacks" / "environments" / "odd.yaml").write_text("tier: excellent\n")
    code, said = preview(pulumi_executable, pack, "odd", tmp_path, starter)
    fault = "stacks/environments/odd.yaml:1:1: tier: there is no tier 'excellent'"
    assert code == 1
    assert any(fault in line for line in said.splitlines()), said
    assert "Exception" not in said
    assert "Traceback" not in said
