"""Shapes that most demands on AWS resources have, so that a control is a few lines of data.

A `Demand` says what a part of a resource must do and how to put that; demands combine (`either`, `both`, `each`).
`owes` makes them the check of a `ResourceRule`; `policies.rules.aws.joins` does so for a resource that another one may
complete, as a bucket's versioning does.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from pavedroad.governance import Duty, Properties, Reading, Reference, Resource, Truth, all_of, any_of
from pavedroad.governance.properties import State
from pavedroad.governance.truth import truth

_KEYS_OF_AWS: Final = "alias/aws/"
_BOOLEANS: Final[Mapping[str | None, bool]] = {"true": True, "false": False}


class Demand(NamedTuple):
    """What a part of a resource must do.

    Attributes:
        met: Whether a part does it.
        words: The same in words that follow *must*, as `set storageEncrypted to true`; they quote no value that
            the part holds.
    """

    met: Callable[[Properties], Truth]
    words: str


def owes(*demands: Demand, over: str = "") -> Callable[[Resource], Iterator[Duty]]:
    """Make a check: every part at ``over`` owes every one of ``demands``, each a duty of its own.

    Args:
        demands: What is owed.
        over: Path of the parts, in which `[]` stands for every element of a list; empty for the resource itself.
    """

    def check(resource: Resource) -> Iterator[Duty]:
        for part in resource.properties.every(over):
            for demand in demands:
                yield Duty(resource, demand.met(part), f"{part.path or 'it'} must {demand.words}")

    return check


def flag(path: str, *, wanted: bool = True, absent: bool = False) -> Demand:
    """Demand a boolean; ``absent`` says whether leaving it out does as well, because that is the default."""
    return Demand(
        lambda part: boolean(part, path).equals(wanted, absent=absent),
        f"{'not ' if absent else ''}set {path} to {str(wanted != absent).lower()}",
    )


def one_of(path: str, *allowed: str, absent: bool = False) -> Demand:
    """Demand one of a few texts; ``absent`` says whether leaving it out does as well."""
    return Demand(
        lambda part: part.text(path).satisfies(lambda value: value in allowed, absent=absent),
        f"set {path} to {' or '.join(allowed)}{', or leave it out' if absent else ''}",
    )


def none_of(path: str, *refused: str, absent: bool = False) -> Demand:
    """Demand a text that is none of a few, in whatever case; ``absent`` as in `one_of`."""
    return Demand(
        lambda part: part.text(path).satisfies(lambda value: value.lower() not in refused, absent=absent),
        f"set {path} to something other than {' or '.join(refused)}",
    )


def like(path: str, allowed: Callable[[str], bool], words: str, *, absent: bool = False) -> Demand:
    """Demand a text that ``allowed`` accepts; ``words`` follow *must*; ``absent`` as in `one_of`."""
    return Demand(lambda part: part.text(path).satisfies(allowed, absent=absent), words)


def at_least(path: str, fewest: float, *, absent: bool = False) -> Demand:
    """Demand a number that is ``fewest`` or more; ``absent`` as in `one_of`."""
    return Demand(
        lambda part: amount(part, path).satisfies(lambda value: value >= fewest, absent=absent),
        f"set {path} to {fewest:g} or more",
    )


def at_most(path: str, most: float, *, absent: bool = False) -> Demand:
    """Demand a number that is ``most`` or less; ``absent`` as in `one_of`."""
    return Demand(
        lambda part: amount(part, path).satisfies(lambda value: value <= most, absent=absent),
        f"set {path} to {most:g} or less",
    )


def given(path: str) -> Demand:
    """Demand that a field is there and not empty, whatever it holds."""
    return Demand(lambda part: _given(part.at(path)), f"set {path}")


def own_key(path: str) -> Demand:
    """Demand a KMS key of the account: neither none at all nor the one that AWS keeps for each of its services."""
    return like(path, _is_own_key, f"set {path} to a key of the account, not to one that AWS keeps")


def left_out(path: str) -> Demand:
    """Demand that a field is absent, or an empty list or mapping."""
    return Demand(lambda part: part.empty(path), f"leave {path} out")


def holds(path: str, *wanted: str) -> Demand:
    """Demand that a list holds every one of a few texts."""

    def met(part: Properties) -> Truth:
        items = part.items(path)
        return all_of(*(any_of(*(item.text().equals(each) for item in items)) for each in wanted))

    return Demand(met, f"list {', '.join(wanted)} in {path}")


def lacks(path: str, *refused: str) -> Demand:
    """Demand that a list holds none of a few texts; leaving it out is fine."""
    return Demand(
        lambda part: all_of(
            *(item.text().satisfies(lambda value: value not in refused) for item in part.items(path))
        ),
        f"not list {' or '.join(refused)} in {path}",
    )


def either(*demands: Demand) -> Demand:
    """Demand at least one; also for what makes the others pointless, as an engine that has no such setting."""
    return Demand(
        lambda part: any_of(*(each.met(part) for each in demands)),
        ", or ".join(each.words for each in demands),
    )


def unless(excuse: Demand, demand: Demand) -> Demand:
    """Demand something of those that have no excuse, without mentioning the excuse."""
    return Demand(lambda part: any_of(excuse.met(part), demand.met(part)), demand.words)


def both(*demands: Demand) -> Demand:
    """Demand all, as one duty."""
    return Demand(
        lambda part: all_of(*(each.met(part) for each in demands)),
        " and ".join(each.words for each in demands),
    )


def each(path: str, demand: Demand, *, some: bool = False) -> Demand:
    """Demand something of every part at ``path`` (see `Properties.every`); ``some``: and of at least one."""

    def met(part: Properties) -> Truth:
        found = [demand.met(item) for item in part.every(path)]
        return all_of(*found, truth(holds=bool(found) or not some))

    return Demand(met, f"{demand.words} in every element of {path.removesuffix('[]')}")


def any_part(path: str, demand: Demand) -> Demand:
    """Demand that at least one part at ``path`` (see `Properties.every`) does something."""
    return Demand(
        lambda part: any_of(*(demand.met(item) for item in part.every(path))),
        f"{demand.words} in an element of {path.removesuffix('[]')}",
    )


def scalar(part: Properties, path: str = "") -> Reading[str]:
    """Read a text that people also write as a number or a boolean, as the value of a database's parameter."""
    text = part.text(path)
    if text.state is not State.MALFORMED:
        return text
    number, truthful = part.number(path), part.flag(path)
    if number.value is not None:
        return Reading(text.path, State.PRESENT, f"{number.value:g}")
    return text if truthful.value is None else Reading(text.path, State.PRESENT, str(truthful.value).lower())


