"""Examples of the controls about Services, Ingresses, routes and certificates."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

SERVICE = "kubernetes:core/v1:Service"
POD = "kubernetes:core/v1:Pod"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
HTTP_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
CERTIFICATE = "kubernetes:cert-manager.io/v1:Certificate"
LABELS = {"app": "web", "tier": "front"}


def service(name: str = "web", annotations: dict[str, str] | None = None, **spec: Any) -> Declared:
    fields = {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}], **spec}
    metadata: dict[str, Any] = {"name": name, "namespace": "shop"}
    if annotations:
        metadata["annotations"] = annotations
    return Declared(type=SERVICE, name=name, properties={"metadata": metadata, "spec": fields})


def pod(name: str = "pod", **labels: str) -> Declared:
    container = {"name": "web", "ports": [{"name": "web", "containerPort": 8080}]}
    metadata = {"name": name, "namespace": "shop", "labels": labels or dict(LABELS)}
    return Declared(
        type=POD, name=name, properties={"metadata": metadata, "spec": {"containers": [container]}}
    )


def ingress(
    host: str = "shop.example.com", name: str = "web", annotations: dict[str, str] | None = None, **spec: Any
) -> Declared:
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": "web", "port": {"number": 80}}},
    }
    fields = {
        "ingressClassName": "internal",
        "tls": [{"hosts": [host], "secretName": "web-tls"}],
        "rules": [{"host": host, "http": {"paths": [path]}}],
        **spec,
    }
    metadata = {
        "name": name,
        "namespace": "shop",
        "annotations": annotations or {"kubernetes.io/ingress.allow-http": "false"},
    }
    return Declared(type=INGRESS, name=name, properties={"metadata": metadata, "spec": fields})


def route(name: str = "web", host: str = "shop.example.com", path: str = "/", **spec: Any) -> Declared:
    fields = {
        "parentRefs": [{"name": "public", "namespace": "gateways"}],
        "hostnames": [host],
        "rules": [{"matches": [{"path": {"value": path}}], "backendRefs": [{"name": "web", "port": 80}]}],
        **spec,
    }
    metadata = {"name": name, "namespace": "shop"}
    return Declared(type=HTTP_ROUTE, name=name, properties={"metadata": metadata, "spec": fields})


def certificate(**spec: Any) -> Declared:
    fields = {
        "dnsNames": ["shop.example.com"],
        "issuerRef": {"kind": "ClusterIssuer", "name": "public"},
        **spec,
    }
    return Declared(
        type=CERTIFICATE,
        properties={"metadata": {"name": "shop", "namespace": "shop"}, "spec": fields},
    )


ALB = "alb.ingress.kubernetes.io/certificate-arn"
NLB = "service.beta.kubernetes.io/aws-load-balancer-ssl-cert"
INTERNAL = "service.beta.kubernetes.io/aws-load-balancer-scheme"
AUTH = "nginx.ingress.kubernetes.io/auth-url"
SUBJECT = "nginx.ingress.kubernetes.io/auth-tls-match-cn"
REWRITE = "nginx.ingress.kubernetes.io/rewrite-target"

EXAMPLES = (
    Example(
        control="services-without-node-ports",
        declared=(service(type="ClusterIP"),),
        breaks="spec.type",
        to="NodePort",
    ),
    Example(
        control="services-exposed-by-decision",
        declared=(service(type="ClusterIP"),),
        breaks="spec.type",
        to="LoadBalancer",
    ),
    Example(
        control="services-exposed-by-decision",
        declared=(service(annotations={INTERNAL: "internal"}, type="LoadBalancer"),),
        breaks=("metadata", "annotations", INTERNAL),
        to="internet-facing",
    ),
    Example(
        control="services-exposed-by-decision",
        declared=(service(type="LoadBalancer"),),
        breaks="metadata.namespace",
        to="elsewhere",
        settings={"exposed": ["shop/web"]},
    ),
    Example(
        control="services-without-external-ips",
        declared=(service(externalIPs=["203.0.113.7"]),),
        breaks="spec.externalIPs.0",
        to="203.0.113.8",
        settings={"allowedIps": ["203.0.113.7"]},
    ),
    Example(
        control="services-not-aliases-of-localhost",
        declared=(service(type="ExternalName", externalName="db.example.com"),),
        breaks="spec.externalName",
        to="localhost",
    ),
    Example(
        control="services-not-aliases-of-localhost",
        declared=(service(type="ExternalName", externalName="db.example.com"),),
        breaks="spec.externalName",
        to="127.0.0.2",
    ),
    Example(
        control="aws-load-balancers-terminate-tls",
        declared=(service(annotations={NLB: "arn:aws:acm:..."}, type="LoadBalancer"),),
        breaks=("metadata", "annotations", NLB),
        to=REMOVED,
    ),
    Example(
        control="aws-load-balancers-terminate-tls",
        declared=(ingress(annotations={ALB: "arn:aws:acm:..."}, ingressClassName="alb"),),
        breaks=("metadata", "annotations", ALB),
        to="",
    ),
    Example(
        control="services-select-pods", declared=(service(), pod()), breaks="spec.selector.app", to="other"
    ),
    Example(
        control="services-select-pods",
        declared=(service(), pod()),
        breaks="metadata.labels.app",
        to="other",
        of=1,
    ),
    Example(
        control="services-select-pods",
        declared=(service(), pod()),
        breaks="metadata.namespace",
        to="other",
        of=1,
    ),
    Example(control="service-ports-legal", declared=(service(),), breaks="spec.ports.0.targetPort", to=0),
    Example(
        control="service-ports-legal", declared=(service(),), breaks="spec.ports.0.targetPort", to="Web--Port"
    ),
    Example(control="service-ports-legal", declared=(service(),), breaks="spec.ports.0.port", to=65536),
    Example(
        control="services-target-named-ports",
        declared=(service(ports=[{"port": 80, "targetPort": "web"}]), pod()),
        breaks="spec.ports.0.targetPort",
        to="admin",
    ),
    Example(
        control="services-target-named-ports",
        declared=(service(ports=[{"port": 80, "targetPort": "web"}]), pod()),
        breaks="spec.containers.0.ports.0.name",
        to="admin",
        of=1,
    ),
    Example(
        control="services-selectors-unique",
        declared=(service(), service("twin", selector={"app": "twin"})),
        breaks="spec.selector.app",
        to="web",
        of=1,
    ),
    Example(
        control="services-selectors-unique",
        declared=(service(), service("headless", clusterIP="None")),
        breaks="spec.clusterIP",
        to="10.0.0.1",
        of=1,
    ),
    Example(
        control="ingresses-https-only",
        declared=(ingress(),),
        breaks=("metadata", "annotations", "kubernetes.io/ingress.allow-http"),
        to="true",
    ),
    Example(control="ingresses-https-only", declared=(ingress(),), breaks="spec.tls", to=[]),
    Example(
        control="ingresses-hosts-have-tls",
        declared=(ingress(),),
        breaks="spec.rules.0.host",
        to="pay.example.com",
    ),
    Example(control="ingresses-hosts-have-tls", declared=(ingress(),), breaks="spec.tls", to=REMOVED),
    Example(
        control="ingresses-hosts-exact", declared=(ingress(),), breaks="spec.rules.0.host", to="*.example.com"
    ),
    Example(control="ingresses-hosts-exact", declared=(ingress(),), breaks="spec.rules.0.host", to=REMOVED),
    Example(control="ingresses-hosts-exact", declared=(route(),), breaks="spec.hostnames", to=[]),
    Example(
        control="ingresses-hosts-exact", declared=(route(),), breaks="spec.hostnames.0", to="*.example.com"
    ),
    Example(
        control="ingresses-hosts-unique",
        declared=(ingress(), ingress("pay.example.com", "pay")),
        breaks="spec.rules.0.host",
        to="shop.example.com",
        of=1,
    ),
    Example(
        control="ingresses-paths-unique",
        declared=(ingress(), ingress("pay.example.com", "pay")),
        breaks="spec.rules.0.host",
        to="shop.example.com",
        of=1,
    ),
    Example(
        control="ingresses-paths-unique",
        declared=(route(), route("other", path="/other")),
        breaks="spec.rules.0.matches.0.path.value",
        to="/",
        of=1,
    ),
    Example(
        control="ingresses-without-default-backend",
        declared=(ingress(),),
        breaks="spec.defaultBackend",
        to={"service": {"name": "web"}},
    ),
    Example(
        control="ingresses-lead-to-services",
        declared=(ingress(), service()),
        breaks="spec.rules.0.http.paths.0.backend.service.name",
        to="gone",
    ),
    Example(
        control="ingresses-lead-to-services",
        declared=(route(), service()),
        breaks="metadata.name",
        to="gone",
        of=1,
    ),
    Example(
        control="ingresses-class-allowed",
        declared=(ingress(),),
        breaks="spec.ingressClassName",
        to=REMOVED,
    ),
    Example(
        control="ingresses-class-allowed",
        declared=(ingress(),),
        breaks="spec.ingressClassName",
        to="public",
        settings={"allowedClasses": ["internal"]},
    ),
    Example(
        control="ingresses-without-nginx-snippets",
        declared=(ingress(annotations={REWRITE: "/"}),),
        breaks=("metadata", "annotations", "nginx.ingress.kubernetes.io/server-snippet"),
        to="return 200;",
    ),
    Example(
        control="ingresses-without-nginx-injection",
        declared=(ingress(annotations={REWRITE: "/$1"}),),
        breaks=("metadata", "annotations", REWRITE),
        to="/; } location / { proxy_pass http://elsewhere",
    ),
    Example(
        control="ingresses-without-nginx-injection",
        declared=(ingress(annotations={AUTH: "https://id.example.com/check?of=$request_uri"}),),
        breaks=("metadata", "annotations", AUTH),
        to="https://id.example.com/#;\nload",
    ),
    Example(
        control="ingresses-without-nginx-injection",
        declared=(ingress(annotations={SUBJECT: "CN=(web|pay)"}),),
        breaks=("metadata", "annotations", SUBJECT),
        to="CN=web #",
    ),
    Example(
        control="ingresses-without-nginx-injection",
        declared=(ingress(),),
        breaks="spec.rules.0.http.paths.0.path",
        to="/var/run/secrets/kubernetes.io",
    ),
    Example(
        control="certificates-short-lived",
        declared=(certificate(duration="2160h0m0s"),),
        breaks="spec.duration",
        to="8760h",
    ),
    Example(
        control="certificates-names-allowed",
        declared=(certificate(),),
        breaks="spec.dnsNames.0",
        to="shop.example.org",
        settings={"allowedDomains": ["example.com"]},
    ),
    Example(
        control="certificates-names-allowed", declared=(certificate(),), breaks="spec.dnsNames.0", to="*.com"
    ),
    Example(
        control="certificates-issuer-allowed",
        declared=(certificate(),),
        breaks="spec.issuerRef.name",
        to="self-signed",
        settings={"allowedIssuers": ["ClusterIssuer/public"]},
    ),
    Example(
        control="certificates-issuer-allowed",
        declared=(certificate(),),
        breaks="spec.issuerRef.kind",
        to="Issuer",
        settings={"allowedIssuers": ["ClusterIssuer/public"]},
    ),
)
