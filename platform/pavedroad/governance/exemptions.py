"""Exemptions: who may break which control, where, why and until when; and what is wrong with those that are given.

An exemption is exact. It names one control and one target, and it excuses failures of nothing else. One that has
run out, that nobody could grant or that excuses nothing is a failure of its own, so that none outlives its reason.
What is *not evaluated* is never exempt: there is no failure yet that could be excused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from pavedroad.governance.controls import Control, Fix, Severity
from pavedroad.governance.findings import Finding, Verdict
from pavedroad.governance.properties import Properties
from pavedroad.governance.resources import Resource
from pavedroad.near_misses import suggestion
from pavedroad.position import Position

TYPE: Final = "pavedroad:intent:Exemption"
"""The type token that findings about exemptions themselves carry."""

LONGEST_DAYS: Final[Mapping[Severity, int]] = {
    Severity.CRITICAL: 30,
    Severity.HIGH: 90,
    Severity.MEDIUM: 180,
    Severity.LOW: 365,
}
"""For how many days, from the day of its grant, a control of each severity may be broken at most."""

TEAMS_MAY_GRANT: Final = frozenset({Severity.LOW, Severity.MEDIUM})
"""Severities of the controls from which a team may exempt itself."""

EXEMPTIONS_EXACT: Final = Control(
    identifier="exemptions-exact",
    sentence="Every exemption is in force, was granted by somebody who may, and excuses a failure that is there.",
    why="An exemption that outlives its reason excuses the next failure, of which nobody knew when it was granted.",
    severity=Severity.MEDIUM,
    resource_types=frozenset({TYPE}),
    fix=Fix(
        pulumi="remove the exemption, or correct it in policy-exemptions.yaml",
        descriptor="remove the exemption, or correct it in the team's descriptor or the environment's file",
    ),
)
"""The control that exemptions themselves are held against; from it nothing can be exempted."""

_KUBERNETES: Final = "kubernetes:"
_INTENT: Final = "pavedroad:intent:"
_IDLE: Final = "it excuses no failure that is here and not exempt already; remove it, or correct its target"
_ELEMENT: Final = ("team", "service", "store", "topic")


class Grantor(StrEnum):
    """Who grants an exemption."""

    TEAM = "team"
    """A team, to what it owns, in its descriptor."""
    PLATFORM = "platform"
    """Those who answer for the environment, in its file."""


class OwnedTarget(NamedTuple):
    """What a team owns: a service (worker, job) without its stores, a store, or a topic.

    Attributes:
        team: The team's name.
        service: Name of the service, worker or job; empty for a topic.
        store: Name of the store, of the service; empty for the service itself or a topic.
        topic: Name of the topic; empty for a service or a store.
        labels: What the Kubernetes objects that are made of it are labelled with; an empty value for a label that
            they do not have.
    """

    team: str
    service: str = ""
    store: str = ""
    topic: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    def covers(self, resource: Resource) -> bool:
        """Whether ``resource`` is it, or is made of it."""
        properties = resource.properties
        if resource.type.startswith(_INTENT):
            wanted = (self.team, self.service, self.store, self.topic)
            return all(_is(properties, word, text) for word, text in zip(_ELEMENT, wanted, strict=True))
        labels = properties.at("metadata.labels")
        return bool(self.labels) and all(_is(labels.entry(name), "", text) for name, text in self.labels)

    def __str__(self) -> str:
        """Return it as messages name it."""
        if self.topic:
            return f"topic {self.topic} of team {self.team}"
        store = f"store {self.store} of " if self.store else ""
        return f"{store}service {self.service} of team {self.team}"


class ObjectTarget(NamedTuple):
    """A Kubernetes object; with a trailing `*` in the name, those of one kind and namespace whose names begin so.

    Attributes:
        kind: Its kind, as `DaemonSet`.
        name: Its name, or the beginning of it and a `*`.
        namespace: Its namespace; empty for an object that stands in none.
    """

    kind: str
    name: str
    namespace: str = ""

    def covers(self, resource: Resource) -> bool:
        """Whether ``resource`` is one of them; a name that is not known yet is none."""
        if not (resource.type.startswith(_KUBERNETES) and resource.type.endswith(f":{self.kind}")):
            return False
        metadata = resource.properties.at("metadata")
        namespaced = _is(metadata, "namespace", self.namespace) or (
            self.namespace == "default" and _is(metadata, "namespace", "")
        )
        name = metadata.text("name").value
        if not namespaced or name is None:
            return False
        return name.startswith(self.name[:-1]) if self.name.endswith("*") else name == self.name

    def __str__(self) -> str:
        """Return it as messages name it."""
        place = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.kind} {self.name}{place}"


class DeclaredTarget(NamedTuple):
    """A resource of a Pulumi program, by its type token and logical name, as `aws:s3/bucket:Bucket` and `logs`."""

    type: str
    name: str

    def covers(self, resource: Resource) -> bool:
        """Whether ``resource`` is it."""
        return self.name == resource.name and self.type in (resource.type, resource.declared_type)

    def __str__(self) -> str:
        """Return it as messages name it."""
        return f"{self.type} {self.name}"


Target = OwnedTarget | ObjectTarget | DeclaredTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Leave to break one control in one place for a while.

    Attributes:
        control: The control's identifier.
        target: Where it may be broken.
        reason: Why.
        owner: Who answers for it: a mail address.
        granted: The day from which it holds; the longest time that its severity allows is counted from here, so
            that prolonging it is a visible change.
        expires: The last day on which it holds.
        grantor: Who grants it.
        position: Where it is written; None where no file is known.
    """

    control: str
    target: Target
    reason: str
    owner: str
    granted: date
    expires: date
    grantor: Grantor
    position: Position | None = None

    def __str__(self) -> str:
        """Return why, by whom and until when, as findings that it excuses carry it."""
        return f"{self.reason} ({self.owner}, until {self.expires.isoformat()})"


