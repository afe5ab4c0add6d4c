"""Questions about whole policies: do they keep the public out, refuse plaintext, withhold an action."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from pavedroad.governance.iam.statements import Statement
from pavedroad.governance.truth import Truth, all_of, any_of

PUBLIC_PINS: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
"""Condition keys that narrow down who asks; a principal that is everybody is no longer the public under one."""


def not_public(policy: Iterable[Statement]) -> Truth:
    """Whether no statement grants anything to the public."""
    return all_of(*(any_of(each.denies, each.names_principals, each.pinned(PUBLIC_PINS)) for each in policy))


def refuses_plaintext(policy: Sequence[Statement], *actions: str) -> Truth:
    """Whether every one of ``actions`` is denied to everybody who comes without TLS."""
    return all_of(*(any_of(*(_refuses_plaintext(each, action) for each in policy)) for action in actions))


def withheld_by(policy: Iterable[Statement]) -> Callable[[str], Truth]:
    """Make a function that says whether nobody gets an action by ``policy``, or only under narrow circumstances.

    Those are: on resources that are named, or under a condition that narrows it down. A statement that denies an
    action to everything, without a condition, outdoes every one that allows it.
    """
    policy = tuple(policy)
    limits = ((each, any_of(each.denies, each.names_resources, each.pinned())) for each in policy)
    denials = ((each, all_of(each.denies, each.covers_everything, each.unconditional)) for each in policy)
    loose = [(each, limited) for each, limited in limits if limited.holds is not True]
    denying = [(each, absolute) for each, absolute in denials if absolute.holds is not False]

    def withholds(action: str) -> Truth:
        granted = (any_of(limited, each.spares(action)) for each, limited in loose)
        denied = (all_of(absolute, each.covers(action)) for each, absolute in denying)
        return any_of(all_of(*granted), *denied)

    return withholds


def _refuses_plaintext(statement: Statement, action: str) -> Truth:
    return all_of(
        statement.denies,
        statement.covers_everybody,
        statement.covers(action),
        *(each.fires_without_tls for each in statement.conditions),
    )
