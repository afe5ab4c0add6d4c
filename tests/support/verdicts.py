"""Judging what is declared by one control, for tests of single judgements."""

from pavedroad.governance import Stack, Verdict, canonical, judge
from tests.support.examples import RULE_BY_CONTROL, Declared, resources

_ORDER = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]


def verdict(control: str, *declared: Declared, whole: bool = True, **settings: object) -> Verdict:
    """Give the worst verdict of a control on the first of what is declared."""
    made = resources(declared)
    rule = RULE_BY_CONTROL[control].set_to(settings)
    found = judge([rule], Stack(canonical(made), whole=whole))
    return max((each.verdict for each in found if each.urn == made[0].urn), key=_ORDER.index)


def verdicts(control: str, *declared: Declared, whole: bool = True) -> dict[str, Verdict]:
    """Give the worst verdict of a control on each of what is declared, by name."""
    worst: dict[str, Verdict] = {}
    for found in judge([RULE_BY_CONTROL[control]], Stack(canonical(resources(declared)), whole=whole)):
        worst[found.name] = max(worst.get(found.name, Verdict.PASS), found.verdict, key=_ORDER.index)
    return worst
