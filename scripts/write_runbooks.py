# ruff: noqa: INP001  a script of its own, in no package
"""Write docs/runbooks and docs/alerts.md from the tables of alerts; what teams wrote into runbooks is kept.

python scripts/write_runbooks.py
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "platform"))

from pavedroad.plan.observability.alerts import SUBJECTS  # noqa: E402 the path comes first
from pavedroad.plan.observability.alerts.model import runbook_name  # noqa: E402 as above
from pavedroad.plan.observability.alerts.runbooks import SLO_PAGES, file_name, pages, plain, written  # noqa: E402 as above

RUNBOOKS = ROOT / "docs" / "runbooks"
LIST = ROOT / "docs" / "alerts.md"


def texts(folder: Path = RUNBOOKS) -> dict[str, str]:
    """Return what every runbook should say, by file name, with what teams wrote into those that are there."""
    files = {file_name(page): page for page in pages(SUBJECTS)}
    return {name: written(page, _before(folder / name)) for name, page in files.items()}


def alert_list() -> str:
    """Return the page that lists every kind of alert."""
    return "\n".join((*_list_lines(), ""))


def _before(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _list_lines() -> Iterator[str]:
    yield "# Alerts"
    yield ""
    yield "Made by `scripts/write_runbooks.py` from the tables in `platform/pavedroad/plan/observability/alerts`."
    yield "An environment gets the kinds of what stands in it. Each links to its runbook; who is told: [on call](on-call.md)."
    for subject in SUBJECTS:
        yield from ("", f"## {subject.title.capitalize()}", "", f"Metrics: {subject.exporters}.", "")
        yield from ("| Alert | Asks for | After | What is wrong |", "| --- | --- | --- | --- |")
        for kind in subject.kinds:
            link = f"[{kind.name}](runbooks/{runbook_name(kind.name)}.md)"
            yield f"| {link} | {kind.severity} | {kind.hold or 'at once'} | {plain(kind.summary)} |"
    yield from ("", "## Objectives", "", "| Alert | What is wrong |", "| --- | --- |")
    yield from (f"| [{page.name}](runbooks/{file_name(page)}) | {page.means} |" for page in SLO_PAGES)


def main() -> None:
    """Write everything, and remove runbooks of kinds that are gone."""
    RUNBOOKS.mkdir(parents=True, exist_ok=True)
    wanted = texts()
    for name, text in wanted.items():
        (RUNBOOKS / name).write_text(text, encoding="utf-8")
    for file in RUNBOOKS.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    LIST.write_text(alert_list(), encoding="utf-8")


if __name__ == "__main__":
    main()
