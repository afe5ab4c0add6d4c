"""What texts in an IAM policy stand for: patterns of actions, names of resources, accounts and addresses.

Judgements follow AWS' IAM User Guide (Grammar of the IAM JSON policy language; Policy elements) and, for who counts as
the public, Amazon S3's own definition (S3 User Guide, Blocking public access, "The meaning of public").
"""

from ipaddress import ip_network
from typing import Final

_ANY: Final = frozenset("*?")
_PUNCTUATION: Final = "*?:/.-_"
_PARTS_OF_ARN: Final = 6
_ACCOUNT_IN_ARN: Final = 4
_ACCOUNT_DIGITS: Final = 12
_FEWEST_LITERAL: Final = 4
_BROADEST_NETWORK: Final = {4: 8, 6: 32}
"""Shortest prefix, by version of IP, of a network that is not the public."""
_KINDS: Final = frozenset(
    {
        "accesspoint",
        "alias",
        "build",
        "certificate",
        "cluster",
        "db",
        "distribution",
        "domain",
        "event-bus",
        "function",
        "group",
        "hostedzone",
        "image",
        "instance",
        "instance-profile",
        "key",
        "key-pair",
        "layer",
        "loadbalancer",
        "log-group",
        "mfa",
        "network-interface",
        "oidc-provider",
        "parameter",
        "policy",
        "project",
        "repository",
        "role",
        "rule",
        "saml-provider",
        "secret",
        "security-group",
        "service",
        "snapshot",
        "stack",
        "statemachine",
        "stream",
        "subnet",
        "table",
        "targetgroup",
        "task",
        "task-definition",
        "topic",
        "user",
        "volume",
        "vpc",
        "workgroup",
    }
)
"""Kinds of resources that an ARN may name before a resource's own name, as `role` in `…:role/reader`."""


def matches(pattern: str, text: str) -> bool:
    """Whether ``pattern``, in which `*` stands for any text and `?` for one character, fits; case does not matter."""
    pattern, text = pattern.lower(), text.lower()
    at = here = 0
    star, retry = -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, retry = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at += 1
            here += 1
        elif star >= 0:
            retry += 1
            at, here = star + 1, retry
        else:
            return False
    return not pattern[at:].strip("*")


def is_every_action(pattern: str) -> bool:
    """Whether a pattern of actions takes in every action of every service."""
    return not pattern.strip("*?:")


def is_whole_service(pattern: str) -> bool:
    """Whether a pattern of actions takes in every action of a service, or of several."""
    service, colon, action = pattern.partition(":")
    return not action.strip("*?") if colon else "*" in service


def is_every_resource(name: str) -> bool:
    """Whether a resource's name is nothing but wildcards, in an ARN or bare."""
    parts = name.split(":")
    told = parts[2:] if parts[0] == "arn" else parts
    return "*" in name and all(not part.strip(_PUNCTUATION) for part in told)


def is_sweeping(name: str) -> bool:
    """Whether a resource's name names no resource in particular: everything, or all of one kind or account."""
    parts = name.split(":", _PARTS_OF_ARN - 1)
    if parts[0] != "arn" or len(parts) < _PARTS_OF_ARN:
        return is_every_resource(name)
    own = parts[-1].replace(":", "/", 1)
    kind, _, rest = own.partition("/")
    left = rest if kind.lower() in _KINDS else own
    return bool(_ANY & set(own)) and not left.strip(_PUNCTUATION)


def account_of(principal: str) -> str | None:
    """Find the account that an AWS principal belongs to; None where it names none, as `*`."""
    parts = principal.split(":")
    account = parts[_ACCOUNT_IN_ARN] if parts[0] == "arn" and len(parts) > _ACCOUNT_IN_ARN else principal
    return account if len(account) == _ACCOUNT_DIGITS and account.isdecimal() else None


def is_whole_account(principal: str) -> bool:
    """Whether an AWS principal stands for everybody in an account whom that account lets."""
    return principal == account_of(principal) or principal.endswith(":root")


def is_everybody(principal: str) -> bool:
    """Whether a principal stands for anybody in any account."""
    if principal.startswith("arn:"):
        return account_of(principal) is None and bool(_ANY & set(principal.split(":", 5)[-2]))
    return not principal.strip("*")


def is_narrow(value: str) -> bool:
    """Whether the value of a condition leaves somebody out: an address, an account, an ARN, an identifier.

    A wildcard may stand in an ARN that names its account or its resource, and after the first few characters of
    an identifier.
    """
    if "/" in value and not value.startswith("arn:") and _is_network(value):
        return _is_small_network(value)
    if not _ANY & set(value):
        return bool(value)
    if value.startswith("arn:"):
        return account_of(value) is not None or not is_sweeping(value)
    literal = min(value.find(wildcard) for wildcard in _ANY if wildcard in value)
    return literal >= _FEWEST_LITERAL


def _is_network(value: str) -> bool:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _is_small_network(value: str) -> bool:
    network = ip_network(value, strict=False)
    return network.prefixlen >= _BROADEST_NETWORK[network.version]
