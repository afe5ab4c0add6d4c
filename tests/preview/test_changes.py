"""What a change would do, told as the engine and the Kubernetes provider would do it."""

from typing import Any

import pytest

from pavedroad.aws_facts import STATEFUL_TYPES
from pavedroad.preview import Kind, RenderedResource, diff
from pavedroad.preview.blast_radius import blast_radius
from pavedroad.preview.changes import Change
from pavedroad.sandbox.aws import table
from tests.support.renderings import SCOPE, kubernetes, manifest, rendering, resource


def deployment(container: dict[str, Any] | None = None, name: str = "web", **spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "main", "image": "web:1", **(container or {})}]}
    return manifest("apps/v1", "Deployment", name, spec={"template": {"spec": pod}, **spec})


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    return list(diff(rendering(kubernetes(before)), rendering(kubernetes(after))).changes)


def paths(change: Change) -> list[str]:
    return [str(item) for item in change.properties]


def test_nothing_changes_where_nothing_differs() -> None:
    assert changes_between(deployment(), deployment()) == []


def test_added_and_deleted_are_told_apart() -> None:
    old, new = kubernetes(deployment(name="old")), kubernetes(deployment(name="new"))
    changes = diff(rendering(old), rendering(new)).changes
    assert [(change.kind, change.resource.name) for change in changes] == [
        (Kind.DELETED, "old"),
        (Kind.ADDED, "new"),
    ]


def test_a_changed_property_has_its_path_and_both_values() -> None:
    [change] = changes_between(deployment(), deployment({"image": "web:2"}))
    assert change.kind is Kind.CHANGED
    [item] = change.properties
    assert (str(item), item.before, item.after) == (
        "spec.template.spec.containers[name=main].image",
        "web:1",
        "web:2",
    )


@pytest.mark.parametrize(
    "items",
    [
        [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "UDP"}],
        [{"mountPath": "/a", "name": "v"}, {"mountPath": "/b", "name": "v"}],
        [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}],
        [{"ip": "10.0.0.1", "hostnames": ["a", "b"]}, {"ip": "10.0.0.2", "hostnames": ["c"]}],
        [{"podSelector": {"a": "b"}}, {"namespaceSelector": {}}, {"podSelector": {"a": "b"}}],
        ["b", "a", "a"],
    ],
)
def test_a_reordered_list_is_no_change(items: list[Any]) -> None:
    before, after = deployment(things=items), deployment(things=list(reversed(items)))
    assert changes_between(before, after) == []


@pytest.mark.parametrize("name", ["args", "command", "initContainers"])
def test_a_reordered_list_whose_order_means_something_is_a_change(name: str) -> None:
    items = [{"name": "a"}, {"name": "b"}] if name == "initContainers" else ["a", "b"]
    before = manifest("apps/v1", "Deployment", spec={name: items})
    [change] = changes_between(before, manifest("apps/v1", "Deployment", spec={name: items[::-1]}))
    assert change.kind is Kind.CHANGED


def test_rules_of_a_role_have_no_order_though_those_of_a_route_have() -> None:
    rules = [{"verbs": ["get"]}, {"verbs": ["list"]}]

    def with_rules(api_version: str, kind: str, rules: list[Any]) -> dict[str, Any]:
        return manifest(api_version, kind, rules=rules)

    for api_version, kind, changed in (
        ("rbac.authorization.k8s.io/v1", "Role", 0),
        ("gateway.networking.k8s.io/v1", "HTTPRoute", 1),
    ):
        found = changes_between(
            with_rules(api_version, kind, rules), with_rules(api_version, kind, rules[::-1])
        )
        assert len(found) == changed, kind


