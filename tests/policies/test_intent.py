"""Judgements about intent that one changed word does not show: what must not fail, circles, and our own teams."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.descriptor import Project, load_project
from pavedroad.governance import (
    Enforcement,
    Finding,
    Opaque,
    Tier,
    Verdict,
    judge,
)
from pavedroad.governance.stack import Stack
from pavedroad.intent import intent_of
from policies.rules.intent import RULES
from policies.rules.intent.circles import circles
from tests.policies.examples.intent import (
    BACK,
    CALL,
    OPERATION,
    ROUTE,
    STORE,
    TOPIC,
    contract,
    element,
)
from tests.support.example import EXAMPLE
from tests.support.examples import RULE_BY_CONTROL, Declared, changed, resources

ROOT = Path(__file__).parents[2]


def verdicts(control: str, *declared: Declared, whole: bool = True) -> list[Verdict]:
    """Judge elements by one control; the verdicts in the order of the elements' types and names."""
    found = judge([RULE_BY_CONTROL[control]], Stack(resources(declared), whole=whole))
    return [each.verdict for each in sorted(found, key=lambda each: each.urn)]


@cache
def project() -> Project:
    return load_project(ROOT)


def failing(findings: Iterable[Finding], tier: Tier, enforcement: Enforcement) -> list[str]:
    """Name what fails with a consequence in a tier."""
    return sorted(
        f"{each.control} {each.name}"
        for each in findings
        if each.verdict is not Verdict.PASS
        and RULE_BY_CONTROL[each.control].control.enforcement(tier) is enforcement
    )


@pytest.mark.parametrize(
    ("environment", "tier"),
    [
        ("local", Tier.LOCAL),
        ("local", Tier.DEVELOPMENT),
        ("production", Tier.STAGING),
        ("production", Tier.PRODUCTION),
    ],
)
def test_our_own_teams_keep_every_mandatory_control_without_exemptions(environment: str, tier: Tier) -> None:
    own = [each for each in intent_of(project(), environment) if not each.type.endswith(":Environment")]
    assert {each.type.rpartition(":")[2] for each in own} >= {"Team", "Service", "Store", "Route", "Call"}
    assert failing(judge(RULES, own), tier, Enforcement.MANDATORY) == []


@pytest.mark.parametrize("environment", ["local", "production"])
def test_our_own_environments_keep_every_mandatory_control(environment: str) -> None:
    tier = Tier(project().environments[environment].tier)
    own = [each for each in intent_of(project(), environment) if each.type.endswith(":Environment")]
    assert failing(judge(RULES, own), tier, Enforcement.MANDATORY) == []


def test_a_local_environment_under_a_stricter_tier_fails_for_what_it_is() -> None:
    local = [each for each in intent_of(project(), "local") if each.type.endswith(":Environment")]
    assert failing(judge(RULES, local), Tier.PRODUCTION, Enforcement.MANDATORY) == [
        "environment-certificates-trusted local",
        "environment-clusters-real local",
        "environment-secrets-from-a-vault local",
    ]


def test_a_failure_points_at_the_line_that_decided_it() -> None:
    found = judge([RULE_BY_CONTROL["database-backups-kept"]], intent_of(load_project(EXAMPLE), "showcase"))
    (ledger,) = (each for each in found if each.verdict is Verdict.FAIL and "ledger" in each.name)
    assert ledger.position is not None
    text = (EXAMPLE / ledger.position.file).read_text().splitlines()[ledger.position.line - 1]
    assert text[ledger.position.column - 1 :].startswith("keep: 2d")


@pytest.mark.parametrize(
    ("image", "fixed"),
    [
        ("registry.example.com:5000/shop/orders:1.2.3", True),
        ("registry.example.com:5000/shop/orders", False),
        ("orders", False),
        (f"orders@sha256:{'0' * 64}", True),
        (f"orders:latest@sha256:{'0' * 64}", True),
        ("orders:latest-1.2.3", True),
    ],
)
def test_a_version_is_a_tag_that_stays_or_a_digest(image: str, *, fixed: bool) -> None:
    expected = Verdict.PASS if fixed else Verdict.FAIL
    assert verdicts("service-images-versioned", element("Service", image=image)) == [expected]


