"""`paved doctor`: what is amiss, and what to do about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pavedroad.aws.errors import TargetError
from pavedroad.aws.target import Target
from pavedroad.cli.inputs import UnknownNameError
from pavedroad.doctor import Outcome, check_cloud, check_cluster, check_machine, check_project
from pavedroad.doctor.checks import not_checked
from pavedroad.doctor.versions import check_eks_version
from pavedroad.engine.project import find_project_root
from pavedroad.engine.state import StateFolder
from pavedroad.plan.cloud.kubernetes_versions import DEFAULT_VERSION
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pavedroad.descriptor import Project
    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.doctor import Check
    from pavedroad.plan.environment import EnvironmentPlan

_MARKS: Final = {Outcome.OK: "✓", Outcome.WARNING: "!", Outcome.FAULT: "✗", Outcome.NOT_CHECKED: "-"}


@click.command("doctor")
@click.argument("environment", required=False, metavar="[ENV]")
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Look at ENV's existing cluster with this kubeconfig. Default: the cluster is not looked at.",
)
@click.option("--account", metavar="ID", help="Look at this AWS account. Default: ENV's, if any.")
@click.option("--region", help="The account's region; goes with --account.")
@click.option(
    "--name", default="pavedroad", show_default=True, help="What bootstrap called everything after."
)
@click.option("--profile", help="Profile of AWS' configuration. Default: as AWS' tools choose it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(  # noqa: PLR0913 an option each
    *,
    environment: str | None,
    kubeconfig: Path | None,
    account: str | None,
    region: str | None,
    name: str,
    profile: str | None,
    as_json: bool,
) -> int:
    """Look at this machine, at ENV, at its cluster and its AWS account; change nothing.

    Of an ENV that stands in an AWS account, its own account and region are looked at.

    Exit codes: 0 no fault; 1 a fault. Warnings and what was not checked are no faults.

    \b
    Examples:
      paved doctor local
      paved doctor production --kubeconfig ~/.kube/production
      paved doctor production --profile production
      paved doctor --account 123456789012 --region eu-central-1
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    root = find_project_root()
    given = _target(account, region, name)
    project, checks = check_project(root)
    described = _environment(project, environment)
    plan = resolve(project.teams, described, project.files) if project and described else None
    target = _target_of(plan, given, name)
    checks += _checks(root, environment, described, kubeconfig, plan)
    if plan and plan.cloud and plan.cloud.account.sandbox:
        checks.append(not_checked("AWS", "the sandbox stands in for the account"))
    elif target:
        checks += check_cloud(target, profile, plan if plan and plan.cloud else None)
    if as_json:
        click.echo(json.dumps([_as_data(check) for check in checks], indent=2))
    else:
        _show(checks)
    return int(any(check.outcome is Outcome.FAULT for check in checks))


def _target(account: str | None, region: str | None, name: str) -> Target | None:
    """Read which account to look at.

    Raises:
        click.UsageError: If a word is off.
    """
    if account is None and region is None:
        return None
    if account is None or region is None:
        raise click.UsageError("--account and --region go together")
    try:
        return Target(account=account, region=region, name=name)
    except TargetError as error:
        raise click.UsageError(str(error)) from error


def _target_of(plan: EnvironmentPlan | None, given: Target | None, name: str) -> Target | None:
    """Take the account that the environment stands in; without one, the one that is given.

    Raises:
        click.UsageError: If another one is given, or a word is off.
    """
    if plan is None or plan.cloud is None:
        return given
    account = plan.cloud.account
    if given and (given.account, given.region) != (account.account, account.region):
        raise click.UsageError(
            f"{plan.name} stands in account {account.account}, region {account.region}: "
            "leave --account and --region out"
        )
    return _target(account.account, account.region, name)


def _checks(
    root: Path,
    name: str | None,
    environment: EnvironmentDescriptor | None,
    kubeconfig: Path | None,
    plan: EnvironmentPlan | None,
) -> list[Check]:
    """Look at the machine, and at the environment where one is named."""
    checks = []
    if name and environment is None:
        checks.append(not_checked(f"environment {name}", "descriptors have faults", "mend those first"))
    checks += check_machine(StateFolder.of(root), sandbox=plan is not None and plan.in_sandbox)
    return checks + (_clusters(environment, kubeconfig) if environment else [])


def _environment(project: Project | None, name: str | None) -> EnvironmentDescriptor | None:
    if project is None or name is None:
        return None
    if name not in project.environments:
        raise UnknownNameError("environment", name, project.environments)
    return project.environments[name]


def _clusters(environment: EnvironmentDescriptor, kubeconfig: Path | None) -> list[Check]:
    today = datetime.now(UTC).date()
    checks = []
    for cluster in environment.clusters.values():
        if cluster.kind == "existing":
            checks += check_cluster(environment, cluster, kubeconfig, today)
        elif cluster.kind == "eks":
            checks.append(check_eks_version(cluster.version or DEFAULT_VERSION, today))
    return checks


def _show(checks: Sequence[Check]) -> None:
    widest = max(len(check.subject) for check in checks)
    for check in checks:
        click.echo(f"{_MARKS[check.outcome]} {check.subject:<{widest}}  {check.found}")
        if check.advice:
            click.echo(f"  {'':<{widest}}  → {check.advice}")
    counts = {each: sum(check.outcome is each for check in checks) for each in Outcome}
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))


def _as_data(check: Check) -> dict[str, str]:
    return {
        "subject": check.subject,
        "outcome": check.outcome.value,
        "found": check.found,
        "advice": check.advice,
    }
