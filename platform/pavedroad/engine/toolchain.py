"""The engine, its plugins and the sandbox's control plane: chosen once per state folder, then kept.

The order of preference: the official engine on the PATH in a tested version, its download, a build of the same
version from the Go module proxy. The choice is recorded in the state folder and holds until that is removed;
what was built or downloaded is checked at every start and healed.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pavedroad.engine import official, plugins
from pavedroad.engine.builds import ensure_built
from pavedroad.engine.cache import BuildCache, cache_folder, held
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.gotool import Go, find_go
from pavedroad.engine.pins import CONTROL_PLANE, PULUMI, PULUMI_VERSION
from pavedroad.engine.progress import Progress
from pavedroad.engine.state import StateFolder, write_atomically


class Source(StrEnum):
    """Where a tool comes from."""

    PATH = "path"
    DOWNLOADED = "downloaded"
    BUILT = "built"
    SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One chosen tool.

    Attributes:
        source: Where it comes from.
        version: Its version.
        path: Its executable.
    """

    source: Source
    version: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """All that a run of the engine needs.

    Attributes:
        engine: The Pulumi engine.
        language_host: The official one beside the engine, or the sandbox's.
        provider: The Kubernetes provider.
        aws_provider: The AWS provider; None where none was asked for.
        control_plane: The sandbox's cluster, executables by name; empty where none was asked for.
    """

    engine: Tool
    language_host: Tool
    provider: Tool
    aws_provider: Tool | None = None
    control_plane: Mapping[str, Tool] = field(default_factory=dict)


def ensure_toolchain(  # noqa: PLR0913 - each keyword is a choice by itself
    state: StateFolder,
    progress: Progress,
    *,
    control_plane: bool = True,
    aws: bool = False,
    cache: BuildCache | None = None,
    environment: Mapping[str, str] | None = None,
) -> Toolchain:
    """Return a toolchain that is there and intact, keeping the choice that the state folder records.

    Quick where nothing is missing: files are looked at, nothing is run.

    Args:
        state: The state folder; prepared here.
        progress: What every long step is reported to.
        control_plane: Whether the sandbox's cluster is needed too.
        aws: Whether the AWS provider is needed too.
        cache: Where built and downloaded tools are kept; the user's cache by default.
        environment: What would be inherited; the process's own by default.

    Raises:
        ToolchainError: A tool can be neither found nor built, or the recorded one is gone.
        StateError: The state folder or the cache cannot be written.
    """
    inherited = os.environ if environment is None else environment
    state.prepare()
    with held(state.lock, f"the toolchain of {state.root}", progress):
        chooser = _Chooser(
            state=state,
            progress=progress,
            cache=cache or BuildCache(cache_folder(inherited)),
            environment=_without_ours(inherited, state),
            recorded=recorded_toolchain(state),
        )
        engine = chooser.engine()
        plugins.link_engine(state, engine.path)
        toolchain = Toolchain(
            engine=engine,
            language_host=chooser.language_host(engine),
            provider=chooser.kubernetes_provider(engine),
            aws_provider=chooser.aws_provider(engine, wanted=aws),
            control_plane=chooser.control_plane() if control_plane else {},
        )
        if toolchain != chooser.recorded:
            record = json.dumps(asdict(toolchain), indent=2, default=str)
            write_atomically(state.toolchain_record, record + "\n")
    return toolchain


