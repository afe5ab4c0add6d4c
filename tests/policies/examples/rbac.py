"""Examples of the controls about roles and bindings."""

from typing import Any

from tests.support.examples import Declared, Example

ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
RBAC = "rbac.authorization.k8s.io"
CLUSTER_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"


def rule(resource: str = "pods", verb: str = "list", group: str = "", **more: list[str]) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": [resource], "verbs": [verb], **more}


def role(*rules: dict[str, Any], type_: str = ROLE, name: str = "watcher") -> Declared:
    metadata = {"name": name} if type_ == CLUSTER_ROLE else {"name": name, "namespace": "shop"}
    return Declared(
        type=type_, properties={"metadata": metadata, "rules": list(rules or [rule()])}, name=name
    )


def binding(kind: str = "Role", name: str = "watcher", type_: str = BINDING) -> Declared:
    return Declared(
        type=type_,
        properties={
            "metadata": {"name": "watchers", "namespace": "shop"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
            "subjects": [{"kind": "Group", "name": "watchers"}],
        },
    )


def verb_added(control: str, verb: str, kept: dict[str, Any], type_: str = ROLE) -> Example:
    """One more verb on what the role already names."""
    return Example(control=control, declared=(role(kept, type_=type_),), breaks="rules.0.verbs.1", to=verb)


def resource_changed(control: str, kept: dict[str, Any], resource: str, type_: str = ROLE) -> Example:
    """Another resource under the verbs that the role already has."""
    return Example(
        control=control, declared=(role(kept, type_=type_),), breaks="rules.0.resources.0", to=resource
    )


AGGREGATING = (
    Declared(
        type=CLUSTER_ROLE,
        properties={
            "metadata": {"name": "sum"},
            "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"into": "sum"}}]},
            "rules": [],
        },
    ),
    Declared(
        type=CLUSTER_ROLE,
        name="part",
        properties={"metadata": {"name": "part", "labels": {"into": "sum"}}, "rules": [rule()]},
    ),
)
EVERYTHING = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["list"]}

