"""Our controls for the suites of the Gatekeeper library about traffic, names and permissions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.support.conformance import Suite


def wanted(fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """Spell required labels or annotations as the settings do: a key, or a key with a pattern."""
    return [
        f"{each['key']}={each['allowedRegex']}" if "allowedRegex" in each else each["key"] for each in fields
    ]


SUITES: Final[Mapping[str, Suite]] = {
    "general/block-endpoint-edit-default-role": Suite(("roles-cannot-change-endpoints",)),
    "general/block-loadbalancer-services": Suite(("services-exposed-by-decision",)),
    "general/block-nodeport-services": Suite(("services-without-node-ports",)),
    "general/block-wildcard-ingress": Suite(("ingresses-hosts-exact",)),
    "general/disallowanonymous": Suite(
        ("bindings-not-of-anonymous", "bindings-not-of-everybody"),
        lambda parameters: {"allowedRoles": parameters.get("allowedRoles", [])},
    ),
    "general/externalip": Suite(
        ("services-without-external-ips",), lambda parameters: {"allowedIps": parameters["allowedIPs"]}
    ),
    "general/httpsonly": Suite(
        ("ingresses-https-only",),
        lambda parameters: {"tlsOptional": parameters.get("tlsOptional", False)},
    ),
    "general/noupdateserviceaccount": Suite(("patches-keep-the-service-account",)),
    "general/requiredannotations": Suite(
        ("objects-annotated",), lambda parameters: {"annotations": wanted(parameters["annotations"])}
    ),
    "general/requiredlabels": Suite(
        ("objects-labelled", "pods-labelled"), lambda parameters: {"labels": wanted(parameters["labels"])}
    ),
    "general/uniqueingresshost": Suite(("ingresses-hosts-unique",)),
    "general/uniqueserviceselector": Suite(("services-selectors-unique",)),
    "general/verifydeprecatedapi": Suite(
        ("objects-api-version-served",),
        lambda parameters: {"kubernetesVersion": f"{parameters['k8sVersion']:.2f}"},
    ),
}
