"""The rule about all policies of an identity together: each may be harmless, and the sum a way up.

Counted are the policies of a role, a user or a group itself: those that stand in it, those of its own as resources, and
those of the same stack that are attached to it. What a group's members get from it is judged at the group, and what
AWS' own policies grant is not looked into.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Opaque,
    Properties,
    Resource,
    Rule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.iam import Statement, statements, withheld_by
from pavedroad.governance.truth import YES
from policies.rules.aws.identity.escalation import ESCALATIONS
from policies.rules.aws.identity.holders import HOLDERS, POLICY, ROLE
from policies.rules.aws.joins import Named, Pointing


class _Kind(NamedTuple):
    """How identities of one type get their policies.

    Attributes:
        own: The type of a policy that belongs to one identity.
        attachment: The type that attaches a policy to one identity.
        path: Where both name it.
        listed: Where an attachment to many names those of this type.
    """

    own: str
    attachment: str
    path: str
    listed: str


_KINDS: Final = {
    ROLE: _Kind(
        "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", "roles"
    ),
    "aws:iam/user:User": _Kind(
        "aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment", "user", "users"
    ),
    "aws:iam/group:Group": _Kind(
        "aws:iam/groupPolicy:GroupPolicy",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "group",
        "groups",
    ),
}
_TO_MANY: Final = "aws:iam/policyAttachment:PolicyAttachment"
_NAMES: Final = ("name",)
_ARN: Final = "policyArn"
_MANAGED: Final = "managedPolicyArns"
_OWNED_BY_AWS: Final = ":iam::aws:policy/"
_TOGETHER: Final = tuple(ways for ways in ESCALATIONS if len(ways) > 1)


class _Index(NamedTuple):
    """What gives policies to identities of one type.

    Attributes:
        own: The policies that belong to one of them.
        attached: Every attachment, each to one of them.
        policies: The policies that may be attached.
    """

    own: Pointing
    attached: Pointing
    policies: Named

    def given_to(self, identity: Resource) -> Iterator[tuple[tuple[Statement, ...], Truth]]:
        """List the policies that an identity may have, each with whether it has it."""
        if identity.type == ROLE:
            for part in identity.properties.every(HOLDERS[ROLE]):
                yield statements(part), YES
        for own, does in self.own.at(identity, _NAMES):
            yield statements(own.properties.at("policy")), does
        for attachment, does in self.attached.at(identity, _NAMES):
            if _OWNED_BY_AWS in (attachment.properties.text(_ARN).value or ""):
                continue
            for policy, is_meant in self.policies.of(attachment, _ARN):
                yield statements(policy.properties.at("policy")), all_of(does, is_meant)


def _indices(stack: Stack) -> Mapping[str, _Index]:
    policies = Named(stack.of_types({POLICY}), ("arn",))
    return {
        type_: _Index(
            Pointing(stack.of_types({kind.own}), kind.path),
            Pointing(_attachments(stack, type_, kind), kind.path),
            policies,
        )
        for type_, kind in _KINDS.items()
    }


def _attachments(stack: Stack, type_: str, kind: _Kind) -> Iterator[Resource]:
    """Bring every way to attach policies into the form of one policy attached to one identity."""
    yield from stack.of_types({kind.attachment})
    for many in stack.of_types({_TO_MANY}):
        policy = many.properties.at(_ARN).value, many.references.get(_ARN, ())
        for number, identity in enumerate(_elements(many, kind.listed)):
            yield _attachment(many, number, kind.path, identity, policy)
    for role in stack.of_types({type_} & {ROLE}):
        for number, policy in enumerate(_elements(role, _MANAGED)):
            yield _attachment(role, number, kind.path, (Opaque.UNKNOWN, (role.urn,)), policy)


_Pointer = tuple[object, tuple[str, ...]]
"""What a property holds, and the URNs of what it was made from."""


def _elements(resource: Resource, path: str) -> Iterator[_Pointer]:
    """List what a list of pointers names: everything that it was made from, and what it says itself."""
    made_from = resource.references.get(path, ())
    yield from ((Opaque.UNKNOWN, (urn,)) for urn in made_from)
    for item in resource.properties.items(path):
        if item.text().value is not None or not made_from:
            yield item.value, ()


def _attachment(source: Resource, number: int, path: str, identity: _Pointer, policy: _Pointer) -> Resource:
    return replace(
        source,
        urn=f"{source.urn}#{number}",
        properties=Properties({path: identity[0], _ARN: policy[0]}),
        references={path: identity[1], _ARN: policy[1]},
    )


def _stays_put(stack: Stack) -> Iterator[Duty]:
    indices = stack.derived(_indices)
    for identity in stack.of_types(_KINDS):
        given = list(indices[identity.type].given_to(identity))
        closed = dict(_closed(given)) if len(given) > 1 else {}
        taken = [ways for ways, met in closed.items() if met.holds is False]
        for ways in taken:
            demand = f"its policies must not allow {' together with '.join(ways)} on resources that they do not name"
            yield Duty(identity, closed[ways], demand)
        if not taken:
            demand = "its policies must not let it widen its own permissions together"
            yield Duty(identity, all_of(*closed.values()), demand)


def _closed(
    given: Sequence[tuple[tuple[Statement, ...], Truth]],
) -> Iterator[tuple[tuple[str, ...], Truth]]:
    """Say of each way up that takes several actions whether it is closed by the policies of one identity."""
    sure = withheld_by(chain.from_iterable(policy for policy, has in given if has.holds))
    doubts = [has for _, has in given if not has.holds]
    at_most = withheld_by(chain.from_iterable(policy for policy, _ in given)) if doubts else sure
    hanging = Truth(holds=None, unknown=tuple(dict.fromkeys(path for has in doubts for path in has.unknown)))
    for ways in _TOGETHER:
        met = any_of(*map(sure, ways))
        if met.holds and any_of(*map(at_most, ways)).holds is not True:
            met = hanging
        yield ways, met


NO_ESCALATION_TOGETHER: Final = StackRule(
    Control(
        identifier="iam-no-privilege-escalation-together",
        sentence="The policies of an identity together do not let it give itself more than they grant",
        why="Each policy looks harmless in its own review, and whoever has them all is an administrator.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_KINDS),
        fix=Fix(pulumi="take one policy of the set away, or name the resources that it is needed on"),
        rows=(238,),
    ),
    _stays_put,
)

RULES: Final[tuple[Rule, ...]] = (NO_ESCALATION_TOGETHER,)
