"""Conditions of a statement: several all have to hold, of several values of one it takes one.

Sources: IAM User Guide, "IAM JSON policy elements: Condition operators" (keys that a request does not have, `IfExists`,
`Null`) and "Set operators for multivalued context keys" (`ForAllValues`, `ForAnyValue`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.operators import OPERATORS, Test
from pavedroad.access.iam.patterns import Context
from pavedroad.access.iam.shape import texts
from pavedroad.access.ternary import any_of


class Quantifier(Enum):
    """Of how many values in the request a comparison has to hold."""

    SINGLE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


_IF_EXISTS: Final = "IfExists"
_NULL: Final = "Null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A condition that compares what the request says with what the policy says.

    Attributes:
        operator: The operator as written.
        key: The condition key, in lower case.
        tests: One for each value in the policy.
        negated: Whether it holds where no test fits.
        optional: Whether it holds where the request does not have the key (`IfExists`).
        quantifier: Of how many of the request's values it has to hold.
    """

    operator: str
    key: str
    tests: tuple[Test, ...]
    negated: bool
    optional: bool
    quantifier: Quantifier

    def holds(self, context: Context) -> bool:
        """Whether the condition holds for a request.

        Without the key, `ForAllValues` holds and `ForAnyValue` does not, negated or not, `IfExists` or not, and an empty
        text is as good as none; any other holds where it is negated or says `IfExists`. A comparison with a variable that the request does not fill holds
        neither way: AWS says that it "fails".

        Raises:
            PolicyError: the request has several values and no set operator says which of them count.
        """
        values = context.get(self.key, ())
        if self.quantifier is Quantifier.ALL:
            return all(self._holds_for(value, context) for value in values if value)
        if self.quantifier is Quantifier.ANY:
            return any(self._holds_for(value, context) for value in values if value)
        if not values:
            return self.negated or self.optional
        if len(values) > 1:
            raise PolicyError(
                f"{self.operator} of {self.key}: the request has {len(values)} values, which takes ForAllValues: or ForAnyValue:"
            )
        return self._holds_for(values[0], context)

    def _holds_for(self, value: str, context: Context) -> bool:
        fits = any_of(test(value, context) for test in self.tests)
        return fits is not None and fits is not self.negated


@dataclass(frozen=True, slots=True)
class Presence:
    """The condition `Null`: whether the request has the key.

    Attributes:
        key: The condition key, in lower case.
        wanted: What of it satisfies the policy: True for present.
    """

    key: str
    wanted: frozenset[bool]

    def holds(self, context: Context) -> bool:
        """Whether the condition holds for a request; a key without a value counts as absent."""
        return bool(context.get(self.key)) in self.wanted


Condition: TypeAlias = Comparison | Presence


def read_conditions(element: Any, place: str, *, variables: bool) -> tuple[Condition, ...]:
    """Read the `Condition` of a statement.

    Args:
        element: The element as JSON gives it.
        place: Where it stands, for errors.
        variables: Whether the document's version fills variables.

    Raises:
        PolicyError: it is malformed.
    """
    found: list[Condition] = []
    for operator, keys in _entries(element, place):
        for key, values in _entries(keys, f"{place}.{operator}"):
            try:
                found.append(_condition(operator, key, texts(values, f"{key}"), variables=variables))
            except PolicyError as error:
                raise PolicyError(f"{place}.{operator}: {error}") from None
    return tuple(found)


def _entries(element: Any, place: str) -> list[tuple[str, Any]]:
    if not isinstance(element, Mapping) or not element:
        raise PolicyError(f"{place} is not a mapping with entries")
    return list(element.items())


def _condition(operator: str, key: str, values: tuple[str, ...], *, variables: bool) -> Condition:
    if operator == _NULL:
        return Presence(key.lower(), frozenset(_absent(value) is False for value in values))
    before, colon, rest = operator.rpartition(":")
    name = rest.removesuffix(_IF_EXISTS)
    known = OPERATORS.get(name)
    if known is None or (colon and before not in (Quantifier.ALL.value, Quantifier.ANY.value)):
        raise PolicyError("there is no such condition operator")
    return Comparison(
        operator=operator,
        key=key.lower(),
        tests=tuple(known.read(value, variables) for value in values),
        negated=known.negated,
        optional=rest != name,
        quantifier=Quantifier(before),
    )


def _absent(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise PolicyError(f"{value!r} is not true or false")
    return value.lower() == "true"
