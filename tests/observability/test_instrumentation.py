"""Services that ask for an agent get it: pinned, restricted, in the main container; what cannot be had is refused."""

from pathlib import Path
from typing import Any, get_args

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from pavedroad.descriptor.checks.telemetry import LOADS_AGENT
from pavedroad.descriptor.telemetry import Language
from pavedroad.plan.observability.instrumentation import AGENTS
from pavedroad.plan.resolve import resolve
from tests.support.acceptance import refusals
from tests.support.declaring import Declared, declared
from tests.support.files import write_project
from tests.support.resolving import environment, team
from tests.support.sandbox import SandboxCluster

INSTRUMENTATION = "kubernetes:opentelemetry.io/v1alpha1:Instrumentation", "orders/agents"
TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: orders
owners: {email: orders@example.com}
services:
  pay:
    type: worker
    image: x/y:1
    secrets: SECRETS
    telemetry: {instrument: LANGUAGE}
"""


def rendered(*languages: str | None, **words: Any) -> Declared:
    """Return everything of an environment in which a team has a service for each language."""
    services = {
        f"pay-{index}": {"telemetry": {"instrument": language}} for index, language in enumerate(languages)
    }
    return declared(resolve({"orders": team("orders", services)}, environment("development", **words)))


def annotations(objects: Declared, name: str = "pay-0") -> dict[str, str]:
    """Return the annotations of a service's pods about agents."""
    deployment = objects["kubernetes:apps/v1:Deployment", f"orders/{name}"]
    found = deployment["spec"]["template"]["metadata"].get("annotations", {})
    return {key: text for key, text in found.items() if key.startswith("instrumentation.")}


@pytest.mark.parametrize("language", AGENTS)
def test_the_main_container_gets_the_agent_that_the_teams_namespace_pins(language: str) -> None:
    objects = rendered(language)
    assert annotations(objects) == {
        f"instrumentation.opentelemetry.io/inject-{language}": "agents",
        "instrumentation.opentelemetry.io/container-names": "pay-0",
    }
    agent = objects[INSTRUMENTATION]["spec"][language]
    assert agent["image"] == AGENTS[language]
    assert agent["image"].rpartition(":")[2][0].isdigit()


def test_a_namespace_pins_what_its_services_ask_for_and_nothing_else() -> None:
    spec = rendered("java", "python", None)[INSTRUMENTATION]["spec"]
    assert spec.keys() & AGENTS.keys() == {"java", "python"}
    assert INSTRUMENTATION not in rendered(None)
    assert annotations(rendered(None)) == {}


def test_the_step_that_brings_an_agent_is_restricted_and_bounded() -> None:
    spec = rendered("java", "nodejs")[INSTRUMENTATION]["spec"]
    assert spec["initContainerSecurityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }
    assert spec["java"]["resources"]["limits"] == spec["nodejs"]["resourceRequirements"]["limits"]


def test_where_nothing_is_watched_nobody_gets_an_agent() -> None:
    objects = rendered("java", observability="none")
    assert annotations(objects) == {}
    assert INSTRUMENTATION not in objects


@pytest.mark.parametrize(
    ("language", "secrets", "message"),
    [
        ("go", "{}", "only a privileged side-car could look into; use the SDK"),
        ("cobol", "{}", "services.pay.telemetry.instrument: given 'cobol'"),
        (
            "java",
            "{JAVA_TOOL_OPTIONS: {vault: kv/pay, key: options}}",
            "services.pay.secrets.JAVA_TOOL_OPTIONS: the agent is loaded by it",
        ),
    ],
)
def test_what_cannot_be_had_is_a_fault_where_it_is_asked_for(
    language: str, secrets: str, message: str, tmp_path: Path
) -> None:
    write_project(tmp_path, TEAM.replace("LANGUAGE", language).replace("SECRETS", secrets))
    with pytest.raises(DescriptorFaults) as found:
        load_project(tmp_path)
    [fault] = map(str, found.value.faults)
    assert fault.startswith("stacks/teams/orders.yaml:")
    assert message in fault


def test_every_language_has_a_pinned_agent_and_variables_that_load_it() -> None:

    assert set(get_args(get_args(Language)[0])) == AGENTS.keys() == LOADS_AGENT.keys()


@pytest.mark.sandbox
def test_the_api_server_takes_the_agents(sandbox_cluster: SandboxCluster, real_crds: Path) -> None:
    made = dict(rendered(*AGENTS)[INSTRUMENTATION])
    assert refusals(sandbox_cluster, [made]) == []