def boolean(part: Properties, path: str) -> Reading[bool]:
    """Read a boolean, which the provider also takes as a text."""
    written = part.text(path)
    if written.value in _BOOLEANS:
        return Reading(written.path, State.PRESENT, _BOOLEANS[written.value])
    return part.flag(path)


def amount(part: Properties, path: str) -> Reading[float]:
    """Read a number, which the provider also takes as a text."""
    written = part.text(path)
    if written.value is None or not written.value.isdecimal():
        return part.number(path)
    return Reading(written.path, State.PRESENT, float(written.value))


def fsbp(control: str) -> Reference:
    """Refer to AWS Foundational Security Best Practices, as Security Hub numbers its controls."""
    return Reference("FSBP", control)


def cis_aws(clause: str) -> Reference:
    """Refer to the CIS benchmark for AWS compute, databases or storage services."""
    return Reference("CIS AWS", clause)


def cis_eks(clause: str) -> Reference:
    """Refer to the CIS benchmark for EKS."""
    return Reference("CIS EKS", clause)


def _is_own_key(key: str) -> bool:
    return bool(key) and _KEYS_OF_AWS not in key.lower()


def _given(part: Properties) -> Truth:
    """Whether there is something: a secret value counts, an empty text, list or mapping does not."""
    if isinstance(part.value, str | list | tuple | dict):
        return truth(holds=bool(part.value))
    return part.anything().present()
