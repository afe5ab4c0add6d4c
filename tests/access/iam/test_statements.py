"""Actions, resources and variables: on which requests a statement has a say."""

import pytest

from pavedroad.access.iam import Caller
from tests.support.iam import ACCOUNT, QUEUE, ROLE, SEND, USER, allow, ask, deny

ACTIONS = [
    ("the very action", SEND, SEND, True),
    ("the case of actions does not matter", "SQS:sendmessage", SEND, True),
    ("another action", "sqs:ReceiveMessage", SEND, False),
    ("the same action of another service", "sns:SendMessage", SEND, False),
    ("every action", "*", SEND, True),
    ("every action of the service", "sqs:*", SEND, True),
    ("every action of another service", "sns:*", SEND, False),
    ("actions that begin alike", "sqs:Send*", SEND, True),
    ("actions that end alike", "sqs:*Message", SEND, True),
    ("a star stands for nothing, too", "sqs:SendMessage*", SEND, True),
    ("a question mark stands for one character", "sqs:SendMessag?", SEND, True),
    ("a question mark does not stand for none", "sqs:SendMessage?", SEND, False),
    ("a full stop is no wildcard", "sqs:SendMessag.", SEND, False),
    ("one of several", ["sns:Publish", SEND], SEND, True),
    ("none of several", ["sns:Publish", "sqs:ReceiveMessage"], SEND, False),
]


@pytest.mark.parametrize(
    ("written", "asked", "allowed"), [row[1:] for row in ACTIONS], ids=[row[0] for row in ACTIONS]
)
def test_an_action_fits(written: object, asked: str, *, allowed: bool) -> None:
    assert ask(allow(written), action=asked) is allowed


OBJECT = "arn:aws:s3:::carts/2026/cart.json"
LOG_STREAM = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/orders:log-stream:1"
RESOURCES = [
    ("the very resource", QUEUE, QUEUE, True),
    ("case of a resource matters", QUEUE.replace("orders", "Orders"), QUEUE, False),
    ("everything", "*", QUEUE, True),
    ("names that begin alike", QUEUE.replace("orders", "ord*"), QUEUE, True),
    ("names that begin alike do not end alike", QUEUE, QUEUE + "-old", False),
    ("a star in a name goes over slashes", "arn:aws:s3:::carts/*", OBJECT, True),
    ("a bucket is not its objects", "arn:aws:s3:::carts", OBJECT, False),
    ("objects are not their bucket", "arn:aws:s3:::carts/*", "arn:aws:s3:::carts", False),
    ("a star for the region", f"arn:aws:sqs:*:{ACCOUNT}:orders", QUEUE, True),
    ("a star within a segment stays there", "arn:aws:sqs:eu*l-1:orders", QUEUE, False),
    ("a star that ends a segment goes over colons", "arn:aws:sqs:*:orders", QUEUE, True),
    ("a star that ends the text goes over colons", "arn:aws:sqs:*", QUEUE, True),
    ("a star of the name goes over colons there", "arn:aws:logs:*:*:log-group:/ord*:*", LOG_STREAM, True),
    ("a question mark is no colon before the name", QUEUE.replace(":orders", "?orders"), QUEUE, False),
    ("a question mark in a name", QUEUE.replace("orders", "order?"), QUEUE, True),
    ("one of several", [OBJECT, QUEUE], QUEUE, True),
    ("what is called on no resource needs a star", QUEUE, "*", False),
    ("a star is what is called on no resource", "*", "*", True),
    ("a secret with the random end of its name", "arn:aws:s3:::db-??????", "arn:aws:s3:::db-a1B2c3", True),
    ("another secret whose name is longer", "arn:aws:s3:::db-??????", "arn:aws:s3:::db-old-a1B2c3", False),
]


@pytest.mark.parametrize(
    ("written", "asked", "allowed"), [row[1:] for row in RESOURCES], ids=[row[0] for row in RESOURCES]
)
def test_a_resource_fits(written: object, asked: str, *, allowed: bool) -> None:
    assert ask(allow(resource=written), resource=asked) is allowed


