"""The pack's server decodes each resource once for all policies, and answers what the SDK's own server would.

But for one thing: it knows what the engine marks as secret, which the SDK's own forgets.
"""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pulumi_policy.policy
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2
from pulumi.runtime.rpc import UNKNOWN, _special_secret_sig, _special_sig_key
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from benchmarks.governed import Described, objects
from policies.pack import PackPolicies
from policies.reading import secrets_in
from policies.serving import server_of, serving
from tests.support.examples import Place, leaves

Properties: TypeAlias = dict[str, Any]

PROJECT = Path(__file__).parents[2]
BUCKET = Described("aws:s3/bucket:Bucket", "logs", {"bucket": "logs", "tags": {"team": "shop"}})


@pytest.fixture(scope="module")
def pack() -> PackPolicies:
    return PackPolicies(PROJECT)


def server(kind: type[_PolicyAnalyzerServicer], pack: PackPolicies) -> Any:
    return kind("pavedroad", "0.0.1", pack.all, EnforcementLevel.ADVISORY)


@pytest.fixture
def servers(pack: PackPolicies) -> tuple[Any, Any]:
    """The SDK's own server and the pack's, of the same policies."""
    return server(_PolicyAnalyzerServicer, pack), server(server_of(pack), pack)


def replaced(tree: Any, place: Place, make: Any) -> Any:
    """Copy a tree with one part made into something else."""
    fresh = copy.deepcopy(tree)
    above = fresh
    for name in place[:-1]:
        above = above[name]
    above[place[-1]] = make(above[place[-1]])
    return fresh


def unknown(_: object) -> object:
    return UNKNOWN


def secret(value: object) -> object:
    return {_special_sig_key: _special_secret_sig, "value": value}


