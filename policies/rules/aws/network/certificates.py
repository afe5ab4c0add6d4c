"""Rules about certificates in ACM."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Severity
from policies.rules.aws.shapes import each, either, fsbp, given, left_out, like, one_of, owes

_CERTIFICATES: Final = frozenset({"aws:acm/certificate:Certificate"})
_STRONG_KEYS: Final = (
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)

KEYS_STRONG: Final = ResourceRule(
    Control(
        identifier="certificates-have-strong-keys",
        sentence="The key of every certificate is at least as strong as RSA with 2048 bits",
        why="A shorter key can be computed, and the service be impersonated.",
        severity=Severity.MEDIUM,
        resource_types=_CERTIFICATES,
        fix=Fix(pulumi="leave key_algorithm out, or set it to EC_prime256v1 or RSA_2048 or stronger"),
        references=(fsbp("ACM.2"),),
        rows=(264,),
    ),
    owes(one_of("keyAlgorithm", *_STRONG_KEYS, absent=True)),
)

RENEWED: Final = ResourceRule(
    Control(
        identifier="certificates-renew-themselves",
        sentence="Every certificate is renewed without anybody having to think of it",
        why="An imported one, or one that needs an answer to a mail, expires on a day when nobody is there.",
        severity=Severity.MEDIUM,
        resource_types=_CERTIFICATES,
        fix=Fix(pulumi="have it issued with validation_method=DNS, or by a private authority"),
        references=(fsbp("ACM.1"),),
        rows=(264,),
    ),
    owes(
        left_out("certificateBody"),
        either(one_of("validationMethod", "DNS", "HTTP"), given("certificateAuthorityArn")),
    ),
)

_EXACT = "name no wildcard"

NO_WILDCARDS: Final = ResourceRule(
    Control(
        identifier="certificates-name-no-wildcard",
        sentence="A certificate names the hosts that it is for",
        why="Whoever gets the key of a wildcard can be every host of the domain.",
        severity=Severity.MEDIUM,
        resource_types=_CERTIFICATES,
        fix=Fix(
            pulumi="list every host in domain_name and subject_alternative_names, or issue one certificate each"
        ),
        rows=(264,),
    ),
    owes(
        like("domainName", lambda name: "*" not in name, f"{_EXACT} in domainName", absent=True),
        each("subjectAlternativeNames[]", like("", lambda name: "*" not in name, _EXACT)),
    ),
)

RULES: Final = (KEYS_STRONG, RENEWED, NO_WILDCARDS)
