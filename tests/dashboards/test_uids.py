"""Identifiers of dashboards are short enough for Grafana and never the same for two subjects."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pavedroad.dashboards import service_uid, store_uid
from pavedroad.dashboards.uids import LIMIT

LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
SHORT = st.from_regex(r"[ab](-?[ab]){0,3}", fullmatch=True)


@given(namespace=LABELS, name=LABELS)
def test_grafana_takes_every_identifier(namespace: str, name: str) -> None:
    for uid in (service_uid(namespace, name), store_uid(namespace, name)):
        assert len(uid) <= LIMIT
        assert re.fullmatch(r"[A-Za-z0-9_-]+", uid)


@given(one=st.tuples(SHORT, SHORT), other=st.tuples(SHORT, SHORT))
def test_two_subjects_never_share_one(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (service_uid(*one) == service_uid(*other)) == (one == other)


def test_a_plain_name_stays_readable() -> None:
    assert service_uid("orders", "checkout") == "service-orders-checkout"
