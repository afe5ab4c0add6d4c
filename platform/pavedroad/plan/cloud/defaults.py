"""Every default of the account's part that depends on the tier, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import Nat
    from pavedroad.descriptor.environment import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudDefaults:
    """What an environment gets by default in its account.

    Attributes:
        nat: NAT gateways.
        flows: Which flows of the network are logged.
        log_days: How long logs are kept, in days.
        nodes: Nodes of the cluster that run what all others need.
        spot: Whether workloads run on machines that AWS may take back, where it has some.
        password_days: After how many days AWS changes the password of a database's administrator.
        protect: Whether the engine and AWS refuse to delete what holds data, or much hangs on.
    """

    nat: Nat
    flows: Literal["ALL", "REJECT"]
    log_days: int
    nodes: int
    spot: bool
    password_days: int
    protect: bool


CLOUD_TIERS: Final[dict[Tier, CloudDefaults]] = {
    "local": CloudDefaults(
        nat="one", flows="REJECT", log_days=7, nodes=2, spot=True, password_days=30, protect=False
    ),
    "development": CloudDefaults(
        nat="one", flows="REJECT", log_days=30, nodes=2, spot=True, password_days=30, protect=False
    ),
    "staging": CloudDefaults(
        nat="one", flows="ALL", log_days=365, nodes=3, spot=False, password_days=7, protect=True
    ),
    "production": CloudDefaults(
        nat="per-zone", flows="ALL", log_days=365, nodes=3, spot=False, password_days=1, protect=True
    ),
}
"""By tier. The days are some that CloudWatch Logs knows (*PutRetentionPolicy*)."""
