"""Istio AuthorizationPolicy.

Source: Istio reference "Authorization Policy": CUSTOM is asked first, then
DENY, then ALLOW; without an ALLOW policy a workload takes everything, with one
it takes only what a rule matches; an ALLOW without rules takes nothing; a
policy in the root namespace holds in every namespace. On a port that is not
HTTP (``pilot/pkg/security/authz/model/model.go``, checkError) an ALLOW rule
with an HTTP field never matches, while DENY drops the field, so that the rule
gets wider.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pavedroad.access.attributes import (
    OPERATION,
    SOURCE,
    Attribute,
    Facts,
    condition,
    qualified,
    source_or_operation,
)
from pavedroad.access.labels import LabelSet, Selector
from pavedroad.access.manifests import at, namespace_of, reading, title
from pavedroad.access.model import Manifest, Pod, Reason, Step, Verdict
from pavedroad.access.ternary import Ternary, all_of, any_of, negate

_GATEWAY_NAME_LABEL = "gateway.networking.k8s.io/gateway-name"


@dataclass(frozen=True, slots=True)
class Clause:
    """One attribute with the values that it must and must not have."""

    attribute: Attribute
    values: tuple[str, ...]
    not_values: tuple[str, ...]

    def matches(self, facts: Facts) -> Ternary:
        """Whether the clause holds; one about requests is dropped where there are none."""
        if self.attribute.http_only and facts.http is False:
            return True
        test = self.attribute.matches
        return all_of(
            (
                any_of(test(value, facts) for value in self.values) if self.values else True,
                negate(any_of(test(value, facts) for value in self.not_values)) if self.not_values else True,
            )
        )


Clauses = tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of the sources, any of the operations, all of the conditions."""

    sources: tuple[Clauses, ...]
    operations: tuple[Clauses, ...]
    conditions: Clauses

    @classmethod
    def of(cls, manifest: Manifest, namespace: str) -> "Rule":
        """Read one rule of a policy in a namespace."""
        return cls(
            tuple(_clauses(at(item, "source", {}), SOURCE, namespace) for item in manifest.get("from") or ()),
            tuple(
                _clauses(at(item, "operation", {}), OPERATION, namespace) for item in manifest.get("to") or ()
            ),
            tuple(
                Clause(condition(str(item["key"])), _texts(item.get("values")), _texts(item.get("notValues")))
                for item in manifest.get("when") or ()
            ),
        )

    def matches(self, facts: Facts, *, allows: bool) -> Ternary:
        """Whether the rule takes the connection, as a rule that allows or one that does not."""
        if allows and facts.http is False and self._asks_http():
            return False

        def holds(clauses: Clauses) -> Ternary:
            return all_of(clause.matches(facts) for clause in clauses)

        return all_of(
            (
                any_of(map(holds, self.sources)) if self.sources else True,
                any_of(map(holds, self.operations)) if self.operations else True,
                holds(self.conditions),
            )
        )

    def _asks_http(self) -> bool:
        groups = (*self.sources, *self.operations, self.conditions)
        return any(clause.attribute.http_only for clauses in groups for clause in clauses)


def _clauses(fields: Mapping[str, list[str]], table: Mapping[str, Attribute], namespace: str) -> Clauses:
    positive = {_positive(name) for name in fields}
    return tuple(
        Clause(
            source_or_operation(table, name),
            qualified(name, _texts(fields.get(name)), namespace),
            qualified(name, _texts(fields.get(f"not{name[0].upper()}{name[1:]}")), namespace),
        )
        for name in sorted(positive)
    )


def _positive(name: str) -> str:
    bare = name.removeprefix("not")
    return name if bare == name else bare[0].lower() + bare[1:]


def _texts(values: Iterable[object] | None) -> tuple[str, ...]:
    return tuple(map(str, values or ()))


