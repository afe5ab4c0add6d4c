"""What a role grants, judged as the API server does.

Follows `k8s.io/kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go`: `*` stands for every verb, group or resource, and
`*/exec` for that subresource of anything. `pods/*`, which means nothing there, is taken for what its author meant.
A rule without `apiGroups`, which the API server refuses, is taken to mean every group.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pavedroad.governance import CLUSTER, Labelled, Properties, Resource, Stack, Truth, all_of, any_of
from pavedroad.governance.truth import YES

ROLE: Final = "kubernetes:rbac.authorization.k8s.io/v1:Role"
CLUSTER_ROLE: Final = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
ROLES: Final = frozenset({ROLE, CLUSTER_ROLE})

ROLE_BINDING: Final = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
CLUSTER_ROLE_BINDING: Final = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
BINDINGS: Final = frozenset({ROLE_BINDING, CLUSTER_ROLE_BINDING})

CORE: Final = ""
RBAC: Final = "rbac.authorization.k8s.io"

READ: Final = frozenset({"get", "list", "watch"})
CHANGE: Final = frozenset({"create", "update", "patch"})
DELETE: Final = frozenset({"delete", "deletecollection"})

_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Power:
    """Something that a role may allow.

    Attributes:
        verbs: Any of these verbs.
        resources: On any of these resources, subresources as `pods/exec`.
        groups: In any of these API groups; None for whatever group.
    """

    verbs: frozenset[str]
    resources: frozenset[str]
    groups: frozenset[str] | None = frozenset({CORE})

    def withheld(self, rule: Properties) -> Truth:
        """Whether ``rule``, one of a role's, does not give it."""
        groups = self.groups
        elsewhere = (
            ()
            if groups is None
            else (
                all_of(
                    rule.anything("apiGroups").present(),
                    *_each(rule, "apiGroups", lambda group: group != _ANY and group not in groups),
                ),
            )
        )
        return any_of(
            all_of(*_each(rule, "verbs", lambda verb: verb != _ANY and verb not in self.verbs)),
            all_of(*_each(rule, "resources", lambda named: not self._covered_by(named))),
            *elsewhere,
        )

    def _covered_by(self, named: str) -> bool:
        if named == _ANY or named in self.resources:
            return True
        resource, _, subresource = named.partition("/")
        return _ANY in (resource, subresource) and any(
            _alike(resource, own) and _alike(subresource, part)
            for own, slash, part in (each.partition("/") for each in self.resources)
            if slash
        )


def _alike(pattern: str, name: str) -> bool:
    return pattern in (_ANY, name)


def _each(rule: Properties, path: str, allowed: Callable[[str], bool]) -> Iterator[Truth]:
    return (item.text().satisfies(allowed) for item in rule.items(path))


@dataclass(frozen=True, slots=True)
class Grant:
    """One rule that belongs to a role.

    Attributes:
        rule: The rule.
        place: Where it stands, for people.
        belongs: Whether it belongs to the role; open where the role may aggregate it.
    """

    rule: Properties
    place: str
    belongs: Truth = YES

    def owes(self, met: Truth) -> Truth:
        """Whether ``met`` holds, or the rule does not belong to the role at all."""
        if self.belongs.holds is False:
            return YES
        return met if self.belongs.holds else any_of(met, self.belongs)

    @property
    def named(self) -> Truth:
        """Whether it is about objects of given names only."""
        return any_of(*(name.text().present() for name in self.rule.items("resourceNames")))


def grants_of_roles(stack: Stack) -> Mapping[tuple[str, str], tuple[Resource, tuple[Grant, ...]]]:
    """Find what every role grants, by the role's key (for `Stack.derived`); aggregated rules included."""
    cluster_roles = Labelled(
        (role, CLUSTER, role.properties.at("metadata.labels")) for role in stack.of_types({CLUSTER_ROLE})
    )
    return {
        role.key: (role, tuple(_own(role) + _aggregated(role, cluster_roles)))
        for role in stack.of_types(ROLES)
    }


def _own(role: Resource) -> list[Grant]:
    return [Grant(rule, rule.path) for rule in role.properties.items("rules")]


def _aggregated(role: Resource, cluster_roles: Labelled[Resource]) -> list[Grant]:
    """List the rules that the API server copies from others, those that they aggregate in turn included."""
    found: dict[tuple[str, str], tuple[Resource, Truth]] = {}
    waiting = [(role, YES)]
    while waiting:
        one, reached = waiting.pop()
        for selector in one.properties.items("aggregationRule.clusterRoleSelectors"):
            for other, selected in cluster_roles.selected(selector, CLUSTER):
                belongs = all_of(reached, selected)
                if other.key not in found and belongs.holds is not False:
                    found[other.key] = (other, belongs)
                    waiting.append((other, belongs))
    return [
        Grant(rule, f"{rule.path} of {other.name}, which it aggregates,", belongs)
        for other, belongs in found.values()
        if other.key != role.key
        for rule in other.properties.items("rules")
    ]


def withhold_all(grants: Iterable[Grant], *powers: Power) -> Truth:
    """Whether none of ``grants`` gives any of ``powers``."""
    return all_of(*(grant.owes(power.withheld(grant.rule)) for grant in grants for power in powers))
