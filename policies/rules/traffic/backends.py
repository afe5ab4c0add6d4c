"""Rules about where an Ingress or a route leads, and through which controller."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reading,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import NO, YES, open_at
from policies.rules.traffic.operated import Operated
from policies.rules.traffic.services import BY_ROUTES
from policies.rules.traffic.shapes import INGRESS, INGRESSES, ROUTES, SERVICES, annotation, demands

NO_DEFAULT_BACKEND: Final = ResourceRule(
    Control(
        identifier="ingresses-without-default-backend",
        sentence="No Ingress answers for what nobody else does",
        why="A default backend takes over every request for a host that has no Ingress yet.",
        severity=Severity.MEDIUM,
        resource_types=INGRESSES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="name hosts and paths under spec.rules instead"),
        rows=(88,),
    ),
    demands(
        lambda ingress: all_of(
            ingress.properties.empty("spec.defaultBackend"), ingress.properties.empty("spec.backend")
        ),
        "spec.defaultBackend must be left out",
    ),
)


class _Services:
    """The Services of a stack, by namespace and name."""

    def __init__(self, stack: Stack) -> None:
        self._known: set[tuple[str, str]] = set()
        self._doubtful: str | None = None
        self._operated = stack.derived(Operated)
        self._missing = stack.missing
        for service in stack.of_types(SERVICES):
            home, name = namespace_of(service), service.properties.text("metadata.name")
            if home.value is None or name.value is None:
                self._doubtful = name.path if name.value is None else home.path
            else:
                self._known.add((home.value, name.value))

    def have(self, name: Reading[str], home: Reading[str]) -> Truth:
        """Whether there is one, or something makes one."""
        if name.value is None or home.value is None:
            return all_of(name.satisfies(lambda _: True), home.satisfies(lambda _: True))
        if (home.value, name.value) in self._known:
            return YES
        doubtful = open_at(self._doubtful) if self._doubtful else NO
        return any_of(self._operated.makes_any_in(home.value), doubtful, self._missing(name.path))


def _lead_to_services(stack: Stack) -> Iterator[Duty]:
    services = stack.derived(_Services)
    for resource in stack.of_types(INGRESSES | ROUTES):
        backends = _ingress_backends(resource) if resource.type == INGRESS else _route_backends(resource)
        for name, home, foreign in backends:
            yield Duty(
                resource,
                any_of(foreign, services.have(name, home)),
                f"{name.path} must be the name of a Service in its namespace",
            )


def _ingress_backends(ingress: Resource) -> Iterator[tuple[Reading[str], Reading[str], Truth]]:
    """List the Service behind each path, in the form of any API version, and whether it is none."""
    spec = ingress.properties.at("spec")
    paths = (path.at("backend") for rule in spec.items("rules") for path in rule.items("http.paths"))
    for backend in (spec.at("defaultBackend"), *paths):
        if backend.value is not None:
            name = backend.text("service.name").or_else(backend.text("serviceName"))
            yield name, namespace_of(ingress), backend.anything("resource").present()


def _route_backends(route: Resource) -> Iterator[tuple[Reading[str], Reading[str], Truth]]:
    for rule in route.properties.items("spec.rules"):
        for backend in rule.items("backendRefs"):
            home = backend.text("namespace").or_else(namespace_of(route))
            yield backend.text("name"), home, backend.text("kind").satisfies(lambda kind: kind != "Service")


BACKENDS_EXIST: Final = StackRule(
    Control(
        identifier="ingresses-lead-to-services",
        sentence="Every Ingress and every route leads to a Service that there is",
        why="Clients get errors, and whoever makes a Service of that name later gets their traffic.",
        severity=Severity.MEDIUM,
        resource_types=INGRESSES | ROUTES,
        fix=Fix(
            descriptor="a route names a service of the same descriptor, so declare that service",
            pulumi="name a Service of the same namespace as the backend",
        ),
        rows=(88,),
    ),
    _lead_to_services,
)


class Classes(Settings):
    """Which controllers an Ingress may ask for."""

    allowed_classes: tuple[str, ...] = setting((), "Ingress classes that may be named; empty for any.")


def _class_allowed(settings: Classes) -> Callable[[Resource], Iterator[Duty]]:
    return demands(
        lambda ingress: (
            ingress.properties.text("spec.ingressClassName")
            .or_else(annotation(ingress, "kubernetes.io/ingress.class").text())
            .satisfies(
                lambda name: name in settings.allowed_classes if settings.allowed_classes else bool(name)
            )
        ),
        "spec.ingressClassName must be named, and be one of the setting `allowedClasses` where that is not empty",
    )


CLASS_ALLOWED: Final = ResourceRule.settable(
    Control(
        identifier="ingresses-class-allowed",
        sentence="Every Ingress names the class of its controller, and an allowed one",
        why="Without one it is served by the default controller, or by several, and they may be open to the world.",
        severity=Severity.LOW,
        resource_types=INGRESSES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="set spec.ingressClassName"),
        rows=(89,),
    ),
    Classes(),
    _class_allowed,
)

RULES: Final = (NO_DEFAULT_BACKEND, BACKENDS_EXIST, CLASS_ALLOWED)
