"""`paved sandbox`: the embedded cluster by itself."""

from __future__ import annotations

import shutil

import click

from pavedroad.cli.session import start_sandbox
from pavedroad.engine.progress import ConsoleProgress
from pavedroad.engine.project import find_project_root
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import ensure_toolchain
from pavedroad.sandbox import control_plane
from pavedroad.sandbox.aws.folder import AWS_MEMORY, AwsFolder


@click.group("sandbox")
def command() -> None:
    """Start, stop or reset the embedded cluster.

    It is a real API server, controller manager and scheduler on simulated nodes. Commands that need it start it
    by themselves, and mend it where one of its processes died.
    """


@command.command("start")
@click.option("--aws", is_flag=True, help="With an AWS account, held by moto in memory.")
def start(*, aws: bool) -> None:
    """Start the cluster, or mend it; quick where it runs.

    \b
    Examples:
      paved sandbox start
      PAVEDROAD_CRDS=../crds paved sandbox start     with the operators' own definitions
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    state, progress = StateFolder.of(find_project_root()), ConsoleProgress()
    info = start_sandbox(state, ensure_toolchain(state, progress, aws=aws), progress, aws=aws)
    click.echo(f"the sandbox runs at {info.server}; kubeconfig: {info.kubeconfig}")
    if info.aws_endpoint:
        click.echo(f"its AWS account is at {info.aws_endpoint}")
    if info.crds:
        click.echo(f"custom resources: {info.crds}")


@command.command("stop")
def stop() -> None:
    """Stop the cluster and keep its data; an AWS account loses its own."""
    state = StateFolder.of(find_project_root()).root
    had_aws = AwsFolder.of_state(state).endpoint is not None
    control_plane.stop(state, ConsoleProgress().say)
    click.echo("the sandbox is stopped; its data is kept")
    if had_aws:
        click.echo(f"but not its AWS account's: {AWS_MEMORY}")


@command.command("reset")
def reset() -> None:
    """Stop the cluster and remove the state folder: data, stacks, and the choice of the engine.

    Built tools stay in the user's cache.
    """
    state = StateFolder.of(find_project_root()).root
    control_plane.reset(state, ConsoleProgress().say)
    shutil.rmtree(state, ignore_errors=True)
    click.echo("the sandbox is gone")
