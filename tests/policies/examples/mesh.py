"""Examples of the controls about the service mesh."""

from typing import Any

from tests.policies.examples.traffic import pod, service
from tests.policies.examples.traffic_policies import NAMESPACE, NETWORK_POLICY
from tests.support.examples import REMOVED, Declared, Example

PEER = "kubernetes:security.istio.io/v1:PeerAuthentication"
POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy"
REQUEST = "kubernetes:security.istio.io/v1:RequestAuthentication"
RULE = "kubernetes:networking.istio.io/v1:DestinationRule"
VIRTUAL = "kubernetes:networking.istio.io/v1:VirtualService"
GATEWAY = "kubernetes:networking.istio.io/v1:Gateway"
K8S_GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
SECRET = "kubernetes:core/v1:Secret"
INJECT = "sidecar.istio.io/inject"


def in_shop(type_: str, name: str = "thing", **spec: Any) -> Declared:
    return Declared(
        type=type_,
        name=name,
        properties={"metadata": {"name": name, "namespace": "shop"}, "spec": spec},
    )


def policy(**spec: Any) -> Declared:
    return in_shop(POLICY, "policy", **spec)


def namespace(**labels: str) -> Declared:
    labels = {name.replace("_", "-"): value for name, value in labels.items()}
    return Declared(type=NAMESPACE, name="shop", properties={"metadata": {"name": "shop", "labels": labels}})


def trusting(**tls: Any) -> Declared:
    return in_shop(RULE, host="db.example.com", trafficPolicy={"tls": {"mode": "SIMPLE", **tls}})


WEB = {"matchLabels": {"app": "web"}}
DENYING = in_shop(NETWORK_POLICY, "deny", podSelector={}, policyTypes=["Ingress", "Egress"])
STRICT = in_shop(PEER, "strict", mtls={"mode": "STRICT"})
WALLED = (pod(), DENYING, STRICT, policy())
READING_RULES = [{"from": [{"source": {"requestPrincipals": ["*"]}}]}]
READING = policy(rules=READING_RULES)
CHECKING = in_shop(REQUEST, "checking", jwtRules=[{"issuer": "https://id.example.com"}])
SERVING = in_shop(
    GATEWAY,
    "public",
    selector={"istio": "gateway"},
    servers=[{"hosts": ["shop.example.com"], "tls": {"mode": "SIMPLE", "credentialName": "shop-tls"}}],
)
LISTENING = in_shop(
    K8S_GATEWAY, "public", listeners=[{"name": "https", "tls": {"certificateRefs": [{"name": "shop-tls"}]}}]
)
BY_CLAIM = in_shop(
    VIRTUAL,
    hosts=["shop.example.com"],
    gateways=["public"],
    http=[{"match": [{"headers": {"@request.auth.claims.group": {"exact": "staff"}}}]}],
)
CERTIFICATE = in_shop(
    "kubernetes:cert-manager.io/v1:Certificate", "shop", secretName="shop-tls", dnsNames=["shop.example.com"]
)
STORED = Declared(type=SECRET, name="tls", properties={"metadata": {"name": "shop-tls", "namespace": "shop"}})

