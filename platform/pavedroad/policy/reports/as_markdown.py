"""The report as a comment on a pull request."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pavedroad.policy.check import Judged, Judgement
from pavedroad.policy.reports.order import label, summary, worst_first

_MOST_ROWS: Final = 50
"""Rows of one table: a comment has room for some 65,000 characters."""


def as_markdown(judged: Sequence[Judged]) -> str:
    """Report what blocks, what is only said, and what is not evaluated or exempt, by environment."""
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: Iterable[Judged]) -> Iterator[str]:
    yield "## Policies"
    for each in judged:
        blocking = [judgement for judgement in each.judgements if judgement.blocks]
        others = [judgement for judgement in worst_first(each.judgements) if not judgement.blocks]
        yield ""
        yield f"### {_text(each.name)}: {summary(each.judgements)}"
        if blocking:
            yield ""
            yield from _table(worst_first(blocking))
        if each.remediations:
            yield ""
            yield from (
                f"- set by `{made.control}`: {_text(made.name)}: {_text(', '.join(made.paths))}"
                for made in each.remediations[:_MOST_ROWS]
            )
        if others:
            yield ""
            yield f"<details><summary>{len(others)} more that do not block</summary>"
            yield ""
            yield from _table(others)
            yield ""
            yield "</details>"


def _table(judgements: Sequence[Judgement]) -> Iterator[str]:
    yield "| | severity | control | what is owed | where |"
    yield "|---|---|---|---|---|"
    for judgement in judgements[:_MOST_ROWS]:
        finding = judgement.finding
        said = f"{finding.message} ({finding.exemption})" if finding.exemption else finding.message
        cells = (
            label(judgement),
            judgement.severity or "",
            f"`{finding.control}`",
            _text(said),
            _text(str(finding.position)) if finding.position else "",
        )
        yield f"| {' | '.join(cells)} |"
    if len(judgements) > _MOST_ROWS:
        yield f"| | | | and {len(judgements) - _MOST_ROWS} more; `--json` has them all | |"


def _text(text: str) -> str:
    """Keep names from being read as Markdown or HTML, or from ending a table's cell."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("\n", " ")
    return "".join(f"\\{each}" if each in "*_`[]" else each for each in safe)
