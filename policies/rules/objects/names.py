"""Rules about names, labels and annotations that the API server would refuse.

What is legal follows `k8s.io/apimachinery/pkg/util/validation` and the validation of each kind's name.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from pavedroad.governance import (
    EVERY_OBJECT,
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    all_of,
)
from pavedroad.governance.kubernetes import POD_TEMPLATES
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import YES, Truth, truth
from policies.rules.objects.kinds import kind_of

_BY_ITSELF: Final = "names in descriptors are checked when they are read, so rename it there"
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SERVICE: Final = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SEGMENT: Final = re.compile(r"(?!\.{1,2}$)[^/%]+")
_NAME_PART: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_LONGEST: Final = 253
_PATTERNS: Final = {
    "CertificateSigningRequest": (_SEGMENT, _LONGEST),
    "ClusterRole": (_SEGMENT, _LONGEST),
    "ClusterRoleBinding": (_SEGMENT, _LONGEST),
    "CronJob": (_SUBDOMAIN, 52),
    "Namespace": (_LABEL, 63),
    "Role": (_SEGMENT, _LONGEST),
    "RoleBinding": (_SEGMENT, _LONGEST),
    "Service": (_SERVICE, 63),
}
"""Kinds whose names follow another pattern than most do, each with the longest that is allowed."""


def _name_legal(resource: Resource) -> Iterator[Duty]:
    pattern, longest = _PATTERNS.get(kind_of(resource.type), (_SUBDOMAIN, _LONGEST))
    name = resource.properties.text("metadata.name")
    legal = name.satisfies(
        lambda text: len(text) <= longest and pattern.fullmatch(text) is not None, absent=True
    )
    yield Duty(resource, legal, "metadata.name must be a legal name for its kind")
    namespace = resource.properties.text("metadata.namespace")
    yield Duty(
        resource,
        namespace.satisfies(lambda text: not text or _LABEL.fullmatch(text) is not None, absent=True),
        "metadata.namespace must be a legal name of a namespace",
    )


NAMES_LEGAL: Final = ResourceRule(
    Control(
        identifier="objects-names-legal",
        sentence="Every object has a name that its kind may have",
        why="The API server refuses it, halfway through an update.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({EVERY_OBJECT}),
        fix=Fix(
            descriptor=_BY_ITSELF,
            pulumi="use small letters, digits and dashes, at most 63 of them, a letter or digit at both ends",
        ),
        rows=(104,),
    ),
    _name_legal,
)


@lru_cache(maxsize=4096)
def is_legal_key(key: str) -> bool:
    """Whether labels and annotations may have a key: a name, or a domain, a slash and a name."""
    prefix, slash, name = key.rpartition("/")
    domain = prefix.lower()
    return _NAME_PART.fullmatch(name) is not None and (
        not slash or (len(domain) <= _LONGEST and _SUBDOMAIN.fullmatch(domain) is not None)
    )


@lru_cache(maxsize=4096)
def is_legal_value(value: str) -> bool:
    """Whether a label may have a value."""
    return not value or _NAME_PART.fullmatch(value) is not None


def _is_text(_: str) -> bool:
    return True


def _labels_legal(resource: Resource) -> Iterator[Duty]:
    places = [resource.properties.at("metadata")]
    template = POD_TEMPLATES.get(resource.type)
    if template:
        places.append(resource.properties.at(template).at("metadata"))
    for metadata in places:
        for part, allowed in (("labels", is_legal_value), ("annotations", _is_text)):
            values = metadata.at(part)
            if not _plainly_legal(values.value, allowed):
                yield Duty(
                    resource, _all_legal(values, allowed), f"{values.path} must have legal keys and values"
                )


def _plainly_legal(values: object, allowed: Callable[[str], bool]) -> bool:
    """Whether nothing is there that needs a closer look, as in nearly every object."""
    return values is None or (
        isinstance(values, dict)
        and all(
            isinstance(key, str) and isinstance(value, str) and is_legal_key(key) and allowed(value)
            for key, value in values.items()
        )
    )


def _all_legal(values: Properties, allowed: Callable[[str], bool]) -> Truth:
    return all_of(
        *(
            all_of(_key_legal(key), value.text().satisfies(allowed, absent=True))
            for key, value in values.entries()
        )
    )


def _key_legal(key: str) -> Truth:
    return YES if key == UNREADABLE else truth(holds=is_legal_key(key))


LABELS_LEGAL: Final = ResourceRule(
    Control(
        identifier="objects-labels-legal",
        sentence="Every label and every annotation has a legal key and a legal value",
        why="The API server refuses the object, halfway through an update.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({EVERY_OBJECT}),
        fix=Fix(
            descriptor=_BY_ITSELF,
            pulumi="use letters, digits, dashes, underscores and dots, at most 63 of them, and quote numbers",
        ),
        rows=(104,),
    ),
    _labels_legal,
)

RULES: Final = (NAMES_LEGAL, LABELS_LEGAL)
