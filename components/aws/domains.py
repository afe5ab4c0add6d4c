"""DNS zones of the environment's domains, and a certificate for each public host in each region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.aws.place import late
from components.aws.spread import declare_spread

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from components.aws.place import Cloud, CloudPlace
    from pavedroad.plan.cloud.domains import DomainPlan

VALIDATION_TTL = 300
"""How long resolvers remember the record that proves a domain, in seconds."""


def declare_domains(
    place: CloudPlace,
    domains: Iterable[DomainPlan],
    vpc: pulumi.Input[str],
    home: Cloud | None,
    *,
    protect: bool,
) -> dict[str, Any]:
    """Declare zones, certificates, and how hosts are spread over clusters.

    Args:
        place: Where they stand.
        domains: The domains.
        vpc: The VPC that sees internal ones.
        home: What the first cluster's slice has made; None where this is it.
        protect: Whether zones refuse to be deleted.

    Returns:
        Ids of the zones, as ``zone_public`` and ``zone_internal``; ARNs of certificates by their hosts, as
        ``certificates``; and the name servers that a new public zone has to be delegated to, as ``name_servers``.
    """
    values: dict[str, Any] = {"certificates": {}}
    for plan in domains:
        made = _declare_zone(place, plan, vpc, protect=protect) if plan.made else None
        zone = plan.zone if made is None else late(made, "zoneId")
        if zone is None and home is not None:
            zone = home.text(f"zone_{plan.visibility}")
        values[f"zone_{plan.visibility}"] = zone
        if made is not None and plan.visibility == "public":
            values["name_servers"] = late(made, "nameServers")
        for host in plan.hosts:
            proof = None if host in plan.proven else zone
            values["certificates"][host] = _declare_certificate(
                place, host, proof, delegated=plan.zone is not None
            )
        if plan.spread is not None:
            declare_spread(place, plan.spread, zone)
    return values


def _declare_zone(
    place: CloudPlace, plan: DomainPlan, vpc: pulumi.Input[str], *, protect: bool
) -> pulumi.CustomResource:
    """Declare a zone; the VPC alone sees an internal one."""
    seen_by = {"vpcs": [{"vpcId": vpc}]} if plan.visibility == "internal" else {}
    return place.declare(
        "aws:route53/zone:Zone",
        plan.domain,
        {"name": plan.domain, "comment": f"Routes of {place.cloud.account.environment}", **seen_by},
        late=("zoneId", "nameServers"),
        protect=protect,
    )


def _declare_certificate(
    place: CloudPlace, host: str, zone: pulumi.Input[str] | None, *, delegated: bool
) -> pulumi.Output[str]:
    """Declare the certificate of a host, and in a zone the record that proves whose the host is.

    The record is the same for an account's certificates in every region, so one slice declares it for all. ACM issues
    a certificate once it finds that record, which a new zone has to be delegated for by somebody else: only where the
    zone exists already is the certificate waited for.
    """
    certificate = place.declare(
        "aws:acm/certificate:Certificate",
        host,
        {"domainName": host, "validationMethod": "DNS", "keyAlgorithm": "EC_prime256v1"},
        late=("arn", "domainValidationOptions"),
    )
    proofs = [] if zone is None else [_declare_proof(place, host, zone, certificate)]
    if delegated:
        proven = {"validationRecordFqdns": [late(one, "fqdn") for one in proofs]} if proofs else {}
        place.declare(
            "aws:acm/certificateValidation:CertificateValidation",
            host,
            {"certificateArn": late(certificate, "arn"), **proven},
            tagged=False,
        )
    return late(certificate, "arn")


def _declare_proof(
    place: CloudPlace, host: str, zone: pulumi.Input[str], certificate: pulumi.CustomResource
) -> pulumi.CustomResource:
    """Declare the record that proves whose a host is."""
    proof = late(certificate, "domainValidationOptions").apply(_first)
    return place.declare(
        "aws:route53/record:Record",
        f"{host}/validation",
        {
            "zoneId": zone,
            "name": proof.apply(lambda one: one.get("resourceRecordName")),
            "type": proof.apply(lambda one: one.get("resourceRecordType")),
            "records": [proof.apply(lambda one: one.get("resourceRecordValue"))],
            "ttl": VALIDATION_TTL,
            "allowOverwrite": True,
        },
        late=("fqdn",),
        tagged=False,
    )


def _first(proofs: Any) -> dict[str, str]:
    """Return the proof of a certificate's only host; nothing of an answer that lacks it."""
    return proofs[0] if isinstance(proofs, list) and proofs else {}
