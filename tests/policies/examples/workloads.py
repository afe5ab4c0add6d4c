"""Examples of the controls about what workloads use and whether they stay up."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example
from tests.support.governed import AUTOSCALER, BUDGET, CRON_JOB, DEPLOYMENT, POD

NAMESPACE = "kubernetes:core/v1:Namespace"
QUOTA = "kubernetes:core/v1:ResourceQuota"
LIMIT_RANGE = "kubernetes:core/v1:LimitRange"
SERVICE = "kubernetes:core/v1:Service"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
ROLLOUT = "kubernetes:argoproj.io/v1alpha1:Rollout"
SCALED_OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
JOB = "kubernetes:batch/v1:Job"

SPEC = ("spec", "template", "spec")
CONTAINER = (*SPEC, "containers", 0)
METADATA = {"name": "web", "namespace": "shop"}


def probe(port: int | str = "http", **timing: int) -> dict[str, Any]:
    return {"httpGet": {"path": "/healthz", "port": port}, **timing}


def container() -> dict[str, Any]:
    return {
        "name": "web",
        "image": "registry.example.com/web:1.2.3",
        "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": probe(failureThreshold=1),
        "livenessProbe": probe(failureThreshold=5),
        "startupProbe": {"exec": {"command": ["/app/started"]}},
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "1", "memory": "256Mi", "ephemeral-storage": "1Gi"},
        },
    }


def spec() -> dict[str, Any]:
    return {
        "priorityClassName": "standard",
        "dnsConfig": {"options": [{"name": "ndots", "value": "2"}]},
        "containers": [container()],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
        "topologySpreadConstraints": [
            {
                "topologyKey": "topology.kubernetes.io/zone",
                "labelSelector": {"matchLabels": {"app": "web"}},
                "maxSkew": 1,
                "whenUnsatisfiable": "ScheduleAnyway",
            }
        ],
    }


def replicated(type_: str = DEPLOYMENT, name: str = "web", replicas: int | None = 3) -> Declared:
    properties: dict[str, Any] = {
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec()},
        },
    }
    if replicas is None:
        del properties["spec"]["replicas"]
    if type_ == DEPLOYMENT:
        properties["spec"]["strategy"] = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}}
    if type_ == STATEFUL_SET:
        properties["spec"]["serviceName"] = "web"
        claim = {"accessModes": ["ReadWriteOncePod"], "storageClassName": "encrypted"}
        properties["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    return Declared(type=type_, name=name, properties=properties)


def job(type_: str = JOB) -> Declared:
    run = {
        "activeDeadlineSeconds": 600,
        "ttlSecondsAfterFinished": 3600,
        "template": {"spec": {"restartPolicy": "Never", "containers": [container()]}},
    }
    cron = {"schedule": "0 3 * * *", "startingDeadlineSeconds": 300, "jobTemplate": {"spec": run}}
    return Declared(type=type_, properties={"metadata": METADATA, "spec": run if type_ == JOB else cron})


def object_of(type_: str, name: str = "web", **fields: object) -> Declared:
    return Declared(
        type=type_, name=name, properties={"metadata": {"name": name, "namespace": "shop"}, **fields}
    )


def autoscaler(name: str = "web", kind: str = "Deployment") -> Declared:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": "web"}
    return object_of(AUTOSCALER, name, spec={"minReplicas": 2, "maxReplicas": 5, "scaleTargetRef": target})


def scaled_object() -> Declared:
    bounds = {"minReplicaCount": 2, "maxReplicaCount": 5}
    return object_of(SCALED_OBJECT, spec={**bounds, "scaleTargetRef": {"name": "web"}})


def budget(**bounds: object) -> Declared:
    fields = {"selector": {"matchLabels": {"app": "web"}}, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    return object_of(BUDGET, spec={**(bounds or {"maxUnavailable": 1}), **fields})


def of_container(control: str, breaks: str, to: object, **settings: object) -> Example:
    place = tuple(int(each) if each.isdigit() else each for each in breaks.split("."))
    return Example(
        control=control, declared=(replicated(),), breaks=(*CONTAINER, *place), to=to, settings=settings
    )


def of_spec(control: str, breaks: str, to: object, **settings: object) -> Example:
    place = tuple(int(each) if each.isdigit() else each for each in breaks.split("."))
    return Example(
        control=control, declared=(replicated(),), breaks=(*SPEC, *place), to=to, settings=settings
    )


def namespaced(control: str, type_: str, breaks: str, to: object, **fields: object) -> Example:
    inside = Declared(
        type=type_, properties={"metadata": {"name": "team", "namespace": "shop"}, "spec": fields}
    )
    namespace = Declared(type=NAMESPACE, properties={"metadata": {"name": "shop"}})
    return Example(control=control, declared=(namespace, inside), breaks=breaks, to=to, of=1)


HEADLESS = object_of(SERVICE, spec={"clusterIP": "None", "selector": {"app": "web"}})
RESOURCES = (
    of_container("containers-request-cpu", "resources.requests.cpu", REMOVED),
    of_container("containers-request-memory", "resources.requests.memory", REMOVED),
    of_container("containers-limit-memory", "resources.limits.memory", REMOVED),
    of_container("containers-limit-cpu", "resources.limits.cpu", REMOVED),
    Example(
        control="containers-without-cpu-limits",
        declared=(Declared(type=POD, properties={"spec": {"containers": [{"resources": {"limits": {}}}]}}),),
        breaks="spec.containers.0.resources.limits.cpu",
        to="1",
    ),
    of_container("container-limits-within-ceiling", "resources.limits.memory", "65Gi"),
    of_container("container-limits-within-ceiling", "resources.limits.cpu", 3, cpu="2", memory=None),
    of_container("container-requests-within-ceiling", "resources.requests.cpu", "33"),
    of_container("container-requests-within-ceiling", "resources.requests.memory", "lots"),
    of_container("container-limits-near-requests", "resources.limits.memory", "257Mi"),
    of_container("container-limits-near-requests", "resources.requests.memory", REMOVED),
    of_container("container-limits-near-requests", "resources.requests.cpu", "99m", cpuRatio=10.0),
    of_container("containers-limit-ephemeral-storage", "resources.limits.ephemeral-storage", REMOVED),
    of_container(
        "containers-limit-ephemeral-storage", "resources.limits.ephemeral-storage", "3Gi", ceiling="2Gi"
    ),
    Example(
        control="containers-limit-ephemeral-storage",
        declared=(
            object_of(POD, spec={"containers": [{"name": "web"}]}),
            object_of(
                LIMIT_RANGE, spec={"limits": [{"type": "Container", "default": {"ephemeral-storage": "1Gi"}}]}
            ),
        ),
        breaks="spec.limits.0.type",
        to="Pod",
        of=1,
    ),
    of_spec("spread-constraints-take-effect", "topologySpreadConstraints.0.labelSelector", REMOVED),
    of_spec("spread-constraints-take-effect", "topologySpreadConstraints.0.topologyKey", REMOVED),
    of_spec("spread-constraints-take-effect", "topologySpreadConstraints.0.maxSkew", 0),
    of_spec("spread-constraints-take-effect", "topologySpreadConstraints.0.minDomains", 0),
    of_spec("spread-constraints-take-effect", "topologySpreadConstraints.0.whenUnsatisfiable", "Never"),
    of_spec("empty-dirs-bounded", "volumes.0.emptyDir.sizeLimit", REMOVED),
    namespaced("namespaces-have-a-quota", QUOTA, "spec.hard", {}, hard={"pods": "100"}),
    namespaced("namespaces-have-a-quota", QUOTA, "metadata.namespace", "other", hard={"pods": "100"}),
    namespaced(
        "namespaces-have-a-limit-range", LIMIT_RANGE, "spec.limits", [], limits=[{"type": "Container"}]
    ),
)

PROBES = (
    of_container("containers-have-a-liveness-probe", "livenessProbe", REMOVED),
    of_container("containers-have-a-liveness-probe", "livenessProbe.httpGet", REMOVED),
    of_container(
        "containers-have-a-liveness-probe", "livenessProbe", {"grpc": {"port": 8080}}, probeTypes=["httpGet"]
    ),
    of_container("containers-have-a-readiness-probe", "readinessProbe", REMOVED),
    of_container("liveness-and-readiness-differ", "livenessProbe.failureThreshold", 1),
    of_container("probe-ports-declared", "livenessProbe.httpGet.port", 9090),
    of_container("probe-ports-declared", "ports.0.name", "admin"),
    of_container("probes-run-no-shell", "startupProbe.exec.command.0", "/bin/sh"),
)

SCALING = (
    Example(control="workloads-run-enough-replicas", declared=(replicated(),), breaks="spec.replicas", to=1),
    Example(
        control="workloads-run-enough-replicas", declared=(replicated(),), breaks="spec.replicas", to=REMOVED
    ),
    Example(
        control="workloads-run-enough-replicas",
        declared=(replicated(),),
        breaks="spec.replicas",
        to=51,
        settings={"most": 50},
    ),
    Example(
        control="workloads-run-enough-replicas",
        declared=(replicated(replicas=None), autoscaler()),
        breaks="spec.minReplicas",
        to=1,
        of=1,
    ),
    Example(
        control="workloads-run-enough-replicas",
        declared=(replicated(replicas=None), scaled_object()),
        breaks="spec.minReplicaCount",
        to=REMOVED,
        of=1,
    ),
    Example(
        control="autoscalers-keep-enough-replicas",
        declared=(autoscaler(),),
        breaks="spec.minReplicas",
        to=REMOVED,
    ),
    Example(
        control="autoscalers-keep-enough-replicas",
        declared=(scaled_object(),),
        breaks="spec.minReplicaCount",
        to=0,
    ),
    Example(
        control="autoscalers-keep-enough-replicas",
        declared=(autoscaler(),),
        breaks="spec.maxReplicas",
        to=7,
        settings={"most": 6},
    ),
    Example(control="autoscalers-have-room", declared=(autoscaler(),), breaks="spec.maxReplicas", to=2),
    Example(
        control="autoscalers-have-a-target",
        declared=(autoscaler(), replicated()),
        breaks="spec.scaleTargetRef.name",
        to="shop",
    ),
    Example(
        control="autoscalers-have-a-target",
        declared=(autoscaler(), replicated()),
        breaks="spec.scaleTargetRef.kind",
        to="StatefulSet",
    ),
    Example(
        control="autoscalers-have-a-target",
        declared=(scaled_object(), replicated()),
        breaks="metadata.namespace",
        to="elsewhere",
    ),
    Example(
        control="autoscalers-do-not-share-a-target",
        declared=(
            autoscaler(),
            object_of(SCALED_OBJECT, spec={"scaleTargetRef": {"kind": "Deployment", "name": "other"}}),
        ),
        breaks="spec.scaleTargetRef.name",
        to="web",
        of=1,
    ),
    Example(
        control="scaled-workloads-leave-replicas-out",
        declared=(replicated(replicas=None), autoscaler()),
        breaks="spec.replicas",
        to=3,
    ),
)

BUDGETS = (
    *(
        Example(
            control="replicated-workloads-have-a-disruption-budget",
            declared=(replicated(type_), budget()),
            breaks=breaks,
            to="elsewhere",
            of=1,
        )
        for type_ in (DEPLOYMENT, ROLLOUT, STATEFUL_SET)
        for breaks in ("metadata.namespace", "spec.selector.matchLabels.app")
    ),
    *(
        Example(
            control="disruption-budgets-allow-a-disruption",
            declared=(budget(**good), replicated()),
            breaks=f"spec.{next(iter(good))}",
            to=bad,
        )
        for good, bad in (
            ({"maxUnavailable": 1}, 0),
            ({"maxUnavailable": "10%"}, "0%"),
            ({"minAvailable": 2}, 3),
            ({"minAvailable": "50%"}, "100%"),
            ({"minAvailable": "60%"}, "67%"),
        )
    ),
    Example(
        control="disruption-budgets-allow-a-disruption",
        declared=(budget(minAvailable=1), replicated(replicas=None), autoscaler()),
        breaks="spec.minReplicas",
        to=1,
        of=2,
    ),
    Example(
        control="disruption-budgets-say-how-many",
        declared=(budget(),),
        breaks="spec.maxUnavailable",
        to=REMOVED,
    ),
    Example(
        control="disruption-budgets-say-what-happens-to-unhealthy-pods",
        declared=(budget(),),
        breaks="spec.unhealthyPodEvictionPolicy",
        to=REMOVED,
    ),
)

LIFE = (
    of_spec("replicas-spread", "topologySpreadConstraints", []),
    of_spec("replicas-spread", "topologySpreadConstraints.0.topologyKey", REMOVED),
    of_spec("replicas-spread", "topologySpreadConstraints.0.labelSelector", REMOVED),
    of_spec("replicas-spread", "topologySpreadConstraints.0.labelSelector.matchLabels.app", "other"),
    of_spec("pods-have-a-priority-class", "priorityClassName", REMOVED),
    of_spec("pods-have-a-priority-class", "priorityClassName", "highest", allowed=["standard"]),
    of_spec("pods-bound-dns-search", "dnsConfig.options.0.value", "5"),
    Example(
        control="deployments-roll-out-gradually",
        declared=(replicated(),),
        breaks="spec.strategy.type",
        to="Recreate",
    ),
    Example(
        control="deployments-roll-out-gradually",
        declared=(replicated(),),
        breaks="spec.strategy.rollingUpdate.maxUnavailable",
        to="100%",
    ),
    Example(
        control="deployments-roll-out-gradually",
        declared=(replicated(),),
        breaks="spec.strategy.rollingUpdate.maxUnavailable",
        to=3,
    ),
    Example(
        control="pods-have-a-controller",
        declared=(
            Declared(
                type=POD,
                properties={"metadata": {"ownerReferences": [{"kind": "ReplicaSet", "name": "web"}]}},
            ),
        ),
        breaks="metadata.ownerReferences",
        to=[],
    ),
    Example(control="jobs-clean-up", declared=(job(),), breaks="spec.ttlSecondsAfterFinished", to=REMOVED),
    Example(
        control="jobs-have-a-deadline", declared=(job(),), breaks="spec.activeDeadlineSeconds", to=REMOVED
    ),
    Example(
        control="jobs-have-a-deadline",
        declared=(job(CRON_JOB),),
        breaks="spec.jobTemplate.spec.activeDeadlineSeconds",
        to=REMOVED,
    ),
    Example(
        control="cron-jobs-have-a-starting-deadline",
        declared=(job(CRON_JOB),),
        breaks="spec.startingDeadlineSeconds",
        to=REMOVED,
    ),
    Example(
        control="jobs-say-how-to-restart",
        declared=(job(CRON_JOB),),
        breaks="spec.jobTemplate.spec.template.spec.restartPolicy",
        to=REMOVED,
    ),
    of_spec("staying-pods-restart-always", "restartPolicy", "Never"),
)

IDENTITY = (
    *(
        Example(
            control="selectors-match-own-pods",
            declared=(replicated(type_),),
            breaks="spec.selector.matchLabels.app",
            to="other",
        )
        for type_ in (DEPLOYMENT, STATEFUL_SET)
    ),
    Example(control="selectors-match-own-pods", declared=(replicated(),), breaks="spec.selector", to=REMOVED),
    Example(
        control="selectors-do-not-overlap",
        declared=(replicated(), replicated(STATEFUL_SET, "data")),
        breaks="spec.template.metadata.labels.app",
        to="web",
        of=1,
    ),
    Example(
        control="stateful-sets-have-a-headless-service",
        declared=(replicated(STATEFUL_SET), HEADLESS),
        breaks="spec.clusterIP",
        to=REMOVED,
        of=1,
    ),
    Example(
        control="stateful-sets-have-a-headless-service",
        declared=(replicated(STATEFUL_SET), HEADLESS),
        breaks="spec.selector.app",
        to="api",
        of=1,
    ),
    Example(
        control="stateful-sets-have-a-headless-service",
        declared=(replicated(STATEFUL_SET), HEADLESS),
        breaks="spec.serviceName",
        to=REMOVED,
    ),
    Example(
        control="volumes-name-a-storage-class",
        declared=(replicated(STATEFUL_SET),),
        breaks="spec.volumeClaimTemplates.0.spec.storageClassName",
        to=REMOVED,
    ),
    Example(
        control="volumes-name-a-storage-class",
        declared=(object_of(CLAIM, spec={"storageClassName": "encrypted"}),),
        breaks="spec.storageClassName",
        to="standard",
        settings={"allowed": ["encrypted"]},
    ),
    Example(
        control="volumes-name-a-storage-class",
        declared=(
            object_of(CLAIM, spec={"storageClassName": "encrypted"}),
            Declared(type=STORAGE_CLASS, properties={"metadata": {"name": "encrypted"}}),
        ),
        breaks="metadata.name",
        to="standard",
        of=1,
        settings={"declaredHere": True},
    ),
    Example(
        control="volumes-have-one-writer",
        declared=(replicated(STATEFUL_SET),),
        breaks="spec.volumeClaimTemplates.0.spec.accessModes.0",
        to="ReadWriteOnce",
    ),
)

EXAMPLES = (*RESOURCES, *PROBES, *SCALING, *BUDGETS, *LIFE, *IDENTITY)