def recorded_toolchain(state: StateFolder) -> Toolchain | None:
    """Read the recorded choice, without checking what it names.

    Returns:
        The toolchain, or nothing where none is recorded or the record cannot be read.
    """
    try:
        record = json.loads(state.toolchain_record.read_text(encoding="utf-8"))
        return Toolchain(
            engine=_tool(record["engine"]),
            language_host=_tool(record["language_host"]),
            provider=_tool(record["provider"]),
            aws_provider=_tool(record["aws_provider"]) if record.get("aws_provider") else None,
            control_plane={name: _tool(facts) for name, facts in record["control_plane"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _tool(facts: Mapping[str, str]) -> Tool:
    return Tool(source=Source(facts["source"]), version=facts["version"], path=Path(facts["path"]))


def _without_ours(environment: Mapping[str, str], state: StateFolder) -> dict[str, str]:
    """Take the state's own executables off the PATH: an earlier choice is not an official engine."""
    entries = environment.get("PATH", os.defpath).split(os.pathsep)
    others = [entry for entry in entries if entry and Path(entry) != state.executables]
    return {**environment, "PATH": os.pathsep.join(others)}


@dataclass(frozen=True, kw_only=True)
class _Chooser:
    """Makes each choice once, or keeps the recorded one."""

    state: StateFolder
    progress: Progress
    cache: BuildCache
    environment: Mapping[str, str]
    recorded: Toolchain | None

    def engine(self) -> Tool:
        """Choose the engine."""
        kept = self.recorded.engine.source if self.recorded else None
        if kept is Source.PATH and self.recorded:
            return _still_there(self.recorded.engine)
        if kept is None and (found := official.official_on_path(self.progress, self.environment)):
            return Tool(source=Source.PATH, version=found[1], path=found[0])
        if kept is not Source.BUILT and (downloaded := self._download(must=kept is Source.DOWNLOADED)):
            return Tool(source=Source.DOWNLOADED, version=PULUMI_VERSION, path=downloaded)
        built = ensure_built(PULUMI, cache=self.cache, go=self._go, progress=self.progress)
        return Tool(source=Source.BUILT, version=PULUMI_VERSION, path=built["pulumi"])

    def language_host(self, engine: Tool) -> Tool:
        """Choose the language host: the one beside the engine, else this project's own."""
        bundled = engine.path.resolve().with_name("pulumi-language-python")
        if bundled.is_file():
            return Tool(source=engine.source, version=engine.version, path=bundled)
        path = plugins.install_language_host(self.state)
        return Tool(source=Source.SANDBOX, version=PULUMI_VERSION, path=path)

    def provider(self, engine: Tool, provider: plugins.Provider, kept: Tool | None) -> Tool:
        """Choose a provider, or keep the one that was chosen."""
        installed = plugins.provider_executable(self.state, provider)
        if kept and kept.source is not Source.SANDBOX:
            return _still_there(kept)
        if kept is None and (found := plugins.provider_on_path(provider, self.environment["PATH"])):
            plugins.link_provider(self.state, provider, found)
            return Tool(source=Source.PATH, version=provider.version, path=found)
        if kept is None and self._reachable and self._download_provider(engine, provider):
            return Tool(source=Source.DOWNLOADED, version=provider.version, path=installed)
        plugins.install_sandbox_provider(self.state, provider)
        return Tool(source=Source.SANDBOX, version=provider.version, path=installed)

    def kubernetes_provider(self, engine: Tool) -> Tool:
        """Choose the Kubernetes provider."""
        return self.provider(engine, plugins.KUBERNETES, self.recorded.provider if self.recorded else None)

    def aws_provider(self, engine: Tool, *, wanted: bool) -> Tool | None:
        """Choose the AWS provider where it is wanted; one that was chosen once stays."""
        kept = self.recorded.aws_provider if self.recorded else None
        return self.provider(engine, plugins.AWS, kept) if wanted or kept else None

    def control_plane(self) -> dict[str, Tool]:
        """Build what the sandbox's cluster is made of."""
        tools: dict[str, Tool] = {}
        for recipe in CONTROL_PLANE:
            built = ensure_built(recipe, cache=self.cache, go=self._go, progress=self.progress)
            for name, path in built.items():
                tools[name] = Tool(source=Source.BUILT, version=recipe.version, path=path)
        return tools

    @cached_property
    def _reachable(self) -> bool:
        """Whether official downloads can be reached; asked at most once."""
        return official.can_be_reached()

    @cached_property
    def _found_go(self) -> Go:
        return find_go(self.cache, self.progress, self.environment)

    def _go(self) -> Go:
        return self._found_go

    def _download(self, *, must: bool) -> Path | None:
        """Download the engine into the cache, where it is not there already."""
        name = f"pulumi-official-{PULUMI_VERSION}"
        executable = self.cache.entry(name) / "bin" / "pulumi"
        if not self.cache.is_intact(name) and not self._reachable:
            if must:
                raise ToolchainError(
                    f"Pulumi {PULUMI_VERSION} was downloaded to {executable}, is damaged or gone, and cannot be "
                    "downloaded again now: try later, or choose anew with `paved sandbox reset`"
                )
            return None
        try:
            self.cache.ensure(name, self._fill_with_official, title="Pulumi", progress=self.progress)
        except _NotDownloadedError:
            return None
        return executable

    def _fill_with_official(self, folder: Path) -> None:
        if not official.download_official(folder, self.progress, self.environment):
            raise _NotDownloadedError

    def _download_provider(self, engine: Tool, provider: plugins.Provider) -> bool:
        home = self.state.pulumi_home
        return official.download_provider(engine.path, home, provider, self.progress, self.environment)


class _NotDownloadedError(Exception):
    """A download failed; there is another way."""


def _still_there(tool: Tool) -> Tool:
    if shutil.which(str(tool.path)) is None:
        raise ToolchainError(
            f"{tool.path} {tool.version} was chosen for this state folder and is gone: "
            "put it back, or choose anew with `paved sandbox reset`"
        )
    return tool
