"""Judgements about data that an example cannot show: what the recorder knows of secrets, default tags, the tables."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pulumi
import pytest

from pavedroad.governance import Opaque, Properties, Resource, Verdict, judge
from pavedroad.policy.sources import recorded
from pavedroad.testing import Recorder
from policies.rules.data.credentials import CREDENTIALS, CREDENTIALS_SECRET
from policies.rules.data.keeping import PROTECTED
from policies.rules.data.stateful import AWS_STATEFUL
from policies.rules.data.tags import TAGGABLE, TAGGED
from scripts.tabulate_taggable import TABLE, render

OWNED = {"requiredTags": ["owner"]}
PROVIDER = "pulumi:providers:aws"


def sdk_package() -> Path:
    package = importlib.util.find_spec("pulumi_aws")
    if package is None or package.origin is None:
        pytest.skip("the package pulumi_aws is not installed")
    return Path(package.origin).parent


def resource(type_: str, name: str = "thing", provider: str = "", **given: Any) -> Resource:
    return Resource(
        type=type_, name=name, urn=f"urn::{name}", properties=Properties(given), provider=provider
    )


def verdict_of(rule: Any, *resources: Resource) -> Verdict:
    return next(each.verdict for each in judge([rule], resources) if each.urn == resources[0].urn)


def test_the_table_of_taggable_types_is_that_of_the_installed_provider() -> None:
    sdk_package()
    assert TABLE.read_text("utf-8") == render(), "run: python scripts/tabulate_taggable.py"


def test_what_chooses_instances_by_their_tags_is_not_itself_taggable() -> None:
    assert "aws:inspector/resourceGroup:ResourceGroup" not in TAGGABLE
    assert "aws:iam/role:Role" in TAGGABLE


@pytest.mark.parametrize(
    "token", sorted({*AWS_STATEFUL, *(each for each in CREDENTIALS if each[:4] == "aws:")})
)
def test_every_type_that_is_named_is_one_of_the_installed_provider(token: str) -> None:
    assert f'"{token}"' in (sdk_package() / "__init__.py").read_text("utf-8")


@pytest.mark.parametrize("token", [each for each in CREDENTIALS if each.startswith("aws:")])
def test_every_credential_that_is_named_is_a_property_of_the_installed_provider(token: str) -> None:
    module = sdk_package() / token.split(":")[1].split("/", maxsplit=1)[0]
    source = "".join(file.read_text("utf-8") for file in module.glob("*.py"))
    for name in {name for path in CREDENTIALS[token] for name in re.findall(r"[A-Za-z0-9]+", path)}:
        if name.islower() or name == "PASSWORD":
            continue
        assert f'name="{name}"' in source


def test_the_recorder_says_what_a_program_marked_as_secret() -> None:
    def program() -> None:
        pulumi.CustomResource("aws:rds/instance:Instance", "marked", {"password": pulumi.Output.secret("x")})
        pulumi.CustomResource("aws:rds/instance:Instance", "plain", {"password": "x"})
        users = [
            {"username": "shop", "password": pulumi.Output.secret("x")},
            {"username": "b", "password": "x"},
        ]
        pulumi.CustomResource("aws:mq/broker:Broker", "broker", {"users": users})

    found = {each.name: each for each in recorded(Recorder().run(program).resources)}
    assert verdict_of(CREDENTIALS_SECRET, found["marked"]) is Verdict.PASS
    assert verdict_of(CREDENTIALS_SECRET, found["plain"]) is Verdict.FAIL
    assert verdict_of(CREDENTIALS_SECRET, found["broker"]) is Verdict.FAIL


def test_where_nobody_can_say_what_is_secret_a_credential_is_not_judged() -> None:
    assert verdict_of(CREDENTIALS_SECRET, resource("aws:rds/instance:Instance", password="x")) is (
        Verdict.NOT_EVALUATED
    )
    assert verdict_of(CREDENTIALS_SECRET, resource("aws:rds/instance:Instance", username="x")) is Verdict.PASS


def test_a_value_that_is_withheld_is_a_secret() -> None:
    database = resource("aws:rds/instance:Instance", password=Opaque.SECRET)
    assert verdict_of(CREDENTIALS_SECRET, database) is Verdict.PASS


def test_a_plain_parameter_holds_no_credential() -> None:
    assert verdict_of(
        CREDENTIALS_SECRET, resource("aws:ssm/parameter:Parameter", type="String", value="x")
    ) is (Verdict.PASS)


def test_the_path_of_a_kubeconfig_is_no_credential_and_its_content_is() -> None:
    provider = "pulumi:providers:kubernetes"
    path, content = (
        resource(provider, kubeconfig="~/.kube/config"),
        resource(provider, kubeconfig="a: b\nc: d"),
    )
    assert verdict_of(CREDENTIALS_SECRET, path) is Verdict.PASS
    assert verdict_of(CREDENTIALS_SECRET, content) is Verdict.NOT_EVALUATED


def test_the_tags_of_the_resource_s_own_provider_count() -> None:
    ours = resource(PROVIDER, "ours", defaultTags={"tags": {"owner": "shop"}})
    theirs = resource(PROVIDER, "theirs")
    rule = TAGGED.set_to(OWNED)
    assert (
        verdict_of(rule, resource("aws:sqs/queue:Queue", provider="urn::ours"), ours, theirs) is Verdict.PASS
    )
    assert (
        verdict_of(rule, resource("aws:sqs/queue:Queue", provider="urn::theirs"), ours, theirs)
        is Verdict.FAIL
    )


def test_the_tags_of_the_default_provider_count_where_no_other_is_named() -> None:
    default = resource(PROVIDER, "default_7_51_1", defaultTags={"tags": {"owner": "shop"}})
    assert verdict_of(TAGGED.set_to(OWNED), resource("aws:sqs/queue:Queue"), default) is Verdict.PASS
    assert verdict_of(TAGGED.set_to(OWNED), resource("aws:sqs/queue:Queue")) is Verdict.FAIL


def test_tags_that_the_provider_says_a_resource_has_count() -> None:
    queue = resource("aws:sqs/queue:Queue", tagsAll={"owner": "shop"})
    assert verdict_of(TAGGED.set_to(OWNED), queue) is Verdict.PASS


def test_a_resource_under_an_old_token_is_judged_as_the_new_one() -> None:
    assert verdict_of(PROTECTED, resource("aws:s3/bucketV2:BucketV2")) is Verdict.FAIL
