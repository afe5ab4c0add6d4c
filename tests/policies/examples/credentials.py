"""Examples of the controls about secrets in workloads."""

from typing import Any

from pavedroad.governance import Opaque
from tests.support.examples import Declared, Example
from tests.support.governed import CRON_JOB, DEPLOYMENT, workload

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SECRET = "kubernetes:core/v1:Secret"
EXTERNAL_SECRET = "kubernetes:external-secrets.io/v1:ExternalSecret"
GITHUB = "ghp_" + "a1B2c3D4e5" * 4
RANDOM = "q8Zr4Tn1Xw7Lb2Vk9Jd5Hs3"
CONTAINER = ("spec", "template", "spec", "containers", 0)
OWNER = {"pavedroad.dev/team": "shop", "pavedroad.dev/service": "web"}


def container() -> dict[str, Any]:
    return {
        "name": "web",
        "command": ["/app/serve"],
        "args": ["--port", "8080"],
        "env": [
            {"name": "API_TOKEN", "value": "$(OTHER)"},
            {"name": "COLOUR", "value": "green"},
            {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "web-db", "key": "password"}}},
            {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "level"}}},
        ],
        "envFrom": [{"configMapRef": {"name": "web"}}],
    }


def deployment(**spec: object) -> Declared:
    properties = workload(spec={"containers": [container()], **spec})
    properties["metadata"]["labels"] = dict(OWNER)
    return Declared(type=DEPLOYMENT, properties=properties)


def config(**data: str) -> Declared:
    metadata = {"name": "web", "namespace": "shop"}
    return Declared(type=CONFIG_MAP, properties={"metadata": metadata, "data": {"level": "info", **data}})


def external_secret(name: str = "web-db") -> Declared:
    metadata = {"name": "other", "namespace": "shop", "labels": dict(OWNER)}
    properties = {"metadata": metadata, "spec": {"target": {"name": name}}}
    return Declared(type=EXTERNAL_SECRET, properties=properties)


def secret(**fields: object) -> Declared:
    return Declared(type=SECRET, properties={"metadata": {"name": "web-db", "namespace": "shop"}, **fields})


def of_container(control: str, breaks: str, to: object) -> Example:
    place = tuple(int(each) if each.isdigit() else each for each in breaks.split("."))
    return Example(
        control=control,
        declared=(deployment(), config(), external_secret()),
        breaks=(*CONTAINER, *place),
        to=to,
    )


def of_config(to: str, key: str = "level") -> Example:
    return Example(
        control="config-maps-hold-no-credential", declared=(config(),), breaks=("data", key), to=to
    )


LITERALS = (
    of_container("environment-holds-no-credential", "env.0.value", RANDOM),
    of_container("environment-holds-no-credential", "env.1.value", GITHUB),
    of_container("environment-holds-no-credential", "env.1.value", f"postgres://web:{RANDOM}@db/web"),
    Example(
        control="environment-holds-no-credential",
        declared=(
            Declared(
                type=CRON_JOB,
                properties=workload(CRON_JOB, {"initContainers": [{"env": [{"name": "A", "value": "b"}]}]}),
            ),
        ),
        breaks="spec.jobTemplate.spec.template.spec.initContainers.0.env.0.value",
        to="-----BEGIN RSA PRIVATE KEY-----",
    ),
    of_container("environment-secrets-by-reference", "env.0.value", "hunter2"),
    of_container("environment-secrets-by-reference", "env.1.name", "SECRET_KEY"),
    of_container("commands-hold-no-credential", "args.1", f"--token={GITHUB}"),
    of_container("commands-hold-no-credential", "command.0", f"curl -H {GITHUB} example.com"),
    Example(
        control="secrets-mounted-as-files",
        declared=(Declared(type=DEPLOYMENT, properties=workload(spec={"containers": [{"env": [{}]}]})),),
        breaks=(*CONTAINER, "env", 0, "valueFrom"),
        to={"secretKeyRef": {"name": "web", "key": "password"}},
    ),
    Example(
        control="secrets-mounted-as-files",
        declared=(Declared(type=DEPLOYMENT, properties=workload(spec={"containers": [{"envFrom": [{}]}]})),),
        breaks=(*CONTAINER, "envFrom", 0, "secretRef"),
        to={"name": "web"},
    ),
    of_config(GITHUB),
    of_config("hunter2", "db-password"),
    of_config("server:\n  port: 8080\n  password: hunter2\n"),
    of_config("spring.datasource.url=jdbc:postgresql://db/web\nspring.datasource.password=hunter2\n"),
    Example(
        control="secrets-come-from-a-store",
        declared=(secret(type="Opaque"),),
        breaks="data",
        to={"password": "aHVudGVyMg=="},
    ),
    Example(control="secrets-come-from-a-store", declared=(secret(),), breaks="stringData", to=Opaque.SECRET),
    Example(
        control="no-lasting-service-account-tokens",
        declared=(secret(type="Opaque"),),
        breaks="type",
        to="kubernetes.io/service-account-token",
    ),
    Example(
        control="no-lasting-service-account-tokens",
        declared=(Declared(type="kubernetes:core/v1:ServiceAccount", properties={"metadata": {}}),),
        breaks="secrets",
        to=[{"name": "web-token"}],
    ),
)

READING = (
    of_container("references-to-configuration-exist", "env.2.valueFrom.secretKeyRef.name", "shop-db"),
    of_container("references-to-configuration-exist", "env.3.valueFrom.configMapKeyRef.key", "colour"),
    of_container("references-to-configuration-exist", "envFrom.0.configMapRef.name", "shop"),
    Example(
        control="references-to-configuration-exist",
        declared=(
            deployment(volumes=[{"name": "db", "projected": {"sources": [{"secret": {"name": "web-db"}}]}}]),
            config(),
            external_secret(),
        ),
        breaks="spec.target.name",
        to="elsewhere",
        of=2,
    ),
    *(
        Example(
            control="secrets-read-by-their-owner",
            declared=(
                deployment(volumes=[{"name": "db", "secret": {"secretName": "web-db"}}]),
                external_secret(),
            ),
            breaks=("metadata", "labels", label),
            to="cart",
            of=1,
        )
        for label in OWNER
    ),
    of_container("environment-names-unique", "env.1.name", "LEVEL"),
    of_container("program-secrets-stay-secret", "env.1.value", Opaque.SECRET),
    of_container("program-secrets-stay-secret", "args.1", Opaque.SECRET),
    Example(
        control="program-secrets-stay-secret",
        declared=(config(),),
        breaks="@secrets",
        to=frozenset({"data.level"}),
    ),
)

EXAMPLES = (*LITERALS, *READING)
