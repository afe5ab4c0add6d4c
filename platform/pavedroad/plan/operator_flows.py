"""What operators and add-ons need open on the network, beside the pods that they manage: those are flows of their own.

Labels and ports are those of each chart as the add-on table pins and sets it. Whose metrics are read says
:mod:`pavedroad.plan.observability.scraping`; the ports of all others stay closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.brokers.parties import KEDA, RABBITMQ_TOPOLOGY
from pavedroad.plan.brokers.usage import counted_hosts
from pavedroad.plan.cloud.karpenter import NAMESPACE as KARPENTER_NAMESPACE
from pavedroad.plan.cloud.karpenter import SERVICE_ACCOUNT as KARPENTER_ACCOUNT
from pavedroad.plan.edges import (
    CONTROL_PLANE_PORT,
    ENVOY_GATEWAY,
    ISTIOD,
    MESHED,
    OUTSIDE,
    api_server,
    everyone,
    identity_flow,
    mesh_flows,
    name_flows,
)
from pavedroad.plan.flows import Flow, Party, labels
from pavedroad.plan.stores.operators import CASSANDRA, CLOUDNATIVE_PG
from pavedroad.plan.stores.request import host_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.context import Context

SELF_SIGNED_ISSUER: Final = "self-signed"
"""The issuer that the platform makes itself; it asks nobody."""

CERT_MANAGER_CONTROLLER: Final = Party(
    name="cert-manager",
    namespace="cert-manager",
    selector=(("app.kubernetes.io/component", "controller"),),
)
"""Asks the issuer for certificates (cert-manager's chart: templates/deployment.yaml)."""

EXTERNAL_SECRETS_CONTROLLER: Final = Party(
    name="external-secrets",
    namespace="external-secrets",
    selector=(("app.kubernetes.io/name", "external-secrets"),),
    service_account="external-secrets",
)
"""Reads the vault (External Secrets' chart: templates/deployment.yaml)."""

KARPENTER: Final = Party(
    name="karpenter",
    namespace=KARPENTER_NAMESPACE,
    selector=(("app.kubernetes.io/name", "karpenter"),),
    service_account=KARPENTER_ACCOUNT,
)
"""Makes nodes (Karpenter's chart: templates/_helpers.tpl)."""

OPENTELEMETRY_OPERATOR: Final = Party(
    name="opentelemetry-operator",
    namespace="opentelemetry-operator",
    selector=(
        ("app.kubernetes.io/component", "controller-manager"),
        ("app.kubernetes.io/name", "opentelemetry-operator"),
    ),
    service_account="opentelemetry-operator",
)
"""Puts agents into pods that ask for one (its chart: templates/deployment.yaml; its account is called as the release)."""

_CERT_MANAGER_WEBHOOK: Final = Party(
    name="webhook",
    namespace="cert-manager",
    selector=(("app.kubernetes.io/component", "webhook"),),
)
_EXTERNAL_SECRETS_WEBHOOK: Final = Party(
    name="webhook",
    namespace="external-secrets",
    selector=(("app.kubernetes.io/name", "external-secrets-webhook"),),
)
_KEDA_METRICS: Final = Party(
    name="metrics", namespace="keda", selector=labels(app="keda-operator-metrics-apiserver")
)
_KEDA_WEBHOOKS: Final = Party(
    name="webhooks", namespace="keda", selector=labels(app="keda-admission-webhooks")
)
_BARMAN: Final = Party(
    name="barman-cloud",
    namespace="cnpg-system",
    selector=(("app.kubernetes.io/name", "plugin-barman-cloud"),),
)

_KNATIVE_WEBHOOK: Final = Party(
    name="operator-webhook", namespace="knative-operator", selector=labels(app="operator-webhook")
)

CALLED_BY_API_SERVER: Final[tuple[tuple[Party, int], ...]] = (
    (_CERT_MANAGER_WEBHOOK, 10250),
    (_EXTERNAL_SECRETS_WEBHOOK, 10250),
    (ENVOY_GATEWAY, 9443),
    (ISTIOD, 15017),
    (_KEDA_METRICS, 6443),
    (_KEDA_WEBHOOKS, 9443),
    (CLOUDNATIVE_PG, 9443),
    (CASSANDRA, 9443),
    (RABBITMQ_TOPOLOGY, 9443),
    (OPENTELEMETRY_OPERATOR, 9443),
    (_KNATIVE_WEBHOOK, 8443),
)
"""Who serves webhooks and metrics to the API server, on which port of its pods; each speaks TLS of its own there."""

WITH_ROLES: Final = (EXTERNAL_SECRETS_CONTROLLER, KARPENTER, KEDA)
"""Who has a role in the account, where the environment stands in one."""

AMONG_THEMSELVES: Final[tuple[tuple[Party, Party, int], ...]] = (
    (_KEDA_METRICS, KEDA, 9666),
    (CLOUDNATIVE_PG, _BARMAN, 9090),
)
"""Who calls whom within a namespace of operators, on which port; each pair speaks TLS of its own."""


def operator_flows(context: Context, namespace: str, *, in_mesh: bool) -> Iterator[Flow]:
    """Yield what the operators of a namespace need, beside the pods that they manage and the hosts outside.

    All of them work on the Kubernetes API.
    """
    server, server_ports = api_server(context)
    pods = everyone(namespace)
    yield from mesh_flows(namespace, None) if in_mesh else name_flows(pods)
    yield Flow(kind="platform", source=pods, destination=server, ports=server_ports, sides="source")
    for called, port in CALLED_BY_API_SERVER:
        if called.namespace == namespace:
            yield _inwards(server, called, port)
    for caller, called, port in AMONG_THEMSELVES:
        if called.namespace == namespace:
            yield Flow(kind="platform", source=caller, destination=called, ports=(port,), authorised=False)
    if context.account is not None:
        yield from (identity_flow(pods) for pods in WITH_ROLES if pods.namespace == namespace)
    if namespace == ISTIOD.namespace:
        yield _inwards(MESHED, ISTIOD, CONTROL_PLANE_PORT)
    if namespace == CERT_MANAGER_CONTROLLER.namespace and asks_an_issuer(context):
        yield Flow(
            kind="platform",
            source=CERT_MANAGER_CONTROLLER,
            destination=OUTSIDE,
            ports=(443,),
            sides="source",
        )


def _inwards(source: Party, destination: Party, port: int) -> Flow:
    """Return the flow from somebody whose side is not ours, or rendered with each namespace."""
    return Flow(
        kind="platform",
        source=source,
        destination=destination,
        ports=(port,),
        sides="destination",
        authorised=False,
    )


def asks_an_issuer(context: Context) -> bool:
    """Whether certificates come from an issuer outside, whose hosts nobody has named."""
    return context.environment.certificates != SELF_SIGNED_ISSUER


def operator_outbound(context: Context) -> tuple[tuple[Party, str], ...]:
    """Return which operator that the platform installs reaches which host and port outside, by the egress gateway."""
    if not context.installs:
        return ()
    secrets = ((EXTERNAL_SECRETS_CONTROLLER, host) for host in _secret_hosts(context))
    return (*secrets, *((KEDA, host) for host in counted_hosts(context)))


def _secret_hosts(context: Context) -> tuple[str, ...]:
    """Return where secret values are read: the vault; in an account both services that keep some, and roles."""
    source, account = context.environment.secrets, context.account
    vault = (host_port(source.server),) if source.provider == "vault" else ()
    if account is None:
        return vault
    return (*vault, *(f"{account.host(service)}:443" for service in ("secretsmanager", "ssm", "sts")))
