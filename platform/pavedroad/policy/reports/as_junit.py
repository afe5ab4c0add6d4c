"""The report as JUnit XML, as CI systems show it: a suite per environment, a case per verdict."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from pavedroad.governance import Verdict
from pavedroad.policy.check import Judged, Judgement
from pavedroad.policy.reports.printable import printable


def as_junit(judged: Iterable[Judged]) -> str:
    """Report every verdict: a failure where it blocks, skipped where it is not evaluated, exempt or only said."""
    root = ET.Element("testsuites", name="policies")
    for each in judged:
        suite = ET.SubElement(root, "testsuite", name=printable(each.name), tests=str(len(each.judgements)))
        outcomes = [_add_case(suite, judgement) for judgement in each.judgements]
        suite.set("failures", str(outcomes.count("failure")))
        suite.set("skipped", str(outcomes.count("skipped")))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ET.Element, judgement: Judgement) -> str | None:
    finding = judgement.finding
    case = ET.SubElement(
        suite,
        "testcase",
        classname=finding.control,
        name=printable(finding.urn or finding.name or finding.control),
    )
    if finding.position:
        case.set("file", printable(finding.position.file))
        case.set("line", str(finding.position.line))
    if finding.verdict is Verdict.PASS:
        return None
    outcome = "failure" if judgement.blocks else "skipped"
    said = f"{_meaning(judgement)}: {finding.message}"
    if finding.exemption:
        said += f" ({finding.exemption})"
    told = ET.SubElement(case, outcome, message=printable(said))
    if judgement.blocks:
        told.set("type", judgement.severity or "unrated")
    return outcome


def _meaning(judgement: Judgement) -> str:
    if judgement.finding.verdict is not Verdict.FAIL:
        return judgement.finding.verdict.value
    return "fails as it did at the base" if judgement.old else f"fails, {judgement.enforcement.value}"