EXAMPLES = (
    *(
        Example(control="workloads-isolated", declared=WALLED, breaks=place, to=to, of=of)
        for place, to, of in (
            ("spec.policyTypes", ["Ingress"], 1),
            ("spec.egress", [{}], 1),
            ("spec.mtls.mode", "PERMISSIVE", 2),
            ("spec.rules", [{}], 3),
            ("metadata.namespace", "other", 3),
        )
    ),
    Example(
        control="peer-authentication-strict", declared=(STRICT,), breaks="spec.mtls.mode", to="PERMISSIVE"
    ),
    Example(
        control="peer-authentication-strict",
        declared=(STRICT,),
        breaks="spec.portLevelMtls",
        to={"8080": {"mode": "DISABLE"}},
    ),
    Example(
        control="peer-authentication-strict",
        declared=(in_shop(PEER, mtls={"mode": "UNSET"}),),
        breaks="metadata.namespace",
        to="istio-system",
    ),
    Example(
        control="destination-rules-keep-tls",
        declared=(trusting(),),
        breaks="spec.trafficPolicy.tls.mode",
        to="DISABLE",
    ),
    Example(
        control="destination-rules-keep-tls",
        declared=(trusting(),),
        breaks="spec.subsets",
        to=[{"name": "v1", "trafficPolicy": {"portLevelSettings": [{"tls": {"mode": "DISABLE"}}]}}],
    ),
    Example(
        control="destination-rules-verify-server",
        declared=(trusting(caCertificates="system"),),
        breaks="spec.trafficPolicy.tls.caCertificates",
        to=REMOVED,
    ),
    Example(
        control="destination-rules-verify-server",
        declared=(trusting(caCertificates="system"),),
        breaks="spec.trafficPolicy.tls.insecureSkipVerify",
        to=True,
    ),
    Example(
        control="destination-rules-verify-server",
        declared=(
            in_shop(
                RULE,
                host="db.example.com",
                workloadSelector=WEB,
                trafficPolicy={"tls": {"mode": "SIMPLE", "credentialName": "db-tls"}},
            ),
        ),
        breaks="spec.workloadSelector",
        to=REMOVED,
    ),
    *(
        Example(
            control="token-keys-fetched-safely",
            declared=(in_shop(REQUEST, jwtRules=[{"jwksUri": "https://id.example.com/keys"}]),),
            breaks="spec.jwtRules.0.jwksUri",
            to=uri,
            settings=settings,
        )
        for uri, settings in (
            ("http://id.example.com/keys", {}),
            ("https://169.254.169.254/keys", {}),
            ("https://keys.shop.svc.cluster.local/keys", {}),
            ("https://id.example.org/keys", {"allowedHosts": ["id.example.com"]}),
        )
    ),
    Example(
        control="workloads-covered-by-authorization-policy",
        declared=(pod(), namespace(istio_injection="enabled"), policy(selector=WEB)),
        breaks="spec.selector.matchLabels.app",
        to="other",
        of=2,
    ),
    Example(
        control="workloads-covered-by-authorization-policy",
        declared=(pod(), namespace(istio_injection="enabled"), policy()),
        breaks="spec.action",
        to="DENY",
        of=2,
    ),
    Example(
        control="workloads-covered-by-authorization-policy",
        declared=(pod(), namespace(istio_injection="disabled")),
        breaks=("metadata", "labels", "istio-injection"),
        to="enabled",
        of=1,
    ),
    Example(
        control="authorization-policies-not-open",
        declared=(policy(rules=[{"to": [{"operation": {"ports": ["80"]}}]}]),),
        breaks="spec.rules.0.to",
        to=[],
    ),
    Example(
        control="mesh-policies-select-workloads",
        declared=(policy(selector=WEB), pod()),
        breaks="spec.selector.matchLabels.app",
        to="other",
    ),
    Example(
        control="mesh-policies-take-effect",
        declared=(policy(selector=WEB),),
        breaks="spec.targetRefs",
        to=[{"kind": "Gateway", "name": "public"}],
    ),
    Example(
        control="mesh-policies-take-effect",
        declared=(in_shop(PEER, selector=WEB, portLevelMtls={"80": {"mode": "STRICT"}}),),
        breaks="spec.selector",
        to=REMOVED,
    ),
    Example(
        control="mesh-policies-take-effect",
        declared=(policy(selector=WEB),),
        breaks=("spec", "selector", "matchLabels", "gateway.networking.k8s.io/gateway-name"),
        to="public",
    ),
    Example(
        control="token-claims-are-checked",
        declared=(READING, CHECKING),
        breaks="metadata.namespace",
        to="other",
        of=1,
    ),
    Example(
        control="token-claims-are-checked",
        declared=(READING, CHECKING),
        breaks="spec.selector",
        to=WEB,
        of=1,
    ),
    Example(
        control="token-claims-are-checked",
        declared=(policy(rules=[{"when": [{"key": "source.ip", "values": ["10.0.0.1"]}]}]),),
        breaks="spec.rules.0.when.0.key",
        to="request.auth.claims[groups]",
    ),
    Example(
        control="ambient-policies-are-enforced",
        declared=(
            policy(rules=[{"to": [{"operation": {"ports": ["80"]}}]}]),
            namespace(**{"istio.io/dataplane-mode": "ambient"}),
        ),
        breaks="spec.rules.0.to.0.operation.paths",
        to=["/public"],
    ),
    Example(
        control="ambient-policies-are-enforced",
        declared=(
            policy(targetRefs=[{"kind": "Service", "name": "web"}], rules=READING_RULES),
            namespace(**{"istio.io/dataplane-mode": "ambient"}),
        ),
        breaks="spec.targetRefs",
        to=REMOVED,
    ),
    Example(
        control="namespaces-in-the-mesh",
        declared=(namespace(istio_injection="enabled"),),
        breaks=("metadata", "labels", "istio-injection"),
        to="disabled",
    ),
    Example(
        control="pods-stay-in-the-mesh",
        declared=(pod(app="web"),),
        breaks=("metadata", "labels", INJECT),
        to="false",
    ),
    Example(
        control="pods-stay-in-the-mesh",
        declared=(pod(app="web"),),
        breaks=("metadata", "annotations"),
        to={INJECT: "false"},
    ),
    Example(
        control="mesh-pods-without-network-rights",
        declared=(pod(),),
        breaks="spec.containers.0.securityContext",
        to={"capabilities": {"add": ["NET_ADMIN"]}},
    ),
    Example(
        control="mesh-pods-without-network-rights",
        declared=(pod(),),
        breaks="spec.initContainers",
        to=[{"name": "istio-init", "securityContext": {"runAsUser": 0}}],
    ),
    Example(
        control="mesh-hosts-exact",
        declared=(in_shop(VIRTUAL, hosts=["web"]),),
        breaks="spec.hosts.0",
        to="*.example.com",
    ),
    Example(
        control="mesh-hosts-exact",
        declared=(SERVING,),
        breaks="spec.servers.0.hosts.0",
        to="shop/*",
    ),
    Example(
        control="routed-token-claims-are-checked",
        declared=(BY_CLAIM, SERVING, CHECKING),
        breaks="spec.jwtRules.0.issuer",
        to=REMOVED,
        of=2,
    ),
    Example(
        control="virtual-services-hosts-unique",
        declared=(in_shop(VIRTUAL, hosts=["web"]), in_shop(VIRTUAL, "other", hosts=["other"])),
        breaks="spec.hosts.0",
        to="web.shop.svc.cluster.local",
        of=1,
    ),
    Example(
        control="virtual-services-hosts-unique",
        declared=(
            in_shop(VIRTUAL, hosts=["web.example.com"]),
            in_shop(VIRTUAL, "other", hosts=["other.example.com"], exportTo=["."]),
        ),
        breaks="spec.hosts.0",
        to="web.example.com",
        of=1,
    ),
    Example(
        control="virtual-services-hosts-served",
        declared=(in_shop(VIRTUAL, hosts=["shop.example.com"], gateways=["public"]), SERVING),
        breaks="spec.servers.0.hosts.0",
        to="pay/shop.example.com",
        of=1,
    ),
    Example(
        control="virtual-services-hosts-served",
        declared=(in_shop(VIRTUAL, hosts=["shop.example.com"], gateways=["public"]), SERVING),
        breaks="spec.hosts.0",
        to="pay.example.com",
    ),
    Example(
        control="gateway-credentials-exist",
        declared=(SERVING, CERTIFICATE),
        breaks="spec.secretName",
        to="other-tls",
        of=1,
    ),
    Example(
        control="gateway-credentials-exist",
        declared=(LISTENING, STORED),
        breaks="metadata.namespace",
        to="other",
        of=1,
    ),
    Example(
        control="service-ports-say-their-protocol",
        declared=(service(),),
        breaks="spec.ports.0.name",
        to="web",
    ),
    Example(
        control="service-ports-say-their-protocol",
        declared=(service(ports=[{"port": 80, "name": "web", "appProtocol": "http"}]),),
        breaks="spec.ports.0.appProtocol",
        to=REMOVED,
    ),
)
