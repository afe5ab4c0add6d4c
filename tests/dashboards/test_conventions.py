"""Every dashboard keeps the conventions of Grafana's dashboard linter, and its JSON is what Grafana reads.

Left out on purpose are the linter's ``job`` and ``instance`` variables: a dashboard of one subject is found by that
subject's namespace and pods, and these stand in its queries.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.dashboards import Dashboard, document
from pavedroad.prometheus import fault_of
from tests.dashboards.samples import EVERY_DASHBOARD

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTER = re.compile(r"\b(?!aws_)[a-z_]+(?:_total|_bucket|_count|_sum)\b")
UNTYPED_NAMES = frozenset({"cnpg_backends_total"})
"""Gauges whose names end like those of counters (CloudNativePG: default metrics)."""

pytestmark = pytest.mark.parametrize("dashboard", EVERY_DASHBOARD, ids=lambda one: str(one.uid))


def panels_of(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    """Yield the panels of a dashboard's JSON, headings left out."""
    yield from (panel for panel in document(dashboard)["panels"] if panel["type"] != "row")


def targets_of(dashboard: Dashboard, kind: str) -> Iterator[str]:
    """Yield the expressions that one kind of data source is asked."""
    for panel in panels_of(dashboard):
        if panel["datasource"]["type"] == kind:
            yield from (target.get("expr", "") for target in panel["targets"])


def interpolated(expression: str) -> str:
    """Return an expression as Grafana sends it: variables filled in."""
    return re.sub(r"\$\w+", ".+", expression.replace("$__rate_interval", "5m"))


def test_every_panel_says_what_it_shows_in_which_unit_and_how_to_read_it(dashboard: Dashboard) -> None:
    for panel in panels_of(dashboard):
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["targets"]


def test_titles_are_unique_so_that_people_can_name_a_panel(dashboard: Dashboard) -> None:
    titles = [panel["title"] for panel in panels_of(dashboard)]
    assert len(titles) == len(set(titles))


def test_every_query_of_prometheus_is_valid_promql(dashboard: Dashboard) -> None:
    for expression in targets_of(dashboard, "prometheus"):
        assert fault_of(interpolated(expression)) is None, expression


def test_every_rate_covers_the_interval_that_grafana_chooses(dashboard: Dashboard) -> None:
    for expression in targets_of(dashboard, "prometheus"):
        assert set(re.findall(r"[\w})]\[([^\]]+)\]", expression)) <= {"$__rate_interval"}, expression


def test_no_counter_is_drawn_as_it_stands(dashboard: Dashboard) -> None:
    for expression in targets_of(dashboard, "prometheus"):
        bare = re.sub(r"(?:rate|increase)\([^)]*\)", "", expression)
        assert not set(COUNTER.findall(bare)) - UNTYPED_NAMES, expression


def test_every_data_source_is_a_variable_that_the_dashboard_has(dashboard: Dashboard) -> None:
    written = document(dashboard)
    known = {f"${{{one['name']}}}" for one in written["templating"]["list"] if one["type"] == "datasource"}
    asked = set(re.findall(r'"uid": "([^"]+)"', json.dumps({**written, "uid": None})))
    assert asked == known


def test_every_variable_that_a_query_names_is_there_and_reloads_with_the_time(dashboard: Dashboard) -> None:
    written = document(dashboard)
    queried = [one for one in written["templating"]["list"] if one["type"] == "query"]
    named = set(re.findall(r"\$([a-z]\w*)", " ".join(targets_of(dashboard, "prometheus"))))
    assert named == {one["name"] for one in queried}
    assert all(one["refresh"] == 2 for one in queried)


def test_nobody_edits_it_by_hand(dashboard: Dashboard) -> None:
    assert document(dashboard)["editable"] is False


def test_no_panel_covers_another_or_stands_outside_the_grid(dashboard: Dashboard) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in document(dashboard)["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells


def test_panels_have_numbers_of_their_own(dashboard: Dashboard) -> None:
    numbers = [panel["id"] for panel in document(dashboard)["panels"]]
    assert len(numbers) == len(set(numbers))
