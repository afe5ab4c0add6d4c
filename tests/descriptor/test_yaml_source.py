"""What the YAML reader takes, what it refuses, and that nothing escapes it."""

import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from pavedroad.descriptor import yaml_source
from pavedroad.descriptor.yaml_source import DEEPEST, MOST_NODES, YamlError, locate, parse


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test holds for both parsers."""
    if request.param == "pure Python":
        monkeypatch.setattr(yaml_source, "_PARSER", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("this PyYAML was built without libyaml")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("22:22", "22:22"),
        ("010", "010"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("2026-01-31", "2026-01-31"),
        (".inf", ".inf"),
        ("+1", "+1"),
        ("1.20", 1.2),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"true"', "true"),
        ("'12'", "12"),
        ('""', ""),
        ("9" * 40, "9" * 40),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(written: str, meant: object) -> None:
    value = parse(f"key: {written}\n")
    assert value == {"key": meant}
    assert isinstance(value, dict)
    assert type(value["key"]) is type(meant)


def test_structure_is_kept_in_order() -> None:
    text = "b: [1, {c: d, e: []}]\na:\n  - x\n  -\n    y: {}\n"
    assert parse(text) == {"b": [1, {"c": "d", "e": []}], "a": ["x", {"y": {}}]}
    assert list(parse(text)) == ["b", "a"]  # type: ignore[call-overload]  # it is a mapping, as asserted above


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(newline: str) -> None:
    assert parse(newline.join(["a: 1", "b:", "  - c", ""])) == {"a": 1, "b": ["c"]}


REFUSED = {
    "anchor": ("a: &x 1\n", 1, 4, "anchors"),
    "alias": ("a: *x\n", 1, 4, "aliases"),
    "list that holds itself": ("&a [*a]\n", 1, 1, "anchors"),
    "merge key": ("a:\n  <<: {b: 1}\n", 2, 3, "merge keys"),
    "tag of Python": ("a: !!python/object/apply:os.system [id]\n", 1, 4, "tags"),
    "tag of one's own": ("a: !secret x\n", 1, 4, "tags"),
    "tag on a mapping": ("a: !!map {}\n", 1, 4, "tags"),
    "second document": ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
    "nothing": ("", 1, 1, "empty"),
    "only a comment": ("# nothing\n", 2, 1, "empty"),
    "number as key": ("a:\n  8080: x\n", 2, 3, "not text"),
    "null as key": ("~: x\n", 1, 1, "not text"),
    "list as key": ("? [a]\n: b\n", 1, 3, "keys are text"),
    "mapping as key": ("{a: 1}: b\n", 1, 1, "keys are text"),
    "duplicate": ("a: 1\nb: 2\na: 3\n", 3, 1, "twice"),
    "duplicate in flow": ("a: {b: 1, b: 2}\n", 1, 11, "twice"),
    "duplicate in a list": ("a:\n  - b: 1\n    b: 2\n", 3, 5, "twice"),
    "duplicate by quoting": ('a: 1\n"a": 2\n', 2, 1, "twice"),
    "NUL": ("a: b\nc: \x00d\n", 2, 4, "U+0000"),
    "escape character": ("a: \x1b[31m\n", 1, 4, "U+001B"),
    "deep list": ("[" * 20_000, 1, DEEPEST + 1, "nesting"),
    "deep mapping": ("{a: " * 20_000, 1, 4 * DEEPEST + 1, "nesting"),
    "unfinished": ("a: [1,\n", 2, 1, "not YAML"),
    "tab": ("a:\n\tb: 1\n", 2, 1, "not YAML"),
    "flat list": ("- 1\n" * 200_000, MOST_NODES, 3, "split the file"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_surprises_or_explodes_is_refused_at_its_place(name: str) -> None:
    text, line, column, reason = REFUSED[name]
    with pytest.raises(YamlError) as refused:
        parse(text)
    problem = refused.value.problems[0]
    assert reason in problem.text
    assert (problem.line, problem.column) == (line, column)


def test_all_duplicates_are_told_at_once_with_their_paths() -> None:
    with pytest.raises(YamlError) as refused:
        parse("a: {b: 1, b: 2}\nc:\n  - d: 1\n    d: 2\n")
    assert [problem.path for problem in refused.value.problems] == [("a", "b"), ("c", 0, "d")]


def test_entries_are_located_at_their_keys_and_items() -> None:
    located = locate("a:\n  b: 1.20\n  c:\n    - x\n    - {d: 010}\n")
    assert located.places[("a", "b")] == (2, 3)
    assert located.places[("a", "c", 1)] == (5, 7)
    assert located.places[("a", "c", 1, "d")] == (5, 8)
    assert located.written[("a", "b")] == "1.20"
    assert located.written[("a", "c", 1, "d")] == "010"


@given(st.text(max_size=300))
@example("\ufeff")
@example("- - - - ?")
@example("%YAML 1.1\n---\n")
@example("a: |\n b\x85c")
def test_any_text_gives_a_value_or_problems_that_have_a_place(text: str) -> None:
    try:
        parse(text)
        problems = []
    except YamlError as error:
        problems = [(problem.line, problem.column) for problem in error.problems] or [(0, 0)]
    assert all(line >= 1 and column >= 1 for line, column in problems)


plain = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(plain, trees, min_size=1, max_size=5))
def test_json_is_read_as_what_it_says(tree: dict[str, object]) -> None:
    assert parse(json.dumps(tree)) == tree
