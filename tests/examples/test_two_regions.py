"""The example in two regions: each has everything of its own, and what they share is one thing with two ends."""

from __future__ import annotations

import shutil
from collections import Counter
from ipaddress import ip_network
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from pavedroad.descriptor import DescriptorFaults, load_project
from pavedroad.intent import rights_of
from pavedroad.preview.slices import stacks_of_environment
from tests.support.account_access import Use, wrong
from tests.support.aws_schema import misfits
from tests.support.regions import ACCOUNT, ENVIRONMENT, EXAMPLE, REGIONS, two_regions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOUDS: Final = {"frankfurt": "twin.cloud", "dublin": "twin.dublin.cloud"}
SHOPS: Final = {"frankfurt": "twin.shop", "dublin": "twin.dublin.shop"}
GLOBAL: Final = {
    "aws:iam/policy:Policy": "name",
    "aws:iam/role:Role": "name",
    "aws:iam/instanceProfile:InstanceProfile": "name",
    "aws:s3/bucket:Bucket": "bucket",
}
"""Types whose names know no region, and the property that names them."""

TABLE: Final = "twin.shop.carts.carts.Carts"


def test_the_first_clusters_account_goes_up_before_the_others_and_both_before_what_stands_in_clusters() -> (
    None
):
    assert two_regions().plan.stages == (
        ("twin.cloud",),
        ("twin.dublin.cloud",),
        ("twin.platform", "twin.dublin.platform"),
        ("twin.shop", "twin.dublin.shop"),
    )
    assert stacks_of_environment(EXAMPLE, ENVIRONMENT) == list(two_regions().plan.stacks)


def test_what_knows_no_region_has_one_name_in_the_account() -> None:
    named = Counter(
        (one.type, one.inputs[GLOBAL[one.type]])
        for one in chain.from_iterable(two_regions().stacks.values())
        if one.type in GLOBAL
    )
    assert {type_ for type_, _ in named} == GLOBAL.keys()
    assert [name for name, count in named.items() if count > 1] == []


@pytest.mark.parametrize("cluster", CLOUDS)
def test_a_region_has_a_network_keys_and_a_cluster_of_its_own(cluster: str) -> None:
    found = two_regions()
    stack = CLOUDS[cluster]
    (vpc,) = found.of(stack, "aws:ec2/vpc:Vpc").values()
    assert vpc["cidrBlock"] == {"frankfurt": "10.60.0.0/16", "dublin": "10.61.0.0/16"}[cluster]
    zones = {one["availabilityZone"] for one in found.of(stack, "aws:ec2/subnet:Subnet").values()}
    assert zones == {f"{REGIONS[cluster]}{letter}" for letter in "abc"}
    begin = {"frankfurt": "alias/twin/", "dublin": "alias/twin_dublin/"}[cluster]
    aliases = {one["name"] for one in found.of(stack, "aws:kms/alias:Alias").values()}
    assert aliases == {f"{begin}{purpose}" for purpose in ("data", "messages", "secrets", "logs", "registry")}
    (eks,) = found.of(stack, "aws:eks/cluster:Cluster").values()
    assert eks["name"] == {"frankfurt": "twin", "dublin": "twin__dublin"}[cluster]


def test_subnets_of_both_regions_share_no_address() -> None:
    blocks = [
        ip_network(one["cidrBlock"])
        for stack in CLOUDS.values()
        for one in two_regions().of(stack, "aws:ec2/subnet:Subnet").values()
    ]
    assert len(blocks) == 18
    assert not any(one.overlaps(other) for one in blocks for other in blocks if one is not other)


@pytest.mark.parametrize(
    "stack", [*CLOUDS.values(), *SHOPS.values(), "twin.platform", "twin.dublin.platform"]
)
def test_a_slice_speaks_to_the_region_of_its_cluster_alone(stack: str) -> None:
    region = REGIONS["dublin" if "dublin" in stack else "frankfurt"]
    providers = [one for one in two_regions().stacks[stack] if one.type == "pulumi:providers:aws"]
    assert providers
    assert {one.inputs["region"] for one in providers} == {region}


