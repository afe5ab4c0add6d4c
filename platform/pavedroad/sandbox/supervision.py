"""What the supervisor writes down about itself and its processes, and how others read it."""

from dataclasses import asdict, dataclass, field
from typing import Any

from pavedroad.sandbox.layout import ClusterFolder, read_json, write_json
from pavedroad.sandbox.process_identity import ProcessIdentity

__all__ = ["ClusterStatus", "ProcessStatus", "read_status", "write_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStatus:
    """One process of the control plane.

    Attributes:
        identity: The process that runs now; None while it is down.
        restarts: How often it was started again since the supervisor started.
        failures: How often in a row it ended soon after it was started.
    """

    identity: ProcessIdentity | None = None
    restarts: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStatus:
    """The whole control plane.

    Attributes:
        supervisor: The supervisor itself.
        port: The API server's loopback port.
        ready: Whether all processes run and the API server said that it is ready since it last started.
        processes: By name, in the order in which they start.
    """

    supervisor: ProcessIdentity
    port: int
    ready: bool
    processes: dict[str, ProcessStatus] = field(default_factory=dict)

    def is_supervised(self) -> bool:
        """Whether the supervisor that wrote this still lives."""
        return self.supervisor.is_alive()

    def is_up(self) -> bool:
        """Whether all was ready when this was written, and all of it still runs."""
        return self.ready and self.is_supervised() and len(self.survivors()) == len(self.processes)

    def survivors(self) -> list[ProcessIdentity]:
        """The processes that still run, in the order in which they are to stop."""
        known = [process.identity for process in self.processes.values() if process.identity]
        return [identity for identity in reversed(known) if identity.is_alive()]


def write_status(folder: ClusterFolder, status: ClusterStatus) -> None:
    """Write the status for others to read."""
    write_json(folder.status, asdict(status))


def read_status(folder: ClusterFolder) -> ClusterStatus | None:
    """Read what the last supervisor wrote; None where none ever did, or the file is damaged."""
    value = read_json(folder.status)
    if value is None:
        return None
    try:
        return ClusterStatus(
            supervisor=ProcessIdentity(**value["supervisor"]),
            port=value["port"],
            ready=value["ready"],
            processes={name: _process(process) for name, process in value["processes"].items()},
        )
    except (KeyError, TypeError, AttributeError):
        return None


def _process(value: dict[str, Any]) -> ProcessStatus:
    identity = value["identity"]
    return ProcessStatus(
        identity=ProcessIdentity(**identity) if identity else None,
        restarts=value["restarts"],
        failures=value["failures"],
    )