@pytest.mark.parametrize(
    ("name", "value", "refers"),
    [
        ("DB_PASSWORD", "password", False),
        ("password", "x", False),
        ("SPRING.DATASOURCE.PASSWORD", "x", False),
        ("API_KEY", "$${not.a.reference}", False),
        ("API_KEY", "prefix-${stores.ledger.password}", True),
        ("DB_PASSWORD", "", True),
        ("REQUIRE_TOKEN", "true", True),
        ("SECRET", "/run/secrets/orders", True),
        ("PASSWORD_FILE", "somewhere", True),
        ("TOKEN_TTL", "15m", True),
        ("PASSWORDS_ENABLED", "of course", True),
        ("MONKEY", "bananas", True),
    ],
)
def test_a_variable_that_ends_in_a_credential_refers_to_it(name: str, value: str, *, refers: bool) -> None:
    expected = Verdict.PASS if refers else Verdict.FAIL
    assert verdicts("service-credentials-by-reference", element("Service", env={name: value})) == [expected]


@pytest.mark.parametrize(
    ("name", "value", "quiet"),
    [
        ("DEBUG", "true", False),
        ("APP_DEBUG", "1", False),
        ("DEBUG", "*", False),
        ("SPRING_LOG_LEVEL", "TRACE", False),
        ("JAVA_OPTS", "-Xmx1g -agentlib:jdwp=transport=dt_socket", False),
        ("NODE_OPTIONS", "--inspect=0.0.0.0:9229", False),
        ("GIN_MODE", "debug", False),
        ("DEBUG", "false", True),
        ("DEBUG_PORT", "5005", True),
        ("DEBUGGER_NAME", "on", True),
        ("NODE_ENV", "production", True),
        ("NODE_OPTIONS", "--inspector-gadget", True),
        ("DISABLE_PROFILER", "1", True),
    ],
)
def test_what_helps_in_development_is_told_from_what_sounds_so(name: str, value: str, *, quiet: bool) -> None:
    expected = Verdict.PASS if quiet else Verdict.FAIL
    assert verdicts("service-debugging-off", element("Worker", env={name: value})) == [expected]


def test_a_call_in_a_protocol_without_requests_needs_no_timeout() -> None:
    silent = element("Call", protocol="tcp", callee="shop/ledger")
    assert verdicts("calls-time-out", silent) == [Verdict.PASS]
    assert verdicts("calls-retry-little", silent) == [Verdict.PASS]


@pytest.mark.parametrize("control", ["public-routes-declare-access", "public-routes-rate-limited"])
def test_a_route_inside_need_not_say_who_comes_and_how_often(control: str) -> None:
    silent = element("Route", expose="internal", path="/")
    assert verdicts(control, silent) == [Verdict.PASS]
    assert verdicts(control, changed(silent, ("expose",), "public")) == [Verdict.FAIL]


def test_an_operators_path_may_be_routed_inside() -> None:
    admin = changed(ROUTE, ("path",), "/admin")
    assert verdicts("public-routes-hide-operations", admin) == [Verdict.FAIL]
    assert verdicts("public-routes-hide-operations", changed(admin, ("expose",), "internal")) == [
        Verdict.PASS
    ]
    assert verdicts("public-routes-hide-operations", changed(ROUTE, ("path",), "/administrators")) == [
        Verdict.PASS
    ]


@pytest.mark.parametrize("engine", ["redis", "memcached", "bucket", "dynamodb"])
def test_what_can_be_made_again_or_is_kept_elsewhere_needs_no_backup_here(engine: str) -> None:
    store = element("Store", store="cache", engine=engine, instances=3)
    for control in ("database-backups-kept", "database-backups-daily", "databases-restorable"):
        assert verdicts(control, store) == [Verdict.PASS]


def test_a_single_server_is_not_asked_for_replicas_that_it_cannot_have() -> None:
    assert verdicts("databases-replicated", element("Store", engine="neo4j")) == [Verdict.PASS]


def call(caller: str, callee: str) -> Declared:
    return Declared(
        type="pavedroad:intent:Call",
        name=f"shop/{caller}.calls.{callee}",
        properties={"team": "shop", "service": caller, "callee": f"shop/{callee}", "protocol": "http"},
    )


def test_each_call_on_a_circle_fails_and_one_that_leads_to_it_does_not() -> None:
    calls = (call("a", "b"), call("b", "c"), call("c", "a"), call("x", "a"))
    found = judge([RULE_BY_CONTROL["calls-form-no-circle"]], resources(calls))
    failed = {each.name for each in found if each.verdict is Verdict.FAIL}
    assert failed == {each.name for each in calls[:3]}


