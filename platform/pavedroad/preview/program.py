"""Running a project's program in this process as Pulumi's language host would in one of its own."""

import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Final

from pavedroad.preview.project import Project
from pavedroad.testing import Recorder, Recording
from pavedroad.testing.isolation import environment_without

_CREDENTIALS: Final = ("AWS_", "KUBECONFIG")
"""Environment variables that a preview must not depend on: it shows the same on every machine."""


def record_program(project: Project, stack: str, timeout_seconds: float) -> Recording:
    """Run a project's program for one stack, as ``pulumi preview`` of a new stack would, and record it.

    What the program prints goes to standard error. Afterwards working directory, import path, environment and
    imported modules are as before: modules of the project are imported anew each time.

    Raises:
        UnreadableProjectError: If the stack cannot be read.
        RecordingError: If the program fails; one line that names the line in the program.
    """
    config = project.config(stack)
    recorder = Recorder(
        project=project.name,
        stack=stack,
        preview=True,
        root_directory=project.root,
        timeout_seconds=timeout_seconds,
    )
    for key, value in config.items():
        recorder.set_config(key, value.text, secret=value.secret)
    with ExitStack() as as_host:
        as_host.enter_context(environment_without(*_CREDENTIALS))
        as_host.enter_context(redirect_stdout(sys.stderr))
        as_host.enter_context(_imports_of_its_own(project))
        directory = project.program if project.program.is_dir() else project.program.parent
        as_host.enter_context(chdir(directory))
        return recorder.run(lambda: _run(project.program))


def _run(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


@contextmanager
def _imports_of_its_own(project: Project) -> Iterator[None]:
    """Give the program an import state of its own: its folder first on the path, its modules not yet loaded."""
    directory = project.program if project.program.is_dir() else project.program.parent
    path, arguments, modules = list(sys.path), list(sys.argv), dict(sys.modules)
    names = _own_names(project.root, directory)
    for name, module in modules.items():
        if _belongs_to(project, names, name, module):
            del sys.modules[name]
    sys.path.insert(0, str(directory))
    sys.argv = [str(project.program)]
    try:
        yield
    finally:
        sys.path[:], sys.argv = path, arguments
        for name, module in list(sys.modules.items()):
            if _belongs_to(project, names, name, module):
                del sys.modules[name]
        for name, module in modules.items():
            sys.modules.setdefault(name, module)


def _own_names(*folders: Path) -> frozenset[str]:
    """Return the names under which modules and packages of these folders are imported."""
    found = {file.stem for folder in folders for file in folder.glob("*.py")}
    found |= {file.parent.name for folder in folders for file in folder.glob("*/__init__.py")}
    return frozenset(found - sys.stdlib_module_names - {_TOOL})


def _belongs_to(project: Project, names: frozenset[str], name: str, module: ModuleType) -> bool:
    """Tell whether a module is the project's, but neither this tool nor of a virtual environment.

    It is where it lies below the project's root, or has a name of the project's own: another project's module of
    the same name may be loaded already.
    """
    file = getattr(module, "__file__", None)
    top = name.partition(".")[0]
    if not isinstance(file, str) or name == "__main__" or top == _TOOL:
        return False
    if top in names:
        return True
    return file.startswith(f"{project.root}{os.sep}") and not file.startswith(f"{sys.prefix}{os.sep}")


_TOOL: Final = __name__.partition(".")[0]
