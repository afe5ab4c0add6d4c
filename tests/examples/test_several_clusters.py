"""The example on two clusters: who reaches whom is what the descriptors say, wherever each of them stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
import yaml

from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.places import places_of
from pavedroad.intent import intent_of, rights_of
from pavedroad.plan.naming import host
from pavedroad.plan.resolve import resolve
from pavedroad.preview.slices import stacks_of_environment
from pavedroad.stack_names import slice_of
from stacks.program import declare
from stacks.settings import StackSettings
from tests.support.declaring import declared as declared_by
from tests.support.example import FILES, example
from tests.support.sites import (
    ENVIRONMENT,
    EXAMPLE,
    RenderedSites,
    example_copy,
    render_sites,
    rendered_sites,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pavedroad.access import Pod, Sites, Way

Called = tuple[str, str, str, int]
"""A caller's cluster and service, and the host and port that it calls."""

CROSSING = {
    ("centre", "stock", host("shelves", "tills"), 8080),
    ("store", "till", host("prices", "catalogue"), 80),
}


def callers(example: RenderedSites, sites: Sites) -> Iterator[tuple[str, Pod]]:
    """Yield every service's pods on every cluster."""
    for share in example.plan.shares:
        for workload in (workload for team in share.teams for workload in team.workloads):
            name = share.cluster.name
            yield name, sites.clusters[name].pod(workload.namespace, f"Deployment/{workload.name}")


def hosts(example: RenderedSites) -> set[tuple[str, int]]:
    """Return host and port of every service, wherever it stands."""
    return {
        (host(service, team), port.service_port or port.port)
        for team, descriptor in example.project.teams.items()
        for service, workload in descriptor.workloads.items()
        if workload.type == "service"
        for port in workload.listens.values()
    }


def declared(example: RenderedSites) -> set[Called]:
    """Return every call that a descriptor says, on each cluster that its caller runs on."""
    environment = example.project.environments[ENVIRONMENT]
    found = set()
    for team, descriptor in example.project.teams.items():
        for name, workload in descriptor.workloads.items():
            for reference in workload.calls:
                owner, _, callee = reference.rpartition("/")
                spec = example.project.teams[owner or team].workloads[callee]
                assert spec.type == "service"
                (port,) = spec.listens.values()
                called = (host(callee, owner or team), port.service_port or port.port)
                found |= {(place, name, *called) for place in places_of(environment, workload)}
    return found


def ways(example: RenderedSites, sites: Sites) -> dict[Called, Way]:
    """Return the way of every service on every cluster to every service."""
    return {
        (site, pod.name.partition("/")[2], *called): sites.way(site, pod, *called)
        for site, pod in callers(example, sites)
        for called in hosts(example)
    }


def test_over_all_pairs_on_both_clusters_what_is_reached_is_what_a_descriptor_says() -> None:
    example = rendered_sites()
    found = ways(example, example.sites())
    assert {called for called, way in found.items() if way.allowed} == declared(example)
    assert {called for called, way in found.items() if not way.refused} == declared(example)
    assert declared(example) >= CROSSING
    assert len(found) == 7 * 6


def test_a_service_on_both_clusters_is_called_next_door() -> None:
    example = rendered_sites()
    found = ways(example, example.sites())
    for caller in (
        ("centre", "stock", host("tax", "catalogue"), 8080),
        ("store", "till", host("tax", "catalogue"), 8080),
    ):
        assert {hop.site for hop in found[caller].hops} == {caller[0]}


def between(example: RenderedSites) -> Iterator[tuple[Called, dict[str, Any]]]:
    """Yield each call across, with each object without which it is not possible."""
    needed = {
        ("centre", "stock", host("shelves", "tills"), 8080): {
            ("centre", "NetworkPolicy", "stock.to.east-west-10-2-8-0-28"),
            ("centre", "ServiceEntry", "shelves.tills"),
            ("centre", "DestinationRule", "stock.tills.shelves"),
            ("store", "Gateway", "east-west"),
            ("store", "NetworkPolicy", "east-west.from.east-west-10-1-0-0-16"),
            ("store", "AuthorizationPolicy", "shelves.tills"),
            ("store", "NetworkPolicy", "east-west.to.tills.shelves"),
            ("store", "NetworkPolicy", "shelves.from.catalogue.stock"),
            ("store", "AuthorizationPolicy", "shelves.from.catalogue.stock"),
        },
        ("store", "till", host("prices", "catalogue"), 80): {
            ("store", "NetworkPolicy", "till.to.east-west-10-1-8-0-28"),
            ("store", "ServiceEntry", "prices.catalogue"),
            ("store", "DestinationRule", "prices.catalogue"),
            ("centre", "Gateway", "east-west"),
            ("centre", "NetworkPolicy", "east-west.from.east-west-10-2-0-0-16"),
            ("centre", "AuthorizationPolicy", "prices.catalogue"),
            ("centre", "NetworkPolicy", "east-west.to.catalogue.prices"),
            ("centre", "NetworkPolicy", "prices.from.tills.till"),
            ("centre", "AuthorizationPolicy", "prices.from.tills.till"),
        },
    }
    for call, objects in needed.items():
        for cluster, kind, name in objects:
            (found,) = (
                one
                for one in example.manifests[cluster]
                if one["kind"] == kind and one["metadata"]["name"] == name
            )
            yield call, found


