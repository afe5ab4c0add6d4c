"""The control plane as a set of processes: start, stop, reset, crashes of any of them, two starts at once."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pavedroad.sandbox import control_plane
from pavedroad.sandbox.api import KubeClient, ObjectRef
from pavedroad.sandbox.commands import BINARIES
from pavedroad.sandbox.layout import ClusterFolder
from pavedroad.sandbox.process_identity import ProcessIdentity
from pavedroad.sandbox.supervision import ClusterStatus
from tests.support.sandbox import eventually, silent, state_folder

pytestmark = pytest.mark.sandbox

_MARK = ObjectRef(api_version="v1", kind="ConfigMap", namespace="default", name="kept")


@pytest.fixture(scope="module")
def state(control_plane_binaries: dict[str, Path]) -> Iterator[Path]:
    """A cluster of this module's own, which its tests may hurt; it holds one object that must survive."""
    with state_folder() as folder:
        info = control_plane.ensure_running(folder, control_plane_binaries, silent)
        with KubeClient.from_kubeconfig(info.kubeconfig) as client:
            client.apply(_mark(), field_manager="test")
        yield folder


def _mark() -> dict[str, object]:
    metadata = {"name": _MARK.name, "namespace": _MARK.namespace}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {"left": "before the crash"},
    }


def status_of(state: Path) -> ClusterStatus:
    now = control_plane.status(state)
    assert now is not None
    return now


def identity_of(state: Path, name: str) -> ProcessIdentity:
    identity = status_of(state).processes[name].identity
    assert identity is not None
    return identity


def processes_of(state: Path) -> list[str]:
    """Every process whose command line names the folder, whoever started it."""
    shown = subprocess.run(["ps", "-ewwo", "stat=,args="], capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=1) for line in shown.splitlines()]
    return [line[1] for line in lines if str(state) in line[1] and not line[0].startswith("Z")]


def data_is_intact(state: Path) -> bool:
    with KubeClient.from_kubeconfig(ClusterFolder(state).kubeconfig) as client:
        return bool(client.get(_MARK)["data"] == _mark()["data"])


def test_looking_at_a_running_cluster_takes_milliseconds_and_says_nothing(
    state: Path, control_plane_binaries: dict[str, Path]
) -> None:
    said: list[str] = []
    seconds = []
    for _ in range(5):
        began = time.monotonic()
        control_plane.ensure_running(state, control_plane_binaries, said.append)
        seconds.append(time.monotonic() - began)

    assert min(seconds) < 0.05
    assert said == []


def test_everything_is_private_to_its_owner_and_listens_on_the_loopback_interface_only(state: Path) -> None:
    folder = ClusterFolder(state)
    for path in (folder.kubeconfig, folder.tokens, folder.serving_key, *folder.credentials.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700

    listening = listening_addresses({identity_of(state, name).pid for name in BINARIES})
    assert listening == {("127.0.0.1", status_of(state).port)}


def listening_addresses(pids: set[int]) -> set[tuple[str, int]]:
    inodes = set()
    for pid in pids:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            link = str(entry.readlink())
            if link.startswith("socket:["):
                inodes.add(link[len("socket:[") : -1])
    found = set()
    for family, table in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6")):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            address, port = fields[1].split(":")
            if fields[3] == "0A" and fields[9] in inodes:
                packed = b"".join(bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8))
                found.add((socket.inet_ntop(family, packed), int(port, 16)))
    return found


def test_no_token_shows_in_a_command_line_a_log_or_the_status(state: Path) -> None:
    folder = ClusterFolder(state)
    tokens = [line.split(",")[0] for line in folder.tokens.read_text().splitlines()]
    shown = "\n".join(
        [*processes_of(state), folder.status.read_text()]
        + [path.read_text(errors="replace") for path in folder.logs.iterdir()]
    )

    assert len(tokens) == 4
    assert "kube-apiserver" in shown
    assert [token for token in tokens if token in shown] == []


