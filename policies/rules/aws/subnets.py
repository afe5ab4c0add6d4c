"""Which subnets the Internet has a route to, as far as the stack itself says so."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import Duty, Properties, Resource, Stack, Truth, all_of, any_of
from pavedroad.governance.properties import State
from pavedroad.governance.references import type_in
from pavedroad.governance.truth import NO, open_at
from policies.rules.aws.joins import Pointing, points_elsewhere
from policies.rules.aws.shapes import boolean

_SUBNET: Final = "aws:ec2/subnet:Subnet"
_TABLE: Final = "aws:ec2/routeTable:RouteTable"
_ROUTE: Final = "aws:ec2/route:Route"
_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
_GATEWAY_ID: Final = "igw-"
_BY_ID: Final = ("id",)


def in_public_subnets(resource: Resource, path: str, stack: Stack) -> Iterator[Duty]:
    """Demand that no subnet that ``resource`` lists at ``path`` is one that the Internet has a route to.

    A subnet that is not in the stack is not known; a list that is left out demands nothing.
    """
    private = stack.derived(_privacy)
    by_id = stack.derived(_by_id)
    made_from = [urn for urn in resource.references.get(path, ()) if type_in(urn) == _SUBNET]
    known = [private.get(urn, open_at(path)) for urn in made_from]
    for item in resource.properties.items(path):
        urn = by_id.get(item.text().value or "")
        known += [private[urn]] if urn else [] if made_from else [open_at(item.path)]
    yield Duty(resource, all_of(*known), f"{path} must name private subnets only")


def _by_id(stack: Stack) -> Mapping[str, str]:
    """Find the URN of every subnet whose own identifier is known."""
    named = ((each.properties.text("id").value, each.urn) for each in stack.of_types({_SUBNET}))
    return {name: urn for name, urn in named if name is not None}


def _privacy(stack: Stack) -> Mapping[str, Truth]:
    """Say of every subnet, by its URN, whether it is private: no public addresses, no route from the Internet."""
    tables = {each.urn: each for each in stack.of_types({_TABLE})}
    routes = Pointing(stack.of_types({_ROUTE}), "routeTableId")
    closed = {urn: _closed(table, routes) for urn, table in tables.items()}
    associations = Pointing(stack.of_types({_ASSOCIATION}), "subnetId")
    by_table = Pointing(stack.of_types({_ASSOCIATION}), "routeTableId")
    through: dict[str, list[Truth]] = {}
    for urn, table in tables.items():
        for association, does in by_table.at(table, _BY_ID):
            through.setdefault(association.urn, []).append(any_of(closed[urn], points_elsewhere(does, urn)))
    return {
        subnet.urn: all_of(
            boolean(subnet.properties, "mapPublicIpOnLaunch").equals(False, absent=True),
            *(
                any_of(all_of(*through.get(association.urn, ())), points_elsewhere(does, subnet.urn))
                for association, does in associations.at(subnet, _BY_ID)
            ),
        )
        for subnet in stack.of_types({_SUBNET})
    }


def _closed(table: Resource, routes: Pointing) -> Truth:
    """Whether a route table has no route through an Internet gateway."""
    inline = [_elsewhere(route, table, "routes") for route in table.properties.items("routes")]
    separate = (
        any_of(_elsewhere(route.properties, route, "gatewayId"), points_elsewhere(does, "routeTableId"))
        for route, does in routes.at(table, _BY_ID)
    )
    return all_of(*inline, *separate)


def _elsewhere(route: Properties, owner: Resource, referring: str) -> Truth:
    """Whether a route goes to anything but an Internet gateway."""
    gateway = route.text("gatewayId")
    made_from = owner.references.get(referring, ())
    if gateway.state is State.UNKNOWN and any(type_in(urn) == _GATEWAY for urn in made_from):
        return NO
    return gateway.satisfies(lambda value: not value.startswith(_GATEWAY_ID), absent=True)
