"""What a team's people may see of their namespace."""

from components.team import READER_RULES
from pavedroad.plan.resolve import resolve
from tests.support.declaring import declared
from tests.support.example import FILES, example

BESIDE = {
    "endpoints",
    "endpointslices",
    "events",
    "limitranges",
    "pods",
    "pods/log",
    "replicasets",
    "workflows",
}
"""What Kubernetes makes of it, or holds beside it, and people look at."""


def plural(kind: str) -> str:
    """Return the resource of a kind."""
    return f"{kind.lower().removesuffix('y')}ies" if kind.endswith("y") else f"{kind.lower()}s"


def test_they_see_every_kind_that_the_platform_declares_for_them_in_the_groups_that_they_may_read() -> None:
    loaded = example("production", cloud=True).load()
    assert loaded is not None
    objects = [
        each
        for each in declared(resolve(*loaded, FILES)).values()
        if "pavedroad.dev/team" in each.get("metadata", {}).get("labels", {}) and each["kind"] != "Namespace"
    ]
    groups = {group for rule in READER_RULES for group in rule["apiGroups"]}
    made = {
        (each["apiVersion"].rpartition("/")[0], plural(each["kind"]))
        for each in objects
        if each["apiVersion"].rpartition("/")[0] in groups
    }
    readable = {
        (group, resource)
        for rule in READER_RULES
        if "get" in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert made <= readable
    assert {resource for _, resource in readable - made} <= BESIDE


def test_they_see_no_secret_and_change_nothing() -> None:
    verbs = {verb for rule in READER_RULES for verb in rule["verbs"]}
    resources = {resource for rule in READER_RULES for resource in rule["resources"]}
    assert verbs == {"get", "list", "watch", "create"}
    assert [rule["resources"] for rule in READER_RULES if "create" in rule["verbs"]] == [["pods/portforward"]]
    assert not resources & {"*", "secrets", "pods/exec", "pods/attach"}
