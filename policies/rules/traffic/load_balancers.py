"""Rules about the encryption of load balancers that AWS makes for the cluster."""

from typing import Final

from pavedroad.governance import Control, Fix, Reference, Resource, ResourceRule, Severity, Truth, any_of
from pavedroad.governance.truth import NO
from policies.rules.traffic.services import BY_ROUTES
from policies.rules.traffic.shapes import INGRESS, SERVICE, annotation, demands

_CERTIFICATE: Final = "service.beta.kubernetes.io/aws-load-balancer-ssl-cert"
_OTHER_CLOUDS: Final = (
    "cloud.google.com/load-balancer-type",
    "cloud.google.com/neg",
    "networking.gke.io/load-balancer-type",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "service.beta.kubernetes.io/azure-load-balancer-resource-group",
)
_ALB: Final = "alb.ingress.kubernetes.io/"
_CLASS: Final = "kubernetes.io/ingress.class"


def _service_encrypted(service: Resource) -> Truth:
    """Whether it has a certificate, is no load balancer, or is one of another cloud."""
    other_class = service.properties.text("spec.loadBalancerClass").satisfies(
        lambda name: ".aws/" not in name and not name.startswith("eks.amazonaws.com/")
    )
    return any_of(
        service.properties.text("spec.type").satisfies(lambda type_: type_ != "LoadBalancer", absent=True),
        annotation(service, _CERTIFICATE).text().satisfies(bool),
        other_class,
        *(annotation(service, name).anything().present() for name in _OTHER_CLOUDS),
    )


def _ingress_encrypted(ingress: Resource) -> Truth:
    """Whether it has a certificate or listens for HTTPS, whose certificate the controller finds, or is no ALB's."""
    class_name = ingress.properties.text("spec.ingressClassName").or_else(annotation(ingress, _CLASS).text())
    names = (name for name, _ in ingress.properties.entries("metadata.annotations"))
    marked = any(name.startswith(_ALB) for name in names)
    return any_of(
        NO if marked else class_name.satisfies(lambda name: name != "alb", absent=True),
        annotation(ingress, f"{_ALB}certificate-arn").text().satisfies(bool),
        annotation(ingress, f"{_ALB}listen-ports").text().satisfies(lambda ports: '"HTTPS"' in ports),
    )


AWS_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="aws-load-balancers-terminate-tls",
        sentence="Every load balancer that AWS makes for a Service or an Ingress has a certificate",
        why="Without one, what clients send travels in plain text up to the cluster.",
        severity=Severity.HIGH,
        resource_types=frozenset({SERVICE, INGRESS}),
        fix=Fix(
            descriptor=BY_ROUTES,
            pulumi=f"annotate the Service with {_CERTIFICATE}, the Ingress with {_ALB}certificate-arn",
        ),
        references=(Reference("CIS EKS", "5.4.5"),),
        rows=(83,),
    ),
    demands(
        lambda resource: (
            _service_encrypted(resource) if resource.type == SERVICE else _ingress_encrypted(resource)
        ),
        f"metadata.annotations must name a certificate: {_CERTIFICATE} of a Service of type LoadBalancer, "
        f"{_ALB}certificate-arn of an Ingress",
    ),
)

RULES: Final = (AWS_ENCRYPTED,)
