"""DNS zones of the environment's domains, and a certificate for each public host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.aws.place import late

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.foundation import DomainPlan

VALIDATION_TTL = 300
"""How long resolvers remember the record that proves a domain, in seconds."""


def declare_domains(
    place: CloudPlace, domains: Iterable[DomainPlan], vpc: pulumi.Input[str], *, protect: bool
) -> dict[str, Any]:
    """Declare zones and certificates.

    Returns:
        Ids of the zones, as ``zone_public`` and ``zone_internal``; ARNs of certificates by their hosts, as
        ``certificates``; and the name servers that a new public zone has to be delegated to, as ``name_servers``.
    """
    values: dict[str, Any] = {"certificates": {}}
    for plan in domains:
        zone = None if plan.zone else _declare_zone(place, plan, vpc, protect=protect)
        values[f"zone_{plan.visibility}"] = plan.zone if zone is None else late(zone, "zoneId")
        if zone is not None and plan.visibility == "public":
            values["name_servers"] = late(zone, "nameServers")
        for host in plan.hosts:
            values["certificates"][host] = _declare_certificate(
                place, host, values[f"zone_{plan.visibility}"], delegated=plan.zone is not None
            )
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
    place: CloudPlace, host: str, zone: pulumi.Input[str], *, delegated: bool
) -> pulumi.Output[str]:
    """Declare the certificate of a host, and the record that proves whose the host is.

    ACM issues it once it finds that record, which a new zone has to be delegated for by somebody else: only where
    the zone exists already is the certificate waited for.
    """
    certificate = place.declare(
        "aws:acm/certificate:Certificate",
        host,
        {"domainName": host, "validationMethod": "DNS", "keyAlgorithm": "EC_prime256v1"},
        late=("arn", "domainValidationOptions"),
    )
    proof = late(certificate, "domainValidationOptions").apply(_first)
    record = place.declare(
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
    if delegated:
        place.declare(
            "aws:acm/certificateValidation:CertificateValidation",
            host,
            {"certificateArn": late(certificate, "arn"), "validationRecordFqdns": [late(record, "fqdn")]},
            tagged=False,
        )
    return late(certificate, "arn")


def _first(proofs: Any) -> dict[str, str]:
    """Return the proof of a certificate's only host; nothing of an answer that lacks it."""
    return proofs[0] if isinstance(proofs, list) and proofs else {}
