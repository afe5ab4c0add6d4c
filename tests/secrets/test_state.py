"""After an update of the sandbox by the real engine, secrets stand only in the files that exist to hold them."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from pavedroad.sandbox.api import KubeClient
from tests.support.canary import canary, files, sightings
from tests.support.files import write_project
from tests.support.projects import ProjectCopy, project_copy

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.sandbox

HOLDERS = {
    "passphrase": "decrypts the backend's secrets; readable by its owner alone",
    "kubeconfig": "is how its owner reaches the cluster; readable by its owner alone",
    "cluster/credentials/tokens.csv": "is the API server's list of tokens",
    "cluster/etcd": "is the cluster's own store, in which Kubernetes keeps Secrets as they are",
}
"""Files and folders of the state that must hold a secret, with the reason."""

OBJECTS = """
import pulumi

kubeconfig = pulumi.Output.secret(Path(os.environ["PAVEDROAD_KUBECONFIG"]).read_text())
provider = pulumi.ProviderResource(
    "kubernetes", "another", {"kubeconfig": kubeconfig}, pulumi.ResourceOptions(version="4.34.2")
)
options = pulumi.ResourceOptions(provider=provider)
secret = {"apiVersion": "v1", "kind": "Secret"}
configured = pulumi.Config().require_secret("canary")
made = {**secret, "metadata": {"name": NAME, "namespace": "default"}, "stringData": {"it": configured}}
pulumi.CustomResource("kubernetes:core/v1:Secret", "made", made, options)
pulumi.CustomResource(
    "kubernetes:core/v1:Secret", "found", {}, pulumi.ResourceOptions(provider=provider, id="default/found")
)
pulumi.export("configured", configured)
"""
"""What a company adds to its program: a Secret from its configuration, and a look at somebody else's."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectCopy]:
    descriptors = write_project(tmp_path_factory.mktemp("descriptors"))
    with project_copy(tmp_path_factory.mktemp("project"), descriptors) as copy:
        yield copy


@pytest.fixture(scope="module")
def canaries(project: ProjectCopy) -> dict[str, str]:
    """Secrets planted: one in the stack's configuration, one in the cluster, and those that the sandbox made."""
    planted = {"configured": canary(), "found": canary()}
    project.run("sandbox", "start")
    with KubeClient.from_kubeconfig(project.state / "kubeconfig") as client:
        data = {"it": base64.b64encode(planted["found"].encode()).decode()}
        metadata = {"name": "found", "namespace": "default"}
        found = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}
        client.apply(found, field_manager="another")
    pulumi(project, "config", "set", "--stack", "local", "--secret", "canary", given=planted["configured"])
    user = yaml.safe_load((project.state / "kubeconfig").read_text())["users"][0]["user"]
    made = {key: value for key, value in user.items() if key in ("token", "client-key-data")}
    assert made, "the kubeconfig holds no credential"
    return planted | made | {"passphrase": (project.state / "passphrase").read_text().strip()}


def pulumi(project: ProjectCopy, *words: str, given: str) -> None:
    """Run the engine's own command in the copy, as ``paved env`` says."""
    variables = project.run_json("env", "local")
    inherited = {
        name: value for name, value in project.environment().items() if name not in variables["unset"]
    }
    subprocess.run(
        ["pulumi", *words],
        cwd=project.root,
        env=inherited | variables["export"],
        input=given,
        text=True,
        check=True,
    )


def said(project: ProjectCopy, *words: str, code: int = 0) -> dict[str, str]:
    """Run ``paved``, check its exit code, and return what it printed."""
    out, err = (process := project.start(*words)).communicate(timeout=600)
    assert process.returncode == code, out + err
    name = " ".join(words)
    return {f"{name}: out": out, f"{name}: err": err}


def program(project: ProjectCopy, name: str) -> None:
    """Let the program of the copy declare a Secret with this name."""
    main = (project.root / "stacks" / "__main__.py").read_text().partition("\nimport os\nNAME")[0]
    (project.root / "stacks" / "__main__.py").write_text(f"{main}\nimport os\nNAME = {name!r}\n{OBJECTS}")


def test_no_secret_leaves_the_files_that_hold_it(project: ProjectCopy, canaries: dict[str, str]) -> None:
    program(project, "made")
    printed = said(project, "up", "local")
    printed |= said(project, "up", "local", "--json")
    printed |= said(project, "preview", "local", "--engine")
    printed |= said(project, "refresh", "local")
    printed |= said(project, "status")
    program(project, "Not a name")
    printed |= said(project, "up", "local", code=1)
    assert sightings(canaries, printed) == set()
    assert sightings(canaries, files(project.root / "stacks" / "config")) == set()
    state = files(project.state, HOLDERS)
    assert any(name.startswith("backend/") for name in state)
    assert sightings(canaries, state) == set()
    held = {name for name, _ in sightings(canaries, files(project.state))}
    assert held == set(canaries), "the same search finds each secret where it must be"


def test_files_that_hold_a_secret_are_their_owners_alone(
    project: ProjectCopy, canaries: dict[str, str]
) -> None:
    assert canaries
    for name in HOLDERS:
        assert (project.state / name).stat().st_mode & 0o077 == 0
