"""Clusters in several regions are checked at the line that says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import load_project
from tests.descriptor.test_cloud import ACCOUNT, faults_of, project

if TYPE_CHECKING:
    from pathlib import Path

WEST = "  west: {kind: eks, region: eu-west-1, network: {cidr: 10.41.0.0/16}}\n"
TWO = ACCOUNT.replace("  main: {kind: eks}\n", "  main: {kind: eks}\n" + WEST)
SPREAD = "domains: {public: example.com, spread: SPREAD}\n"


def test_two_regions_with_a_network_each_are_sound(tmp_path: Path) -> None:
    environment = load_project(project(tmp_path, dev=TWO + SPREAD.replace("SPREAD", "latency"))).environments[
        "dev"
    ]
    assert list(environment.clusters) == ["main", "west"]


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        (
            "10.41.0.0/16",
            "10.40.128.0/20",
            (
                "dev.yaml:13:50: clusters.west.network.cidr: given '10.40.128.0/20'; dev has 10.40.0.0/16; "
                "take a block that it does not touch"
            ),
        ),
        (
            ", network: {cidr: 10.41.0.0/16}",
            "",
            (
                "dev.yaml:13:3: clusters.west.network: given nothing; it stands on a network of its own; "
                "add network: with a block that no other has"
            ),
        ),
        (
            "region: eu-west-1",
            "region: cn-north-1",
            (
                "dev.yaml:13:21: clusters.west.region: given 'cn-north-1'; no role of eu-central-1 reaches it; "
                "choose a region of the same part of AWS"
            ),
        ),
        (
            "region: eu-west-1",
            "region: Ireland",
            (
                "dev.yaml:13:21: clusters.west.region: given 'Ireland'; expected the name of an AWS region, "
                "such as eu-central-1"
            ),
        ),
        (
            "main: {kind: eks}",
            "main: {kind: eks, region: eu-west-1}",
            (
                "dev.yaml:12:21: clusters.main.region: given 'eu-west-1'; the first cluster is in the account's region, "
                "eu-central-1; name it there"
            ),
        ),
        (
            "main: {kind: eks}",
            "main: {kind: eks, network: {cidr: 10.42.0.0/16}}",
            (
                "dev.yaml:12:21: clusters.main.network: the first cluster's network is the account's; "
                "say it in aws.network"
            ),
        ),
        (
            "region: eu-central-1",
            "region: eu-central-1\n  sandbox: true",
            (
                "dev.yaml:14:3: clusters.west: the sandbox stands in for one cluster; "
                "leave sandbox: true to an environment with one"
            ),
        ),
    ],
)
def test_what_a_further_cluster_cannot_be_is_refused_at_its_line(
    tmp_path: Path, was: str, now: str, fault: str
) -> None:
    assert was in TWO
    assert faults_of(tmp_path, dev=TWO.replace(was, now)) == [f"stacks/environments/{fault}"]


def test_networks_of_two_further_clusters_do_not_overlap_either(tmp_path: Path) -> None:
    third = WEST.replace("west", "east").replace("eu-east-1", "eu-north-1")
    (fault,) = faults_of(tmp_path, dev=TWO.replace(WEST, WEST + third))
    assert fault.endswith("given '10.41.0.0/16'; west has 10.41.0.0/16; take a block that it does not touch")


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        (
            ACCOUNT + "domains: {spread: weight}\n",
            "domains.spread: given 'weight'; Route 53 spreads hosts in a zone of the account; say aws: and domains.public",
        ),
        (
            TWO.replace(WEST, "  shop: {kind: existing, kubeconfig: shop, api_server: '10.9.0.0/28:6443'}\n")
            + SPREAD.replace("SPREAD", "latency"),
            "domains.spread: given 'latency'; shop is in no region that could be the nearest; spread by weight",
        ),
    ],
)
def test_hosts_are_spread_where_there_is_a_zone_and_by_what_all_clusters_have(
    tmp_path: Path, environment: str, fault: str
) -> None:
    (found,) = faults_of(tmp_path, dev=environment)
    assert fault in found
