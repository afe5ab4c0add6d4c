"""A comparison as one pull-request comment: GitHub-flavoured Markdown that nothing shown in it can break.

Whatever comes from a program (names, values, paths) stands inside of HTML ``<code>`` or ``<pre>`` elements, with
every character that HTML or Markdown could read escaped. The comment's length is limited, and says so.
"""

import html
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from pavedroad.preview.blast_radius import blast_radius
from pavedroad.preview.changes import Change, Changes
from pavedroad.preview.comparing import Comparison
from pavedroad.preview.wording import SIGNS, owner, short_type, summary, value_text

MARKER: Final = "<!-- pavedroad preview -->"
"""The first line, by which a workflow finds its comment to keep it up to date."""

MOST_CHARACTERS: Final = 65_536
"""The longest comment that GitHub takes."""

_MARKDOWN: Final = re.compile(r"[\\`*_{}\[\]()#+!|~@:$/.\-]")
_MOST_REACHES: Final = 15


def comparison_markdown(comparison: Comparison, limit: int = MOST_CHARACTERS) -> str:
    """Return the comment, at most ``limit`` characters long: summary and data loss first, then per stack."""
    head = [MARKER, "## What this change does", "", _escaped(summary(comparison)), ""]
    if comparison.fault is not None:
        head[3] = f"⚠️ {code(comparison.base)} cannot be compared: {code(comparison.fault)}"
        return _cut(["\n".join(head)], limit)
    return _cut(["\n".join(head + list(_overview(comparison))), *_details(comparison)], limit)


def code(text: str) -> str:
    """Return a text that a program chose as inline code which can neither end it nor be read as markup."""
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    """Return a text with all that HTML or Markdown would read as character references, on one line."""
    one_line = " ".join(text.split())
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", html.escape(one_line))


def _overview(comparison: Comparison) -> Iterator[str]:
    losses = [
        (changes.stack, change)
        for changes in comparison.changes
        for change in changes.changes
        if change.data_loss
    ]
    for stack, change in losses:
        what = f"{short_type(change.resource.type)} {change.resource.name}"
        yield (
            f"- 🛑 **{change.kind}** {code(what)} in {code(stack)} of {code(owner(change.resource))}: "
            f"{_escaped(change.data_loss or '')}"
        )
    for stack, count in comparison.new_stacks.items():
        yield f"- environment {code(stack)} is new, with {count} resources"
    for stack in comparison.gone_stacks:
        yield f"- environment {code(stack)} is gone from here; what it declared stays until it is destroyed"
    reaches = blast_radius(comparison.changes)
    if reaches:
        yield "\n### Blast radius\n"
        yield from (f"- {_escaped(str(reach))}" for reach in reaches[:_MOST_REACHES])
        if len(reaches) > _MOST_REACHES:
            yield f"- and {len(reaches) - _MOST_REACHES} more kinds of change"
    yield ""


def _details(comparison: Comparison) -> Iterator[str]:
    for changes in comparison.changes:
        yield f"\n### {code(changes.stack)}\n\n" + ("" if changes.changes else "no change\n")
        yield from _stack(changes)


def _stack(changes: Changes) -> Iterator[str]:
    ordered = sorted(changes.changes, key=lambda change: owner(change.resource))
    for name, group in groupby(ordered, key=lambda change: owner(change.resource)):
        found = list(group)
        lines = "\n".join(html.escape(line) for change in found for line in _lines(change))
        counted = f"{len(found)} change" if len(found) == 1 else f"{len(found)} changes"
        yield (
            f"<details><summary>{code(name)}: {counted}</summary>\n\n<pre>\n{lines}\n</pre>\n\n</details>\n"
        )


def _lines(change: Change) -> Iterator[str]:
    resource = change.resource
    because = f" because of {', '.join(change.replaced_by)}" if change.replaced_by else ""
    yield _one_line(f"{SIGNS[change.kind]} {short_type(resource.type)} {resource.name}{because}")
    if change.former_urn:
        yield _one_line(f"    was {change.former_urn}")
    for item in change.properties:
        yield _one_line(f"    {item}: {value_text(item.before)} → {value_text(item.after)}")


def _one_line(text: str) -> str:
    """Return a text without line ends: an empty line would end the HTML block that it stands in."""
    return " ".join(text.splitlines()) or " "


def _cut(sections: list[str], limit: int) -> str:
    """Return as many whole sections as fit, and say how many do not."""
    text = ""
    for index, section in enumerate(sections):
        left = len(sections) - index
        note = f"\n⚠️ cut here: {left} of {len(sections)} sections do not fit; run `paved preview` for all\n"
        room = limit - len(note) if left > 1 else limit
        if len(text) + len(section) > room:
            return text[: limit - len(note)] + note
        text += section
    return text
