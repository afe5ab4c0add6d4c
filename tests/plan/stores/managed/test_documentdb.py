"""DocumentDB, resolved: who logs in, what is open, what is watched."""

from typing import Any

from pavedroad.plan.stores import DocumentdbPlan
from tests.support.managed import managed


def documents(**words: Any) -> DocumentdbPlan:
    plan = managed("mongodb", provider="documentdb", **words)
    assert isinstance(plan, DocumentdbPlan)
    return plan


def test_connection_strings_ask_for_tls_and_for_no_writes_that_are_tried_again() -> None:
    uri = dict(documents().login.credentials.entries)["uri"]

    assert uri.startswith("mongodb://app:{{ .password }}@<host>:27017/ledger?")
    assert {"tls=true", "retryWrites=false"} <= set(uri.partition("?")[2].split("&"))


def test_tls_is_required_and_audits_are_on() -> None:
    upkeep = documents().upkeep

    assert {("tls", "enabled"), ("audit_logs", "enabled")} <= set(upkeep.parameters)
    assert "/aws/docdb/prod-shop-orders-ledger/audit" in upkeep.log_groups


def test_only_the_owner_and_the_job_that_makes_its_user_reach_it() -> None:
    plan = documents()

    assert {(flow.source.name, flow.destination.cidr) for flow in plan.flows} == {
        ("orders", "10.40.192.0/19"),
        ("orders-ledger-database", "10.40.192.0/19"),
    }


def test_lag_is_watched_only_where_there_are_readers() -> None:
    def metrics(tier: Any) -> set[str]:
        return {alarm.watch.metric for alarm in documents(tier=tier).upkeep.alarms}

    assert metrics("production") - metrics("development") == {"DBClusterReplicaLagMaximum"}
