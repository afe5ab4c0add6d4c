"""Start, stop, reset, look at and repair the sandbox's cluster.

A supervisor daemon runs the processes (see `supervisor`); the functions here start that daemon, wait for it,
and end it. One operation at a time, held by a file lock; looking needs none.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pavedroad.sandbox import credentials
from pavedroad.sandbox.aws.folder import AwsFolder
from pavedroad.sandbox.commands import BINARIES
from pavedroad.sandbox.layout import ClusterFolder, read_json, write_json
from pavedroad.sandbox.process_identity import end
from pavedroad.sandbox.supervision import ClusterStatus, ProcessStatus, read_status

if TYPE_CHECKING:
    from pavedroad.sandbox.crds import CrdReport
    from pavedroad.sandbox.kinds import CustomKind

__all__ = ["ClusterInfo", "ControlPlaneError", "ensure_running", "reset", "start", "status", "stop"]

_READY_SECONDS = 90.0
_STOP_SECONDS = 60.0
_LOCK_SECONDS = 180.0
_POLL_SECONDS = 0.05
_HOPELESS_FAILURES = 4
_SOURCE_ROOT = Path(__file__).parents[2]


class ControlPlaneError(Exception):
    """The cluster cannot be started or stopped; the message says what to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterInfo:
    """A running cluster.

    Attributes:
        server: Base URL of the API server, on the loopback interface.
        kubeconfig: File with the administrator's access; readable by its owner alone.
        logs: Folder with one log per process.
        processes: The control plane's processes, by name.
        aws_endpoint: Address of the AWS account; None where no environment has one.
        crds: How the custom kinds are registered; None where that was not asked for.
    """

    server: str
    kubeconfig: Path
    logs: Path
    processes: Mapping[str, ProcessStatus]
    aws_endpoint: str | None = None
    crds: "CrdReport | None" = None


def start(  # noqa: PLR0913 - each keyword is a choice by itself
    state: Path,
    binaries: Mapping[str, Path],
    crds: Path | None,
    progress: Callable[[str], None],
    *,
    kinds: "Collection[CustomKind] | None" = None,
    aws: bool = False,
) -> ClusterInfo:
    """Start or repair the cluster and register custom kinds; changes nothing where all is as asked for.

    Args:
        state: The state folder; created if missing.
        binaries: See `ensure_running`.
        crds: Folder of real definitions; without it, all kinds are registered with an open schema.
        progress: Told what is being done, one sentence at a time.
        kinds: Kinds to register; the whole table by default. Fewer need less memory.
        aws: See `ensure_running`.

    Raises:
        ControlPlaneError: See `ensure_running`.
        DefinitionError: The folder, or a definition in it, cannot be used.
    """
    # Imported here: a look at a healthy cluster needs no HTTP client.
    from pavedroad.sandbox.api import KubeClient  # noqa: PLC0415 - see above
    from pavedroad.sandbox.crds import install  # noqa: PLC0415 - see above
    from pavedroad.sandbox.kinds import table  # noqa: PLC0415 - see above

    info = ensure_running(state, binaries, progress, aws=aws)
    with KubeClient.from_kubeconfig(info.kubeconfig) as client:
        report = install(client, table() if kinds is None else kinds, crds, progress)
    return replace(info, crds=report)


def ensure_running(
    state: Path, binaries: Mapping[str, Path], progress: Callable[[str], None], *, aws: bool = False
) -> ClusterInfo:
    """Start the cluster, or repair it; where all is up, only look (some milliseconds).

    Repairing means: where the supervisor died, processes it left are ended and a new one takes over the data;
    where it is just starting a crashed process again, this waits for it; where the binaries are others than
    those that run, the cluster is started again with the new ones.

    Args:
        state: The state folder; created if missing.
        binaries: Paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, by name.
        progress: Told what is being done, one sentence at a time; not called where all is up.
        aws: Whether an AWS account is needed, too; once it is there, it stays until `reset`. It lives in the
            memory of its process: what is in it goes when that ends, however it ends.

    Raises:
        ControlPlaneError: moto is not installed, a binary is missing, a process does not stay up, or time ran out.
    """
    # Absolute: the daemon works in a folder of its own.
    folder = ClusterFolder(state.absolute())
    aws = aws or bool((read_json(folder.config) or {}).get("aws"))
    if aws and find_spec("moto") is None:
        raise ControlPlaneError("the sandbox's AWS account needs moto: pip install 'pavedroad[aws-sandbox]'")
    config = {"binaries": {name: str(path) for name, path in _checked(binaries).items()}, "aws": aws}
    if info := _running_as(folder, config):
        return info
    with _one_at_a_time(folder, progress):
        if info := _running_as(folder, config):
            return info
        if read_json(folder.config) not in (None, config):
            _stop(folder, progress)
        write_json(folder.config, config)
        credentials.ensure_tokens(folder)
        progress("starting the control plane")
        _launch_supervisor(folder)
        try:
            _wait_until_ready(folder)
            _furnish(folder, progress)
        except ControlPlaneError:
            # What does not come up must not go on trying for ever behind the user's back.
            _stop(folder, progress)
            raise
    if info := _running_as(folder, config):
        return info
    raise ControlPlaneError(f"the control plane went down again while it was started; see {folder.logs}")


