"""Examples of the controls about intent: elements of descriptors and environments."""

from copy import deepcopy
from typing import Any

from tests.support.examples import REMOVED, Declared, Example, Place

TYPE = "pavedroad:intent:"
ORDERS = {"team": "shop", "service": "orders"}
TAGGED = "registry.example.com/shop/orders:1.6.2"
DIGEST = f"{TAGGED}@sha256:{'0' * 64}"


def element(kind: str, name: str = "shop/orders", **words: Any) -> Declared:
    """Declare one element, of the service `orders` of the team `shop` where nothing else is said."""
    own = {"team": "shop"} if kind in ("Team", "Topic") else {} if kind == "Environment" else ORDERS
    return Declared(type=f"{TYPE}{kind}", name=name, properties={**own, **words})


def one(control: str, declared: Declared, breaks: Place | str, to: Any, **settings: object) -> Example:
    """Make an example of a single element."""
    return Example(control=control, declared=(declared,), breaks=breaks, to=to, settings=settings)


PODS = element(
    "Service",
    image=TAGGED,
    sidecars={"exporter": {"image": TAGGED}},
    init=[{"name": "migrate", "image": TAGGED}],
)
PINNED = element(
    "Service",
    image=DIGEST,
    sidecars={"exporter": {"image": DIGEST}},
    init=[{"name": "migrate", "image": DIGEST}],
)
SCALED = element("Worker", scale={"min": 2, "max": 4})
WORDS = element(
    "Service",
    env={"DB_PASSWORD": "${stores.ledger.password}", "LOG_LEVEL": "info", "NODE_ENV": "production"},
    command=["/app/orders"],
    args=["--listen", ":8080"],
    config={"/etc/orders.yaml": {"content": "tier: production"}},
    sidecars={"exporter": {"env": {"DEBUG": "false"}, "args": ["--quiet"]}},
    init=[{"name": "migrate", "env": {"API_KEY": ""}}],
)
TOKEN = "ghp_" + "a1B2c3D4e5" * 4
CALL = element(
    "Call", "shop/orders.calls.payments", callee="shop/payments", protocol="http", timeout="2s", retries=2
)
BACK = Declared(
    type=f"{TYPE}Call",
    name="shop/payments.calls.ledger",
    properties={"team": "shop", "service": "payments", "callee": "shop/ledger", "protocol": "grpc"},
)
TOPIC = element("Topic", "shop.topics.events", topic="events", broker="kafka", open_to=["billing"])
WRITER = element("Service", publishes=["events"])
READER = Declared(
    type=f"{TYPE}Worker",
    name="billing/reader",
    properties={"team": "billing", "service": "reader", "subscribes": {"shop/events": {}}},
)
ROUTE = element(
    "Route",
    "shop/orders.routes.0",
    expose="public",
    host="orders",
    path="/orders",
    timeout="15s",
    access="everyone",
    rate_limit="100/s",
)
STORE = element(
    "Store",
    "shop/orders.stores.ledger",
    store="ledger",
    engine="postgres",
    version="17",
    instances=3,
    backup={"keep": "30d", "schedule": "daily"},
)
TEAM = element("Team", "shop", owners={"email": "shop@example.com", "channel": "#shop"})
ENVIRONMENT = element(
    "Environment",
    "production",
    certificates="letsencrypt",
    secrets={"provider": "vault", "server": "https://vault.example.com", "path": "kv"},
    backups={"endpoint": "https://s3.example.com"},
    providers={"bucket": {"endpoint": "https://s3.example.com"}, "dynamodb": "dynamodb-local"},
    clusters={"main": {"kind": "existing", "api_server": "10.0.0.0/28:6443"}},
)

_ORDER = {
    "type": "object",
    "required": ["item"],
    "properties": {"id": {"type": "string"}, "item": {"type": "string"}},
}
_PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}}


