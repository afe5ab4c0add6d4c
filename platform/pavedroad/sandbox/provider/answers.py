"""The provider's answers and errors in the protocol's terms."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from pavedroad.sandbox.api import KubeError
from pavedroad.sandbox.kubeconfig import KubeconfigError
from pavedroad.sandbox.provider.comparing import Comparison
from pavedroad.sandbox.provider.diff import Change
from pavedroad.sandbox.provider.errors import InitError, ProviderError
from pavedroad.sandbox.provider.properties import from_struct, to_struct
from pavedroad.sandbox.provider.redaction import redacted

_PropertyDiff: Final = provider_pb2.PropertyDiff
_KINDS: Final = {
    (Change.ADD, False): _PropertyDiff.ADD,
    (Change.ADD, True): _PropertyDiff.ADD_REPLACE,
    (Change.DELETE, False): _PropertyDiff.DELETE,
    (Change.DELETE, True): _PropertyDiff.DELETE_REPLACE,
    (Change.UPDATE, False): _PropertyDiff.UPDATE,
    (Change.UPDATE, True): _PropertyDiff.UPDATE_REPLACE,
}


@contextmanager
def answering(context: grpc.ServicerContext, *given: Struct) -> Iterator[None]:
    """Turn what goes wrong into the call's status, with the secrets of `given` masked.

    A resource that is stored but not ready travels in the status as well, for the state to record it.
    """
    try:
        yield
    except (ProviderError, KubeError, KubeconfigError) as error:
        sources = [from_struct(struct) for struct in given]
        text = redacted(str(error), *sources)
        if isinstance(error, InitError):
            _attach(context, error, text, [redacted(reason, *sources) for reason in error.reasons])
        context.abort(grpc.StatusCode.UNKNOWN, text)


def _attach(context: grpc.ServicerContext, error: InitError, text: str, reasons: list[str]) -> None:
    """Put the half-made resource into the trailing metadata, as gRPC's rich errors do."""
    failure = provider_pb2.ErrorResourceInitFailed(
        id=error.resource_id,
        properties=to_struct(error.outputs),
        reasons=reasons,
        inputs=None if error.inputs is None else to_struct(error.inputs),
    )
    detail = AnyMessage()
    detail.Pack(failure)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))


def diff_response(comparison: Comparison) -> provider_pb2.DiffResponse:
    """Write a comparison as the engine reads it."""
    some = comparison.differences or comparison.replaces
    changes = provider_pb2.DiffResponse.DIFF_SOME if some else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=changes,
        replaces=comparison.replaces,
        deleteBeforeReplace=comparison.delete_first,
        hasDetailedDiff=True,
        detailedDiff={
            difference.key: _PropertyDiff(
                kind=_KINDS[difference.change, difference.replaces],
                inputDiff=difference.change is Change.DELETE,
            )
            for difference in comparison.differences
        },
    )
