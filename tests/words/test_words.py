"""No word of a descriptor or an environment is accepted and ignored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

import pytest

from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.exemptions import PlatformExemption, TeamExemption
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.descriptor.workload import ApiSpec
from tests.support.example import Example, account_example, example, places_example, regions_example
from tests.support.words import Change, Word, changed, changes, choices, settled, words, words_used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


TIERS = ("local", "production")
TEAMS = ("showcase", "partner", "workshop")

Effect = Literal["refused", "nothing", "something"]


@dataclass(frozen=True)
class Outcome:
    """What came of a change: it was refused, or it changed something that is rendered, or nothing."""

    change: Change
    effect: Effect


WITHOUT_EFFECT = {
    **dict.fromkeys(
        ("CustomSlo.window", "FreshnessSlo.window"),
        "the example says calendar periods here, whose letters cannot be changed; AvailabilitySlo.window is tried",
    ),
    **dict.fromkeys(
        (
            "KafkaTopicSpec.open_to",
            "QueueSpec.open_to",
            "ExchangeSpec.open_to",
            "StreamSpec.open_to",
            "SqsQueueSpec.open_to",
            "SnsTopicSpec.open_to",
            "ServiceSpec.open_to",
            "WorkerSpec.open_to",
        ),
        "allows the other team's edge; what the edge opens is rendered, and refused where this word is missing",
    ),
    **dict.fromkeys(
        (
            "BucketStore.discard",
            "CassandraStore.discard",
            "DynamodbStore.discard",
            "MemcachedStore.discard",
            "MongodbStore.discard",
            "MysqlStore.discard",
            "Neo4jStore.discard",
            "NeptuneStore.discard",
            "PostgresStore.discard",
            "RedisStore.discard",
        ),
        "takes away a protection that only some tiers and stores have; tests/plan/stores hold that it does",
    ),
    **dict.fromkeys(
        (
            "TeamDescriptor.exemptions",
            "EnvironmentDescriptor.controls",
            "ControlSpec.enforcement",
            "ControlSpec.settings",
            "EnvironmentDescriptor.exemptions",
            *map(str, words(TeamExemption) | words(PlatformExemption) | words(ApiSpec)),
            "ServiceSpec.api",
        ),
        "decides what the policy check lets pass, and changes no object (tests/intent, tests/policies)",
    ),
    **dict.fromkeys(
        ("ShiftSpec.days", "ShiftSpec.starts", "ShiftSpec.ends", "RotationSpec.shifts"),
        "is refused alone: a week is whole, so hours go from one shift to another (tests/oncall)",
    ),
    "OnCallSpec.receivers": "is refused alone: each is named where somebody is told (tests/oncall)",
    "MuteSpec.reason": "tells people why, and Alertmanager nothing",
    "AvailabilitySlo.works_without": "takes away a warning (tests/descriptor/test_slos.py)",
    "TeamDescriptor.team": "is the file's name: another name is another team",
    "SandboxCluster.labels": "lets placements through that ask for them; one cluster holds everything anyway",
    "EnvironmentDescriptor.slices": "says which stacks the same objects stand in",
}
"""Words whose change may leave every object as it is, with the reason."""

STARTUP = ("services", "shop", "probes", "startup")
PROBED_OTHERWISE = (
    Change(Word("ProbeSpec", "grpc"), STARTUP, None, ({"tcp": True, "port": "grpc"},)),
    Change(Word("ProbeSpec", "tcp"), STARTUP, None, ({"tcp": True, "port": "grpc"},)),
)
"""A probe asks exactly one question, so one word goes only where another comes."""


SHOP_SLOS, PACKER_SLOS = (("services", service, "slos") for service in ("shop", "packer"))
ANOTHER_EXPRESSION = "sum(rate(others_total[$window]))"
OBJECTIVES_OTHERWISE = (
    *(
        Change(Word("CustomSlo", word), (*SHOP_SLOS, slo, word), None, (ANOTHER_EXPRESSION,))
        for slo, word in (
            ("correct", "good"),
            ("settled", "bad"),
            ("settled", "total"),
            ("stocked", "error_ratio"),
        )
    ),
    Change(Word("QueueAgeSlo", "topic"), (*PACKER_SLOS, "waiting", "topic"), None, ("order-placed",)),
)
"""An expression has to be PromQL, and a topic one that is read, so a changed letter is refused."""

TWO_ZONES = Change(
    Word("NetworkSpec", "zones"), ("aws", "network"), None, ({"cidr": "10.40.0.0/16", "zones": 2},)
)
"""Letters are as many as zones, so one word goes only where the other does."""

IN_MEMORY = Change(
    Word("TracesSpec", "storage"), ("observability", "traces"), "memory", ({"storage": "memory"},)
)
"""Traces in memory have no retention, so one word goes only where the other does."""

EMULATOR = Change(
    Word("ProvidersSpec", "dynamodb"), ("providers", "dynamodb"), "dynamodb", ("dynamodb-local",)
)
"""The emulator is for the lowest tiers alone, and a function's tables are DynamoDB's own: tried where there are none."""

PLACED = ("PlacementSpec", "PlacementOverride")
TOLD_APART = ("labels", "addresses", "clients")
"""Models and words that only several clusters realise."""

OF_REGIONS = ("region", "network", "weight", "spread")
"""Words that only clusters in several regions realise."""

TO_THE_NEAREST = Change(Word("DomainsSpec", "spread"), ("domains", "spread"), "weight", ("latency",))

ON_KNATIVE = Change(Word("ProvidersSpec", "function"), ("providers", "function"), "lambda", ("knative",))
"""The functions of the example say what only Lambda realises, so this is tried where there are none."""

PARAMETERS = Change(
    Word("AwsSecrets", "provider"), ("secrets", "provider"), "secrets-manager", ("parameter-store",)
)
"""Functions read Secrets Manager alone, so this is tried where there are none."""


@cache
def outcomes(tier: str) -> tuple[Outcome, ...]:
    """Change every value of the example in a tier, one at a time, and return what came of it.

    A team's words are tried without what it says about this environment, which would stand over them; those of its
    ``environments`` are tried after. An environment's words are tried on the sandbox and on a real cluster.
    """
    cloud = tier == "production"
    plain, whole = (example(tier, cloud=cloud, overrides=overrides) for overrides in (False, True))
    found: list[Outcome] = []
    for team in TEAMS:
        of_team = partial(_with_team, team=team)
        found += _try(plain, changes(plain.load_team(team)), of_team)
        overrides = (one for one in changes(whole.load_team(team)) if "environments" in one.path)
        found += _try(whole, overrides, of_team)
    found += _try(whole, (*PROBED_OTHERWISE, *OBJECTIVES_OTHERWISE), partial(_with_team, team="showcase"))
    for base in (example(tier, overrides=False), example(tier, cloud=True, overrides=False)):
        found += _try(base, (*changes(base.load_environment()), IN_MEMORY), _with_environment)
    return (*found, *in_an_account(), *on_several_clusters())


@cache
def in_an_account() -> tuple[Outcome, ...]:
    """Change what only an account realises, and every word of an environment in one; the tier makes no difference."""
    found: list[Outcome] = []
    account = account_example("production")
    of_team = partial(_with_team, team="harbour")
    found += _try(
        account, (one for one in changes(account.load_team("harbour")) if "environments" in one.path), of_team
    )
    plain = account_example("production", overrides=False)
    found += _try(plain, changes(plain.load_team("harbour")), of_team)
    found += _try(account, (TWO_ZONES,), _with_environment)
    found += _try(_without_functions(account_example("local")), (EMULATOR,), _with_environment)
    found += _try(_without_functions(account), (PARAMETERS, ON_KNATIVE), _with_environment)
    for base in (account, account_example("production", existing=True)):
        found += _try(base, changes(base.load_environment()), _with_environment)
    return tuple(found)


@cache
def on_several_clusters() -> tuple[Outcome, ...]:
    """Change what only several clusters realise: where a team is placed, and what tells its clusters apart."""
    found: list[Outcome] = []
    of_team = partial(_with_team, team="branches")
    base = places_example()
    placed = (one for one in changes(base.load_team("branches")) if one.word.model in PLACED)
    found += _try(base, placed, of_team)
    for base in (places_example(), places_example(account=True)):
        told = (one for one in changes(base.load_environment()) if one.word.field in TOLD_APART)
        found += _try(base, told, _with_environment)
    for base in (regions_example(), regions_example(outside=True)):
        told = (one for one in changes(base.load_environment()) if one.word.field in OF_REGIONS)
        found += _try(base, told, _with_environment)
    found += _try(regions_example(), (TO_THE_NEAREST,), _with_environment)
    return tuple(found)


def _without_functions(base: Example) -> Example:
    """Return an example without the one team that has functions."""
    teams = {name: team for name, team in base.teams.items() if name != "harbour"}
    return Example(teams, {**base.environment, "teams": tuple(teams)})


def _with_team(base: Example, change: Change, value: object, *, team: str) -> Example:
    teams = {**base.teams, team: changed(base.teams[team], change.path, value)}
    return replace(base, teams=teams)


def _with_environment(base: Example, change: Change, value: object) -> Example:
    return replace(base, environment=changed(base.environment, change.path, value))


def _try(
    base: Example, tried: Iterable[Change], make: Callable[[Example, Change, object], Example]
) -> list[Outcome]:
    """Try changes, each with the first of its candidates that is not refused."""
    before = base.declared()
    assert before is not None

    def effect(change: Change) -> Effect:
        after = (make(base, change, value).declared() for value in change.candidates)
        valid = next((declared for declared in after if declared is not None), None)
        if valid is None:
            return "refused"
        return "nothing" if valid == before else "something"

    return [Outcome(change, effect(change)) for change in tried]


def _words_with(tier: str, effect: Effect) -> set[Word]:
    return {outcome.change.word for outcome in outcomes(tier) if outcome.effect == effect}


def test_the_example_uses_every_word_of_a_descriptor() -> None:
    used = {word.field for team in ("showcase", "partner") for word in words_used(example().load_team(team))}
    used |= {word.field for word in words_used(account_example().load_team("harbour"))}
    used |= {word.field for word in words_used(places_example().load_team("branches"))}
    assert {word.field for word in words(TeamDescriptor)} - used == set()


def test_every_word_is_tried_wherever_it_can_be_said() -> None:
    base = example()
    said = set[Word]().union(*(words_used(base.load_team(team)) for team in TEAMS))
    said |= words_used(account_example().load_team("harbour"))
    said |= words_used(places_example().load_team("branches"))
    assert words(TeamDescriptor) - said == set()
    said = words_used(base.load_environment()) | words_used(example(cloud=True).load_environment())
    for existing in (False, True):
        said |= words_used(account_example(existing=existing).load_environment())
    for account in (False, True):
        said |= words_used(places_example(account=account).load_environment())
    said |= words_used(regions_example(outside=True).load_environment())
    assert {str(word) for word in words(EnvironmentDescriptor) - said} == {"EnvironmentDescriptor.slices"}


@pytest.mark.parametrize("tier", TIERS)
def test_no_change_of_a_word_is_accepted_and_ignored(tier: str) -> None:
    ignored = [outcome.change for outcome in outcomes(tier) if outcome.effect == "nothing"]
    assert [str(change) for change in ignored if str(change.word) not in WITHOUT_EFFECT] == []


@pytest.mark.parametrize("tier", TIERS)
def test_every_word_can_be_changed_to_an_effect(tier: str) -> None:
    tried = {outcome.change.word for outcome in outcomes(tier)}
    only = settled(TeamDescriptor) | settled(EnvironmentDescriptor)
    idle = tried - _words_with(tier, "something") - (only & _words_with(tier, "refused"))
    assert {str(word) for word in idle} - set(WITHOUT_EFFECT) == set()


@pytest.mark.parametrize("tier", TIERS)
def test_every_value_of_a_choice_has_an_effect(tier: str) -> None:
    told_apart: dict[Word, set[object]] = {}
    for outcome in outcomes(tier):
        if outcome.effect == "something":
            values = told_apart.setdefault(outcome.change.word, set())
            values.update(one for one in (outcome.change.value, *outcome.change.candidates) if _plain(one))
    missing = {
        str(word): set(values) - told_apart.get(word, set())
        for word, values in (choices(TeamDescriptor) | choices(EnvironmentDescriptor)).items()
        if str(word) not in WITHOUT_EFFECT
    }
    assert {word: values for word, values in missing.items() if values} == {}


def _plain(value: object) -> bool:
    return isinstance(value, str | int)


@pytest.mark.parametrize("word", ["ServiceSpec.open_to", "KafkaTopicSpec.open_to", "ExchangeSpec.open_to"])
def test_an_edge_between_teams_is_refused_where_it_is_not_opened(word: str) -> None:
    assert word in {str(found) for found in _words_with("local", "refused")}
