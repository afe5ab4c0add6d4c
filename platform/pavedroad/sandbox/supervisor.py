"""The daemon that keeps the control plane running: `python -m pavedroad.sandbox.supervisor STATE_FOLDER`.

It starts the processes in order, starts one that ended again (with its data), writes what it sees to
`status.json`, and stops all of them in the opposite order when asked to by SIGTERM, or when somebody removed the
state folder. On Linux the processes die
with it, however it ends; elsewhere the next supervisor ends what the last one left. It holds a lock as long as
it lives, so there is never a second one for the same cluster, and hence never a second etcd for the same data.
"""

import fcntl
import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from pavedroad.sandbox import credentials, health, ports
from pavedroad.sandbox.aws.folder import AwsFolder
from pavedroad.sandbox.child import Child
from pavedroad.sandbox.commands import (
    API_SERVER,
    AWS,
    BINARIES,
    CLIENTS,
    ETCD,
    ETCD_SOCKET,
    Launch,
    aws_launch,
    launches,
)
from pavedroad.sandbox.layout import ClusterFolder, read_json
from pavedroad.sandbox.process_identity import ProcessIdentity, end
from pavedroad.sandbox.supervision import ClusterStatus, read_status, write_status

_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_BUSY_SECONDS = 0.1
_CALM_SECONDS = 2.0
_GRACE_SECONDS = 10.0

_log = logging.getLogger("supervisor")


@dataclass(frozen=True, slots=True)
class Config:
    """What is to run.

    Attributes:
        binaries: The control plane's executables by name.
        aws: Whether there is an AWS account, too.
    """

    binaries: dict[str, Path]
    aws: bool

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Config":
        """Read what was written down."""
        return cls({name: Path(path) for name, path in config["binaries"].items()}, bool(config.get("aws")))


class Supervisor:
    """Keeps the processes of one sandbox running. Expects to have the working folder `run` to itself."""

    def __init__(
        self,
        folder: ClusterFolder,
        config: Config,
        identity: ProcessIdentity,
        is_wanted: Callable[[], bool],
    ) -> None:
        """Nothing is started yet; once `is_wanted` says no, all is stopped."""
        self._folder = folder
        self._is_wanted = is_wanted
        self._binaries = config.binaries
        self._identity = identity
        self._port = ports.choose_port(folder.port)
        self._aws_folder = AwsFolder(folder.aws)
        names = (*BINARIES, AWS) if config.aws else BINARIES
        self._children = {name: Child(name, folder.log(name)) for name in names}
        self._api_ready = False
        self._aws_port = 0
        self._aws_ready = not config.aws
        self._written: ClusterStatus | None = None

    def run(self) -> None:
        """Work until told to stop."""
        signals = _Signals()
        while not signals.asked_to_stop and self._is_wanted():
            self._tick()
            signals.wait(_CALM_SECONDS if self._ready else _BUSY_SECONDS)
        _log.info("stopping")
        for child in reversed(self._children.values()):
            child.stop(_GRACE_SECONDS)
        self._api_ready = False
        if self._is_wanted():
            self._publish()
        _log.info("stopped")

    @property
    def _ready(self) -> bool:
        return (
            self._api_ready and self._aws_ready and all(child.is_running for child in self._children.values())
        )

    def _tick(self) -> None:
        for child in self._children.values():
            code = child.reap()
            if code is not None:
                _log.warning("%s ended with %s (failure %s in a row)", child.name, code, child.failures)
                # Without etcd the API server runs on, but does not serve: it is asked again.
                self._api_ready = self._api_ready and child.name not in {ETCD, API_SERVER}
                self._aws_ready = self._aws_ready and child.name != AWS
        self._probe()
        self._probe_aws()
        for name, child in self._children.items():
            if child.is_due and self._may_start(name):
                self._start(child)
        self._publish()

    def _probe(self) -> None:
        if self._api_ready or not self._children[API_SERVER].is_running:
            return
        try:
            ca_pem = self._folder.serving_certificate.read_text(encoding="ascii")
        except FileNotFoundError:
            return
        if health.is_ready(self._port, ca_pem=ca_pem, token=credentials.admin_token(self._folder)):
            credentials.write_kubeconfigs(self._folder, self._port)
            self._api_ready = True
            _log.info("the API server is ready on port %s", self._port)

    def _probe_aws(self) -> None:
        if not self._aws_ready and self._children[AWS].is_running:
            self._aws_ready = health.listens(self._aws_port)

    def _may_start(self, name: str) -> bool:
        if name in {ETCD, AWS}:
            return True
        if name == API_SERVER:
            return health.accepts(ETCD_SOCKET)
        return self._api_ready

    def _start(self, child: Child) -> None:
        if child.name == API_SERVER and not ports.is_free(self._port):
            self._move()
        command = self._launch(child.name)
        try:
            child.start(command.arguments)
        except OSError as error:
            _log.error("%s cannot be started: %s", child.name, error)
        else:
            _log.info("started %s: %s", child.name, child.status().identity)

    def _launch(self, name: str) -> Launch:
        if name != AWS:
            return launches(self._folder, self._binaries, self._port)[name]
        # Its memory died with it, and so does what stands beside it.
        self._aws_folder.forget()
        self._aws_port = ports.choose_port(self._folder.aws / "port")
        return aws_launch(self._aws_port)

    def _move(self) -> None:
        """Somebody took the port while the API server was down: take another, and tell its clients."""
        taken, self._port = self._port, ports.choose_port(self._folder.port)
        _log.warning("port %s is taken by another program; the API server moves to %s", taken, self._port)
        for name in CLIENTS:
            self._children[name].stop(_GRACE_SECONDS)

    def _publish(self) -> None:
        status = ClusterStatus(
            supervisor=self._identity,
            port=self._port,
            ready=self._ready,
            processes={name: child.status() for name, child in self._children.items()},
        )
        if status != self._written:
            write_status(self._folder, status)
            self._written = status


