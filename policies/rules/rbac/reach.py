"""Rules about roles that reach into workloads, nodes and traffic."""

from typing import Final

from pavedroad.governance import Control, Fix, Severity
from policies.rules.rbac.permissions import CHANGE, CORE, DELETE, ROLES, Power
from policies.rules.rbac.shapes import BY_ITSELF, cis, withholds

EXEC: Final = Power(frozenset({"create", "get"}), frozenset({"pods/exec", "pods/attach"}))
"""To run commands in a pod: by `create`, or by `get` over a web socket."""

ARGO_WORKLOADS: Final = frozenset(
    {"clusterworkflowtemplates", "cronworkflows", "rollouts", "workflows", "workflowtemplates"}
)
"""What Argo's controllers make pods of: a new workflow may run any image under any account of its namespace."""

NO_WORKLOADS: Final = withholds(
    Control(
        identifier="roles-cannot-create-workloads",
        sentence="No role allows to create pods, or to create or change what makes them",
        why="A new pod may mount any secret and use any service account of its namespace, so this is all of them.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="leave workloads to reading, and deploy through the pipeline"),
        references=cis("5.1.4", eks="4.1.4"),
        rows=(113,),
    ),
    "not allow to create pods, or to create, update or patch workloads",
    Power(frozenset({"create"}), frozenset({"pods"})),
    Power(CHANGE, frozenset({"replicationcontrollers"})),
    Power(
        CHANGE, frozenset({"daemonsets", "deployments", "replicasets", "statefulsets"}), frozenset({"apps"})
    ),
    Power(CHANGE, frozenset({"cronjobs", "jobs"}), frozenset({"batch"})),
    Power(CHANGE, ARGO_WORKLOADS, frozenset({"argoproj.io"})),
)

NO_EXEC: Final = withholds(
    Control(
        identifier="roles-cannot-exec",
        sentence="No role allows to run commands in a pod or to attach to one",
        why="Inside a container are its secrets, its identity and its data, and nothing done there is declared.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="remove pods/exec and pods/attach"),
        rows=(114,),
    ),
    "not allow pods/exec or pods/attach",
    EXEC,
)

NO_NODE_PROXY: Final = withholds(
    Control(
        identifier="roles-cannot-proxy-nodes",
        sentence="No role allows to reach the kubelet through the API server",
        why="The kubelet runs commands in every pod of its node, past admission and past the audit log.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(
            descriptor=BY_ITSELF, pulumi="remove nodes/proxy; nodes/metrics and nodes/stats need none of it"
        ),
        references=cis("5.1.10"),
        rows=(117,),
    ),
    "not allow nodes/proxy",
    Power(frozenset({"get", *CHANGE, *DELETE}), frozenset({"nodes/proxy"})),
)

NO_VOLUMES: Final = withholds(
    Control(
        identifier="roles-cannot-create-volumes",
        sentence="No role allows to create persistent volumes",
        why="A persistent volume may be any path of a node; claims need no such permission.",
        severity=Severity.MEDIUM,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="remove persistentvolumes; claim storage from a storage class"),
        references=cis("5.1.9"),
        rows=(121,),
    ),
    "not allow to create persistentvolumes",
    Power(frozenset({"create"}), frozenset({"persistentvolumes"})),
)

NO_ENDPOINTS: Final = withholds(
    Control(
        identifier="roles-cannot-change-endpoints",
        sentence="No role allows to change the addresses behind a Service",
        why="Whoever writes them sends a Service's traffic anywhere, past network policies and into other namespaces.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="leave endpoints and endpointslices to reading"),
        rows=(122,),
    ),
    "not allow to create, update, patch or delete endpoints or endpointslices",
    Power(CHANGE | DELETE, frozenset({"endpoints", "endpointslices"}), groups=None),
)

NO_SERVICE_STATUS: Final = withholds(
    Control(
        identifier="roles-cannot-change-service-status",
        sentence="No role allows to change the status of Services",
        why="A load balancer's address written there draws traffic meant for that address (CVE-2020-8554).",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="remove services/status"),
        rows=(123,),
    ),
    "not allow to update or patch services/status",
    Power(frozenset({"update", "patch"}), frozenset({"services/status"})),
)

NO_LOG_DELETION: Final = withholds(
    Control(
        identifier="roles-cannot-delete-traces",
        sentence="No role allows to delete logs or events",
        why="Whoever breaks in would remove the traces of it.",
        severity=Severity.MEDIUM,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="leave pods/log and events to reading"),
        rows=(125,),
    ),
    "not allow to delete pods/log or events",
    Power(DELETE, frozenset({"pods/log", "events"}), frozenset({CORE, "events.k8s.io"})),
)

RULES: Final = (
    NO_WORKLOADS,
    NO_EXEC,
    NO_NODE_PROXY,
    NO_VOLUMES,
    NO_ENDPOINTS,
    NO_SERVICE_STATUS,
    NO_LOG_DELETION,
)
