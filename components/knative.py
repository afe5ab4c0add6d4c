"""Knative in a cluster: its two parts as their operator makes them, and who may run which function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.flows import AUTHORIZATION_POLICY
from components.kubernetes import Body, Kind, Place
from pavedroad.plan.addon_table import outside_the_mesh
from pavedroad.plan.functions.knative_platform import VERSION
from pavedroad.plan.functions.parties import (
    ACTIVATOR,
    ACTIVATOR_PORT,
    EVENTING,
    GATEWAY,
    GATEWAY_NAMESPACE,
    GATEWAY_PORT,
    KAFKA_WEBHOOK,
    SERVING,
    WEBHOOKS,
)
from pavedroad.plan.naming import dotted, host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pavedroad.plan.flows import Party
    from pavedroad.plan.functions.knative_platform import InvocationPlan, KnativePlatformPlan

KNATIVE_SERVING: Final = Kind("operator.knative.dev/v1beta1", "KnativeServing")
KNATIVE_EVENTING: Final = Kind("operator.knative.dev/v1beta1", "KnativeEventing")

_PROBE: Final = {"K-Network-Probe": "probe"}
"""By which Knative asks whether the mesh knows a function: the activator answers it and runs nothing. The gateway is
asked without TLS, so it cannot tell by whom (net-istio, pkg/reconciler/ingress; knative/networking, pkg/http/probe).
"""

_WORDS_OF_PODS: Final = {
    f"kubernetes.podspec-{word}": "enabled"
    for word in ("dnsconfig", "fieldref", "nodeselector", "securitycontext", "topologyspreadconstraints")
}
"""Words of a pod that Knative takes only where it is told to (knative/serving, config/core/configmaps/features.yaml)."""


def declare_knative(places: Mapping[str, Place], plan: KnativePlatformPlan | None) -> None:
    """Declare Knative in its closed namespaces; nothing where nothing runs on it."""
    if plan is None:
        return
    serving = places[SERVING]
    serving.declare(KNATIVE_SERVING, SERVING, {"spec": _serving(plan)})
    if plan.eventful:
        events = _parts(plan, EVENTING) | ({"source": {"kafka": {"enabled": True}}} if plan.fed else {})
        places[EVENTING].declare(KNATIVE_EVENTING, EVENTING, {"spec": events})
    _declare_guard(serving, ACTIVATOR, "probes", [_rule(_PROBE, ACTIVATOR_PORT, [GATEWAY.principal or ""])])
    _declare_guard(places[GATEWAY_NAMESPACE], GATEWAY, "probes", [_rule(_PROBE, GATEWAY_PORT)])
    for invocation in plan.invocations:
        name = dotted(invocation.namespace, invocation.function)
        _declare_guard(serving, ACTIVATOR, name, [_invoked(invocation)])


def _parts(plan: KnativePlatformPlan, namespace: str) -> Body:
    """Return what both parts are told: their version, and the ports that the API server calls without the mesh."""
    webhooks = (
        webhook.name
        for webhook in WEBHOOKS
        if webhook.namespace == namespace and (plan.fed or webhook.name != KAFKA_WEBHOOK)
    )
    return {
        "version": VERSION,
        "high-availability": {"replicas": plan.replicas},
        "workloads": [{"name": name, "annotations": outside_the_mesh(inbound="8443")} for name in webhooks],
    }


def _serving(plan: KnativePlatformPlan) -> Body:
    """Return Knative Serving, in the mesh."""
    gateway = host(GATEWAY.name, GATEWAY.namespace or "")
    local = f"- name: knative-local-gateway\n  namespace: {SERVING}\n  service: {gateway}\n"
    return {
        **_parts(plan, SERVING),
        "ingress": {
            "istio": {"enabled": True, "knative-local-gateway": {"selector": dict(GATEWAY.selector)}}
        },
        "config": {
            "network": {
                "ingress-class": "istio.ingress.networking.knative.dev",
                # Pods are reached by the names of their services, as the mesh knows them, and not by their addresses.
                "mesh-compatibility-mode": "enabled",
            },
            "istio": {"local-gateways": local},
            "deployment": {"registries-skipping-tag-resolving": ",".join(plan.registries)},
            "features": {**_WORDS_OF_PODS, "secure-pod-defaults": "enabled"},
        },
    }


def _declare_guard(place: Place, guarded: Party, name: str, rules: list[Body]) -> None:
    """Declare who gets into a part of Knative."""
    spec = {"selector": {"matchLabels": dict(guarded.selector)}, "action": "ALLOW", "rules": rules}
    place.declare(AUTHORIZATION_POLICY, name, {"spec": spec})


def _invoked(plan: InvocationPlan) -> Body:
    """Return who may run a function: the activator follows these two headers, which the caller's side-car sets."""
    headers = {"Knative-Serving-Namespace": plan.namespace, "Knative-Serving-Revision": f"{plan.function}-0*"}
    return _rule(headers, ACTIVATOR_PORT, plan.principals)


def _rule(headers: Mapping[str, str], port: int, principals: Sequence[str] = ()) -> Body:
    """Return what may be sent to a port; by whoever the network lets through, where nobody is named."""
    rule: Body = {
        "to": [{"operation": {"ports": [str(port)]}}],
        "when": [{"key": f"request.headers[{name}]", "values": [value]} for name, value in headers.items()],
    }
    return rule | ({"from": [{"source": {"principals": list(principals)}}]} if principals else {})