def test_without_any_one_object_of_a_call_across_it_is_refused() -> None:
    example = rendered_sites()
    tried = list(between(example))
    assert len(tried) == 18
    for (site, caller, name, port), missing in tried:
        sites = example.sites(without=missing)
        pod = next(
            pod
            for where, pod in callers(example, sites)
            if (where, pod.name) == (site, f"Deployment/{caller}")
        )
        way = sites.way(site, pod, name, port)
        label = f"{missing['kind']} {missing['metadata']['name']}"
        if label == "DestinationRule stock.tills.shelves":
            assert way.allowed, "the namespace's own rule for the host still speaks the mesh's TLS"
        else:
            assert way.refused, f"{caller} reaches {name} without {label}"


@pytest.mark.parametrize(
    ("team", "service", "callee", "clusters"),
    [
        ("catalogue", "stock", "tills/shelves", ("centre", "store")),
        ("tills", "till", "catalogue/prices", ("store", "centre")),
    ],
)
def test_an_edge_that_is_taken_out_leaves_nothing_on_either_cluster(
    tmp_path: Path, team: str, service: str, callee: str, clusters: tuple[str, str]
) -> None:
    example_copy(tmp_path)
    descriptor = tmp_path / "stacks" / "teams" / f"{team}.yaml"
    content = yaml.safe_load(descriptor.read_text(encoding="utf-8"))
    del content["services"][service]["calls"][callee]
    content["services"][service].pop("env", None)
    descriptor.write_text(yaml.safe_dump(content), encoding="utf-8")
    example = render_sites(tmp_path)
    caller, called = clusters
    of_gateways = [
        one for one in example.manifests[called] if one["metadata"].get("namespace") == "east-west"
    ]
    known = [one for one in example.manifests[caller] if callee.partition("/")[2] in one["metadata"]["name"]]
    assert of_gateways == []
    assert known == []
    found = ways(example, example.sites())
    assert {call for call, way in found.items() if way.allowed} == declared(example)


def test_the_report_of_access_tells_of_calls_across_by_which_gateway_they_go() -> None:
    rights = rights_of(rendered_sites().project, ENVIRONMENT)
    (till,) = (each for each in rights.services if each.name == "tills/till")
    calls = {right.what: right.how for right in till.may if right.may == "call"}
    assert calls == {
        "catalogue/prices": ("port 15443 of east-west.centre.internal.example.com",),
        "catalogue/tax": ("TCP 8080",),
        "tills/printer": ("TCP 9100",),
        "tills/shelves": ("TCP 8080",),
    }
    (shelves,) = (each for each in rights.services if each.name == "tills/shelves")
    assert {right.who for right in shelves.open_to} == {"tills/till", "catalogue/stock"}


def test_what_people_wrote_is_judged_wherever_it_stands() -> None:
    written = {(each.type, each.name) for each in intent_of(rendered_sites().project, ENVIRONMENT)}
    assert ("pavedroad:intent:Team", "tills") in written
    assert ("pavedroad:intent:Service", "tills/till") in written


def test_one_cluster_declares_the_same_whatever_it_says_of_its_place() -> None:
    base = example("production", cloud=True)
    teams, plain = base.load() or pytest.fail("the example is refused")
    home = {**base.environment["clusters"]["main"], "labels": {"place": "centre"}}
    gateway = {"addresses": ("10.1.8.0/28",), "clients": ("10.2.0.0/16",)}
    clusters = {"main": {**home, "east_west": gateway}}
    told = EnvironmentDescriptor.model_validate({**base.environment, "clusters": clusters})
    assert declared_by(resolve(teams, told, FILES)) == declared_by(resolve(teams, plain, FILES))


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("chain", "chain stands on several clusters: chain.platform, chain.store.platform"),
        ("chain.moon.platform", "no cluster of chain beside the first is called 'moon'; there are: store"),
        ("chain.tills", "no slice of chain is called 'tills'; there are: platform, catalogue"),
        (
            "chain.store.nobody",
            "no slice of chain.store is called 'nobody'; there are: platform, catalogue, tills",
        ),
    ],
)
def test_a_stack_that_nothing_is_in_is_refused_naming_those_that_there_are(stack: str, said: str) -> None:
    part = slice_of(stack)
    settings = StackSettings(root=EXAMPLE, environment="chain", slice=part.part, cluster=part.cluster)
    with pytest.raises(pulumi.RunError, match=re.escape(said)):
        declare(rendered_sites().plan, settings)


def test_the_stacks_that_a_preview_finds_are_those_of_the_plan() -> None:
    assert stacks_of_environment(EXAMPLE, ENVIRONMENT) == list(rendered_sites().plan.stacks)
