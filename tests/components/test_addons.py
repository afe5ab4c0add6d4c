"""Helm releases of add-ons: their namespaces, their order, and what the provider gets."""

from typing import Any

import pulumi
import pytest

from components.addons import RELEASE
from components.aws.place import Cloud
from components.foundation import Foundation
from pavedroad.plan.addon_table import ADDONS
from pavedroad.plan.resolve import resolve
from pavedroad.testing import RecordedResource, Recorder, Recording
from tests.support.clouds import AWS
from tests.support.managed import ACCOUNT, CLOUD_VALUES
from tests.support.resolving import environment, team

NAMESPACE = "kubernetes:core/v1:Namespace"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
RELEASE_PROPERTIES = {
    "atomic",
    "chart",
    "createNamespace",
    "name",
    "namespace",
    "repositoryOpts",
    "timeout",
    "values",
    "version",
}

CLUSTERS: dict[str, Any] = {
    "main": {
        "kind": "eks",
        "labels": {"place": "cloud"},
        "east_west": {"addresses": ["10.1.8.0/28"], "clients": ["10.2.0.0/16"]},
    },
    "store": {
        "kind": "existing",
        "kubeconfig": "store-kubeconfig",
        "api_server": "10.2.0.0/28:6443",
        "labels": {"place": "store"},
        "east_west": {"addresses": ["10.2.8.0/28"], "clients": ["10.1.0.0/16"]},
    },
}
"""Two, so that a gateway between them is needed."""


@pytest.fixture(scope="module")
def recording() -> Recording:
    """An environment that uses everything, and one host outside."""
    services: dict[str, Any] = {
        "pay": {"egress": ["api.example.com:443"]},
        "till": {"placement": {"clusters": {"place": "store"}}, "calls": {"ledger": {}}},
        "remind": {"type": "function", "schedule": "0 7 * * *"},
        "ledger": {"type": "service", "listens": {"http": {"port": 8080}}},
    }
    providers = environment().providers.model_dump(exclude_unset=True) | {"function": "knative"}
    everything = environment(aws=AWS, clusters=CLUSTERS, providers=providers)
    plan = resolve({"orders": team("orders", services)}, everything).platform

    def declare() -> None:
        provider = pulumi.ProviderResource("kubernetes", "main", {})
        aws = pulumi.ProviderResource("aws", "main", {})
        cloud = Cloud(account=ACCOUNT, values=pulumi.Output.from_input(CLOUD_VALUES))
        Foundation(plan, cloud, pulumi.ResourceOptions(providers=[provider, aws]))

    return Recorder().run(declare)


def named(recording: Recording, type_: str) -> dict[str, RecordedResource]:
    """Return the resources of a type by the name of what they make."""
    return {
        str(each.inputs.get("name") or each.inputs["metadata"]["name"]): each
        for each in recording.resources
        if each.type == type_
    }


def test_every_addon_is_one_release(recording: Recording) -> None:
    assert named(recording, RELEASE).keys() == {addon.name for addon in ADDONS}


def test_every_namespace_is_declared_once(recording: Recording) -> None:
    names = [each.inputs["metadata"]["name"] for each in recording.resources if each.type == NAMESPACE]
    assert len(names) == len(set(names))
    assert {addon.namespace for addon in ADDONS} <= set(names)


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_a_release_comes_after_its_namespace_and_what_it_needs(recording: Recording, addon: Any) -> None:
    releases = named(recording, RELEASE)
    after = set(releases[addon.name].depends_on)
    assert named(recording, NAMESPACE)[addon.namespace].urn in after
    assert {releases[name].urn for name in addon.needs} <= after


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_a_namespace_denies_everything_and_is_bounded(recording: Recording, addon: Any) -> None:
    inside = {
        (each.inputs["kind"], each.inputs["metadata"]["name"]): each.inputs["spec"]
        for each in recording.resources
        if each.type.startswith("kubernetes:")
        and each.inputs.get("metadata", {}).get("namespace") == addon.namespace
        and "spec" in each.inputs
    }
    assert inside["NetworkPolicy", "default-deny"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    assert inside["ResourceQuota", "platform"]["hard"].keys() >= {"requests.cpu", "requests.memory", "pods"}
    (limits,) = inside["LimitRange", "platform"]["limits"]
    assert limits["default"].keys() == {"memory"}


@pytest.mark.parametrize(
    "addon", [addon for addon in ADDONS if addon.own_namespace], ids=lambda addon: addon.name
)
def test_a_release_comes_after_every_policy_of_its_namespace(recording: Recording, addon: Any) -> None:
    policies = {
        each.urn
        for each in recording.resources
        if each.type == NETWORK_POLICY and each.inputs["metadata"]["namespace"] == addon.namespace
    }
    assert len(policies) >= 3
    assert policies <= set(named(recording, RELEASE)[addon.name].depends_on)


def test_everything_that_all_teams_share_names_the_platform_as_its_owner(recording: Recording) -> None:
    objects = [each.inputs["metadata"] for each in recording.resources if "metadata" in each.inputs]
    assert {each["labels"].get("pavedroad.dev/owner") for each in objects} == {"platform"}
    assert len(objects) > 100


def test_the_vaults_host_is_known_in_the_namespace_of_external_secrets_alone(recording: Recording) -> None:
    entries = [
        each.inputs["metadata"]["namespace"]
        for each in recording.resources
        if each.type.endswith(":ServiceEntry") and each.inputs["spec"]["hosts"] == ["vault.example.com"]
    ]
    assert sorted(entries) == ["egress", "external-secrets"]


def test_closed_namespaces_come_after_the_operators_whose_kinds_stand_in_them(recording: Recording) -> None:
    egress = named(recording, NAMESPACE)["egress"]
    assert named(recording, RELEASE)["istiod"].urn in egress.depends_on
    assert egress.inputs["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_a_namespace_enforces_a_standard_and_joins_the_mesh_where_its_operator_does(
    recording: Recording, addon: Any
) -> None:
    labels = named(recording, NAMESPACE)[addon.namespace].inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == addon.pod_security
    in_mesh = addon.in_mesh or not addon.own_namespace
    assert (labels.get("istio-injection") == "enabled") == in_mesh


def test_every_release_stands_under_the_environments_provider(recording: Recording) -> None:
    assert all(each.provider for each in named(recording, RELEASE).values())


def test_releases_have_only_properties_that_the_provider_knows(recording: Recording) -> None:
    releases = pytest.importorskip("pulumi_kubernetes.helm.v3", reason="the provider's own schema")
    known = {_camel(name) for name in releases.ReleaseArgs.__init__.__annotations__}
    for release in named(recording, RELEASE).values():
        assert release.inputs.keys() <= known
    assert known >= RELEASE_PROPERTIES


def test_a_chart_comes_from_its_repository_or_from_its_own_address(recording: Recording) -> None:
    for name, release in named(recording, RELEASE).items():
        chart, repository = release.inputs["chart"], release.inputs.get("repositoryOpts")
        assert chart.startswith("oci://") == (repository is None), name
        assert repository is None or set(repository) == {"repo"}, name


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
