"""Who may do what in an account, asked of what an environment declares: the roles, and requests that are tried on each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pavedroad.access.iam import Outcome, Whereabouts, policies_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pavedroad.access.iam import Account
    from pavedroad.access.iam.declared import Declared as Resource
    from tests.support.declaring import Declared

LATE: Final = re.compile(r"(.+)'s \w+")
"""How a value is written that is known only once its resource is made."""


@dataclass(frozen=True)
class Thing:
    """A collected resource, as the collector of policies reads it."""

    type: str
    name: str
    inputs: dict[str, Any]
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        return f"{self.type}::{self.name}"

    @property
    def owner(self) -> tuple[str, str] | None:
        """Namespace and service that it belongs to, by its tags."""
        tags = self.inputs.get("tags") or {}
        service = tags.get("pavedroad.dev/service")
        return (tags["pavedroad.dev/team"], service) if service else None


def things_of(declared: Declared) -> tuple[Thing, ...]:
    """Return everything that is declared; a late value depends on what it names."""
    by_name: dict[str, list[str]] = {}
    for type_, name in declared:
        by_name.setdefault(name, []).append(f"{type_}::{name}")
    return tuple(
        Thing(type_, name, inputs, dict(_dependencies(inputs, by_name)))
        for (type_, name), inputs in declared.items()
    )


def _dependencies(
    inputs: dict[str, Any], by_name: dict[str, list[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in inputs.items():
        late = LATE.fullmatch(value) if isinstance(value, str) else None
        if late:
            yield key, tuple(by_name.get(late[1], ()))


@dataclass(frozen=True)
class Use:
    """One thing that can be done, and who may: service accounts and SecretStores, as ``namespace/name``.

    ``through`` is the service by which a key is used; ``keys`` are further keys of the request.
    """

    action: str
    resource: str
    allowed: frozenset[str] = frozenset()
    through: str | None = None
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class World:
    """An environment in an account: its policies, and everything that it declares."""

    here: Whereabouts
    account: Account
    resources: tuple[Resource, ...]

    @classmethod
    def of(cls, resources: Iterable[Resource], here: Whereabouts) -> World:
        """Return what the resources declare."""
        found = tuple(resources)
        return cls(here, policies_of(found, here), found)

    @property
    def readers(self) -> Mapping[str, str]:
        """The role that each SecretStore reads with, in the account."""
        providers = {
            f"{one.inputs['metadata']['namespace']}/{one.inputs['metadata']['name']}": one.inputs["spec"][
                "provider"
            ]
            for one in self.resources
            if one.type.endswith(":SecretStore")
        }
        return {name: provider["aws"]["role"] for name, provider in providers.items() if "aws" in provider}

    @property
    def roles(self) -> Mapping[str, str]:
        """The role of each service account that has one, and of each SecretStore."""
        accounts = {
            f"{one.namespace}/{one.name}": role for one, role in self.account.service_accounts.items()
        }
        return {**accounts, **self.readers}

    def may(self, role: str, use: Use) -> bool:
        """Whether a role may do something."""
        keys = {
            "aws:SecureTransport": "true",
            "aws:ResourceAccount": self.here.account,
            "aws:PrincipalArn": role,
            **dict(use.keys),
        }
        if use.through:
            host = f"{use.through}.{self.here.region}.amazonaws.com"
            keys |= {"kms:ViaService": host, "kms:CallerAccount": self.here.account}
        return self.account.decide(role, use.action, use.resource, keys).outcome is Outcome.ALLOWED

    def able(self, use: Use) -> frozenset[str]:
        """Who may do something."""
        return frozenset(name for name, role in self.roles.items() if self.may(role, use))

    def key(self, alias: str) -> str:
        """Return the ARN of the key with an alias."""
        (found,) = (key for key, aliases in self.account.aliases.items() if f"alias/{alias}" in aliases)
        return found


def wrong(world: World, uses: Iterable[Use]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return, by what is tried, who may do it and who should, where these differ."""
    tried = {use: world.able(use) for use in uses}
    return {
        f"{use.action} on {use.resource} {use.through or ''}": (able, use.allowed)
        for use, able in tried.items()
        if able != use.allowed
    }
