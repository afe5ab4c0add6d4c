"""How faults read: at their line, with what was given, what is allowed and what to change."""

import pytest

from pavedroad.descriptor import values
from pavedroad.descriptor.faults import MOST_FAULTS, DescriptorFaults, Fault, dotted, shown
from pavedroad.descriptor.loading import Source, load_environment, load_team
from pavedroad.descriptor.schema import json_schema
from pavedroad.descriptor.sites import meanings
from tests.support.files import ENVIRONMENT, TEAM


def faults_of(text: str) -> list[str]:
    with pytest.raises(DescriptorFaults) as found:
        load_team(Source("orders.yaml", text))
    return [str(fault) for fault in found.value.faults]


def team_with(line: str) -> str:
    """Return a team whose service has one more line; it stands in line 10."""
    return f"{TEAM}    {line}\n"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "scale: {min: two}",
            "10:13: services.orders.scale.min: given 'two'; expected a whole number from 1 to 1000; such as min: 1",
        ),
        (
            "scale: {min: '2'}",
            "10:13: services.orders.scale.min: given '2'; expected a whole number from 1 to 1000; leave the quotes out",
        ),
        (
            "scale: {min: 2.0}",
            "10:13: services.orders.scale.min: given 2.0; expected a whole number from 1 to 1000; such as min: 1",
        ),
        (
            "scale: {max: 1001}",
            "10:13: services.orders.scale.max: given 1001; expected a whole number from 1 to 1000; write max: 1000",
        ),
        (
            "scale: {min: 0}",
            "10:13: services.orders.scale.min: given 0; expected a whole number from 1 to 1000; write min: 1",
        ),
        ("scale: {mim: 1}", "did you mean min?"),
        ("scale: {zzz: 1}", "remove it"),
        (
            "size: smal",
            "given 'smal'; expected one of nano, small, medium, large, xlarge; did you mean small?",
        ),
        ("stable_identity: yes", "given 'yes'; expected true or false; write stable_identity: true"),
        ("stable_identity: off", "write stable_identity: false"),
        ("stable_identity: 1", "given 1; expected true or false"),
        ("scale:", "given nothing; expected a mapping; fill it or leave the line out"),
        ("scale: []", "given a list; expected a mapping"),
        ("open_to: everyone", "given 'everyone'; expected a list; write [everyone]"),
        ("termination: {grace: 30}", "given 30; expected a whole number with its unit"),
        ("termination: {grace: 30}", 'quote it: "30"'),
        ("termination: {grace: 010s}", "given '010s'; expected a whole number with its unit"),
        (
            "env: {1A: x}",
            "services.orders.env.1A: given the key '1A'; expected the name of an environment variable",
        ),
        (
            "env: {A: 1.20}",
            "10:11: services.orders.env.A: expected text without NUL characters; put it in quotes",
        ),
        ("env: {A: }", 'given nothing; expected text without NUL characters; write "" for empty text'),
        ("stores: {l: {engine: oracle}}", "oracle cannot be realised anywhere; use postgres"),
        ("stores: {l: {engine: postgrs}}", "did you mean postgres?"),
        (
            "stores: {l: {}}",
            "10:14: services.orders.stores.l.engine: given nothing; expected one of postgres, mysql",
        ),
        (
            "stores: {l: {engine: postgres, version: 16}}",
            'given 16; expected one of 14, 15, 16, 17, 18; quote it: version: "16"',
        ),
        (
            "stores: {l: {engine: memcached, storage: 1Gi}}",
            "given the key 'storage'; expected one of alias, discard, engine",
        ),
        (
            "probes: {readiness: {}}",
            "services.orders.probes.readiness: give exactly one of http, grpc, tcp and exec",
        ),
        ("config: {/a: {}}", "give exactly one of content and file"),
        ('command: ["a\\0b"]', "services.orders.command[0]: expected text without NUL characters"),
        (
            "routes: [{expose: private}]",
            "services.orders.routes[0].expose: given 'private'; expected one of public, internal",
        ),
        ("type_: job", "did you mean type?"),
    ],
)
def test_a_fault_says_what_was_given_what_is_allowed_and_what_to_change(line: str, fault: str) -> None:
    found = faults_of(team_with(line))
    assert len(found) == 1
    assert found[0].startswith("orders.yaml:10:")
    assert fault in found[0]


