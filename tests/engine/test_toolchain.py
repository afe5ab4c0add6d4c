"""The toolchain is chosen once, in the order of preference, and the choice is kept."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from pavedroad.engine import official
from pavedroad.engine.cache import BuildCache
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.plugins import Provider
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import Source, Toolchain, ensure_toolchain, recorded_toolchain
from tests.support.engine import FakeGo, RecordedProgress


@dataclass
class Machine:
    """A machine without network, with a Go, on which things can be put."""

    folder: Path
    go: FakeGo
    state: StateFolder
    cache: BuildCache
    probes: int = 0

    def put(self, name: str, answer: str = "") -> Path:
        """Put an executable on the PATH."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_text(f"#!/bin/sh\necho {answer}\n")
        (self.folder / name).chmod(0o755)
        return self.folder / name

    def set_up(self, progress: RecordedProgress | None = None, *, aws: bool = False) -> Toolchain:
        """Run a whole set-up."""
        return ensure_toolchain(
            self.state,
            progress or RecordedProgress(),
            aws=aws,
            cache=self.cache,
            environment={"PATH": f"{self.state.executables}:{self.folder}:{self.go.path}"},
        )


@pytest.fixture
def machine(tmp_path: Path, fake_go: FakeGo, state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path / "bin", fake_go, state, BuildCache(tmp_path / "cache"))

    def refused() -> bool:
        machine.probes += 1
        return False

    monkeypatch.setattr(official, "can_be_reached", refused)
    return machine