def status(state: Path) -> ClusterStatus | None:
    """What runs now; None where the cluster was never started, or was reset.

    A supervisor that died without a word leaves its last status behind: `is_supervised` tells.
    """
    return read_status(ClusterFolder(state.absolute()))


def stop(state: Path, progress: Callable[[str], None]) -> None:
    """Stop the processes in order and keep the data; does nothing where none runs.

    Raises:
        ControlPlaneError: Another operation did not end in time.
    """
    folder = ClusterFolder(state.absolute())
    if not folder.root.exists():
        return
    with _one_at_a_time(folder, progress):
        _stop(folder, progress)


def reset(state: Path, progress: Callable[[str], None]) -> None:
    """Stop the cluster and remove its data, credentials, logs and kubeconfig.

    Raises:
        ControlPlaneError: Another operation did not end in time.
    """
    folder = ClusterFolder(state.absolute())
    if not folder.root.exists():
        return
    with _one_at_a_time(folder, progress):
        _stop(folder, progress)
        progress("removing the cluster's data")
        folder.kubeconfig.unlink(missing_ok=True)
        shutil.rmtree(folder.root)


def _checked(binaries: Mapping[str, Path]) -> dict[str, Path]:
    missing = [name for name in BINARIES if name not in binaries or not os.access(binaries[name], os.X_OK)]
    if missing:
        raise ControlPlaneError(f"the control plane lacks executables: {', '.join(missing)}")
    return {name: binaries[name].absolute() for name in BINARIES}


def _running_as(folder: ClusterFolder, config: dict[str, Any]) -> ClusterInfo | None:
    now = read_status(folder)
    if not (now and now.is_up() and folder.furnished.exists() and read_json(folder.config) == config):
        return None
    return ClusterInfo(
        server=credentials.server_url(now.port),
        kubeconfig=folder.kubeconfig,
        logs=folder.logs,
        processes=now.processes,
        aws_endpoint=AwsFolder(folder.aws).endpoint if config["aws"] else None,
    )


@contextmanager
def _one_at_a_time(folder: ClusterFolder, progress: Callable[[str], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - a look at a healthy cluster needs no lock

    folder.create()
    lock = FileLock(folder.operation_lock, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress("waiting for another operation on the cluster to end")
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
        except Timeout:
            raise ControlPlaneError(
                f"another operation has held {folder.operation_lock} for {_LOCK_SECONDS:.0f} s"
            ) from None
    try:
        yield
    finally:
        lock.release()


def _launch_supervisor(folder: ClusterFolder) -> None:
    """Start the daemon; where one is at work already, the new one ends by itself."""
    with folder.log("supervisor").open("ab") as log:
        subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "pavedroad.sandbox.supervisor", str(folder.state)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_daemon_environment(),
            check=True,
        )


def _daemon_environment() -> dict[str, str]:
    """No more of the user's environment than a daemon needs: no KUBECONFIG, no cloud credentials."""
    kept = {key: os.environ[key] for key in ("HOME", "LANG", "PATH", "TMPDIR", "TZ") if key in os.environ}
    return kept | {"PYTHONPATH": str(_SOURCE_ROOT)}


def _wait_until_ready(folder: ClusterFolder) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        now = read_status(folder)
        if now and now.is_up():
            return
        if now and now.is_supervised():
            _raise_if_hopeless(folder, now)
        if time.monotonic() > deadline:
            raise ControlPlaneError(
                f"the control plane is not ready after {_READY_SECONDS:.0f} s; see {folder.logs}"
            )
        time.sleep(_POLL_SECONDS)


def _raise_if_hopeless(folder: ClusterFolder, now: ClusterStatus) -> None:
    for name, process in now.processes.items():
        if process.failures >= _HOPELESS_FAILURES:
            raise ControlPlaneError(
                f"{name} does not stay up ({process.failures} tries); its last words: "
                f"{_last_line(folder.log(name))!r}; all of them: {folder.log(name)}"
            )


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""


def _furnish(folder: ClusterFolder, progress: Callable[[str], None]) -> None:
    if folder.furnished.exists():
        return
    # Imported here: a look at a healthy cluster needs no HTTP client.
    from pavedroad.sandbox.api import KubeClient  # noqa: PLC0415 - see above
    from pavedroad.sandbox.furnishing import NODES, furnish  # noqa: PLC0415 - see above

    progress(f"adding {len(NODES)} simulated nodes")
    try:
        with KubeClient.from_kubeconfig(folder.kubeconfig) as client:
            furnish(client, timeout_seconds=_READY_SECONDS)
    except TimeoutError as error:
        raise ControlPlaneError(f"{error}; see {folder.logs}") from error
    folder.furnished.touch()


def _stop(folder: ClusterFolder, progress: Callable[[str], None]) -> None:
    last = read_status(folder)
    if last is None or not (last.is_supervised() or last.survivors()):
        return
    progress("stopping the control plane")
    last.supervisor.send(signal.SIGTERM)
    if not last.supervisor.wait_until_gone(_STOP_SECONDS):
        end(last.supervisor, grace_seconds=1.0)
    for survivor in last.survivors():
        end(survivor, grace_seconds=5.0)
