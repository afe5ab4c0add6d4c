"""Shapes of demands on resource policies: the documents by which a resource itself says who may use it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from pavedroad.governance import Duty, Resource, Settings, Truth, all_of, any_of, setting
from pavedroad.governance.iam import (
    FEDERATED,
    SERVICE,
    Principal,
    Statement,
    not_public,
    refuses_plaintext,
    statements,
)
from pavedroad.governance.iam.patterns import account_of, is_whole_service
from pavedroad.governance.truth import open_at

Holders: TypeAlias = Mapping[str, str]
"""By type of resource, the property that holds its policy."""
Check: TypeAlias = Callable[[Resource], Iterator[Duty]]

_TRUSTED: Final = "the setting trustedAccounts"
_CANONICAL: Final = "CanonicalUser"
_HOME_PINS: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourceowner",
    }
)


class TrustedAccounts(Settings):
    """Whom policies may name besides the account that they stand in."""

    trusted_accounts: tuple[str, ...] = setting(
        (),
        "Accounts that policies may name: the environment's own, and those that it trusts; by their numbers.",
    )


def keeps_public_out(holders: Holders) -> Check:
    """Make a check: no statement grants anything to everybody, unless a condition says who that is."""

    def check(resource: Resource) -> Iterator[Duty]:
        for each in _policy(resource, holders):
            demand = "must name whom it lets in, or pin who asks by a condition, as aws:SourceAccount"
            yield Duty(resource, not_public((each,)), f"{each.part.path} {demand}")

    return check


def lists_actions(holders: Holders) -> Check:
    """Make a check: no statement grants every action of a service."""

    def check(resource: Resource) -> Iterator[Duty]:
        for each in _policy(resource, holders):
            met = each.only_actions(lambda pattern: not is_whole_service(pattern))
            yield Duty(resource, met, f"{each.part.path} must list the actions that it allows")

    return check


def keeps_plaintext_out(holders: Holders, actions: Mapping[str, tuple[str, ...]]) -> Check:
    """Make a check: a policy that is there denies ``actions``, by type, to whoever comes without TLS."""

    def check(resource: Resource) -> Iterator[Duty]:
        path = holders[resource.type]
        if resource.properties.at(path).value is not None:
            yield Duty(
                resource,
                refuses_plaintext(_policy(resource, holders), *actions[resource.type]),
                f"{path} must deny everybody whatever comes while aws:SecureTransport is false",
            )

    return check


def keeps_other_accounts_out(holders: Holders) -> Callable[[TrustedAccounts], Check]:
    """Make a check: no statement grants anything to an account other than the resource's own and trusted ones."""

    def make(settings: TrustedAccounts) -> Check:
        def check(resource: Resource) -> Iterator[Duty]:
            for each in _policy(resource, holders):
                demand = "must let in nobody from an account that is neither its own nor in trustedAccounts"
                met = any_of(each.denies, _within(each, settings.trusted_accounts))
                yield Duty(resource, met, f"{each.part.path} {demand}")

        return check

    return make


def _within(statement: Statement, trusted: tuple[str, ...]) -> Truth:
    """Whether everybody is of a trusted account, or of an organisation or account that a condition names."""
    homes = {account_of(name.value) for name in statement.resources if name.value} - {None}
    known = any_of() if homes or trusted else open_at(_TRUSTED)
    return any_of(
        statement.pinned(_HOME_PINS),
        all_of(*(any_of(_own(each, statement, trusted), known) for each in statement.principals)),
    )


def _own(principal: Principal, statement: Statement, trusted: tuple[str, ...]) -> Truth:
    account = account_of(principal.name.value or "")
    return any_of(
        principal.of_type(SERVICE, FEDERATED, _CANONICAL),
        principal.name.satisfies(lambda name: account_of(name) in (None, *trusted)),
        *(
            name.satisfies(lambda arn: account is not None and account_of(arn) == account)
            for name in statement.resources
        ),
    )


def _policy(resource: Resource, holders: Holders) -> tuple[Statement, ...]:
    return statements(resource.properties.at(holders[resource.type]))
