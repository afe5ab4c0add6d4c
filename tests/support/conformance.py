"""Labelled cases of others: manifests, the control of theirs that each is about, and its verdict.

The cases belong to others and are read where they are. Only the mapping onto this project's controls is kept here:
`tests/policies/pod_security.py` and `tests/policies/gatekeeper/<area>.py`.
"""

import importlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pavedroad.governance import PodRule, Rule, Verdict, canonical, judge
from pavedroad.governance.stack import Stack
from policies.areas import RULES
from tests.support.manifests import Manifest, declared, every_form, manifests

CASES = Path(__file__).parents[3] / "shared" / "conformance"
POD_SECURITY = CASES / "pod-security-admission"
GATEKEEPER = CASES / "gatekeeper-library"
SUITES = Path(__file__).parents[1] / "policies" / "gatekeeper"

RULE_BY_CONTROL: Mapping[str, Rule] = {rule.control.identifier: rule for rule in RULES}

Label = Mapping[str, Any]
Parameters = Mapping[str, Any]


def _nothing(_: Parameters) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True)
class Suite:
    """What stands here for one suite of the Gatekeeper library.

    Attributes:
        controls: The controls that together ask what the suite asks; a bad object breaks at least one of them,
            a good one none.
        settings: Turns the parameters of the suite's constraint into settings. Each control takes those that it
            has. Exempt images are passed on without being named here.
        asked: Says which of the controls a constraint with these parameters asks for; None for all of them.
    """

    controls: tuple[str, ...]
    settings: Callable[[Parameters], Mapping[str, object]] = field(default=_nothing)
    asked: Callable[[Parameters], Collection[str]] | None = None

    def rules(self, parameters: Parameters) -> list[Rule]:
        """Set the controls as a constraint with ``parameters`` asks."""
        wanted = dict(self.settings(parameters))
        asked = self.controls if self.asked is None else self.asked(parameters)
        rules = [RULE_BY_CONTROL[control] for control in self.controls if control in asked]
        known = {name for rule in rules for name in rule.settings_schema()}
        assert wanted.keys() <= known, f"none of {self.controls} has {sorted(wanted.keys() - known)}"
        return [_set(rule, wanted, parameters.get("exemptImages", [])) for rule in rules]


@dataclass(frozen=True)
class Case:
    """One labelled object.

    Attributes:
        name: Where it stands, and which of several constraints it is judged under.
        subject: The object.
        others: What must be in the same stack for the label to hold.
        rules: The rules that the label speaks about.
        fails: Whether at least one of them must fire; otherwise none may.
    """

    name: str
    subject: Manifest
    others: tuple[Manifest, ...]
    rules: tuple[Rule, ...]
    fails: bool

    def disagreements(self) -> list[str]:
        """Judge the object in every form, and say where the verdict is another one than the label's."""
        expected = "fail" if self.fails else "pass"
        return [
            f"{self.name} as {form}: {found}, not {expected}"
            for form, manifest in every_form(self.subject).items()
            if (found := self._verdict(manifest)) != expected
        ]

    def _verdict(self, manifest: Manifest) -> str:
        others = (declared(each, f"other-{index}") for index, each in enumerate(self.others))
        stack = Stack(canonical([declared(manifest, "subject"), *others]))
        said = {finding.verdict for finding in judge(self.rules, stack)}
        if Verdict.FAIL in said:
            return "fail"
        return "not evaluated" if Verdict.NOT_EVALUATED in said else "pass"


def pod_security_cases(
    controls: Mapping[str, Sequence[str]], restricted_only: Iterable[str], overridden_by: Mapping[str, str]
) -> dict[str, Case]:
    """List the cases of the newest policy version, by name.

    Args:
        controls: Ours for each check.
        restricted_only: The checks that the profile `baseline` does not have.
        overridden_by: The check that may report in place of another, in the profile `restricted`.
    """
    of_profile = {"restricted": set(controls), "baseline": controls.keys() - set(restricted_only)}
    cases: dict[str, Case] = {}
    for name, label in _labels(POD_SECURITY).items():
        level, check, fails = label["level"], label["control"], label["expected"] == "fail"
        if not label["primary"]:
            continue
        checks = {check} if fails else of_profile[level]
        if fails and level == "restricted" and check in overridden_by:
            checks = {check, overridden_by[check]}
        named = dict.fromkeys(control for each in sorted(checks) for control in controls[each])
        rules = tuple(RULE_BY_CONTROL[control] for control in named)
        (subject,) = manifests(POD_SECURITY / name)
        cases[name] = Case(name, subject, (), rules, fails)
    return cases


def gatekeeper_cases() -> dict[str, Case]:
    """List the cases of the suites that stand in the mapping, by name."""
    suites = every_suite()
    return {
        name: _gatekeeper_case(name, label, suites[label["control"]])
        for name, label in gatekeeper_labels().items()
        if label["control"] in suites
    }


def gatekeeper_labels() -> dict[str, Label]:
    """List the labels whose object is declared as it is, not asked for in an admission review."""
    return {
        name: label for name, label in _labels(GATEKEEPER).items() if not label.get("admission_only", False)
    }


@cache
def every_suite() -> Mapping[str, Suite]:
    """Collect the mapping of every area."""
    found: dict[str, Suite] = {}
    for file in sorted(SUITES.glob("*.py")):
        found |= importlib.import_module(f"tests.policies.gatekeeper.{file.stem}").SUITES
    return found


def _gatekeeper_case(name: str, label: Label, suite: Suite) -> Case:
    (constraint,) = manifests(GATEKEEPER / label["constraint"])
    parameters = constraint.get("spec", {}).get("parameters") or {}
    (subject,) = manifests(GATEKEEPER / name.partition("#")[0])
    others = tuple(each for file in label.get("inventory", ()) for each in manifests(GATEKEEPER / file))
    return Case(name, subject, others, tuple(suite.rules(parameters)), label["expected"] == "fail")


def _set(rule: Rule, wanted: Mapping[str, object], exempt_images: Sequence[str]) -> Rule:
    own = {name: value for name, value in wanted.items() if name in rule.settings_schema()}
    if exempt_images and isinstance(rule, PodRule):
        own["exemptImages"] = list(exempt_images)
    return rule.set_to(own)


@cache
def _labels(folder: Path) -> Mapping[str, Label]:
    labels: Mapping[str, Label] = json.loads((folder / "LABELS.json").read_text("utf-8"))
    return labels
