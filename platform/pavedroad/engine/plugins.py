"""The plugins of one state folder, installed into its own Pulumi home.

The engine warns at every run about plugins that it finds on the PATH; those in its home it takes as they are.
Nothing is ever read from or written to the user's ``~/.pulumi``.
"""

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pavedroad.engine.pins import AWS_PROVIDER_VERSION, KUBERNETES_PROVIDER_VERSION, PULUMI_VERSION
from pavedroad.engine.state import StateFolder, explained, write_atomically

_EXECUTABLE = 0o755

LANGUAGE_HOST_MODULE = "pavedroad.engine.language_host"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, and what stands in for it.

    Attributes:
        name: As the engine calls it.
        title: In words.
        version: The version that programs ask for.
        module: The sandbox's own.
    """

    name: str
    title: str
    version: str
    module: str


KUBERNETES: Final = Provider(
    "kubernetes", "Kubernetes", KUBERNETES_PROVIDER_VERSION, "pavedroad.sandbox.provider"
)
AWS: Final = Provider("aws", "AWS", AWS_PROVIDER_VERSION, "pavedroad.sandbox.aws")


def provider_executable(state: StateFolder, provider: Provider) -> Path:
    """Where a provider stands in the state's Pulumi home."""
    return _plugin(state, "resource", provider.name, provider.version)


def install_language_host(state: StateFolder) -> Path:
    """Install this project's language host and return its executable."""
    executable = _plugin(state, "language", "python", PULUMI_VERSION)
    _install_module(executable, LANGUAGE_HOST_MODULE)
    return executable


def install_sandbox_provider(state: StateFolder, provider: Provider) -> None:
    """Install the sandbox's own provider."""
    _install_module(provider_executable(state, provider), provider.module)


def link_provider(state: StateFolder, provider: Provider, executable: Path) -> None:
    """Install a provider that stands elsewhere, by a link."""
    _link(provider_executable(state, provider), executable)


def link_engine(state: StateFolder, executable: Path) -> None:
    """Put the chosen engine on the PATH that the state folder gives."""
    _link(state.executables / "pulumi", executable)


def provider_on_path(provider: Provider, path: str) -> Path | None:
    """Find an official provider on a search path."""
    found = shutil.which(f"pulumi-resource-{provider.name}", path=path)
    return Path(found) if found else None


def _plugin(state: StateFolder, kind: str, name: str, version: str) -> Path:
    return state.pulumi_home / "plugins" / f"{kind}-{name}-v{version}" / f"pulumi-{kind}-{name}"


def _install_module(executable: Path, module: str) -> None:
    """Write a plugin that runs one of this project's modules with this very Python."""
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {module} "$@"\n'
    if (
        executable.is_file()
        and not executable.is_symlink()
        and executable.read_text(encoding="utf-8") == script
    ):
        return
    with explained(executable):
        executable.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(executable, script, mode=_EXECUTABLE)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    with explained(link):
        link.parent.mkdir(parents=True, exist_ok=True)
        draft = link.with_name(f".{link.name}-new")
        draft.unlink(missing_ok=True)
        draft.symlink_to(target)
        draft.replace(link)
