"""What examples of messaging cannot show: which queue is a dead-letter queue, and whose accounts are whose."""

from pavedroad.governance import Opaque, Resource, Rule, Verdict, judge
from policies.rules.aws.messaging.dead_letters import DEAD_LETTERS, DEAD_LETTERS_NAME_SOURCES
from policies.rules.aws.messaging.queues import MESSAGES_OVER_TLS, TOPICS_KEEP_ACCOUNTS_OUT
from tests.support.planned import planned, urn

QUEUE = "aws:sqs/queue:Queue"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"


def queue(name: str, *made_from: str, **properties: object) -> Resource:
    urns = tuple(urn(QUEUE, each) for each in made_from)
    return planned(QUEUE, name, made_from={"redrivePolicy": urns} if urns else None, **properties)


def verdicts(rule: Rule, *resources: Resource) -> dict[str, Verdict]:
    return {each.name: each.verdict for each in judge([rule], resources)}


def test_in_a_preview_a_queue_is_a_dead_letter_queue_where_another_one_is_made_from_it() -> None:
    dead, orders = queue("dead"), queue("orders", "dead", redrivePolicy=Opaque.UNKNOWN)
    assert verdicts(DEAD_LETTERS, dead, orders) == {"dead": Verdict.PASS, "orders": Verdict.PASS}
    assert verdicts(DEAD_LETTERS_NAME_SOURCES, dead, orders) == {
        "dead": Verdict.FAIL,
        "orders": Verdict.PASS,
    }


def test_where_nobody_knows_whose_letters_go_where_no_queue_is_judged_to_be_one() -> None:
    dead, orders = queue("dead"), queue("orders", redrivePolicy=Opaque.UNKNOWN)
    assert verdicts(DEAD_LETTERS, dead, orders)["dead"] is Verdict.NOT_EVALUATED
    assert verdicts(DEAD_LETTERS_NAME_SOURCES, dead, orders)["dead"] is Verdict.NOT_EVALUATED


def test_a_queue_without_a_policy_owes_its_policy_nothing() -> None:
    assert verdicts(MESSAGES_OVER_TLS, queue("orders")) == {"orders": Verdict.PASS}


def topic_policy(principal: object, resource: object, condition: object = None) -> Resource:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sns:Publish",
        "Resource": resource,
        "Condition": condition,
    }
    return planned(TOPIC_POLICY, "policy", policy={"Statement": statement})


def account_verdict(principal: object, resource: object, condition: object = None, *trusted: str) -> Verdict:
    rule = TOPICS_KEEP_ACCOUNTS_OUT.set_to({"trustedAccounts": list(trusted)})
    return verdicts(rule, topic_policy(principal, resource, condition))["policy"]


OWN = "arn:aws:sns:eu-west-1:111122223333:orders"
OTHER = {"AWS": "arn:aws:iam::999988887777:role/reader"}


def test_the_account_of_the_topic_itself_and_trusted_ones_are_let_in() -> None:
    assert account_verdict({"AWS": "111122223333"}, OWN) is Verdict.PASS
    assert account_verdict(OTHER, OWN) is Verdict.FAIL
    assert account_verdict(OTHER, OWN, None, "999988887777") is Verdict.PASS


def test_services_and_members_of_an_organisation_are_no_other_account() -> None:
    assert account_verdict({"Service": "s3.amazonaws.com"}, OWN) is Verdict.PASS
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1a2b3c4d5e"}}
    assert account_verdict(OTHER, OWN, condition) is Verdict.PASS


def test_an_account_is_not_judged_where_nothing_says_which_one_is_our_own() -> None:
    assert account_verdict(OTHER, "*") is Verdict.NOT_EVALUATED
    assert account_verdict(OTHER, Opaque.UNKNOWN) is Verdict.NOT_EVALUATED
    assert account_verdict(OTHER, "*", None, "111122223333") is Verdict.FAIL
