"""Rules about what a Service sends its traffic to."""

import re
from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    first_of,
    pods_by_label,
)
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import YES, open_at
from policies.rules.traffic.operated import Operated
from policies.rules.traffic.shapes import SERVICES
from policies.rules.traffic.uniqueness import Claim, Claims

_PORT_NAME: Final = re.compile(r"(?=[0-9-]*[a-z])[a-z0-9]([a-z0-9]|-(?!-)){0,13}[a-z0-9]|[a-z]")
_LAST_PORT: Final = 65535


def _has_no_selector(service: Resource) -> Truth:
    """Whether it selects nothing on purpose: an alias, or one whose addresses are written by hand."""
    return any_of(
        service.properties.text("spec.type").equals("ExternalName"),
        service.properties.empty("spec.selector"),
    )


def _selects_pods(stack: Stack) -> Iterator[Duty]:
    pods = stack.derived(pods_by_label)
    operated = stack.derived(Operated)
    for service in stack.of_types(SERVICES):
        selector = service.properties.at("spec.selector")
        home = namespace_of(service)
        yield Duty(
            service,
            any_of(
                _has_no_selector(service),
                first_of(pods.carrying(selector, home)),
                operated.may_carry(selector, home),
                stack.missing("spec.selector"),
            ),
            "spec.selector must match the labels of a pod in its namespace",
        )


SELECTS_PODS: Final = StackRule(
    Control(
        identifier="services-select-pods",
        sentence="Every Service with a selector selects a pod",
        why="A Service that selects nothing answers nobody, and nothing says so until somebody calls.",
        severity=Severity.MEDIUM,
        resource_types=SERVICES,
        fix=Fix(
            descriptor="the platform makes a Service and its pods together, so declare the service once",
            pulumi="make spec.selector equal to labels of the pod template",
        ),
        rows=(84,),
    ),
    _selects_pods,
)


def _targets_legal(service: Resource) -> Iterator[Duty]:
    for port in service.properties.items("spec.ports"):
        target = port.at("targetPort")
        legal = (
            target.text().satisfies(lambda name: bool(_PORT_NAME.fullmatch(name)))
            if isinstance(target.value, str)
            else target.number().satisfies(_is_port, absent=True)
        )
        yield Duty(service, legal, f"{port.path}.targetPort must be a port's number or legal name")
        yield Duty(
            service, port.number("port").satisfies(_is_port), f"{port.path}.port must be a port's number"
        )


def _is_port(number: float) -> bool:
    return 1 <= number <= _LAST_PORT and number == int(number)


PORTS_LEGAL: Final = ResourceRule(
    Control(
        identifier="service-ports-legal",
        sentence="Every port of a Service, and what it leads to, is a legal port",
        why="The API server refuses the Service, or it leads nowhere.",
        severity=Severity.MEDIUM,
        resource_types=SERVICES,
        fix=Fix(
            descriptor="set the service's `port` from 1 to 65535",
            pulumi="use numbers from 1 to 65535, or names of at most 15 small letters, digits and single dashes",
        ),
        rows=(84,),
    ),
    _targets_legal,
)


def _targets_exist(stack: Stack) -> Iterator[Duty]:
    pods = stack.derived(pods_by_label)
    for service in stack.of_types(SERVICES):
        named = [port for port in service.properties.items("spec.ports") if _may_be_named(port)]
        if not named:
            continue
        home = namespace_of(service)
        chosen = list(pods.carrying(service.properties.at("spec.selector"), home))
        for port in named:
            yield Duty(
                service,
                any_of(_has_no_selector(service), _is_opened(port, chosen)),
                f"{port.path}.targetPort must be the name of a port of the pods that it selects",
            )


def _may_be_named(port: Properties) -> bool:
    value = port.at("targetPort").value
    return value is not None and not isinstance(value, int | float)


def _is_opened(port: Properties, chosen: list[tuple[Pod, Truth]]) -> Truth:
    """Whether a pod that is selected has a port of that name; so too where none is selected at all."""
    target = port.text("targetPort")
    possible = [(pod, selected) for pod, selected in chosen if selected.holds is not False]
    if not possible:
        return YES
    number = port.number("targetPort").satisfies(lambda _: False)
    names = (
        all_of(selected, any_of(*(each.text("name").same_as(target) for each in _ports(pod))))
        for pod, selected in possible
    )
    return any_of(open_at(target.path) if number.holds is None else number, *names)


def _ports(pod: Pod) -> Iterator[Properties]:
    return (port for container in pod.containers() for port in container.items("ports"))


TARGETS_EXIST: Final = StackRule(
    Control(
        identifier="services-target-named-ports",
        sentence="Every port that a Service leads to by name is one of the pods that it selects",
        why="A name that no container has is skipped without a word: the Service has no endpoints.",
        severity=Severity.MEDIUM,
        resource_types=SERVICES,
        fix=Fix(
            descriptor="the platform names both ends, so declare the port in the descriptor",
            pulumi="set targetPort to the name or number of a container's port",
        ),
        rows=(84,),
    ),
    _targets_exist,
)


def _selector_claimed(service: Resource) -> Claim:
    spec = service.properties.at("spec")
    home = namespace_of(service)
    pairs = [(name, value.text()) for name, value in spec.entries("selector")]
    unread = next((each.path for each in (home, *(value for _, value in pairs)) if each.value is None), None)
    return Claim(
        owner=service,
        what=None if unread else (home.value, frozenset((name, value.value) for name, value in pairs)),
        path=unread or spec.path,
        settled=all_of(
            any_of(*(value.present() for _, value in pairs)),
            spec.text("clusterIP").satisfies(lambda address: address != "None", absent=True),
            spec.text("type").satisfies(lambda type_: type_ != "ExternalName", absent=True),
        ),
    )


def _selectors_unique(stack: Stack) -> Iterator[Duty]:
    for claim, alone in Claims(map(_selector_claimed, stack.of_types(SERVICES))).judged():
        yield Duty(claim.owner, alone, "spec.selector must differ from that of every other Service beside it")


SELECTORS_UNIQUE: Final = StackRule(
    Control(
        identifier="services-selectors-unique",
        sentence="No two Services of a namespace select by the same labels; a headless one beside another may",
        why="Each takes the other's pods: traffic, metrics and permissions of one service reach another.",
        severity=Severity.MEDIUM,
        resource_types=SERVICES,
        fix=Fix(
            descriptor="every service of a team has a name of its own, so declare it once",
            pulumi="give each Service's pods a label of their own and select by it",
        ),
        rows=(84,),
    ),
    _selectors_unique,
)

RULES: Final = (SELECTS_PODS, PORTS_LEGAL, TARGETS_EXIST, SELECTORS_UNIQUE)