@pytest.mark.parametrize(
    ("topic", "fault"),
    [
        (
            "{broker: nats}",
            "topics.t.broker: given 'nats'; expected one of kafka, rabbitmq, sqs, sns; nats cannot be realised",
        ),
        ("{broker: kafkaa}", "did you mean kafka?"),
        ("{}", "topics.t.broker: given nothing; expected one of kafka, rabbitmq, sqs, sns; add broker:"),
        (
            "{broker: rabbitmq, kind: exchang}",
            "topics.t.kind: given 'exchang'; expected one of queue, exchange, stream",
        ),
        ("{broker: rabbitmq, kind: exchange, exchange: x}", "topics.t.exchange: given the key 'exchange'"),
        ("{broker: rabbitmq, exchange: {name: a, routing_kee: b}}", "topics.t.exchange.routing_kee"),
    ],
)
def test_alternatives_of_a_topic_are_told_apart(topic: str, fault: str) -> None:
    assert any(fault in found for found in faults_of(f"{TEAM}topics:\n  t: {topic}\n"))


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    text = (
        TEAM.replace("v1", "v9").replace("port: 8080", "port: 99999") + "    sise: small\n    open_to: {}\n"
    )
    places = [found.split(": ")[0] for found in faults_of(text)]
    assert places == ["orders.yaml:1:1", "orders.yaml:9:22", "orders.yaml:10:5", "orders.yaml:11:5"]


def test_a_missing_word_is_told_at_the_block_that_lacks_it() -> None:
    (found,) = faults_of(TEAM.replace("    image: example/orders:1.0\n", ""))
    assert found == (
        "orders.yaml:6:3: services.orders.image: given nothing; "
        "expected the container image with tag or digest; add image:"
    )


@pytest.mark.parametrize("text", ["[]", "text", "1", "~"])
def test_a_document_that_is_no_mapping_is_one_fault(text: str) -> None:
    (found,) = faults_of(text)
    assert "expected a mapping with apiVersion" in found


def test_look_alike_and_invisible_characters_are_named() -> None:
    found = faults_of(TEAM.replace("  orders:\n", "  ord\u0435rs\u200b:\n"))
    assert "CYRILLIC SMALL LETTER IE (U+0435), ZERO WIDTH SPACE (U+200B)" in found[0]
    assert "\u200b" not in found[0]


@pytest.mark.parametrize(
    "line",
    [
        "env: {A: {b: hunter2}}",
        "env: [hunter2]",
        "env: hunter2",
        "env: {A: 8233720368547758}",
        "secrets: {A: hunter2}",
        "secrets: {A: {vault: 'hunter2 8233720368547758', key: k}}",
        "args: hunter2",
        "config: {/a: {content: [hunter2]}}",
        "config: {/a: hunter2}",
        "size: ghp_hunter2hunter2hunter2hunter2hunter2",
    ],
)
def test_values_that_may_be_secret_are_never_repeated(line: str) -> None:
    text = "\n".join(faults_of(team_with(line)))
    assert "hunter2" not in text
    assert "8233720368547758" not in text


def test_an_environment_is_explained_alike() -> None:
    text = ENVIRONMENT.replace("kubernetes, namespace", "kubernets, namespace").replace("valkey", "redis")
    with pytest.raises(DescriptorFaults) as found:
        load_environment(
            Source("local.yaml", text.replace("postgres:", "dynamodb: {endpoint: x}, postgres:"))
        )
    messages = "\n".join(map(str, found.value.faults))
    assert (
        "secrets.provider: given 'kubernets'; expected one of vault, kubernetes, secrets-manager, parameter-store; "
        "did you mean kubernetes?" in messages
    )
    assert "providers.redis: given 'redis'; expected one of valkey, elasticache" in messages
    assert "providers.dynamodb.credentials: given nothing" in messages
    assert "providers.dynamodb.endpoint: given 'x'; expected an http or https URL" in messages


def test_garbage_has_a_short_answer() -> None:
    found = faults_of(TEAM + "".join(f"    word{index}: x\n" for index in range(5_000)))
    assert len(found) == MOST_FAULTS + 1
    assert "4,800 more" in found[-1]


def test_every_pattern_of_the_schemas_has_a_meaning_in_words() -> None:
    def patterns(node: object) -> set[str]:
        if isinstance(node, list):
            return {found for item in node for found in patterns(item)}
        if not isinstance(node, dict):
            return set()
        own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        return own | set(node.get("patternProperties", ())) | patterns(list(node.values()))

    asked = patterns(json_schema("team")) | patterns(json_schema("environment"))
    assert asked - meanings().keys() == set()
    assert meanings()[values.NAME_PATTERN].startswith("a name")


def test_paths_read_as_people_write_them() -> None:
    assert dotted(("services", "ui", "routes", 0, "path")) == "services.ui.routes[0].path"
    assert dotted(("a\nb",)) == "'a\ufffdb'"
    assert dotted(("a",) * 40).endswith("…")


def test_long_values_are_cut() -> None:
    assert shown("x" * 1_000) == "'" + "x" * 60 + "…'"


def test_faults_are_told_once_and_sorted_by_place() -> None:
    later, earlier = Fault(file="a", change="x").at(10, 1), Fault(file="a", change="y").at(9, 5)
    assert DescriptorFaults([later, earlier, later]).faults == (earlier, later)
