"""The cache heals itself, and two at once do not meet."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pavedroad.engine.cache import BuildCache, cache_folder
from pavedroad.engine.progress import SilentProgress
from tests.support.engine import RecordedProgress


@pytest.fixture
def cache(tmp_path: Path) -> BuildCache:
    return BuildCache(tmp_path / "cache")


class Filler:
    """Fills a folder and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        (folder / "bin").mkdir()
        (folder / "bin" / "tool").write_text(f"made {self.times}")


def ensure(cache: BuildCache, fill: Filler) -> str:
    folder = cache.ensure("thing", fill, title="the thing", progress=SilentProgress())
    return (folder / "bin" / "tool").read_text()


def test_the_cache_is_the_users_unless_another_is_named() -> None:
    assert cache_folder({"PAVEDROAD_CACHE": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/pavedroad")
    assert cache_folder({}) == Path.home() / ".cache" / "pavedroad"


def test_what_is_there_is_not_made_again(cache: BuildCache) -> None:
    fill = Filler()
    assert [ensure(cache, fill), ensure(cache, fill)] == ["made 1", "made 1"]


@pytest.mark.parametrize("damage", ["truncated", "changed", "removed", "no manifest", "broken manifest"])
def test_what_is_damaged_is_made_again_and_reported(cache: BuildCache, damage: str) -> None:
    fill = Filler()
    ensure(cache, fill)
    tool = cache.entry("thing") / "bin" / "tool"
    manifest = cache.entry("thing") / "manifest.json"
    match damage:
        case "truncated":
            tool.write_text("m")
        case "changed":
            tool.write_text("mane 1")
        case "removed":
            tool.unlink()
        case "no manifest":
            manifest.unlink()
        case "broken manifest":
            manifest.write_text('{"bin/tool"')
    progress = RecordedProgress()
    cache.ensure("thing", fill, title="the thing", progress=progress)
    assert tool.read_text() == "made 2"
    assert [line for line in progress.said if "damaged or incomplete" in line]


def test_a_copy_with_other_times_is_intact(cache: BuildCache) -> None:
    fill = Filler()
    ensure(cache, fill)
    os.utime(cache.entry("thing") / "bin" / "tool", (1, 1))
    assert ensure(cache, fill) == "made 1"


def test_what_fails_half_way_leaves_nothing(cache: BuildCache) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.ensure("thing", fail, title="the thing", progress=SilentProgress())
    assert [path.name for path in cache.root.iterdir() if path.is_dir()] == []


def test_what_a_killed_set_up_left_is_cleared_away(cache: BuildCache) -> None:
    leftover = cache.root / ".draft-thing-abc"
    leftover.mkdir(parents=True)
    (leftover / "half").touch()
    ensure(cache, Filler())
    assert not leftover.exists()


class FileProgress(RecordedProgress):
    """Writes each report to a file at once."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def say(self, message: str) -> None:
        with self.log.open("a") as file:
            file.write(f"{message}\n")

    @contextmanager
    def step(self, title: str, *, expected_seconds: float | None = None) -> Iterator[None]:  # noqa: ARG002  the protocol's
        self.say(title)
        yield


def _ensure_slowly(root: Path, log: Path) -> None:
    progress = FileProgress(log)

    def fill(folder: Path) -> None:
        progress.say("made")
        deadline = time.monotonic() + 30
        while "Waiting" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        (folder / "tool").touch()

    BuildCache(root).ensure("thing", fill, title="the thing", progress=progress)


def test_of_two_set_ups_at_once_one_makes_it_and_the_other_says_that_it_waits(tmp_path: Path) -> None:
    log = tmp_path / "log"
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=_ensure_slowly, args=(tmp_path / "cache", log)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(timeout=60)
    assert [process.exitcode for process in both] == [0, 0]
    said = ["Waiting for another set-up, which is making the thing", "made"]
    assert sorted(log.read_text().splitlines()) == said
