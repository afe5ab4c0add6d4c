"""Recognising secrets that somebody wrote where everybody reads them.

The rule is predictable: the published forms of well-known tokens, private keys, and long random-looking text
under a name that says secret. Short words such as ``secret`` or ``password`` pass: they protect nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter

_TOKENS = (
    ("AKIA", r"\bAKIA[A-Z0-9]{16}\b"),  # AWS access key identifiers
    ("ASIA", r"\bASIA[A-Z0-9]{16}\b"),
    ("gh", r"\bgh[pousr]_[A-Za-z0-9]{30,}"),  # GitHub
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{30,}"),
    ("glpat-", r"\bglpat-[A-Za-z0-9_-]{20,}"),  # GitLab
    ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),  # Slack
    ("k_live_", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),  # Stripe
    ("sk-", r"\bsk-[A-Za-z0-9_-]{32,}"),  # OpenAI, Anthropic
    ("AIza", r"\bAIza[A-Za-z0-9_-]{35}"),  # Google
    ("hv", r"\bhv[sb]\.[A-Za-z0-9_-]{20,}"),  # Vault
    ("pul-", r"\bpul-[0-9a-f]{40}\b"),  # Pulumi
    ("eyJ", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),  # JSON web tokens
    ("PRIVATE KEY", r"-----BEGIN [A-Z ]*PRIVATE KEY"),
)
"""Published forms of secrets: a part that is quickly looked for, and the whole pattern."""
_SECRET_NAME = re.compile(
    r"PASSW(OR)?D|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL", re.IGNORECASE
)
_ABOUT_A_SECRET = re.compile(
    r"(FILE|PATH|DIR|NAME|REF|ID|URL|URI|HOST|ENDPOINT|TTL|EXPIRY|EXPIRATION|LIFETIME|DURATION|TIMEOUT|INTERVAL|ROTATION"
    r"|LENGTH|SIZE|COUNT|TOKENS|ALGORITHM|ALG|TYPE|MODE|ENABLED|REQUIRED|HEADER|COOKIE|ISSUER|AUDIENCE|SCOPES?|POLICY"
    r"|PREFIX|SUFFIX|FORMAT|VERSION|PROVIDER|STORE|BACKEND)$|(^|_)(ALLOW|PUBLIC)_",
    re.IGNORECASE,
)
"""Names that say secret and mean something about one, as `TOKEN_URL` or `SECRET_NAME`."""
_POINTER = re.compile(
    r"[./~].*|\$\w+|.*(\$[({]|\$__|\{\{|<[^>]*>).*|(true|false|yes|no|on|off|none|null)"
    r"|(vault|file|ssm|secretsmanager|awssm|ref\+[a-z]+|op|env|arn):.*",
    re.IGNORECASE | re.DOTALL,
)
"""Texts that are no secret themselves but say where it is, or switch something on."""
_RANDOM_TEXT = re.compile(r"[A-Za-z0-9+/=_.~!@#%^&*-]{20,}")
_URL_PASSWORD = re.compile(r"://[^/\s:@$]*:(?P<password>[^/\s@$]{20,})@")

HIDDEN = "(what looks like a secret)"
MINIMUM_LENGTH = 15
"""Shorter text is never a secret here."""
BITS_PER_CHARACTER = 3.5
"""Shannon entropy above which 20 characters or more count as random; English and paths stay below."""


def looks_like_token(text: str) -> bool:
    """Return whether the text holds a token in a published form, or a private key."""
    return len(text) >= MINIMUM_LENGTH and any(
        part in text and re.search(pattern, text) is not None for part, pattern in _TOKENS
    )


def without_tokens(text: str) -> str:
    """Return the text with every token in a published form replaced."""
    if not looks_like_token(text):
        return text
    for part, pattern in _TOKENS:
        if part in text:
            text = re.sub(pattern, HIDDEN, text)
    return text


def looks_like_secret(name: str, text: str) -> bool:
    """Return whether the value of an environment variable looks like a secret.

    Args:
        name: The variable's name; random-looking text counts only where it says secret.
        text: The value.
    """
    if len(text) < MINIMUM_LENGTH:
        return False
    if looks_like_token(text):
        return True
    password = _URL_PASSWORD.search(text)
    if password is not None and _is_random(password["password"]):
        return True
    return (
        _SECRET_NAME.search(name) is not None
        and _RANDOM_TEXT.fullmatch(text) is not None
        and _is_random(text)
    )


def is_literal_secret(name: str, text: str) -> bool:
    """Return whether a setting called ``name`` should come from a secret store, and ``text`` stands in its place.

    Unlike `looks_like_secret` this goes by the name alone, so it finds `hunter2` as well.

    Args:
        name: The name, as `DB_PASSWORD`; one that only speaks about a secret, as `TOKEN_URL`, is none.
        text: The value; a path, a reference such as `${DB_PASSWORD}`, or a switch is none.
    """
    if not text or _SECRET_NAME.search(name) is None or _ABOUT_A_SECRET.search(name) is not None:
        return False
    return _POINTER.fullmatch(text) is None


def _is_random(text: str) -> bool:
    has_digit = any(character.isdigit() for character in text)
    counts = Counter(text).values()
    entropy = -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
    return has_digit and entropy >= BITS_PER_CHARACTER