class InForce(NamedTuple):
    """The exemptions that hold on a day, and what is wrong with those that do not.

    Attributes:
        exemptions: Those that hold, in the order in which they were given.
        faults: A failure of `exemptions-exact` for everything that is wrong with the others, which excuse nothing.
    """

    exemptions: tuple[Exemption, ...]
    faults: tuple[Finding, ...]

    def excuse(self, findings: Iterable[Finding], resources: Iterable[Resource]) -> list[Finding]:
        """Excuse the failures that exemptions cover: the verdict is *exempt*, and says why.

        Args:
            findings: What was found.
            resources: What was judged, in the one form in which rules see it (`canonical`).
        """
        return [_excused(finding, by) for finding, by in self._covered(findings, resources)]

    def apply(self, findings: Iterable[Finding], resources: Iterable[Resource]) -> list[Finding]:
        """Excuse as `excuse` does, and add what is wrong with exemptions: each fault, and each that is not needed.

        Args:
            findings: Everything that was found wherever one of the exemptions may be needed: in all stacks of an
                environment, by all controls.
            resources: What was judged, in the one form in which rules see it (`canonical`).
        """
        covered = self._covered(findings, resources)
        used = {id(by) for _, by in covered}
        idle = [each for each in self.exemptions if id(each) not in used]
        return [
            *(_excused(finding, by) for finding, by in covered),
            *self.faults,
            *(_failure(each, _IDLE) for each in idle),
        ]

    def _covered(
        self, findings: Iterable[Finding], resources: Iterable[Resource]
    ) -> list[tuple[Finding, Exemption | None]]:
        """Put beside each finding the first exemption that covers it, where it fails or may yet fail."""
        by_control: dict[str, list[Exemption]] = {}
        for each in self.exemptions:
            by_control.setdefault(each.control, []).append(each)
        judged = {resource.key: resource for resource in resources} if by_control else {}

        def covering(finding: Finding) -> Exemption | None:
            resource = judged.get((finding.urn, finding.part))
            if resource is None or finding.verdict not in (Verdict.FAIL, Verdict.NOT_EVALUATED):
                return None
            candidates = by_control.get(finding.control, ())
            return next((each for each in candidates if each.target.covers(resource)), None)

        return [(finding, covering(finding)) for finding in findings]


def in_force(exemptions: Iterable[Exemption], severities: Mapping[str, Severity], as_of: date) -> InForce:
    """Tell the exemptions that hold on a day from those that something is wrong with.

    Args:
        exemptions: Those that were given for an environment.
        severities: The severity of every control that there is, by its identifier.
        as_of: The day.
    """
    faults = [(each, tuple(_faults(each, severities, as_of))) for each in exemptions]
    return InForce(
        exemptions=tuple(each for each, wrong in faults if not wrong),
        faults=tuple(_failure(each, fault) for each, wrong in faults for fault in wrong),
    )


def _excused(finding: Finding, exemption: Exemption | None) -> Finding:
    """Excuse a failure; what may yet fail stays *not evaluated*."""
    if exemption is None or finding.verdict is not Verdict.FAIL:
        return finding
    return finding._replace(verdict=Verdict.EXEMPT, exemption=str(exemption))


def _faults(exemption: Exemption, severities: Mapping[str, Severity], as_of: date) -> Iterator[str]:
    """Say what is wrong with an exemption, whatever it covers."""
    severity = severities.get(exemption.control)
    if exemption.control == EXEMPTIONS_EXACT.identifier:
        yield "exemptions themselves cannot be exempt"
    elif severity is None:
        unknown = f"there is no control {exemption.control}"
        yield "; ".join(filter(None, [unknown, suggestion(exemption.control, severities)]))
    else:
        yield from _beyond_the_grantor(exemption, severity)
    if exemption.granted > as_of:
        yield f"it holds only from {exemption.granted.isoformat()} on, which is still to come"
    if exemption.expires < exemption.granted:
        yield f"it runs out on {exemption.expires.isoformat()}, before it was granted"
    elif exemption.expires < as_of:
        yield f"it ran out on {exemption.expires.isoformat()}; mend what it excused, or grant it anew"


def _beyond_the_grantor(exemption: Exemption, severity: Severity) -> Iterator[str]:
    """Say where an exemption asks for more than whoever grants it may."""
    if exemption.grantor is Grantor.TEAM and severity not in TEAMS_MAY_GRANT:
        yield (
            f"{exemption.control} is {severity}: only the platform may exempt from it, in an environment's file"
        )
    longest, days = LONGEST_DAYS[severity], (exemption.expires - exemption.granted).days
    if days > longest:
        yield f"it holds for {days} days; {exemption.control} is {severity}, so {longest} are the most"


def _failure(exemption: Exemption, fault: str) -> Finding:
    """Make a finding of what is wrong with an exemption."""
    name = f"{exemption.control} on {exemption.target}"
    return Finding(
        control=EXEMPTIONS_EXACT.identifier,
        verdict=Verdict.FAIL,
        type=TYPE,
        name=name,
        message=f"exemption from {name}: {fault}",
        position=exemption.position,
    )


def _is(properties: Properties, path: str, text: str) -> bool:
    """Whether the text at ``path`` is known and is ``text``; an empty one stands for none."""
    return properties.text(path).equals(text, absent=not text).holds is True
