"""The engine's calls: what they carry is read here; what they ask for is done elsewhere.

Calls that this provider does not serve (`Construct`, `Call`, `Parameterize`, `List`) are answered by the
generated base class as unimplemented.
"""
# ruff: noqa: N802, ARG002 - the methods bear the protocol's names, and take its parameters

from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from pavedroad.sandbox.provider import reading, resources
from pavedroad.sandbox.provider.answers import answering, diff_response
from pavedroad.sandbox.provider.checking import Declaration, check
from pavedroad.sandbox.provider.config import replacing_inputs
from pavedroad.sandbox.provider.engine_log import EngineLog
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.naming import Autonaming, Proposal
from pavedroad.sandbox.provider.properties import Properties, from_struct, to_struct
from pavedroad.sandbox.provider.resources import Task
from pavedroad.sandbox.provider.session import Session, open_session
from pavedroad.sandbox.provider.stand_in import StandIn

VERSION: Final = "4.34.2"
"""The release of the official provider that this one stands in for."""


class KubernetesProvider(StandIn):
    """Serves one engine; calls run in parallel once `Configure` was answered."""

    package = "kubernetes"
    version = VERSION

    def __init__(self, log: EngineLog) -> None:
        """Wait to be configured.

        Args:
            log: Messages to the user.
        """
        self._log = log
        self._opened: Session | None = None

    @property
    def _session(self) -> Session:
        if self._opened is None:
            raise ProviderError("the provider was not configured")
        return self._opened

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say which of the protocol's features are understood."""
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    def replacing_inputs(self, olds: Properties, news: Properties) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Tell what means another cluster."""
        return replacing_inputs(olds, news)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Connect to the cluster; one that cannot be reached fails later, and only what needs it."""
        with answering(context, request.args):
            self._opened = open_session(request.variables, self._log)
            return provider_pb2.ConfigureResponse(
                acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
            )

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Complete a resource's inputs."""
        with answering(context, request.olds, request.news):
            session = self._session
            if session.cluster is None and "skipUpdateUnreachable" in session.settings.switches:
                self._log.warning(
                    request.urn, "Cluster is unreachable but skipUpdateUnreachable is set, skipping"
                )
                return provider_pb2.CheckResponse(inputs=request.olds)
            declaration = Declaration(
                request.urn,
                from_struct(request.olds),
                from_struct(request.news),
                request.randomSeed,
                _proposal(request),
            )
            return provider_pb2.CheckResponse(inputs=to_struct(check(session, declaration)))

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Tell what an update would change."""
        with answering(context, request.olds, request.news):
            olds, news = from_struct(request.olds), from_struct(request.news)
            task = Task(urn=request.urn, state=olds, news=news, ignored=tuple(request.ignoreChanges))
            return diff_response(resources.diff(self._session, task))

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Create a resource, or preview that."""
        with answering(context, request.properties):
            task = Task(
                urn=request.urn,
                news=from_struct(request.properties),
                seconds=request.timeout,
                preview=request.preview,
            )
            resource_id, outputs = resources.create(self._session, task)
            return provider_pb2.CreateResponse(id=resource_id, properties=to_struct(outputs))

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Read a resource."""
        with answering(context, request.properties, request.inputs):
            state, olds = from_struct(request.properties), from_struct(request.inputs)
            found = reading.read(self._session, request.urn, request.id, state, olds)
            if found is reading.GONE:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=found.resource_id, properties=to_struct(found.outputs), inputs=to_struct(found.inputs)
            )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Update a resource, or preview that."""
        with answering(context, request.olds, request.news):
            task = Task(
                urn=request.urn,
                state=from_struct(request.olds),
                news=from_struct(request.news),
                seconds=request.timeout,
                ignored=tuple(request.ignoreChanges),
                preview=request.preview,
            )
            return provider_pb2.UpdateResponse(properties=to_struct(resources.update(self._session, task)))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        """Delete a resource."""
        with answering(context, request.properties):
            task = Task(urn=request.urn, state=from_struct(request.properties), seconds=request.timeout)
            resources.delete(self._session, request.id, task)
            return Empty()

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Refuse functions: those of the official provider render Helm charts, YAML and Kustomize folders."""
        with answering(context):
            raise ProviderError(f"{request.tok} needs the official Kubernetes provider")

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Stop waiting; what is under way answers with what it has."""
        if self._opened is not None and self._opened.cluster is not None:
            self._opened.cluster.cancelled.set()
        return Empty()


def _proposal(request: provider_pb2.CheckRequest) -> Proposal | None:
    if not request.HasField("autonaming"):
        return None
    return Proposal(request.autonaming.proposed_name, Autonaming(request.autonaming.mode))