def test_an_item_that_only_one_side_has_is_shown_by_its_key() -> None:
    one = {"env": [{"name": "A", "value": "1"}]}
    two = {"env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]}
    [change] = changes_between(deployment(one), deployment(two))
    assert paths(change) == ["spec.template.spec.containers[name=main].env[name=B]"]


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        (
            deployment(selector={"matchLabels": {"a": "1"}}),
            deployment(selector={"matchLabels": {"a": "2"}}),
            "spec.selector.matchLabels.a",
        ),
        (deployment(), deployment(selector={"matchLabels": {}}), "spec.selector"),
        (
            manifest("v1", "ConfigMap", data={"a": "1"}),
            manifest("v1", "ConfigMap", data={"a": "2"}),
            "data.a",
        ),
    ],
)
def test_an_immutable_field_replaces(before: dict[str, Any], after: dict[str, Any], because: str) -> None:
    [change] = changes_between(before, after)
    assert (change.kind, change.replaced_by) == (Kind.REPLACED, (because,))


def test_another_name_or_namespace_under_the_same_urn_is_another_object() -> None:
    before, after = kubernetes(deployment()), manifest("apps/v1", "Deployment", namespace="pay")
    moved = kubernetes({**deployment(), "metadata": after["metadata"]})
    [change] = diff(rendering(before), rendering(moved)).changes
    assert (change.kind, change.replaced_by) == (Kind.REPLACED, ("metadata.namespace",))


def test_another_version_of_the_same_api_does_not_replace() -> None:
    before = kubernetes(manifest("autoscaling/v1", "HorizontalPodAutoscaler"))
    after = kubernetes(manifest("autoscaling/v2", "HorizontalPodAutoscaler"), aliases=(before.urn,))
    [change] = diff(rendering(before), rendering(after)).changes
    assert change.kind is Kind.CHANGED


def test_the_providers_option_makes_a_config_map_mutable() -> None:
    provider = resource("pulumi:providers:kubernetes", "cluster", {"enableConfigMapMutable": "true"})
    old = kubernetes(manifest("v1", "ConfigMap", data={"a": "1"}), provider=provider.urn)
    new = kubernetes(manifest("v1", "ConfigMap", data={"a": "2"}), provider=provider.urn)
    [change] = diff(rendering(old, provider), rendering(new, provider)).changes
    assert change.kind is Kind.CHANGED


def test_replace_on_changes_and_ignore_changes_are_heeded() -> None:
    old, manifest_after = kubernetes(deployment(replicas=1)), deployment(replicas=2)
    replacing = kubernetes(manifest_after, replace_on_changes=("spec.replicas",))
    ignoring = kubernetes(manifest_after, ignore_changes=("spec.replicas",))
    assert [change.kind for change in diff(rendering(old), rendering(replacing)).changes] == [Kind.REPLACED]
    assert diff(rendering(old), rendering(ignoring)).changes == ()


def test_another_provider_replaces_but_a_renamed_one_does_not() -> None:
    first, second = (resource("pulumi:providers:kubernetes", name, {}) for name in ("first", "second"))
    renamed = resource("pulumi:providers:kubernetes", "second", {}, aliases=(first.urn,))
    old = kubernetes(deployment(), provider=first.urn)
    new = kubernetes(deployment(), provider=second.urn)

    kinds = {
        change.resource.name: change.kind
        for change in diff(rendering(old, first), rendering(new, second)).changes
    }
    assert kinds == {"web": Kind.REPLACED, "first": Kind.DELETED, "second": Kind.ADDED}
    [change] = diff(rendering(old, first), rendering(new, renamed)).changes
    assert (change.kind, change.resource.name) == (Kind.RENAMED, "second")


def test_an_alias_makes_a_rename_neither_a_deletion_nor_an_addition() -> None:
    old = kubernetes(deployment())
    new = resource(old.type, "shop", deployment({"image": "web:2"}), aliases=(f"{SCOPE}x::y", old.urn))
    [change] = diff(rendering(old), rendering(new)).changes
    assert (change.kind, change.former_urn) == (Kind.CHANGED, old.urn)


