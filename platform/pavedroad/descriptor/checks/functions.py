"""Functions: what Lambda cannot run, and what a variable of a function cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor import references
from pavedroad.descriptor.checks.world import World, environment_fault, owner_and_name, team_fault
from pavedroad.descriptor.cluster_functions import on_knative
from pavedroad.descriptor.faults import Fault, Path, shown
from pavedroad.descriptor.references import Output, OutputReference, ReferenceSyntaxError
from pavedroad.descriptor.stores import DynamodbStore
from pavedroad.descriptor.values import memory_bytes, seconds
from pavedroad.near_misses import listed, suggestion
from pavedroad.secret_literals import looks_like_secret, looks_like_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.functions import FunctionOverride, FunctionSpec
    from pavedroad.descriptor.topics import Topic

LONGEST_RUN = 900
"""Seconds after which a run is ended (AWS, *Lambda quotas*)."""
LONGEST_REQUEST = 30
"""Seconds after which an HTTP API gives a request up (API Gateway, *Quotas for HTTP APIs*)."""
MEBIBYTE = 2**20
LEAST_MEMORY, MOST_MEMORY = 128 * MEBIBYTE, 10_240 * MEBIBYTE
"""Bounds of a function's memory (the same)."""
MOST_LAYERS = 5
"""The most layers of a function (the same)."""
RESERVED = ("AWS_", "LAMBDA_", "PAVEDROAD_", "_HANDLER", "_X_AMZN_")
"""How variables begin that Lambda or the platform sets (AWS, *Defined runtime environment variables*)."""
OWNED = {"dynamodb": "dynamodb", "bucket": "s3"}
"""Stores that a function can own, and the provider that takes its role."""


TIMEOUT = "30s"
"""How long a run may take where nobody says."""
VISIBILITY = "30s"
"""How long a consumer has for a message where nobody says."""


def check_bounds(world: World) -> Iterator[Fault]:
    """Memory, time and layers are what Lambda gives."""
    for team, name, function in world.functions():
        root: Path = ("services", name)
        if function.timeout is not None and seconds(function.timeout) > LONGEST_RUN:
            expected = "at most 15m; what takes longer is a job"
            yield team_fault(team, (*root, "timeout"), given=function.timeout, expected=expected)
        if function.http is not None and seconds(function.timeout or TIMEOUT) > LONGEST_REQUEST:
            expected = f"at most {LONGEST_REQUEST}s, after which API Gateway gives a request up"
            yield team_fault(team, (*root, "timeout"), given=function.timeout, expected=expected)
        for path, said in _everywhere(name, function):
            if said.memory and not LEAST_MEMORY <= memory_bytes(said.memory) <= MOST_MEMORY:
                expected = "from 128Mi to 10240Mi"
                yield team_fault(team, (*path, "memory"), given=said.memory, expected=expected)
            if said.archive and len(said.archive.layers) > MOST_LAYERS:
                yield team_fault(team, (*path, "archive", "layers"), expected=f"at most {MOST_LAYERS}")


def check_schedules(world: World) -> Iterator[Fault]:
    """A schedule names days of the month or of the week: AWS knows no day that is one or the other."""
    for team, name, function in world.functions():
        for path, said in _everywhere(name, function):
            if said.schedule and "*" not in (said.schedule.split()[2], said.schedule.split()[4]):
                change = "give days of the month or days of the week, and * for the other"
                yield team_fault(team, (*path, "schedule"), given=f"'{said.schedule}'", change=change)


def _everywhere(name: str, function: FunctionSpec) -> Iterator[tuple[Path, FunctionSpec | FunctionOverride]]:
    """Yield what is said in general and in each environment, with its place."""
    root: Path = ("services", name)
    yield root, function
    for environment, override in function.environments.items():
        yield (*root, "environments", environment), override


def check_function_variables(world: World) -> Iterator[Fault]:
    """Variables are free, said once, and hold no secret, as a reference or written down."""
    for team, name, function in world.functions():
        for path, variable, value in _variables(name, function):
            if variable.startswith(RESERVED):
                change = "Lambda or the platform sets this one; take another name"
                yield team_fault(team, path, given=f"'{variable}'", change=change)
            elif variable in function.secrets and path[2] != "secrets":
                change = "secrets has this name too; keep one of them"
                yield team_fault(team, path, given=f"'{variable}'", change=change)
            if looks_like_secret(variable, value):
                change = f"looks like a secret; keep it in the vault and use secrets: {{{variable}: …}}"
                yield team_fault(team, path, change=change)
            elif "${" in value:
                yield from _check_text(world, team, function, path, value)
        for word in ("command", "args"):
            for index, argument in enumerate(getattr(function, word)):
                if looks_like_token(argument):
                    change = "looks like a secret; keep it in the vault and use secrets:"
                    yield team_fault(team, ("services", name, word, index), change=change)


def _variables(name: str, function: FunctionSpec) -> Iterator[tuple[Path, str, str]]:
    """Yield path, name and text of every variable."""
    root: Path = ("services", name)
    for variable, value in function.env.items():
        yield (*root, "env", variable), variable, value
    for variable in function.secrets:
        yield (*root, "secrets", variable), variable, ""
    for environment, override in function.environments.items():
        for variable, value in override.env.items():
            yield (*root, "environments", environment, "env", variable), variable, value


