"""Rules about roles that name no power but every power at once."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Fix, Severity, Truth, all_of
from policies.rules.rbac.permissions import ROLES, Grant
from policies.rules.rbac.shapes import BY_ITSELF, cis, each_grant


def _no_wildcard(grant: Grant, *paths: str) -> Iterator[Truth]:
    return (
        item.text().satisfies(lambda name: "*" not in name)
        for path in paths
        for item in grant.rule.items(path)
    )


VERBS: Final = each_grant(
    Control(
        identifier="roles-without-wildcard-verbs",
        sentence="Every role names the verbs that it allows",
        why="A wildcard includes verbs that nobody had in mind, such as escalate or impersonate, and those of "
        "versions to come.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="list the verbs that are needed in place of *"),
        references=cis("5.1.3", eks="4.1.3"),
        rows=(106,),
    ),
    "name its verbs without *",
    lambda grant: all_of(*_no_wildcard(grant, "verbs")),
)

RESOURCES: Final = each_grant(
    Control(
        identifier="roles-without-wildcard-resources",
        sentence="Every role names the resources that it is about",
        why="A wildcard includes secrets and subresources such as exec, and every kind that is added later.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="list the resources that are needed in place of *"),
        references=cis("5.1.3", eks="4.1.3"),
        rows=(107,),
    ),
    "name its resources and nonResourceURLs without *",
    lambda grant: all_of(
        *_no_wildcard(grant, "resources"),
        *(
            url.text().satisfies(lambda path: path not in ("*", "/*"))
            for url in grant.rule.items("nonResourceURLs")
        ),
    ),
)

API_GROUPS: Final = each_grant(
    Control(
        identifier="roles-without-wildcard-api-groups",
        sentence="Every role names the API groups that it is about",
        why="The same name of a resource may mean something else, and something dangerous, in another group.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="list the API groups that are needed in place of *"),
        references=cis("5.1.3", eks="4.1.3"),
        rows=(107,),
    ),
    "name its apiGroups without *",
    lambda grant: all_of(*_no_wildcard(grant, "apiGroups")),
)

RULES: Final = (VERBS, RESOURCES, API_GROUPS)
