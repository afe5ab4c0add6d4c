"""What a role grants, judged as the API server does.

Follows `k8s.io/kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go`: `*` stands for every verb, group or resource, and
`*/exec` for that subresource of anything. `pods/*`, which means nothing there, is taken for what its author meant.
A rule without `apiGroups`, which the API server refuses, is taken to mean every group.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from pavedroad.governance import CLUSTER, Labelled, Properties, Resource, Stack, Truth, all_of, any_of
from pavedroad.governance.truth import NO, YES

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


class Names(NamedTuple):
    """The names in a list of texts.

    Attributes:
        known: Those that can be read.
        rest: Whether there are no others: open where one is not known, *no* where one is malformed.
    """

    known: frozenset[str]
    rest: Truth = YES

    def spare(self, wanted: frozenset[str]) -> Truth:
        """Whether neither any of ``wanted`` nor the wildcard is among them."""
        return self.rest if self.known.isdisjoint(wanted) and _ANY not in self.known else NO


class Grant(NamedTuple):
    """One rule that belongs to a role.

    Attributes:
        rule: The rule.
        place: Where it stands, for people.
        verbs: What it allows.
        resources: On what.
        groups: In which API groups.
        belongs: Whether it belongs to the role; open where the role may aggregate it.
    """

    rule: Properties
    place: str
    verbs: Names
    resources: Names
    groups: Names
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


class Power(NamedTuple):
    """Something that a role may allow.

    Attributes:
        verbs: Any of these verbs.
        resources: On any of these resources, subresources as `pods/exec`.
        groups: In any of these API groups; None for whatever group.
    """

    verbs: frozenset[str]
    resources: frozenset[str]
    groups: frozenset[str] | None = frozenset({CORE})

    def withheld(self, grant: Grant) -> Truth:
        """Whether ``grant`` does not give it."""
        verbs = grant.verbs.spare(self.verbs)
        if verbs.holds:
            return verbs
        groups = NO if self.groups is None else grant.groups.spare(self.groups)
        return groups if groups.holds else any_of(verbs, groups, self._resources_spared(grant.resources))

    def _resources_spared(self, named: Names) -> Truth:
        patterns = (name for name in named.known if _ANY in name)
        return NO if any(map(self._covered_by, patterns)) else named.spare(self.resources)

    def _covered_by(self, pattern: str) -> bool:
        resource, _, subresource = pattern.partition("/")
        return any(
            resource in (_ANY, own) and subresource in (_ANY, part)
            for own, slash, part in (each.partition("/") for each in self.resources)
            if slash
        )


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
    return [_grant(rule, rule.path) for rule in role.properties.items("rules")]


def _grant(rule: Properties, place: str, belongs: Truth = YES) -> Grant:
    return Grant(
        rule=rule,
        place=place,
        verbs=_names(rule, "verbs"),
        resources=_names(rule, "resources"),
        groups=Names(frozenset({_ANY})) if rule.at("apiGroups").value is None else _names(rule, "apiGroups"),
        belongs=belongs,
    )


def _names(rule: Properties, path: str) -> Names:
    readings = [item.text() for item in rule.items(path)]
    return Names(
        frozenset(each.value for each in readings if each.value is not None),
        all_of(*(each.satisfies(lambda _: True) for each in readings if each.value is None)),
    )


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
        _grant(rule, f"{rule.path} of {other.name}, which it aggregates,", belongs)
        for other, belongs in found.values()
        if other.key != role.key
        for rule in other.properties.items("rules")
    ]


def withhold_all(grants: Iterable[Grant], *powers: Power) -> Truth:
    """Whether none of ``grants`` gives any of ``powers``."""
    return all_of(*(grant.owes(power.withheld(grant)) for grant in grants for power in powers))
