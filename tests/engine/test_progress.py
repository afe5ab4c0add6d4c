"""Long steps are never silent, and without a terminal every line is a plain one."""

import io
import time

import pytest
from rich.console import Console

from pavedroad.engine.progress import ConsoleProgress, spoken


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.6, "1 min"), (240, "4 min"), (245, "4 min 5 s")],
)
def test_durations_are_written_for_people(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


def reported(*, terminal: bool, seconds: float = 0.0, fault: Exception | None = None) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=100)
    try:
        with ConsoleProgress(console, heartbeat_seconds=0.05).step("Building etcd", expected_seconds=25):
            time.sleep(seconds)
            if fault:
                raise fault
    except ValueError:
        pass
    return out.getvalue()


def test_without_a_terminal_a_step_is_a_line_a_heartbeat_and_a_line() -> None:
    lines = reported(terminal=False, seconds=0.3).splitlines()
    assert lines[0] == "Building etcd, about 25 s …"
    assert lines[1].startswith("  still building etcd: 0.")
    assert lines[-1].startswith("✓ Building etcd (0.")
    assert "\x1b" not in "".join(lines)


def test_on_a_terminal_there_is_one_live_line() -> None:
    text = reported(terminal=True, seconds=0.2)
    assert "\x1b" in text
    assert "still building" not in text
    assert "✓ Building etcd" in text


@pytest.mark.parametrize("terminal", [True, False])
def test_a_step_that_fails_is_not_reported_as_done(terminal: bool) -> None:
    text = reported(terminal=terminal, fault=ValueError("no"))
    assert "✗ Building etcd: stopped after" in text
    assert "✓" not in text


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    out = io.StringIO()
    ConsoleProgress(Console(file=out)).say("[bold]not markup[/bold] [/x]")
    assert out.getvalue() == "[bold]not markup[/bold] [/x]\n"
