"""`paved up`: an environment, on the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pavedroad.cli.results import show_changes, show_json
from pavedroad.cli.session import PARALLEL, open_session

if TYPE_CHECKING:
    from pavedroad.cli.session import Session
    from pavedroad.plan.environment import EnvironmentPlan


@click.command("up")
@click.argument("environment", metavar="ENV")
@click.option("--refresh", is_flag=True, help="Look at what really exists first.")
@PARALLEL
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, *, refresh: bool, parallel: int, as_json: bool) -> None:
    """Bring ENV up, or bring it up to date: slice by slice, judged by the policy pack.

    The slices of teams depend on no other team's, so several run at once.

    What is there already and as it should be is left alone. An environment in the sandbox starts the embedded
    cluster first; what is needed for that is found or built once.

    \b
    Examples:
      paved up local
      paved up production --refresh
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    session = open_session(environment, parallel=parallel)
    if session.cluster and session.cluster.crds:
        session.progress.say(f"sandbox at {session.cluster.server}: {session.cluster.crds}")
    results = session.slices.up(policy_packs=session.policy_packs, refresh=refresh)
    if as_json:
        show_json(results)
        return
    show_changes(results)
    click.echo(_where_to_look(session))


def _where_to_look(session: Session) -> str:
    """Return what is running, where to look, and what to try next."""
    plan = session.plan
    teams = [team for share in plan.shares for team in share.teams if team.workloads]
    team = next(
        (one for one in teams if any(work.scale.max == work.scale.min for work in one.workloads)),
        teams[0],
    )
    workload = team.workloads[0]
    word = f"{team.name}/{workload.display_name}"
    lines = [
        "",
        f"{plan.name} is up: {inventory(plan)}.",
        "",
        "Where to look",
        "  paved status                          what runs, and what only seems to",
        f"  paved plan {plan.name} --team {team.name}",
        f"  paved explain {plan.name} {word}",
    ]
    if session.cluster:
        lines.append(f"  kubectl --kubeconfig {_shown(session)} get deployments --all-namespaces")
    lines += [
        "",
        "What to try next",
        f"  change stacks/teams/{team.name}.yaml, say the size of {workload.display_name}, then",
        f"  paved preview {plan.name} --base HEAD     what that would change",
        f"  paved up {plan.name}                      change it",
        f"  paved destroy {plan.name}                 take it all down",
    ]
    return "\n".join(lines)


def inventory(plan: EnvironmentPlan) -> str:
    """Return how much of what an environment holds."""
    teams = {team.name for share in plan.shares for team in share.teams}
    workloads = [workload for share in plan.shares for team in share.teams for workload in team.workloads]
    stores = sum(len(workload.stores) for workload in workloads)
    functions = sum(len(team.functions) for share in plan.shares for team in share.teams)
    sagas = sum(len(team.sagas) for share in plan.shares for team in share.teams)
    parts = [f"{len(teams)} teams", f"{len(workloads)} services, workers and jobs", f"{stores} stores"]
    parts += [f"{count} {what}" for count, what in ((functions, "functions"), (sagas, "sagas")) if count]
    if plan.platform.kafka:
        parts.append("Kafka")
    if plan.platform.rabbitmq:
        parts.append("RabbitMQ")
    if gateways := sorted({gateway.name for share in plan.shares for gateway in share.platform.gateways}):
        parts.append(f"gateways: {', '.join(gateways)}")
    if plan.elsewhere:
        parts.append(f"on {', '.join(share.cluster.name for share in plan.shares)}")
    return ", ".join(parts)


def _shown(session: Session) -> str:
    """Return the sandbox's kubeconfig as seen from the project's folder."""
    path = session.engine.state.kubeconfig
    return str(path.relative_to(session.root) if path.is_relative_to(session.root) else path)
