"""Judgements about any object: what an example cannot show of places, labels, versions and patches."""

from typing import Any

import pytest

from pavedroad.governance import Opaque, Properties, Resource, SettingsError, Stack, Verdict, canonical, judge
from tests.policies.examples.objects import CONFIG, DEPLOYMENT_PATCH, config, deployment
from tests.support.examples import RULE_BY_CONTROL, Declared
from tests.support.verdicts import verdict


def named(type_: str, name: str) -> Declared:
    return Declared(type=type_, properties={"metadata": {"name": name}})


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("kubernetes:core/v1:ConfigMap", Verdict.FAIL),
        ("kubernetes:core/v1:Namespace", Verdict.PASS),
        ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", Verdict.PASS),
        ("kubernetes:rbac.authorization.k8s.io/v1:Role", Verdict.FAIL),
        ("kubernetes:example.com/v1:Anything", Verdict.PASS),
        ("kubernetes:argoproj.io/v1alpha1:Rollout", Verdict.FAIL),
    ],
)
def test_only_what_surely_stands_in_a_namespace_must_name_one(type_: str, expected: Verdict) -> None:
    assert verdict("objects-outside-default-namespace", named(type_, "web")) is expected


@pytest.mark.parametrize(("place", "expected"), [("shop", Verdict.PASS), ("default", Verdict.FAIL)])
def test_an_object_without_a_namespace_stands_in_that_of_its_provider(place: str, expected: Verdict) -> None:
    provider = Resource(
        type="pulumi:providers:kubernetes",
        name="cluster",
        urn="urn:provider",
        properties=Properties({"namespace": place}),
    )
    web = Resource(
        type=CONFIG,
        name="web",
        urn="urn:web",
        properties=Properties({"metadata": {"name": "web"}}),
        provider="urn:provider",
    )
    rule = RULE_BY_CONTROL["objects-outside-default-namespace"]
    (found,) = judge([rule], Stack(canonical([provider, web])))
    assert found.verdict is expected


@pytest.mark.parametrize(
    ("type_", "name", "expected"),
    [
        ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "system:reader", Verdict.PASS),
        ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "a/b", Verdict.FAIL),
        ("kubernetes:core/v1:ConfigMap", "kube-root-ca.crt", Verdict.PASS),
        ("kubernetes:core/v1:ConfigMap", "a..b", Verdict.FAIL),
        ("kubernetes:core/v1:Namespace", "a.b", Verdict.FAIL),
        ("kubernetes:core/v1:Service", "1web", Verdict.FAIL),
        ("kubernetes:core/v1:Service", "w" * 64, Verdict.FAIL),
        ("kubernetes:batch/v1:CronJob", "w" * 53, Verdict.FAIL),
        ("kubernetes:batch/v1:CronJob", "w" * 52, Verdict.PASS),
    ],
)
def test_a_legal_name_depends_on_the_kind(type_: str, name: str, expected: Verdict) -> None:
    assert verdict("objects-names-legal", named(type_, name)) is expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"app": ""}, Verdict.PASS),
        ({"Example.com/App_1": "A.b-c_1"}, Verdict.PASS),
        ({"app": "w" * 64}, Verdict.FAIL),
        ({"app": "-web"}, Verdict.FAIL),
        ({"/app": "web"}, Verdict.FAIL),
        ({"app": True}, Verdict.FAIL),
        ({"": "web"}, Verdict.FAIL),
        ("app=web", Verdict.FAIL),
    ],
)
def test_labels_are_legal_as_the_api_server_reads_them(labels: Any, expected: Verdict) -> None:
    assert verdict("objects-labels-legal", config(labels)) is expected


@pytest.mark.parametrize(
    ("version", "served", "current"),
    [
        ("1.20", Verdict.PASS, Verdict.PASS),
        ("v1.23.4", Verdict.PASS, Verdict.FAIL),
        ("1.25", Verdict.FAIL, Verdict.PASS),
        ("1.100", Verdict.FAIL, Verdict.PASS),
    ],
)
def test_an_api_version_is_judged_at_the_version_of_the_cluster(
    version: str, served: Verdict, current: Verdict
) -> None:
    old = named("kubernetes:batch/v1beta1:CronJob", "nightly")
    assert verdict("objects-api-version-served", old, kubernetesVersion=version) is served
    assert verdict("objects-api-version-current", old, kubernetesVersion=version) is current


@pytest.mark.parametrize(
    "type_", ["kubernetes:batch/v1beta1:CronJobPatch", "kubernetes:extensions/v1beta1:Ingress"]
)
def test_an_old_version_is_found_under_its_own_name(type_: str) -> None:
    assert verdict("objects-api-version-served", named(type_, "old")) is Verdict.FAIL


def test_an_old_version_is_found_inside_a_list() -> None:
    listed = Declared(
        type="kubernetes:core/v1:List",
        properties={"items": [{"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget"}]},
    )
    assert verdict("objects-api-version-served", listed) is Verdict.FAIL


@pytest.mark.parametrize(
    ("control", "settings", "message"),
    [
        ("objects-api-version-served", {"kubernetesVersion": "latest"}, "must be a version"),
        ("objects-labelled", {"labels": ["owner=("]}, "not a regular expression"),
        ("objects-annotated", {"annotations": ["owner=["]}, "not a regular expression"),
    ],
)
def test_settings_that_cannot_be_read_are_refused(
    control: str, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        RULE_BY_CONTROL[control].set_to(settings)


def test_a_workload_that_is_declared_whole_may_have_any_service_account() -> None:
    own = deployment(serviceAccountName="web")
    assert verdict("patches-keep-the-service-account", own) is Verdict.PASS
    patch = Declared(type=DEPLOYMENT_PATCH, properties=own.properties)
    assert verdict("patches-keep-the-service-account", patch) is Verdict.FAIL


def test_a_toleration_of_everything_includes_the_control_plane() -> None:
    every = deployment(tolerations=[{"operator": "Exists"}])
    assert verdict("pods-off-the-control-plane", every) is Verdict.FAIL


def test_keeping_away_from_the_control_plane_is_allowed() -> None:
    expression = {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    away = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    assert verdict("pods-off-the-control-plane", deployment(affinity=away)) is Verdict.PASS
    assert verdict("pods-placed-by-the-scheduler", deployment(affinity=away)) is Verdict.PASS


def test_either_label_of_ownership_will_do_but_the_team_must_be_a_real_one() -> None:
    owned = config({"pavedroad.dev/owner": "platform"})
    assert verdict("objects-owned-by-a-team", owned, teams=["platform"]) is Verdict.PASS
    assert verdict("objects-owned-by-a-team", owned, teams=["shop"]) is Verdict.FAIL


def test_the_name_of_a_nodes_label_is_judged_whatever_its_value() -> None:
    chosen = deployment(nodeSelector={"kubernetes.io/os": Opaque.UNKNOWN})
    assert verdict("pods-placed-by-the-scheduler", chosen) is Verdict.PASS
    apart = deployment(nodeSelector={"pool": Opaque.UNKNOWN})
    assert verdict("pods-placed-by-the-scheduler", apart) is Verdict.FAIL
    hidden = deployment(nodeSelector=Opaque.UNKNOWN)
    assert verdict("pods-placed-by-the-scheduler", hidden) is Verdict.NOT_EVALUATED
