"""Examples of the controls about the security of pods, but for those about volumes and service accounts."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example
from tests.support.pods import deployment, good_container, good_spec, of_container, of_pod, of_spec

SERVICE = Declared(
    type="kubernetes:core/v1:Service",
    properties={
        "metadata": {"name": "web", "labels": {"app": "web", "name": "web"}},
        "spec": {"selector": {"app": "web", "name": "web"}},
    },
)
ANNOTATIONS = ("spec", "template", "metadata", "annotations")
SECCOMP_OF_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/web"
APPARMOR_OF_CONTAINER = "container.apparmor.security.beta.kubernetes.io/web"


def without_context(**of_pod_itself: object) -> dict[str, Any]:
    """Give a pod whose containers say nothing about their security."""
    container = {"name": "web", "image": "registry.example.com/web:1.2.3"}
    return {"securityContext": of_pod_itself, "containers": [container]}


def annotated(control: str, annotations: dict[str, str], breaks: str, to: str, **settings: object) -> Example:
    return Example(
        control=control,
        declared=(deployment(without_context(), annotations),),
        breaks=(*ANNOTATIONS, breaks),
        to=to,
        settings=settings,
    )


PRIVILEGES = (
    of_container("containers-not-privileged", "securityContext.privileged", to=True),
    of_pod("containers-not-privileged", "initContainers.0.securityContext.privileged", to=True),
    of_container("containers-no-privilege-escalation", "securityContext.allowPrivilegeEscalation", REMOVED),
    of_container("containers-no-privilege-escalation", "securityContext.allowPrivilegeEscalation", to=True),
    of_container(
        "containers-add-default-capabilities-only", "securityContext.capabilities.add.1", "NET_ADMIN"
    ),
    of_container("containers-drop-all-capabilities", "securityContext.capabilities.drop", REMOVED),
    of_container("containers-drop-all-capabilities", "securityContext.capabilities.drop.0", "NET_RAW"),
    of_container("containers-drop-all-capabilities", "securityContext.capabilities.add.0", "CHOWN"),
    of_container("containers-drop-net-raw", "securityContext.capabilities.drop.0", "CHOWN"),
    of_container("containers-drop-net-raw", "securityContext.capabilities.add.0", "cap_net_raw"),
    of_container(
        "containers-without-node-capabilities", "securityContext.capabilities.add.0", "CAP_SYS_ADMIN"
    ),
    of_container("containers-without-node-capabilities", "securityContext.capabilities.add.0", "SYS_MODULE"),
    of_container("containers-without-node-capabilities", "securityContext.capabilities.add.0", "ALL"),
    of_container("containers-not-host-processes", "securityContext.windowsOptions.hostProcess", to=True),
    of_pod("containers-not-host-processes", "securityContext.windowsOptions.hostProcess", to=True),
)

USERS = (
    of_pod("containers-run-as-non-root", "securityContext.runAsNonRoot", to=False),
    of_pod("containers-run-as-non-root", "securityContext.runAsNonRoot", REMOVED),
    of_container("containers-run-as-non-root", "securityContext.runAsNonRoot", to=False),
    of_pod("containers-not-user-zero", "securityContext.runAsUser", 0),
    of_container("containers-not-user-zero", "securityContext.runAsUser", 0),
    of_pod("containers-user-above-host-users", "securityContext.runAsUser", 9999),
    of_pod("containers-user-above-host-users", "securityContext.runAsUser", REMOVED),
    of_pod("containers-group-above-host-groups", "securityContext.runAsGroup", 9999),
    of_container("containers-group-above-host-groups", "securityContext.runAsGroup", 1000),
    of_pod("containers-name-a-group", "securityContext.runAsGroup", REMOVED),
    of_pod("containers-name-a-group", "securityContext.runAsGroup", 0),
    of_container("containers-not-group-zero", "securityContext.runAsGroup", 0),
    of_pod("pods-supplemental-groups-not-root", "securityContext.supplementalGroups.1", 0),
    of_pod(
        "pods-supplemental-groups-not-root",
        "securityContext.supplementalGroups",
        REMOVED,
        settings={"supplementalGroupsRequired": True},
    ),
    of_pod("pods-fs-group-not-root", "securityContext.fsGroup", 0),
    of_pod("pods-fs-group-not-root", "securityContext.fsGroup", REMOVED, settings={"fsGroupRequired": True}),
    of_spec(
        "containers-user-above-host-users",
        without_context(runAsNonRoot=True),
        "securityContext.runAsNonRoot",
        to=False,
        settings={"allowedUsers": ["1-"], "nonRootSuffices": True},
    ),
)

HOST = (
    of_pod("pods-without-host-pid", "hostPID", to=True),
    of_pod("pods-without-host-ipc", "hostIPC", to=True),
    of_pod("pods-without-host-network", "hostNetwork", to=True),
    of_container("containers-without-host-ports", "ports.0.hostPort", 8080),
    of_pod(
        "containers-without-host-ports",
        "containers.0.ports.0.hostPort",
        79,
        settings={"allowedHostPorts": ["80-9000", "10000"]},
    ),
    of_container("probes-without-host", "livenessProbe.httpGet.host", "10.0.0.1"),
    of_container("probes-without-host", "lifecycle.preStop.tcpSocket.host", "10.0.0.1"),
    of_pod("pods-without-host-aliases", "hostAliases", [{"ip": "10.0.0.1", "hostnames": ["db"]}]),
)

PROFILES = (
    of_pod("seccomp-not-switched-off", "securityContext.seccompProfile.type", "Unconfined"),
    of_container("seccomp-not-switched-off", "securityContext.seccompProfile.type", "Unconfined"),
    annotated(
        "seccomp-not-switched-off",
        {SECCOMP_OF_CONTAINER: "localhost/web.json"},
        SECCOMP_OF_CONTAINER,
        "unconfined",
        policyVersion="v1.18",
    ),
    of_spec(
        "containers-name-a-seccomp-profile",
        without_context(seccompProfile={"type": "RuntimeDefault"}),
        "securityContext.seccompProfile",
        REMOVED,
    ),
    of_pod("containers-name-a-seccomp-profile", "securityContext.seccompProfile.type", "Unconfined"),
    of_container("containers-seccomp-profile-allowed", "securityContext.seccompProfile.type", "Unconfined"),
    of_spec(
        "containers-seccomp-profile-allowed",
        without_context(seccompProfile={"type": "Localhost", "localhostProfile": "web.json"}),
        "securityContext.seccompProfile.localhostProfile",
        "other.json",
        settings={"allowedSeccompProfiles": ["localhost/web.json"]},
    ),
    annotated(
        "containers-seccomp-profile-allowed",
        {SECCOMP_OF_CONTAINER: "runtime/default"},
        SECCOMP_OF_CONTAINER,
        "unconfined",
    ),
    of_pod("apparmor-not-switched-off", "securityContext.appArmorProfile.type", "Unconfined"),
    of_container("apparmor-not-switched-off", "securityContext.appArmorProfile.type", "Unconfined"),
    annotated(
        "apparmor-not-switched-off",
        {APPARMOR_OF_CONTAINER: "localhost/web"},
        APPARMOR_OF_CONTAINER,
        "unconfined",
    ),
    of_container(
        "containers-app-armor-profile-allowed", "securityContext.appArmorProfile.type", "Unconfined"
    ),
    of_spec(
        "containers-app-armor-profile-allowed",
        without_context(appArmorProfile={"type": "RuntimeDefault"}),
        "securityContext.appArmorProfile.type",
        "Unconfined",
    ),
    annotated(
        "containers-app-armor-profile-allowed",
        {APPARMOR_OF_CONTAINER: "runtime/default"},
        APPARMOR_OF_CONTAINER,
        "unconfined",
    ),
)

KERNEL = (
    of_container("selinux-labels-of-containers", "securityContext.seLinuxOptions.type", "spc_t"),
    of_container("selinux-labels-of-containers", "securityContext.seLinuxOptions.user", "system_u"),
    of_container("selinux-labels-of-containers", "securityContext.seLinuxOptions.role", "system_r"),
    of_pod("selinux-labels-of-containers", "securityContext.seLinuxOptions", {"type": "unconfined_t"}),
    of_container("containers-proc-masked-on-the-node", "securityContext.procMount", "Unmasked"),
    of_container("containers-proc-masked", "securityContext.procMount", "Unmasked"),
    of_spec(
        "containers-proc-masked",
        good_spec() | {"hostUsers": False},
        "containers.0.securityContext.procMount",
        "Unmasked",
    ),
    of_pod("pods-set-safe-sysctls-only", "securityContext.sysctls.0.name", "kernel.msgmax"),
    of_pod(
        "pods-set-safe-sysctls-only",
        "securityContext.sysctls.0.name",
        "net.core.somaxconn",
        settings={"allowedSysctls": ["net.*"], "forbiddenSysctls": ["net.core.*"]},
    ),
)

CONTAINERS = (
    of_container("containers-read-only-root-filesystem", "securityContext.readOnlyRootFilesystem", REMOVED),
    of_container("containers-read-only-root-filesystem", "securityContext.readOnlyRootFilesystem", to=False),
    of_spec(
        "pods-have-a-security-context",
        without_context(runAsNonRoot=True),
        "securityContext",
        REMOVED,
    ),
    of_container("containers-have-a-security-context", "securityContext", {}),
    of_container("containers-listen-on-high-ports", "ports.0.containerPort", 1023),
    of_container("containers-without-ssh", "ports.0.containerPort", 22),
    of_pod("pods-without-ephemeral-containers", "ephemeralContainers", [good_container("debug")]),
    of_container("containers-not-interactive", "stdin", to=True),
    of_container("containers-not-interactive", "tty", to=True),
)


def _labelled(control: str, label: str, value: str) -> Example:
    return Example(
        control=control,
        declared=(deployment(good_spec()),),
        breaks=("spec", "template", "metadata", "labels", label),
        to=value,
    )


COMPONENTS = (
    of_container("tiller-not-deployed", "image", "registry.example.com/helm/tiller:v2.17.0"),
    Example(control="tiller-not-deployed", declared=(SERVICE,), breaks="metadata.labels.name", to="tiller"),
    Example(control="tiller-not-deployed", declared=(SERVICE,), breaks="spec.selector.app", to="helm"),
    Example(control="tiller-not-deployed", declared=(SERVICE,), breaks="metadata.name", to="helm-tiller-2"),
    of_container("kubernetes-dashboard-not-deployed", "image", "kubernetesui/dashboard:v2.7.0"),
    _labelled("kubernetes-dashboard-not-deployed", "k8s-app", "kubernetes-dashboard"),
    Example(
        control="kubernetes-dashboard-not-deployed",
        declared=(SERVICE,),
        breaks="spec.selector.app",
        to="kubernetes-dashboard",
    ),
    of_container("git-sync-not-a-sidecar", "image", "registry.k8s.io/git-sync/git-sync:v4.2.1"),
    of_container("git-sync-runs-its-own-git", "env.0.name", "GITSYNC_GIT"),
)

EXAMPLES = (*PRIVILEGES, *USERS, *HOST, *PROFILES, *KERNEL, *CONTAINERS, *COMPONENTS)
