"""How the pack answers the engine: told which stack it judges, and reading each resource once for all rules.

pulumi-policy 1.21 keeps nothing of the stack's name, which a pack that a language host starts is told by the call
`ConfigureStack` only; and it decodes all properties anew for each policy, which with a policy for each control
costs more than all the judging. Both are put right in its server, for as long as the block runs.
"""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import pulumi_policy.policy
from grpc import StatusCode
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _PolicyAnalyzerServicer

from pavedroad.governance import SettingsError, Stack
from policies.adapter import ResourceRulePolicy, reading_once
from policies.pack import PackPolicies
from policies.reading import read, secrets_in

_SERVER: Final = _PolicyAnalyzerServicer.__name__
_POLICIES: Final = f"{_SERVER}__policies"
"""The attribute in which the SDK's server keeps its policies."""


@contextmanager
def serving(policies: PackPolicies) -> Iterator[None]:
    """Let a `PolicyPack` that is made within the block serve ``policies`` so."""
    setattr(pulumi_policy.policy, _SERVER, server_of(policies))
    try:
        yield
    finally:
        setattr(pulumi_policy.policy, _SERVER, _PolicyAnalyzerServicer)


def server_of(policies: PackPolicies) -> type[_PolicyAnalyzerServicer]:
    """Make the server of ``policies``."""

    @cache
    def concerned(type_: str) -> list[ResourceRulePolicy]:
        return [
            each for each in policies.rules if isinstance(each, ResourceRulePolicy) and each.concerns(type_)
        ]

    class Server(_PolicyAnalyzerServicer):
        """The SDK's own server, but for what it does twice."""

        def ConfigureStack(  # noqa: N802 - the protocol's name
            self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: Any
        ) -> Any:
            try:
                policies.follow(request.stack)
            except SettingsError as error:  # raised past the server, it would be told as a defect of the pack
                context.abort(StatusCode.FAILED_PRECONDITION, str(error))
            return super().ConfigureStack(request, context)

        def Analyze(self, request: analyzer_pb2.AnalyzeRequest, context: Any) -> Any:  # noqa: N802 - as above
            asked = concerned(request.type)
            if not asked:
                return analyzer_pb2.AnalyzeResponse()
            seen = _SeenResource()
            _serving_only([seen], self).Analyze(request, context)
            bare = analyzer_pb2.AnalyzeRequest(type=request.type, urn=request.urn, name=request.name)
            secrets = {request.urn: secrets_in(request.properties)}
            with reading_once(Stack(read(seen.args, secrets))):
                return _serving_only(asked, self).Analyze(bare, context)

        def AnalyzeStack(self, request: analyzer_pb2.AnalyzeStackRequest, context: Any) -> Any:  # noqa: N802 - as above
            seen = _SeenStack()
            _serving_only([seen], self).AnalyzeStack(request, context)
            secrets = {each.urn: secrets_in(each.properties) for each in request.resources}
            with reading_once(policies.conditions.stack(read(seen.resources, secrets))):
                return _serving_only(vars(self)[_POLICIES], self).AnalyzeStack(
                    analyzer_pb2.AnalyzeStackRequest(), context
                )

    return Server


def _serving_only(policies: Sequence[Any], server: _PolicyAnalyzerServicer) -> Any:
    """Copy a server, so that the copy asks these policies only, and as the SDK does."""
    only = copy.copy(server)
    only.__class__ = _PolicyAnalyzerServicer
    vars(only)[_POLICIES] = policies
    return only


class _SeenResource(ResourceValidationPolicy):
    """Keeps what the SDK decodes of one resource."""

    def __init__(self) -> None:
        super().__init__(name="seen", description="Keeps what is decoded.")
        self.args: list[ResourceValidationArgs] = []

    def validate(self, args: ResourceValidationArgs, _report: ReportViolation) -> None:
        """Keep it."""
        self.args.append(args)


class _SeenStack(StackValidationPolicy):
    """Keeps what the SDK decodes of a stack."""

    def __init__(self) -> None:
        super().__init__(name="seen", description="Keeps what is decoded.")
        self.resources: list[Any] = []

    def validate(self, args: StackValidationArgs, _report: ReportViolation) -> None:
        """Keep it."""
        self.resources += args.resources
