"""What examples of single controls cannot show of the rules about credentials: what is none, and who makes what."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pavedroad.governance import Opaque, Stack, Verdict, canonical, judge
from tests.policies.examples.credentials import (
    GITHUB,
    OWNER,
    RANDOM,
    config,
    deployment,
    external_secret,
    secret,
)
from tests.support.examples import RULE_BY_CONTROL, Declared, changed, resources
from tests.support.governed import POD

BY_REFERENCE = "environment-secrets-by-reference"
EXISTS = "references-to-configuration-exist"
OWNED = "secrets-read-by-their-owner"
STAYS = "program-secrets-stay-secret"


def verdict(control: str, *declared: Declared, whole: bool = True) -> Verdict:
    """Give the worst verdict that a control has on the first of some resources."""
    every = resources(declared)
    found = judge([RULE_BY_CONTROL[control]], Stack(canonical(every), whole=whole))
    said = {each.verdict for each in found if each.urn == every[0].urn}
    return next(each for each in (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.PASS) if each in said)


def pod(*variables: dict[str, Any], **spec: object) -> Declared:
    containers = [{"name": "web", "env": list(variables)}]
    metadata = {"name": "web", "namespace": "shop", "labels": dict(OWNER)}
    return Declared(type=POD, properties={"metadata": metadata, "spec": {"containers": containers, **spec}})


def reading(name: object, **more: object) -> Declared:
    return pod({"name": "DB", "valueFrom": {"secretKeyRef": {"name": name, "key": "password", **more}}})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("DB_PASSWORD", "$(FROM_ELSEWHERE)"),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "/run/secrets/db"),
        ("DB_PASSWORD", ""),
        ("SECRET_NAME", "web-tls"),
        ("TOKEN_URL", "https://login.example.com/token"),
        ("MAX_TOKENS", "4096"),
        ("TOKEN_TTL", "3600"),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
        ("REQUIRE_PASSWORD", "true"),
        ("COLOUR", RANDOM),
    ],
)
def test_what_only_speaks_about_a_secret_is_none(name: str, value: str) -> None:
    for control in (BY_REFERENCE, "environment-holds-no-credential"):
        assert verdict(control, pod({"name": name, "value": value})) is Verdict.PASS


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "passwd", "apiKey", "JWT_SECRET", "AUTH_TOKEN", "SECRET_KEY_BASE"]
)
def test_a_short_password_is_one_by_its_name(name: str) -> None:
    assert verdict(BY_REFERENCE, pod({"name": name, "value": "hunter2"})) is Verdict.FAIL


def test_random_text_under_a_name_that_is_not_known_is_left_open() -> None:
    hazy = pod({"name": Opaque.UNKNOWN, "value": RANDOM})
    assert verdict("environment-holds-no-credential", hazy) is Verdict.NOT_EVALUATED
    known = pod({"name": Opaque.UNKNOWN, "value": GITHUB})
    assert verdict("environment-holds-no-credential", known) is Verdict.FAIL
    plain = pod({"name": Opaque.UNKNOWN, "value": "info"})
    assert verdict("environment-holds-no-credential", plain) is Verdict.PASS


@pytest.mark.parametrize(
    "text",
    [
        "global:\n  bearer_token_file: /run/token\n  tls:\n    secretName: web\n",
        "password=${DB_PASSWORD}\n",
        "password: {{ .Values.password }}\n",
        "The password is kept elsewhere.\n",
        "max_tokens = 4096\nlevel = info\n",
    ],
)
def test_a_file_that_points_at_its_secrets_is_fine(text: str) -> None:
    assert verdict("config-maps-hold-no-credential", config(file=text)) is Verdict.PASS


@pytest.mark.parametrize(
    "text",
    [
        "db:\n  password: hunter2\n",
        '{\n  "apiKey": "hunter2"\n}\n',
        "[client]\npassword = 'hunter2'\n",
        f"# left behind\n{GITHUB}\n",
    ],
)
def test_a_file_with_a_credential_in_it_is_found(text: str) -> None:
    assert verdict("config-maps-hold-no-credential", config(file=text)) is Verdict.FAIL


def test_a_secret_that_holds_nothing_is_fine_even_as_an_item_of_a_list() -> None:
    assert verdict("secrets-come-from-a-store", secret(data={})) is Verdict.PASS
    item = {"kind": "Secret", "apiVersion": "v1", "data": {"password": "aHVudGVyMg=="}}
    listed = Declared(type="kubernetes:core/v1:List", properties={"items": [item]})
    assert verdict("secrets-come-from-a-store", listed) is Verdict.FAIL


@pytest.mark.parametrize(
    ("type_", "spec"),
    [
        ("kubernetes:external-secrets.io/v1:ExternalSecret", {"target": {"name": "db"}}),
        ("kubernetes:cert-manager.io/v1:Certificate", {"secretName": "db"}),
        ("kubernetes:bitnami.com/v1alpha1:SealedSecret", {"template": {"metadata": {"name": "db"}}}),
    ],
)
def test_whatever_makes_a_secret_counts_as_one(type_: str, spec: dict[str, Any]) -> None:
    properties = {"metadata": {"name": "maker", "namespace": "shop"}, "spec": spec}
    maker = Declared(type=type_, properties=properties)
    assert verdict(EXISTS, reading("db"), maker) is Verdict.PASS
    assert verdict(EXISTS, reading("maker"), maker) is Verdict.FAIL


def test_an_operators_secret_begins_with_the_name_of_its_object() -> None:
    properties = {"metadata": {"name": "ledger", "namespace": "shop"}, "spec": {}}
    cluster = Declared(type="kubernetes:postgresql.cnpg.io/v1:Cluster", properties=properties)
    assert verdict(EXISTS, reading("ledger-app"), cluster) is Verdict.PASS
    assert verdict(EXISTS, reading("ledgers-app"), cluster) is Verdict.FAIL


def test_a_chart_in_the_namespace_may_make_anything() -> None:
    chart = Declared(type="kubernetes:helm.sh/v3:Release", properties={"namespace": "shop"})
    assert verdict(EXISTS, reading("db"), chart) is Verdict.NOT_EVALUATED
    elsewhere = Declared(type="kubernetes:helm.sh/v3:Release", properties={"namespace": "far"})
    assert verdict(EXISTS, reading("db"), elsewhere) is Verdict.FAIL


def test_what_is_optional_or_may_stand_in_another_slice_is_not_condemned() -> None:
    assert verdict(EXISTS, reading("db", optional=True)) is Verdict.PASS
    assert verdict(EXISTS, reading("db"), whole=False) is Verdict.NOT_EVALUATED
    assert verdict(EXISTS, reading(Opaque.UNKNOWN)) is Verdict.NOT_EVALUATED


def test_the_clusters_own_certificates_are_everywhere() -> None:
    volumes = [{"name": "ca", "configMap": {"name": "kube-root-ca.crt"}}]
    assert verdict(EXISTS, pod(volumes=volumes)) is Verdict.PASS


def test_a_secret_without_an_owner_may_be_read_by_anyone() -> None:
    shared = replace(
        external_secret(),
        properties={"metadata": {"name": "web-db", "namespace": "shop"}, "spec": {}},
    )
    assert verdict(OWNED, reading("web-db"), shared) is Verdict.PASS


def test_a_pod_that_belongs_to_no_service_may_not_read_a_services_secret() -> None:
    stranger = changed(reading("web-db"), ("metadata", "labels"), {"pavedroad.dev/team": "shop"})
    assert verdict(OWNED, stranger, external_secret()) is Verdict.FAIL
    assert verdict(OWNED, reading("web-db"), external_secret()) is Verdict.PASS


def test_a_value_that_is_not_known_may_be_a_secret_unless_the_program_says_what_is() -> None:
    hazy = pod({"name": "LEVEL", "value": Opaque.UNKNOWN})
    assert verdict(STAYS, hazy) is Verdict.NOT_EVALUATED
    assert verdict(STAYS, replace(hazy, secrets=frozenset())) is Verdict.PASS
    assert (
        verdict(STAYS, replace(hazy, secrets=frozenset({"spec.containers[0].env[0].value"}))) is Verdict.FAIL
    )


def test_a_value_inside_what_is_marked_as_secret_is_secret_and_its_neighbours_are_not() -> None:
    settings = config(**{"level.more": "info"})
    assert verdict(STAYS, replace(settings, secrets=frozenset({"data"}))) is Verdict.FAIL
    assert verdict(STAYS, replace(settings, secrets=frozenset({"data.lev"}))) is Verdict.PASS


@pytest.mark.parametrize(
    "control", ["environment-holds-no-credential", BY_REFERENCE, "commands-hold-no-credential"]
)
def test_no_message_quotes_what_it_found(control: str) -> None:
    leaking = deployment()
    for place, value in ((("env", 0, "value"), GITHUB), (("env", 1, "value"), RANDOM), (("args", 1), GITHUB)):
        leaking = changed(leaking, ("spec", "template", "spec", "containers", 0, *place), value)
    found = judge([RULE_BY_CONTROL[control]], resources((leaking,)))
    assert Verdict.FAIL in {each.verdict for each in found}
    said = json.dumps([each.message for each in found])
    assert GITHUB not in said
    assert RANDOM not in said