def declared() -> Iterator[Described]:
    """Resources of every kind that the benchmark has, lists and patches, each whole and with hidden parts."""
    whole = {each.type: each for each in (*objects(2, 1), BUCKET)}.values()
    pods = [each.properties for each in whole if each.type.endswith(":Deployment")]
    items = Described("kubernetes:apps/v1:DeploymentList", "many", {"apiVersion": "apps/v1", "items": pods})
    patches = [
        Described(f"{each.type}Patch", each.name, each.properties)
        for each in whole
        if "spec" in each.properties
    ]
    for each in (*whole, items, *patches[:3]):
        places = list(leaves(each.properties))
        yield each
        for number, (make, place) in enumerate([(unknown, places[-1]), (secret, places[len(places) // 2])]):
            yield Described(each.type, f"{each.name}-{number}", replaced(each.properties, place, make))


def struct(properties: Properties) -> Struct:
    made = Struct()
    made.update(properties)
    return made


def test_every_resource_gets_the_same_answer_as_from_the_sdks_own_server(servers: tuple[Any, Any]) -> None:
    own, ours = servers
    said = 0
    for each in declared():
        request = analyzer_pb2.AnalyzeRequest(
            type=each.type, urn=each.urn, name=each.name, properties=struct(each.properties)
        )
        request.options.protect = True
        answer = ours.Analyze(request, None)
        assert answer == own.Analyze(request, None), each
        assert ours.Remediate(request, None) == own.Remediate(request, None), each
        said += len(answer.diagnostics)
    assert said > 100


def said_in(answer: analyzer_pb2.AnalyzeResponse) -> list[tuple[str, str, str]]:
    """Give what is said of each resource, but for the control that asks for marks of secrets in a whole stack."""
    return [
        (each.policyName, each.urn, each.message)
        for each in answer.diagnostics
        if each.policyName != "program-secrets-stay-secret"
    ]


DATABASE = "aws:rds/instance:Instance"
PASSWORD = "canary-hunter2"


@pytest.mark.parametrize(("password", "fails"), [(PASSWORD, True), (secret(PASSWORD), False)])
def test_what_the_engine_marks_as_secret_is_known_to_be(
    servers: tuple[Any, Any], password: object, fails: bool
) -> None:
    _, ours = servers
    request = analyzer_pb2.AnalyzeRequest(
        type=DATABASE, urn="urn:db", name="db", properties=struct({"password": password})
    )
    answer = ours.Analyze(request, None)
    assert ("credentials-marked-secret" in {each.policyName for each in answer.diagnostics}) is fails
    assert PASSWORD not in str(answer)


@pytest.mark.parametrize(
    ("password", "made_from", "said"),
    [
        (PASSWORD, [], "password must not be written into the program"),
        (secret(PASSWORD), [], "can't run policy"),
        (secret(PASSWORD), ["urn:made"], None),
    ],
)
def test_where_a_password_comes_from_is_judged_by_what_the_engine_tells_of_it(
    servers: tuple[Any, Any], password: object, made_from: list[str], said: str | None
) -> None:
    _, ours = servers
    database = analyzer_pb2.AnalyzerResource(
        type=DATABASE,
        urn="urn:db",
        name="db",
        properties=struct({"password": password}),
        propertyDependencies={"password": analyzer_pb2.AnalyzerPropertyDependencies(urns=made_from)},
    )
    made = analyzer_pb2.AnalyzerResource(type="random:index/randomPassword:RandomPassword", urn="urn:made")
    answer = ours.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=[database, made]), None)
    told = [
        each.message for each in answer.diagnostics if each.policyName == "database-passwords-not-literal"
    ]
    assert len(told) == (0 if said is None else 1)
    assert all(str(said) in message for message in told)
    assert PASSWORD not in str(answer)


def test_secrets_are_found_wherever_they_are() -> None:
    hidden = secret("x")
    properties = {"a": [hidden, {"b": hidden, "c": "x"}], "d": secret({"e": hidden}), "f": unknown("x")}
    assert secrets_in(struct(properties)) == {"a[0]", "a[1].b", "d"}
    assert secrets_in(struct({"a": ["x"]})) == frozenset()


def test_a_stack_gets_the_same_answer_as_from_the_sdks_own_server(servers: tuple[Any, Any]) -> None:
    own, ours = servers
    resources = [
        analyzer_pb2.AnalyzerResource(
            type=each.type,
            urn=each.urn,
            name=each.name,
            properties=struct(each.properties),
            propertyDependencies={"spec": analyzer_pb2.AnalyzerPropertyDependencies(urns=[BUCKET.urn])},
        )
        for each in declared()
    ]
    request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
    answer = ours.AnalyzeStack(request, None)
    assert said_in(answer) == said_in(own.AnalyzeStack(request, None))
    assert {each.urn != "" for each in answer.diagnostics} == {True, False}


def test_configuration_reaches_the_policies_either_way(servers: tuple[Any, Any]) -> None:
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    request.policyConfig["containers-not-privileged"].enforcementLevel = analyzer_pb2.DISABLED
    request.policyConfig["containers-read-only-root-filesystem"].enforcementLevel = analyzer_pb2.MANDATORY
    request.policyConfig["containers-read-only-root-filesystem"].properties.update(
        {"exemptImages": ["registry.example.com/app*"]}
    )
    spec = {"containers": [{"image": image, "securityContext": {"privileged": True}} for image in IMAGES]}
    pod = analyzer_pb2.AnalyzeRequest(
        type="kubernetes:core/v1:Pod", urn="urn:pod", name="pod", properties=struct({"spec": spec})
    )
    for each in servers:
        each.Configure(request, None)
    answers = [each.Analyze(pod, None) for each in servers]
    assert answers[0] == answers[1]
    said = {each.policyName: each for each in answers[1].diagnostics}
    assert "containers-not-privileged" not in said
    assert "containers[1]" in said["containers-read-only-root-filesystem"].message
    assert said["containers-read-only-root-filesystem"].enforcementLevel == analyzer_pb2.MANDATORY


IMAGES = ("registry.example.com/app:1", "registry.example.com/other:1")


def test_what_no_control_speaks_about_is_not_even_decoded(
    servers: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi_policy.policy, "deserialize_properties", None)
    request = analyzer_pb2.AnalyzeRequest(type="random:index/randomPet:RandomPet", urn="urn:pet", name="pet")
    assert servers[1].Analyze(request, None) == analyzer_pb2.AnalyzeResponse()


def test_each_resource_is_decoded_once_however_many_policies_there_are(
    servers: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = []
    real = vars(pulumi_policy.policy)["deserialize_properties"]

    def counted(properties: Properties, *details: Any) -> Any:
        decoded.extend([properties] if properties else [])
        return real(properties, *details)

    monkeypatch.setattr(pulumi_policy.policy, "deserialize_properties", counted)
    first = next(declared())
    servers[1].Analyze(
        analyzer_pb2.AnalyzeRequest(type=first.type, urn=first.urn, properties=struct(first.properties)), None
    )
    resource = analyzer_pb2.AnalyzerResource(
        type=first.type, urn=first.urn, properties=struct(first.properties)
    )
    servers[1].AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=[resource]), None)
    assert decoded == [first.properties, first.properties]


def test_the_sdks_server_is_put_back_afterwards(pack: PackPolicies) -> None:
    with serving(pack):
        assert pulumi_policy.policy._PolicyAnalyzerServicer is not _PolicyAnalyzerServicer
    assert pulumi_policy.policy._PolicyAnalyzerServicer is _PolicyAnalyzerServicer