@pytest.mark.parametrize("stack", two_regions().plan.stacks)
def test_the_provider_takes_every_input(stack: str) -> None:
    ours = [one for one in two_regions().stacks[stack] if one.type.startswith("aws:")]
    faults = {f"{one.type} {one.name}": misfits(one.type, one.inputs) for one in ours}
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_public_host_is_answered_for_by_each_cluster_that_it_stands_on_as_long_as_its_gateway_answers() -> (
    None
):
    found = two_regions()
    records = found.of("twin.cloud", "aws:route53/record:Record")
    spread = {name: one for name, one in records.items() if "setIdentifier" in one}
    assert {
        name: (one["name"], one["records"], one["weightedRoutingPolicies"]) for name, one in spread.items()
    } == {
        "invoices.shop.example.com/frankfurt": (
            "invoices.shop.example.com",
            ["frankfurt.shop.example.com"],
            [{"weight": 70}],
        ),
        "store.shop.example.com/frankfurt": (
            "store.shop.example.com",
            ["frankfurt.shop.example.com"],
            [{"weight": 70}],
        ),
        "store.shop.example.com/dublin": (
            "store.shop.example.com",
            ["dublin.shop.example.com"],
            [{"weight": 30}],
        ),
    }
    checks = found.of("twin.cloud", "aws:route53/healthCheck:HealthCheck")
    assert {one["fqdn"] for one in checks.values()} == {
        "frankfurt.shop.example.com",
        "dublin.shop.example.com",
    }
    for one in found.stacks["twin.cloud"]:
        if one.name in spread:
            (check,) = one.property_dependencies["healthCheckId"]
            assert check.endswith(one.inputs["records"][0])
    assert not found.of("twin.dublin.cloud", "aws:route53/healthCheck:HealthCheck")


def test_a_host_has_a_certificate_in_each_of_its_regions_and_one_proof_for_all() -> None:
    found = two_regions()
    certificates = {
        stack: set(found.of(stack, "aws:acm/certificate:Certificate")) for stack in CLOUDS.values()
    }
    assert certificates == {
        "twin.cloud": {"invoices.shop.example.com", "store.shop.example.com"},
        "twin.dublin.cloud": {"store.shop.example.com"},
    }
    proofs = [
        name
        for stack in CLOUDS.values()
        for name in found.of(stack, "aws:route53/record:Record")
        if name.endswith("/validation")
    ]
    assert sorted(proofs) == ["invoices.shop.example.com/validation", "store.shop.example.com/validation"]


