"""Names that the rules about the mesh share, and where things are looked for."""

from typing import Final

from pavedroad.governance import Properties, Resource, Stack, Truth, all_of, any_of
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import open_at

PEER_AUTHENTICATION: Final = "kubernetes:security.istio.io/v1:PeerAuthentication"
AUTHORIZATION_POLICY: Final = "kubernetes:security.istio.io/v1:AuthorizationPolicy"
REQUEST_AUTHENTICATION: Final = "kubernetes:security.istio.io/v1:RequestAuthentication"
DESTINATION_RULE: Final = "kubernetes:networking.istio.io/v1:DestinationRule"
VIRTUAL_SERVICE: Final = "kubernetes:networking.istio.io/v1:VirtualService"
ISTIO_GATEWAY: Final = "kubernetes:networking.istio.io/v1:Gateway"
GATEWAY: Final = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
NAMESPACE: Final = "kubernetes:core/v1:Namespace"

PEER_AUTHENTICATIONS: Final = frozenset({PEER_AUTHENTICATION})
AUTHORIZATION_POLICIES: Final = frozenset({AUTHORIZATION_POLICY})

ROOT_NAMESPACE: Final = "istio-system"
"""Where what is declared without a selector holds for the whole mesh."""

BY_DEFAULT: Final = (
    "the platform puts every team's namespace into the mesh and writes its policies from declared edges"
)


def takes_in(namespace: Properties) -> Truth:
    """Whether a Namespace's labels bring its pods into the mesh; `istio-injection` outweighs a revision."""
    labels = namespace.at("metadata.labels")
    injection = labels.entry("istio-injection").text()
    revision = labels.entry("istio.io/rev").text()
    return any_of(
        injection.equals("enabled"),
        all_of(injection.satisfies(lambda _: False, absent=True), revision.satisfies(bool)),
        labels.entry("istio.io/dataplane-mode").text().equals("ambient"),
    )


def leaves_out(namespace: Properties) -> Truth:
    """Whether a Namespace's labels leave its pods outside the mesh."""
    labels = namespace.at("metadata.labels")
    injection = labels.entry("istio-injection").text()
    return all_of(
        labels.entry("istio.io/dataplane-mode").text().satisfies(lambda mode: mode != "ambient", absent=True),
        injection.satisfies(lambda value: value != "enabled", absent=True),
        any_of(
            injection.present(),
            labels.entry("istio.io/rev").text().satisfies(lambda name: not name, absent=True),
        ),
    )


def within(wide: Properties, narrow: Properties) -> Truth:
    """Whether every label of ``wide`` is one of ``narrow``, so that it selects all that ``narrow`` does."""
    return all_of(
        *(
            value.text().present() if name == UNREADABLE else narrow.entry(name).text().same_as(value.text())
            for name, value in wide.entries()
        )
    )


class Namespaces:
    """The Namespaces of a stack by name (for `Stack.derived`)."""

    def __init__(self, stack: Stack) -> None:
        """Index the Namespaces of ``stack``."""
        self._named: dict[str, Resource] = {}
        self._doubtful = False
        for namespace in stack.of_types({NAMESPACE}):
            name = namespace.properties.text("metadata.name").value
            if name is None:
                self._doubtful = True
            else:
                self._named[name] = namespace

    def named(self, name: str) -> Properties | None:
        """Find the properties of the one of that name; None where it is not declared."""
        namespace = self._named.get(name)
        return None if namespace is None else namespace.properties

    def declared_nowhere(self, name: str | None) -> Truth:
        """Whether there is none of that name for certain."""
        if name is None or (self._doubtful and name not in self._named):
            return open_at("metadata.namespace" if name is None else "metadata.name")
        return Truth(holds=name not in self._named)
