"""What every provider of the sandbox's own answers alike, whichever official one it stands in for."""
# ruff: noqa: N802, ARG002 - the methods bear the protocol's names, and take its parameters

import json
from abc import abstractmethod
from typing import ClassVar

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pavedroad.sandbox.provider.answers import answering
from pavedroad.sandbox.provider.properties import Properties, from_struct


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """A provider by the name and version of an official one.

    Attributes:
        package: The package's name.
        version: The release of the official provider.
    """

    package: ClassVar[str]
    version: ClassVar[str]

    @abstractmethod
    def replacing_inputs(self, olds: Properties, news: Properties) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which of the provider's own inputs changed, and which of them replace everything it made."""

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Give the version."""
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Give a schema without types: programs bring their own."""
        schema = json.dumps({"name": self.package, "version": self.version})
        return provider_pb2.GetSchemaResponse(schema=schema)

    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingResponse:
        """Give no mapping from other tools' providers."""
        return provider_pb2.GetMappingResponse()

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Accept the provider's inputs as they are; what cannot be served is refused when configured."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Tell whether changed inputs mean that another place is worked on."""
        with answering(context, request.olds, request.news):
            changed, replaces = self.replacing_inputs(from_struct(request.olds), from_struct(request.news))
            kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
            return provider_pb2.DiffResponse(changes=kind, diffs=changed, replaces=replaces)
