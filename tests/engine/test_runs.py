"""The real engine runs a real program: results are typed, faults are clear, killed runs are put right."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pavedroad.engine.environ import engine_environment
from pavedroad.engine.errors import EngineError, RunFailedError, StackLockedError
from pavedroad.engine.results import Phase, Step
from pavedroad.engine.toolchain import Toolchain
from tests.support.engine import TrivialProject

pytestmark = pytest.mark.sandbox

CANARY = "canary-hunter2"


def test_up_creates_then_changes_nothing_and_destroy_leaves_nothing(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    engine = trivial.engine(toolchain)
    told: list[Step] = []
    first = engine.up("local", policy_packs=[trivial.pack], on_step=told.append)
    assert first.changes == {"create": 2}
    assert {step.name for step in first.steps} == {"trivial-local", "one"}
    assert Phase.STARTED in {step.phase for step in told}
    assert first.outputs["answer"] == 42
    assert first.warnings == ()
    again = engine.up("local")
    assert (again.changed, again.steps) == (False, ())
    assert not engine.refresh("local").changed
    assert engine.destroy("local").changes == {"delete": 2}


def test_a_secret_output_is_masked_everywhere(trivial: TrivialProject, toolchain: Toolchain) -> None:
    done = trivial.engine(toolchain).up("local")
    assert done.outputs["hidden"] == "[secret]"
    assert CANARY not in repr(done)
    leaks = [
        path
        for path in trivial.state.root.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert leaks == []


def test_nothing_of_the_users_reaches_the_program(
    trivial: TrivialProject, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("KUBECONFIG", "/home/user/.kube/config")
    assert trivial.engine(toolchain).up("local").outputs["seen"] == []


def test_the_committed_configuration_is_used_and_stays_as_it_is(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    text = trivial.configure(things="one,two")
    done = trivial.engine(toolchain).up("local")
    assert {step.name for step in done.steps} == {"trivial-local", "one", "two"}
    assert (trivial.root / "config" / "Pulumi.local.yaml").read_text() == text


def test_a_preview_changes_nothing_and_says_each_step_once(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    engine = trivial.engine(toolchain)
    said = engine.preview("local", policy_packs=[trivial.pack])
    assert said.changes == {"create": 2}
    assert len(said.steps) == 2
    assert engine.up("local").changes == {"create": 2}


def test_a_violated_policy_stops_the_run_and_is_the_reason(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    trivial.configure(things="bad")
    with pytest.raises(RunFailedError) as caught:
        trivial.engine(toolchain).up("local", policy_packs=[trivial.pack])
    assert caught.value.reasons == ("no-bad-names: names are good\nmust not be called bad",)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("raise", "ValueError: a bad thing (__main__.py:"),
        ("run", "a fault of yours"),
        ("exit", "the program ended with exit code 3"),
    ],
)
def test_a_programs_fault_is_one_clear_message(
    trivial: TrivialProject, toolchain: Toolchain, fault: str, reason: str
) -> None:
    trivial.configure(fault=fault)
    with pytest.raises(RunFailedError) as caught:
        trivial.engine(toolchain).up("local")
    (said,) = caught.value.reasons
    assert reason in said
    assert "Traceback" not in str(caught.value)


def test_a_name_that_no_stack_can_have_is_refused(trivial: TrivialProject, toolchain: Toolchain) -> None:
    with pytest.raises(EngineError, match="is not a stack's name"):
        trivial.engine(toolchain).up("../../etc")


def test_a_literal_pulumi_up_works_and_says_no_warning(trivial: TrivialProject, toolchain: Toolchain) -> None:
    text = trivial.configure(things="one")
    trivial.engine(toolchain).open_stack("local")
    environment = engine_environment(trivial.state).applied_to(os.environ)
    answer = subprocess.run(
        ["pulumi", "up", "--yes", "--stack", "local", "--policy-pack", "policies"],
        cwd=trivial.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "warning" not in (answer.stdout + answer.stderr).lower()
    assert not trivial.engine(toolchain).up("local").changed
    assert (trivial.root / "config" / "Pulumi.local.yaml").read_text() == text


def start_sleeping(trivial: TrivialProject, toolchain: Toolchain) -> "subprocess.Popen[str]":
    """Start an ``up`` in a process of its own, and return once its program sleeps."""
    awake = trivial.root / "awake"
    trivial.configure(fault="sleep", awake=str(awake))
    script = (
        "import signal, sys; from pathlib import Path\n"
        # A shell starts what it puts into the background with interrupts ignored, and that is inherited.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from tests.support.engine import TrivialProject\n"
        "from pavedroad.engine.toolchain import Tool, Toolchain, Source\n"
        "tool = Tool(source=Source.BUILT, version=sys.argv[2], path=Path(sys.argv[3]))\n"
        "chain = Toolchain(engine=tool, language_host=tool, provider=tool)\n"
        "TrivialProject(Path(sys.argv[1])).engine(chain).up('local')\n"
    )
    engine = toolchain.engine
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(trivial.root), engine.version, str(engine.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not awake.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert awake.exists(), process.communicate()
    return process


def engine_of(process: "subprocess.Popen[str]") -> int:
    """The identifier of the engine that a run has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0])


@pytest.mark.parametrize("victim", ["engine", "caller"])
def test_after_a_kill_the_next_up_says_so_and_converges(
    trivial: TrivialProject, toolchain: Toolchain, victim: str
) -> None:
    with start_sleeping(trivial, toolchain) as process:
        os.kill(engine_of(process) if victim == "engine" else process.pid, signal.SIGKILL)
        process.communicate()
    trivial.configure(things="one")
    done = trivial.engine(toolchain).up("local")
    assert [note for note in done.notes if "was killed: lock removed" in note]
    assert not trivial.engine(toolchain).up("local").changed


def test_while_a_run_is_at_work_another_is_refused_and_named(
    trivial: TrivialProject, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pavedroad.engine.backend.FileBackend.break_stale_locks.__kwdefaults__", {"grace_seconds": 0.5}
    )
    with start_sleeping(trivial, toolchain) as process:
        with pytest.raises(StackLockedError, match=f"process {engine_of(process)}"):
            trivial.engine(toolchain).up("local")
        process.send_signal(signal.SIGINT)
        process.communicate()


def test_an_interrupt_ends_the_run_in_order_and_leaves_no_lock(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    with start_sleeping(trivial, toolchain) as process:
        began = time.monotonic()
        killer = threading.Timer(60, process.kill)
        killer.start()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        killer.cancel()
    assert time.monotonic() - began < 20
    assert "KeyboardInterrupt" in errors
    trivial.configure(things="one")
    assert trivial.engine(toolchain).up("local").notes == ()


def test_each_run_has_a_log_and_only_the_latest_are_kept(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    for number in range(60):
        (trivial.state.logs / f"20200101T0000{number:02}-up-local.log").touch()
    done = trivial.engine(toolchain).up("local")
    assert "Updating (local)" in done.log.read_text()
    assert len(list(trivial.state.logs.iterdir())) == 51
