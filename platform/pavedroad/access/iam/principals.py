"""The element `Principal` of a resource's policy, and `NotPrincipal`.

Sources: IAM User Guide, "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pavedroad.access.iam.callers import Caller, Standing
from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.shape import texts

_ANYBODY: Final = "*"
_TYPES: Final = ("AWS", "Service", "Federated")
_ROOT: Final = re.compile(r"arn:[a-z-]+:iam::(\d{12}):root")


@dataclass(frozen=True, slots=True)
class Principals:
    """Whom a statement is about.

    Attributes:
        names: Type and name of each; an account by its number, however it is written.
        inverted: Whether it is about all others (`NotPrincipal`).
    """

    names: frozenset[tuple[str, str]]
    inverted: bool = False

    def granted(self, caller: Caller) -> Standing:
        """As what a statement that allows knows a caller."""
        known = [name.standing for name in caller.names if (name.type, name.name) in self.names]
        if self.inverted:
            return Standing.NONE if known or self._everybody else Standing.CALLER
        return Standing.CALLER if self._everybody else max(known, default=Standing.NONE)

    def denied(self, caller: Caller, *, bounded: bool) -> bool:
        """Whether a statement that denies is about a caller.

        `NotPrincipal` spares only those all of whose names it lists: the account, the role and its session. It spares
        nobody who has a permission boundary.
        """
        names = {(name.type, name.name) for name in caller.names}
        if not self.inverted:
            return self._everybody or bool(names & self.names)
        spared = self._everybody or (bool(names) and names <= self.names and not bounded)
        return not spared

    @property
    def _everybody(self) -> bool:
        return ("AWS", _ANYBODY) in self.names


def read_principals(element: Any, place: str, *, inverted: bool) -> Principals:
    """Read `Principal` or `NotPrincipal`.

    Args:
        element: The element as JSON gives it.
        place: Where it stands, for errors.
        inverted: Whether it is `NotPrincipal`.

    Raises:
        PolicyError: it is malformed, or names principals of a type that is not evaluated.
    """
    if element == _ANYBODY:
        return Principals(frozenset({("AWS", _ANYBODY)}), inverted)
    if not isinstance(element, Mapping) or not element:
        raise PolicyError(f"{place} is neither '*' nor a mapping of types to names")
    unknown = sorted(set(element) - set(_TYPES))
    if unknown:
        raise PolicyError(f"{place}: principals of type {unknown[0]} are not evaluated")
    names = {
        (type_, _name(type_, name, place))
        for type_, listed in element.items()
        for name in texts(listed, f"{place}.{type_}")
    }
    return Principals(frozenset(names), inverted)


def _name(type_: str, name: str, place: str) -> str:
    root = _ROOT.fullmatch(name)
    if root and type_ == "AWS":
        return root[1]
    if name != _ANYBODY and not re.search(r"[*?]", name):
        return name
    if type_ == "AWS" and name == _ANYBODY:
        return name
    raise PolicyError(f"{place}.{type_}: {name!r}: a principal has no wildcards; only AWS takes '*' alone")
