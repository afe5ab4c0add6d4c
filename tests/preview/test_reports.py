"""The forms of a comparison: complete, safe to post, and honest about what is left out."""

import html
import json
import re
from importlib.resources import files

import jsonschema
import pytest

from pavedroad.preview.base import Base
from pavedroad.preview.comparing import Comparison, compare_with
from pavedroad.preview.document import to_text
from pavedroad.preview.json_report import comparison_document
from pavedroad.preview.markdown_report import MARKER, MOST_CHARACTERS, comparison_markdown
from pavedroad.preview.text_report import comparison_text, rendering_text
from tests.support.renderings import kubernetes, manifest, rendering

HOSTILE = [
    "</code></pre></details><script>alert(1)</script>",
    "```\n\n# owned\n\n[click](https://evil.example)\n\n@everyone",
    "a\n\n</pre>\n\n![x](https://evil.example/x.png)",
    "<!-- pavedroad preview -->",
    "| a | b |\n|---|---|",
    "https://evil.example #123 **bold** :tada:",
]


def comparison(hostile: str = "x", resources: int = 1) -> Comparison:
    def stack(value: str) -> list[object]:
        return [
            kubernetes(
                manifest("v1", "Service", f"web-{number}", spec={hostile: value}),
                service=hostile,
                team=hostile,
            )
            for number in range(resources)
        ]

    claim = kubernetes(manifest("v1", "PersistentVolumeClaim", hostile))
    base = rendering(claim, *stack("before"))  # type: ignore[arg-type]  # a list of resources
    head = rendering(*stack(f"after {hostile}"))  # type: ignore[arg-type]  # a list of resources
    return compare_with(
        Base(ref=hostile, renderings={"dev": base}, stacks=("dev", "old")),
        [head, rendering(stack="new")],
        ["dev", "new"],
    )


def test_text_tells_data_loss_first_then_each_owner() -> None:
    lines = comparison_text(comparison(), colour=False).splitlines()
    assert lines == [
        "against x: 1 with DATA LOSS, 1 deleted, 1 changed, 1 new environments, 1 environments gone",
        "new: new, with 0 resources",
        "old: gone from here; what it declared stays",
        "dev:",
        "  ! PersistentVolumeClaim x is deleted: the volume's data is lost",
        "  orders/web",
        "    - PersistentVolumeClaim x deleted",
        "  x/x",
        "    ~ Service web-0 changed",
        '        spec.x: "before" -> "after x"',
    ]


def test_colour_is_only_added() -> None:
    plain, coloured = (comparison_text(comparison(), colour=colour) for colour in (False, True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain != coloured


def test_a_rendering_lists_what_each_owner_has() -> None:
    text = rendering_text([rendering(kubernetes(manifest("v1", "Service")))])
    assert text == "dev: 1 resources\n  orders/web\n    Service web\n"


def test_json_keeps_to_its_published_schema() -> None:
    schema = json.loads(files("pavedroad.preview").joinpath("schema/changes.v1.schema.json").read_text())
    content = json.loads(to_text(comparison_document(comparison(resources=3))))
    jsonschema.validate(content, schema)
    assert content["stacks"][0]["changes"][1]["properties"] == [
        {"path": "spec.x", "before": "before", "after": "after x"}
    ]


def test_a_base_that_cannot_be_compared_is_said_and_nothing_is_shown_as_added() -> None:
    heads = [rendering(kubernetes(manifest("v1", "Service")))]
    broken = compare_with(Base(ref="main", fault="its program <fails>"), heads, ["dev"])

    assert comparison_text(broken, colour=False) == "main cannot be compared: its program <fails>\n"
    markdown = comparison_markdown(broken)
    assert "cannot be compared" in markdown
    assert "<fails>" not in markdown
    document = comparison_document(broken)
    assert (document["fault"], document["stacks"]) == ("its program <fails>", [])
    for form in (markdown, to_text(document)):
        assert "added" not in form


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_is_shown_can_break_the_comment(hostile: str) -> None:
    markdown = comparison_markdown(comparison(hostile))

    harmless = comparison_markdown(comparison("x"))
    assert re.findall(r"<[^>]*>", markdown) == re.findall(r"<[^>]*>", harmless), "no tag but our own"
    outside = re.sub(r"<pre>.*?</pre>", "", markdown, flags=re.DOTALL)
    for pattern in (r"\]\(", r"https:", r"@everyone", r"\*\*bold", r"#123", r"^# ", r"```", r"\|---"):
        assert not re.search(pattern, outside, flags=re.MULTILINE), pattern
    for block in re.findall(r"<pre>\n(.*?)\n</pre>", markdown, flags=re.DOTALL):
        assert "\n\n" not in block, "an empty line would end the HTML block"
    assert " ".join(hostile.split())[:12] in " ".join(html.unescape(markdown).split()), "still readable"


def test_the_comment_begins_with_its_marker_and_the_gravest() -> None:
    lines = [line for line in comparison_markdown(comparison()).splitlines() if line]
    assert lines[0] == MARKER
    assert lines[3].startswith("- 🛑 **deleted** <code>PersistentVolumeClaim x</code>")


def test_a_comment_that_is_too_long_is_cut_and_says_so() -> None:
    many = [
        kubernetes(manifest("v1", "Service", f"s{number}", spec={"x": "y" * 150}), service=f"s{number}")
        for number in range(600)
    ]
    changed = [
        kubernetes(manifest("v1", "Service", f"s{number}", spec={"x": "z" * 150}), service=f"s{number}")
        for number in range(600)
    ]
    base = Base(ref="main", renderings={"dev": rendering(*many)}, stacks=("dev",))
    markdown = comparison_markdown(compare_with(base, [rendering(*changed)], ["dev"]))

    assert len(markdown) <= MOST_CHARACTERS
    said = re.search(r"cut here: (\d+) of (\d+) sections do not fit", markdown)
    assert said is not None
    assert int(said[2]) - int(said[1]) == markdown.count("</details>") + 2, "summary and heading count too"
    assert markdown.count("<details>") == markdown.count("</details>"), "cut between sections"