def test_a_callee_that_is_not_known_may_close_any_circle() -> None:
    hazy = changed(BACK, ("callee",), Opaque.UNKNOWN)
    assert verdicts("calls-form-no-circle", CALL, hazy) == [Verdict.NOT_EVALUATED] * 2


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=14))
def test_circles_are_those_that_walking_from_every_node_finds(edges: list[tuple[str, str]]) -> None:
    reached = {node: behind(node, edges) for node in "abcdef"}
    found = circles(edges)
    for start, end in edges:
        assert (start in found and found[start] == found.get(end)) == (start in reached[end])


def behind(node: str, edges: list[tuple[str, str]]) -> set[str]:
    """Give a node and all that can be reached from it."""
    seen, ahead = {node}, [node]
    while ahead:
        here = ahead.pop()
        new = {end for start, end in edges if start == here} - seen
        seen |= new
        ahead += new
    return seen


def user(**words: Any) -> Declared:
    return element("Worker", "shop/orders", **words)


def test_a_topic_is_used_by_its_own_name_in_its_team_and_by_its_full_name_elsewhere() -> None:
    control = "topics-have-subscribers"
    assert verdicts(control, TOPIC, user(subscribes={"events": {}})) == [Verdict.PASS]
    assert verdicts(control, TOPIC, user(subscribes={"shop/events": {}})) == [Verdict.PASS]
    assert verdicts(control, TOPIC, user(subscribes={"billing/events": {}})) == [Verdict.FAIL]


def test_in_a_part_of_an_environment_a_topics_users_may_stand_elsewhere() -> None:
    assert verdicts("topics-have-publishers", TOPIC, whole=False) == [Verdict.NOT_EVALUATED]


@pytest.mark.parametrize("control", ["topics-have-publishers", "topics-have-subscribers"])
def test_uses_that_are_not_known_may_be_of_any_topic(control: str) -> None:
    hazy = user(publishes=Opaque.UNKNOWN, subscribes=Opaque.UNKNOWN)
    assert verdicts(control, TOPIC, hazy) == [Verdict.NOT_EVALUATED]


def api(new: dict[str, Any], old: dict[str, Any] | None = None) -> Declared:
    return element("Api", "shop/orders.api", contract=new, **({"published": old} if old else {}))


def with_order(version: str, **order: Any) -> dict[str, Any]:
    """Make a contract whose order is described otherwise."""
    made = contract(version)
    made["components"]["schemas"]["Order"] = order
    return made


def test_a_contract_without_a_published_one_has_promised_nothing() -> None:
    assert verdicts("api-promises-kept", api(contract())) == [Verdict.PASS]


def test_the_next_major_version_may_break_promises() -> None:
    less = changed(api(contract("2.0.0"), contract("1.9.0")), OPERATION, REMOVED_OPERATION)
    assert verdicts("api-promises-kept", less) == [Verdict.PASS]
    sooner = changed(less, ("contract", "info", "version"), "1.10.0")
    assert set(verdicts("api-promises-kept", sooner)) == {Verdict.FAIL}


REMOVED_OPERATION: dict[str, Any] = {"operationId": "placeOrder", "responses": {}}


@pytest.mark.parametrize(
    "order",
    [
        {"type": "object", "required": ["item"], "properties": {"id": {}, "item": {}, "note": {}}},
        {"type": "object", "required": ["item"], "properties": {"item": {}, "id": {}}},
        {
            "type": "object",
            "description": "said in other words",
            "required": ["item"],
            "properties": {"id": {}, "item": {}},
        },
    ],
)
def test_more_and_other_words_break_no_promise(order: dict[str, Any]) -> None:
    old = with_order("1.0.0", type="object", required=["item"], properties={"id": {}, "item": {}})
    assert verdicts("api-promises-kept", api(with_order("1.1.0", **order), old)) == [Verdict.PASS]


