"""`paved access`: who may do what in an environment, and which lines say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from pavedroad.cli.inputs import UnknownNameError, load_environment
from pavedroad.intent import rights_of
from pavedroad.plan.cloud.access import LateGrant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.intent import Right, Rights, ServiceRights
    from pavedroad.plan.cloud.access import Condition, Grant
    from pavedroad.plan.printing import Json

SCHEMA: Final = "pavedroad.dev/access/v1"


@click.command("access")
@click.argument("environment", metavar="ENV")
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="TEAM/SERVICE",
    help="Only this service, worker, job, function or saga; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (schema access.v1).")
def command(environment: str, services: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 click passes a flag so
    """Say for every service in ENV who may do what to what, and which line of which file says so.

    A service may do nothing else: on the network, in the mesh, on brokers, by the Kubernetes API and in the cloud
    account. Only what every pod needs is not listed: names, the mesh's control plane, and where a service has a role,
    the agent that hands it to its pods.

    \b
    Examples:
      paved access production
      paved access production --service retail-orders/orders
      paved access production --json | jq -r '.services[].may[] | [.who, .may, .what] | @tsv'
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    project, _ = load_environment(environment)
    rights = rights_of(project, environment)
    known = {each.name for each in rights.services}
    for name in services:
        if name not in known:
            raise UnknownNameError(f"service in {environment}", name, known)
    shown = [each for each in rights.services if not services or each.name in services]
    account = () if services else rights.account
    if as_json:
        click.echo(json.dumps(_as_data(rights, shown, account), indent=2, ensure_ascii=False))
        return
    click.echo("\n\n".join("\n".join(block) for block in _blocks(shown, account)))


def _blocks(services: list[ServiceRights], account: tuple[Right, ...]) -> Iterator[list[str]]:
    """Yield the lines of each service, and of what belongs to none."""
    for each in services:
        identities = filter(None, (each.principal, f"role {each.role}" if each.role else None))
        rows = [(f"{_subject(each, right)}may {right.may} {right.what}", right) for right in each.may]
        rows += [(f"{right.who} may {_to_it(right)}", right) for right in each.open_to]
        yield [f"{each.name} ({', '.join(identities)})", *_table(rows)]
    if account:
        rows = [(f"{right.who} may {right.may} {right.what}", right) for right in account]
        yield ["besides services, in the account", *_table(rows)]


def _subject(service: ServiceRights, right: Right) -> str:
    """Return who it is below a service's heading: nothing for the service, a name for its stores' own pods."""
    return "" if right.who == service.name else f"{right.who.removeprefix(f'{service.name}.')} "


def _to_it(right: Right) -> str:
    """Return what is done, below the heading of the service that it is done to."""
    return f"{right.may} at {right.what}" if right.may == "enter" else f"{right.may} it"


def _table(rows: list[tuple[str, Right]]) -> Iterator[str]:
    """Yield one line for each right, and one for each grant below it."""
    width = max((len(said) for said, _ in rows), default=0)
    for said, right in rows:
        how = "; ".join(right.how)
        where = ", ".join(map(str, right.written_at)) or "by the platform"
        yield f"  {said:<{width}}  {where}{f'  ({how})' if how else ''}"
        yield from (f"    {_granted(grant)}" for grant in right.grants)


def _granted(grant: Grant) -> str:
    """Return a grant in one line."""
    conditions = [_condition(each) for each in grant.conditions]
    late = [f"({grant.pattern} is the id that AWS gives {grant.of})"] if isinstance(grant, LateGrant) else []
    return " ".join((", ".join(grant.actions), "on", ", ".join(grant.resources), *late, *conditions))


def _condition(condition: Condition) -> str:
    return f"where {condition.key} {condition.operator} {', '.join(condition.values)}"


def _as_data(rights: Rights, services: list[ServiceRights], account: tuple[Right, ...]) -> Json:
    return {
        "schema": SCHEMA,
        "environment": rights.environment,
        "services": [
            {
                "service": each.name,
                "principal": each.principal,
                "role": each.role,
                "may": [_right(right) for right in each.may],
                "open_to": [_right(right) for right in each.open_to],
            }
            for each in services
        ],
        "account": [_right(right) for right in account],
    }


def _right(right: Right) -> Json:
    return {
        "who": right.who,
        "may": right.may,
        "what": right.what,
        "how": list(right.how),
        "grants": [_grant(grant) for grant in right.grants],
        "path": right.path or None,
        "written_at": [
            {"file": where.file, "line": where.line, "column": where.column} for where in right.written_at
        ],
    }


def _grant(grant: Grant) -> Json:
    return {
        "actions": list(grant.actions),
        "resources": list(grant.resources),
        "conditions": [
            {"operator": each.operator, "key": each.key, "values": list(each.values)}
            for each in grant.conditions
        ],
        "late": {"of": grant.of, "pattern": grant.pattern} if isinstance(grant, LateGrant) else None,
    }
