"""Running foreign CrossGuard policies in process, by their own ``validate``."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from inspect import isawaitable
from typing import Any

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _NotApplicableError
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError, unknown_checking_proxy

from pavedroad.governance import Finding, Opaque, Resource, Verdict


def judge_resources(
    policy: ResourceValidationPolicy, config: Mapping[str, Any], resources: Sequence[Resource]
) -> list[Finding]:
    """Judge every resource by itself, as the engine does when it is registered."""
    findings: list[Finding] = []
    for resource in resources:
        args = ResourceValidationArgs(
            resource_type=resource.type,
            props=_proxied(resource),
            urn=resource.urn,
            name=resource.name,
            opts=_options(resource),
            provider=None,
            config=config,
        )
        collector = _Collector(policy.name, {resource.urn: resource}, resource)
        collector.run(partial(policy.validate, args))
        findings += collector.findings()
    return findings


def judge_stack(
    policy: StackValidationPolicy, config: Mapping[str, Any], resources: Sequence[Resource]
) -> list[Finding]:
    """Judge the stack as a whole, as the engine does when every resource is registered."""
    seen = {
        resource.urn: PolicyResource(
            resource.type,
            _proxied(resource),
            resource.urn,
            resource.name,
            _options(resource),
            None,
            None,
            [],
            {},
        )
        for resource in resources
    }
    for resource in resources:
        seen[resource.urn].parent = seen.get(resource.parent or "")
    args = StackValidationArgs(list(seen.values()), config)
    collector = _Collector(policy.name, {resource.urn: resource for resource in resources}, None)
    collector.run(partial(policy.validate, args))
    return collector.findings()


class _Collector:
    """Runs one policy function and turns whatever comes of it into findings."""

    def __init__(self, control: str, resources: Mapping[str, Resource], subject: Resource | None) -> None:
        self._control = control
        self._found: list[Finding] = []
        self._applicable = True
        self._resources = resources
        self._subject = subject

    def findings(self) -> list[Finding]:
        """Give what was found: a pass where nothing was, unless the policy does not apply."""
        if self._found or not self._applicable:
            return self._found
        return [_finding(self._control, Verdict.PASS, self._subject)]

    def run(self, validate: Callable[[ReportViolation], Awaitable[Any] | None]) -> None:
        """Run it to its end, awaiting what it may return; an error fails closed and names the policy."""
        try:
            result = validate(self._report)
            if isawaitable(result):
                asyncio.run(_awaited(result))
        except UnknownValueError as error:
            path = ".".join(error.props)
            message = f"{self._control} could not be evaluated: it reads {path}, which is not known yet"
            self._add(Verdict.NOT_EVALUATED, self._subject, message, (path,))
        except _NotApplicableError:
            self._applicable = False
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a policy is a failure, never a pass
            message = f"{self._control} itself failed with {type(error).__name__} and so counts as broken"
            self._add(Verdict.FAIL, self._subject, message)

    def _report(self, message: str, urn: str | None = None) -> None:
        self._add(Verdict.FAIL, self._subject or self._resources.get(urn or ""), message)

    def _add(
        self, verdict: Verdict, resource: Resource | None, message: str, unknown: tuple[str, ...] = ()
    ) -> None:
        self._found.append(_finding(self._control, verdict, resource, message, unknown))


async def _awaited(result: Awaitable[Any]) -> None:
    await result


def _finding(
    control: str,
    verdict: Verdict,
    resource: Resource | None,
    message: str = "",
    unknown: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        control=control,
        verdict=verdict,
        type=resource.type if resource else "",
        name=resource.name if resource else "",
        urn=resource.urn if resource else "",
        message=message,
        unknown=unknown,
    )


def _options(resource: Resource) -> PolicyResourceOptions:
    return PolicyResourceOptions(
        protect=resource.protect,
        ignore_changes=[],
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
        additional_secret_outputs=[],
        parent=resource.parent,
    )


def _proxied(resource: Resource) -> Mapping[str, Any]:
    """Hand out properties as the engine's own server does: reading what is not known raises."""
    value = _marked(resource.properties.value)
    return unknown_checking_proxy(value if isinstance(value, dict) else {})


def _marked(value: object) -> object:
    if isinstance(value, Opaque):
        return UNKNOWN_STRING_VALUE
    if isinstance(value, Mapping):
        return {name: _marked(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(item) for item in value]
    return value
