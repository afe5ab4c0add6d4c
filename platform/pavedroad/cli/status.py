"""`paved status`: what runs, and what only seems to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from pavedroad.engine.project import find_project_root
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import recorded_toolchain
from pavedroad.sandbox import control_plane
from pavedroad.sandbox.aws import accepted
from pavedroad.sandbox.aws.folder import AWS_MEMORY, AwsFolder

if TYPE_CHECKING:
    from pavedroad.sandbox.census import Count, WorkloadCensus
    from pavedroad.sandbox.supervision import ClusterStatus, ProcessStatus


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:  # noqa: FBT001 click passes a flag so
    """Say for each kind of thing in the sandbox how real it is.

    *running* is a process on this machine. *simulated* has real controllers and no substance: its pods execute
    nothing. *accepted, not reconciled* is stored and checked, and no operator acts on it. *emulated* is an AWS
    account held by moto in memory; *accepted, not emulated* is checked and kept, and moto has no such thing.

    \b
    Example:
      paved status
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    state = StateFolder.of(find_project_root())
    status = control_plane.status(state.root)
    if status is None:
        raise click.ClickException("the sandbox was never started here; paved up local does")
    census = _census(state) if status.is_up() else None
    if as_json:
        click.echo(json.dumps(_as_data(state, status, census), indent=2))
        return
    _show(state, status, census)


def _census(state: StateFolder) -> WorkloadCensus:
    """Count what is in the cluster."""
    from pavedroad.sandbox import census  # noqa: PLC0415 only a cluster that runs needs an HTTP client
    from pavedroad.sandbox.api import KubeClient  # noqa: PLC0415 as above

    with KubeClient.from_kubeconfig(state.kubeconfig) as client:
        return census.take(client)


def _show(state: StateFolder, status: ClusterStatus, census: WorkloadCensus | None) -> None:
    """Print the status for people."""
    click.echo("running")
    for name, process in status.processes.items():
        click.echo(f"  {name:<26}{_process(process)}")
    for name, tool in _tools(state).items():
        click.echo(f"  {name:<26}{tool}")
    if census is None:
        click.echo("the API server does not answer; paved sandbox start mends it")
        return
    for title, counts in (
        ("simulated: controllers are real, nothing executes", census.simulated),
        ("accepted, not reconciled: stored and checked, no operator acts", census.accepted),
    ):
        click.echo(title)
        for count in counts:
            click.echo(f"  {count.kind:<26}{count.objects:>5}  {count.api_version}")
    _show_aws(AwsFolder.of_state(state.root))


def _show_aws(folder: AwsFolder) -> None:
    """Print how real the AWS account is, where there is one."""
    if folder.endpoint is None or folder.accepted is None:
        return
    click.echo(f"emulated: AWS at {folder.endpoint}; {AWS_MEMORY}")
    counts = accepted.counts(folder.accepted)
    if counts:
        click.echo("accepted, not emulated: checked against AWS's own model and kept, moto has no such thing")
    for token, resources in counts.items():
        click.echo(f"  {token:<52}{resources:>5}")


def _process(process: ProcessStatus) -> str:
    """Return how a process of the cluster is doing."""
    if process.identity is None:
        return f"down, after {process.failures} failures" if process.failures else "down"
    restarts = f", restarted {process.restarts} times" if process.restarts else ""
    return f"pid {process.identity.pid}{restarts}"


def _tools(state: StateFolder) -> dict[str, str]:
    """Return which engine, language host and provider were chosen."""
    chosen = recorded_toolchain(state)
    if chosen is None:
        return {}
    tools = {
        "engine": chosen.engine,
        "language host": chosen.language_host,
        "Kubernetes provider": chosen.provider,
    }
    if chosen.aws_provider:
        tools["AWS provider"] = chosen.aws_provider
    return {name: f"{tool.version} ({tool.source})" for name, tool in tools.items()}


def _as_data(state: StateFolder, status: ClusterStatus, census: WorkloadCensus | None) -> dict[str, object]:
    """Return the status as JSON data."""

    def counted(counts: tuple[Count, ...]) -> list[dict[str, object]]:
        return [{"apiVersion": one.api_version, "kind": one.kind, "objects": one.objects} for one in counts]

    return {
        "running": {name: _process(process) for name, process in status.processes.items()} | _tools(state),
        "simulated": counted(census.simulated) if census else None,
        "accepted_not_reconciled": counted(census.accepted) if census else None,
        "aws": _aws_data(AwsFolder.of_state(state.root)),
    }


def _aws_data(folder: AwsFolder) -> dict[str, object] | None:
    """Return how real the AWS account is as JSON data; None where there is none."""
    if folder.endpoint is None or folder.accepted is None:
        return None
    return {
        "endpoint": folder.endpoint,
        "kept_in": "memory",
        "accepted_not_emulated": accepted.counts(folder.accepted),
    }
