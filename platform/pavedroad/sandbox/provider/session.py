"""A configured provider: its settings, and the cluster, or why there is none."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pavedroad.sandbox.api import KubeClient, KubeError, UnreachableError
from pavedroad.sandbox.kubeconfig import KubeconfigError
from pavedroad.sandbox.provider.cluster import Cluster
from pavedroad.sandbox.provider.config import Settings, read_settings
from pavedroad.sandbox.provider.engine_log import EngineLog
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Manifest

_CONNECT_SECONDS: Final = 5.0
_CONNECT_PAUSE_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Session:
    """What every operation needs.

    Attributes:
        settings: The provider's inputs.
        log: Messages to the user.
        cluster: The cluster; None where it cannot be reached.
        trouble: Why it cannot be reached; empty where it can.
        namespace: Namespace for objects that name none.
    """

    settings: Settings
    log: EngineLog
    cluster: Cluster | None
    trouble: str = ""
    namespace: str = "default"

    def reachable(self) -> Cluster:
        """Give the cluster.

        Raises:
            ProviderError: It cannot be reached.
        """
        if self.cluster is None:
            raise ProviderError(f"configured Kubernetes cluster is unreachable: {self.trouble}")
        return self.cluster

    def is_namespaced(self, manifest: Manifest) -> bool:
        """Tell whether the object lives in a namespace; a kind that nobody knows yet is taken to."""
        if self.cluster is None:
            return True
        known = self.cluster.is_namespaced(str(manifest.get("apiVersion")), str(manifest.get("kind")))
        return known is not False

    def knows(self, manifest: Manifest) -> bool:
        """Tell whether the API server can be reached and serves the object's kind."""
        return self.cluster is not None and self.cluster.knows(manifest)


def open_session(variables: Mapping[str, str], log: EngineLog) -> Session:
    """Configure the provider; a cluster that cannot be reached is noted, as previews do without.

    Raises:
        ProviderError: Something is asked for that only the official provider does.
    """
    settings = read_settings(variables, os.environ)
    ambient = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    try:
        connection = settings.connection(ambient.partition(os.pathsep)[0])
        client = KubeClient(connection)
        _greet(client)
    except (KubeconfigError, KubeError) as error:
        return Session(settings, log, None, str(error), settings.namespace or "default")
    namespace = settings.namespace or connection.namespace
    return Session(settings, log, Cluster(client), "", namespace)


def _greet(client: KubeClient) -> None:
    """Ask for the version; an API server that is just starting gets a few seconds."""
    deadline = time.monotonic() + _CONNECT_SECONDS
    while True:
        try:
            client.request("GET", "/version")
        except UnreachableError:
            if time.monotonic() + _CONNECT_PAUSE_SECONDS > deadline:
                raise
            time.sleep(_CONNECT_PAUSE_SECONDS)
        else:
            return
