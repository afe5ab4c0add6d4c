"""A killed run's lock is broken; a live one, or another machine's, never is."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pavedroad.engine.backend import FileBackend
from pavedroad.engine.errors import StackLockedError


@pytest.fixture
def backend(tmp_path: Path) -> FileBackend:
    return FileBackend(root=tmp_path, project="shop")


@pytest.fixture
def dead() -> int:
    """The identifier of a process that has ended."""
    process = subprocess.Popen(["/bin/true"])
    process.wait()
    return process.pid


def start_engine(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a process that is called as the engine is, and lives until it is killed."""
    engine = folder / "pulumi"
    engine.write_text("#!/bin/sh\necho here\nread -r _\n")
    engine.chmod(0o755)
    process = subprocess.Popen([engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    # Until it speaks it may still be called as its parent is.
    assert process.stdout is not None
    assert process.stdout.readline() == b"here\n"
    return process


@pytest.fixture
def living_engine(tmp_path: Path) -> Iterator[int]:
    """The identifier of a live engine."""
    with start_engine(tmp_path) as process:
        yield process.pid
        process.kill()


def lock(backend: FileBackend, process: int, host: str | None = None) -> Path:
    """Write a lock as the engine does."""
    file = backend.root / ".pulumi" / "locks" / "organization" / "shop" / "local" / f"{process}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "pid": process,
        "username": "ana",
        "hostname": host or socket.gethostname(),
        "timestamp": "2026-01-01T00:00:00Z",
    }
    file.write_text(json.dumps(facts))
    file.with_name(f"{file.name}.attrs").write_text("{}")
    return file


def save_stack(backend: FileBackend, latest: object) -> None:
    file = backend.root / ".pulumi" / "stacks" / "shop" / "local.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


def test_a_dead_holders_lock_is_removed_and_that_is_said(backend: FileBackend, dead: int) -> None:
    file = lock(backend, dead)
    said: list[str] = []
    backend.break_stale_locks("local", said.append)
    assert list(file.parent.iterdir()) == []
    assert said == [f"the run that held stack local (process {dead}) was killed: lock removed"]


def test_a_live_holder_is_named_and_its_lock_kept(backend: FileBackend, living_engine: int) -> None:
    file = lock(backend, living_engine)
    with pytest.raises(StackLockedError, match=rf"in use since 2026.* by ana@.*, process {living_engine}"):
        backend.break_stale_locks("local", print, grace_seconds=0.3)
    assert file.exists()


def test_an_identifier_that_was_used_again_is_not_the_engine(backend: FileBackend) -> None:
    file = lock(backend, os.getpid())
    backend.break_stale_locks("local", lambda _: None, grace_seconds=0.3)
    assert not file.exists()


def test_a_lock_of_another_machine_is_never_broken(backend: FileBackend, dead: int) -> None:
    file = lock(backend, dead, host="elsewhere")
    with pytest.raises(StackLockedError, match="ana@elsewhere"):
        backend.break_stale_locks("local", print, grace_seconds=60)
    assert file.exists()


def test_a_holder_that_ends_in_time_is_waited_for(backend: FileBackend, tmp_path: Path) -> None:
    with start_engine(tmp_path) as process:
        file = lock(backend, process.pid)

        def end() -> None:
            file.unlink()
            process.kill()

        release = threading.Timer(0.3, end)
        release.start()
        backend.break_stale_locks("local", lambda _: None, grace_seconds=20)
        assert not file.exists()
        release.join()


def test_other_stacks_locks_are_not_looked_at(backend: FileBackend, living_engine: int) -> None:
    lock(backend, living_engine)
    backend.break_stale_locks("other", print, grace_seconds=0)


@pytest.mark.parametrize("text", ["", "{", "{}", '{"pid": "x"}'])
def test_a_lock_that_is_being_written_or_released_is_none(backend: FileBackend, text: str) -> None:
    lock(backend, 1).write_text(text)
    assert backend.locks("local") == []


@pytest.mark.parametrize(
    ("latest", "pending"),
    [(None, False), ({}, False), ({"pending_operations": []}, False), ({"pending_operations": [{}]}, True)],
)
def test_operations_that_were_cut_off_are_noticed(
    backend: FileBackend, latest: object, pending: bool
) -> None:
    save_stack(backend, latest)
    assert backend.has_stack("local")
    assert backend.has_pending_operations("local") is pending


def test_a_stack_that_never_was_has_nothing_pending(backend: FileBackend) -> None:
    assert not backend.has_stack("local")
    assert not backend.has_pending_operations("local")
