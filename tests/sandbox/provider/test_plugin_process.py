"""The plugin as a process: its port, its end, and what it does not print."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.sandbox.provider.builders import urn
from tests.support.sandbox import PROJECT_ROOT

CANARY = "hunter2-canary"


@pytest.fixture
def plugin() -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "platform"), "KUBECONFIG": "/nowhere"}
    command = [sys.executable, "-m", "pavedroad.sandbox.provider", "127.0.0.1:1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def stub(plugin: subprocess.Popen[str]) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    assert plugin.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(plugin.stdout.readline())}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_port_and_ends_quietly_when_told_to(
    plugin: subprocess.Popen[str], stub: provider_pb2_grpc.ResourceProviderStub, ending: signal.Signals
) -> None:
    assert stub.GetPluginInfo(Empty()).version
    started = time.monotonic()
    plugin.send_signal(ending)
    output, errors = plugin.communicate(timeout=10)
    assert (plugin.returncode, output, errors) == (0, "", "")
    assert time.monotonic() - started < 4, "the engine kills after five seconds"


def test_it_does_not_import_what_it_has_no_use_for() -> None:
    code = (
        "import sys; sys.argv = ['x']; from pavedroad.sandbox.provider.quick_start import skip_unused_imports"
    )
    code += "; skip_unused_imports(); import pavedroad.sandbox.provider.serve, pavedroad.sandbox.provider.servicer; print({'pulumi.output', 'rich', 'click'} & set(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "platform")}
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert answer.stdout == "set()\n"


def test_a_kubeconfig_that_cannot_be_used_shows_in_no_answer(
    stub: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    broken = f"clusters: [{{name: a, token: {CANARY}"
    stub.Configure(provider_pb2.ConfigureRequest(variables={"kubernetes:config:kubeconfig": broken}))
    properties = Struct()
    properties.update({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})
    request = provider_pb2.CreateRequest(urn=urn("kubernetes:core/v1:ConfigMap"), properties=properties)
    with pytest.raises(grpc.RpcError, match="configured Kubernetes cluster is unreachable") as failure:
        stub.Create(request)
    assert CANARY not in str(failure.value)


def test_functions_of_the_official_provider_are_refused_by_name(
    stub: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    with pytest.raises(grpc.RpcError, match="kubernetes:helm:template needs the official"):
        stub.Invoke(provider_pb2.InvokeRequest(tok="kubernetes:helm:template"))
