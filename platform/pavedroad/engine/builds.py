"""Building the pinned binaries from the Go module proxy, each recipe once, into the user's cache."""

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pavedroad.engine.cache import BuildCache
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.gotool import Go
from pavedroad.engine.pins import LEAST_GO, Binary, Recipe
from pavedroad.engine.progress import Progress

_TAIL_LINES = 12
_ANSWER_SECONDS = 60
_STAGING_LINE = re.compile(r"^\s*(?P<module>\S+) => \./staging/", re.MULTILINE)


def ensure_built(
    recipe: Recipe, *, cache: BuildCache, go: Callable[[], Go], progress: Progress
) -> dict[str, Path]:
    """Return a recipe's executables, building them where the cache has none that are intact.

    Args:
        recipe: What is to be built.
        cache: Where it is kept.
        go: Finds the Go to build with; called only when something is to be built.
        progress: What the build is reported to.

    Returns:
        The paths, by the executables' names.

    Raises:
        ToolchainError: The build failed, or what it made is not the pinned version.
        StateError: The cache cannot be written.
    """

    def fill(folder: Path) -> None:
        tool = go()
        title = f"Building {recipe.title} {recipe.version} from source, once"
        with progress.step(title, expected_seconds=recipe.seconds):
            _build(recipe, tool, folder)
        for binary in recipe.binaries:
            check_version(folder / binary.name, binary.version_arguments, recipe.version)

    folder = cache.ensure(recipe.cache_name, fill, title=recipe.title, progress=progress)
    return {binary.name: folder / binary.name for binary in recipe.binaries}


def check_version(executable: Path, arguments: Sequence[str], version: str) -> None:
    """Run an executable and make sure that it says the version it is pinned to.

    Raises:
        ToolchainError: It does not run, or says something else.
    """
    try:
        answer = subprocess.run(  # noqa: S603  the executable that was built just now
            [str(executable), *arguments], capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolchainError(f"{executable.name} was built but does not run: {error}") from error
    said = answer.stdout.strip() or answer.stderr.strip()
    if not re.search(rf"(?<![\d.]){re.escape(version)}(?![\d.])", said):
        raise ToolchainError(
            f"{executable.name} was built but is not version {version}: it says {said.splitlines()[:1]}"
        )


def _build(recipe: Recipe, go: Go, folder: Path) -> None:
    """Build a recipe's executables into a folder, in a module of its own."""
    with tempfile.TemporaryDirectory(prefix="pavedroad-build-") as name:
        module = Path(name)
        (module / "go.mod").write_text(
            module_file(recipe, _staging_modules(recipe, go, module)), encoding="utf-8"
        )
        for binary in recipe.binaries:
            command = ["build", "-trimpath", "-ldflags", _linker_flags(recipe)]
            _run(go, [*command, "-o", str(folder / binary.name), binary.package], module, _doing(binary))


def module_file(recipe: Recipe, staging_modules: Sequence[str]) -> str:
    """Write the ``go.mod`` of the module that a recipe is built in.

    Args:
        recipe: What is to be built.
        staging_modules: The siblings that the recipe's module replaces by local folders, which are published too.
    """
    replaced = [
        *recipe.replaced,
        *((module, module, f"v{recipe.staging}") for module in staging_modules),
    ]
    lines = [
        "module pavedroad.dev/build",
        f"go {'.'.join(str(number) for number in LEAST_GO)}",
        f"require {recipe.module} v{recipe.version}",
        *(f"replace {old} => {new} {version}" for old, new, version in replaced),
    ]
    return "\n".join(lines) + "\n"


def _staging_modules(recipe: Recipe, go: Go, folder: Path) -> list[str]:
    """Read from the module's own go.mod which siblings it replaces by local folders."""
    if not recipe.staging:
        return []
    (folder / "go.mod").write_text("module pavedroad.dev/build\n", encoding="utf-8")
    answer = _run(
        go, ["mod", "download", "-json", f"{recipe.module}@v{recipe.version}"], folder, "downloading"
    )
    return _STAGING_LINE.findall(Path(json.loads(answer)["GoMod"]).read_text(encoding="utf-8"))


def _linker_flags(recipe: Recipe) -> str:
    return " ".join(["-s", "-w", *(f"-X {name}={value}" for name, value in recipe.linker_variables)])


def _run(go: Go, arguments: Sequence[str], folder: Path, doing: str) -> str:
    """Run Go and return what it prints."""
    try:
        answer = subprocess.run(  # noqa: S603  the go executable that was found
            [str(go.command), *arguments],
            cwd=folder,
            env=dict(go.environment),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise ToolchainError(f"{doing} failed: {go.command} does not run: {error}") from error
    if answer.returncode:
        tail = "\n".join(f"  {line}" for line in answer.stderr.strip().splitlines()[-_TAIL_LINES:])
        raise ToolchainError(
            f"{doing} failed; the end of what Go said:\n{tail}\n"
            f"where the module proxy cannot be reached, set GOPROXY to one that can, then run this again"
        )
    return answer.stdout


def _doing(binary: Binary) -> str:
    return f"building {binary.name}"
