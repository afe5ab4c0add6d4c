"""The exporter that brings CloudWatch's metrics to Prometheus, resolved: what it asks, and as whom.

It asks for named things only (jobs of the kind «static»), each metric under the very dimensions that it is watched by,
once in a period. It finds nothing by itself: what it costs is known before it runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Grant, RolePlan, pod_role
from pavedroad.plan.cloud.alarms import PERIOD
from pavedroad.plan.edges import identity_flow
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.observability.measured import Metric, platform_measured, team_measured
from pavedroad.plan.observability.stack import OBSERVABILITY, PartSize
from pavedroad.plan.observability.yaml_file import yaml_file
from pavedroad.prometheus import selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.environment import PlatformPlan, TeamPlan
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.observability.measured import MeasuredPlan

VERSION: Final = "0.63.0"
IMAGE: Final = f"quay.io/prometheuscommunity/yet-another-cloudwatch-exporter:v{VERSION}"

PORT: Final = 5000
CONFIG_FILE: Final = "cloudwatch.yaml"

EXPORTER: Final = Party(
    name="cloudwatch-exporter",
    namespace=OBSERVABILITY,
    selector=(("app.kubernetes.io/name", "cloudwatch-exporter"),),
    service_account="cloudwatch-exporter",
)
"""Asks CloudWatch, and is asked by Prometheus."""

SIZE: Final = PartSize(replicas=1, cpu="20m", memory="128Mi")
"""One is enough: where it is missing for a while, Prometheus says so, and nothing is asked twice."""

READ: Final = Grant(
    reason="cloudwatch.metrics", actions=("cloudwatch:GetMetricStatistics",), resources=("*",)
)
"""All that it may do. It names no resource (Service Authorization Reference, CloudWatch)."""

BEHIND: Final = 2
"""How many periods it looks back: values come up to one period late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudwatchPlan:
    """The exporter.

    Attributes:
        config: Its whole configuration, as YAML.
        region: The region that it asks.
        role: What it may do.
        series: How many series it asks for; each costs as much as any other.
    """

    config: str
    region: str
    role: RolePlan
    series: int


def watched_account(context: Context) -> AccountPlan | None:
    """Return the account that is watched; None where there is none, or nothing is watched."""
    return context.account if context.watched else None


def cloudwatch_hosts(context: Context) -> tuple[str, ...]:
    """Return host and port of what the exporter asks: the metrics, and who it is itself."""
    account = watched_account(context)
    return (
        () if account is None else tuple(f"{account.host(service)}:443" for service in ("monitoring", "sts"))
    )


def cloudwatch_flows(context: Context) -> Iterator[Flow]:
    """Yield what the exporter needs beside hosts outside: the agent that hands it its credentials."""
    if watched_account(context) is not None:
        yield identity_flow(EXPORTER)


def resolve_cloudwatch(
    context: Context, platform: PlatformPlan, teams: Iterable[TeamPlan]
) -> CloudwatchPlan | None:
    """Return the exporter; None where nothing of an account is watched."""
    account = watched_account(context)
    if account is None:
        return None
    role = pod_role(account, OBSERVABILITY, EXPORTER.service_account or "", (READ,))
    assert role is not None
    things = (*platform_measured(platform), *(one for team in teams for one in _of_team(team)))
    return CloudwatchPlan(
        config=yaml_file(exporter_config(account, things)),
        region=account.region,
        role=role,
        series=sum(len(thing.instances) * len(thing.metrics) for thing in things),
    )


def exporter_config(account: AccountPlan, things: Iterable[MeasuredPlan]) -> dict[str, object]:
    """Return the exporter's configuration (its own docs/configuration.md, «static_job_config»)."""
    return {
        "apiVersion": "v1alpha1",
        "sts-region": account.region,
        "static": [_job(account, thing, one) for thing in things for one in thing.instances],
    }


def series_name(namespace: str, metric: Metric) -> str:
    """Return what the exporter calls a metric (its pkg/promutil/migrate.go, «BuildMetricName»)."""
    space = _snake(namespace.lower())
    name = _snake(metric.name)
    for part in space.split("_"):
        name = name.removeprefix(part)
    return f"{space}_{name.removeprefix('_')}_{metric.statistic.lower()}"


def dimension_label(name: str) -> str:
    """Return what the exporter calls the label of a dimension: ``Broker ID`` has ``dimension_broker_id``."""
    return f"dimension_{_snake(name)}"


def selected(thing: MeasuredPlan) -> str:
    """Return the selector of a thing's series, in braces: all its nodes together."""
    values: dict[str, list[str]] = {}
    for dimensions in thing.instances:
        for name, value in dimensions:
            values.setdefault(dimension_label(name), []).append(value)
    equal = {name: found[0] for name, found in values.items() if len(set(found)) == 1}
    alike = {name: "|".join(map(_literal, found)) for name, found in values.items() if name not in equal}
    return selector("", equal, alike)


def _of_team(team: TeamPlan) -> Iterator[MeasuredPlan]:
    if team.watch is not None:
        yield from team_measured(team, team.watch)


def _job(account: AccountPlan, thing: MeasuredPlan, dimensions: Labels) -> dict[str, object]:
    """Return one job: one thing, under one set of dimensions."""
    return {
        "name": thing.title,
        "namespace": thing.namespace,
        "regions": [account.region],
        "dimensions": [{"name": name, "value": value} for name, value in dimensions],
        "metrics": [
            {
                "name": metric.name,
                "statistics": [metric.statistic],
                "period": PERIOD,
                "length": BEHIND * PERIOD,
            }
            for metric in thing.metrics
        ],
    }


def _literal(value: str) -> str:
    """Return the regular expression of a value; a dash needs no escape."""
    return re.escape(value).replace("\\-", "-")


def _snake(text: str) -> str:
    """Return a name in small letters, with a dash where a capital follows a small letter or a digit."""
    parts: list[str] = []
    before = ""
    for letter in text:
        if letter in " /.-:":
            parts.append("_")
        elif letter.isupper() and (before.islower() or before.isdigit()):
            parts.append(f"_{letter.lower()}")
        else:
            parts.append(letter.lower())
        before = letter
    return "".join(parts)
