"""Passwords that AWS wants to be told when a resource is made, for services that cannot make one themselves."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.place import late

if TYPE_CHECKING:
    from components.aws.place import CloudPlace

LENGTH = 32
"""Bytes of randomness behind a password; its characters are letters, digits, ``-`` and ``_``."""


def declare_generated(place: CloudPlace, name: str, *, protect: bool) -> pulumi.Output[Any]:
    """Declare a parameter with a password that is made once, and return the password.

    The parameter is encrypted with the environment's key, and the state with the stack's. What a later run makes up
    is thrown away: the parameter's value is never changed from here, so that it can be rotated where it is kept.

    Args:
        place: Where it stands.
        name: Name of the parameter.
        protect: Whether the engine refuses to delete or replace it.
    """
    parameter = place.declare(
        "aws:ssm/parameter:Parameter",
        name,
        {
            "name": name,
            "type": "SecureString",
            "keyId": place.cloud.key("secrets"),
            "value": pulumi.Output.secret(secrets.token_urlsafe(LENGTH)),
        },
        protect=protect,
        ignore=("value",),
    )
    return pulumi.Output.secret(late(parameter, "value"))
