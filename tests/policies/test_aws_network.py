"""Judgements about AWS networks that an example cannot show: every form of a rule alike, and what must not fire."""

from collections.abc import Mapping
from typing import Any

import pytest

from pavedroad.governance import Opaque, Properties, Resource, Verdict, judge
from tests.support.examples import RULE_BY_CONTROL

UNKNOWN = Opaque.UNKNOWN
GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
VPC = "aws:ec2/vpc:Vpc"
ADMIN = "security-groups-no-public-admin-ports"
PUBLIC = "security-groups-only-public-ports"
NAMES = "security-groups-ingress-names-ports"


def resource(
    type_: str, given: Mapping[str, Any], name: str = "thing", **references: tuple[str, ...]
) -> Resource:
    urn = f"urn:pulumi:prod::shop::{type_}::{name}"
    return Resource(type=type_, name=name, urn=urn, properties=Properties(given), references=references)


def verdict(control: str, *resources: Resource) -> Verdict:
    found = judge([RULE_BY_CONTROL[control]], resources)
    order = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]
    return max((each.verdict for each in found if each.urn == resources[0].urn), key=order.index)


def forms(protocol: object, between: tuple[object, object], block: object) -> list[Resource]:
    """Write one rule in every form that AWS has for it."""
    ports = {"fromPort": between[0], "toPort": between[1]}
    of_ipv6 = isinstance(block, str) and ":" in block
    listing = {"protocol": protocol, "ipv6CidrBlocks" if of_ipv6 else "cidrBlocks": [block], **ports}
    single = {"ipProtocol": protocol, "cidrIpv6" if of_ipv6 else "cidrIpv4": block, **ports}
    return [
        resource(
            GROUP, {"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "self": True}, listing]}
        ),
        resource(RULE, {"type": "ingress", **listing}),
        resource(INGRESS_RULE, single),
    ]


@pytest.mark.parametrize(
    ("protocol", "ports", "block", "admin", "public"),
    [
        ("tcp", (22, 22), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (22, 22), "::/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (22, 22), "0:0:0:0:0:0:0:0/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (22, 22), "128.0.0.0/1", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (22, 22), "64.0.0.0/2", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (22, 22), "2000::/3", Verdict.FAIL, Verdict.FAIL),
        ("TCP", (22, 22), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("6", (22, 22), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        (6, (22, 22), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", ("22", "22"), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (0, 65535), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (20, 30), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("udp", (3000, 4000), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("-1", (0, 0), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        (-1, (0, 0), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("all", (0, 0), "0.0.0.0/0", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (22, 22), "not a block", Verdict.FAIL, Verdict.FAIL),
        ("tcp", (5432, 5432), "0.0.0.0/0", Verdict.PASS, Verdict.FAIL),
        ("50", (0, 0), "0.0.0.0/0", Verdict.PASS, Verdict.FAIL),
        ("tcp", (23, 3388), "0.0.0.0/0", Verdict.PASS, Verdict.FAIL),
        ("tcp", (443, 443), "0.0.0.0/0", Verdict.PASS, Verdict.PASS),
        ("udp", (443, 443), "::/0", Verdict.PASS, Verdict.PASS),
        ("icmp", (3, 4), "0.0.0.0/0", Verdict.PASS, Verdict.PASS),
        ("icmpv6", (-1, -1), "::/0", Verdict.PASS, Verdict.PASS),
        ("tcp", (22, 22), "10.0.0.0/8", Verdict.PASS, Verdict.PASS),
        ("tcp", (22, 22), "203.0.113.7/32", Verdict.PASS, Verdict.PASS),
        ("tcp", (22, 22), "fc00::/7", Verdict.PASS, Verdict.PASS),
        ("-1", (0, 0), "10.1.0.0/16", Verdict.PASS, Verdict.PASS),
        ("tcp", (22, 22), UNKNOWN, Verdict.NOT_EVALUATED, Verdict.NOT_EVALUATED),
        ("tcp", (443, 443), UNKNOWN, Verdict.PASS, Verdict.PASS),
        (UNKNOWN, (443, 443), "0.0.0.0/0", Verdict.NOT_EVALUATED, Verdict.NOT_EVALUATED),
        ("tcp", (UNKNOWN, 22), "0.0.0.0/0", Verdict.NOT_EVALUATED, Verdict.FAIL),
        ("tcp", (UNKNOWN, 21), "0.0.0.0/0", Verdict.PASS, Verdict.FAIL),
    ],
)
def test_every_form_of_a_rule_gets_the_same_verdict(
    protocol: object, ports: tuple[object, object], block: object, admin: Verdict, public: Verdict
) -> None:
    for form in forms(protocol, ports, block):
        assert verdict(ADMIN, form) is admin, form.type
        assert verdict(PUBLIC, form) is public, form.type


def test_a_block_that_is_not_known_does_not_hide_the_internet_beside_it() -> None:
    listing = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": [UNKNOWN, "0.0.0.0/0"]}
    assert verdict(ADMIN, resource(RULE, {"type": "ingress", **listing})) is Verdict.FAIL


def test_a_rule_that_may_lead_either_way_is_not_judged() -> None:
    listing = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}
    assert verdict(ADMIN, resource(RULE, {"type": UNKNOWN, **listing})) is Verdict.NOT_EVALUATED
    assert verdict(ADMIN, resource(RULE, {"type": "egress", **listing})) is Verdict.PASS


@pytest.mark.parametrize(
    "source", [{"securityGroups": ["sg-1"]}, {"self": True}, {"prefixListIds": ["pl-1"]}, {"cidrBlocks": []}]
)
def test_groups_and_named_lists_may_reach_every_port(source: Mapping[str, Any]) -> None:
    rule = {"protocol": "-1", "fromPort": 0, "toPort": 0, **source}
    for control in (ADMIN, PUBLIC, NAMES):
        assert verdict(control, resource(GROUP, {"ingress": [rule]})) is Verdict.PASS


def test_a_group_whose_rules_are_not_known_is_not_judged() -> None:
    assert verdict(ADMIN, resource(GROUP, {"ingress": UNKNOWN})) is Verdict.NOT_EVALUATED


def test_everything_out_to_one_s_own_network_is_not_everything_out_to_everywhere() -> None:
    rule = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}
    assert verdict("security-groups-egress-restricted", resource(GROUP, {"egress": [rule]})) is Verdict.PASS


def test_separate_rules_are_found_in_a_preview_by_whose_output_they_were_made_from() -> None:
    group = resource(GROUP, {"ingress": [{"protocol": "tcp"}]})
    mine = resource(INGRESS_RULE, {"securityGroupId": UNKNOWN}, securityGroupId=(group.urn,))
    other = resource(GROUP, {}, "other")
    theirs = resource(INGRESS_RULE, {"securityGroupId": UNKNOWN}, "theirs", securityGroupId=(other.urn,))
    assert verdict("security-group-rules-in-one-place", group, mine, other, theirs) is Verdict.FAIL
    assert verdict("security-group-rules-in-one-place", group, other, theirs) is Verdict.PASS


def test_a_flow_log_is_found_in_a_preview_by_whose_output_it_was_made_from() -> None:
    vpc, other = resource(VPC, {"cidrBlock": "10.1.0.0/16"}), resource(VPC, {}, "other")
    log = resource("aws:ec2/flowLog:FlowLog", {"vpcId": UNKNOWN, "trafficType": "ALL"}, vpcId=(vpc.urn,))
    assert verdict("vpcs-log-flows", vpc, other, log) is Verdict.PASS
    assert verdict("vpcs-log-flows", other, vpc, log) is Verdict.FAIL


@pytest.mark.parametrize("module", ["alb", "lb", "elasticloadbalancingv2", "applicationloadbalancing"])
def test_a_listener_is_judged_under_each_of_its_names(module: str) -> None:
    listener = resource(
        f"aws:{module}/listener:Listener",
        {"protocol": "HTTP", "port": 80, "defaultActions": [{"type": "forward"}]},
    )
    assert verdict("load-balancers-serve-no-plain-http", listener) is Verdict.FAIL


def test_one_of_several_default_actions_that_forwards_is_enough_to_fail() -> None:
    redirect = {"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}
    listener = {"protocol": "HTTP", "port": 80, "defaultActions": [redirect, {"type": "forward"}]}
    assert verdict("load-balancers-serve-no-plain-http", resource("aws:lb/listener:Listener", listener)) is (
        Verdict.FAIL
    )


def test_a_rule_of_another_listener_does_not_matter_to_one_that_redirects() -> None:
    redirect = {"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}
    plain = resource(
        "aws:lb/listener:Listener", {"protocol": "HTTP", "port": 80, "defaultActions": [redirect]}
    )
    safe = resource("aws:lb/listener:Listener", {"protocol": "HTTPS", "port": 443}, "safe")
    actions = {"listenerArn": UNKNOWN, "actions": [{"type": "forward"}]}
    of_safe = resource("aws:lb/listenerRule:ListenerRule", actions, "of-safe", listenerArn=(safe.urn,))
    of_plain = resource("aws:alb/listenerRule:ListenerRule", actions, "of-plain", listenerArn=(plain.urn,))
    assert verdict("load-balancers-serve-no-plain-http", plain, safe, of_safe) is Verdict.PASS
    assert verdict("load-balancers-serve-no-plain-http", plain, safe, of_safe, of_plain) is Verdict.FAIL


def test_what_is_passed_on_untouched_needs_no_policy_and_no_headers_dropped() -> None:
    listener = resource("aws:lb/listener:Listener", {"protocol": "TCP", "port": 443})
    balancer = resource(
        "aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "network", "internal": False}
    )
    assert verdict("load-balancers-require-tls-1-2", listener) is Verdict.PASS
    assert verdict("load-balancers-serve-no-plain-http", listener) is Verdict.PASS
    assert verdict("load-balancers-drop-invalid-headers", balancer) is Verdict.PASS
    assert verdict("public-load-balancers-behind-waf", balancer) is Verdict.PASS


def test_the_listener_of_a_gateway_load_balancer_has_no_protocol() -> None:
    listener = resource("aws:lb/listener:Listener", {"defaultActions": [{"type": "forward"}]})
    for control in ("load-balancers-serve-no-plain-http", "load-balancers-encrypt-themselves"):
        assert verdict(control, listener) is Verdict.PASS


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", Verdict.PASS),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", Verdict.PASS),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", Verdict.PASS),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", Verdict.PASS),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", Verdict.FAIL),
        ("ELBSecurityPolicy-TLS13-1-1-2021-06", Verdict.FAIL),
        ("ELBSecurityPolicy-FS-2018-06", Verdict.FAIL),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", Verdict.FAIL),
        (UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_a_policy_is_new_enough_where_its_oldest_version_is_tls_1_2(policy: object, wanted: Verdict) -> None:
    listener = resource("aws:lb/listener:Listener", {"protocol": "TLS", "port": 443, "sslPolicy": policy})
    assert verdict("load-balancers-require-tls-1-2", listener) is wanted


def test_a_private_authority_s_certificate_renews_itself() -> None:
    certificate = resource(
        "aws:acm/certificate:Certificate",
        {"domainName": "a.example.com", "certificateAuthorityArn": "arn:aws:acm-pca:eu-west-1:1:ca/1"},
    )
    assert verdict("certificates-renew-themselves", certificate) is Verdict.PASS