def _check_text(world: World, team: str, function: FunctionSpec, path: Path, text: str) -> Iterator[Fault]:
    """Check the references of one variable."""
    try:
        pieces = references.split_references(text)
    except ReferenceSyntaxError as error:
        yield team_fault(team, path, change=str(error))
        return
    known: dict[str, Mapping[str, tuple[Output, ...]]] = {
        "stores": {name: references.store_outputs(store) for name, store in function.stores.items()},
        "publishes": _topics(world, team, function.publishes, references.PUBLISH_OUTPUTS),
        "subscribes": _topics(world, team, function.subscribes, references.SUBSCRIBE_OUTPUTS),
        "invokes": dict.fromkeys(function.invokes, references.RUN_OUTPUTS["invokes"]),
        "starts": dict.fromkeys(function.starts, references.RUN_OUTPUTS["starts"]),
        "environment": {"": references.ENVIRONMENT_OUTPUTS},
    }
    for piece in pieces:
        if isinstance(piece, OutputReference):
            yield from _check_reference(team, path, piece, known)


def _topics(
    world: World, team: str, used: Iterable[str], table: Mapping[str, tuple[Output, ...]]
) -> dict[str, tuple[Output, ...]]:
    """Return the outputs of topics; none for one that does not exist, which is a fault elsewhere."""
    topics = {reference: world.topic(*owner_and_name(reference, team)) for reference in used}
    return {
        reference: table[references.topic_kind(topic)] if topic else () for reference, topic in topics.items()
    }


def _check_reference(
    team: str,
    path: Path,
    piece: OutputReference,
    known: Mapping[str, Mapping[str, tuple[Output, ...]]],
) -> Iterator[Fault]:
    """Check one reference."""
    given = shown(str(piece))
    things = known.get(piece.source)
    if things is None:
        yield team_fault(team, path, given=given, expected=f"a function's own: {listed(known)}")
    elif piece.name not in things:
        expected = f"one of this function's {piece.source} ({listed(things) or 'there is none'})"
        change = suggestion(piece.name, things)
        yield team_fault(team, path, given=given, expected=expected, change=change)
    else:
        outputs = {output.name: output for output in things[piece.name]}
        output = outputs.get(piece.output)
        if output is None:
            expected = f"one of the outputs {listed(outputs)}"
            change = suggestion(piece.output, outputs)
            yield team_fault(team, path, given=given, expected=expected, change=change)
        elif output.secret and piece.source != "publishes":
            yield team_fault(team, path, given=given, change="a function's role stands in for it; remove it")


def check_function_topics(world: World) -> Iterator[Fault]:
    """A function writes to and is run by what takes its role, and has done with a message before another gets it."""
    for team, name, function in world.functions():
        root: Path = ("services", name)
        uses = [((*root, "publishes", index), ref, False) for index, ref in enumerate(function.publishes)]
        uses += [((*root, "subscribes", ref), ref, True) for ref in function.subscribes]
        for path, reference, runs in uses:
            topic = world.topic(*owner_and_name(reference, team))
            if topic is not None and topic.broker not in ("sqs", "sns") and _on_lambda(world, team):
                change = "a function has queues on SQS and topics on SNS; let a service read this one"
                yield team_fault(team, path, given=f"a topic on {topic.broker}", change=change)
            elif topic is not None and runs and topic.broker in ("sqs", "sns"):
                yield from _check_visibility(team, path, function, topic)


def _on_lambda(world: World, team: str) -> bool:
    """Whether a team's functions run on Lambda anywhere, or nobody knows yet where."""
    stands = (one for one in world.environments.values() if team in (name for name, _ in world.teams_in(one)))
    runs = [on_knative(one) for one in stands]
    return not (runs and all(runs))


def _check_visibility(team: str, path: Path, function: FunctionSpec, topic: Topic) -> Iterator[Fault]:
    """Check that a run ends before its messages are given to another (AWS, *Using Lambda with Amazon SQS*)."""
    given = getattr(topic, "visibility_timeout", None) or VISIBILITY
    timeout = function.timeout or TIMEOUT
    if seconds(timeout) > seconds(given):
        remedy = "give the queue a longer visibility_timeout or" if topic.broker == "sqs" else "give"
        change = f"messages are given to another after {given}; {remedy} the function a shorter timeout"
        yield team_fault(team, path, given=f"a timeout of {timeout}", change=change)


def check_function_places(world: World) -> Iterator[Fault]:
    """Where a function stands, its stores take its role and its secrets are where it can read them."""
    for environment, descriptor in world.environments.items():
        for team, inside in world.teams_in(descriptor):
            for name, function in inside.functions.items():
                yield from _check_place(environment, descriptor, f"{team}/{name}", function)


def _check_place(
    environment: str, descriptor: EnvironmentDescriptor, user: str, function: FunctionSpec
) -> Iterator[Fault]:
    reads = function.secrets and not on_knative(descriptor)
    if reads and descriptor.secrets.provider != "secrets-manager":
        change = f"the function {user} reads its secrets itself; keep them in secrets-manager"
        yield environment_fault(environment, ("secrets", "provider"), change=change)
    for store, spec in function.stores.items():
        if isinstance(spec, DynamodbStore) and not spec.tables:
            change = f"the function {user} owns {store}, which names no tables; let it name them"
            yield environment_fault(environment, ("providers", "dynamodb"), change=change)
        wanted = OWNED.get(spec.engine)
        if wanted is not None and getattr(descriptor.providers, spec.engine) != wanted:
            change = f"the function {user} owns {store}, and only {wanted} takes its role"
            yield environment_fault(environment, ("providers", spec.engine), change=change)


def check_function_stores(world: World) -> Iterator[Fault]:
    """A function owns nothing that it would need a network and a password for."""
    for team, name, function in world.functions():
        for store, spec in function.stores.items():
            if spec.engine not in OWNED:
                change = (
                    f"a function owns {' and '.join(OWNED)}; let a service own it, and tell that by a topic"
                )
                yield team_fault(
                    team, ("services", name, "stores", store), given=f"'{spec.engine}'", change=change
                )
