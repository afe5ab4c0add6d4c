"""Who answers: teams can be reached, also at night."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Resource, ResourceRule, Rule, Severity, Tier, any_of
from policies.rules.intent.shapes import BELOW_STAGING, TEAM, duty, in_descriptor


def _reachable(team: Resource) -> Iterator[Duty]:
    mail = team.properties.text("owners.email").satisfies(lambda address: "@" in address)
    yield duty(team, ("owners", "email"), mail, "owners.email must be an address")
    chat, duty_list = (team.properties.text(f"owners.{word}").present() for word in ("channel", "on_call"))
    yield duty(team, ("owners",), any_of(chat, duty_list), "owners must name a channel or on_call")


def _on_call(team: Resource) -> Iterator[Duty]:
    named = team.properties.text("owners.on_call").present()
    yield duty(team, ("owners",), named, "owners must name on_call")


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        Control(
            identifier="teams-reachable",
            sentence="A team can be reached by mail, and faster than by mail.",
            why="Whoever finds a hole or an outage looks for somebody to tell.",
            severity=Severity.LOW,
            resource_types=frozenset({TEAM}),
            fix=in_descriptor("name the team's chat `channel` or its `on_call` rotation under `owners`"),
            rows=(102,),
        ),
        _reachable,
    ),
    ResourceRule(
        Control(
            identifier="teams-on-call",
            sentence="A team whose services run in production names who is called at night.",
            why="An alert that goes to nobody is read in the morning.",
            severity=Severity.LOW,
            resource_types=frozenset({TEAM}),
            fix=in_descriptor("name the rotation in `owners.on_call`"),
            off_in=BELOW_STAGING | {Tier.STAGING},
            advisory_in=frozenset({Tier.PRODUCTION}),
        ),
        _on_call,
    ),
)
