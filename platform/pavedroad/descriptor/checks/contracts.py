"""Contracts of APIs are what they say they are; how good they are is for the policy check to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, team_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.faults import Fault


def check_contracts(world: World) -> Iterator[Fault]:
    """Every contract that is named is an OpenAPI 3 document."""
    for team, name, workload in world.workloads():
        api = workload.api if workload.type == "service" else None
        for word in ("contract", "published") if api else ():
            file = getattr(api, word)
            text = world.files.get((team, file)) if file else None
            if text is not None and (reason := _fault_of(text)):
                yield team_fault(team, ("services", name, "api", word), change=f"{file}: {reason}")


def _fault_of(text: str) -> str | None:
    from pavedroad.descriptor.contracts import ContractError, read_contract  # noqa: PLC0415 only where one is named

    try:
        read_contract(text)
    except ContractError as error:
        return str(error)
    return None
