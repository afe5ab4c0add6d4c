"""The environment in which the engine and its plugins run.

Nothing of the user's is used by accident: a kubeconfig, cloud credentials or Pulumi settings of the shell are
not inherited, and what the sandbox needs is its own. The function that scrubs is the same for runs started
here and for the exports that ``paved env`` prints, so a literal ``pulumi up`` sees the same world.
"""

import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass

from pavedroad.engine.state import STATE_VARIABLE, StateFolder
from pavedroad.sandbox.aws.folder import AwsFolder

KUBECONFIG_VARIABLE = "PAVEDROAD_KUBECONFIG"

AWS_ENDPOINT_VARIABLE = "PAVEDROAD_AWS_ENDPOINT"
"""Where the sandbox's AWS account is, where it has one."""

_FOREIGN_NAMES = frozenset(
    {"KUBECONFIG", "KUBERNETES_MASTER", "KUBE_CONFIG_PATH", "PYTHONPATH", "PYTHONHOME"}
)
_FOREIGN_PREFIXES = ("AWS_", "PULUMI_")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineEnvironment:
    """What to set and what to unset before the engine runs.

    Attributes:
        exports: Variables to set, by name.
        unset: Variables of the present environment that must not be inherited, sorted.
    """

    exports: Mapping[str, str]
    unset: tuple[str, ...]

    def applied_to(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return a copy of an environment, scrubbed and with the exports set."""
        return scrubbed(environment) | dict(self.exports)


def engine_environment(state: StateFolder, environment: Mapping[str, str] | None = None) -> EngineEnvironment:
    """Describe the environment of the engine for one state folder.

    Args:
        state: The state folder, whose backend, passphrase, plugins and kubeconfig are used.
        environment: What would be inherited; the process's own by default.

    Returns:
        With these exports, ``pulumi up --stack STACK`` works from the project's root.
    """
    inherited = os.environ if environment is None else environment
    exports = {
        "PATH": _search_path(state, inherited.get("PATH", os.defpath)),
        "PULUMI_HOME": str(state.pulumi_home),
        "PULUMI_BACKEND_URL": state.backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(state.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        STATE_VARIABLE: str(state.root),
        KUBECONFIG_VARIABLE: str(state.kubeconfig),
    }
    if endpoint := AwsFolder.of_state(state.root).endpoint:
        exports[AWS_ENDPOINT_VARIABLE] = endpoint
    if sys.prefix != sys.base_prefix:
        exports["VIRTUAL_ENV"] = sys.prefix
    unset = sorted(name for name in inherited if _is_foreign(name) and name not in exports)
    return EngineEnvironment(exports=exports, unset=tuple(unset))


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return a copy of an environment without clusters, cloud credentials and Pulumi settings."""
    return {name: value for name, value in environment.items() if not _is_foreign(name)}


def _is_foreign(name: str) -> bool:
    return name in _FOREIGN_NAMES or name.startswith(_FOREIGN_PREFIXES)


def _search_path(state: StateFolder, inherited: str) -> str:
    """Put the virtual environment and the state's executables before the user's own PATH."""
    ours = [sysconfig.get_path("scripts"), str(state.executables)]
    rest = [entry for entry in inherited.split(os.pathsep) if entry and entry not in ours]
    return os.pathsep.join([*ours, *rest])
