"""What leaves the platform: egress names real hosts outside, and secrets do not stand in descriptors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, containers, environment_variables, team_fault
from pavedroad.descriptor.faults import Fault
from pavedroad.secret_literals import looks_like_secret, looks_like_token

if TYPE_CHECKING:
    from collections.abc import Iterator

INSIDE = (".svc", ".cluster.local", ".local", ".internal", ".localhost")
"""Endings of names that never lead outside the cluster or the cloud account."""
LARGEST_PORT = 65_535
_ADDRESS = re.compile(r"[0-9.]+")


def check_egress(world: World) -> Iterator[Fault]:
    """Egress leads to named hosts outside; what is inside is reached by calls, stores and topics."""
    for team, name, workload in world.workloads():
        for index, target in enumerate(workload.egress):
            host, _, port = target.rpartition(":")
            path = ("services", name, "egress", index)
            if host.endswith(INSIDE):
                change = "this name is inside the platform; use calls, stores or topics"
                yield team_fault(team, path, given=f"'{target}'", change=change)
            elif _ADDRESS.fullmatch(host):
                change = "an address has no name to check a certificate against; name the host"
                yield team_fault(team, path, given=f"'{target}'", change=change)
            if int(port) > LARGEST_PORT:
                yield team_fault(team, path, given=f"'{target}'", expected=f"a port from 1 to {LARGEST_PORT}")


def check_literals(world: World) -> Iterator[Fault]:
    """No secret is written down; the value itself is never repeated."""
    for team, name, workload in world.workloads():
        for path, variable, value in environment_variables(name, workload):
            if looks_like_secret(variable, value):
                change = f"looks like a secret; keep it in the vault and use secrets: {{{variable}: …}}"
                yield team_fault(team, path, change=change)
        for container in containers(name, workload):
            for block in ("command", "args"):
                for index, argument in enumerate(getattr(container.spec, block)):
                    if looks_like_token(argument):
                        change = "looks like a secret; keep it in the vault and use secrets:"
                        yield team_fault(team, (*container.path, block, index), change=change)
        for mount, config in workload.config.items():
            word = "file" if config.content is None else "content"
            text = config.content or world.files.get((team, config.file or ""), "")
            if looks_like_token(text):
                change = "holds what looks like a secret; keep it in the vault and use secrets: with mount"
                yield team_fault(team, ("services", name, "config", mount, word), change=change)
