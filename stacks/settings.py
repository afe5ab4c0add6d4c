"""What steers a stack, read once: its name, its folder, its kubeconfig."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pulumi

from pavedroad.stack_names import CLOUD_SLICE, PLATFORM_SLICE, environment_of, slice_of

KUBECONFIG_VARIABLE = "PAVEDROAD_KUBECONFIG"
"""Where the engine's environment says that the sandbox's kubeconfig is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """What a stack is.

    Attributes:
        root: The project's folder.
        environment: The environment that it belongs to.
        slice: ``cloud``, ``platform``, a team, or None for the whole environment.
        cluster: The cluster that it is in; None for the environment's first one.
    """

    root: Path
    environment: str
    slice: str | None
    cluster: str | None = None

    @property
    def owns_cloud(self) -> bool:
        """Whether the account's part is in this stack."""
        return self.slice in (None, CLOUD_SLICE)

    @property
    def owns_platform(self) -> bool:
        """Whether the platform's part is in this stack."""
        return self.slice in (None, PLATFORM_SLICE)

    def owns_team(self, team: str) -> bool:
        """Whether a team's part is in this stack."""
        return self.slice in (None, team)

    def kubeconfig(self, secret: str | None) -> pulumi.Output[str]:
        """Return the kubeconfig, as a secret; empty in a preview that has none, so that a preview needs no access.

        Args:
            secret: The key of the stack's configuration that holds it; None for the sandbox, whose kubeconfig is
                a file that the engine's environment names.

        Raises:
            RunError: If an update has no kubeconfig.
        """
        text = _sandbox_kubeconfig() if secret is None else pulumi.Config().get_secret(secret)
        if text is None and not pulumi.runtime.is_dry_run():
            stack = pulumi.get_stack()
            raise pulumi.RunError(
                f"stack {stack} has no kubeconfig: pulumi config set --stack {stack} --secret {secret} < FILE"
                if secret
                else f"{KUBECONFIG_VARIABLE} names no kubeconfig: run paved sandbox start, and paved env"
            )
        return pulumi.Output.secret(text or "")


def _sandbox_kubeconfig() -> str | None:
    """Return the sandbox's kubeconfig; None where it does not run."""
    path = os.environ.get(KUBECONFIG_VARIABLE)
    return Path(path).read_text(encoding="utf-8") if path and Path(path).exists() else None


def read_settings(root: Path) -> StackSettings:
    """Return the settings of the stack that is running.

    Its name is ``<environment>``, ``<environment>.<slice>``, or ``<environment>.<cluster>.<slice>``.
    """
    stack = pulumi.get_stack()
    part = slice_of(stack)
    return StackSettings(root=root, environment=environment_of(stack), slice=part.part, cluster=part.cluster)
