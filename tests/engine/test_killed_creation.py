"""Killed while an object was being created, the next run adopts or removes that very object."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pavedroad.engine.runs import Engine
from pavedroad.engine.toolchain import Toolchain
from pavedroad.sandbox.api import ObjectRef
from tests.support.engine import TrivialProject
from tests.support.sandbox import SandboxCluster, eventually

pytestmark = pytest.mark.sandbox

PROGRAM = """
import os
import pulumi

config = pulumi.Config()
with open(config.require("kubeconfig")) as file:
    kubeconfig = pulumi.Output.secret(file.read())

class Provider(pulumi.ProviderResource):
    def __init__(self):
        super().__init__("kubernetes", "cluster", {"kubeconfig": kubeconfig})

provider = pulumi.ResourceOptions(provider=Provider())
name = config.require("namespace")
namespace = pulumi.CustomResource("kubernetes:core/v1:Namespace", "namespace", {
    "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, provider)
if config.require("web") != "absent":
    labels = {"app": "web"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    if config.require("web") == "stuck":
        pod["spec"]["nodeSelector"] = {"nowhere": "found"}
    pulumi.CustomResource("kubernetes:apps/v1:Deployment", "web", {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": name},
        "spec": {"selector": {"matchLabels": labels}, "template": pod},
    }, pulumi.ResourceOptions.merge(provider, pulumi.ResourceOptions(depends_on=[namespace])))
"""

RUN = """
import sys
from pathlib import Path
from pavedroad.engine.toolchain import Source, Tool, Toolchain
from tests.support.engine import TrivialProject
tool = Tool(source=Source.BUILT, version=sys.argv[2], path=Path(sys.argv[3]))
TrivialProject(Path(sys.argv[1])).engine(Toolchain(engine=tool, language_host=tool, provider=tool)).up("local")
"""


Killed = tuple[Engine, Callable[[], dict[str, Any] | None], Callable[[str], None]]


@pytest.fixture
def killed(
    trivial: TrivialProject,
    toolchain: Toolchain,
    sandbox_cluster: SandboxCluster,
    request: pytest.FixtureRequest,
) -> Killed:
    """An engine whose last run was killed while it waited for a Deployment that it had created."""
    namespace = f"killed-{os.getpid()}-{request.node.name.split('_')[3]}"
    (trivial.root / "__main__.py").write_text(PROGRAM)

    def configure(web: str) -> None:
        trivial.configure(kubeconfig=str(sandbox_cluster.info.kubeconfig), namespace=namespace, web=web)

    def deployment() -> dict[str, Any] | None:
        return sandbox_cluster.client.find(
            ObjectRef(api_version="apps/v1", kind="Deployment", name="web", namespace=namespace)
        )

    configure("stuck")
    command = [
        sys.executable,
        "-c",
        RUN,
        str(trivial.root),
        toolchain.engine.version,
        str(toolchain.engine.path),
    ]
    with subprocess.Popen(command) as process:
        assert eventually(lambda: deployment() is not None, seconds=60)
        time.sleep(1)  # for the engine to wait for what it has created
        engine = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        os.kill(int(engine), signal.SIGKILL)
        process.kill()
    return trivial.engine(toolchain), deployment, configure


def test_what_exists_already_is_adopted_not_created_twice(killed: Killed) -> None:
    engine, deployment, configure = killed
    created = deployment()
    assert created is not None
    configure("ready")
    done = engine.up("local")
    now = deployment()
    assert now is not None
    assert now["metadata"]["uid"] == created["metadata"]["uid"]
    assert [note for note in done.notes if "1 being created" in note]
    assert "create" not in {step.operation for step in done.steps if step.name == "web"}
    assert not engine.up("local").changed
    engine.destroy("local")
    assert deployment() is None


def test_what_is_wanted_no_more_is_removed(killed: Killed) -> None:
    engine, deployment, configure = killed
    configure("absent")
    engine.up("local")
    assert eventually(lambda: deployment() is None)
    engine.destroy("local")
