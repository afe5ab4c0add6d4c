"""One dashboard of each kind, and of each engine and broker."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from pavedroad.dashboards import (
    AccountSubject,
    BrokerSubject,
    Dashboard,
    Measure,
    ServiceSubject,
    StoreSubject,
    Thing,
    account_dashboard,
    broker_dashboard,
    cluster_dashboard,
    gateway_dashboard,
    health_dashboard,
    mesh_dashboard,
    service_dashboard,
    slo_dashboard,
    store_dashboard,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINES = ("postgres", "mysql", "mongodb", "redis", "memcached", "cassandra", "neo4j", "dynamodb")


def _services() -> Iterator[Dashboard]:
    for requests, calls, scales, slos in product((True, False), repeat=4):
        name = "-".join(("checkout", *(str(int(one)) for one in (requests, calls, scales, slos))))
        yield service_dashboard(
            ServiceSubject(
                team="storefront",
                namespace="storefront",
                service=name,
                pods=f"{name}-.+",
                requests=requests,
                calls=calls,
                autoscaler=name if scales else None,
                slos=slos,
            )
        )


def _stores() -> Iterator[Dashboard]:
    for engine, kept in product(ENGINES, (True, False)):
        name = f"{engine}-{'kept' if kept else 'volatile'}"
        yield store_dashboard(
            StoreSubject(
                team="orders",
                namespace="orders",
                store=name,
                service="orders",
                engine=engine,
                pods=f"{name}-[0-9]+",
                claims=f"data-{name}-[0-9]+" if kept else None,
            )
        )


def _table() -> Thing:
    metric = "aws_dynamodb_read_throttle_events_sum"
    return Thing(
        title="orders.table",
        service="DynamoDB",
        measures=(
            Measure(
                title="ReadThrottleEvents (sum)",
                expression=f'{metric}{{dimension_table_name="orders.table"}}',
                legend="{{dimension_table_name}}",
                description="Reads are refused.",
                limit=10,
            ),
        ),
    )


EVERY_DASHBOARD = (
    *_services(),
    *_stores(),
    account_dashboard(AccountSubject(team="orders", namespace="orders", things=(_table(),))),
    broker_dashboard(BrokerSubject(broker="kafka", namespace="kafka", pods="kafka-.+")),
    broker_dashboard(BrokerSubject(broker="rabbitmq", namespace="rabbitmq", pods="rabbitmq-server-[0-9]+")),
    gateway_dashboard("gateways"),
    mesh_dashboard(),
    cluster_dashboard(),
    slo_dashboard(),
    health_dashboard(),
)
