"""Security groups: new ones lose the rule that AWS gives them, and rules may stand in the group itself."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values

Rule: TypeAlias = tuple[str, int | None, int | None, str, str]
"""Protocol, first and last port, kind of the other side, and the other side itself."""

_DIRECTIONS: Final = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_SIDES: Final = {
    "cidrBlocks": ("IpRanges", "CidrIp"),
    "ipv6CidrBlocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListIds": ("PrefixListIds", "PrefixListId"),
    "securityGroups": ("UserIdGroupPairs", "GroupId"),
}
_ANY_PROTOCOL: Final = "-1"


class SecurityGroup(Lifecycle):
    """A group; rules that it declares itself are all that it has in that direction."""

    def owned(self, inputs: Values) -> dict[str, list[Any]]:
        """Name the directions whose rules the group declares itself, and the rules."""
        return {name: inputs[name] for name in _DIRECTIONS if inputs.get(name) is not None}

    def complete(self, inputs: Values, scope: Values) -> None:
        """Take away the rule that lets everything out, and put the declared ones in place."""
        self._enforce(str(scope["id"]), {"egress": [], **self.owned(inputs)})
        super().complete(inputs, scope)

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Put the declared rules in place."""
        self._enforce(resource_id, self.owned(inputs))
        return super().update(resource_id, old, inputs, changed)

    def live(self, scope: Values) -> Values | None:
        """Read the rules as well, of the directions that the group declares itself."""
        live = super().live(scope)
        if live is None:
            return None
        for name, declared in self.owned(scope).items():
            found = set(_live_rules(live["answer"], name))
            same = found == set(_declared_rules(declared, str(scope["id"])))
            live[name] = (
                declared
                if same
                else [_as_declared(rule, str(scope["id"])) for rule in sorted(found, key=str)]
            )
        return live

    def _enforce(self, group: str, owned: dict[str, list[Any]]) -> None:
        found = self.ask("DescribeSecurityGroups", {"GroupIds": [group]})["SecurityGroups"][0]
        for name, rules in owned.items():
            wanted, live = set(_declared_rules(rules, group)), set(_live_rules(found, name))
            self._call(f"RevokeSecurityGroup{name.title()}", group, live - wanted)
            self._call(f"AuthorizeSecurityGroup{name.title()}", group, wanted - live)

    def _call(self, operation: str, group: str, rules: set[Rule]) -> None:
        if rules:
            permissions = [_permission(rule) for rule in sorted(rules, key=str)]
            self.ask(operation, {"GroupId": group, "IpPermissions": permissions})


class DefaultSecurityGroup(SecurityGroup):
    """The group that every VPC has: it is taken over with no rules but the declared ones, and never deleted."""

    def owned(self, inputs: Values) -> dict[str, list[Any]]:
        """Name both directions: what is not declared is not there."""
        return {name: inputs.get(name) or [] for name in _DIRECTIONS}


def _declared_rules(rules: list[Any], group: str) -> Iterator[Rule]:
    for rule in rules:
        protocol = str(rule["protocol"]).replace("all", _ANY_PROTOCOL)
        ports = (None, None) if protocol == _ANY_PROTOCOL else (int(rule["fromPort"]), int(rule["toPort"]))
        for side in _SIDES:
            for other in rule.get(side) or ():
                yield (protocol, *ports, side, str(other))
        if rule.get("self"):
            yield (protocol, *ports, "securityGroups", group)


def _live_rules(group: dict[str, Any], direction: str) -> Iterator[Rule]:
    for permission in group.get(_DIRECTIONS[direction]) or ():
        protocol = str(permission["IpProtocol"])
        ports = (
            (None, None)
            if protocol == _ANY_PROTOCOL
            else (permission.get("FromPort"), permission.get("ToPort"))
        )
        for side, (ranges, key) in _SIDES.items():
            for other in permission.get(ranges) or ():
                yield (protocol, *ports, side, str(other[key]))


def _permission(rule: Rule) -> dict[str, Any]:
    protocol, first, last, side, other = rule
    ranges, key = _SIDES[side]
    ports = {} if first is None else {"FromPort": first, "ToPort": last}
    return {"IpProtocol": protocol, **ports, ranges: [{key: other}]}


def _as_declared(rule: Rule, group: str) -> dict[str, Any]:
    protocol, first, last, side, other = rule
    ports = {"fromPort": first or 0, "toPort": last or 0}
    if side == "securityGroups" and other == group:
        return {"protocol": protocol, **ports, "self": True}
    return {"protocol": protocol, **ports, side: [other]}
