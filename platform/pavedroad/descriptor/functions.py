"""Functions: code that runs when something happens, and is not there in between."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.function_events import ChangesSpec, ObjectsSpec
from pavedroad.descriptor.stores import Store
from pavedroad.descriptor.tables import TableName
from pavedroad.descriptor.values import (
    Argument,
    BucketName,
    Cron,
    Duration,
    EnvName,
    EnvValue,
    Handler,
    Image,
    LayerVersion,
    Many,
    Memory,
    Name,
    ObjectKey,
    ObjectVersion,
    Percent,
    Rate,
    Reference,
    RoutePath,
    ScopeName,
    SecretKey,
    Spec,
    Text,
    TimeZone,
    Url,
    VaultPath,
)
from pavedroad.descriptor.workload import SubscribeSpec

Runtime = Literal["dotnet8", "java21", "nodejs22.x", "provided.al2023", "python3.13", "ruby3.4"]
"""Runtimes that AWS keeps up to date (AWS, *Lambda runtimes*)."""

REFUSED_WORDS: dict[str, str] = {
    "calls": "a function stands outside of the mesh, and no service lets it in; tell the service by a topic",
    "egress": "nothing would hold a function to it: it reaches every host; remove it",
    "listens": "nothing connects to a function; give it http:",
    "routes": "no gateway leads to a function; give it http:",
}
"""Words of services that mean nothing for a function, and what to say instead (docs/functions.md)."""

Concurrency = Annotated[int, Field(ge=1, le=1000)]


class ArchiveSpec(Spec):
    """Code as an archive in a bucket, where it is no container image."""

    bucket: BucketName
    """The bucket that holds the archive; whoever builds it puts it there."""
    key: ObjectKey
    """The archive's key in the bucket."""
    version: ObjectVersion | None = None
    """The version of the object. Default: the newest whenever the function is changed."""
    runtime: Runtime
    """What runs the code."""
    handler: Handler
    """Where the code begins: `orders.handle`."""
    layers: Many[LayerVersion] = ()
    """Layers under the code, by the ARNs of their versions."""


class FunctionSecretSpec(Spec):
    """A secret value by reference; the function reads it when it starts."""

    vault: VaultPath
    """Path of the entry in the environment's secret store."""
    key: SecretKey
    """Key inside the entry."""


class RolloutSpec(Spec):
    """A part of the runs goes to the newest version, the rest stays with one that has proved itself."""

    stable: Annotated[int, Field(ge=1, le=1_000_000)]
    """Number of the version that has."""
    percent: Percent
    """Share of the runs that the newest version gets."""


class HttpRouteSpec(Spec):
    """One operation of a function's API."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    """Method of the requests. Default: any."""
    path: RoutePath
    """Their path, exactly."""

    @property
    def key(self) -> str:
        """The operation as API Gateway spells it: ``POST /letters``."""
        return f"{self.method or 'ANY'} {self.path}"


class HttpSpec(Spec):
    """An HTTP API in front of a function, for whoever shows a token."""

    routes: Many[HttpRouteSpec]
    """Operations that run the function."""
    issuer: Url
    """Who issues the tokens: the `iss` that they carry, under which its keys are found."""
    audience: Many[Text]
    """Whom tokens are for: the `aud` that they carry, one of these."""
    scopes: Many[ScopeName] = ()
    """Scopes of which a token carries at least one. Default: it needs none."""
    rate_limit: Rate | None = None
    """Requests that are let through; more are answered with 429. Default: 50/s."""

    @model_validator(mode="after")
    def _some_of_each(self) -> Self:
        if not self.routes or not self.audience:
            raise ValueError("an API has at least one route and one audience")
        if len({route.key for route in self.routes}) < len(self.routes):
            raise ValueError("each route stands there once")
        return self


class FunctionOverride(Spec):
    """What one environment changes about a function."""

    image: Image | None = None
    """The image in this environment."""
    archive: ArchiveSpec | None = None
    """The archive in this environment."""
    env: dict[EnvName, EnvValue] = {}
    """Environment variables to add or replace in this environment."""
    memory: Memory | None = None
    """The memory in this environment."""
    concurrency: Concurrency | None = None
    """How often it runs at once in this environment."""
    schedule: Cron | None = None
    """When it runs in this environment."""
    rollout: RolloutSpec | None = None
    """Which versions run in this environment."""


class FunctionSpec(Spec):
    """Something that runs when something happens: on a schedule, with requests or messages, or as a step of a saga."""

    type: Literal["function"]
    image: Image | None = None
    """The container image with tag or digest; it speaks Lambda's runtime API."""
    archive: ArchiveSpec | None = None
    """The code, where it is no image."""
    command: Many[Argument] = ()
    """Replaces the image's entry point."""
    args: Many[Argument] = ()
    """Arguments of the image's entry point."""
    env: dict[EnvName, EnvValue] = {}
    """Environment variables; may refer to outputs that are no secrets, as in `${stores.files.bucket}`."""
    secrets: dict[EnvName, FunctionSecretSpec] = {}
    """Secrets, by the variable that says where each is: `<ARN of the secret>:<key>::`."""
    stores: dict[Name, Store] = {}
    """What this function owns: tables of DynamoDB and buckets of S3."""
    publishes: Many[Reference] = ()
    """Queues on SQS and topics on SNS that it writes to: `topic`, or `team/topic` of a team that is open to it."""
    subscribes: dict[Reference, SubscribeSpec] = {}
    """Queues on SQS and topics on SNS whose messages it is run with, up to ten at a time."""
    invokes: Many[Name] = ()
    """Other functions of this team that it may run."""
    starts: Many[Name] = ()
    """Sagas of functions of this team that it may start."""
    changes: dict[Name, dict[TableName, ChangesSpec]] = {}
    """Changes of items that it is run with, by the store and its table; the table has a `stream`."""
    objects: dict[Name, ObjectsSpec] = {}
    """Objects that it is run with, by the bucket's store."""
    memory: Memory | None = None
    """Memory, and processor time in proportion; from 128Mi to 10240Mi. Default: 512Mi."""
    timeout: Duration | None = None
    """How long a run may take; at most 15m. Default: 30s."""
    concurrency: Concurrency | None = None
    """How often it runs at once, at most. Default: 10."""
    architecture: Literal["amd64", "arm64"] | None = None
    """Processor architecture of image or archive. Default: arm64."""
    http: HttpSpec | None = None
    """An HTTP API whose requests it is run with. Default: none."""
    schedule: Cron | None = None
    """When it runs. Default: whenever something else runs it."""
    time_zone: TimeZone | None = None
    """Time zone of the schedule. Default: UTC."""
    rollout: RolloutSpec | None = None
    """Which versions run. Default: the newest."""
    formerly: Many[Name] = ()
    """Earlier names of this function, oldest first: physical names are kept."""
    environments: dict[Name, FunctionOverride] = {}
    """What differs, by environment."""

    @model_validator(mode="after")
    def _one_code(self) -> Self:
        if (self.image is None) == (self.archive is None):
            raise ValueError("give exactly one of image and archive")
        if self.archive is not None and (self.command or self.args):
            raise ValueError("command and args belong to an image; an archive has its handler")
        return self

    @model_validator(mode="after")
    def _words_of_a_schedule(self) -> Self:
        if self.schedule is None and self.time_zone is not None:
            raise ValueError("time_zone belongs to a function with a schedule")
        return self
