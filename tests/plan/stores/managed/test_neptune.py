"""Neptune, resolved: who enters it, what is open, what is watched."""

from typing import Any

from pavedroad.plan.cloud.access import Grant
from pavedroad.plan.stores import NeptunePlan
from tests.support.managed import managed

KNOWN = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def graph(**words: Any) -> NeptunePlan:
    plan = managed("neptune", **words)
    assert isinstance(plan, NeptunePlan)
    return plan


def test_only_the_owner_reaches_it() -> None:
    assert [(flow.source.name, flow.destination.cidr, flow.ports) for flow in graph().flows] == [
        ("orders", "10.40.192.0/19", (8182,))
    ]


def test_the_owner_works_with_data_and_neither_resets_nor_loads() -> None:
    (grant,) = graph().late_grants

    assert {"neptune-db:ReadDataViaQuery", "neptune-db:WriteDataViaQuery"} <= set(grant.actions)
    assert not [one for one in grant.actions if "Reset" in one or "Loader" in one or "*" in one]


def test_a_grant_names_the_cluster_once_its_id_is_known() -> None:
    (grant,) = graph().late_grants

    assert grant.resources == ("arn:aws:neptune-db:eu-central-1:123456789012:cluster-*/*",)
    assert grant.exact(KNOWN) == Grant(
        reason="stores.ledger",
        actions=grant.actions,
        resources=(f"arn:aws:neptune-db:eu-central-1:123456789012:{KNOWN}/*",),
    )


def test_audits_are_on_and_kept() -> None:
    upkeep = graph().upkeep

    assert ("neptune_enable_audit_log", "1") in upkeep.parameters
    assert upkeep.log_groups == ("/aws/neptune/prod-shop-orders-ledger/audit",)


def test_lag_is_watched_only_where_there_are_readers() -> None:
    def metrics(instances: int) -> set[str]:
        plan = graph(spec={"instances": instances, "size": "medium"})
        return {alarm.watch.metric for alarm in plan.upkeep.alarms}

    assert metrics(1) == {"MainRequestQueuePendingRequests"}
    assert metrics(2) - metrics(1) == {"ClusterReplicaLagMaximum"}


def test_what_lives_on_credit_is_watched_for_credit() -> None:
    def metrics(size: str) -> set[str]:
        return {alarm.watch.metric for alarm in graph(spec={"size": size}).upkeep.alarms}

    assert metrics("small") - metrics("medium") == {"CPUCreditBalance"}
