"""The engine's calls: what they carry is read here; what they ask for is done elsewhere."""
# ruff: noqa: N802, ARG002 - the methods bear the protocol's names, and take its parameters

from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.aws.config import read_settings, replacing_inputs
from pavedroad.sandbox.aws.folder import AwsFolder
from pavedroad.sandbox.aws.functions import invoke
from pavedroad.sandbox.aws.resources import Resource
from pavedroad.sandbox.provider.answers import answering, diff_response
from pavedroad.sandbox.provider.engine_log import EngineLog
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Properties, from_struct, to_struct
from pavedroad.sandbox.provider.stand_in import StandIn

VERSION: Final = "7.51.1"
"""The release of the official provider that this one stands in for."""


class AwsProvider(StandIn):
    """Serves one engine; calls run in parallel once `Configure` was answered."""

    package = "aws"
    version = VERSION

    def __init__(self, log: EngineLog) -> None:
        """Wait to be configured.

        Args:
            log: Messages to the user.
        """
        self._log = log
        self._opened: Account | None = None

    @property
    def _account(self) -> Account:
        if self._opened is None:
            raise ProviderError("the provider was not configured")
        return self._opened

    def _resource(self, urn: str) -> Resource:
        return Resource(urn, self._account, lambda text: self._log.status(urn, text))

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say which of the protocol's features are understood."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def replacing_inputs(self, olds: Properties, news: Properties) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Tell what means another account or region."""
        return replacing_inputs(olds, news)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember where AWS is; nothing is called yet."""
        with answering(context, request.args):
            self._opened = Account(read_settings(request.variables, AwsFolder.of_environment()))
            return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Complete a resource's inputs."""
        with answering(context, request.olds, request.news):
            news, olds = from_struct(request.news), from_struct(request.olds)
            inputs = self._resource(request.urn).check(news, olds, request.randomSeed)
            return provider_pb2.CheckResponse(inputs=to_struct(inputs))

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Tell what an update would change."""
        with answering(context, request.olds, request.news, request.old_inputs):
            found = self._resource(request.urn).diff(
                from_struct(request.olds),
                from_struct(request.old_inputs),
                from_struct(request.news),
                tuple(request.ignoreChanges),
            )
            return diff_response(found)

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Create a resource, or preview that."""
        with answering(context, request.properties):
            resource_id, outputs = self._resource(request.urn).create(
                from_struct(request.properties), preview=request.preview
            )
            return provider_pb2.CreateResponse(id=resource_id, properties=to_struct(outputs))

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Read a resource."""
        with answering(context, request.properties, request.inputs):
            found = self._resource(request.urn).read(
                request.id, from_struct(request.properties), from_struct(request.inputs)
            )
            if found is None:
                return provider_pb2.ReadResponse()
            outputs, inputs = found
            return provider_pb2.ReadResponse(
                id=request.id, properties=to_struct(outputs), inputs=to_struct(inputs)
            )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Update a resource, or preview that."""
        with answering(context, request.olds, request.news, request.old_inputs):
            outputs = self._resource(request.urn).update(
                request.id,
                from_struct(request.olds),
                from_struct(request.old_inputs),
                from_struct(request.news),
                preview=request.preview,
            )
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        """Delete a resource."""
        with answering(context, request.properties):
            self._resource(request.urn).delete(request.id, from_struct(request.properties))
            return Empty()

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Answer the few functions that need no resource: who and where the caller is."""
        with answering(context, request.args):
            answer = provider_pb2.InvokeResponse()
            getattr(answer, "return").CopyFrom(to_struct(invoke(self._account, request.tok)))
            return answer

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Do nothing: no call takes long."""
        return Empty()
