"""The tables against the two judges: pulumi-aws' own types, and what moto says of operations that it lacks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pavedroad.sandbox.aws import schema, table
from pavedroad.sandbox.aws.calls import Caller, mapped_inputs
from pavedroad.sandbox.aws.comparing import revealed
from pavedroad.sandbox.aws.handlers import HANDLERS
from pavedroad.sandbox.aws.lifecycle import Lifecycle
from pavedroad.sandbox.aws.table import ResourceType
from pavedroad.sandbox.provider.errors import ProviderError
from tests.sandbox.aws.worlds import EXAMPLES, REGION, World

TYPES = [kind for module in table.modules() for token in table.tokens(module) if (kind := table.find(token))]
ONE_BY_ONE = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.token.removeprefix("aws:"))


def caller_of(world: World, kind: ResourceType) -> Caller:
    return Lifecycle.of(kind, world.account, REGION).caller


def named_by(kind: ResourceType) -> Iterator[str]:
    """The properties that a table names by themselves."""
    for names in (kind.replaces, kind.may_replace):
        yield from (name.partition(".")[0] for name in names)
    yield from (*kind.local, *kind.handled, *kind.shown, *kind.unread, *kind.withheld, *kind.defaults)
    yield from (name for call in kind.update for name in call.on or ())
    yield from (name for call in kind.calls() for name in call.skipping)


@ONE_BY_ONE
def test_the_properties_are_those_of_pulumi_aws(kind: ResourceType) -> None:
    from tests.sandbox.aws.recording import recorded  # noqa: PLC0415 - imports pulumi_aws, half a second

    held = schema.schema_of(kind.token)
    theirs = recorded(kind.token)
    assert (held.inputs, held.outputs) == (theirs["inputs"], theirs["outputs"])
    assert (held.required, held.secret) == (frozenset(theirs["required"]), frozenset(theirs["secret"]))


@ONE_BY_ONE
def test_a_table_names_only_properties_that_there_are(kind: ResourceType) -> None:
    known = schema.schema_of(kind.token)
    assert set(named_by(kind)) - {"region", "tags"} <= known.all.keys() | set(kind.local)
    assert kind.computed.keys() <= known.all.keys()
    module = kind.token.removeprefix("aws:").partition("/")[0]
    beside = {name for token in table.tokens(module) for name in schema.schema_of(token).all}
    assert {name.partition(".")[0] for name in kind.renames if name[0].islower()} <= beside
    assert kind.handler in HANDLERS
    assert not kind.auto_name or known.inputs[kind.auto_name] == "string"


@ONE_BY_ONE
def test_for_every_mapped_property_it_is_known_what_its_change_means(
    kind: ResourceType, world: World
) -> None:
    caller = caller_of(world, kind)
    updated = {name for call in kind.update for name in caller.concerned(call)}
    replaced = {name.partition(".")[0] for name in (*kind.replaces, *kind.may_replace)}
    settled = {*updated, *replaced, *kind.local, *kind.handled, "tags", "tagsAll", "region"}
    assert mapped_inputs(caller) - settled == set()


@ONE_BY_ONE
def test_every_operation_exists_and_takes_the_parameters_that_the_table_passes(
    kind: ResourceType, world: World
) -> None:
    for call in kind.calls():
        shape: Any = world.account.operation(call.service or kind.service, call.operation).input_shape
        assert set(call.parameters) <= set(shape.members if shape else ()), call.operation
        assert not call.within or call.within in shape.members


def refused(world: World, service: str, operation: str, parameters: dict[str, Any]) -> bool:
    """Whether moto answers an operation as one that it does not know."""
    try:
        world.account.call(service, operation, parameters, REGION)
    except NotImplementedError:
        return True
    except ProviderError as error:
        cause = error.__cause__
        assert isinstance(cause, ClientError)
        status = cause.response["ResponseMetadata"]["HTTPStatusCode"]
        return status in (404, 501) and bool(re.search("(?i)not yet|not found|not impl|^404", str(cause)))
    return False


SCALARS: dict[str, Any] = {"boolean": True, "timestamp": "2030-01-01T00:00:00Z", "blob": b"a", "map": {}}


def minimal(shape: Any) -> Any:
    """The least value that fits a shape."""
    match shape.type_name:
        case "structure":
            return {name: minimal(shape.members[name]) for name in shape.required_members}
        case "list":
            return [minimal(shape.member)]
        case "string":
            return (shape.enum or ["a" * max(1, shape.metadata.get("min", 1))])[0]
    return SCALARS.get(shape.type_name, max(1, shape.metadata.get("min", 1)))


LACKING = [(kind, name) for kind in TYPES for name in kind.lacking]


@pytest.mark.parametrize(("kind", "operation"), LACKING, ids=lambda value: getattr(value, "token", value))
def test_an_operation_that_is_only_validated_is_one_that_moto_lacks(
    kind: ResourceType, operation: str, world: World
) -> None:
    shape = world.account.operation(kind.service, operation).input_shape
    assert refused(world, kind.service, operation, minimal(shape))


ACCEPTED = [kind for kind in TYPES if kind.accepted]

PARTLY = {
    "aws:elasticache/subnetGroup:SubnetGroup": "DeleteCacheSubnetGroup",
}
"""Types that moto can make and never delete; they would be in the way of the next one."""

DOCUMENTS = {
    "DBClusterIdentifier": "a",
    "Engine": "docdb",
    "MasterUsername": "a",
    "MasterUserPassword": "aaaaaaaa",
}
NO_DOCUMENTS = ("CreateDBCluster", DOCUMENTS, "Engine 'docdb' is not supported")

IN_PART: dict[str, tuple[str, dict[str, Any], str]] = {
    "aws:docdb/cluster:Cluster": NO_DOCUMENTS,
    "aws:docdb/clusterInstance:ClusterInstance": NO_DOCUMENTS,
    "aws:secretsmanager/secretRotation:SecretRotation": (
        "CancelRotateSecret",
        {"SecretId": "${secretsmanager/secret:Secret.arn}"},
        "doesn't already have a Lambda function ARN",
    ),
}
"""Types of which moto knows every operation, and not what this project asks of one: what that is, and its refusal."""


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: kind.token)
def test_a_type_that_is_accepted_not_emulated_is_one_that_moto_lacks(
    kind: ResourceType, world: World
) -> None:
    if kind.token in IN_PART:
        operation, parameters, refusal = IN_PART[kind.token]
        with pytest.raises(ProviderError, match=refusal):
            world.account.call(kind.service, operation, world.resolved(parameters), REGION)
        return
    operation = PARTLY.get(kind.token, kind.create.operation)
    shape = world.account.operation(kind.service, operation).input_shape
    assert refused(world, kind.service, operation, minimal(shape))


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: kind.token)
def test_what_is_accepted_is_still_validated(kind: ResourceType, world: World) -> None:
    resource = world.resource(kind.token)
    passed = caller_of(world, kind).passed(kind.create).values()
    shape: Any = world.account.operation(kind.service, kind.create.operation).input_shape
    assert set(shape.required_members) & {*passed, *kind.create.parameters}
    inputs = revealed(resource.check(world.inputs(kind.token), {}))
    life = HANDLERS[kind.handler].of(kind, world.account, REGION)
    empty = {name: value for name, value in inputs.items() if name.startswith("__")}
    with pytest.raises(ProviderError, match="Missing required parameter"):
        life.create(empty)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind.withheld], ids=lambda kind: kind.token)
def test_what_is_withheld_is_what_moto_refuses(kind: ResourceType, world: World) -> None:
    given = caller_of(world, kind).passed(kind.create)
    parameters = {"DBClusterIdentifier": "a", "Engine": "neptune"}
    world.account.call(kind.service, kind.create.operation, parameters, REGION)
    for name in kind.withheld:
        with pytest.raises(ProviderError, match="InvalidParameter"):
            world.account.call(
                kind.service,
                kind.create.operation,
                {**parameters, "DBClusterIdentifier": "b", given[name]: EXAMPLES[kind.token]["inputs"][name]},
                REGION,
            )
