"""Examples of the controls about what pods mount, and about who they are to the API server."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example
from tests.support.governed import NAMESPACE
from tests.support.pods import ACCOUNT, deployment, good_container, good_spec, of_pod, of_spec

ON_PURPOSE = "service-account-tokens-mounted-on-purpose"
NO_TOKEN = "pods-without-service-account-token"


def with_volume(volume: dict[str, Any], *, read_only: bool = True) -> dict[str, Any]:
    """Give a pod with a volume that its container mounts."""
    container = good_container()
    container["volumeMounts"] = [{"name": "data", "mountPath": "/data", "readOnly": read_only}]
    return good_spec() | {"containers": [container], "volumes": [{"name": "data", **volume}]}


HOST_PATH = with_volume({"hostPath": {"path": "/var/log/pods"}})
FLEX = with_volume({"flexVolume": {"driver": "example/lvm"}})
PERSISTENT_VOLUME = Declared(
    type="kubernetes:core/v1:PersistentVolume",
    properties={"metadata": {"name": "logs"}, "spec": {"hostPath": {"path": "/var/log"}}},
)
LOGS: dict[str, object] = {"allowedHostPaths": ["/var/log"]}

VOLUMES = (
    of_pod("pods-without-host-paths", "volumes.0.hostPath", {"path": "/data"}),
    of_pod("volumes-of-core-kinds", "volumes.0.nfs", {"server": "nfs.example.com", "path": "/"}),
    of_pod("volumes-of-core-kinds", "volumes.1", {"name": "more", "hostPath": {"path": "/data"}}),
    of_spec(
        "flex-volumes-of-allowed-drivers",
        FLEX,
        "volumes.0.flexVolume.driver",
        "example/other",
        settings={"allowedFlexVolumeDrivers": ["example/lvm"]},
    ),
    of_spec("host-paths-among-the-allowed", HOST_PATH, "volumes.0.hostPath.path", "/var/logs", settings=LOGS),
    Example(
        control="host-paths-among-the-allowed",
        declared=(PERSISTENT_VOLUME,),
        breaks="spec.hostPath.path",
        to="/var/log/../lib",
        settings=LOGS,
    ),
    of_spec("host-paths-not-of-the-system", HOST_PATH, "volumes.0.hostPath.path", "/etc/kubernetes"),
    of_spec("host-paths-not-of-the-system", HOST_PATH, "volumes.0.hostPath.path", "/"),
    of_spec("runtime-sockets-not-mounted", HOST_PATH, "volumes.0.hostPath.path", "/var/run/docker.sock"),
    of_spec("runtime-sockets-not-mounted", HOST_PATH, "volumes.0.hostPath.path", "/run"),
    of_spec("host-path-mounts-read-only", HOST_PATH, "containers.0.volumeMounts.0.readOnly", REMOVED),
    of_spec(
        "host-path-mounts-read-only",
        with_volume({"hostPath": {"path": "/cache/web"}}, read_only=False),
        "volumes.0.hostPath.path",
        "/etc",
        settings={"writableHostPaths": ["/cache"]},
    ),
)


def without_token_field() -> dict[str, Any]:
    spec = good_spec()
    del spec["automountServiceAccountToken"]
    return spec


def bound(kind: str) -> Declared:
    return Declared(
        type=f"kubernetes:rbac.authorization.k8s.io/v1:{kind}",
        properties={
            "metadata": {"name": "web", "namespace": NAMESPACE},
            "subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": NAMESPACE}],
        },
    )


ACCOUNTS = (
    Example(
        control=ON_PURPOSE,
        declared=(deployment(without_token_field()), ACCOUNT),
        breaks="automountServiceAccountToken",
        to=REMOVED,
        of=1,
    ),
    Example(
        control=ON_PURPOSE,
        declared=(deployment(good_spec()),),
        breaks="spec.template.spec.automountServiceAccountToken",
        to=REMOVED,
    ),
    of_pod(NO_TOKEN, "automountServiceAccountToken", to=True),
    Example(
        control=NO_TOKEN,
        declared=(deployment(without_token_field()), ACCOUNT),
        breaks="automountServiceAccountToken",
        to=True,
        of=1,
    ),
    Example(
        control="service-accounts-do-not-mount-tokens",
        declared=(ACCOUNT,),
        breaks="automountServiceAccountToken",
        to=REMOVED,
    ),
    of_pod("pods-name-their-service-account", "serviceAccountName", REMOVED),
    of_pod("pods-name-their-service-account", "serviceAccountName", "default"),
    *(
        Example(
            control="default-service-accounts-not-bound",
            declared=(bound(kind),),
            breaks="subjects.0.name",
            to="default",
        )
        for kind in ("RoleBinding", "ClusterRoleBinding")
    ),
    of_pod("service-accounts-exist", "serviceAccountName", "wep"),
    Example(
        control="service-accounts-exist",
        declared=(deployment(good_spec()), ACCOUNT),
        breaks="metadata.namespace",
        to="elsewhere",
        of=1,
    ),
    of_pod("pods-without-deprecated-service-account-field", "serviceAccount", "other"),
)

EXAMPLES = (*VOLUMES, *ACCOUNTS)
