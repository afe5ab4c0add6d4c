"""The controls of a policy pack, as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pulumi_policy import Policy

from pavedroad.governance import Control, Tier
from pavedroad.policy.pack import collect, control_of, own_modules
from pavedroad.testing.isolation import isolated

_NO_STACK: Final = ""
"""What controls demand is the same everywhere, whatever an environment sets."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A control, and what can be set of it.

    Attributes:
        control: The control.
        settings: JSON Schema of each setting, by the name that it has in a configuration.
    """

    control: Control
    settings: dict[str, dict[str, Any]]


def controls_of(folder: Path, *, project: str) -> list[Listed]:
    """List the controls that the pack in ``folder`` checks; foreign policies carry none and are left out.

    Raises:
        PackError: If there is no pack for Python in the folder, or it cannot be started.
    """

    def run() -> list[Listed]:
        with own_modules(folder):
            pack = collect(folder, project=project, stack=_NO_STACK)
            return [each for policy in pack.policies for each in _listed(policy)]

    return isolated(run)


def _listed(policy: Policy) -> Iterator[Listed]:
    if control := control_of(policy):
        yield Listed(control, policy.config_schema.properties if policy.config_schema else {})


def as_data(listed: Listed) -> dict[str, Any]:
    """Describe a control as JSON."""
    control = listed.control
    return {
        "control": control.identifier,
        "sentence": control.sentence,
        "why": control.why,
        "severity": control.severity.value,
        "enforcement": {tier.value: control.enforcement(tier).value for tier in Tier},
        "resourceTypes": sorted(control.resource_types),
        "references": [{"framework": each.framework, "clause": each.clause} for each in control.references],
        "fix": {"descriptor": control.fix.descriptor or None, "pulumi": control.fix.pulumi},
        "settings": listed.settings,
    }
