"""What is declared of routes and keys: a configuration that External Secrets leaves as it is, and no key anywhere."""

from __future__ import annotations

import re
from typing import Any

import yaml

from components.observability.routes import CONFIGURATION, FILE, untouched
from pavedroad.plan.observability.alertmanager_file import configuration
from pavedroad.plan.observability.receivers import KEYS_SECRET
from pavedroad.plan.resolve import resolve
from tests.support.declaring import declared
from tests.support.example import FILES, Example, example
from tests.support.oncall import on_call_plan

ALERTMANAGER = "kubernetes:monitoring.coreos.com/v1:Alertmanager"
SECRET = "kubernetes:external-secrets.io/v1:ExternalSecret"
ESCAPED = re.compile(r'\{\{ "\{\{" \}\}')


def objects(made: Example) -> dict[tuple[str, str], dict[str, Any]]:
    loaded = made.load()
    assert loaded is not None
    return declared(resolve(*loaded, FILES))


def in_observability(made: Example, token: str, name: str) -> dict[str, Any]:
    return objects(made)[token, f"observability/{name}"]


def test_the_configuration_comes_out_of_external_secrets_as_it_went_in() -> None:
    text = yaml.safe_dump(configuration(on_call_plan()))
    written = untouched(text)
    assert "{{ .Status" in text
    assert re.sub(r"\{\{ [^\"]", "", ESCAPED.sub("", written)) == ESCAPED.sub("", written)
    assert ESCAPED.sub("{{", written) == text


def test_alertmanager_reads_the_configuration_and_the_keys_that_are_declared() -> None:
    made = example()
    alertmanager = in_observability(made, ALERTMANAGER, "main")["spec"]
    assert alertmanager["configSecret"] == CONFIGURATION
    assert alertmanager["secrets"] == [KEYS_SECRET]
    configured = in_observability(made, SECRET, CONFIGURATION)["spec"]["target"]["template"]["data"][FILE]
    keys = {one["secretKey"] for one in in_observability(made, SECRET, KEYS_SECRET)["spec"]["data"]}
    assert keys == {"chat", "duty", "hook", "mail", "pager"}
    assert {key for key in keys if f"/{KEYS_SECRET}/{key}" in configured} == keys


def test_whoever_is_told_outside_can_be_reached_by_alertmanager_alone() -> None:
    loaded = example().load()
    assert loaded is not None
    plan = resolve(*loaded, FILES).platform
    assert plan.observability is not None
    told = {one.rpartition(":")[0] for one in plan.observability.on_call.hosts}
    reached = {one.host: one.principals for one in plan.egress}
    assert {reached[host] for host in told} == {("cluster.local/ns/observability/sa/alertmanager",)}


def test_where_nobody_is_told_nothing_is_opened_and_no_keys_are_read() -> None:
    made = example()
    quiet = Example(made.teams, {**made.environment, "on_call": None})
    names = {name for token, name in objects(quiet) if token == SECRET}
    assert f"observability/{CONFIGURATION}" in names
    assert f"observability/{KEYS_SECRET}" not in names
