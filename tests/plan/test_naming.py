"""Names: cut to fit, never made equal, never changed by a rename."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pavedroad.plan.naming import DNS_LABEL_LIMIT, file_key, fit, join, physical, slug

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
PARTS = st.lists(st.from_regex(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True), min_size=1, max_size=4)


def test_a_short_name_stays_as_it_is() -> None:
    assert join("orders", "ledger") == "orders-ledger"


@given(PARTS)
def test_joined_names_are_dns_labels_within_the_limit(parts: list[str]) -> None:
    name = join(*parts)
    assert len(name) <= DNS_LABEL_LIMIT
    assert LABEL.fullmatch(name)


@given(st.text("ab", min_size=64, max_size=90), st.text("ab", min_size=64, max_size=90))
def test_two_long_names_that_differ_stay_different_when_cut(first: str, second: str) -> None:
    assert (fit(first) == fit(second)) == (first == second)


def test_a_rename_keeps_the_oldest_name() -> None:
    assert physical("purchases", ("orders", "sales")) == "orders"
    assert physical("purchases", ()) == "purchases"


@given(st.from_regex(r"(/[A-Za-z0-9_.-]{1,20}){1,4}", fullmatch=True))
def test_a_slug_of_a_path_is_a_dns_label(path: str) -> None:
    assert LABEL.fullmatch(slug(f"scratch{path}"))


def test_slugs_of_paths_that_differ_only_in_what_a_label_cannot_say_differ() -> None:
    assert len({slug("/tmp/a.b"), slug("/tmp/a-b"), slug("/tmp/A-b"), slug("/tmp/a_b")}) == 4


def test_files_of_the_same_name_in_two_folders_have_two_keys() -> None:
    assert file_key("/etc/a/app.yaml") != file_key("/etc/b/app.yaml")
    assert file_key("/etc/a/app.yaml").endswith("-app.yaml")
