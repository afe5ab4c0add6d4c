"""Examples of the controls about any object."""

from typing import Any

from tests.policies.examples.traffic import pod
from tests.policies.examples.traffic_policies import NAMESPACE
from tests.support.examples import REMOVED, Declared, Example

CONFIG = "kubernetes:core/v1:ConfigMap"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
DEPLOYMENT_PATCH = "kubernetes:apps/v1:DeploymentPatch"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
ENFORCE = "pod-security.kubernetes.io/enforce"
NAME = "app.kubernetes.io/name"
TEAM = "pavedroad.dev/team"


def config(
    labels: dict[str, Any] | None = None, annotations: dict[str, Any] | None = None, type_: str = CONFIG
) -> Declared:
    metadata = {"name": "web", "namespace": "shop", "labels": labels or {}, "annotations": annotations or {}}
    return Declared(type=type_, properties={"metadata": metadata})


def deployment(**spec: Any) -> Declared:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web"}], **spec}}
    return Declared(
        type=DEPLOYMENT,
        properties={
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        },
    )


def labelled_namespace(**labels: str) -> Declared:
    return Declared(type=NAMESPACE, properties={"metadata": {"name": "shop", "labels": labels}})


def choosing(key: str) -> dict[str, Any]:
    expression = {"key": key, "operator": "In", "values": ["a"]}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}


ZONE = "topology.kubernetes.io/zone"
TERM = (
    *("spec", "template", "spec", "affinity", "nodeAffinity"),
    *("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", 0, "matchExpressions", 0),
)
POD_AT = ("spec", "template", "spec")

EXAMPLES = (
    Example(
        control="objects-outside-default-namespace",
        declared=(config(),),
        breaks="metadata.namespace",
        to="default",
    ),
    Example(
        control="objects-outside-default-namespace",
        declared=(config(),),
        breaks="metadata.namespace",
        to=REMOVED,
    ),
    Example(
        control="workloads-outside-system-namespaces",
        declared=(deployment(),),
        breaks="metadata.namespace",
        to="kube-system",
    ),
    Example(
        control="namespaces-enforce-pod-security",
        declared=(labelled_namespace(**{ENFORCE: "restricted"}),),
        breaks=("metadata", "labels", ENFORCE),
        to="privileged",
    ),
    Example(
        control="namespaces-enforce-pod-security",
        declared=(labelled_namespace(**{ENFORCE: "restricted"}),),
        breaks="metadata.labels",
        to={},
    ),
    Example(
        control="pods-off-the-control-plane",
        declared=(deployment(tolerations=[{"key": "spot", "operator": "Exists"}]),),
        breaks=(*POD_AT, "tolerations", 0, "key"),
        to=CONTROL_PLANE,
    ),
    Example(
        control="pods-off-the-control-plane",
        declared=(deployment(tolerations=[{"key": "spot", "operator": "Exists"}]),),
        breaks=(*POD_AT, "tolerations", 0, "key"),
        to=REMOVED,
    ),
    Example(
        control="pods-off-the-control-plane",
        declared=(deployment(),),
        breaks=(*POD_AT, "nodeSelector"),
        to={CONTROL_PLANE: ""},
    ),
    Example(
        control="pods-off-the-control-plane",
        declared=(deployment(**choosing(ZONE)),),
        breaks=(*TERM, "key"),
        to=CONTROL_PLANE,
    ),
    Example(
        control="pods-placed-by-the-scheduler",
        declared=(deployment(),),
        breaks=(*POD_AT, "nodeName"),
        to="node-1",
    ),
    Example(
        control="pods-placed-by-the-scheduler",
        declared=(deployment(nodeSelector={"kubernetes.io/os": "linux"}),),
        breaks=(*POD_AT, "nodeSelector", "pool"),
        to="payments",
    ),
    Example(
        control="pods-placed-by-the-scheduler",
        declared=(deployment(**choosing(ZONE)),),
        breaks=(*TERM, "key"),
        to="kubernetes.io/hostname",
    ),
    Example(
        control="objects-labelled",
        declared=(config({NAME: "web"}),),
        breaks=("metadata", "labels", NAME),
        to=REMOVED,
    ),
    Example(
        control="objects-labelled",
        declared=(config({"stage": "live"}),),
        breaks="metadata.labels.stage",
        to="playground",
        settings={"labels": ["stage=^(live|test)$"], "kinds": ["ConfigMap"]},
    ),
    Example(
        control="pods-labelled",
        declared=(pod(**{NAME: "web"}),),
        breaks=("metadata", "labels", NAME),
        to=REMOVED,
    ),
    Example(
        control="objects-owned-by-a-team",
        declared=(config({TEAM: "shop"}),),
        breaks=("metadata", "labels", TEAM),
        to="",
    ),
    Example(
        control="objects-owned-by-a-team",
        declared=(config({TEAM: "shop"}),),
        breaks=("metadata", "labels", TEAM),
        to="nobody",
        settings={"teams": ["shop", "pay"]},
    ),
    Example(
        control="objects-annotated",
        declared=(config(annotations={"runbook": "https://wiki.example.com/web"}),),
        breaks="metadata.annotations.runbook",
        to="ask me",
        settings={"annotations": ["runbook=^https://"]},
    ),
    Example(
        control="objects-without-forbidden-annotations",
        declared=(config(),),
        breaks=("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
        to="{}",
    ),
    Example(
        control="objects-without-forbidden-annotations",
        declared=(config(),),
        breaks=("metadata", "annotations", "fluxcd.io/ignore"),
        to="true",
        settings={"forbidden": ["fluxcd.io/*"]},
    ),
    Example(
        control="patches-keep-the-service-account",
        declared=(
            Declared(
                type=DEPLOYMENT_PATCH,
                properties={
                    "metadata": {"name": "web", "namespace": "shop"},
                    "spec": {"template": {"spec": {"priorityClassName": "high"}}},
                },
            ),
        ),
        breaks="spec.template.spec.serviceAccountName",
        to="admin",
    ),
    Example(
        control="objects-api-version-served",
        declared=(config(type_="kubernetes:batch/v1:CronJob"),),
        breaks=("@type",),
        to="kubernetes:batch/v1beta1:CronJob",
    ),
    Example(
        control="objects-api-version-current",
        declared=(config(type_="kubernetes:discovery.k8s.io/v1:EndpointSlice"),),
        breaks=("@type",),
        to="kubernetes:core/v1:Endpoints",
    ),
    Example(control="objects-names-legal", declared=(config(),), breaks="metadata.name", to="Web_1"),
    Example(
        control="objects-names-legal",
        declared=(config(),),
        breaks="metadata.namespace",
        to="shop.front",
    ),
    Example(
        control="objects-labels-legal",
        declared=(config({"a/b": "c"}),),
        breaks=("metadata", "labels", "a/b"),
        to="not legal",
    ),
    Example(
        control="objects-labels-legal",
        declared=(config({"a/b": "c"}),),
        breaks=("metadata", "labels", "a/b/c"),
        to="d",
    ),
    Example(
        control="objects-labels-legal",
        declared=(deployment(),),
        breaks="spec.template.metadata.labels.app",
        to=1,
    ),
    Example(control="objects-complete", declared=(deployment(),), breaks="spec.selector", to=REMOVED),
    Example(
        control="objects-complete",
        declared=(deployment(),),
        breaks=(*POD_AT, "containers", 0, "name"),
        to=REMOVED,
    ),
    Example(control="objects-complete", declared=(deployment(),), breaks=(*POD_AT, "containers"), to=[]),
)
