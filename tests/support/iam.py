"""Policies, callers and requests of small cases of IAM."""

from typing import Any

from pavedroad.access.iam import Caller, Document, Policies, Request, decide

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pavedroad/orders"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/session"
USER = f"arn:aws:iam::{ACCOUNT}:user/ada"
FOREIGN_ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/guest"
QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/0f1e"
SEND = "sqs:SendMessage"
VERSION = "2012-10-17"

Json = dict[str, Any]


def allow(action: Any = SEND, resource: Any = "*", **elements: Any) -> Json:
    """A statement of an identity's policy that allows; further elements by their names."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: Any = SEND, resource: Any = "*", **elements: Any) -> Json:
    """A statement of an identity's policy that denies; further elements by their names."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **elements}


def to(principal: Any, statement: Json) -> Json:
    """A statement of a resource's policy: one with a principal."""
    return {**statement, "Principal": principal}


def policy(*statements: Json) -> Document:
    """A policy of an identity."""
    return Document.identity({"Version": VERSION, "Statement": list(statements)})


def on_resource(*statements: Json) -> Document:
    """A policy of a resource."""
    return Document.resource({"Version": VERSION, "Statement": list(statements)})


def ask(
    *identity: Json,
    caller: Caller | None = None,
    action: str = SEND,
    resource: str = QUEUE,
    keys: dict[str, str | tuple[str, ...]] | None = None,
    on: tuple[Json, ...] = (),
    **limits: Any,
) -> bool:
    """Whether a role may do something, by statements of its policy and ``on`` the resource's."""
    request = Request(
        caller=caller or Caller.role(ROLE),
        action=action,
        resource=resource,
        resource_account=ACCOUNT,
        keys=keys or {},
    )
    policies = Policies(
        identity=(policy(*identity),) if identity else (),
        resource=(on_resource(*on),) if on else (),
        **limits,
    )
    return decide(request, policies).allowed
