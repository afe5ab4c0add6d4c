"""From a binding to what its role grants."""

from typing import Final, NamedTuple

from pavedroad.governance import Resource, Stack, Truth, all_of
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.properties import Reading
from pavedroad.governance.truth import YES, open_at
from policies.rules.rbac.permissions import CLUSTER_ROLE, Grant, Power, grants_of_roles, withhold_all

_CLUSTER_WIDE: Final = ""


class BoundRole(NamedTuple):
    """What is known of the role that a binding names.

    Attributes:
        known: Whether that is all: open where the role, or which one it is, is not known.
        grants: What it grants.
    """

    known: Truth
    grants: tuple[Grant, ...] = ()

    def withhold(self, power: Power) -> Truth:
        """Whether it does not give ``power``."""
        return all_of(self.known, withhold_all(self.grants, power))


class BoundRoles:
    """The roles of a stack, found by the bindings to them."""

    def __init__(self, stack: Stack) -> None:
        """Index every role of ``stack`` by kind, namespace and name."""
        self._grants: dict[tuple[str, str, str], tuple[Grant, ...]] = {}
        self._elsewhere = YES if stack.missing("").holds is False else open_at("roleRef.name")
        for role, grants in stack.derived(grants_of_roles).values():
            cluster_wide = role.type == CLUSTER_ROLE
            place = _CLUSTER_WIDE if cluster_wide else namespace_of(role).value
            name = role.properties.text("metadata.name").value
            if place is None or name is None:
                self._elsewhere = open_at("metadata.name" if name is None else "metadata.namespace")
            else:
                self._grants[("ClusterRole" if cluster_wide else "Role", place, name)] = grants

    def of(self, binding: Resource) -> BoundRole:
        """Find the role that ``binding`` names; one that the stack does not have grants nothing that is known."""
        kind = binding.properties.text("roleRef.kind")
        name = binding.properties.text("roleRef.name")
        home = namespace_of(binding)
        readable = all_of(_read(kind), _read(name), _read(home) if kind.value == "Role" else YES)
        if kind.value is None or name.value is None or not readable.holds:
            return BoundRole(readable)
        place = home.value if kind.value == "Role" and home.value else _CLUSTER_WIDE
        grants = self._grants.get((kind.value, place, name.value))
        return BoundRole(self._elsewhere) if grants is None else BoundRole(YES, grants)


def _read(reading: Reading[str]) -> Truth:
    return reading.satisfies(lambda _: True)
