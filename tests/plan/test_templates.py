"""References in texts: plain ones are replaced, secret ones never become text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.plan.templates import expand_env, expand_text
from pavedroad.plan.values import EnvVar, FieldRef, SecretKeyRef, Value

if TYPE_CHECKING:
    from pavedroad.descriptor.references import OutputReference

PASSWORD = SecretKeyRef("orders-ledger", "password")
KNOWN: dict[str, Value] = {
    "${stores.ledger.host}": "ledger.shop.svc.cluster.local",
    "${stores.ledger.password}": PASSWORD,
    "${calls.other/pay.url}": "http://pay.other.svc.cluster.local:80",
    "${pod.name}": FieldRef("metadata.name"),
}


def lookup(reference: OutputReference) -> Value:
    return KNOWN[str(reference)]


def test_a_plain_reference_is_replaced_where_it_stands() -> None:
    (variable,) = expand_env({"URL": "x=${calls.other/pay.url}/v1"}, lookup)
    assert variable == EnvVar("URL", "x=http://pay.other.svc.cluster.local:80/v1")


def test_a_value_that_is_one_secret_becomes_a_reference_to_its_key() -> None:
    assert expand_env({"PASSWORD": "${stores.ledger.password}"}, lookup) == (EnvVar("PASSWORD", PASSWORD),)


def test_a_secret_inside_a_text_is_carried_by_a_variable_that_comes_first() -> None:
    helper, variable = expand_env({"URI": "pg://u:${stores.ledger.password}@h"}, lookup)
    assert helper == EnvVar("PAVEDROAD_STORES_LEDGER_PASSWORD", PASSWORD)
    assert variable == EnvVar("URI", "pg://u:$(PAVEDROAD_STORES_LEDGER_PASSWORD)@h")


def test_a_secret_used_twice_is_carried_once() -> None:
    names = [
        one.name
        for one in expand_env({"A": "1${stores.ledger.password}", "B": "2${stores.ledger.password}"}, lookup)
    ]
    assert names == ["PAVEDROAD_STORES_LEDGER_PASSWORD", "A", "B"]


def test_kubernetes_own_expansion_is_never_triggered_by_a_descriptors_text() -> None:
    (variable,) = expand_env({"A": "$(OTHER) and $${literal}"}, lookup)
    assert variable.value == "$$(OTHER) and ${literal}"


@given(st.text(st.characters(exclude_characters="$"), max_size=50))
def test_a_text_without_dollars_is_left_alone(text: str) -> None:
    assert expand_text(text, lookup) == text


def test_a_secret_in_a_configuration_file_is_refused_rather_than_written() -> None:
    with pytest.raises(TypeError, match="no plain text"):
        expand_text("password: ${stores.ledger.password}", lookup)
