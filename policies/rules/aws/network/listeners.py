"""Rules about what load balancers listen for: encrypted from the client to the target, with nothing old.

The policies that allow TLS 1.2 and newer only are those of the Elastic Load Balancing guides ("Security policies");
where none is named, programs get `ELBSecurityPolicy-2016-08`, which allows TLS 1.0.
"""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Tier,
    Truth,
    all_of,
    any_of,
)
from policies.rules.aws.joins import Pointing, points_elsewhere
from policies.rules.aws.shapes import Demand, both, each, either, fsbp, left_out, like, one_of, owes, scalar

_LISTENER: Final = "aws:lb/listener:Listener"
_LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
_CLASSIC: Final = "aws:elb/loadBalancer:LoadBalancer"
_CLASSIC_POLICIES: Final = {
    "aws:elb/loadBalancerPolicy:LoadBalancerPolicy": "policyAttributes",
    "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy": "attributes",
}
"""Where each form of a classic load balancer's policy keeps its attributes."""

_LISTENERS: Final = frozenset({_LISTENER, _CLASSIC})

_GATEWAY: Final = both(left_out("protocol"), left_out("port"))
_ENCRYPTING: Final = ("HTTPS", "TLS")
_PASSING_ON: Final = ("TCP", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")
_TO_HTTPS: Final = both(one_of("type", "redirect"), one_of("redirect.protocol", "HTTPS"))
_REDIRECTS: Final = each("defaultActions[]", _TO_HTTPS, some=True)
_RULE_REDIRECTS: Final = each("actions[]", _TO_HTTPS, some=True)
_NO_HTTP: Final = either(_GATEWAY, one_of("protocol", *_ENCRYPTING, *_PASSING_ON))


def _classic(*protocols: str) -> Demand:
    """Demand one of a few protocols of a classic load balancer's listener, where case means nothing."""
    return like(
        "lbProtocol", lambda name: name.lower() in protocols, f"set lbProtocol to {' or '.join(protocols)}"
    )


_NO_CLASSIC_HTTP: Final = owes(_classic("https", "ssl", "tcp"), over="listeners[]")


def _listener_rules(stack: Stack) -> Pointing:
    return Pointing(stack.of_types({_LISTENER_RULE}), "listenerArn")


def _no_plain_http(stack: Stack) -> Iterator[Duty]:
    for classic in stack.of_types({_CLASSIC}):
        yield from _NO_CLASSIC_HTTP(classic)
    for listener in stack.of_types({_LISTENER}):
        rules = stack.derived(_listener_rules).at(listener, ("arn", "id"))
        redirected = (
            any_of(_RULE_REDIRECTS.met(rule.properties), points_elsewhere(does, "a rule's listenerArn"))
            for rule, does in rules
        )
        yield Duty(
            listener,
            any_of(
                _NO_HTTP.met(listener.properties), all_of(_REDIRECTS.met(listener.properties), *redirected)
            ),
            "it must set protocol to HTTPS or TLS, or redirect to HTTPS in every action and every rule",
        )


ENCRYPTED: Final = StackRule(
    Control(
        identifier="load-balancers-serve-no-plain-http",
        sentence="A load balancer answers plain HTTP only with a redirect to HTTPS",
        why="Cookies and passwords could be read, and pages changed, by everybody between client and cloud.",
        severity=Severity.HIGH,
        resource_types=_LISTENERS,
        fix=Fix(
            pulumi="set protocol to HTTPS with a certificate, or the one default action to a redirect to HTTPS"
        ),
        references=(fsbp("ELB.1"), fsbp("ELB.3"), fsbp("ELB.18")),
        rows=(261,),
    ),
    _no_plain_http,
)

_TERMINATES: Final = owes(
    either(_GATEWAY, one_of("protocol", "HTTPS", "TLS", "HTTP", "UDP", "QUIC", "TCP_QUIC", absent=True))
)
_CLASSIC_TERMINATES: Final = owes(_classic("https", "ssl", "http"), over="listeners[]")


def _terminates(resource: Resource) -> Iterator[Duty]:
    return _CLASSIC_TERMINATES(resource) if resource.type == _CLASSIC else _TERMINATES(resource)


TERMINATES_TLS: Final = ResourceRule(
    Control(
        identifier="load-balancers-encrypt-themselves",
        sentence="A load balancer ends TLS itself and passes no bare TCP on",
        why="With bare TCP, whether anything is encrypted is up to every single target.",
        severity=Severity.MEDIUM,
        resource_types=_LISTENERS,
        fix=Fix(
            pulumi="set protocol to TLS with a certificate; exempt what must reach a gateway of the mesh as it is"
        ),
        references=(fsbp("ELB.18"), fsbp("ELB.3")),
        advisory_in=frozenset(Tier),
        rows=(261,),
    ),
    _terminates,
)

_MODERN: Final = (
    "ELBSecurityPolicy-TLS13-1-2-",
    "ELBSecurityPolicy-TLS13-1-3-",
    "ELBSecurityPolicy-TLS-1-2-",
    "ELBSecurityPolicy-FS-1-2-",
)
_OLD_PROTOCOLS: Final = frozenset({"protocol-sslv2", "protocol-sslv3", "protocol-tlsv1", "protocol-tlsv1.1"})
_NAMED_POLICY: Final = "reference-security-policy"
_POLICY: Final = owes(
    either(
        _GATEWAY,
        one_of("protocol", "HTTP", *_PASSING_ON, absent=True),
        like(
            "sslPolicy", lambda name: name.startswith(_MODERN), "name an sslPolicy that begins with TLS 1.2"
        ),
    )
)


def _modern(resource: Resource) -> Iterator[Duty]:
    if resource.type == _LISTENER:
        yield from _POLICY(resource)
        return
    for attribute in resource.properties.items(_CLASSIC_POLICIES[resource.type]):
        yield Duty(
            resource, _modern_attribute(attribute), f"{attribute.path} must allow nothing older than TLS 1.2"
        )


def _modern_attribute(attribute: Properties) -> Truth:
    """Whether an attribute of a classic policy allows only TLS 1.2: it turns a version on, or names a policy."""
    name, value = attribute.text("name"), scalar(attribute, "value")
    return any_of(
        name.satisfies(lambda text: text.lower() not in _OLD_PROTOCOLS | {_NAMED_POLICY}),
        all_of(name.satisfies(lambda text: text.lower() in _OLD_PROTOCOLS), value.equals("false")),
        all_of(
            name.satisfies(lambda text: text.lower() == _NAMED_POLICY),
            value.satisfies(lambda policy: policy.startswith(_MODERN)),
        ),
    )


MODERN_TLS: Final = ResourceRule(
    Control(
        identifier="load-balancers-require-tls-1-2",
        sentence="A load balancer speaks TLS 1.2 or newer with its clients",
        why="Older versions can be broken, and a client can be talked into using them.",
        severity=Severity.HIGH,
        resource_types=frozenset({*_CLASSIC_POLICIES, _LISTENER}),
        fix=Fix(
            pulumi="set ssl_policy to a policy for TLS 1.2 and 1.3, as ELBSecurityPolicy-TLS13-1-2-2021-06"
        ),
        references=(fsbp("ELB.17"), fsbp("ELB.8")),
        rows=(261,),
    ),
    _modern,
)

TARGETS_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="target-groups-encrypted",
        sentence="A load balancer speaks to its targets over an encrypted connection",
        why="Whoever is inside the network reads what clients were promised to be private.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({"aws:lb/targetGroup:TargetGroup"}),
        fix=Fix(pulumi="set protocol to HTTPS or TLS, or pass TCP on to where TLS ends"),
        references=(fsbp("ELB.22"),),
        rows=(261,),
    ),
    owes(either(one_of("targetType", "lambda"), one_of("protocol", *_ENCRYPTING, *_PASSING_ON, "GENEVE"))),
)

RULES: Final = (ENCRYPTED, TERMINATES_TLS, MODERN_TLS, TARGETS_ENCRYPTED)
