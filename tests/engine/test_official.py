"""The official engine is used in a tested version only, and a firewall that hangs costs no more than the limit."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pavedroad.engine.official import can_be_reached, download_official, official_on_path
from tests.support.engine import RecordedProgress


def put_pulumi(folder: Path, body: str) -> dict[str, str]:
    """Put a ``pulumi`` on a search path of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "pulumi").write_text(f"#!/bin/sh\n{body}\n")
    (folder / "pulumi").chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_a_tested_version_on_the_path_is_used(tmp_path: Path) -> None:
    environment = put_pulumi(tmp_path / "bin", "echo v3.259.0")
    found = official_on_path(RecordedProgress(), environment, tested=("3.259.0",))
    assert found == (tmp_path / "bin" / "pulumi", "3.259.0")


@pytest.mark.parametrize(
    ("body", "reason"),
    [("echo v3.100.0", "it is 3.100.0"), ("exit 1", "does not say its version"), ("echo", "does not say")],
)
def test_any_other_is_refused_in_one_line_that_says_why(tmp_path: Path, body: str, reason: str) -> None:
    environment = put_pulumi(tmp_path / "bin", body)
    progress = RecordedProgress()
    assert official_on_path(progress, environment, tested=("3.259.0",)) is None
    assert len(progress.said) == 1
    assert reason in progress.said[0]
    assert "tested: 3.259.0" in progress.said[0]


def test_where_there_is_none_nothing_is_said(tmp_path: Path) -> None:
    progress = RecordedProgress()
    assert official_on_path(progress, {"PATH": str(tmp_path)}) is None
    assert progress.said == []


def test_asking_for_the_version_leaves_the_users_pulumi_home_alone(tmp_path: Path) -> None:
    environment = put_pulumi(tmp_path / "bin", f'echo "$PULUMI_HOME" > {tmp_path}/home; echo v3.259.0')
    environment["PULUMI_HOME"] = "/home/user/.pulumi"
    official_on_path(RecordedProgress(), environment, tested=("3.259.0",))
    assert ".pulumi" not in (tmp_path / "home").read_text()


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A server that takes connections and never answers, as a firewall does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.fixture
def drip() -> Iterator[str]:
    """A server that sends one byte now and then, so that no single wait is ever long."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                while not over.wait(0.05):
                    connection.sendall(b"H")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        over.set()
        thread.join()


@pytest.fixture(params=[200, 403])
def answering(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """A server that gives one answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(request.param)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", request.param
        server.shutdown()
        thread.join()


def test_a_server_that_hangs_costs_no_more_than_the_limit(black_hole: str) -> None:
    began = time.monotonic()
    assert not can_be_reached(black_hole, seconds=0.4)
    assert time.monotonic() - began < 1.5


def test_a_server_that_drips_costs_no_more_than_the_limit(drip: str) -> None:
    began = time.monotonic()
    assert not can_be_reached(drip, seconds=0.4)
    assert time.monotonic() - began < 1.5


def test_only_an_answer_that_grants_counts(
    answering: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    url, status = answering
    assert can_be_reached(url, seconds=5) is (status == 200)


def test_a_refused_connection_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert not can_be_reached(f"http://127.0.0.1:{port}/", seconds=5)


def test_a_download_that_fails_is_reported_and_no_error(tmp_path: Path) -> None:
    progress = RecordedProgress()
    nowhere = {"PATH": "/usr/bin:/bin", "https_proxy": "http://127.0.0.1:9"}
    assert download_official(tmp_path, progress, nowhere) is None
    assert "going another way" in progress.said[-1]
