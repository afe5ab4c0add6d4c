"""Statements of IAM policies, and what each lets whom do.

Questions are put so that *yes* is the safe answer where a statement grants, and the wanted one where it denies; what is
not known stays so.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from pavedroad.governance.iam.patterns import (
    is_every_resource,
    is_everybody,
    is_narrow,
    is_sweeping,
    matches,
)
from pavedroad.governance.properties import Properties, Reading
from pavedroad.governance.truth import Truth, all_of, any_of, truth

Predicate: TypeAlias = Callable[[str], bool]

AWS: Final = "AWS"
FEDERATED: Final = "Federated"
SERVICE: Final = "Service"
ANYBODY: Final = "*"

_WEAK: Final = frozenset(
    {"aws:currenttime", "aws:referer", "aws:requestedregion", "aws:securetransport", "aws:useragent"}
)
"""Condition keys that narrow down neither who asks nor for what."""

_POSITIVE: Final = frozenset(
    {
        "arnequals",
        "arnlike",
        "ipaddress",
        "numericequals",
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
    }
)
"""Operators that say what a key's value is, not what it is not."""

_ANY_VALUE: Final = "foranyvalue:"
_IF_EXISTS: Final = "ifexists"
_TLS: Final = "aws:securetransport"


class Principal(NamedTuple):
    """One principal of a statement.

    Attributes:
        type: Its kind, as `AWS`, `Service` or `Federated`; `*` where anybody is meant.
        name: Who it is.
    """

    type: Reading[str]
    name: Reading[str]

    @property
    def named(self) -> Truth:
        """Whether it is somebody, not anybody."""
        return self.name.satisfies(lambda name: not is_everybody(name))

    def of_type(self, *types: str) -> Truth:
        """Whether its kind is one of ``types``."""
        return self.type.satisfies(lambda type_: type_ in types)


class Condition(NamedTuple):
    """One test of a statement: several in one statement must all hold, of several values one is enough.

    Attributes:
        operator: How the values are compared, as `StringLike` or `ForAnyValue:StringEqualsIfExists`.
        key: What is compared with them, as `aws:SourceArn`.
        values: The values.
    """

    operator: Reading[str]
    key: Reading[str]
    values: tuple[Reading[str], ...]

    def pins(self, keys: frozenset[str] | None = None) -> Truth:
        """Whether it holds only for some values of a key out of ``keys``, or of any key that tells who or what."""
        return all_of(
            self.key.satisfies(
                lambda key: key.lower() not in _WEAK if keys is None else key.lower() in keys,
            ),
            any_of(self.tests_for(is_narrow), self._demands_key()),
        )

    def tests_for(self, allowed: Predicate) -> Truth:
        """Whether it holds only for values that ``allowed`` accepts."""
        return all_of(
            self.operator.satisfies(lambda operator: operator.lower().removeprefix(_ANY_VALUE) in _POSITIVE),
            *(value.satisfies(allowed) for value in self.values),
            truth(holds=bool(self.values)),
        )

    @property
    def fires_without_tls(self) -> Truth:
        """Whether it holds for every request that comes without TLS."""
        return all_of(
            self.operator.satisfies(lambda operator: operator.lower().removesuffix(_IF_EXISTS) == "bool"),
            self.key.satisfies(lambda key: key.lower() == _TLS),
            any_of(*(value.satisfies(lambda text: text.lower() == "false") for value in self.values)),
        )

    def _demands_key(self) -> Truth:
        return all_of(
            self.operator.satisfies(lambda operator: operator.lower() == "null"),
            *(value.satisfies(lambda text: text.lower() == "false") for value in self.values),
            truth(holds=bool(self.values)),
        )


class Statement(NamedTuple):
    """One statement of a policy document.

    Attributes:
        part: Where it stands.
        denies: Whether it takes away; everything else is taken to grant.
        actions: The patterns of what it is about, or of what it is not about.
        besides: Whether ``actions`` are those that it is not about.
        resources: The names of what it is about.
        spares_resources: Whether it is about everything but some resources.
        principals: Whom it is about.
        spares_principals: Whether it is about everybody but some principals.
        conditions: What must hold for it to count.
    """

    part: Properties
    denies: Truth
    actions: tuple[Reading[str], ...]
    besides: bool
    resources: tuple[Reading[str], ...]
    spares_resources: bool
    principals: tuple[Principal, ...]
    spares_principals: bool
    conditions: tuple[Condition, ...]

    def spares(self, action: str) -> Truth:
        """Whether it is not about ``action``."""
        if self.besides:
            return any_of(
                *(each.satisfies(lambda pattern: matches(pattern, action)) for each in self.actions)
            )
        return all_of(
            *(each.satisfies(lambda pattern: not matches(pattern, action)) for each in self.actions)
        )

    def covers(self, action: str) -> Truth:
        """Whether it is about ``action``."""
        if self.besides:
            return all_of(
                *(each.satisfies(lambda pattern: not matches(pattern, action)) for each in self.actions)
            )
        return any_of(*(each.satisfies(lambda pattern: matches(pattern, action)) for each in self.actions))

    def only_actions(self, allowed: Predicate) -> Truth:
        """Whether it grants nothing but by patterns that ``allowed`` accepts."""
        if self.besides:
            return self.denies
        return any_of(self.denies, all_of(*(each.satisfies(allowed) for each in self.actions)))

    @property
    def names_resources(self) -> Truth:
        """Whether each of its resources is named: not everything, nor all of a kind."""
        if self.spares_resources or not self.resources:
            return truth(holds=False)
        return all_of(*(each.satisfies(lambda name: not is_sweeping(name)) for each in self.resources))

    @property
    def covers_everything(self) -> Truth:
        """Whether it is about every resource."""
        if self.spares_resources:
            return truth(holds=False)
        return any_of(*(each.satisfies(is_every_resource) for each in self.resources))

    @property
    def names_principals(self) -> Truth:
        """Whether it is about nobody but somebody who is named."""
        if self.spares_principals:
            return truth(holds=False)
        return all_of(*(each.named for each in self.principals))

    @property
    def covers_everybody(self) -> Truth:
        """Whether it is about anybody in any account."""
        if self.spares_principals:
            return truth(holds=False)
        everybody = (
            all_of(each.of_type(AWS, ANYBODY), each.name.satisfies(is_everybody)) for each in self.principals
        )
        return any_of(*everybody)

    @property
    def unconditional(self) -> Truth:
        """Whether it counts whatever a request looks like."""
        return all_of(*(each.operator.satisfies(lambda _: False) for each in self.conditions))

    def pinned(self, keys: frozenset[str] | None = None) -> Truth:
        """Whether one of its conditions pins a key; see `Condition.pins`."""
        return any_of(*(each.pins(keys) for each in self.conditions))
