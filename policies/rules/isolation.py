"""Rules about who may reach a workload: network, identity and permission are each closed unless opened."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import POD_TEMPLATES, Namespaced

_NETWORK_POLICIES: Final = frozenset({"kubernetes:networking.k8s.io/v1:NetworkPolicy"})
_PEER_AUTHENTICATIONS: Final = frozenset({"kubernetes:security.istio.io/v1:PeerAuthentication"})
_AUTHORIZATION_POLICIES: Final = frozenset({"kubernetes:security.istio.io/v1:AuthorizationPolicy"})


def _isolated(stack: Stack) -> Iterator[Duty]:
    network = stack.of_types(_NETWORK_POLICIES)
    walls = (
        _Wall(
            "its namespace must have a NetworkPolicy that selects every pod and allows nothing in",
            network,
            lambda policy: _denies(policy, "Ingress"),
        ),
        _Wall(
            "its namespace must have a NetworkPolicy that selects every pod and allows nothing out",
            network,
            lambda policy: _denies(policy, "Egress"),
        ),
        _Wall(
            "its namespace must have a PeerAuthentication without a selector and with mode STRICT",
            stack.of_types(_PEER_AUTHENTICATIONS),
            _strict,
        ),
        _Wall(
            "its namespace must have an AuthorizationPolicy without a selector that allows nothing",
            stack.of_types(_AUTHORIZATION_POLICIES),
            _allows_nothing,
        ),
    )
    for workload in stack.of_types(POD_TEMPLATES):
        for wall in walls:
            yield Duty(workload, wall.around(workload), wall.demand)


class _Wall:
    """What must stand around a namespace, and where it does; each policy is looked at once, not per workload."""

    def __init__(
        self, demand: str, policies: Iterable[Resource], closes: Callable[[Resource], Truth]
    ) -> None:
        self.demand = demand
        judged = [(policy, closes(policy)) for policy in policies]
        self._closing = {policy.urn: closed for policy, closed in judged if closed.holds is not False}
        self._standing = Namespaced(policy for policy, closed in judged if closed.holds is not False)

    def around(self, workload: Resource) -> Truth:
        """Whether one stands in the workload's namespace."""
        return any_of(
            *(all_of(beside, self._closing[each.urn]) for each, beside in self._standing.beside(workload))
        )


def _denies(policy: Resource, direction: str) -> Truth:
    """Whether the policy covers a direction for every pod and allows nothing there.

    Kubernetes takes a policy without `policyTypes` to cover ingress, and egress only where it has such rules.
    """
    spec = policy.properties.at("spec")
    types = spec.items("policyTypes")
    named = any_of(*(item.text().equals(direction) for item in types))
    covered = any_of(named, spec.empty("policyTypes")) if direction == "Ingress" else named
    return all_of(spec.empty("podSelector"), covered, spec.empty(direction.lower()))


def _strict(authentication: Resource) -> Truth:
    spec = authentication.properties.at("spec")
    return all_of(spec.empty("selector"), spec.text("mtls.mode").equals("STRICT"))


def _allows_nothing(policy: Resource) -> Truth:
    spec = policy.properties.at("spec")
    return all_of(
        spec.empty("selector"),
        spec.empty("targetRef"),
        spec.empty("targetRefs"),
        spec.empty("rules"),
        spec.text("action").equals("ALLOW", absent=True),
    )


NAMESPACE_ISOLATED: Final = StackRule(
    Control(
        identifier="workloads-isolated",
        sentence="Every workload stands behind a default-deny NetworkPolicy, strict mTLS and an AuthorizationPolicy",
        why="Each of the three alone leaves a way: an address without an identity, an identity without a "
        "permission, or a permission that the network ignores.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(POD_TEMPLATES),
        fix=Fix(
            descriptor="the platform closes every team's namespace, so declare the workload in a team's descriptor",
            pulumi="declare the three policies in the workload's namespace, in the same stack",
        ),
        references=(
            Reference("CIS Kubernetes", "5.3.2"),
            Reference("CIS EKS", "4.3.2"),
        ),
    ),
    _isolated,
)


def _mtls_only(authentication: Resource) -> Iterator[Duty]:
    spec = authentication.properties.at("spec")
    yield Duty(
        authentication,
        spec.text("mtls.mode").satisfies(lambda mode: mode in ("STRICT", "UNSET"), absent=True),
        "spec.mtls.mode must be STRICT, or left to the namespace",
    )
    for _, port in spec.entries("portLevelMtls"):
        yield Duty(
            authentication,
            port.text("mode").satisfies(lambda mode: mode in ("STRICT", "UNSET"), absent=True),
            f"{port.path}.mode must be STRICT, or left to the workload",
        )


MTLS_ONLY: Final = ResourceRule(
    Control(
        identifier="peer-authentication-strict",
        sentence="No PeerAuthentication lets plaintext in, on any port",
        why="Plaintext has no identity: every AuthorizationPolicy that names a caller becomes a guess.",
        severity=Severity.CRITICAL,
        resource_types=_PEER_AUTHENTICATIONS,
        fix=Fix(
            descriptor="the platform sets STRICT for every team; no descriptor field loosens it",
            pulumi="set spec.mtls.mode and every mode under spec.portLevelMtls to STRICT",
        ),
        references=(Reference("PCI DSS", "4.2.1"),),
    ),
    _mtls_only,
)

RULES: Final = (NAMESPACE_ISOLATED, MTLS_ONLY)
