"""The recording stand-in for the engine: answers Pulumi's runtime and keeps what it was told.

It does what the engine does before any provider is asked: names resources, refuses a name used twice, resolves
aliases. A resource's outputs are its inputs plus what the test says the provider would add.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from pavedroad.testing.errors import RecordingError, relative
from pavedroad.testing.kubernetes_yaml import YAML_DECODE, decoded_yaml
from pavedroad.testing.policy_documents import POLICY_DOCUMENT, policies_as_text, policy_document
from pavedroad.testing.recording import NO_OPTIONS, RecordedInvoke, RecordedOptions, RecordedResource
from pavedroad.testing.urns import STACK_TYPE, UrnScope, alias_urns
from pavedroad.testing.values import PropertyMap, Secret, read_struct
from pavedroad.testing.wire import merged, write_struct

Answer: TypeAlias = Mapping[str, Any] | Callable[[PropertyMap], Mapping[str, Any]]
"""What a provider's function returns: a fixed result, or one made from the call's arguments."""

_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
)
"""What is offered to the runtime; transforms are not, so that the SDK refuses them by name."""

_PURE_FUNCTIONS: Final[Mapping[str, Answer]] = {
    POLICY_DOCUMENT: policy_document,
    YAML_DECODE: decoded_yaml,
}
"""Provider functions that only compute, and so are answered unless the test says otherwise."""

_NO_DEPENDENCIES: Final[Mapping[str, Any]] = {}


class _Registered(NamedTuple):
    """The answer to a registration: what the SDK reads of ``RegisterResourceResponse``, without its copies."""

    urn: str
    id: str
    object: struct_pb2.Struct
    propertyDependencies: Mapping[str, Any] = _NO_DEPENDENCIES  # noqa: N815  # the SDK's name
    result: int = resource_pb2.Result.SUCCESS
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What stands outside of the program and a test may set.

    Attributes:
        outputs: Per type token, the properties that its provider adds to a resource's inputs.
        invokes: Per function token, its result.
        stacks: Per name of a referenced stack, its outputs; `Secret` marks a secret one.
    """

    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    invokes: Mapping[str, Answer] = field(default_factory=dict)
    stacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class RecordingMonitor:
    """Pulumi's resource monitor and engine for one recording."""

    def __init__(self, scope: UrnScope, answers: Answers, *, preview: bool) -> None:
        """Start empty.

        Args:
            scope: The stack and project to name resources in.
            answers: What providers and other stacks would say.
            preview: Whether ids of new resources stay unknown, as in ``pulumi preview``.
        """
        self.messages: list[tuple[str, str]] = []
        self.invokes: list[RecordedInvoke] = []
        self.stack_outputs: PropertyMap = {}
        self._scope = scope
        self._answers = answers
        self._preview = preview
        self._resources: dict[str, RecordedResource] = {}
        self._outputs: dict[str, PropertyMap] = {}

    def resources(self) -> tuple[RecordedResource, ...]:
        """Return what was recorded so far, sorted by URN."""
        recorded = dict(self._resources)
        for urn, outputs in self._outputs.items():
            recorded[urn] = replace(recorded[urn], outputs=outputs)
        return tuple(recorded[urn] for urn in sorted(recorded))

    def register_resource(self, request: resource_pb2.RegisterResourceRequest) -> _Registered:
        """Record a resource and answer with its inputs as its outputs."""
        parent = self._parent(request.parent)
        urn = self._scope.urn(parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return _Registered(urn, "", request.object)
        inputs = read_struct(request.object)
        self._record(
            RecordedResource(
                urn=urn,
                type=request.type,
                name=request.name,
                parent=parent,
                custom=request.custom,
                inputs=inputs,
                provider=_provider_urn(request.provider),
                aliases=self._aliases(request, urn, parent),
                depends_on=tuple(sorted(request.dependencies)),
                property_dependencies={
                    key: tuple(sorted(dependency.urns))
                    for key, dependency in request.propertyDependencies.items()
                    if dependency.urns
                },
                options=_options(request),
                source=_source(request.sourcePosition),
            )
        )
        added = {**policies_as_text(request.type, inputs), **self._added(request.type)}
        return _Registered(urn, self._id(request), merged(request.object, added))

    def read_resource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        """Record a resource that is only read; another stack's outputs are those that the test set."""
        parent = self._parent(request.parent)
        urn = self._scope.urn(parent, request.type, request.name)
        self._record(
            RecordedResource(
                urn=urn,
                type=request.type,
                name=request.name,
                parent=parent,
                custom=True,
                read=True,
                inputs=read_struct(request.properties),
                provider=_provider_urn(request.provider),
                depends_on=tuple(sorted(request.dependencies)),
                options=RecordedOptions(import_id=request.id or None),
                source=_source(request.sourcePosition),
            )
        )
        added = self._added(request.type)
        if request.type == "pulumi:pulumi:StackReference":
            added = self._stack_reference(request.id, _source(request.sourcePosition))
        properties = merged(request.properties, added)
        return resource_pb2.ReadResourceResponse(urn=urn, id=request.id, properties=properties)

    def register_resource_outputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Keep a component's outputs, or the stack's."""
        outputs = read_struct(request.outputs)
        if request.urn in self._resources:
            self._outputs[request.urn] = outputs
        else:
            self.stack_outputs = outputs
        return empty_pb2.Empty()

    def invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        """Answer a provider's function as the test said, or compute it, or refuse it by name."""
        answer = self._answers.invokes.get(request.tok) or _PURE_FUNCTIONS.get(request.tok)
        if answer is None:
            raise RecordingError(
                f"the program calls the provider function {request.tok}, which needs a real provider; "
                "nothing answers it here",
                _source(request.sourcePosition),
            )
        args = read_struct(request.args)
        provider = _provider_urn(request.provider)
        self.invokes.append(RecordedInvoke(token=request.tok, args=args, provider=provider))
        result = answer(args) if callable(answer) else answer
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(write_struct(result))
        return response

    def log(self, request: engine_pb2.LogRequest) -> None:
        """Keep what the program says; the SDK's own debug messages are not kept."""
        if request.severity != engine_pb2.DEBUG:
            self.messages.append((engine_pb2.LogSeverity.Name(request.severity).lower(), request.message))

    def get_deployment_info(self, _request: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:
        """Say what is supported."""
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def register_package(
        self, request: resource_pb2.RegisterPackageRequest
    ) -> resource_pb2.RegisterPackageResponse:
        """Accept a provider package; its reference is its name."""
        return resource_pb2.RegisterPackageResponse(ref=request.name)

    def acknowledge(self, _request: object) -> empty_pb2.Empty:
        """Accept what concerns only a real update: hooks, the end of the program, the CLI's version."""
        return empty_pb2.Empty()

    # The names by which Pulumi's runtime calls.
    RegisterResource = register_resource
    ReadResource = read_resource
    RegisterResourceOutputs = register_resource_outputs
    Invoke = invoke
    Log = log
    GetDeploymentInfo = get_deployment_info
    RegisterPackage = register_package
    RegisterResourceHook = acknowledge
    RegisterErrorHook = acknowledge
    SignalAndWaitForShutdown = acknowledge
    RequirePulumiVersion = acknowledge

    def _record(self, resource: RecordedResource) -> None:
        first = self._resources.setdefault(resource.urn, resource)
        if first is not resource:
            elsewhere = f"; the other is declared at {first.source}" if first.source else ""
            raise RecordingError(f"two resources have the URN {resource.urn}{elsewhere}", resource.source)

    def _parent(self, urn: str) -> str | None:
        return urn if urn in self._resources else None

    def _aliases(
        self, request: resource_pb2.RegisterResourceRequest, urn: str, parent: str | None
    ) -> tuple[str, ...]:
        parent_aliases = self._resources[parent].aliases if parent else ()
        if not request.aliases and not parent_aliases:
            return ()
        return alias_urns(request.aliases, self._scope, urn=urn, parent=parent, parent_aliases=parent_aliases)

    def _id(self, request: resource_pb2.RegisterResourceRequest) -> str:
        if not request.custom:
            return ""
        return request.importId or ("" if self._preview else f"{request.name}-id")

    def _added(self, type_: str) -> Mapping[str, Any]:
        return self._answers.outputs.get(type_, {})

    def _stack_reference(self, stack: str, source: str | None) -> Mapping[str, Any]:
        if stack in self._answers.stacks:
            outputs = self._answers.stacks[stack]
            secret = sorted(name for name, value in outputs.items() if isinstance(value, Secret))
            return {"name": stack, "outputs": outputs, "secretOutputNames": secret}
        if self._preview:
            return {"name": stack}
        known = ", ".join(sorted(self._answers.stacks)) or "none"
        raise RecordingError(f"the outputs of the stack {stack} are not set; those that are: {known}", source)


def _options(request: resource_pb2.RegisterResourceRequest) -> RecordedOptions:
    timeouts = request.customTimeouts if request.HasField("customTimeouts") else None
    options = RecordedOptions(
        protect=request.protect if request.HasField("protect") else None,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        deleted_with=request.deletedWith or None,
        import_id=request.importId or None,
        version=request.version or None,
        custom_timeouts={field.name: value for field, value in timeouts.ListFields()} if timeouts else {},
    )
    return NO_OPTIONS if options == NO_OPTIONS else options


def _provider_urn(reference: str) -> str | None:
    """Return the URN in a provider reference, ``<urn>::<id>``."""
    return reference.rpartition("::")[0] or None


def _source(position: Any) -> str | None:
    return f"{_file(position.uri, Path.cwd())}:{position.line}" if position.uri else None


@functools.lru_cache(maxsize=256)
def _file(uri: str, _directory: Path) -> str:
    """Return the file of a ``file:`` URI as written from the working directory, which is part of the key."""
    return relative(unquote(uri.removeprefix("file://")))
