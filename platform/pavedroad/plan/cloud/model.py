"""The cloud slice of an environment, resolved: what everything else in the account stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pavedroad.plan.cloud.access import Grant
    from pavedroad.plan.cloud.account import AccountPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudPlan:
    """The account's part of an environment.

    Attributes:
        account: Where it stands.
        data_block: The addresses of databases and brokers in the VPC.
        boundary: The most that any role of the environment may ever do.
    """

    account: AccountPlan
    data_block: str
    boundary: tuple[Grant, ...]
