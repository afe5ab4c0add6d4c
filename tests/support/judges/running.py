"""Running judges on this machine: on free ports of the loopback, each in a folder of its own, and gone afterwards."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

Answer = TypeVar("Answer")

READY_SECONDS = 90.0
STOP_SECONDS = 10.0


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(ask: Callable[[], Answer], *, seconds: float = READY_SECONDS, why: str) -> Answer:
    """Ask again and again until the answer is there.

    Args:
        ask: Returns something true, or something false for "not yet"; a refused connection is one as well.
        seconds: How long to try.
        why: What is waited for, for the message.

    Raises:
        AssertionError: It never came.
    """
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
            last = found
        except httpx.HTTPError as error:
            last = error
        time.sleep(0.25)
    raise AssertionError(f"{why}: not within {seconds:g} s; the last answer was {last!r}")


def get(url: str, **parameters: str) -> httpx.Response:
    """Ask by HTTP."""
    return httpx.get(url, params=parameters or None, timeout=10)


@contextmanager
def running(
    command: list[str], folder: Path, ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[Path]:
    """Run a program until the block ends; yields the file with what it says.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        ready: URL that answers with success once it is ready.
        environment: Variables beside this process's own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "said.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environment or {})}, stdout=output, stderr=output
        )

        def answers() -> bool:
            if process.poll() is not None:
                raise AssertionError(f"{command[0]} ended: {said.read_text(encoding='utf-8')[-3000:]}")
            return get(ready).is_success

        try:
            eventually(answers, why=f"{Path(command[0]).name} is ready")
            yield said
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
