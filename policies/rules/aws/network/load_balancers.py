"""Rules about load balancers: they are logged, hard to lose and to trick, and public only on purpose."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Tier,
    any_of,
    setting,
)
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.joins import Elsewhere, completed
from policies.rules.aws.shapes import both, cis_aws, either, flag, fsbp, given, one_of, owes, unless

_LOAD_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
_CLASSIC: Final = "aws:elb/loadBalancer:LoadBalancer"
_OWN: Final = frozenset({_LOAD_BALANCER})
_EITHER: Final = frozenset({_LOAD_BALANCER, _CLASSIC})

_GATEWAY: Final = one_of("loadBalancerType", "gateway")
_OTHER_THAN_HTTP: Final = one_of("loadBalancerType", "network", "gateway")


def _logged(resource: Resource) -> Iterator[Duty]:
    by_default = resource.type == _CLASSIC
    logs = both(given("accessLogs.bucket"), flag("accessLogs.enabled", absent=by_default))
    return owes(unless(_GATEWAY, logs))(resource)


LOGGED: Final = ResourceRule(
    Control(
        identifier="load-balancers-log-requests",
        sentence="Every load balancer logs the requests that it takes",
        why="It is the one place that sees every caller, those included that no service ever answered.",
        severity=Severity.MEDIUM,
        resource_types=_EITHER,
        fix=Fix(pulumi="set access_logs with a bucket and enabled=True"),
        references=(fsbp("ELB.5"), cis_aws("4.10")),
        rows=(262,),
    ),
    _logged,
)

DELETION_PROTECTED: Final = ResourceRule(
    Control(
        identifier="load-balancers-protected-from-deletion",
        sentence="No load balancer can be deleted in one step",
        why="A new one has another name and another address: everything that points at the old one breaks.",
        severity=Severity.MEDIUM,
        resource_types=_OWN,
        fix=Fix(pulumi="set enable_deletion_protection=True"),
        references=(fsbp("ELB.6"),),
        off_in=frozenset({Tier.LOCAL, Tier.DEVELOPMENT}),
        remedies=(Remedy("enableDeletionProtection", value=True),),
        rows=(262,),
    ),
    owes(flag("enableDeletionProtection")),
)

INVALID_HEADERS_DROPPED: Final = ResourceRule(
    Control(
        identifier="load-balancers-drop-invalid-headers",
        sentence="A load balancer for HTTP removes headers whose names are not valid",
        why="Services that read such a header differently can be made to take part of one request for another.",
        severity=Severity.MEDIUM,
        resource_types=_OWN,
        fix=Fix(pulumi="set drop_invalid_header_fields=True"),
        references=(fsbp("ELB.4"),),
        remedies=(Remedy("dropInvalidHeaderFields", value=True),),
        rows=(262,),
    ),
    owes(unless(_OTHER_THAN_HTTP, flag("dropInvalidHeaderFields"))),
)

DESYNC_MITIGATED: Final = ResourceRule(
    Control(
        identifier="load-balancers-resist-request-smuggling",
        sentence="A load balancer for HTTP refuses requests that could be read in two ways",
        why="One client's request could otherwise be slipped into that of another.",
        severity=Severity.MEDIUM,
        resource_types=_EITHER,
        fix=Fix(pulumi="leave desync_mitigation_mode out, or set it to defensive or strictest"),
        references=(fsbp("ELB.12"), fsbp("ELB.14")),
        rows=(262,),
    ),
    owes(unless(_OTHER_THAN_HTTP, one_of("desyncMitigationMode", "defensive", "strictest", absent=True))),
)

BEHIND_FIREWALL: Final = completed(
    Control(
        identifier="public-load-balancers-behind-waf",
        sentence="Every load balancer that takes HTTP from the internet stands behind a web application firewall",
        why="What is known to attack web servers is stopped before any service has to read it.",
        severity=Severity.HIGH,
        resource_types=_OWN,
        fix=Fix(pulumi="declare an aws.wafv2.WebAclAssociation with the load balancer's arn as resource_arn"),
        references=(fsbp("ELB.16"),),
        rows=(263,),
    ),
    "have a WebAclAssociation, or be internal",
    Elsewhere("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn", ("arn",)),
    Elsewhere("aws:wafregional/webAclAssociation:WebAclAssociation", "resourceArn", ("arn",)),
    here=either(flag("internal"), _OTHER_THAN_HTTP),
)


class Exposure(Settings):
    """How people say that something is meant for the internet."""

    tag: str = setting("exposure", "The tag that says so.")
    value: str = setting("public", "Its value where it does.")


def _declared(wanted: Exposure) -> Callable[[Resource], Iterator[Duty]]:
    internal = either(flag("internal"), _GATEWAY)

    def check(resource: Resource) -> Iterator[Duty]:
        said = resource.properties.at("tags").entry(wanted.tag).text().equals(wanted.value)
        yield Duty(
            resource,
            any_of(internal.met(resource.properties), said),
            f"it must set internal to true, or say with the tag {wanted.tag} that it is meant for the internet",
        )

    return check


PUBLIC_ON_PURPOSE: Final = ResourceRule.settable(
    Control(
        identifier="load-balancers-public-on-purpose",
        sentence="A load balancer faces the internet only where somebody says so",
        why="Facing the internet is the default: forgetting one word publishes an internal service.",
        severity=Severity.HIGH,
        resource_types=_EITHER,
        fix=Fix(pulumi="set internal=True, or the tag exposure=public where the internet is meant"),
        rows=(263,),
    ),
    Exposure(),
    _declared,
)

RULES: Final = (
    LOGGED,
    DELETION_PROTECTED,
    INVALID_HEADERS_DROPPED,
    DESYNC_MITIGATED,
    BEHIND_FIREWALL,
    PUBLIC_ON_PURPOSE,
)
