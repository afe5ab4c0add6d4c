"""Rules about tokens of callers: nothing reads a claim that nobody checks."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    first_of,
)
from pavedroad.governance.kubernetes import Namespaced, namespace_of
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import open_at
from policies.rules.mesh.shapes import (
    AUTHORIZATION_POLICIES,
    BY_DEFAULT,
    ISTIO_GATEWAY,
    REQUEST_AUTHENTICATION,
    ROOT_NAMESPACE,
    VIRTUAL_SERVICE,
    within,
)
from policies.rules.workloads.naming import Named

_MESH: Final = "mesh"
_SELECTED: Final = "selector.matchLabels"
_CLAIM: Final = "@request.auth.claims"
_HEADERS: Final = ("headers", "withoutHeaders")


def _reads_no_tokens(policy: Resource) -> Truth:
    """Whether it does not read what only a checked token has."""
    rules = policy.properties.items("spec.rules")
    sources = (each.at("source") for rule in rules for each in rule.items("from"))
    conditions = (each.text("key") for rule in rules for each in rule.items("when"))
    return all_of(
        *(
            all_of(source.empty("requestPrincipals"), source.empty("notRequestPrincipals"))
            for source in sources
        ),
        *(key.satisfies(lambda name: not name.startswith("request.auth")) for key in conditions),
    )


def _tokens_checked(stack: Stack) -> Iterator[Duty]:
    authentications = Namespaced(stack.of_types({REQUEST_AUTHENTICATION}))
    of_mesh = [
        each
        for each in stack.of_types({REQUEST_AUTHENTICATION})
        if namespace_of(each).value in (None, ROOT_NAMESPACE)
    ]
    for policy in stack.of_types(AUTHORIZATION_POLICIES):
        plain = _reads_no_tokens(policy)
        if plain.holds:
            continue
        labels = policy.properties.at("spec.selector.matchLabels")
        here = (all_of(beside, _checks(each, labels)) for each, beside in authentications.beside(policy))
        everywhere = (
            all_of(namespace_of(each).equals(ROOT_NAMESPACE), _checks(each, labels)) for each in of_mesh
        )
        yield Duty(
            policy,
            any_of(plain, *here, *everywhere, stack.missing("spec.rules")),
            "a RequestAuthentication for the same workloads must check the tokens that spec.rules reads",
        )


def _checks(authentication: Resource, labels: Properties) -> Truth:
    """Whether it checks tokens for all that a selector of ``labels`` selects."""
    spec = authentication.properties.at("spec")
    return all_of(_has_issuer(spec), any_of(_targeted(spec), within(spec.at(_SELECTED), labels)))


def _has_issuer(spec: Properties) -> Truth:
    return any_of(*(rule.text("issuer").present() for rule in spec.items("jwtRules")))


def _targeted(spec: Properties) -> Truth:
    return any_of(spec.anything("targetRefs").present(), spec.anything("targetRef").present())


TOKENS_CHECKED: Final = StackRule(
    Control(
        identifier="token-claims-are-checked",
        sentence="An AuthorizationPolicy reads tokens only where a RequestAuthentication checks them",
        why="Nobody fills in the claims otherwise: what should be allowed never is, and denials never hold.",
        severity=Severity.HIGH,
        resource_types=AUTHORIZATION_POLICIES,
        fix=Fix(
            descriptor=BY_DEFAULT,
            pulumi="declare a RequestAuthentication with the issuer, for the same workloads or for the namespace",
        ),
        rows=(129,),
    ),
    _tokens_checked,
)


class _Authentications:
    """Every RequestAuthentication that may check tokens, by one of the labels that it selects by."""

    def __init__(self, authentications: Iterable[Resource]) -> None:
        """Index ``authentications``; one that may hold for any pods is in no place of its own."""
        self._all = [
            each for each in authentications if _has_issuer(each.properties.at("spec")).holds is not False
        ]
        self._selecting: dict[tuple[str, str | None], list[Resource]] = {}
        self._of_any: list[Resource] = []
        for each in self._all:
            spec = each.properties.at("spec")
            known = [label for label in _labels(spec.at(_SELECTED)) if label[1] is not None]
            by_label = known and _targeted(spec).holds is False
            (self._selecting.setdefault(known[0], []) if by_label else self._of_any).append(each)

    def checking(self, labels: Properties) -> Iterator[tuple[Resource, Truth]]:
        """List what may hold for pods with ``labels``, each with whether it checks their tokens."""
        own = _labels(labels)
        known = all(value is not None for _, value in own)
        selecting = chain.from_iterable(self._selecting.get(label, ()) for label in own)
        for each in chain(self._of_any, selecting) if known else self._all:
            yield each, _checks(each, labels)


def _labels(labels: Properties) -> list[tuple[str, str | None]]:
    return [(name, value.text().value) for name, value in labels.entries()]


def _claims_checked(stack: Stack) -> Iterator[Duty]:
    gateways = Named(
        (each.properties.at("spec.selector"), namespace_of(each), each.properties.text("metadata.name"))
        for each in stack.of_types({ISTIO_GATEWAY})
    )
    authentications = _Authentications(stack.of_types({REQUEST_AUTHENTICATION}))
    for service in stack.of_types({VIRTUAL_SERVICE}):
        plain = _routes_by_no_claim(service)
        if plain.holds:
            continue
        for gateway in service.properties.items("spec.gateways"):
            pods = (labels for labels, _ in gateways.called(*_place(gateway, service)))
            checked = first_of(each for labels in pods for each in authentications.checking(labels))
            yield Duty(
                service,
                any_of(plain, gateway.text().equals(_MESH), checked, stack.missing(gateway.path)),
                f"a RequestAuthentication for the pods of {gateway.path} must check the claims that spec.http reads",
            )


def _routes_by_no_claim(service: Resource) -> Truth:
    matches = (match for route in service.properties.items("spec.http") for match in route.items("match"))
    names = (name for match in matches for part in _HEADERS for name, _ in match.entries(part))
    return all_of(
        *(
            open_at("spec.http") if name == UNREADABLE else Truth(holds=not name.startswith(_CLAIM))
            for name in names
        )
    )


def _place(gateway: Properties, service: Resource) -> tuple[Reading[str], Reading[str]]:
    """Read the name and the namespace that an entry of `spec.gateways` stands for."""
    named, home = gateway.text(), namespace_of(service)
    if named.value is None:
        return named, home
    place, _, own = named.value.rpartition("/")
    return named._replace(value=own), home if place in ("", ".") else named._replace(value=place)


CLAIMS_CHECKED: Final = StackRule(
    Control(
        identifier="routed-token-claims-are-checked",
        sentence="A VirtualService routes by a token's claims only where a RequestAuthentication checks them",
        why="Nobody fills in the claims otherwise, so that the route is never taken, or by everybody.",
        severity=Severity.HIGH,
        resource_types=frozenset({VIRTUAL_SERVICE}),
        fix=Fix(
            descriptor=BY_DEFAULT,
            pulumi="declare a RequestAuthentication with the issuer, for the pods that the Gateway selects",
        ),
        rows=(129,),
    ),
    _claims_checked,
)

RULES: Final = (TOKENS_CHECKED, CLAIMS_CHECKED)
