"""Who is told of an alert: owners and their rotations, receivers, escalation, mute times.

Nothing here holds a key: whatever opens a receiver is named by its place in the environment's secret store.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from pavedroad.descriptor.hours import HoursSpec, TimeOfDay
from pavedroad.descriptor.values import (
    Day,
    Days,
    Duration,
    Email,
    HostName,
    LabelValue,
    Many,
    Meaning,
    Name,
    Reason,
    SecretKey,
    Spec,
    Text,
    TimeZone,
    VaultPath,
)

Severity = Literal["page", "ticket", "info"]
"""What an alert asks for: somebody now, somebody this week, or nobody."""

SEVERITIES: Final[tuple[Severity, ...]] = ("page", "ticket", "info")

AlertLabel = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,62}$"),
    Meaning("the name of an alert's label, such as alertname or service"),
]
HttpsUrl = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$"),
    Meaning("an https URL without user, query or fragment"),
]
SlackChannel = Annotated[
    str,
    StringConstraints(pattern=r"^[#@]?[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"),
    Meaning('a channel in quotes, such as "#alerts"'),
]


class ShiftSpec(HoursSpec):
    """Hours of the week that some people share, one after the other."""

    people: Annotated[Many[Email], Field(min_length=1)]
    """Who takes turns, in this order."""


class RotationSpec(Spec):
    """Who is on call at any time of the week. Every minute belongs to a shift."""

    time_zone: TimeZone
    """Whose clocks count."""
    since: Day
    """The day on which everybody's first turn begins."""
    handover: TimeOfDay = "09:00"
    """When turns change."""
    turn: Days = "7d"
    """How long one turn is."""
    shifts: Annotated[Many[ShiftSpec], Field(min_length=1)]
    """The hours of the week and who shares them."""


class OnCallOwner(Spec):
    """Who answers for something, and how alerts reach them."""

    email: Email
    """Where mail goes."""
    channel: Text | None = None
    """The chat channel."""
    on_call: LabelValue | None = None
    """Name of the on-call rotation, as the paging service knows it."""
    rotation: RotationSpec | None = None
    """Who is on call when, where no paging service says so."""


class KeySpec(Spec):
    """A key by reference; the key itself never stands in a descriptor."""

    vault: VaultPath
    """Path of the entry in the environment's secret store."""
    key: SecretKey
    """Key inside the entry."""


class PagerDutyReceiver(Spec):
    """PagerDuty, by its Events API."""

    kind: Literal["pagerduty"]
    routing_key: KeySpec
    """The integration's routing key."""


class OpsgenieReceiver(Spec):
    """Opsgenie. Alerts go to the schedule that `owners.on_call` names."""

    kind: Literal["opsgenie"]
    api_key: KeySpec
    """The integration's key."""
    region: Literal["us", "eu"] = "us"
    """Where the account is kept."""


class SlackReceiver(Spec):
    """Slack, as an application with the right chat:write."""

    kind: Literal["slack"]
    token: KeySpec
    """The application's token."""
    channel: SlackChannel | None = None
    """Where messages go. Default: the channel of the alert's owner."""


class EmailReceiver(Spec):
    """Mail, by a server that speaks TLS from the first byte, as the egress gateway needs: port 465."""

    kind: Literal["email"]
    server: HostName
    """The mail server, such as smtp.example.com."""
    sender: Email
    """Who the mail comes from."""
    to: Email | None = None
    """Who gets it. Default: the address of the alert's owner."""
    username: Text | None = None
    """With which name to log in. Default: none, and no password."""
    password: KeySpec | None = None
    """The password of that name."""


class WebhookReceiver(Spec):
    """Anything that takes Alertmanager's own JSON."""

    kind: Literal["webhook"]
    url: HttpsUrl
    """Where it answers."""
    token: KeySpec | None = None
    """Token that is sent along. Default: none."""


Receiver = Annotated[
    PagerDutyReceiver | OpsgenieReceiver | SlackReceiver | EmailReceiver | WebhookReceiver,
    Field(discriminator="kind"),
]


class StepSpec(Spec):
    """One step of an escalation."""

    after: Duration | None = None
    """How long an alert has to last before this step. Default, for the first step alone: `grouping.wait`."""
    notify: Annotated[Many[Name], Field(min_length=1)]
    """Receivers that are told."""


class EscalationSpec(Spec):
    """Who is told about alerts of each severity, and who after them."""

    page: Annotated[Many[StepSpec], Field(min_length=1)]
    """Alerts that somebody has to act on now."""
    ticket: Many[StepSpec] = ()
    """Alerts that somebody has to act on soon. Default: nobody is told."""
    info: Many[StepSpec] = ()
    """Alerts that nobody has to act on. Default: nobody is told."""


class MuteSpec(HoursSpec):
    """Times at which alerts are not sent. What still lasts afterwards is."""

    severities: Annotated[Many[Severity], Field(min_length=1)]
    """Severities that are held back."""
    teams: Many[Name] | None = None
    """Teams whose alerts are held back. Default: everybody's."""
    time_zone: TimeZone
    """Whose clocks count."""
    reason: Reason
    """Why that is right."""


class GroupingSpec(Spec):
    """What makes one message of several alerts."""

    by: Annotated[Many[AlertLabel], Field(min_length=1)] = ("alertname", "service")
    """Labels that alerts of one message have in common."""
    wait: Duration = "30s"
    """How long the first alert waits for others."""
    interval: Duration = "5m"
    """How long after a message the next one tells what came since."""
    repeat: Duration = "4h"
    """How long after a message it is said again."""


class DeadManSpec(Spec):
    """Who notices that no alerts could be sent at all: a service outside that misses a regular message."""

    notify: Name
    """The receiver."""
    every: Duration = "5m"
    """How often it is told that all is well."""


class OnCallSpec(Spec):
    """Where alerts of an environment go."""

    receivers: Annotated[dict[Name, Receiver], Field(min_length=1)]
    """Ways to tell somebody, by name."""
    escalation: EscalationSpec
    """Who is told, where a team's own entry says nothing else."""
    teams: dict[Name, EscalationSpec] = {}
    """Teams for which others are told."""
    mute: dict[Name, MuteSpec] = {}
    """Times at which alerts are held back."""
    grouping: GroupingSpec = Field(default_factory=GroupingSpec)
    """What makes one message of several alerts."""
    dead_man: DeadManSpec | None = None
    """Who notices that alerting itself is dead. Default: nobody."""
    platform: OnCallOwner
    """Who answers for what all teams share, and for alerts that belong to no team."""
