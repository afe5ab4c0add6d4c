"""What steers a stack, read once: its name, its folder, its kubeconfig."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pulumi

KUBECONFIG_VARIABLE = "PAVEDROAD_KUBECONFIG"
"""Where the engine's environment says that the sandbox's kubeconfig is."""

PLATFORM_SLICE = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """What a stack is.

    Attributes:
        root: The project's folder.
        environment: The environment that it belongs to.
        slice: ``platform``, a team, or None for the whole environment.
    """

    root: Path
    environment: str
    slice: str | None

    @property
    def owns_platform(self) -> bool:
        """Whether the platform's part is in this stack."""
        return self.slice in (None, PLATFORM_SLICE)

    def owns_team(self, team: str) -> bool:
        """Whether a team's part is in this stack."""
        return self.slice in (None, team)

    def kubeconfig(self, secret: str | None) -> pulumi.Output[str]:
        """Return the kubeconfig, as a secret.

        Args:
            secret: The key of the stack's configuration that holds it; None for the sandbox, whose kubeconfig is
                a file that the engine's environment names. Without one (in a preview) it is empty.
        """
        if secret is not None:
            return pulumi.Config().require_secret(secret)
        path = os.environ.get(KUBECONFIG_VARIABLE)
        text = Path(path).read_text(encoding="utf-8") if path and Path(path).exists() else ""
        return pulumi.Output.secret(text)


def read_settings(root: Path) -> StackSettings:
    """Return the settings of the stack that is running: its name is ``<environment>`` or ``<environment>.<slice>``."""
    environment, _, part = pulumi.get_stack().partition(".")
    return StackSettings(root=root, environment=environment, slice=part or None)
