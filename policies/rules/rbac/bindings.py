"""Rules about bindings: to which roles, and of whom."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Stack,
    StackRule,
    all_of,
    any_of,
    setting,
)
from policies.rules.rbac.permissions import BINDINGS, Power
from policies.rules.rbac.reach import EXEC
from policies.rules.rbac.resolving import BoundRoles
from policies.rules.rbac.shapes import BY_ITSELF, cis

_EVERYTHING: Final = Power(verbs=frozenset(), resources=frozenset(), groups=frozenset())
"""What only wildcards give."""


def _binds_none_with(
    power: Power, built_in: frozenset[str], demand: str
) -> Callable[[Stack], Iterator[Duty]]:
    """Make a check: no binding is to a role of the stack that gives ``power``, or to one of the ``built_in`` ones."""

    def check(stack: Stack) -> Iterator[Duty]:
        roles = stack.derived(BoundRoles)
        for binding in stack.of_types(BINDINGS):
            reference = binding.properties.at("roleRef")
            other = any_of(
                reference.text("kind").equals("Role"),
                reference.text("name").satisfies(lambda name: name not in built_in),
            )
            yield Duty(binding, all_of(other, roles.of(binding).withhold(power)), demand)

    return check


NOT_TO_ADMINISTRATOR: Final = StackRule(
    Control(
        identifier="bindings-not-to-cluster-admin",
        sentence="Nobody is bound to cluster-admin, or to a role that allows as much",
        why="Whoever takes over such an account has the cluster and every secret in it.",
        severity=Severity.CRITICAL,
        resource_types=BINDINGS,
        fix=Fix(descriptor=BY_ITSELF, pulumi="bind to a role that names what is needed"),
        references=cis("5.1.1", eks="4.1.1"),
        rows=(108,),
    ),
    _binds_none_with(
        _EVERYTHING,
        frozenset({"cluster-admin"}),
        "roleRef must not be cluster-admin or a role with * for verbs, resources and apiGroups",
    ),
)

NOT_TO_EXEC: Final = StackRule(
    Control(
        identifier="bindings-not-to-exec",
        sentence="Nobody is bound to a role that allows to run commands in pods",
        why="Inside a container are its secrets, its identity and its data; the built-in roles admin and edit allow "
        "it too.",
        severity=Severity.HIGH,
        resource_types=BINDINGS,
        fix=Fix(
            descriptor=BY_ITSELF, pulumi="bind to a role without pods/exec and pods/attach, such as view"
        ),
        rows=(114,),
    ),
    _binds_none_with(
        EXEC,
        frozenset({"admin", "cluster-admin", "edit"}),
        "roleRef must not be a role that allows pods/exec or pods/attach",
    ),
)


class Excepted(Settings):
    """Which roles anybody may have."""

    allowed_roles: tuple[str, ...] = setting((), "Names of roles that everybody may be bound to.")


def _subjects_spare(
    names: frozenset[str], demand: str
) -> Callable[[Excepted], Callable[[Resource], Iterable[Duty]]]:
    """Make what makes a check: no subject is one of ``names``, unless the role is an excepted one."""

    def make(excepted: Excepted) -> Callable[[Resource], Iterable[Duty]]:
        def check(binding: Resource) -> Iterator[Duty]:
            role = binding.properties.text("roleRef.name")
            allowed = role.satisfies(lambda name: name in excepted.allowed_roles)
            for subject in binding.properties.items("subjects"):
                spared = subject.text("name").satisfies(lambda name: name not in names)
                yield Duty(binding, any_of(spared, allowed), f"{subject.path} must not be {demand}")

        return check

    return make


NOT_OF_ANYBODY: Final = ResourceRule.settable(
    Control(
        identifier="bindings-not-of-anonymous",
        sentence="No permission is given to callers who have not said who they are",
        why="Everybody who reaches the API server has it.",
        severity=Severity.CRITICAL,
        resource_types=BINDINGS,
        fix=Fix(descriptor=BY_ITSELF, pulumi="name a service account or a group of people as the subject"),
        rows=(109,),
    ),
    Excepted(),
    _subjects_spare(
        frozenset({"system:anonymous", "system:unauthenticated"}),
        "system:anonymous or system:unauthenticated",
    ),
)

NOT_OF_EVERYBODY: Final = ResourceRule.settable(
    Control(
        identifier="bindings-not-of-everybody",
        sentence="No permission is given to everybody who has an account",
        why="Every service account of every namespace is among them, and so is whatever takes one over.",
        severity=Severity.HIGH,
        resource_types=BINDINGS,
        fix=Fix(descriptor=BY_ITSELF, pulumi="name a service account or a group of people as the subject"),
        rows=(110,),
    ),
    Excepted(),
    _subjects_spare(frozenset({"system:authenticated"}), "system:authenticated"),
)

NOT_OF_MASTERS: Final = ResourceRule(
    Control(
        identifier="bindings-not-of-masters",
        sentence="No binding speaks of system:masters",
        why="That group passes every check of the API server, and no binding can take anything from it again.",
        severity=Severity.CRITICAL,
        resource_types=BINDINGS,
        fix=Fix(descriptor=BY_ITSELF, pulumi="name a group of your own as the subject"),
        references=cis("5.1.7"),
        rows=(111,),
    ),
    _subjects_spare(frozenset({"system:masters"}), "system:masters")(Excepted()),
)

RULES: Final = (NOT_TO_ADMINISTRATOR, NOT_TO_EXEC, NOT_OF_ANYBODY, NOT_OF_EVERYBODY, NOT_OF_MASTERS)
