"""The report as a comment on a pull request."""

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pavedroad.policy.check import Judged, Judgement
from pavedroad.policy.reports.order import label, summary, worst_first
from pavedroad.policy.reports.printable import printable

_MOST_BYTES: Final = 24_000
"""Of all tables: a comment has room for some 60,000, and other reports stand in it too."""

_MEANT: Final = {each: f"&#{ord(each)};" for each in "\\|*_`[]~@#"}
"""What Markdown, or a code host, would make something of: emphasis, cells, mentions, issues."""

_ADDRESSES: Final = (("://", "&#58;//"), ("www.", "www&#46;"))
"""What becomes a link by itself."""


def as_markdown(judged: Sequence[Judged]) -> str:
    """Report what blocks, what is only said, and what is not evaluated or exempt, by environment."""
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: Sequence[Judged]) -> Iterator[str]:
    yield "## Policies"
    room = _MOST_BYTES // (3 * max(1, len(judged)))
    for each in judged:
        blocking = [judgement for judgement in each.judgements if judgement.blocks]
        others = [judgement for judgement in worst_first(each.judgements) if not judgement.blocks]
        yield ""
        yield f"### {_text(each.name)}: {summary(each.judgements)}"
        if blocking:
            yield ""
            yield from _table(worst_first(blocking), room)
        if each.remediations:
            yield ""
            made = [
                f"- set by `{one.control}`: {_text(one.name)}: {_text(', '.join(one.paths))}"
                for one in each.remediations
            ]
            yield from _fitting(made, room, "- and {more} more; `--json` has them all")
        if others:
            yield ""
            yield f"<details><summary>{len(others)} more that do not block</summary>"
            yield ""
            yield from _table(others, room)
            yield ""
            yield "</details>"


def _table(judgements: Sequence[Judgement], room: int) -> Iterator[str]:
    yield "| | severity | control | what is owed | where |"
    yield "|---|---|---|---|---|"
    yield from _fitting(map(_row, judgements), room, "| | | | and {more} more; `--json` has them all | |")


def _row(judgement: Judgement) -> str:
    finding = judgement.finding
    said = f"{finding.message} ({finding.exemption})" if finding.exemption else finding.message
    cells = (
        label(judgement),
        judgement.severity or "",
        f"`{finding.control}`",
        _text(said),
        _text(str(finding.position)) if finding.position else "",
    )
    return f"| {' | '.join(cells)} |"


def _fitting(lines: Iterable[str], room: int, rest: str) -> Iterator[str]:
    """Give the lines that ``room`` bytes hold, and count the others."""
    more = 0
    for line in lines:
        room -= len(line.encode()) + 1
        if room >= 0 and not more:
            yield line
        else:
            more += 1
    if more:
        yield rest.format(more=more)


def _text(text: str) -> str:
    """Keep names from being read as Markdown or HTML, or from ending a table's cell."""
    safe = "".join(_MEANT.get(each, each) for each in html.escape(printable(text), quote=False))
    for address, instead in _ADDRESSES:
        safe = safe.replace(address, instead)
    return safe
