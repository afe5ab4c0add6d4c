"""A remedy sets what nobody has said, and leaves everything else as it is."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pavedroad.governance import Opaque
from pavedroad.governance.remedies import Remedy, remedied

REMEDIES = (
    Remedy("metadataOptions.httpTokens", "required"),
    Remedy("disks[].encrypted", value=True),
    Remedy("protected", value=True),
)


def test_what_is_missing_is_set_and_named() -> None:
    tree, made = remedied({"disks": [{"size": 1}, {"encrypted": False}, {}]}, REMEDIES)
    assert tree == {
        "metadataOptions": {"httpTokens": "required"},
        "disks": [{"size": 1, "encrypted": True}, {"encrypted": False}, {"encrypted": True}],
        "protected": True,
    }
    assert made == [
        "metadataOptions.httpTokens",
        "disks[0].encrypted",
        "disks[2].encrypted",
        "protected",
    ]


def test_what_is_said_or_not_known_yet_is_not_touched() -> None:
    given = {
        "metadataOptions": Opaque.UNKNOWN,
        "disks": [{"encrypted": Opaque.UNKNOWN}, Opaque.UNKNOWN],
        "protected": False,
    }
    assert remedied(given, REMEDIES) == (given, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3) | st.sampled_from(list(Opaque)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["disks", "encrypted", "protected", "metadataOptions", "httpTokens"]), inner
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["disks", "protected", "metadataOptions", "other"]), JSON))
def test_whatever_the_properties_nothing_given_changes_and_a_second_time_nothing_is_left_to_set(
    properties: dict[str, Any],
) -> None:
    before = copy.deepcopy(properties)
    tree, made = remedied(properties, REMEDIES)
    assert properties == before
    assert remedied(tree, REMEDIES) == (tree, [])
    assert contains(tree, properties)
    assert bool(made) == (tree != properties)


def contains(tree: object, part: object) -> bool:
    if isinstance(part, dict) and isinstance(tree, dict):
        return all(value is None or contains(tree[name], value) for name, value in part.items())
    if isinstance(part, list) and isinstance(tree, list):
        return len(part) == len(tree) and all(map(contains, tree, part))
    return tree is part or tree == part
