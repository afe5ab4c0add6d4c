"""Rules about tags in AWS: whoever finds a resource, or its bill, can tell whose it is and what it holds."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    Resource,
    Settings,
    Severity,
    Stack,
    StackRule,
    setting,
)
from pavedroad.governance.canonical import canonical_token
from pavedroad.governance.properties import State

_PROVIDER: Final = "pulumi:providers:aws"
_DEFAULT_PROVIDER: Final = "default"
_SCALING_GROUP: Final = "aws:autoscaling/group:Group"

_TABLE: Final = Path(__file__).with_name("taggable.txt")
TAGGABLE: Final = frozenset(map(canonical_token, (*_TABLE.read_text("utf-8").split(), _SCALING_GROUP)))
"""Every type of the AWS provider that has tags; scripts/tabulate_taggable.py makes the table."""


class Tagging(Settings):
    """Which tags a resource must have."""

    required_tags: tuple[str, ...] = setting(
        ("owner", "team", "environment", "cost-centre", "data-class"), "Keys that every resource must have."
    )
    allowed_values: tuple[str, ...] = setting(
        (
            "data-class=public",
            "data-class=internal",
            "data-class=confidential",
            "data-class=restricted",
        ),
        "Values that a key may have, each as key=value; a key that is not named here may have any but an empty one.",
    )


def _tagged(wanted: Tagging) -> Callable[[Stack], Iterator[Duty]]:
    allowed = _by_key(wanted.allowed_values)

    def check(stack: Stack) -> Iterator[Duty]:
        providers = {each.urn: each for each in stack.of_types({_PROVIDER})}
        default = next((each for each in providers.values() if each.name.startswith(_DEFAULT_PROVIDER)), None)
        for resource in stack.of_types(TAGGABLE):
            provider = providers.get(resource.provider) if resource.provider else default
            for key in wanted.required_tags:
                yield _duty(resource, provider, key, allowed.get(key, frozenset()))

    return check


def _by_key(pairs: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    values: dict[str, set[str]] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        values.setdefault(key, set()).add(value)
    return {key: frozenset(of_key) for key, of_key in values.items()}


def _duty(resource: Resource, provider: Resource | None, key: str, allowed: frozenset[str]) -> Duty:
    tag = _tag(resource, key)
    if provider is not None:
        tag = tag.or_else(provider.properties.document("defaultTags").at("tags").entry(key).text())
    return Duty(
        resource,
        tag.satisfies(lambda value: value in allowed if allowed else bool(value.strip())),
        f"it must have the tag {key} with {'one of the values that are allowed for it' if allowed else 'a value'}",
    )


def _tag(resource: Resource, key: str) -> Reading[str]:
    """Read a tag of ``resource``: its own, or one that the provider says it has."""
    if resource.type == _SCALING_GROUP:
        return _listed_tag(resource.properties, key)
    own = resource.properties.at("tags").entry(key).text()
    return own.or_else(resource.properties.at("tagsAll").entry(key).text())


def _listed_tag(group: Properties, key: str) -> Reading[str]:
    """Read a tag of a scaling group, which lists its tags; what is not known may be the one looked for."""
    items = group.items("tags")
    named = [item.text("value") for item in items if item.text("key").value == key]
    hidden = [item.text("key") for item in items if item.text("key").equals(key).holds is None]
    missing: Reading[str] = Reading("tags", State.ABSENT)
    return next(iter((*named, *hidden)), missing)


TAGGED: Final = StackRule.settable(
    Control(
        identifier="aws-resources-tagged",
        sentence="Every AWS resource that can have tags has those that say whose it is and what it holds",
        why="Nobody can be asked about a resource without an owner, nor can its cost or its data be accounted for.",
        severity=Severity.MEDIUM,
        resource_types=TAGGABLE,
        fix=Fix(pulumi="set the tags on the resource, or for all of them in the provider's defaultTags"),
        rows=(286,),
    ),
    Tagging(),
    _tagged,
)

RULES: Final = (TAGGED,)
