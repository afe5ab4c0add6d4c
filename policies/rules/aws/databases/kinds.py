"""The types of AWS databases, and what several of their rules say alike."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Properties,
    Resource,
    ResourceRule,
    Settings,
    Truth,
    all_of,
    setting,
)
from pavedroad.governance.truth import truth
from policies.rules.aws.shapes import Demand, at_least, given, like, owes, scalar, unless

INSTANCE: Final = "aws:rds/instance:Instance"
CLUSTER: Final = "aws:rds/cluster:Cluster"
CLUSTER_INSTANCE: Final = "aws:rds/clusterInstance:ClusterInstance"
GLOBAL_CLUSTER: Final = "aws:rds/globalCluster:GlobalCluster"
INSTANCE_OR_CLUSTER: Final = frozenset({INSTANCE, CLUSTER})
MEMBERS: Final = frozenset({INSTANCE, CLUSTER_INSTANCE})
"""Each machine that runs a database, alone or in a cluster."""

IS_REPLICA: Final = given("replicateSourceDb")
"""The excuse of an instance that copies another one and has its settings from there."""


class Retention(Settings):
    """How long backups are kept."""

    days: int = setting(7, "The fewest days for which backups are kept.")


def kept_for_days(control: Control, path: str, excuse: Demand | None = None) -> ResourceRule:
    """Make a rule: backups are kept for as many days as its setting says, at ``path``, unless there is an excuse."""

    def make(settings: Retention) -> Callable[[Resource], Iterator[Duty]]:
        demand = at_least(path, settings.days)
        return owes(unless(excuse, demand) if excuse else demand)

    return ResourceRule.settable(control, Retention(), make)


def engine_is(*beginnings: str, absent: bool = False) -> Demand:
    """Tell the engines whose names begin so; ``absent`` where that is the type's default."""
    return like(
        "engine",
        lambda engine: engine.startswith(beginnings),
        f"run {' or '.join(beginnings)}",
        absent=absent,
    )


def parameter(name: str, allowed: Callable[[str], bool], words: str, *, absent: bool = False) -> Demand:
    """Demand the value of one parameter of a parameter group; ``absent`` as in `shapes.one_of`."""

    def met(group: Properties) -> Truth:
        items = group.items("parameters")
        named = [item for item in items if item.text("name").value == name]
        if named:
            return all_of(*(scalar(item, "value").satisfies(_lowered) for item in named))
        unnamed = [item.text("name").equals(name) for item in items if item.text("name").value is None]
        return all_of(*unnamed, truth(holds=absent or bool(unnamed)))

    def _lowered(value: str) -> bool:
        return allowed(value.lower())

    return Demand(met, words)
