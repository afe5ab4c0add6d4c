"""The applications reach what they really call and keep: the facts of their repositories are the judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pavedroad.access import Cluster, Pod
from tests.support.environments import FACTS, Rendered, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIXES = {"online-boutique": "boutique-", "retail-store-sample-app": "retail-", "sock-shop": "socks-"}
ADDRESS = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?:[^@/]*@)?(?P<host>[a-z0-9.-]+)(?::(?P<port>\d+))?/?$")
SCHEME_PORTS = {"http": 80, "https": 443, "redis": 6379}

pytestmark = pytest.mark.skipif(not FACTS.is_dir(), reason=f"the applications' facts are not at {FACTS}")


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that an application connects to, as its repository shows it."""

    app: str
    caller: str
    target: str
    port: int
    evidence: str
    is_store: bool

    def __str__(self) -> str:
        return f"{self.app}: {self.caller} to {self.target}"


def uses() -> Iterator[Use]:
    """Yield every call and store of the three applications."""
    for app in PREFIXES:
        path = FACTS / f"{app}.yaml"
        if not path.exists():
            continue
        facts = yaml.safe_load(path.read_text(encoding="utf-8"))
        for service in facts["services"]:
            for kind in ("calls", "stores"):
                for use in service.get(kind, []):
                    yield Use(
                        app, service["name"], use["to"], use["port"], use["evidence"][0], kind == "stores"
                    )


def caller_pod(environment: Rendered, cluster: Cluster, use: Use) -> tuple[Pod, dict[str, Any]]:
    """Return the pod of the caller and the manifest that runs it."""
    (manifest,) = [
        one
        for one in environment.manifests
        if one["kind"] == "Deployment"
        and one["metadata"]["name"] == use.caller
        and one["metadata"]["namespace"].startswith(PREFIXES[use.app])
    ]
    return cluster.pod(manifest["metadata"]["namespace"], f"Deployment/{use.caller}"), manifest


def address(use: Use, manifest: dict[str, Any]) -> tuple[str, int]:
    """Return host and port as the application reads them: from its environment, or built in."""
    variable = re.match(r"env:([A-Za-z_]+)( |$)", use.evidence)
    if not variable:
        return use.target, use.port
    (container,) = manifest["spec"]["template"]["spec"]["containers"]
    value = next(one["value"] for one in container["env"] if one["name"] == variable[1])
    match = ADDRESS.fullmatch(value)
    assert match, f"{use}: no address in {value}"
    return match["host"], int(match["port"] or SCHEME_PORTS[match["scheme"]])


@pytest.fixture(scope="module")
def environment() -> Rendered:
    return rendered("local")


@pytest.fixture(scope="module")
def cluster(environment: Rendered) -> Cluster:
    return Cluster.of(environment.manifests)


@pytest.mark.parametrize("use", list(uses()), ids=str)
def test_every_address_resolves_from_the_callers_namespace_and_is_open_to_it(
    use: Use, environment: Rendered, cluster: Cluster
) -> None:
    caller, manifest = caller_pod(environment, cluster, use)
    host, port = address(use, manifest)
    resolution = cluster.resolve(host, port, caller.namespace)
    assert resolution.targets, f"{host}:{port} leads nowhere: {resolution.detail}"
    for target in resolution.targets:
        decision = cluster.decide(caller, target.endpoint, target.port)
        assert decision.allowed, str(decision)
        if not use.is_store:
            assert str(target.endpoint).endswith(f"/Deployment/{use.target}")


@pytest.mark.parametrize("app", list(PREFIXES))
def test_between_its_services_nothing_is_open_that_the_application_does_not_call(
    app: str, environment: Rendered, cluster: Cluster
) -> None:
    called = {(use.caller, use.target) for use in uses() if use.app == app and not use.is_store}
    open_ = {
        (access.source.name.partition("/")[2], access.destination.name.partition("/")[2])
        for access in cluster.matrix().allowed
        if isinstance(access.source, Pod)
        and access.source.namespace.startswith(PREFIXES[app])
        and access.destination.namespace.startswith(PREFIXES[app])
        and access.source.name.startswith("Deployment/")
        and access.destination.name in {f"Deployment/{use.target}" for use in uses() if not use.is_store}
    }
    assert open_ == called


def test_sock_shops_own_network_policies_agree(cluster: Cluster) -> None:
    """The allow-lists that Sock Shop ships for some targets name the same callers (its two known slips mended)."""
    facts = yaml.safe_load((FACTS / "sock-shop.yaml").read_text(encoding="utf-8"))
    hosts = {"cart": "carts"}
    checked = 0
    for entry in facts["network_policy_oracle"]["read"]:
        name = entry["target"].split()[0]
        name = hosts.get(name, name)
        callers = {
            (pod.name.partition("/")[2], target.port)
            for pod in cluster.pods
            if pod.namespace.startswith("socks-") and pod.name.startswith("Deployment/")
            for target in cluster.resolve(name, entry["port"], home_of(cluster, name)).targets
            if cluster.decide(pod, target.endpoint, target.port).allowed
        }
        assert {caller for caller, _ in callers} == set(entry["from"]), name
        checked += 1
    assert checked == 5


def home_of(cluster: Cluster, host: str) -> str:
    """Return a namespace of Sock Shop in which a host name leads somewhere."""
    namespaces = sorted({pod.namespace for pod in cluster.pods if pod.namespace.startswith("socks-")})
    ports = (80, 5672, 27017)
    return next(
        namespace
        for namespace in namespaces
        if any(cluster.resolve(host, port, namespace).targets for port in ports)
    )
