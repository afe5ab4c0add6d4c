"""Rules about search domains: OpenSearch, and Elasticsearch as AWS called it before."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Severity
from policies.rules.aws.shapes import flag, fsbp, given, one_of, owes

_DOMAINS: Final = frozenset({"aws:elasticsearch/domain:Domain", "aws:opensearch/domain:Domain"})
_MODERN_TLS: Final = (
    "Policy-Min-TLS-1-2-2019-07",
    "Policy-Min-TLS-1-2-PFS-2023-10",
    "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08",
)

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="opensearch-storage-encrypted",
        sentence="A search domain encrypts its indices, logs and snapshots",
        why="They hold copies of what the databases encrypt.",
        severity=Severity.HIGH,
        resource_types=_DOMAINS,
        fix=Fix(pulumi="set encrypt_at_rest with enabled=True"),
        references=(fsbp("Opensearch.1"),),
        rows=(199,),
    ),
    owes(flag("encryptAtRest.enabled")),
)

BETWEEN_NODES: Final = ResourceRule(
    Control(
        identifier="opensearch-node-to-node-encryption",
        sentence="The nodes of a search domain talk to each other over TLS",
        why="Otherwise every document that is copied between them goes over the network in clear.",
        severity=Severity.HIGH,
        resource_types=_DOMAINS,
        fix=Fix(pulumi="set node_to_node_encryption with enabled=True"),
        references=(fsbp("Opensearch.3"),),
        rows=(199,),
    ),
    owes(flag("nodeToNodeEncryption.enabled")),
)

HTTPS: Final = ResourceRule(
    Control(
        identifier="opensearch-https-required",
        sentence="A search domain answers over HTTPS only",
        why="Over HTTP others on the way read passwords and documents.",
        severity=Severity.HIGH,
        resource_types=_DOMAINS,
        fix=Fix(pulumi="set domain_endpoint_options with enforce_https=True"),
        references=(fsbp("Opensearch.8"),),
        rows=(199,),
    ),
    owes(flag("domainEndpointOptions.enforceHttps")),
)

MODERN_TLS: Final = ResourceRule(
    Control(
        identifier="opensearch-requires-tls-1-2",
        sentence="A search domain takes no TLS older than 1.2",
        why="Older versions are broken, and a domain takes them unless it is told otherwise.",
        severity=Severity.HIGH,
        resource_types=_DOMAINS,
        fix=Fix(
            pulumi="set domain_endpoint_options with tls_security_policy='Policy-Min-TLS-1-2-PFS-2023-10'"
        ),
        references=(fsbp("Opensearch.8"),),
        rows=(199,),
    ),
    owes(one_of("domainEndpointOptions.tlsSecurityPolicy", *_MODERN_TLS)),
)

PRIVATE: Final = ResourceRule(
    Control(
        identifier="opensearch-in-own-network",
        sentence="A search domain stands in a network of the account",
        why="A domain on the Internet is guarded by its access policy alone.",
        severity=Severity.HIGH,
        resource_types=_DOMAINS,
        fix=Fix(pulumi="set vpc_options with subnet_ids and security_group_ids"),
        references=(fsbp("Opensearch.2"),),
    ),
    owes(given("vpcOptions.subnetIds")),
)

RULES: Final = (ENCRYPTED, BETWEEN_NODES, HTTPS, MODERN_TLS, PRIVATE)