def test_whoever_reads_the_output_of_a_start_is_not_kept_waiting_and_nothing_of_the_users_is_inherited(
    control_plane_binaries: dict[str, Path],
) -> None:
    with state_folder() as state:
        start = (
            "from pathlib import Path\n"
            "from pavedroad.sandbox.control_plane import ensure_running\n"
            f"binaries = { ({name: str(path) for name, path in control_plane_binaries.items()}) }\n"
            f"ensure_running(Path({str(state)!r}), {{name: Path(path) for name, path in binaries.items()}}, print)\n"
        )
        variables = {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "AWS_SECRET_ACCESS_KEY": "canary",
            "KUBECONFIG": "canary",
        }
        began = subprocess.run(
            [sys.executable, "-c", start],
            capture_output=True,
            text=True,
            timeout=100,
            env=os.environ | variables,
            check=True,
        )

        assert "starting the control plane" in began.stdout
        for identity in (status_of(state).supervisor, *(identity_of(state, name) for name in BINARIES)):
            assert identity.is_alive()
            assert b"canary" not in Path(f"/proc/{identity.pid}/environ").read_bytes()
            assert os.getsid(identity.pid) == status_of(state).supervisor.pid


def test_a_cluster_whose_folder_is_removed_by_hand_ends_by_itself(
    control_plane_binaries: dict[str, Path],
) -> None:
    with state_folder() as state:
        control_plane.ensure_running(state, control_plane_binaries, silent)

        ClusterFolder(state).root.rename(state / "removed")

        assert eventually(lambda: processes_of(state) == [])


@pytest.mark.parametrize("name", BINARIES)
def test_a_killed_process_is_back_within_seconds_with_the_data(
    state: Path, control_plane_binaries: dict[str, Path], name: str
) -> None:
    before = identity_of(state, name)
    others = {other: identity_of(state, other) for other in BINARIES if other != name}

    os.kill(before.pid, signal.SIGKILL)
    assert eventually(lambda: not status_of(state).ready or identity_of(state, name) != before)
    control_plane.ensure_running(state, control_plane_binaries, silent)

    assert identity_of(state, name) != before
    assert {other: identity_of(state, other) for other in others} == others, (
        "only the killed one is started again"
    )
    assert data_is_intact(state)


def test_when_the_supervisor_is_killed_the_next_command_repairs_with_one_etcd(
    state: Path, control_plane_binaries: dict[str, Path]
) -> None:
    before = status_of(state)

    os.kill(before.supervisor.pid, signal.SIGKILL)
    assert eventually(lambda: not before.supervisor.is_alive())
    control_plane.ensure_running(state, control_plane_binaries, silent)

    assert status_of(state).supervisor != before.supervisor
    assert len([line for line in processes_of(state) if "--data-dir" in line]) == 1
    assert len(processes_of(state)) == len(BINARIES) + 1
    assert status_of(state).port == before.port
    assert data_is_intact(state)


def test_processes_that_outlive_their_supervisor_are_ended_before_new_ones_start(
    state: Path, control_plane_binaries: dict[str, Path], tmp_path: Path
) -> None:
    """Where the kernel does not end them (elsewhere than on Linux): played by a process written into the status."""
    control_plane.stop(state, silent)
    with subprocess.Popen(["sleep", "600"]) as orphan, subprocess.Popen(["sleep", "600"]) as stranger:
        folder = ClusterFolder(state)
        orphan_identity, stranger_identity = ProcessIdentity.of(orphan.pid), ProcessIdentity.of(stranger.pid)
        assert orphan_identity
        assert stranger_identity
        left = folder.status.read_text()
        entry = '"identity": {"pid": %d, "started": "%s"}'
        left = left.replace('"identity": null', entry % (orphan.pid, orphan_identity.started), 1)
        left = left.replace('"identity": null', entry % (stranger.pid, "another time"), 1)
        folder.status.write_text(left)

        control_plane.ensure_running(state, control_plane_binaries, silent)

        assert orphan.poll() == -signal.SIGTERM
        assert stranger_identity.is_alive(), "a process id alone proves nothing"
        stranger.kill()


