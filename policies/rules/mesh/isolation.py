"""The rule that no scanner has: network, identity and permission are closed around every workload, all three."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import POD_TEMPLATES, Namespaced, namespace_of
from policies.rules.mesh.shapes import AUTHORIZATION_POLICIES, PEER_AUTHENTICATIONS
from policies.rules.traffic.isolation import denies
from policies.rules.traffic.shapes import NETWORK_POLICIES


class _Wall:
    """What must stand around a namespace, and where it does; each policy and each namespace is looked at once."""

    def __init__(
        self, demand: str, policies: Iterable[Resource], closes: Callable[[Resource], Truth]
    ) -> None:
        self.demand = demand
        judged = [(policy, closes(policy)) for policy in policies]
        self._closing = {policy.key: closed for policy, closed in judged if closed.holds is not False}
        self._standing = Namespaced(policy for policy, closed in judged if closed.holds is not False)
        self._around: dict[str, Truth] = {}

    def around(self, workload: Resource) -> Truth:
        """Whether one stands in the workload's namespace."""
        home = namespace_of(workload).value
        if home is None:
            return self._found(workload)
        if home not in self._around:
            self._around[home] = self._found(workload)
        return self._around[home]

    def _found(self, workload: Resource) -> Truth:
        return any_of(
            *(all_of(beside, self._closing[each.key]) for each, beside in self._standing.beside(workload))
        )


def _isolated(stack: Stack) -> Iterator[Duty]:
    network = stack.of_types(NETWORK_POLICIES)
    walls = (
        _Wall(
            "its namespace must have a NetworkPolicy that selects every pod and allows nothing in",
            network,
            lambda policy: denies(policy, "Ingress"),
        ),
        _Wall(
            "its namespace must have a NetworkPolicy that selects every pod and allows nothing out",
            network,
            lambda policy: denies(policy, "Egress"),
        ),
        _Wall(
            "its namespace must have a PeerAuthentication without a selector and with mode STRICT",
            stack.of_types(PEER_AUTHENTICATIONS),
            _strict,
        ),
        _Wall(
            "its namespace must have an AuthorizationPolicy without a selector that allows nothing",
            stack.of_types(AUTHORIZATION_POLICIES),
            _allows_nothing,
        ),
    )
    for workload in stack.of_types(POD_TEMPLATES):
        for wall in walls:
            yield Duty(workload, wall.around(workload), wall.demand)


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
        rows=(92, 126, 127),
    ),
    _isolated,
)

RULES: Final = (NAMESPACE_ISOLATED,)
