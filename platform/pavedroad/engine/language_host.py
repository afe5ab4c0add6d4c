# ruff: noqa: N802, ARG002  the protocol gives the methods their names and arguments
"""The sandbox's language host: what the engine starts to run a Python program or policy pack.

It speaks ``pulumirpc.LanguageRuntime`` and stands in only where the official host cannot be had: no registry
carries that one. It runs programs and packs; generating, linking and packaging code are not its business and
are refused by gRPC's own answer (unimplemented).

The engine closes its plugins with an interrupt and waits five seconds for them, so the host leaves at once on
one. Its children never see the interrupt; they end with the host.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from importlib import metadata
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import IO

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from pavedroad.engine import program_exec
from pavedroad.engine.children import Children, interrupts_hidden
from pavedroad.engine.errors import EngineError
from pavedroad.engine.interpreters import (
    installed_distributions,
    interpreter,
    package_plugins,
    site_packages,
)

_PARENT_CHECK_SECONDS = 1.0
_WORKERS = 16
_MESSAGE_LIMIT = 400 * 1024 * 1024  # the engine's own limit for one message, in bytes


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs Python programs and policy packs for one engine."""

    def __init__(self, engine_address: str) -> None:
        """Keep the address that programs and packs report to.

        Args:
            engine_address: Host and port of the engine's own service.
        """
        self._engine_address = engine_address
        self._children = Children()

    def close(self) -> None:
        """End every program and pack that still runs."""
        self._children.close()

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Learn the engine's address."""
        self._engine_address = request.engine_address or self._engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Give the version of the SDK that this host speaks for."""
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def About(
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """Name the Python that would run the program."""
        version = ".".join(str(part) for part in sys.version_info[:3])
        return language_pb2.AboutResponse(executable=str(_python(request.info, context)), version=version)

    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """List the plugins of the Pulumi packages installed for the program."""
        plugins = package_plugins(site_packages(_python(request.info, context)))
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(
                    name=plugin.name, kind="resource", version=f"v{plugin.version}", server=plugin.server
                )
                for plugin in plugins
            ]
        )

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """List every distribution installed for the program."""
        installed = installed_distributions(site_packages(_python(request.info, context)))
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version) for name, version in installed.items()
            ]
        )

    def Run(
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run a program to its end."""
        command = [str(_python(request.info, context)), "-u", program_exec.__file__]
        command += ["--project", request.project, "--stack", request.stack]
        command += ["--organization", request.organization or "organization"]
        command += ["--monitor", request.monitor_address, "--engine", self._engine_address]
        command += ["--parallel", str(request.parallel), "--root", request.info.root_directory]
        command += ["--dry-run"] if request.dryRun else []
        command += [str(Path(request.info.program_directory) / request.info.entry_point), *request.args]
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        folder = Path(request.pwd or request.info.program_directory)
        with self._children.started(command, folder=folder, environment=environment) as program:
            context.add_callback(program.kill)
            code = program.wait()
        if code == 0:
            return language_pb2.RunResponse()
        if code == program_exec.REPORTED:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}")

    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack, passing its output on as it comes."""
        if request.kind and request.kind != "analyzer":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"plugins of kind {request.kind!r} are not run here")
        pack = request.info.program_directory
        command = [str(_python(request.info, context)), "-u", "-m", "pulumi.policy", *request.args, pack]
        environment = {**os.environ, **dict(entry.split("=", 1) for entry in request.env)}
        lines: SimpleQueue[language_pb2.RunPluginResponse | None] = SimpleQueue()
        with self._children.started(
            command, folder=Path(pack), environment=environment, captured=True
        ) as process:
            context.add_callback(process.kill)
            _pass_on(process.stdout, lines, "stdout")
            _pass_on(process.stderr, lines, "stderr")
            for _stream in ("stdout", "stderr"):
                yield from iter(lines.get, None)
            yield language_pb2.RunPluginResponse(exitcode=process.wait())

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Abort whatever runs."""
        self.close()
        return empty_pb2.Empty()


def _pass_on(
    stream: IO[bytes] | None, lines: "SimpleQueue[language_pb2.RunPluginResponse | None]", name: str
) -> None:
    """Queue a process's output line by line, in a thread, and ``None`` at its end."""
    if stream is None:
        raise EngineError(f"the policy pack has no {name}")

    def pump(source: IO[bytes]) -> None:
        for line in source:
            lines.put(
                language_pb2.RunPluginResponse(stdout=line)
                if name == "stdout"
                else language_pb2.RunPluginResponse(stderr=line)
            )
        lines.put(None)

    threading.Thread(target=pump, args=(stream,), daemon=True).start()


def _python(info: language_pb2.ProgramInfo, context: grpc.ServicerContext) -> Path:
    """Choose the interpreter, answering the call with the reason where there is none."""
    virtualenv = dict(info.options).get("virtualenv", "")
    try:
        return interpreter(Path(info.root_directory), str(virtualenv), os.environ)
    except EngineError as error:
        return context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def serve(engine_address: str) -> None:
    """Serve one engine until it interrupts, terminates or leaves this process.

    Args:
        engine_address: Host and port of the engine's own service.
    """
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    engine = os.getppid()
    host = LanguageHost(engine_address)
    limits = [("grpc.max_receive_message_length", _MESSAGE_LIMIT), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(_WORKERS), options=limits)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    with interrupts_hidden():
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not stop.wait(_PARENT_CHECK_SECONDS) and os.getppid() == engine:
        pass
    host.close()
    server.stop(grace=None)


def main() -> None:
    """Start from the engine's command line: options of no use here, then the engine's address."""
    positional = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if len(positional) != 1:
        sys.exit(
            "usage: python -m pavedroad.engine.language_host ENGINE_ADDRESS (the engine starts this itself)"
        )
    serve(positional[0])
    # The engine waits for this process: leave without waiting for threads of calls it has given up.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
