"""Names on AWS: every service takes them, and no two things get one."""

from __future__ import annotations

import re

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.descriptor.values import NAME_PATTERN
from pavedroad.plan.cloud.names import LIMITS, Kind, beginning, name

_ANYWHERE = r"[a-z](-?[a-z0-9])*"

DOCUMENTED: dict[Kind, str] = {
    "backup-vault": r"[a-zA-Z0-9_-]{2,50}",
    "cloudwatch-alarm": r".{1,255}",
    "codedeploy-application": r"[A-Za-z0-9+=,.@_-]{1,100}",
    "dynamodb-table": r"[a-zA-Z0-9_.-]{3,255}",
    "ec2-launch-template": r"[a-zA-Z0-9().\-/_]{3,128}",
    "ec2-security-group": r"(?!sg-)[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}",
    "ecr-repository": r"(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*",
    "eks-cluster": r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}",
    "eks-node-group": r"[0-9A-Za-z][A-Za-z0-9_-]{0,62}",
    "elasticache-cluster": rf"(?=.{{1,50}}$){_ANYWHERE}",
    "elasticache-group": rf"(?=.{{1,255}}$){_ANYWHERE}",
    "elasticache-replication-group": rf"(?=.{{1,40}}$){_ANYWHERE}",
    "elasticache-user": rf"(?=.{{1,40}}$){_ANYWHERE}",
    "elb-target-group": r"(?=.{1,32}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
    "events-rule": r"[.\-_A-Za-z0-9]{1,64}",
    "iam-instance-profile": r"[\w+=,.@-]{1,128}",
    "iam-policy": r"[\w+=,.@-]{1,128}",
    "iam-role": r"[\w+=,.@-]{1,64}",
    "keyspaces-keyspace": r"[a-zA-Z0-9][a-zA-Z0-9_]{0,47}",
    "kms-alias": r"(?!aws/)[a-zA-Z0-9:/_-]{1,250}",
    "lambda-function": r"[a-zA-Z0-9_-]{1,64}",
    "logs-group": r"(?!aws/)[.\-_/#A-Za-z0-9]{1,512}",
    "mq-broker": r"[A-Za-z0-9_-]{1,50}",
    "mq-configuration": r"[A-Za-z0-9._~-]{1,150}",
    "msk-cluster": rf"(?=.{{1,64}}$){_ANYWHERE}",
    "rds-identifier": rf"(?=.{{1,63}}$){_ANYWHERE}",
    "rds-parameter-group": rf"(?=.{{1,255}}$){_ANYWHERE}",
    "rds-subnet-group": r"[a-z][a-z0-9._ -]{0,254}",
    "s3-bucket": r"(?!xn--|sthree-)(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*",
    "scheduler-schedule": r"[0-9a-zA-Z\-_.]{1,64}",
    "secretsmanager-secret": r"(?!.*-.{6}$)[A-Za-z0-9/_+=.@-]{1,512}",
    "sfn-state-machine": r"[A-Za-z0-9_-]{1,80}",
    "sns-topic": r"[A-Za-z0-9_-]{1,256}",
    "sqs-queue": r"[A-Za-z0-9_-]{1,80}",
    "ssm-parameter": r"(?!aws|ssm)[A-Za-z0-9_./-]{1,1011}",
}
"""What AWS says about each kind, written down a second time and in its own words."""

kinds = st.sampled_from(sorted(LIMITS))
words = st.from_regex(NAME_PATTERN, fullmatch=True)
parts = st.lists(words, min_size=2, max_size=4).map(tuple)
LONGEST = "a" * 40


def test_every_kind_is_checked_against_what_aws_says() -> None:
    assert DOCUMENTED.keys() == LIMITS.keys()


@given(kinds, parts)
def test_every_service_takes_the_name(kind: Kind, given: tuple[str, ...]) -> None:
    assert re.fullmatch(DOCUMENTED[kind], name(kind, *given)), name(kind, *given)


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_the_longest_names_of_all_are_taken_too_and_differ_to_the_last_letter(kind: Kind) -> None:
    long = [name(kind, LONGEST, LONGEST, LONGEST, f"{LONGEST[:-1]}{letter}") for letter in "abc"]
    assert len(set(long)) == 3
    assert all(re.fullmatch(DOCUMENTED[kind], each) for each in long)


@given(kinds, st.lists(parts, min_size=2, max_size=40, unique=True))
def test_other_parts_make_another_name(kind: Kind, many: list[tuple[str, ...]]) -> None:
    assert len({name(kind, *each) for each in many}) == len(many)


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_parts_that_read_alike_make_different_names(kind: Kind) -> None:
    alike = [("a-b", "c", "d"), ("a", "b-c", "d"), ("a", "b", "c-d"), ("a-b-c", "d"), ("a", "b", "c", "d")]
    assert len({name(kind, *each) for each in alike}) == len(alike)