def test_one_former_urn_is_claimed_only_once() -> None:
    old = kubernetes(deployment())
    heirs = [resource(old.type, name, deployment(), aliases=(old.urn,)) for name in ("a", "b")]
    changes = diff(rendering(old), rendering(*heirs)).changes
    assert sorted(change.kind for change in changes) == [Kind.ADDED, Kind.RENAMED]


def test_data_loss_comes_first_and_says_what_is_lost() -> None:
    claim = kubernetes(manifest("v1", "PersistentVolumeClaim", "zz", spec={"accessModes": ["A"]}))
    claim_after = kubernetes(manifest("v1", "PersistentVolumeClaim", "zz", spec={"accessModes": ["B"]}))
    store = kubernetes(manifest("postgresql.cnpg.io/v1", "Cluster", "zzz"), protect=True)
    kept = kubernetes(manifest("v1", "PersistentVolumeClaim", "kept"), retain_on_delete=True)
    plain = kubernetes(deployment(name="aa"))

    changes = diff(rendering(plain, claim, store, kept), rendering(claim_after)).changes
    assert [(change.resource.name, change.kind, change.data_loss) for change in changes] == [
        ("zzz", Kind.DELETED, "every table in it is lost; it is protected, so an update refuses"),
        ("zz", Kind.REPLACED, "the volume's data is lost"),
        ("aa", Kind.DELETED, None),
        ("kept", Kind.DELETED, None),
    ]


def test_a_larger_claim_is_no_data_loss() -> None:
    def claim(size: str) -> dict[str, Any]:
        return manifest("v1", "PersistentVolumeClaim", spec={"resources": {"requests": {"storage": size}}})

    [change] = changes_between(claim("1Gi"), claim("2Gi"))
    assert (change.kind, change.data_loss) == (Kind.CHANGED, None)


def test_the_same_change_in_many_services_is_said_once() -> None:
    def services(image: str) -> list[Any]:
        return [
            kubernetes(
                deployment({"image": image}, name=f"s{number}"), service=f"s{number}", team=f"t{number % 2}"
            )
            for number in range(6)
        ]

    changes = diff(rendering(*services("web:1")), rendering(*services("web:2")))
    [reach] = blast_radius([changes])
    assert str(reach) == (
        "Deployment: spec.template.spec.containers[*].image changed in 6 services of 2 teams"
    )


def _on_aws(token: str, **inputs: Any) -> RenderedResource:
    return resource(token, "ledger", inputs)


@pytest.mark.parametrize(
    ("token", "before", "after", "because"),
    [
        ("aws:rds/cluster:Cluster", {"engine": "aurora-mysql"}, {"engine": "aurora-postgresql"}, ["engine"]),
        ("aws:dynamodb/table:Table", {"hashKey": "id"}, {"hashKey": "key"}, ["hashKey"]),
        ("aws:sqs/queue:Queue", {"name": "a"}, {"name": "b"}, ["name"]),
        ("aws:sqs/queue:Queue", {"messageRetentionSeconds": 60}, {"messageRetentionSeconds": 90}, []),
        ("aws:rds/cluster:Cluster", {"tags": {"a": "b"}}, {"tags": {"a": "c"}}, []),
    ],
)
def test_on_aws_a_new_resource_is_told_from_a_changed_one(
    token: str, before: dict[str, Any], after: dict[str, Any], because: list[str]
) -> None:
    [change] = diff(rendering(_on_aws(token, **before)), rendering(_on_aws(token, **after))).changes
    assert change.kind is (Kind.REPLACED if because else Kind.CHANGED)
    assert [path.partition(":")[0] for path in change.replaced_by] == because
    assert (change.data_loss is not None) is bool(because)


def test_every_type_that_holds_data_is_one_that_the_tables_know() -> None:
    assert {token for token in STATEFUL_TYPES if table.find(token) is None} == set()


def test_a_database_that_goes_is_a_loss_of_data() -> None:
    [change] = diff(rendering(_on_aws("aws:rds/cluster:Cluster")), rendering()).changes
    assert change.kind is Kind.DELETED
    assert "every table in it is lost" in str(change.data_loss)
