"""Run one Pulumi program in an interpreter that needs nothing but the Pulumi SDK.

The language host starts this file by its path, with the interpreter of the program's own virtual environment,
so it imports nothing of this project. A fault that the user can act on is reported to the engine as one
message; the traceback goes to the engine's debug log.
"""

import argparse
import asyncio
import logging
import os
import runpy
import sys
import sysconfig
import traceback

import pulumi
import pulumi.runtime

REPORTED = 32
"""Exit code: the fault was reported to the engine already; say nothing more."""

FRAMES = 12
"""Frames that a registration tells of: Pulumi's own, the component's, and the program's above it.

The engine keeps them with each resource and writes its whole state at each step, so the event loop's and this
file's would cost a fifth of a state, and name paths of the machine.
"""


def main() -> int:
    """Run the program named on the command line and return the exit code."""
    arguments = _arguments()
    secret_keys = pulumi.runtime.get_config_secret_keys_env()
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), secret_keys)
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=arguments.project,
            stack=arguments.stack,
            organization=arguments.organization,
            monitor=arguments.monitor,
            engine=arguments.engine,
            parallel=arguments.parallel,
            dry_run=arguments.dry_run,
            root_directory=arguments.root,
        )
    )
    sys.argv = [arguments.program, *arguments.arguments]
    return _run(arguments.program)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run a Pulumi program.")
    for name in ("project", "stack", "organization", "monitor", "engine", "root"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs="*")
    return parser.parse_args()


def _run(program: str) -> int:
    """Run the program and wait for all that it registered."""
    # A program that fails leaves futures unobserved, which is harmless here and would be logged at exit.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def body() -> None:
        sys.tracebacklimit = FRAMES
        try:
            runpy.run_path(program, run_name="__main__")
        finally:
            del sys.tracebacklimit

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(body))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return REPORTED
    except Exception as error:  # noqa: BLE001  whatever a program raises becomes one message
        pulumi.log.debug(traceback.format_exc())
        pulumi.log.error(_in_one_line(error))
        return REPORTED
    finally:
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _in_one_line(error: Exception) -> str:
    """Say what was raised and where in the program, the last place that is not a library."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_library(frame.filename)] or list(frames)
    place = f" ({os.path.relpath(own[-1].filename)}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{place}"


def _is_library(filename: str) -> bool:
    libraries = tuple(sysconfig.get_path(scheme) for scheme in ("stdlib", "purelib", "platlib"))
    return filename == __file__ or filename.startswith(("<", *libraries))


if __name__ == "__main__":
    sys.exit(main())
