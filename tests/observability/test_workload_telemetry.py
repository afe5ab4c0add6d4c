"""What a service gets for its telemetry without saying anything, and what its words change."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from pavedroad.descriptor.telemetry import TelemetrySpec
from pavedroad.plan.resolve import resolve
from tests.support.declaring import Declared, declared
from tests.support.resolving import environment, team


def rendered(service: dict[str, Any], **words: Any) -> Declared:
    """Return everything of an environment in which a team has one service."""
    spec = {"type": "service", "listens": {"http": {"port": 8080}}, **service}
    return declared(resolve({"orders": team("orders", {"pay": spec})}, environment(**words)))


def variables(service: dict[str, Any], **words: Any) -> dict[str, Any]:
    """Return the environment variables of the service, in their order."""
    deployment = rendered(service, **words)["kubernetes:apps/v1:Deployment", "orders/pay"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container.get("env", [])}


def configuration(service: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a collector's configuration."""
    namespace = "node-agents" if name == "node-agent" else "observability"
    config = rendered(service)["kubernetes:core/v1:ConfigMap", f"{namespace}/{name}-config"]
    loaded: dict[str, Any] = yaml.safe_load(config["data"]["collector.yaml"])
    return loaded


def test_a_service_that_says_nothing_knows_where_to_send_and_who_it_is() -> None:
    found = variables({})
    assert found["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://telemetry.observability.svc.cluster.local:4318"
    assert found["OTEL_SERVICE_NAME"] == "pay"
    attributes = dict(pair.split("=", 1) for pair in found["OTEL_RESOURCE_ATTRIBUTES"].split(","))
    assert attributes["k8s.namespace.name"] == attributes["service.namespace"] == "orders"
    assert attributes["deployment.environment.name"] == "prod"
    assert attributes["k8s.pod.uid"] == "$(K8S_POD_UID)"


def test_a_variable_that_another_is_made_of_stands_before_it() -> None:
    order = list(variables({}))
    for needed in ("K8S_POD_NAME", "K8S_POD_UID"):
        assert order.index(needed) < order.index("OTEL_RESOURCE_ATTRIBUTES")


def test_what_the_descriptor_sets_itself_stays_as_it_says() -> None:
    found = variables({"env": {"OTEL_SERVICE_NAME": "till", "OTEL_LOGS_EXPORTER": "otlp"}})
    assert (found["OTEL_SERVICE_NAME"], found["OTEL_LOGS_EXPORTER"]) == ("till", "otlp")


def test_without_a_stack_nothing_is_sent_anywhere() -> None:
    assert not [name for name in variables({}, observability="none") if name.startswith(("OTEL_", "K8S_"))]


def test_its_pods_may_send_telemetry_under_their_own_identity_and_no_other_team_by_that() -> None:
    objects = rendered({})
    policy = objects[
        "kubernetes:security.istio.io/v1:AuthorizationPolicy", "observability/telemetry.from.orders.all"
    ]
    [rule] = policy["spec"]["rules"]
    assert rule["from"] == [{"source": {"principals": ["cluster.local/ns/orders/sa/*"]}}]
    assert rule["to"] == [{"operation": {"ports": ["4317", "4318"]}}]
    out = objects["kubernetes:networking.k8s.io/v1:NetworkPolicy", "orders/all.to.observability.telemetry"]
    [egress] = out["spec"]["egress"]
    assert {port["port"] for port in egress["ports"]} == {4317, 4318}


def test_a_share_of_its_traces_is_decided_where_whole_traces_are_seen() -> None:
    policies = configuration({"telemetry": {"traces": {"sample": 40}}}, "telemetry-sampler")["processors"][
        "tail_sampling"
    ]["policies"]
    [own] = [one for one in policies if one["name"] == "share-orders-pay"]
    whose, chance = own["and"]["and_sub_policy"]
    assert chance["probabilistic"] == {"sampling_percentage": 40}
    [condition] = whose["ottl_condition"]["span"]
    assert '"pay"' in condition
    assert '"orders"' in condition


def test_lines_of_a_service_that_prints_text_are_left_alone() -> None:
    operators = configuration({"telemetry": {"logs": {"format": "text"}}}, "node-agent")["receivers"][
        "file_log"
    ]["operators"]
    [json] = [one for one in operators if one["id"] == "json"]
    assert 'resource["k8s.container.name"] == "pay"' in json["if"]


def test_what_it_wants_masked_is_masked_in_its_own_telemetry_alone() -> None:
    statements = configuration({"telemetry": {"redact": [r"customer-\d+"]}}, "telemetry")["processors"][
        "transform/masking"
    ]["log_statements"]
    assert statements
    for statement in statements:
        assert r'"customer-\\d+"' in statement
        assert 'resource.attributes["service.name"] == "pay"' in statement


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("customer-(", "is no regular expression"),
        ("(?<=id=)[0-9]+", "looks around or refers back"),
        (r"(a+)-\1", "looks around or refers back"),
        ("[0-9]*", "matches the empty text"),
        ("", "at least 1 character"),
    ],
)
def test_an_expression_that_the_collectors_cannot_use_is_refused(expression: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TelemetrySpec.model_validate({"redact": [expression]})
