"""The condition operators that compare: what each makes of one value in a policy and one in a request.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators". Variables are filled for operators of texts and
of ARNs and for no others ("IAM policy elements: Variables and tags", "Where you can use policy variables").
"""

import base64
import binascii
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final, TypeAlias, TypeVar

from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.patterns import Context, Reach, matches, read_template
from pavedroad.access.ternary import Ternary

Value = TypeVar("Value")

Test: TypeAlias = Callable[[str, Context], Ternary]
"""Compares a value of a request with one of the policy; not known where a variable cannot be filled."""


@dataclass(frozen=True, slots=True)
class Operator:
    """How an operator reads a value of the policy, and whether it holds where nothing fits.

    Attributes:
        read: Makes the test from the value's text and from whether variables are filled in the document.
        negated: Whether it holds exactly where the operator that it negates does not.
    """

    read: Callable[[str, bool], Test]
    negated: bool = False


def _text(*, wildcards: bool = False, ignore_case: bool = False) -> Callable[[str, bool], Test]:
    def read(text: str, variables: bool) -> Test:  # noqa: FBT001 the shape of Operator.read
        template = read_template(text, wildcards=wildcards, variables=variables)
        return lambda value, context: matches(template, value, context, ignore_case=ignore_case)

    return read


def _arn(text: str, variables: bool) -> Test:  # noqa: FBT001 the shape of Operator.read
    template = read_template(text, variables=variables)
    return lambda value, context: matches(template, value, context, Reach.SEGMENT)


def _parsed(
    parse: Callable[[str], Value], compare: Callable[[Value, Value], bool], expected: str
) -> Callable[[str, bool], Test]:
    """Make a reader of values that are no texts.

    Args:
        parse: Reads a value, or raises ValueError.
        compare: Whether the request's value, given first, stands to the policy's as the operator says.
        expected: What the policy's value has to be, for the error.
    """

    def read(text: str, _variables: bool) -> Test:  # noqa: FBT001 the shape of Operator.read
        try:
            wanted = parse(text)
        except ValueError:
            raise PolicyError(f"{text!r} is not {expected}") from None

        def test(value: str, _context: Context) -> bool:
            try:
                return compare(parse(value), wanted)
            except ValueError:
                return False

        return test

    return read


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


_SHORT_DATES: Final = {4: "-01-01", 7: "-01"}
"""What completes the dates of W3C's profile of ISO 8601 that name no day, by their length."""

_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")
_EPOCH_DIGITS: Final = 5
"""Fewest digits of a number that are seconds since 1970 and not a year."""


def _date(text: str) -> datetime:
    if text.isdecimal() and len(text) >= _EPOCH_DIGITS:
        try:
            return datetime.fromtimestamp(int(text), UTC)
        except (OverflowError, OSError):
            raise ValueError(text) from None
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    date = datetime.fromisoformat(text + _SHORT_DATES.get(len(text), ""))
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "false": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _binary(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(text) from None


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def _within(address: IPv4Network | IPv6Network, network: IPv4Network | IPv6Network) -> bool:
    if isinstance(address, IPv4Network) and isinstance(network, IPv4Network):
        return address.subnet_of(network)
    if isinstance(address, IPv6Network) and isinstance(network, IPv6Network):
        return address.subnet_of(network)
    return False


_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}

_NUMBER: Final = "a number"
_MOMENT: Final = "a date of ISO 8601 or seconds since 1970"

OPERATORS: Final[dict[str, Operator]] = {
    "StringEquals": Operator(_text()),
    "StringNotEquals": Operator(_text(), negated=True),
    "StringEqualsIgnoreCase": Operator(_text(ignore_case=True)),
    "StringNotEqualsIgnoreCase": Operator(_text(ignore_case=True), negated=True),
    "StringLike": Operator(_text(wildcards=True)),
    "StringNotLike": Operator(_text(wildcards=True), negated=True),
    "ArnEquals": Operator(_arn),
    "ArnLike": Operator(_arn),
    "ArnNotEquals": Operator(_arn, negated=True),
    "ArnNotLike": Operator(_arn, negated=True),
    "Bool": Operator(_parsed(_boolean, operator.eq, "true or false")),
    "BinaryEquals": Operator(_parsed(_binary, operator.eq, "base64")),
    "IpAddress": Operator(_parsed(_network, _within, "an address or a CIDR block")),
    "NotIpAddress": Operator(_parsed(_network, _within, "an address or a CIDR block"), negated=True),
    **{f"Numeric{name}": Operator(_parsed(_number, order, _NUMBER)) for name, order in _ORDERS.items()},
    "NumericNotEquals": Operator(_parsed(_number, operator.eq, _NUMBER), negated=True),
    **{f"Date{name}": Operator(_parsed(_date, order, _MOMENT)) for name, order in _ORDERS.items()},
    "DateNotEquals": Operator(_parsed(_date, operator.eq, _MOMENT), negated=True),
}
"""Every operator that compares, by its name without a set operator before and `IfExists` after it."""
