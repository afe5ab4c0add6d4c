"""The language host answers the engine's protocol, starts fast and leaves quietly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from pavedroad.engine.errors import EngineError
from pavedroad.engine.interpreters import interpreter, package_plugins

HOST = [sys.executable, "-m", "pavedroad.engine.language_host"]


@dataclass(frozen=True)
class Host:
    """A running host and a client for it."""

    process: "subprocess.Popen[str]"
    stub: language_pb2_grpc.LanguageRuntimeStub


@pytest.fixture
def host() -> Iterator[Host]:
    command = [*HOST, "-v=3", "--tracing=", "127.0.0.1:1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Host(process, language_pb2_grpc.LanguageRuntimeStub(channel))
        process.kill()


def program(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    settings = struct_pb2.Struct()
    settings.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point=".", options=settings
    )


def run_policy_pack(host: Host, folder: Path, text: str) -> list[language_pb2.RunPluginResponse]:
    (folder / "__main__.py").write_text(text)
    request = language_pb2.RunPluginRequest(
        info=program(folder), kind="analyzer", args=["127.0.0.1:1"], env=["SEEN=by the pack"], pwd=str(folder)
    )
    return list(host.stub.RunPlugin(request))


def test_it_reports_the_plugins_of_installed_packages(host: Host, tmp_path: Path) -> None:
    request = language_pb2.GetRequiredPackagesRequest(info=program(tmp_path))
    packages = host.stub.GetRequiredPackages(request).packages
    assert ("kubernetes", "resource", "v4.34.2") in {
        (each.name, each.kind, each.version) for each in packages
    }


def test_it_reports_what_is_installed_for_the_program(host: Host, tmp_path: Path) -> None:
    request = language_pb2.GetProgramDependenciesRequest(info=program(tmp_path))
    names = [each.name for each in host.stub.GetProgramDependencies(request).dependencies]
    assert "pulumi" in names
    assert names == sorted(names)


def test_it_names_its_python_and_its_version(host: Host, tmp_path: Path) -> None:
    about = host.stub.About(language_pb2.AboutRequest(info=program(tmp_path)))
    assert Path(about.executable).exists()
    assert host.stub.GetPluginInfo(empty_pb2.Empty()).version.startswith("3.")


def test_a_virtual_environment_that_is_missing_is_one_clear_error(host: Host, tmp_path: Path) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        host.stub.About(language_pb2.AboutRequest(info=program(tmp_path, virtualenv="venv")))
    assert "virtualenv 'venv' has no Python" in str(caught.value)


def test_a_packs_output_and_exit_code_are_passed_on(host: Host, tmp_path: Path) -> None:
    text = "import os, sys; print(os.environ['SEEN']); print('aside', file=sys.stderr); sys.exit(7)"
    answers = run_policy_pack(host, tmp_path, text)
    assert b"by the pack\n" in [each.stdout for each in answers]
    assert b"aside\n" in [each.stderr for each in answers]
    assert answers[-1].exitcode == 7


def test_other_kinds_of_plugins_are_refused(host: Host, tmp_path: Path) -> None:
    request = language_pb2.RunPluginRequest(info=program(tmp_path), kind="resource")
    with pytest.raises(grpc.RpcError) as caught:
        list(host.stub.RunPlugin(request))
    assert "plugins of kind 'resource' are not run here" in str(caught.value)


def test_an_interrupt_ends_it_at_once_and_quietly(host: Host) -> None:
    began = time.monotonic()
    os.killpg(host.process.pid, signal.SIGINT)
    assert host.process.wait(timeout=20) == 0
    assert time.monotonic() - began < 3
    assert host.process.stderr is not None
    assert host.process.stderr.read() == ""


def test_its_children_end_with_it(host: Host, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    request = language_pb2.RunPluginRequest(info=program(tmp_path), kind="analyzer", args=["127.0.0.1:1"])
    answers = host.stub.RunPlugin(request)
    child = int(next(each.stdout for each in answers if each.stdout))
    os.killpg(host.process.pid, signal.SIGINT)
    host.process.wait(timeout=20)
    assert _is_gone(child)
    assert host.process.stderr is not None
    assert "KeyboardInterrupt" not in host.process.stderr.read()


def _is_gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_it_leaves_when_the_engine_is_gone(tmp_path: Path) -> None:
    """An engine that is killed cannot tell its plugins."""
    script = f"import subprocess; p = subprocess.Popen({[*HOST, '127.0.0.1:1']!r}); print(p.pid, flush=True); p.wait()"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        host = int(engine.stdout.readline())
        engine.stdout.readline()
        engine.kill()
    assert _is_gone(host)


@pytest.mark.parametrize("arguments", [[], ["one", "two"]])
def test_started_by_hand_it_says_how_it_is_used(arguments: list[str]) -> None:
    answer = subprocess.run([*HOST, *arguments], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("usage:")


def test_the_programs_own_environment_comes_before_the_active_one(tmp_path: Path) -> None:
    for name in ("own", "active"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").touch()
    active = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert interpreter(tmp_path, "own", active) == tmp_path / "own" / "bin" / "python"
    assert interpreter(tmp_path, "", active) == tmp_path / "active" / "bin" / "python"
    assert interpreter(tmp_path, "", {}) == Path(sys.executable)
    with pytest.raises(EngineError, match="make up"):
        interpreter(tmp_path, "none", active)


def test_only_packages_that_need_a_plugin_are_listed(tmp_path: Path) -> None:
    for name, text in {
        "needs": '{"resource": true, "name": "needs", "version": "v1.2.3"}',
        "policy": '{"resource": false, "name": "policy", "version": "1"}',
        "nameless": '{"resource": true}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "pulumi-plugin.json").write_text(text)
    assert [(each.name, each.version) for each in package_plugins([str(tmp_path)])] == [("needs", "1.2.3")]
