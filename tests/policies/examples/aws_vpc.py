"""Examples of the controls about VPCs, load balancers and certificates."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

VPC = "aws:ec2/vpc:Vpc"
ROUTE = "aws:ec2/route:Route"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
LISTENER = "aws:lb/listener:Listener"
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def declared(type_: str, **properties: Any) -> Declared:
    return Declared(type=type_, properties=properties)


_VPC = declared(VPC, id="vpc-1", cidrBlock="10.1.0.0/16")
_DEFAULT_GROUP = declared(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", vpcId="vpc-1", ingress=[], egress=[]
)
_FLOW_LOG = declared("aws:ec2/flowLog:FlowLog", vpcId="vpc-1", trafficType="REJECT")
_ENDPOINTS = tuple(
    declared("aws:ec2/vpcEndpoint:VpcEndpoint", vpcId="vpc-1", serviceName=f"com.amazonaws.eu-west-1.{name}")
    for name in ("ecr.api", "ecr.dkr", "s3", "sts", "secretsmanager", "logs")
)
_OPEN = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]
_PEERING = declared(ROUTE, vpcPeeringConnectionId="pcx-1", destinationCidrBlock="10.2.0.0/16")
_PEERING_TABLE = declared(
    ROUTE_TABLE, routes=[{"vpcPeeringConnectionId": "pcx-1", "ipv6CidrBlock": "2001:db8::/56"}]
)
_OUTWARD = declared(ROUTE, natGatewayId="nat-1", destinationCidrBlock="0.0.0.0/0")

_REDIRECT = {"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}
_HTTPS = declared(
    LISTENER,
    protocol="HTTPS",
    port=443,
    sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions=[{"type": "forward"}],
)
_HTTP = declared(
    LISTENER, arn="arn:listener", id="arn:listener", protocol="HTTP", port=80, defaultActions=[_REDIRECT]
)
_RULE = declared("aws:lb/listenerRule:ListenerRule", listenerArn="arn:listener", actions=[_REDIRECT])
_CLASSIC = declared(
    CLASSIC,
    internal=True,
    desyncMitigationMode="defensive",
    accessLogs={"bucket": "logs"},
    listeners=[{"lbProtocol": "https", "lbPort": 443}],
)
_BALANCER = declared(
    LOAD_BALANCER,
    arn="arn:lb",
    internal=False,
    loadBalancerType="application",
    tags={"exposure": "public"},
    accessLogs={"bucket": "logs", "enabled": True},
    enableDeletionProtection=True,
    dropInvalidHeaderFields=True,
)
_FIREWALL = declared(
    "aws:wafv2/webAclAssociation:WebAclAssociation", resourceArn="arn:lb", webAclArn="arn:waf"
)
_CLASSIC_POLICY = declared(
    "aws:elb/loadBalancerPolicy:LoadBalancerPolicy",
    policyAttributes=[
        {"name": "Protocol-TLSv1", "value": "false"},
        {"name": "Reference-Security-Policy", "value": "ELBSecurityPolicy-TLS-1-2-2017-01"},
    ],
)
_TARGETS = declared("aws:lb/targetGroup:TargetGroup", protocol="HTTPS", port=443)
_CERTIFICATE = declared(
    "aws:acm/certificate:Certificate",
    domainName="shop.example.com",
    subjectAlternativeNames=["www.example.com"],
    validationMethod="DNS",
)

_SERVICES = "vpcs-reach-aws-services-privately"
_PEERINGS = "peering-routes-narrow"
_PLAIN = "load-balancers-serve-no-plain-http"
_TLS = "load-balancers-require-tls-1-2"
_LOGS = "load-balancers-log-requests"
_DESYNC = "load-balancers-resist-request-smuggling"
_PUBLIC = "load-balancers-public-on-purpose"
_WAF = "public-load-balancers-behind-waf"

EXAMPLES = (
    Example(control="default-security-groups-closed", declared=(_DEFAULT_GROUP,), breaks="ingress", to=_OPEN),
    Example(control="default-security-groups-closed", declared=(_DEFAULT_GROUP,), breaks="egress", to=_OPEN),
    Example(
        control="vpcs-close-their-default-security-group",
        declared=(_VPC, _DEFAULT_GROUP),
        of=1,
        breaks="egress",
        to=_OPEN,
    ),
    Example(
        control="default-vpc-unused",
        declared=(declared("aws:ec2/defaultVpc:DefaultVpc", forceDestroy=True),),
        breaks="forceDestroy",
        to=False,
    ),
    Example(control="vpcs-log-flows", declared=(_VPC, _FLOW_LOG), of=1, breaks="vpcId", to="vpc-2"),
    Example(control="vpcs-log-flows", declared=(_VPC, _FLOW_LOG), of=1, breaks="trafficType", to="ACCEPT"),
    Example(
        control="subnets-give-no-public-addresses",
        declared=(declared("aws:ec2/subnet:Subnet", cidrBlock="10.1.1.0/24"),),
        breaks="mapPublicIpOnLaunch",
        to=True,
    ),
    Example(
        control="subnets-give-no-public-addresses",
        declared=(
            declared("aws:ec2/defaultSubnet:DefaultSubnet", availabilityZone="a", mapPublicIpOnLaunch=False),
        ),
        breaks="mapPublicIpOnLaunch",
        to=REMOVED,
    ),
    Example(control=_SERVICES, declared=(_VPC, *_ENDPOINTS), of=3, breaks="vpcId", to="vpc-2"),
    Example(
        control=_SERVICES,
        declared=(_VPC, _ENDPOINTS[2]),
        of=1,
        breaks="serviceName",
        to="com.amazonaws.eu-west-1.s3-outposts",
        settings={"services": ["s3"]},
    ),
    Example(
        control="endpoint-services-accept-by-hand",
        declared=(declared("aws:ec2/vpcEndpointService:VpcEndpointService", acceptanceRequired=True),),
        breaks="acceptanceRequired",
        to=False,
    ),
    Example(control=_PEERINGS, declared=(_PEERING,), breaks="destinationCidrBlock", to="10.0.0.0/8"),
    Example(control=_PEERINGS, declared=(_PEERING_TABLE,), breaks="routes.0.ipv6CidrBlock", to="::/0"),
    Example(control=_PEERINGS, declared=(_OUTWARD,), breaks="vpcPeeringConnectionId", to="pcx-1"),
    Example(control=_PLAIN, declared=(_HTTPS,), breaks="protocol", to="HTTP"),
    Example(control=_PLAIN, declared=(_HTTP,), breaks="defaultActions.0.redirect.protocol", to="#{protocol}"),
    Example(control=_PLAIN, declared=(_HTTP,), breaks="defaultActions.0.type", to="forward"),
    Example(control=_PLAIN, declared=(_HTTP, _RULE), of=1, breaks="actions.0.type", to="forward"),
    Example(control=_PLAIN, declared=(_CLASSIC,), breaks="listeners.0.lbProtocol", to="http"),
    Example(control="load-balancers-encrypt-themselves", declared=(_HTTPS,), breaks="protocol", to="TCP"),
    Example(
        control="load-balancers-encrypt-themselves",
        declared=(_CLASSIC,),
        breaks="listeners.0.lbProtocol",
        to="tcp",
    ),
    Example(control=_TLS, declared=(_HTTPS,), breaks="sslPolicy", to="ELBSecurityPolicy-2016-08"),
    Example(control=_TLS, declared=(_HTTPS,), breaks="sslPolicy", to=REMOVED),
    Example(control=_TLS, declared=(_CLASSIC_POLICY,), breaks="policyAttributes.0.value", to="true"),
    Example(
        control=_TLS,
        declared=(_CLASSIC_POLICY,),
        breaks="policyAttributes.1.value",
        to="ELBSecurityPolicy-2016-08",
    ),
    Example(control="target-groups-encrypted", declared=(_TARGETS,), breaks="protocol", to="HTTP"),
    Example(control=_LOGS, declared=(_BALANCER,), breaks="accessLogs.enabled", to=REMOVED),
    Example(control=_LOGS, declared=(_CLASSIC,), breaks="accessLogs", to=REMOVED),
    Example(
        control="load-balancers-protected-from-deletion",
        declared=(_BALANCER,),
        breaks="enableDeletionProtection",
        to=False,
    ),
    Example(
        control="load-balancers-drop-invalid-headers",
        declared=(_BALANCER,),
        breaks="dropInvalidHeaderFields",
        to=REMOVED,
    ),
    Example(control=_DESYNC, declared=(_BALANCER,), breaks="desyncMitigationMode", to="monitor"),
    Example(control=_DESYNC, declared=(_CLASSIC,), breaks="desyncMitigationMode", to="monitor"),
    Example(control=_WAF, declared=(_BALANCER, _FIREWALL), of=1, breaks="resourceArn", to="arn:other"),
    Example(control=_PUBLIC, declared=(_BALANCER,), breaks="tags.exposure", to=REMOVED),
    Example(control=_PUBLIC, declared=(_CLASSIC,), breaks="internal", to=False),
    Example(
        control="certificates-have-strong-keys",
        declared=(_CERTIFICATE,),
        breaks="keyAlgorithm",
        to="RSA_1024",
    ),
    Example(
        control="certificates-renew-themselves",
        declared=(_CERTIFICATE,),
        breaks="validationMethod",
        to="EMAIL",
    ),
    Example(
        control="certificates-renew-themselves",
        declared=(_CERTIFICATE,),
        breaks="certificateBody",
        to="-----BEGIN CERTIFICATE-----",
    ),
    Example(
        control="certificates-name-no-wildcard",
        declared=(_CERTIFICATE,),
        breaks="domainName",
        to="*.example.com",
    ),
    Example(
        control="certificates-name-no-wildcard",
        declared=(_CERTIFICATE,),
        breaks="subjectAlternativeNames.0",
        to="*.example.com",
    ),
)
