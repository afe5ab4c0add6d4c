"""Entry point: finds the command that is asked for, and ends well whatever happens."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from typing import Final

import click

COMMANDS: Final = {
    "validate": "Check descriptors and environments; print every fault.",
    "schema": "Write the JSON Schema that editors use.",
    "plan": "Print what an environment will be, every choice made.",
    "explain": "Say where a value of the plan comes from.",
    "access": "Say who may do what, and which line says so.",
    "preview": "Show what would be declared, or what a change changes.",
    "policy": "Check what would be declared against the policies.",
    "controls": "List what the policies demand, and explain one.",
    "up": "Bring an environment up on the real engine.",
    "refresh": "Compare an environment's state with what really is.",
    "destroy": "Take an environment down.",
    "split": "Move an environment from a single stack into slices.",
    "status": "Show what runs, and what only seems to.",
    "oncall": "Say who would be told of an alert, when and why.",
    "incident": "Begin the post-mortem of an incident.",
    "sandbox": "Start, stop or reset the embedded cluster.",
    "env": "Print the shell variables for plain pulumi and kubectl.",
    "bootstrap": "Make what Pulumi needs in a cloud account before its first up.",
    "doctor": "Say what is amiss on this machine, in an environment or an account.",
}
"""Every command and its help in one line: ``--help`` imports none of them."""

EXPECTED: Final = {
    "pavedroad.descriptor.faults:DescriptorFaults": 1,
    "pavedroad.descriptor.faults:UnreadableFileError": 2,
    "pavedroad.preview.errors:UnreadableProjectError": 2,
    "pavedroad.preview.errors:PreviewError": 1,
    "pavedroad.engine.errors:ProjectNotFoundError": 2,
    "pavedroad.engine.errors:EngineError": 1,
    "pavedroad.policy.errors:PackError": 2,
    "pavedroad.aws.errors:AwsError": 1,
    "pavedroad.sandbox.control_plane:ControlPlaneError": 1,
    "pavedroad.sandbox.definitions:DefinitionError": 2,
    "pavedroad.sandbox.api_errors:KubeError": 1,
}
"""Errors that explain themselves, and their exit codes; the first that fits counts."""

COLLECTIONS: Final = (50_000, 20, 100)
"""Thresholds of the garbage collector: nearly all that a command makes lives to its end."""

FAILURE: Final = 1
USAGE: Final = 64
DEFECT: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 1  # what click itself ends with


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        """Return the commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            from pavedroad.near_misses import suggestion  # noqa: PLC0415 for the path that reports it

            ctx.fail(f"No such command {cmd_name!r}. {suggestion(cmd_name, COMMANDS)}".strip())
        module = importlib.import_module(f"pavedroad.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 click's
        """Write the table of commands from static text."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 click's
    if value:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 slow, and rarely asked for

        with contextlib.suppress(PackageNotFoundError):
            click.echo(f"paved {version('pavedroad')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version and exit.",
)
def paved() -> None:
    """Bring teams' descriptors to running environments."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(*COLLECTIONS)
    code = run(arguments)
    try:
        sys.stdout.flush()
    except OSError:  # what could not be written has been reported
        _silence_output()
    gc.freeze()  # or Python searches everything once more before it ends, a fifth of a short command's time
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: The words after ``paved``. Default: those of the process.
    """
    # Looking for plug-ins of pydantic would read the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        return _invoke(arguments)
    except BrokenPipeError:
        _silence_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 nobody above us can explain it
        return _explain(error)


def _invoke(arguments: list[str] | None) -> int:
    color = False if os.environ.get("NO_COLOR") else None
    try:
        code = paved.main(arguments, prog_name="paved", standalone_mode=False, color=color)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE if isinstance(error, click.UsageError) else error.exit_code
    return code if isinstance(code, int) else 0


def _explain(error: Exception) -> int:
    """Print an error in one line; a traceback only for those who ask for it."""
    if os.environ.get("PAVEDROAD_DEBUG"):
        raise error
    if isinstance(error, OSError) and (advice := _advice(error)):
        click.echo(f"paved: {advice}", err=True)
        return FAILURE
    for name, code in EXPECTED.items():
        module, _, kind = name.partition(":")
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(error, getattr(loaded, kind)):
            click.echo(f"paved: {error}", err=True)
            return code
    kind = type(error).__name__  # its text may hold what must not be shown
    click.echo(f"paved: stopped by an unexpected {kind}; PAVEDROAD_DEBUG=1 shows where", err=True)
    return DEFECT


def _advice(error: OSError) -> str | None:
    """Say what to do where the disk takes no more, whatever was to be written; None for other errors."""
    from pavedroad.full_disks import ADVICE  # noqa: PLC0415 for the path that reports it

    advice = ADVICE.get(error.errno or 0)
    return f"{error.filename}: {advice}" if advice and error.filename else advice


def _silence_output() -> None:
    """Point standard output at nothing, or Python complains when it ends about what it could not write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