@dataclass(frozen=True, slots=True)
class Policy:
    """One AuthorizationPolicy."""

    title: str
    namespace: str
    action: str
    pods: Selector
    targets: tuple[Mapping[str, str], ...]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, manifest: Manifest) -> "Policy":
        """Read an AuthorizationPolicy."""
        single = at(manifest, "spec.targetRef")
        namespace = namespace_of(manifest)
        return cls(
            title(manifest),
            namespace,
            str(at(manifest, "spec.action", "ALLOW")),
            Selector.of(at(manifest, "spec.selector")),
            tuple(at(manifest, "spec.targetRefs", [single] if single else [])),
            tuple(Rule.of(rule, namespace) for rule in at(manifest, "spec.rules", [])),
        )

    def selects(self, pod: Pod) -> Ternary:
        """Whether the policy holds for a pod; a target other than an Istio gateway is not evaluated."""
        if not self.targets:
            return self.pods.matches(pod.labels)
        return any_of(_targets(target, self.namespace, pod) for target in self.targets)

    def matches(self, facts: Facts) -> Ternary:
        """Whether any rule takes the connection."""
        return any_of(rule.matches(facts, allows=self.action == "ALLOW") for rule in self.rules)


def _targets(target: Mapping[str, str], namespace: str, pod: Pod) -> Ternary:
    if target.get("kind") != "Gateway" or target.get("group") != "gateway.networking.k8s.io":
        return None
    if not pod.gateway or pod.namespace != namespace:
        return False
    return _named_gateway(pod.labels, str(target.get("name")))


def _named_gateway(labels: LabelSet, name: str) -> Ternary:
    return labels.test(_GATEWAY_NAME_LABEL, frozenset((name,)))


@dataclass(frozen=True, slots=True)
class _Held:
    """A policy that holds for a pod, or may, and what it says of a connection."""

    policy: Policy
    selected: Ternary
    matched: Ternary


class AuthorizationPolicies:
    """All AuthorizationPolicies that are enforced, by the namespace in which they stand."""

    def __init__(self, objects: Iterable[Manifest], root_namespace: str) -> None:
        """Read the policies; a dry run is left out, as the mesh leaves it out."""
        self._root = root_namespace
        self._by_namespace: dict[str, list[Policy]] = {}
        self._holding: dict[Pod, list[tuple[Policy, Ternary]]] = {}
        for manifest in objects:
            if at(manifest, "metadata.annotations", {}).get("istio.io/dry-run") != "true":
                with reading(manifest):
                    policy = Policy.of(manifest)
                self._by_namespace.setdefault(policy.namespace, []).append(policy)

    def judge(self, destination: Pod, facts: Facts) -> Reason:
        """Whether the destination's policies let a connection pass."""
        held = [
            _Held(policy, selected, all_of((selected, policy.matches(facts))))
            for policy, selected in self._policies(destination)
        ]
        custom, deny, allow = (
            [item for item in held if item.policy.action == action] for action in ("CUSTOM", "DENY", "ALLOW")
        )
        denied = any_of(item.matched for item in deny)
        if denied is True:
            return _reason(Verdict.REFUSED, "a DENY rule matches", deny, lambda item: item.matched is True)
        unguarded = negate(any_of(item.selected for item in allow))
        allowed = any_of((unguarded, *(item.matched for item in allow)))
        if allowed is False:
            return _reason(
                Verdict.REFUSED, "no ALLOW rule matches", allow, lambda item: item.selected is True
            )
        if any(item.matched is not False for item in custom):
            detail = "an external authorizer decides"
            return _reason(Verdict.NOT_EVALUATED, detail, custom, lambda item: item.matched is not False)
        if denied is None or allowed is None:
            detail = "depends on what no manifest tells"
            return _reason(Verdict.NOT_EVALUATED, detail, held, lambda item: item.matched is None)
        if not allow:
            return Reason(Step.AUTHORIZATION, Verdict.ALLOWED, f"no ALLOW policy holds for {destination}")
        return _reason(Verdict.ALLOWED, "an ALLOW rule matches", allow, lambda item: item.matched is True)

    def _policies(self, pod: Pod) -> list[tuple[Policy, Ternary]]:
        if pod not in self._holding:
            self._holding[pod] = [
                (policy, selected)
                for namespace in dict.fromkeys((self._root, pod.namespace))
                for policy in self._by_namespace.get(namespace, ())
                if (selected := policy.selects(pod)) is not False
            ]
        return self._holding[pod]


def _reason(verdict: Verdict, detail: str, held: list[_Held], decides: Callable[[_Held], bool]) -> Reason:
    names = tuple(item.policy.title for item in held if decides(item))
    return Reason(Step.AUTHORIZATION, verdict, detail, names)
