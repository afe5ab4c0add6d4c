"""Pods that operators make: what custom resources let people write of them, merged onto what operators do by themselves."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from pavedroad.governance.properties import Opaque, Properties

_Containers: TypeAlias = Mapping[str, Mapping[str, str]]


class OperatedPod(NamedTuple):
    """A pod of which a custom resource lets people write a part, which its operator merges onto its own.

    Attributes:
        path: Where the part stands; `[]` is every element of a list.
        containers: By name, the containers that the operator runs in it, and it runs no others; None where they
            are not known here. Of each, the fields that it takes from properties of the resource, with their paths.
        init_containers: The same of the init containers.
        unless: A property with which it runs more; empty where there is none.
    """

    path: str
    containers: _Containers | None = None
    init_containers: _Containers | None = None
    unless: str = ""


OPERATED_PODS: Final[Mapping[str, OperatedPod]] = {
    "kubernetes:cassandra.datastax.com/v1beta1:CassandraDatacenter": OperatedPod("spec.podTemplateSpec"),
    "kubernetes:kafka.strimzi.io/v1:KafkaConnect": OperatedPod("spec.template.pod"),
    "kubernetes:mongodbcommunity.mongodb.com/v1:MongoDBCommunity": OperatedPod(
        "spec.statefulSet.spec.template",
        containers={"mongod": {}, "mongodb-agent": {}},
        init_containers={"mongod-posthook": {}, "mongodb-agent-readinessprobe": {}},
    ),
    "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster": OperatedPod(
        "spec.override.statefulSet.spec.template",
        containers={"rabbitmq": {"image": "spec.image", "resources": "spec.resources"}},
        init_containers={"setup-container": {"image": "spec.image"}},
        unless="spec.secretBackend",
    ),
    "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch": OperatedPod("spec.nodeSets[].podTemplate"),
    "kubernetes:kibana.k8s.elastic.co/v1:Kibana": OperatedPod("spec.podTemplate"),
}
"""Where custom resources let people write part of a pod.

The containers are those in `controllers/construct/mongodbstatefulset.go` of MongoDB's community operator and in
`internal/resource/statefulset.go` of RabbitMQ's cluster operator. What else operators fill in differs from release to
release, so that none of it is taken for known.
"""

_SETTLED: Final[Mapping[str, object]] = {
    "ephemeralContainers": [],
    "hostUsers": True,
    "os": {"name": "linux"},
}
"""What holds of every such pod unless people write something else.

Kubernetes takes no template with ephemeral containers; all that these operators run is made for Linux; and none gives
its pods a user namespace by itself. Without the last two, what is written could always be excused by what is not.
"""


def merged(template: Properties, operated: OperatedPod, declared: Properties) -> Properties:
    """Read the part of a pod that people write as the whole that comes of it.

    What they leave out is the operator's choice and not known, the containers that they do not mention included,
    but for `_SETTLED`.

    Args:
        template: The part.
        operated: What is known of the operator's own.
        declared: The properties of the resource that the part stands in.
    """
    written = template.value
    spec = written.get("spec") if isinstance(written, dict) else None
    if not isinstance(written, dict) or not isinstance(spec, dict):
        return template.partial()
    if operated.unless and declared.anything(operated.unless).present().holds is not False:
        operated = OperatedPod(operated.path)
    whole = {
        **_SETTLED,
        **spec,
        "containers": _containers(spec.get("containers"), operated.containers, declared),
        "initContainers": _containers(spec.get("initContainers"), operated.init_containers, declared),
    }
    return Properties({**written, "spec": whole}, template.path).partial()


def _containers(written: object, own: _Containers | None, declared: Properties) -> object:
    """Merge containers that people write onto the operator's own; those that nobody knows stand as one unknown."""
    listed = [] if written is None else written
    if not isinstance(listed, list):
        return listed
    if own is None:
        return [*listed, Opaque.UNKNOWN]
    made = {name: {"name": name, **_taken(fields, declared)} for name, fields in own.items()}
    names = [_name(each) for each in listed]
    return [
        *(_over(made.get(name), each) for name, each in zip(names, listed, strict=True)),
        *(container for name, container in made.items() if name not in names),
    ]


def _name(container: object) -> str:
    name = container.get("name") if isinstance(container, dict) else None
    return name if isinstance(name, str) else ""


def _taken(fields: Mapping[str, str], declared: Properties) -> dict[str, Any]:
    values = {name: declared.at(path).value for name, path in fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def _over(base: object, patch: object) -> Any:
    """Lay a strategic merge patch over what it patches, as far as both are mappings."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    return base | {name: _over(base.get(name), item) for name, item in patch.items()}
