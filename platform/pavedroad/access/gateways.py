"""What Istio and Envoy Gateway make of a Gateway.

Sources: Istio, ``istio-discovery/files/kube-gateway.yaml``; Envoy Gateway,
"Gateway Namespace Mode" (proxies run in the Gateway's own namespace under its
name) and ``internal/infrastructure/kubernetes/proxy``.
"""

from collections.abc import Iterable
from dataclasses import replace

from pavedroad.access.manifests import at, namespace_of
from pavedroad.access.model import Manifest
from pavedroad.access.services import Service, ServicePort
from pavedroad.access.shape import Made, Shape
from pavedroad.access.workloads import Namespaces

GROUP = "gateway.networking.k8s.io"
_PRIVILEGED_PORTS = 1024
_ENVOY_OFFSET = 10000
"""Envoy Gateway adds this to listener ports below 1024 (its ``servicePortToContainerPort``)."""


def gateway_proxy(gateway: Manifest, objects: list[Manifest], namespaces: Namespaces) -> Made:
    """The proxy of a Gateway; nothing if its class is neither of the two."""
    listeners = [
        (str(item["name"]), int(item["port"]), str(item.get("protocol", "HTTP")))
        for item in at(gateway, "spec.listeners", [])
    ]
    controller = _controller(gateway, objects)
    name, namespace = str(gateway["metadata"]["name"]), namespace_of(gateway)
    if controller == "istio":
        shape, targets = _istio_gateway(gateway), {port: port for _, port, _ in listeners}
    elif controller == "envoy":
        shape = _envoy_gateway(gateway, objects)
        targets = {
            port: port + _ENVOY_OFFSET if port < _PRIVILEGED_PORTS else port for _, port, _ in listeners
        }
    else:
        return [], []
    ports = {f"{word.lower()}-{port}": targets[port] for _, port, word in listeners}
    pod = replace(shape, name=f"Gateway/{name}", ports={**shape.ports, **ports}).pod(namespace, namespaces)
    service = Service(
        namespace=namespace,
        name=shape.name,
        ports=tuple(
            ServicePort(port, targets[port], f"{word.lower()}-{port}") for _, port, word in listeners
        ),
        backends=(pod,),
    )
    return [pod], [service]


def _controller(gateway: Manifest, objects: Iterable[Manifest]) -> str:
    """``istio``, ``envoy`` or neither: by the class, or its name where it is not rendered."""
    wanted = str(at(gateway, "spec.gatewayClassName", ""))
    controllers = [
        str(at(item, "spec.controllerName", ""))
        for item in objects
        if item["kind"] == "GatewayClass" and item["metadata"]["name"] == wanted
    ]
    text = controllers[0] if controllers else wanted
    return "istio" if "istio" in text else "envoy" if "envoy" in text else ""


def _istio_gateway(gateway: Manifest) -> Shape:
    name, wanted = str(gateway["metadata"]["name"]), str(at(gateway, "spec.gatewayClassName"))
    generated = f"{name}-{wanted}"
    return Shape(
        name=generated,
        labels={"sidecar.istio.io/inject": "false", "service.istio.io/canonical-name": generated}
        | at(gateway, "spec.infrastructure.labels", {})
        | {
            "gateway.networking.k8s.io/gateway-name": name,
            "gateway.networking.k8s.io/gateway-class-name": wanted,
            "gateway.istio.io/managed": "istio.io-gateway-controller",
        },
        varying=("pod-template-hash",),
        service_account=generated,
        host_prefix=generated,
        ports={"metrics": 15020, "status-port": 15021, "http-envoy-prom": 15090},
        istio_gateway=True,
    )


def _envoy_gateway(gateway: Manifest, objects: Iterable[Manifest]) -> Shape:
    name, namespace = str(gateway["metadata"]["name"]), namespace_of(gateway)
    proxy = at(gateway, "spec.infrastructure.parametersRef.name")
    settings: Manifest = next(
        (
            item
            for item in objects
            if item["kind"] == "EnvoyProxy"
            and namespace_of(item) == namespace
            and item["metadata"]["name"] == proxy
        ),
        {},
    )
    pod = at(settings, "spec.provider.kubernetes.envoyDeployment.pod", {})
    return Shape(
        name=name,
        labels=at(gateway, "spec.infrastructure.labels", {})
        | at(pod, "labels", {})
        | {
            "app.kubernetes.io/name": "envoy",
            "app.kubernetes.io/component": "proxy",
            "app.kubernetes.io/managed-by": "envoy-gateway",
            "gateway.envoyproxy.io/owning-gateway-name": name,
            "gateway.envoyproxy.io/owning-gateway-namespace": namespace,
        },
        varying=("pod-template-hash",),
        service_account=name,
        host_prefix=name,
        ports={"metrics": 19001, "readiness": 19003},
        annotations=at(pod, "annotations", {}),
    )
