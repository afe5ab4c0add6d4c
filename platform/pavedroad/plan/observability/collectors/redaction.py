"""What must not be kept, wherever it stands: secrets, and what tells who somebody is.

Masked in attributes of spans, logs and their bodies before anything is stored. Patterns are Go's (RE2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pavedroad.plan.observability.collectors.model import Json, Section

SECRET_KEYS: Final = (
    "(?i).*passw(or)?d.*",
    "(?i).*passwd.*",
    "(?i).*secret.*",
    "(?i).*api[._-]?key.*",
    "(?i).*(access|refresh|auth|bearer|id|session)[._-]?token",
    "(?i)token",
    "(?i).*credential.*",
    "(?i).*private[._-]?key.*",
    "(?i)(.*[.])?(proxy-)?authorization([.].*)?",
    "(?i)(.*[.])?(set-)?cookie([.].*)?",
    "(?i).*session[._-]?id",
    "(?i)(.*[._])?(iban|card[._-]?number|cvc|cvv|ssn)",
)
"""Names whose values are masked whole."""

SECRET_VALUES: Final = (
    r"(?i)bearer\s+[a-z0-9._~+/-]+=*",
    r"(?i)basic\s+[a-z0-9+/]{8,}=*",
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",  # JSON Web Token: RFC 7519
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",  # AWS access key identifiers
    r"\bgh[pousr]_[A-Za-z0-9]{36,}\b",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    r"(?i)\b(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token)\b[\"']?\s*[=:]\s*[\"']?[^\s\"',;&]+",
    r"://[^\s/:@]+:[^\s/@]+@",  # credentials in a URL
)
"""Text that is a secret wherever it stands."""

PERSONAL_VALUES: Final = (
    r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b",  # e-mail address
    r"\b(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b",  # payment card
    r"\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b",  # payment card, 15 digits
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",  # IBAN: ISO 13616
    r"\b\d{3}-\d{2}-\d{4}\b",  # social security number of the USA
)
"""Text that tells who somebody is."""

UNTOUCHED_KEYS: Final = (
    "service.name",
    "service.namespace",
    "service.instance.id",
    "service.version",
    "telemetry.*",
    "k8s.*",
    "deployment.*",
)
"""Names of what identifies where telemetry comes from, as patterns: never masked, so that links keep working."""

MASK: Final = "****"


def redaction() -> Section:
    """Return the processor that masks what nobody may see, in all services' telemetry."""
    return {
        "allow_all_keys": True,
        "blocked_key_patterns": list(SECRET_KEYS),
        "blocked_values": [*SECRET_VALUES, *PERSONAL_VALUES],
        "ignored_key_patterns": [
            f"^{pattern.replace('.', '[.]').replace('[.]*', '[.].*')}$" for pattern in UNTOUCHED_KEYS
        ],
        "redact_all_types": True,
        "summary": "silent",
    }


def masking(patterns: dict[tuple[str, str], tuple[str, ...]]) -> Section:
    """Return the processor that masks what single services asked for beside that.

    Args:
        patterns: Regular expressions, by namespace and service.
    """
    logs: list[Json] = []
    spans: list[Json] = []
    for (namespace, service), expressions in sorted(patterns.items()):
        whose = (
            f'resource.attributes["service.name"] == "{service}"'
            f' and resource.attributes["k8s.namespace.name"] == "{namespace}"'
        )
        for expression in expressions:
            pattern = quoted(expression)
            logs.append(
                f'replace_pattern(log.body, {pattern}, "{MASK}") where {whose} and IsString(log.body)'
            )
            logs.append(
                f'replace_all_patterns(log.body, "value", {pattern}, "{MASK}") where {whose} and IsMap(log.body)'
            )
            logs.append(f'replace_all_patterns(log.attributes, "value", {pattern}, "{MASK}") where {whose}')
            spans.append(f'replace_all_patterns(span.attributes, "value", {pattern}, "{MASK}") where {whose}')
    return {"error_mode": "ignore", "log_statements": logs, "trace_statements": spans}


def quoted(text: str) -> str:
    """Return a text as OTTL writes it, safe from the configuration's own ``$``."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("$", "$$") + '"'
