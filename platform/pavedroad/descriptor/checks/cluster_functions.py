"""Functions in a cluster: what Knative cannot give them, said at the word that asks for it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import World, environment_fault, owner_and_name, team_fault
from pavedroad.descriptor.cluster_functions import on_knative
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.references import OutputReference, ReferenceSyntaxError, split_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.descriptor.workload import Workload

WORDS_OF_LAMBDA: Final = {
    "archive": "Knative runs images; give it image",
    "changes": "a cluster has no stream of a table; let what writes the items invoke it",
    "http": "no gateway leads to it there; let a service with a route invoke it",
    "objects": "a cluster is not told of objects; let what writes them invoke it",
}
"""Words of a function that only Lambda realises, and what to do instead."""

_ADDRESSES: Final = {True: frozenset({"arn", "region"}), False: frozenset({"url"})}
"""Outputs of a function that mean nothing: on Knative, and on Lambda."""

COUNTED: Final = "-0"
"""How Knative's names of a function's versions go on: ``refund-00004``."""


def check_words(world: World) -> Iterator[Fault]:
    """A function in a cluster says nothing that only Lambda realises."""
    for environment, team, name, function in _in_clusters(world):
        for word, change in WORDS_OF_LAMBDA.items():
            if getattr(function, word):
                given = f"{environment} runs functions on Knative"
                yield team_fault(team, ("services", name, word), given=given, change=change)
        override = function.environments.get(environment)
        if override is not None and override.archive is not None:
            path: Path = ("services", name, "environments", environment, "archive")
            yield team_fault(team, path, change=WORDS_OF_LAMBDA["archive"])


def check_feeds(world: World) -> Iterator[Fault]:
    """A function in a cluster is run with messages of Kafka, where that stands in the cluster."""
    for environment, team, name, function in _in_clusters(world):
        kafka = world.environments[environment].providers.kafka
        for reference in function.subscribes:
            topic = world.topic(*owner_and_name(reference, team))
            if topic is None or (topic.broker == "kafka" and kafka in (None, "strimzi")):
                continue
            given = f"a topic on {topic.broker if topic.broker != 'kafka' else kafka}"
            change = f"{environment} runs functions on Knative, which reads strimzi's Kafka; let a worker subscribe and invoke it"
            yield team_fault(team, ("services", name, "subscribes", reference), given=given, change=change)


def check_versions(world: World) -> Iterator[Fault]:
    """No function is called as another's versions are, by which callers are told apart."""
    for _, team, name, _ in _in_clusters(world):
        for other in world.teams[team].functions:
            if other.startswith(f"{name}{COUNTED}"):
                change = f"versions of {name} are called like it on Knative; take another name"
                yield team_fault(team, ("services", other), given=f"'{other}'", change=change)


def check_starts(world: World) -> Iterator[Fault]:
    """Nobody starts a saga in a cluster, where whoever may start one may start any pod."""
    for environment, descriptor in world.environments.items():
        if not on_knative(descriptor):
            continue
        for team, inside in world.teams_in(descriptor):
            for name, spec in chain(inside.workloads.items(), inside.functions.items()):
                for index, _ in enumerate(spec.starts):
                    change = "Argo Workflows runs it there, where whoever may start one workflow may start any pod of the team"
                    given = f"{environment} runs functions on Knative"
                    yield team_fault(team, ("services", name, "starts", index), given=given, change=change)


def check_addresses(world: World) -> Iterator[Fault]:
    """Variables ask for the address that a function has where it runs: a URL in a cluster, an ARN in an account."""
    for environment, descriptor in world.environments.items():
        if descriptor.providers.function is None:
            continue
        wrong = _ADDRESSES[on_knative(descriptor)]
        for team, inside in world.teams_in(descriptor):
            for name, spec in chain(inside.workloads.items(), inside.functions.items()):
                for path, text in _variables(environment, name, spec):
                    if wrong & set(_asked(text)):
                        runs = "on Knative, by its url" if on_knative(descriptor) else "on Lambda, by its arn"
                        yield team_fault(team, path, change=f"{environment} runs functions {runs}")


def check_guarded(world: World) -> Iterator[Fault]:
    """Where functions run, the platform installs Knative: it says there who runs which function."""
    for environment, descriptor in world.environments.items():
        home = descriptor.clusters[descriptor.home]
        if on_knative(descriptor) and getattr(home, "addons", "managed") == "preinstalled":
            change = "who runs which function is said where Knative stands; let the platform install it: addons: managed"
            yield environment_fault(environment, ("providers", "function"), change=change)


def _in_clusters(world: World) -> Iterator[tuple[str, str, str, FunctionSpec]]:
    """Yield environment, team, name and definition of every function in a cluster."""
    for environment, descriptor in world.environments.items():
        if on_knative(descriptor):
            for team, inside in world.teams_in(descriptor):
                for name, function in inside.functions.items():
                    yield environment, team, name, function


def _variables(environment: str, name: str, spec: Workload | FunctionSpec) -> Iterator[tuple[Path, str]]:
    """Yield path and text of every variable that holds in an environment."""
    root: Path = ("services", name)
    for variable, text in spec.env.items():
        yield (*root, "env", variable), text
    here = spec.environments.get(environment)
    for variable, text in here.env.items() if here is not None else ():
        yield (*root, "environments", environment, "env", variable), text


def _asked(text: str) -> Iterator[str]:
    """Yield the outputs of functions that a text asks for; none where it cannot be read, which is a fault elsewhere."""
    try:
        pieces = split_references(text)
    except ReferenceSyntaxError:
        return
    for piece in pieces:
        if isinstance(piece, OutputReference) and piece.source == "invokes":
            yield piece.output
