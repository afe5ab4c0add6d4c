"""The rule about policies that ask for more than the node proxy of ambient mode can see."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import namespace_of
from policies.rules.mesh.shapes import AUTHORIZATION_POLICIES, BY_DEFAULT, Namespaces

_OF_REQUESTS: Final = ("hosts", "methods", "notHosts", "notMethods", "notPaths", "paths")
_OF_TOKENS: Final = ("notRequestPrincipals", "requestPrincipals")


def _about_connections(policy: Resource) -> Truth:
    """Whether it speaks of connections only: of who, where from and which port."""
    rules = policy.properties.items("spec.rules")
    operations = (each.at("operation") for rule in rules for each in rule.items("to"))
    sources = (each.at("source") for rule in rules for each in rule.items("from"))
    keys = (each.text("key") for rule in rules for each in rule.items("when"))
    return all_of(
        *_empty(operations, _OF_REQUESTS),
        *_empty(sources, _OF_TOKENS),
        *(key.satisfies(lambda name: not name.startswith("request.")) for key in keys),
    )


def _empty(parts: Iterator[Properties], fields: tuple[str, ...]) -> Iterator[Truth]:
    return (part.empty(field) for part in parts for field in fields)


def _seen_in_ambient(stack: Stack) -> Iterator[Duty]:
    namespaces = stack.derived(Namespaces)
    for policy in stack.of_types(AUTHORIZATION_POLICIES):
        plain = _about_connections(policy)
        home = namespace_of(policy).value
        namespace = namespaces.named(home) if home else None
        if plain.holds:
            continue
        if namespace is None:
            elsewhere = namespaces.declared_nowhere(home)
        else:
            mode = namespace.at("metadata.labels").entry("istio.io/dataplane-mode").text()
            elsewhere = mode.satisfies(lambda name: name != "ambient", absent=True)
        spec = policy.properties.at("spec")
        targeted = any_of(spec.anything("targetRefs").present(), spec.anything("targetRef").present())
        yield Duty(
            policy,
            any_of(plain, elsewhere, targeted),
            "spec.targetRefs must name a waypoint's Service or Gateway, for spec.rules speaks of requests",
        )


SEEN_IN_AMBIENT: Final = StackRule(
    Control(
        identifier="ambient-policies-are-enforced",
        sentence="In ambient mode a policy about requests is attached to a waypoint",
        why="The node's proxy sees connections only: it drops an allowed request, or lets pass what should be denied.",
        severity=Severity.HIGH,
        resource_types=AUTHORIZATION_POLICIES,
        fix=Fix(descriptor=BY_DEFAULT, pulumi="set targetRefs to the Service behind the waypoint"),
        rows=(128,),
    ),
    _seen_in_ambient,
)

RULES: Final = (SEEN_IN_AMBIENT,)
