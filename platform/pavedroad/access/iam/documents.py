"""Policy documents: reading them, and refusing what AWS would not take.

Source: IAM User Guide, "Grammar of the IAM JSON policy language", and its pages on each element.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from pavedroad.access.iam.conditions import read_conditions
from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.patterns import Template, read_template, require_variables_in_resource
from pavedroad.access.iam.principals import Principals, read_principals
from pavedroad.access.iam.shape import texts
from pavedroad.access.iam.statements import Selection, Statement


class DocumentKind(Enum):
    """What a document is attached to, which decides what it has to say."""

    IDENTITY = "identity"
    """A role or user: also boundaries, session policies and service control policies. Says on what, never who."""
    RESOURCE = "resource"
    """A resource: queue, topic, bucket, key, secret; also the trust policy of a role. Says who."""


_FILLS_VARIABLES: Final = "2012-10-17"
_VERSIONS: Final = ("2008-10-17", _FILLS_VARIABLES)
_TOP: Final = frozenset({"Version", "Id", "Statement"})
_ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    }
)
_EFFECTS: Final = {"Allow": True, "Deny": False}


@dataclass(frozen=True, slots=True)
class Document:
    """One policy.

    Attributes:
        name: What to call it.
        kind: What it is attached to.
        statements: What it says.
    """

    name: str
    kind: DocumentKind
    statements: tuple[Statement, ...]

    @classmethod
    def identity(cls, source: str | Mapping[str, Any], name: str = "policy") -> "Document":
        """Read the policy of a role or user, a boundary, a session policy or a service control policy.

        Args:
            source: JSON text, or the same as an object.
            name: What to call it in reasons and errors.

        Raises:
            PolicyError: it is malformed.
        """
        return _read(source, name, DocumentKind.IDENTITY)

    @classmethod
    def resource(cls, source: str | Mapping[str, Any], name: str = "resource policy") -> "Document":
        """Read the policy of a resource, or a role's trust policy.

        Args:
            source: JSON text, or the same as an object.
            name: What to call it in reasons and errors.

        Raises:
            PolicyError: it is malformed.
        """
        return _read(source, name, DocumentKind.RESOURCE)


def _read(source: str | Mapping[str, Any], name: str, kind: DocumentKind) -> Document:
    try:
        whole = _object(source)
        listed = whole["Statement"]
        statements = tuple(
            _Reader(element, f"Statement[{index}]", kind, whole.get("Version")).read(name)
            for index, element in enumerate(listed if isinstance(listed, list) else [listed])
        )
        _require_own_sids(statements)
    except PolicyError as error:
        raise PolicyError(f"{name}: {error}") from None
    return Document(name, kind, statements)


def _object(source: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(source, str):
        try:
            source = json.loads(source, object_pairs_hook=_without_repeats)
        except (json.JSONDecodeError, RecursionError):
            raise PolicyError("is not JSON") from None
    if not isinstance(source, Mapping):
        raise PolicyError("is not an object")
    _require_known(source, _TOP)
    if source.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise PolicyError(f"Version is not one of {', '.join(_VERSIONS)}")
    if not source.get("Statement"):
        raise PolicyError("has no Statement")
    return source


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if repeated:
        raise PolicyError(f"says {repeated[0]!r} twice in one object")
    return dict(pairs)


def _require_known(element: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(str(key) for key in set(element) - known)
    if unknown:
        raise PolicyError(f"there is no element {unknown[0]!r}")


def _require_own_sids(statements: tuple[Statement, ...]) -> None:
    repeated = [name for name, count in Counter(each.name for each in statements).items() if count > 1]
    if repeated:
        raise PolicyError(f"two statements are called {repeated[0]}")


class _Reader:
    """Reads one statement."""

    def __init__(self, element: Any, place: str, kind: DocumentKind, version: object) -> None:
        if not isinstance(element, Mapping):
            raise PolicyError(f"{place} is not an object")
        self._element = element
        self._place = place
        self._kind = kind
        self._variables = version == _FILLS_VARIABLES

    def read(self, document: str) -> Statement:
        """Read it as a statement of a document of this name.

        Raises:
            PolicyError: it is malformed; the error begins with its place.
        """
        try:
            _require_known(self._element, _ELEMENTS)
            return Statement(
                name=f"{document}, {self._sid()}",
                allows=self._effect(),
                actions=self._actions(),
                resources=self._resources(),
                principals=self._principals(),
                conditions=self._conditions(),
            )
        except PolicyError as error:
            raise PolicyError(f"{self._place}: {error}") from None

    def _sid(self) -> str:
        sid = self._element.get("Sid") or self._place
        if not isinstance(sid, str):
            raise PolicyError("Sid is not a text")
        return sid

    def _effect(self) -> bool:
        effect = self._element.get("Effect")
        if not isinstance(effect, str) or effect not in _EFFECTS:
            raise PolicyError("Effect is neither Allow nor Deny")
        return _EFFECTS[effect]

    def _either(self, name: str, *, needed: bool) -> tuple[str, bool] | None:
        """Say which of an element and its inverse is there, and whether it is the inverse."""
        given = [each for each in (name, f"Not{name}") if each in self._element]
        if len(given) > 1:
            raise PolicyError(f"has both {name} and Not{name}")
        if not given and needed:
            raise PolicyError(f"has neither {name} nor Not{name}")
        return (given[0], given[0] != name) if given else None

    def _actions(self) -> Selection:
        found = self._either("Action", needed=True)
        assert found is not None
        name, inverted = found
        return Selection(tuple(map(_action, texts(self._element[name], name))), inverted)

    def _resources(self) -> Selection | None:
        found = self._either("Resource", needed=self._kind is DocumentKind.IDENTITY)
        if found is None:
            return None
        name, inverted = found
        listed = texts(self._element[name], name)
        return Selection(tuple(_resource(text, variables=self._variables) for text in listed), inverted)

    def _principals(self) -> Principals | None:
        found = self._either("Principal", needed=self._kind is DocumentKind.RESOURCE)
        if found is None:
            return None
        name, inverted = found
        if self._kind is DocumentKind.IDENTITY:
            raise PolicyError(f"{name}: an identity's policy is about that identity")
        return read_principals(self._element[name], name, inverted=inverted)

    def _conditions(self) -> Any:
        if "Condition" not in self._element:
            return ()
        return read_conditions(self._element["Condition"], "Condition", variables=self._variables)


def _action(text: str) -> Template:
    if text != "*" and (text.count(":") != 1 or text.startswith(":") or text.endswith(":")):
        raise PolicyError(f"{text!r} is not an action, as sqs:SendMessage")
    return read_template(text)


def _resource(text: str, *, variables: bool) -> Template:
    if text != "*" and not text.startswith("arn:"):
        raise PolicyError(f"{text!r} is neither an ARN nor '*'")
    template = read_template(text, variables=variables)
    require_variables_in_resource(template)
    return template
