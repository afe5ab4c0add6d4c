"""A recipe is built once, at its pinned version, and whatever fails is said."""

from pathlib import Path

import pytest

from pavedroad.engine.builds import check_version, ensure_built, module_file
from pavedroad.engine.cache import BuildCache
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.gotool import Go, find_go
from pavedroad.engine.pins import CONTROL_PLANE, ETCD, KUBERNETES, PULUMI, Recipe
from tests.support.engine import FakeGo, RecordedProgress

ALL = (PULUMI, *CONTROL_PLANE)


@pytest.fixture
def cache(tmp_path: Path) -> BuildCache:
    return BuildCache(tmp_path / "cache")


def built(recipe: Recipe, cache: BuildCache, fake: FakeGo) -> dict[str, Path]:
    def go() -> Go:
        return find_go(cache, RecordedProgress(), {"PATH": fake.path})

    return ensure_built(recipe, cache=cache, go=go, progress=RecordedProgress())


@pytest.mark.parametrize("recipe", ALL, ids=lambda recipe: recipe.name)
def test_every_binary_is_built_once(recipe: Recipe, cache: BuildCache, fake_go: FakeGo) -> None:
    first = built(recipe, cache, fake_go)
    assert set(first) == {binary.name for binary in recipe.binaries}
    assert all(path.is_file() for path in first.values())
    assert built(recipe, cache, fake_go) == first
    assert len(fake_go.builds) == len(recipe.binaries)


def test_no_go_is_looked_for_where_nothing_is_to_be_built(cache: BuildCache, fake_go: FakeGo) -> None:
    built(ETCD, cache, fake_go)

    def never() -> Go:
        raise AssertionError("no build is needed")

    ensure_built(ETCD, cache=cache, go=never, progress=RecordedProgress())


def test_a_truncated_binary_is_built_again(cache: BuildCache, fake_go: FakeGo) -> None:
    etcd = built(ETCD, cache, fake_go)["etcd"]
    etcd.write_text("#!/bin")
    assert "3.6.14" in built(ETCD, cache, fake_go)["etcd"].read_text()
    assert len(fake_go.builds) == 2


def test_a_failed_build_ends_with_what_go_said_and_the_next_one_succeeds(
    cache: BuildCache, fake_go: FakeGo
) -> None:
    fake_go.breaks()
    with pytest.raises(ToolchainError, match=r"building etcd failed(.|\n)*on fire(.|\n)*GOPROXY"):
        built(ETCD, cache, fake_go)
    fake_go.works()
    assert built(ETCD, cache, fake_go)["etcd"].is_file()


def test_builds_run_without_c_and_without_another_toolchain(cache: BuildCache, fake_go: FakeGo) -> None:
    built(ETCD, cache, fake_go)
    seen = fake_go.environment()
    assert (seen["CGO_ENABLED"], seen["GOTOOLCHAIN"], seen["GOWORK"]) == ("0", "local", "off")


def test_siblings_are_replaced_by_their_published_versions() -> None:
    text = module_file(KUBERNETES, ["k8s.io/api"])
    assert "require k8s.io/kubernetes v1.36.3\n" in text
    assert "replace k8s.io/api => k8s.io/api v0.36.3\n" in text


def test_the_linker_is_told_the_version_that_the_engine_must_report(
    cache: BuildCache, fake_go: FakeGo
) -> None:
    built(PULUMI, cache, fake_go)
    assert "version.Version=3.259.0" in fake_go.builds[0]


@pytest.mark.parametrize("said", ["1.36.30", "11.36.3", "v1.36.2", ""])
def test_another_version_than_the_pinned_one_is_refused(tmp_path: Path, said: str) -> None:
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\necho 'Kubernetes {said}'\n")
    tool.chmod(0o755)
    with pytest.raises(ToolchainError, match=r"tool was built but is not version 1\.36\.3"):
        check_version(tool, ["--version"], "1.36.3")


@pytest.mark.parametrize("said", ["1.36.3", "Kubernetes v1.36.3", "v1.36.3 go1.26.8"])
def test_the_pinned_version_is_recognised_in_whatever_words(tmp_path: Path, said: str) -> None:
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\necho '{said}'\n")
    tool.chmod(0o755)
    check_version(tool, ["--version"], "1.36.3")


def test_what_does_not_run_is_refused(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_bytes(b"\x7fELF nonsense")
    tool.chmod(0o755)
    with pytest.raises(ToolchainError, match="does not run"):
        check_version(tool, ["--version"], "1.0.0")


def test_another_recipe_never_meets_the_same_folder() -> None:
    names = {recipe.cache_name for recipe in ALL}
    assert len(names) == len(ALL)