@given(kinds, words, words, parts)
def test_no_name_of_an_environment_begins_as_anothers_do(
    kind: Kind, one: str, other: str, rest: tuple[str, ...]
) -> None:
    if one != other:
        assert not name(kind, other, *rest).startswith(beginning(kind, one))


@given(kinds, words, words, parts)
def test_every_service_takes_the_names_of_a_further_cluster(
    kind: Kind, environment: str, cluster: str, rest: tuple[str, ...]
) -> None:
    made = name(kind, f"{environment}.{cluster}", *rest)
    assert re.fullmatch(DOCUMENTED[kind], made), made
    assert made.startswith(beginning(kind, f"{environment}.{cluster}")[:20])


@given(kinds, words, words, words, parts)
def test_no_name_of_a_further_cluster_is_one_of_the_first_or_of_another(
    kind: Kind, environment: str, cluster: str, other: str, rest: tuple[str, ...]
) -> None:
    there = name(kind, f"{environment}.{cluster}", *rest)
    assert there not in {name(kind, environment, *rest), name(kind, environment, cluster, *rest)}
    if other != cluster:
        assert there != name(kind, f"{environment}.{other}", *rest)
        assert not there.startswith(beginning(kind, f"{environment}.{other}"))


@given(st.sampled_from(["iam-role", "iam-policy", "s3-bucket", "iam-instance-profile"]), words, words, parts)
def test_what_knows_no_region_begins_otherwise_on_a_further_cluster(
    kind: Kind, environment: str, cluster: str, rest: tuple[str, ...]
) -> None:
    assert not name(kind, f"{environment}.{cluster}", *rest).startswith(beginning(kind, environment))


def test_names_of_a_further_cluster_can_be_read() -> None:
    assert name("iam-role", "prod-eu.west", "orders", "ledger") == "prod-eu_west.orders.ledger"
    assert name("eks-cluster", "prod-eu.west") == "prod-eu__west"
    assert name("kms-alias", "prod-eu.west", "data") == "prod-eu_west/data"
    assert name("s3-bucket", "prod-eu.west", "logs") == "prodz0euz4west-logs"


def test_where_only_hyphens_part_a_name_the_environment_has_none() -> None:
    assert name("s3-bucket", "prod-eu", "orders", "media") == "prodz0eu-orders-media"
    assert beginning("s3-bucket", "prod-eu") == "prodz0eu-"
    assert beginning("iam-role", "prod-eu") == "prod-eu."


@pytest.mark.parametrize("environment", ["aws", "aws-sandbox", "ssm", "xn--x", "sthree"])
@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_what_aws_keeps_for_itself_is_no_beginning(kind: Kind, environment: str) -> None:
    assert re.fullmatch(DOCUMENTED[kind], name(kind, environment, "platform", "rabbitmq-admin"))


def test_names_can_be_read() -> None:
    assert name("iam-role", "prod-eu", "orders", "order-events") == "prod-eu.orders.order-events"
    assert name("sqs-queue", "prod", "orders", "placed", ending=".fifo") == "prod_orders_placed.fifo"
    assert name("logs-group", "prod", "vpc", "flow-log") == "prod/vpc/flow-log"
    assert name("rds-identifier", "prod", "orders", "ledger") == "prod-orders-ledger"


def test_an_ending_is_kept_whatever_is_cut() -> None:
    queue = name("sqs-queue", LONGEST, LONGEST, LONGEST, ending=".fifo")
    assert len(queue) == 80
    assert queue.endswith(".fifo")


def test_letters_that_differ_only_in_case_make_different_names() -> None:
    for kind, limit in LIMITS.items():
        pair = {name(kind, "prod", "OrderPlaced"), name(kind, "prod", "orderplaced")}
        assert len({each.lower() for each in pair} if limit.lower else pair) == 2


def test_no_secret_is_named_as_an_arn_ends() -> None:
    assert re.fullmatch(
        r"prod/orders/my-ledger-[0-9a-f]{8}", name("secretsmanager-secret", "prod", "orders", "my-ledger")
    )


@pytest.mark.parametrize("given", [(), ("prod", "")])
def test_something_without_a_name_cannot_be_named(given: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected parts to name a iam-role by"):
        name("iam-role", *given)


@pytest.mark.parametrize(
    "kind",
    [
        "cloudwatch-alarm",
        "codedeploy-application",
        "dynamodb-table",
        "ec2-launch-template",
        "ecr-repository",
        "eks-cluster",
        "elasticache-user",
        "events-rule",
        "iam-instance-profile",
        "iam-policy",
        "iam-role",
        "keyspaces-keyspace",
        "logs-group",
        "scheduler-schedule",
    ],
)
def test_limits_are_those_of_the_types_in_botocores_models(kind: Kind) -> None:
    service, shape = LIMITS[kind].source.split()
    metadata = botocore.session.get_session().get_service_model(service).shape_for(shape).metadata
    assert metadata.get("max", LIMITS[kind].longest) == LIMITS[kind].longest
    assert re.fullmatch(metadata.get("pattern", ".*"), name(kind, "prod", "orders", "order-events"))
