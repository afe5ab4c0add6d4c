"""Rules about an Ingress that writes into the configuration of nginx.

What is refused follows the advisories for CVE-2021-25742, CVE-2021-25745, CVE-2021-25746, CVE-2025-1097, CVE-2025-1098,
CVE-2025-1974 and CVE-2025-24514, and the words that ingress-nginx itself refuses by `annotation-value-word-blocklist`.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Severity
from pavedroad.governance.properties import UNREADABLE
from policies.rules.traffic.services import BY_ROUTES
from policies.rules.traffic.shapes import INGRESSES

_PREFIXES: Final = ("nginx.ingress.kubernetes.io/", "nginx.org/", "nginx.com/")
_SNIPPET: Final = ("-snippet", "-snippets")
_WORDS: Final = ("load_module", "lua_package", "proxy_pass", "serviceaccount", "{", "}")
_DIRECTIVE: Final = re.compile(
    r"\b(?:alias|root)\s[^;]*;|_by_lua|/run/secrets|/etc/(?:passwd|shadow|group|nginx|ingress-controller)"
)
_ADDRESSES: Final = ("/auth-signin", "/auth-url", "/mirror-host", "/mirror-target")
_NO_ADDRESS: Final = re.compile(r"[\s#;|<>\"'`\\^]")
_NO_SUBJECT: Final = re.compile(r"[\r\n#;]")
_FILES: Final = (
    "/etc/",
    "/proc/",
    "/root/",
    "/run/secrets/",
    "/serviceaccount/",
    "/var/log/",
)


def _no_snippets(ingress: Resource) -> Iterator[Duty]:
    for name, value in ingress.properties.entries("metadata.annotations"):
        snippet = name.startswith(_PREFIXES) and name.endswith(_SNIPPET)
        if snippet or name == UNREADABLE:
            yield Duty(
                ingress,
                value.text().satisfies(lambda _: False, absent=True),
                "metadata.annotations must have no snippet of nginx configuration",
            )


NO_SNIPPETS: Final = ResourceRule(
    Control(
        identifier="ingresses-without-nginx-snippets",
        sentence="No Ingress brings nginx configuration of its own",
        why="A snippet runs in the controller, which holds the secrets of every namespace (CVE-2021-25742).",
        severity=Severity.CRITICAL,
        resource_types=INGRESSES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="use the controller's own annotations in place of snippets"),
        rows=(90,),
    ),
    _no_snippets,
)


def _no_injection(ingress: Resource) -> Iterator[Duty]:
    for name, value in ingress.properties.entries("metadata.annotations"):
        for_nginx = name.startswith(_PREFIXES) or name == UNREADABLE
        if not name.endswith(_SNIPPET):
            yield Duty(
                ingress,
                value.text().satisfies(_is_plain if for_nginx else _is_harmless, absent=True),
                "metadata.annotations must hold no directives, and those for nginx no braces",
            )
        if for_nginx:
            yield Duty(
                ingress,
                value.text().satisfies(partial(_ends_with_itself, name), absent=True),
                "metadata.annotations for nginx must be an address where one is meant, with nothing after it",
            )
    for rule in ingress.properties.items("spec.rules"):
        for path in rule.items("http.paths"):
            yield Duty(
                ingress,
                path.text("path").satisfies(_leads_to_no_file, absent=True),
                f"{path.path}.path must lead to no file of the host",
            )


def _is_plain(value: str) -> bool:
    return _is_harmless(value) and not any(word in value for word in _WORDS)


def _ends_with_itself(annotation: str, value: str) -> bool:
    """Whether a value that stands in nginx.conf without quotes has nothing by which it would end there."""
    if annotation.endswith(_ADDRESSES):
        return _NO_ADDRESS.search(value) is None
    return not annotation.endswith("/auth-tls-match-cn") or _NO_SUBJECT.search(value) is None


def _is_harmless(value: str) -> bool:
    return _DIRECTIVE.search(value) is None


def _leads_to_no_file(path: str) -> bool:
    return not any(place in f"{path}/" for place in _FILES) and not any(char in path for char in "{};\n\r")


NO_INJECTION: Final = ResourceRule(
    Control(
        identifier="ingresses-without-nginx-injection",
        sentence="No annotation and no path of an Ingress reaches into the configuration or files of nginx",
        why="They are copied into nginx.conf: a path or value with directives reads the controller's own token "
        "(CVE-2021-25745, CVE-2021-25746, CVE-2025-24514).",
        severity=Severity.CRITICAL,
        resource_types=INGRESSES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="use plain values in annotations and plain URL paths"),
        rows=(90,),
    ),
    _no_injection,
)

RULES: Final = (NO_SNIPPETS, NO_INJECTION)
