"""Several clusters: a label leads to a cluster, and what is used from elsewhere can be reached; or a line says why not."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pavedroad.descriptor import DescriptorFaults, load_project
from pavedroad.placing import clusters_with
from tests.support.files import write_project

if TYPE_CHECKING:
    from pathlib import Path

Raw = dict[str, Any]

SHOP: Raw = {
    "apiVersion": "pavedroad.dev/v1",
    "kind": "Team",
    "team": "shop",
    "owners": {"email": "shop@example.com"},
    "services": {
        "ui": {"type": "service", "image": "example/ui:1", "listens": {"http": {"port": 8080}}},
        "till": {
            "type": "service",
            "image": "example/till:1",
            "placement": {"clusters": {"place": "store"}},
            "listens": {"http": {"port": 8080}},
        },
    },
}


def cluster(number: int, **words: object) -> Raw:
    return {
        "kind": "existing",
        "kubeconfig": f"kubeconfig-{number}",
        "api_server": f"10.{number}.0.0/28:6443",
        **words,
    }


def gateway(number: int) -> Raw:
    return {"addresses": [f"10.{number}.8.0/28"], "clients": ["10.0.0.0/8"]}


LOCAL: Raw = {
    "apiVersion": "pavedroad.dev/v1",
    "kind": "Environment",
    "environment": "local",
    "tier": "local",
    "clusters": {
        "centre": cluster(1, labels={"place": "centre", "all": "yes"}, east_west=gateway(1)),
        "store": cluster(2, labels={"place": "store", "all": "yes"}, east_west=gateway(2)),
    },
    "providers": {"postgres": "cloudnative-pg", "kafka": "strimzi", "saga": "argo-workflows"},
    "secrets": {"provider": "vault", "server": "https://vault.example.com", "path": "kv"},
    "domains": {"internal": "internal.example.com"},
}

ACCOUNT: Raw = {
    "aws": {
        "account": "123456789012",
        "region": "eu-central-1",
        "owner": "platform@example.com",
        "cost_centre": "CC-0001",
        "network": {"cidr": "10.40.0.0/16"},
    },
    "clusters": {
        "centre": {"kind": "eks", "labels": {"place": "centre", "all": "yes"}, "east_west": gateway(1)},
        "store": LOCAL["clusters"]["store"],
    },
}
"""What the environment says otherwise whose home is on EKS."""


def with_words(raw: Raw, words: Raw) -> Raw:
    """Return nested data with further words, by dotted path; None takes a word out."""
    changed = deepcopy(raw)
    for path, value in words.items():
        place = changed
        *parents, last = path.split(".")
        for step in parents:
            place = place.setdefault(step, {})
        if value is None:
            del place[last]
        else:
            place[last] = value
    return changed


def faults(root: Path, shop: Raw | None = None, environment: Raw | None = None) -> list[str]:
    """Return what is wrong with a project of one team and one environment, each fault as people see it."""
    texts = (yaml.safe_dump(with_words(SHOP, shop or {}), sort_keys=False),)
    described = yaml.safe_dump(with_words(LOCAL, environment or {}), sort_keys=False)
    try:
        load_project(write_project(root, *texts, environment=described))
    except DescriptorFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_what_fits_together_has_no_fault(tmp_path: Path) -> None:
    calls: Raw = {"services.till.calls": {"ui": {}}, "services.ui.calls": {"till": {}}}
    assert faults(tmp_path, calls) == []


REFUSED: list[tuple[Raw, Raw, str, str]] = [
    (
        {"services.till.placement": {"clusters": {"place": "stor"}}},
        {},
        "stacks/teams/shop.yaml:",
        "labels of a cluster of local: centre (place: centre, all: yes); store (place: store, all: yes)",
    ),
    (
        {"services.ui.environments": {"local": {"placement": {"clusters": {"place": "moon"}}}}},
        {},
        "services.ui.environments.local.placement.clusters",
        "given place: moon",
    ),
    (
        {
            "services.ui.stores": {"ledger": {"engine": "postgres"}},
            "services.ui.placement": {"clusters": {"all": "yes"}},
        },
        {},
        "services.ui.stores.ledger",
        "cloudnative-pg would be another on each of centre, store in local; place its owner on one cluster",
    ),
    (
        {
            "services.ui.volumes": {"data": {"mount": "/data", "size": "1Gi", "shared": True}},
            "services.ui.placement": {"clusters": {"all": "yes"}},
        },
        {},
        "services.ui.volumes.data",
        "it would be another on each of centre, store",
    ),
    (
        {"topics": {"sold": {"broker": "kafka"}}, "services.till.publishes": ["sold"]},
        {},
        "services.till.publishes",
        "in local topics are used on centre alone, where the brokers are, and till runs on store",
    ),
    (
        {"topics": {"sold": {"broker": "kafka"}}, "services.till.subscribes": {"sold": {}}},
        {},
        "services.till.subscribes.sold",
        "topics are used on centre alone",
    ),
    (
        {
            "sagas": {
                "sale": {
                    "steps": [
                        {"name": "ring", "calls": "till", "path": "/ring"},
                    ]
                }
            }
        },
        {},
        "sagas.sale",
        "sagas run on centre in local, and till runs on store; place it there too",
    ),
    (
        {"services.ui.calls": {"till": {"alias": "till-of-old"}}},
        {},
        "services.ui.calls.till.alias",
        "where no second name leads to it; take ${calls.till.host}",
    ),
    (
        {"services.ui.calls": {"till": {}}},
        {"clusters.store.east_west": None},
        "clusters.store",
        "shop/ui on centre calls till here; add east_west: with addresses and clients",
    ),
    (
        {},
        {"domains": None},
        "domains.internal",
        "gateways between clusters have names under it; add internal: with a domain",
    ),
    (
        {"services.till.secrets": {"KEY": {"vault": "kv/till", "key": "key"}}},
        {**ACCOUNT, "secrets": {"provider": "secrets-manager"}},
        "services.till.secrets.KEY",
        "its values are in secrets-manager, which only clusters on EKS read, and till runs on store in local",
    ),
    (
        {"services.till.stores": {"ledger": {"engine": "postgres"}}},
        {**ACCOUNT, "providers.postgres": "aurora"},
        "services.till.stores.ledger",
        "aurora is reached by roles of clusters on EKS, not from store in local",
    ),
    (
        {},
        {"clusters.store": {"kind": "sandbox"}},
        "stacks/environments/local.yaml",
        "a sandbox stands alone: reach one of several by its kubeconfig, as kind existing",
    ),
    (
        {},
        {**ACCOUNT, "clusters": {"a": cluster(1), "b": {"kind": "eks"}}},
        "stacks/environments/local.yaml",
        "clusters.b is on EKS: such a cluster comes first",
    ),
]


@pytest.mark.parametrize(("shop", "environment", "place", "said"), REFUSED)
def test_what_cannot_be_reached_is_refused_at_its_line(
    tmp_path: Path, shop: Raw, environment: Raw, place: str, said: str
) -> None:
    (fault,) = faults(tmp_path, shop, environment)
    assert place in fault
    assert said in fault
    assert ".yaml:" in fault


@pytest.mark.parametrize(
    "shop",
    [
        {"services.till.stores": {"ledger": {"engine": "postgres"}}},
        {"services.ui.stores": {"ledger": {"engine": "postgres"}}},
    ],
)
def test_a_store_in_kubernetes_stands_where_its_one_owner_does(tmp_path: Path, shop: Raw) -> None:
    assert faults(tmp_path, shop) == []


def test_a_store_at_an_end_point_is_reached_from_every_cluster(tmp_path: Path) -> None:
    shop = {
        "services.ui.placement": {"clusters": {"all": "yes"}},
        "services.ui.stores": {"files": {"engine": "bucket", "bucket": "files"}},
    }
    end_point = {"endpoint": "https://s3.example.com", "credentials": {"vault": "kv/s3"}}
    assert faults(tmp_path, shop, {"providers.bucket": end_point}) == []


TWO = {"centre": {"place": "centre", "all": "yes"}, "store": {"place": "store", "all": "yes"}}


@pytest.mark.parametrize(
    ("wanted", "clusters", "found"),
    [
        ({}, TWO, ("centre",)),
        ({"place": "store"}, TWO, ("store",)),
        ({"all": "yes"}, TWO, ("centre", "store")),
        ({"all": "yes", "place": "store"}, TWO, ("store",)),
        ({"place": "moon"}, TWO, ()),
        ({"place": "store"}, {"main": {}}, ("main",)),
        ({"place": "store"}, {"main": {"place": "centre"}}, ()),
        ({"place": "store"}, {"main": {}, "other": {}}, ()),
    ],
)
def test_something_stands_on_each_cluster_with_its_labels(
    wanted: dict[str, str], clusters: dict[str, dict[str, str]], found: tuple[str, ...]
) -> None:
    assert clusters_with(wanted, clusters) == found