def contract(version: str = "1.4.0") -> dict[str, Any]:
    """Make a contract with one operation."""
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
    operation = {
        "operationId": "placeOrder",
        "parameters": [{"name": "dry", "in": "query", "required": False, "schema": {"type": "boolean"}}],
        "requestBody": {"required": False, "content": body},
        "responses": {
            "201": {"description": "Placed.", "content": body},
            "default": {"description": "Refused.", "content": _PROBLEM},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": version, "contact": {"email": "shop@example.com"}},
        "security": [{"token": ["orders"]}],
        "paths": {"/orders": {"post": operation}},
        "components": {
            "schemas": {"Order": deepcopy(_ORDER)},
            "securitySchemes": {"token": {"type": "http"}},
        },
    }


API = element("Api", "shop/orders.api", contract=contract())
PUBLISHED = element("Api", "shop/orders.api", contract=contract(), published=contract("1.3.0"))
OPERATION: Place = ("contract", "paths", "/orders", "post")
ORDER: Place = ("contract", "components", "schemas", "Order")

EXAMPLES = (
    one("api-contracts-versioned", API, "contract.info.version", REMOVED),
    one("api-contracts-versioned", API, "contract.info.version", "next"),
    one("api-contracts-owned", API, "contract.info.contact.email", REMOVED),
    one("api-operations-authenticated", API, "contract.security", REMOVED),
    one("api-operations-authenticated", API, "contract.security.0", {}),
    one("api-operations-authenticated", API, (*OPERATION, "security"), []),
    one("api-operations-authenticated", API, "contract.components.securitySchemes.token", REMOVED),
    one("api-errors-described", API, (*OPERATION, "responses", "default"), REMOVED),
    one("api-errors-described", API, (*OPERATION, "responses", "default", "content"), REMOVED),
    one("api-operations-named", API, (*OPERATION, "operationId"), REMOVED),
    one("api-promises-kept", PUBLISHED, ("contract", "paths", "/orders"), REMOVED),
    one("api-promises-kept", PUBLISHED, OPERATION, REMOVED),
    one("api-promises-kept", PUBLISHED, (*OPERATION, "responses", "201"), REMOVED),
    one(
        "api-promises-kept",
        PUBLISHED,
        (*OPERATION, "responses", "201", "content", "application/json"),
        REMOVED,
    ),
    one("api-promises-kept", PUBLISHED, (*OPERATION, "requestBody", "required"), to=True),
    one("api-promises-kept", PUBLISHED, (*OPERATION, "parameters", 0, "required"), to=True),
    one("api-promises-kept", PUBLISHED, (*OPERATION, "parameters", 0, "schema", "type"), "string"),
    one("api-promises-kept", PUBLISHED, (*ORDER, "properties", "id"), REMOVED),
    one("api-promises-kept", PUBLISHED, (*ORDER, "properties", "id", "type"), "integer"),
    one("api-promises-kept", PUBLISHED, (*ORDER, "required", 1), "id"),
    one("service-images-versioned", PODS, "image", "registry.example.com/shop/orders:latest"),
    one("service-images-versioned", PODS, "image", "registry.example.com:5000/shop/orders"),
    one("service-images-versioned", PODS, "sidecars.exporter.image", "exporter:main"),
    one("service-images-versioned", PODS, "init.0.image", "migrate"),
    one("service-images-versioned", PODS, "image", "orders:rolling", movingTags=["rolling"]),
    one("service-images-by-digest", PINNED, "image", TAGGED),
    one("service-images-by-digest", PINNED, "sidecars.exporter.image", TAGGED),
    one("service-images-by-digest", PINNED, "init.0.image", TAGGED),
    one("services-replicated", SCALED, "scale.min", 1),
    one("services-replicated", element("Service", scale={"min": 5}), "scale.min", 4, minimum=5),
    one(
        "service-replicas-apart", element("Service", placement={"spread": "zone"}), "placement.spread", "none"
    ),
    one(
        "service-rights-harmless",
        element("Job", kubernetes_api={"configmaps": ["get"]}),
        ("kubernetes_api", "secrets"),
        ["get"],
    ),
    one("service-rights-harmless", element("Job", kubernetes_api={}), ("kubernetes_api",), "everything"),
    one(
        "scheduled-jobs-do-not-overlap",
        element("Job", schedule="0 3 * * *", overlap="forbid"),
        "overlap",
        "allow",
    ),
    one("service-words-hold-no-secrets", WORDS, "env.LOG_LEVEL", TOKEN),
    one("service-words-hold-no-secrets", WORDS, "env.DB_PASSWORD", "kJ8sd9fLq2mZx7Vb4nTw"),
    one("service-words-hold-no-secrets", WORDS, "args.1", TOKEN),
    one("service-words-hold-no-secrets", WORDS, "command.0", TOKEN),
    one("service-words-hold-no-secrets", WORDS, "sidecars.exporter.args.0", f"--token={TOKEN}"),
    one(
        "service-words-hold-no-secrets",
        WORDS,
        ("config", "/etc/orders.yaml", "content"),
        f"key: {TOKEN}",
    ),
    one("service-credentials-by-reference", WORDS, "env.DB_PASSWORD", "password"),
    one("service-credentials-by-reference", WORDS, "init.0.env.API_KEY", "letmein"),
    one("service-debugging-off", WORDS, "env.LOG_LEVEL", "debug"),
    one("service-debugging-off", WORDS, "env.NODE_ENV", "development"),
    one("service-debugging-off", WORDS, "sidecars.exporter.env.DEBUG", "1"),
    one("service-debugging-off", WORDS, "args.0", "-agentlib:jdwp=transport=dt_socket,address=5005"),
    one("services-not-open-to-everyone", element("Service", open_to=["billing"]), "open_to.0", "everyone"),
    one("services-not-open-to-everyone", TOPIC, "open_to.0", "everyone"),
    one("calls-time-out", CALL, "timeout", "5m"),
    one("calls-time-out", CALL, "timeout", "3s", seconds=2),
    one("calls-retry-little", CALL, "retries", 10),
    Example(control="calls-form-no-circle", declared=(CALL, BACK), breaks="callee", to="shop/orders", of=1),
    Example(control="calls-form-no-circle", declared=(CALL,), breaks="callee", to="shop/orders"),
    Example(
        control="topics-have-publishers", declared=(TOPIC, WRITER), breaks="publishes.0", to="other", of=1
    ),
    Example(
        control="topics-have-subscribers",
        declared=(TOPIC, READER),
        breaks=("subscribes", "shop/events"),
        to=REMOVED,
        of=1,
    ),
    one(
        "egress-names-hosts",
        element("Service", egress=["api.stripe.com:443"]),
        "egress.0",
        "*.stripe.com:443",
    ),
    one("egress-names-hosts", element("Service", egress=["api.stripe.com:443"]), "egress.0", "0.0.0.0/0:443"),
    one(
        "egress-names-hosts", element("Service", egress=["api.stripe.com:443"]), "egress.0", "203.0.113.9:443"
    ),
    one("egress-names-hosts", element("Job", egress=["api.stripe.com:443"]), "egress.0", "*"),
    one(
        "egress-encrypted", element("Worker", egress=["api.stripe.com:443"]), "egress.0", "api.stripe.com:80"
    ),
    one("public-routes-declare-access", ROUTE, "access", REMOVED),
    one("public-routes-rate-limited", ROUTE, "rate_limit", REMOVED),
    one("public-routes-hide-operations", ROUTE, "path", "/actuator/env"),
    one("public-routes-hide-operations", ROUTE, "path", "/orders/metrics"),
    one("routes-time-out", ROUTE, "timeout", "10m"),
    one("database-backups-kept", STORE, "backup.keep", "2d"),
    one("database-backups-kept", STORE, "backup", REMOVED),
    one("database-backups-kept", STORE, "backup.keep", "13d", days=14),
    one("database-backups-daily", STORE, "backup.schedule", "weekly"),
    one("databases-restorable", STORE, "engine", "mongodb"),
    one("databases-replicated", STORE, "instances", 1),
    one("database-versions-current", STORE, "version", "14"),
    one("teams-reachable", TEAM, "owners.channel", REMOVED),
    one("teams-reachable", TEAM, "owners.email", "nobody"),
    one(
        "teams-on-call",
        element("Team", "shop", owners={"email": "shop@example.com", "on_call": "shop"}),
        "owners.on_call",
        REMOVED,
    ),
    one("environment-certificates-trusted", ENVIRONMENT, "certificates", "self-signed"),
    one("environment-secrets-from-a-vault", ENVIRONMENT, "secrets.provider", "kubernetes"),
    one("environment-endpoints-encrypted", ENVIRONMENT, "secrets.server", "http://vault.example.com"),
    one("environment-endpoints-encrypted", ENVIRONMENT, "backups.endpoint", "http://s3.example.com"),
    one("environment-endpoints-encrypted", ENVIRONMENT, "providers.bucket.endpoint", "http://s3.example.com"),
    one("environment-clusters-real", ENVIRONMENT, "clusters.main.kind", "sandbox"),
    one("environment-api-server-narrow", ENVIRONMENT, "clusters.main.api_server", "0.0.0.0/0:443"),
)