def test_a_table_of_an_owner_in_two_regions_is_one_global_table_with_each_regions_key() -> None:
    found = two_regions()
    table = found.of("twin.shop", "aws:dynamodb/table:Table")[TABLE]
    assert table["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": "key_data of twin.cloud"}
    assert (table["streamEnabled"], table["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
    (replica,) = table["replicas"]
    assert (replica["regionName"], replica["kmsKeyArn"]) == ("eu-west-1", "key_data of twin.dublin.cloud")
    assert replica["pointInTimeRecovery"] is True
    assert not found.of("twin.dublin.shop", "aws:dynamodb/table:Table")
    alarms = {
        stack: set(found.of(stack, "aws:cloudwatch/metricAlarm:MetricAlarm")) for stack in SHOPS.values()
    }
    assert alarms["twin.shop"] == alarms["twin.dublin.shop"] != set()


def uses(cluster: str) -> Iterator[Use]:
    """Yield what may be done of a cluster's things and of the other's, with who of the cluster may."""
    for region in REGIONS.values():
        here = region == REGIONS[cluster]
        table = f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{TABLE}"
        may = frozenset({"shop/carts"}) if here else frozenset()
        yield from (Use(f"dynamodb:{action}", table, may) for action in ("GetItem", "PutItem", "Query"))
        yield from (Use(f"dynamodb:{action}", table) for action in ("DeleteTable", "UpdateTable"))
        for secret in ("storefront", "invoices"):
            owned = here and (cluster == "frankfurt" or secret == "storefront")
            readers = frozenset({"shop/platform"}) if owned else frozenset()
            named = f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:twin/shop/{secret}-a1B2c3"
            yield Use("secretsmanager:GetSecretValue", named, readers)


@pytest.mark.parametrize("cluster", REGIONS)
def test_over_all_pairs_a_role_may_do_in_its_own_region_what_an_edge_says_and_nothing_in_the_other(
    cluster: str,
) -> None:
    world = two_regions().world(cluster)
    assert {"shop/carts", "shop/platform"} <= world.roles.keys()
    assert wrong(world, uses(cluster)) == {}


@pytest.mark.parametrize("cluster", REGIONS)
def test_pods_of_one_cluster_take_no_role_of_the_other(cluster: str) -> None:
    found = two_regions()
    source = f"arn:aws:eks:{REGIONS[cluster]}:{ACCOUNT}:cluster/" + (
        "twin" if cluster == "frankfurt" else "twin__dublin"
    )
    for stack in (SHOPS[cluster], f"{SHOPS[cluster].rpartition('.')[0]}.platform"):
        for role in found.of(stack, "aws:iam/role:Role").values():
            if "pods.eks" in role["assumeRolePolicy"]:
                assert f'"aws:SourceArn": "{source}"' in role["assumeRolePolicy"]


def test_the_report_of_access_tells_of_the_roles_of_both_regions() -> None:
    rights = rights_of(load_project(EXAMPLE), ENVIRONMENT)
    told = {right.who for right in rights.account}
    assert {"role twin.shop.secret-reader", "role twin_dublin.shop.secret-reader"} <= told


def changed(folder: Path, **words: Any) -> list[str]:
    """Return the faults of the example with other words of the service that owns the tables, or of providers."""
    shutil.copytree(EXAMPLE / "stacks", folder / "stacks")
    team, environment = (
        folder / "stacks" / "teams" / "shop.yaml",
        folder / "stacks" / "environments" / "twin.yaml",
    )
    content = yaml.safe_load(team.read_text(encoding="utf-8"))
    service = content["services"]["carts"]
    if "table" in words:
        service["stores"]["carts"]["tables"]["Carts"] |= words["table"]
    if "store" in words:
        service |= {"stores": {"ledger": words["store"]}, "env": {}}
        said = environment.read_text(encoding="utf-8")
        provider = f"providers:\n  {words['store']['engine']}: {words['provider']}\n"
        environment.write_text(said.replace("providers:\n", provider), encoding="utf-8")
    if "host" in words:
        content["services"]["invoices"]["routes"][0]["host"] = words["host"]
    team.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with pytest.raises(DescriptorFaults) as found:
        load_project(folder)
    return [str(fault) for fault in found.value.faults]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            {"table": {"stream": "keys"}},
            (
                "carts.tables.Carts.stream: given 'keys'; eu-central-1 and eu-west-1 hold this table, which tell each other "
                "what was and what is; say both"
            ),
        ),
        (
            {"table": {"capacity": {"read": {"min": 1, "max": 5}, "write": {"min": 1, "max": 5}}}},
            (
                "carts.tables.Carts.capacity: eu-central-1 and eu-west-1 hold this table; leave capacity out, "
                "to pay by the request"
            ),
        ),
        (
            {"store": {"engine": "postgres"}, "provider": "aurora"},
            (
                "carts.stores.ledger: aurora stands on the network of one cluster, and its owner runs on dublin, frankfurt "
                "in twin; place it on one of them, or keep what they share in dynamodb"
            ),
        ),
        (
            {"host": "dublin"},
            "invoices.routes[0]: given 'dublin'; twin finds its cluster dublin by that name; choose another host",
        ),
    ],
)
def test_what_two_regions_cannot_share_is_refused_at_its_line(
    tmp_path: Path, words: dict[str, Any], said: str
) -> None:
    (fault,) = changed(tmp_path, **words)
    assert fault.startswith("stacks/teams/shop.yaml:")
    assert said in fault