@pytest.mark.parametrize(
    ("old", "new", "requests", "responses"),
    [
        ({"type": "integer"}, {"type": "number"}, True, False),
        ({"type": "number"}, {"type": "integer"}, False, True),
        ({"type": "string"}, {"type": ["string", "null"]}, True, False),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, False, True),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, True, False),
        (
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "integer"}},
            False,
            False,
        ),
        ({"required": ["a"]}, {"required": ["a", "b"]}, False, True),
        ({"required": ["a", "b"]}, {"required": ["a"]}, True, False),
    ],
)
def test_requests_may_be_what_they_were_and_answers_no_more(
    old: dict[str, Any], new: dict[str, Any], *, requests: bool, responses: bool
) -> None:
    for word, kept in (("requestBody", requests), ("responses", responses)):
        documents = []
        for schema in (old, new):
            content = {"content": {"application/json": {"schema": schema}}}
            says = {"requestBody": content} if word == "requestBody" else {"responses": {"200": content}}
            documents.append(
                {"openapi": "3.1.0", "info": {"version": "1.0.0"}, "paths": {"/a": {"put": says}}}
            )
        before, after = documents
        expected = Verdict.PASS if kept else Verdict.FAIL
        assert verdicts("api-promises-kept", api(after, before)) == [expected]


def test_a_schema_that_contains_itself_is_compared_to_an_end() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Order"}}}
    assert verdicts("api-promises-kept", api(with_order("1.1.0", **tree), with_order("1.0.0", **tree))) == [
        Verdict.PASS
    ]


def test_what_stands_in_another_document_is_not_known() -> None:
    elsewhere = with_order("1.0.0", **{"$ref": "other.yaml#/Order"})
    assert verdicts("api-promises-kept", api(elsewhere, contract("1.0.0"))) == [Verdict.NOT_EVALUATED]


def test_two_operations_of_one_name_are_told_apart() -> None:
    made = contract()
    made["paths"]["/others"] = made["paths"]["/orders"]
    assert verdicts("api-operations-named", api(made)) == [Verdict.FAIL]


def test_paths_that_are_open_on_purpose_need_no_scheme() -> None:
    made = {key: value for key, value in contract().items() if key != "security"}
    rule = RULE_BY_CONTROL["api-operations-authenticated"].set_to({"openPaths": ["/orders"]})
    found = judge([rule], resources((api(made),)))
    assert [each.verdict for each in found] == [Verdict.PASS]


def test_a_broken_promise_is_told_at_its_line_of_the_contract(tmp_path: Path) -> None:
    for file in EXAMPLE.rglob("*"):
        target = tmp_path / file.relative_to(EXAMPLE)
        target.mkdir(exist_ok=True) if file.is_dir() else target.write_text(file.read_text())
    file = tmp_path / "stacks" / "teams" / "files" / "shop.openapi.yaml"
    file.write_text(file.read_text().replace("id: {type: string}", "id: {type: integer}"))
    found = judge([RULE_BY_CONTROL["api-promises-kept"]], intent_of(load_project(tmp_path), "showcase"))
    (broken,) = (each for each in found if each.verdict is Verdict.FAIL)
    assert broken.position is not None
    assert broken.position.file == "stacks/teams/files/shop.openapi.yaml"
    line = file.read_text().splitlines()[broken.position.line - 1]
    assert line[broken.position.column - 1 :] == "type: integer}"


def test_the_example_keeps_every_control_about_apis() -> None:
    found = judge(RULES, intent_of(load_project(EXAMPLE), "showcase"))
    about = [each for each in found if each.control.startswith("api-")]
    assert len(about) == 6
    assert {each.verdict for each in about} == {Verdict.PASS}


def test_an_emulator_in_place_of_an_end_point_needs_no_encryption() -> None:
    plain = element("Environment", "dev", providers={"dynamodb": "dynamodb-local"})
    assert verdicts("environment-endpoints-encrypted", plain) == [Verdict.PASS]


@pytest.mark.parametrize(
    ("addresses", "narrow"),
    [("10.0.0.0/28:6443", True), ("10.0.0.0/16:443", True), ("10.0.0.0/8:443", False), ("everywhere", False)],
)
def test_the_api_servers_range_is_measured_by_its_prefix(addresses: str, *, narrow: bool) -> None:
    environment = element("Environment", "dev", clusters={"main": {"api_server": addresses}})
    expected = Verdict.PASS if narrow else Verdict.FAIL
    assert verdicts("environment-api-server-narrow", environment) == [expected]


def test_no_rule_about_intent_speaks_about_anything_else() -> None:
    types = frozenset[str]().union(*(rule.control.resource_types for rule in RULES))
    assert {type_.rpartition(":")[0] for type_ in types} == {"pavedroad:intent"}
    assert all(rule.control.fix.descriptor for rule in RULES)


def test_a_store_that_says_nothing_about_backups_fails_where_it_could() -> None:
    silent = Declared(type=STORE.type, properties={"engine": "mysql"})
    assert verdicts("database-backups-kept", silent) == [Verdict.FAIL]