@pytest.fixture
def online(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The same machine where official downloads can be reached."""

    def reached() -> bool:
        machine.probes += 1
        return True

    def download(folder: Path, *_: object) -> Path:
        (folder / "bin").mkdir()
        for name in ("pulumi", "pulumi-language-python"):
            (folder / "bin" / name).write_text("#!/bin/sh\necho v3.259.0\n")
            (folder / "bin" / name).chmod(0o755)
        return folder / "bin" / "pulumi"

    def provider(_pulumi: Path, home: Path, wanted: Provider, *_: object) -> bool:
        name = f"resource-{wanted.name}"
        installed = home / "plugins" / f"{name}-v{wanted.version}" / f"pulumi-{name}"
        installed.parent.mkdir(parents=True)
        installed.write_text("#!/bin/sh\n")
        installed.chmod(0o755)
        return True

    monkeypatch.setattr(official, "can_be_reached", reached)
    monkeypatch.setattr(official, "download_official", download)
    monkeypatch.setattr(official, "download_provider", provider)
    return machine


def test_where_nothing_official_can_be_had_everything_is_built(machine: Machine) -> None:
    chosen = machine.set_up()
    assert chosen.engine.source is Source.BUILT
    assert chosen.language_host.source is Source.SANDBOX
    assert chosen.provider.source is Source.SANDBOX
    assert sorted(chosen.control_plane) == [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kwok",
    ]
    assert (machine.state.executables / "pulumi").resolve() == chosen.engine.path.resolve()


def test_a_tested_engine_on_the_path_is_used_with_the_host_beside_it(machine: Machine) -> None:
    pulumi, host = machine.put("pulumi", "v3.259.0"), machine.put("pulumi-language-python")
    chosen = machine.set_up()
    assert (chosen.engine.source, chosen.engine.path) == (Source.PATH, pulumi)
    assert chosen.language_host.path == host


def test_an_untested_engine_on_the_path_is_passed_over(machine: Machine) -> None:
    machine.put("pulumi", "v3.1.0")
    progress = RecordedProgress()
    assert machine.set_up(progress).engine.source is Source.BUILT
    assert [line for line in progress.said if "is not used: it is 3.1.0" in line]


def test_a_download_comes_before_a_build(online: Machine) -> None:
    chosen = online.set_up()
    assert chosen.engine.source is Source.DOWNLOADED
    assert chosen.provider.source is Source.DOWNLOADED
    assert chosen.language_host.path == chosen.engine.path.with_name("pulumi-language-python")


def test_a_download_that_fails_ends_in_a_build(online: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(official, "download_official", lambda *_: None)
    monkeypatch.setattr(official, "download_provider", lambda *_: False)
    chosen = online.set_up()
    assert (chosen.engine.source, chosen.provider.source) == (Source.BUILT, Source.SANDBOX)


def test_the_network_is_probed_once_and_never_again(machine: Machine) -> None:
    machine.set_up()
    machine.set_up()
    assert machine.probes == 1


def test_an_official_provider_on_the_path_is_used(machine: Machine) -> None:
    provider = machine.put("pulumi-resource-kubernetes")
    chosen = machine.set_up()
    assert (chosen.provider.source, chosen.provider.path) == (Source.PATH, provider)
    installed = machine.state.pulumi_home / "plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes"
    assert installed.readlink() == provider


def test_the_aws_provider_is_chosen_where_it_is_wanted_and_then_stays(machine: Machine) -> None:
    assert machine.set_up().aws_provider is None
    chosen = machine.set_up(aws=True).aws_provider
    assert chosen is not None
    assert (chosen.source, chosen.path.name) == (Source.SANDBOX, "pulumi-resource-aws")
    assert "-m pavedroad.sandbox.aws" in chosen.path.read_text()
    assert machine.set_up().aws_provider == chosen


def test_an_official_aws_provider_is_used_where_there_is_one(machine: Machine) -> None:
    provider = machine.put("pulumi-resource-aws")
    chosen = machine.set_up(aws=True).aws_provider
    assert chosen is not None
    assert (chosen.source, chosen.path) == (Source.PATH, provider)


def test_the_choice_is_kept_when_something_better_turns_up(machine: Machine) -> None:
    first = machine.set_up()
    machine.put("pulumi", "v3.259.0")
    machine.put("pulumi-resource-kubernetes")
    assert machine.set_up() == first


def test_a_second_set_up_runs_and_writes_nothing(machine: Machine) -> None:
    machine.set_up()
    record = machine.state.toolchain_record.stat()
    builds = machine.go.builds
    progress = RecordedProgress()
    machine.set_up(progress)
    assert machine.go.builds == builds
    assert machine.state.toolchain_record.stat().st_mtime_ns == record.st_mtime_ns
    assert progress.said == []


def test_a_chosen_engine_that_is_gone_is_an_error_that_says_what_to_do(machine: Machine) -> None:
    pulumi = machine.put("pulumi", "v3.259.0")
    machine.set_up()
    pulumi.unlink()
    with pytest.raises(ToolchainError, match=r"is gone.*paved sandbox reset"):
        machine.set_up()


def test_a_downloaded_engine_that_is_damaged_is_downloaded_again(online: Machine) -> None:
    chosen = online.set_up()
    chosen.engine.path.write_text("")
    assert online.set_up().engine == chosen.engine
    assert "v3.259.0" in chosen.engine.path.read_text()


def test_where_it_cannot_be_downloaded_again_the_error_says_what_to_do(
    online: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    online.set_up()
    shutil.rmtree(online.cache.root)
    monkeypatch.setattr(official, "can_be_reached", lambda: False)
    with pytest.raises(ToolchainError, match="cannot be downloaded again now"):
        online.set_up()


def test_a_built_tool_that_is_gone_is_built_again(machine: Machine) -> None:
    chosen = machine.set_up()
    chosen.control_plane["kube-scheduler"].path.unlink()
    assert machine.set_up() == chosen
    assert chosen.control_plane["kube-scheduler"].path.is_file()


def test_the_record_can_be_read_back(machine: Machine) -> None:
    assert recorded_toolchain(machine.state) is None
    chosen = machine.set_up()
    assert recorded_toolchain(machine.state) == chosen
    assert json.loads(machine.state.toolchain_record.read_text())["engine"]["source"] == "built"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"engine": 1}', '{"engine": {"source": "stolen"}}'])
def test_a_record_that_cannot_be_read_is_made_again(machine: Machine, text: str) -> None:
    chosen = machine.set_up()
    machine.state.toolchain_record.write_text(text)
    assert machine.set_up() == chosen