def test_a_port_that_was_taken_meanwhile_is_given_up_for_another(
    state: Path, control_plane_binaries: dict[str, Path]
) -> None:
    before = status_of(state).port
    control_plane.stop(state, silent)
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", before))
        taker.listen()
        control_plane.ensure_running(state, control_plane_binaries, silent)

        assert status_of(state).port != before
        assert data_is_intact(state), "the kubeconfig says where the API server is now"


def test_a_port_taken_while_the_api_server_is_down_is_given_up_too(
    state: Path, control_plane_binaries: dict[str, Path]
) -> None:
    before = status_of(state)
    taken = threading.Event()
    done = threading.Event()
    taker = threading.Thread(target=_take_as_soon_as_free, args=(before.port, taken, done))
    taker.start()
    try:
        while not taken.is_set():
            running = status_of(state).processes["kube-apiserver"].identity
            if running:
                running.send(signal.SIGKILL)
            taken.wait(1)
        assert eventually(lambda: status_of(state).port != before.port)
        control_plane.ensure_running(state, control_plane_binaries, silent)
        assert data_is_intact(state)
    finally:
        done.set()
        taker.join()


def _take_as_soon_as_free(port: int, taken: threading.Event, done: threading.Event) -> None:
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while not done.is_set():
            try:
                taker.bind(("127.0.0.1", port))
                taker.listen()
            except OSError:
                time.sleep(0.001)
            else:
                taken.set()
                done.wait()


def test_two_starts_at_once_make_one_cluster(control_plane_binaries: dict[str, Path]) -> None:
    with state_folder() as state:
        infos: list[control_plane.ClusterInfo] = []
        starts = [
            threading.Thread(
                target=lambda: infos.append(
                    control_plane.ensure_running(state, control_plane_binaries, silent)
                )
            )
            for _ in range(2)
        ]
        for start in starts:
            start.start()
        for start in starts:
            start.join()

        assert len(infos) == 2
        assert infos[0] == infos[1]
        assert len(processes_of(state)) == len(BINARIES) + 1


def test_stop_leaves_no_process_and_keeps_the_data_and_reset_leaves_nothing(
    control_plane_binaries: dict[str, Path], tmp_path: Path
) -> None:
    deep = tmp_path / ("a-long-folder-name-" * 6) / "state"  # beyond the 108 bytes of a unix socket's name
    info = control_plane.ensure_running(deep, control_plane_binaries, silent)
    with KubeClient.from_kubeconfig(info.kubeconfig) as client:
        client.apply(_mark(), field_manager="test")

    control_plane.stop(deep, silent)
    assert processes_of(deep) == []
    again = control_plane.ensure_running(deep, control_plane_binaries, silent)
    assert again.server == info.server
    assert data_is_intact(deep)

    control_plane.reset(deep, silent)
    assert processes_of(deep) == []
    assert [path.name for path in deep.iterdir()] == ["cluster.lock"]
    assert control_plane.status(deep) is None


def test_stop_and_reset_of_a_cluster_that_never_was_do_nothing(tmp_path: Path) -> None:
    control_plane.stop(tmp_path / "nothing", silent)
    control_plane.reset(tmp_path / "nothing", silent)

    assert list(tmp_path.iterdir()) == []


def test_a_missing_binary_is_named(tmp_path: Path) -> None:
    with pytest.raises(control_plane.ControlPlaneError, match="lacks executables: etcd, kube-apiserver"):
        control_plane.ensure_running(tmp_path, {}, silent)
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_does_not_stay_up_is_named_with_its_last_words(
    control_plane_binaries: dict[str, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "etcd"
    broken.write_text("#!/bin/sh\necho the disk is on fire\nexit 3\n")
    broken.chmod(0o700)
    with state_folder() as state:
        with pytest.raises(
            control_plane.ControlPlaneError, match=r"etcd does not stay up.*the disk is on fire"
        ):
            control_plane.ensure_running(state, {**control_plane_binaries, "etcd": broken}, silent)
        assert processes_of(state) == [], "nothing goes on trying behind the user's back"

        control_plane.ensure_running(state, control_plane_binaries, silent)
        assert status_of(state).ready, "with a sound binary the same folder works"