class _Signals:
    """Wakes the supervisor when a process ends or somebody asks it to stop."""

    def __init__(self) -> None:
        self.asked_to_stop = False
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        # A handler has to exist for a signal to come through the pipe.
        for number in (signal.SIGCHLD, *_STOPPING):
            signal.signal(number, self._note)

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, but not longer than this."""
        if select.select([self._reader], [], [], seconds)[0]:
            os.read(self._reader, 4096)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop = self.asked_to_stop or number in _STOPPING


def main(state: Path) -> int:
    """Become a daemon and supervise; returns at once in the process that was called, and where one is at work."""
    folder = ClusterFolder(state)
    if os.fork():
        return 0
    os.setsid()
    os.chdir(folder.run)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    identity = ProcessIdentity.of(os.getpid())
    config = read_json(folder.config)
    if identity is None or config is None:
        _log.error("there is no cluster to run in %s", folder.root)
        return 1
    with folder.supervisor_lock.open("w") as lock:
        if not _is_ours_alone(lock):
            _log.info("another supervisor is at work")
            return 0
        _end_survivors(folder)
        credentials.renew_certificate_if_old(folder)
        Supervisor(folder, Config.of(config), identity, lambda: _still_stands(lock, folder)).run()
    return 0


def _is_ours_alone(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_stands(lock: TextIO, folder: ClusterFolder) -> bool:
    """Whether the folder is the one we were started for: somebody may have removed it by hand."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), folder.supervisor_lock.stat())
    except FileNotFoundError:
        return False


def _end_survivors(folder: ClusterFolder) -> None:
    last = read_status(folder)
    for survivor in last.survivors() if last else ():
        _log.warning("ending process %s that the last supervisor left", survivor.pid)
        end(survivor, grace_seconds=_GRACE_SECONDS)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