def test_not_action_allows_all_others() -> None:
    spare = {"Effect": "Allow", "NotAction": ["iam:*", "sqs:Delete*"], "Resource": "*"}
    assert ask(spare, action="sqs:SendMessage")
    assert not ask(spare, action="sqs:DeleteQueue")
    assert not ask(spare, action="iam:PassRole")


def test_not_action_of_a_denial_denies_all_others() -> None:
    only = {"Effect": "Deny", "NotAction": SEND, "Resource": "*"}
    assert ask(allow("sqs:*"), only, action=SEND)
    assert not ask(allow("sqs:*"), only, action="sqs:ReceiveMessage")


def test_not_resource_is_about_all_others() -> None:
    spare = {"Effect": "Allow", "Action": SEND, "NotResource": QUEUE}
    assert not ask(spare, resource=QUEUE)
    assert ask(spare, resource=QUEUE + "-old")


def test_not_resource_of_a_denial_denies_everything_else() -> None:
    only = {"Effect": "Deny", "Action": "sqs:*", "NotResource": QUEUE}
    assert ask(allow("*"), only, resource=QUEUE)
    assert not ask(allow("*"), only, resource=QUEUE + "-old")


def test_action_and_resource_have_to_fit_the_same_statement() -> None:
    assert not ask(allow(SEND, QUEUE + "-old"), allow("sqs:ReceiveMessage", QUEUE))


TEAM_QUEUE = QUEUE.replace("orders", "${aws:PrincipalTag/team}-orders")
SALES = Caller.role(ROLE, tags={"team": "sales"})
WILD = Caller.role(ROLE, tags={"team": "*"})
VARIABLES = [
    ("a tag of the caller", TEAM_QUEUE, SALES, "sales-orders", True),
    ("a tag with another value", TEAM_QUEUE, SALES, "stock-orders", False),
    (
        "names of keys have no case",
        TEAM_QUEUE.replace("aws:PrincipalTag", "AWS:principaltag"),
        SALES,
        "sales-orders",
        True,
    ),
    ("a tag that the caller does not have", TEAM_QUEUE, Caller.role(ROLE), "sales-orders", False),
    (
        "a default in place of a tag",
        TEAM_QUEUE.replace("team}", "team, 'all'}"),
        Caller.role(ROLE),
        "all-orders",
        True,
    ),
    ("a tag before a default", TEAM_QUEUE.replace("team}", "team, 'all'}"), SALES, "all-orders", False),
    ("a star in a tag is a star", TEAM_QUEUE, WILD, "sales-orders", False),
    ("a star in a tag fits itself", TEAM_QUEUE, WILD, "*-orders", True),
    ("a user's name", QUEUE.replace("orders", "${aws:username}"), Caller.user(USER), "ada", True),
    ("a role has no user name", QUEUE.replace("orders", "${aws:username}"), SALES, "ada", False),
    ("a star that is meant", QUEUE.replace("orders", "${*}"), SALES, "*", True),
    ("a star that is meant is no wildcard", QUEUE.replace("orders", "${*}"), SALES, "orders", False),
    ("a dollar that is meant", QUEUE.replace("orders", "${$}"), SALES, "$", True),
]


@pytest.mark.parametrize(
    ("written", "caller", "name", "allowed"),
    [row[1:] for row in VARIABLES],
    ids=[row[0] for row in VARIABLES],
)
def test_a_variable_stands_for(written: str, caller: Caller, name: str, *, allowed: bool) -> None:
    assert ask(allow(resource=written), caller=caller, resource=QUEUE.replace("orders", name)) is allowed


def test_a_variable_that_nothing_fills_makes_not_resource_fit_nothing() -> None:
    spare = {"Effect": "Allow", "Action": SEND, "NotResource": TEAM_QUEUE}
    assert not ask(spare)
    assert ask(spare, caller=SALES)


def test_a_denial_outdoes_what_allows() -> None:
    assert not ask(allow("*"), deny(SEND))