EXAMPLES = (
    verb_added("roles-without-wildcard-verbs", "*", rule()),
    resource_changed("roles-without-wildcard-resources", rule(), "*"),
    resource_changed("roles-without-wildcard-resources", rule(), "*/scale", CLUSTER_ROLE),
    Example(
        control="roles-without-wildcard-resources",
        declared=(role({"nonResourceURLs": ["/metrics"], "verbs": ["get"]}, type_=CLUSTER_ROLE),),
        breaks="rules.0.nonResourceURLs.0",
        to="*",
    ),
    Example(
        control="roles-without-wildcard-api-groups", declared=(role(),), breaks="rules.0.apiGroups.0", to="*"
    ),
    Example(
        control="bindings-not-to-cluster-admin",
        declared=(binding("ClusterRole", "view", CLUSTER_BINDING),),
        breaks="roleRef.name",
        to="cluster-admin",
    ),
    Example(
        control="bindings-not-to-cluster-admin",
        declared=(binding(), role(EVERYTHING)),
        breaks="rules.0.verbs.0",
        to="*",
        of=1,
    ),
    Example(
        control="bindings-not-to-cluster-admin",
        declared=(binding("ClusterRole"), role(EVERYTHING, type_=CLUSTER_ROLE)),
        breaks="rules.0.verbs.0",
        to="*",
        of=1,
    ),
    Example(
        control="bindings-not-to-exec",
        declared=(binding(), role(rule("pods/log", "get"))),
        breaks="rules.0.resources.0",
        to="pods/exec",
        of=1,
    ),
    Example(
        control="bindings-not-to-exec",
        declared=(binding("ClusterRole", "view"),),
        breaks="roleRef.name",
        to="edit",
    ),
    Example(
        control="bindings-not-of-anonymous",
        declared=(binding(),),
        breaks="subjects.0.name",
        to="system:unauthenticated",
    ),
    Example(
        control="bindings-not-of-everybody",
        declared=(binding(),),
        breaks="subjects.0.name",
        to="system:authenticated",
    ),
    Example(
        control="bindings-not-of-masters",
        declared=(binding(),),
        breaks="subjects.0.name",
        to="system:masters",
    ),
    resource_changed("roles-read-secrets-by-name", rule("pods", "get"), "secrets"),
    Example(
        control="roles-read-secrets-by-name",
        declared=(role(rule("secrets", "get", resourceNames=["own"])),),
        breaks="rules.0.resourceNames",
        to=[],
    ),
    verb_added("roles-change-secrets-by-name", "patch", rule("secrets")),
    resource_changed(
        "roles-change-secrets-by-name", rule("pods", "deletecollection"), "secrets", CLUSTER_ROLE
    ),
    Example(
        control="roles-change-secrets-by-name",
        declared=(role(rule("secrets", "update", resourceNames=["own"])),),
        breaks="rules.0.resourceNames",
        to=[],
    ),
    verb_added("cluster-roles-do-not-write-configuration", "update", rule("configmaps"), CLUSTER_ROLE),
    Example(
        control="roles-cannot-change-aws-auth",
        declared=(role(rule("configmaps", "patch", resourceNames=["own"]), type_=CLUSTER_ROLE),),
        breaks="rules.0.resourceNames.0",
        to="aws-auth",
    ),
    Example(
        control="roles-cannot-change-aws-auth",
        declared=(role(rule("configmaps", "patch", resourceNames=["own"])),),
        breaks="rules.0.resourceNames.0",
        to="aws-auth",
    ),
    Example(
        control="roles-cannot-change-aws-auth",
        declared=(role(rule("configmaps", "patch")),),
        breaks="metadata.namespace",
        to="kube-system",
    ),
    verb_added("roles-cannot-create-workloads", "create", rule("pods")),
    verb_added("roles-cannot-create-workloads", "patch", rule("deployments", group="apps")),
    verb_added("roles-cannot-create-workloads", "*", rule("jobs", group="batch")),
    verb_added("roles-cannot-create-workloads", "create", rule("workflows", group="argoproj.io")),
    Example(
        control="roles-cannot-create-workloads",
        declared=AGGREGATING,
        breaks="rules.0.verbs.0",
        to="create",
        of=1,
    ),
    resource_changed("roles-cannot-exec", rule("pods/log", "create"), "pods/exec"),
    resource_changed("roles-cannot-exec", rule("pods/log", "get"), "pods/attach"),
    resource_changed("roles-cannot-exec", rule("pods/log", "create"), "*/exec"),
    resource_changed("roles-cannot-exec", rule("pods/log", "create"), "pods/*"),
    resource_changed("roles-cannot-proxy-nodes", rule("nodes/metrics", "get"), "nodes/proxy", CLUSTER_ROLE),
    verb_added("roles-cannot-create-volumes", "create", rule("persistentvolumes"), CLUSTER_ROLE),
    verb_added("roles-cannot-change-endpoints", "update", rule("endpoints"), CLUSTER_ROLE),
    verb_added("roles-cannot-change-endpoints", "delete", rule("endpoints")),
    verb_added("roles-cannot-change-endpoints", "patch", rule("endpointslices", group="discovery.k8s.io")),
    resource_changed("roles-cannot-change-service-status", rule("services", "patch"), "services/status"),
    verb_added("roles-cannot-delete-traces", "delete", rule("pods/log", "get")),
    verb_added("roles-cannot-delete-traces", "deletecollection", rule("events", group="events.k8s.io")),
    verb_added("roles-cannot-escalate", "escalate", rule("clusterroles", group=RBAC), CLUSTER_ROLE),
    verb_added("roles-cannot-escalate", "bind", rule("roles", group=RBAC)),
    verb_added("roles-cannot-escalate", "*", rule("roles", group=RBAC)),
    verb_added("roles-cannot-change-bindings", "create", rule("rolebindings", group=RBAC)),
    verb_added("roles-cannot-change-bindings", "deletecollection", rule("rolebindings", group=RBAC)),
    verb_added("roles-cannot-change-roles", "update", rule("roles", group=RBAC)),
    verb_added("roles-cannot-change-roles", "delete", rule("clusterroles", group=RBAC), CLUSTER_ROLE),
    verb_added("roles-cannot-impersonate", "impersonate", rule("users"), CLUSTER_ROLE),
    verb_added("roles-cannot-impersonate", "*", rule("serviceaccounts")),
    verb_added(
        "roles-cannot-change-admission",
        "update",
        rule("mutatingwebhookconfigurations", group="admissionregistration.k8s.io"),
        CLUSTER_ROLE,
    ),
    verb_added(
        "roles-cannot-approve-certificates",
        "update",
        rule("certificatesigningrequests/approval", group="certificates.k8s.io"),
        CLUSTER_ROLE,
    ),
    verb_added(
        "roles-cannot-approve-certificates",
        "approve",
        rule("signers", group="certificates.k8s.io"),
        CLUSTER_ROLE,
    ),
    resource_changed(
        "roles-cannot-create-tokens", rule("serviceaccounts", "create"), "serviceaccounts/token"
    ),
)
