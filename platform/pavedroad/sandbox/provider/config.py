"""The provider's own inputs: reading them, and telling when they mean another cluster.

Source: `Configure` and `DiffConfig` in `provider/pkg/provider/provider.go` of pulumi/pulumi-kubernetes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pavedroad.sandbox.kubeconfig import Connection, KubeconfigError, parse
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Properties, Unknown, manifest_of

_PREFIX: Final = "kubernetes:config:"

SWITCHES: Final = {
    "deleteUnreachable": "PULUMI_K8S_DELETE_UNREACHABLE",
    "enableConfigMapMutable": "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
    "enablePatchForce": "PULUMI_K8S_ENABLE_PATCH_FORCE",
    "enableSecretMutable": "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
    "skipUpdateUnreachable": "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
}
"""Inputs that are off by default, and the environment variable that stands in for each."""

CLUSTER_INPUTS: Final = ("kubeconfig", "context", "cluster")
"""Inputs that choose the cluster."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider was configured with.

    Attributes:
        kubeconfig: Content of a kubeconfig, or its path; empty for the ambient one.
        context: Context to use; empty for the file's current one.
        cluster: Cluster to use in place of the context's; empty for the context's own.
        namespace: Namespace for objects that name none; empty for the context's.
        switches: Names of the inputs in `SWITCHES` that are on.
    """

    kubeconfig: str
    context: str
    cluster: str
    namespace: str
    switches: frozenset[str]

    def connection(self, ambient: str) -> Connection:
        """Say how to reach the cluster.

        Args:
            ambient: Path of the kubeconfig to use where none was given.

        Raises:
            KubeconfigError: The kubeconfig cannot be used; the message shows nothing of its content.
        """
        text, folder = _read(self.kubeconfig or ambient)
        if self.cluster:
            text = _with_cluster(text, self.context, self.cluster)
        return parse(text, context=self.context or None, base=folder)


def read_settings(variables: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    """Read the configuration the engine sends.

    `suppressDeprecationWarnings` and `suppressHelmHookWarnings` find nothing to suppress here.

    Raises:
        ProviderError: Something is asked for that only the official provider does.
    """
    given = {key.removeprefix(_PREFIX): value for key, value in variables.items()}

    def is_on(name: str, variable: str, *, default: str = "false") -> bool:
        return given.get(name, environment.get(variable, default)) == "true"

    if not is_on("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", default="true"):
        raise ProviderError(
            "enableServerSideApply is false: the sandbox's provider knows server-side apply only"
        )
    if given.get("renderYamlToDirectory"):
        raise ProviderError("renderYamlToDirectory needs the official Kubernetes provider")
    return Settings(
        kubeconfig=given.get("kubeconfig", ""),
        context=given.get("context", ""),
        cluster=given.get("cluster", ""),
        namespace=given.get("namespace", ""),
        switches=frozenset(name for name, variable in SWITCHES.items() if is_on(name, variable)),
    )


def replacing_inputs(old: Properties, new: Properties) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compare two configurations.

    Returns:
        The inputs that differ, and those among them that mean another cluster, on which everything has to be
        created anew. A kubeconfig with another user, but the same cluster, is no such.
    """
    changed = tuple(sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key)))
    unknown = tuple(key for key in CLUSTER_INPUTS if isinstance(new.get(key), Unknown))
    if unknown:
        return unknown, unknown
    if "clusterIdentifier" in new and "clusterIdentifier" in old:
        return changed, tuple(key for key in changed if key == "clusterIdentifier")
    before, after = (_active_cluster(manifest_of(inputs)) for inputs in (old, new))
    moved = before is not None and after is not None and before != after
    return changed, tuple(key for key in changed if moved and key in CLUSTER_INPUTS)


def _read(path_or_content: str) -> tuple[str, Path]:
    """Give a kubeconfig's text, and the folder its relative paths start from."""
    if "\n" in path_or_content or path_or_content.lstrip().startswith("{"):
        return path_or_content, Path()
    path = Path(path_or_content).expanduser()
    try:
        return path.read_text(encoding="utf-8"), path.parent
    except (OSError, UnicodeDecodeError, ValueError):
        raise KubeconfigError("the kubeconfig is neither a file that can be read nor YAML") from None


def _document(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        raise KubeconfigError("the kubeconfig is neither YAML nor JSON") from None


def _with_cluster(text: str, context: str, cluster: str) -> str:
    """Let the context in use point at another of the kubeconfig's clusters."""
    config = _document(text)
    if isinstance(config, dict):
        for entry in config.get("contexts") or []:
            if entry.get("name") == (context or config.get("current-context")):
                entry["context"] = {**(entry.get("context") or {}), "cluster": cluster}
    return json.dumps(config)


def _active_cluster(inputs: Properties) -> Any:
    """Give the entry of the cluster in use; None where the kubeconfig has none, or cannot be read."""
    given = inputs.get("kubeconfig") or ""
    try:
        config = given if isinstance(given, dict) else _document(_read(given)[0])
    except KubeconfigError:
        return None
    if not isinstance(config, dict):
        return None
    contexts = _by_name(config.get("contexts"), "context")
    chosen = contexts.get(inputs.get("context") or config.get("current-context"), {})
    return _by_name(config.get("clusters"), "cluster").get(inputs.get("cluster") or chosen.get("cluster"))


def _by_name(entries: Any, part: str) -> dict[Any, Any]:
    return {entry.get("name"): entry.get(part) or {} for entry in entries or [] if isinstance(entry, dict)}
