"""Values that a filter lets pass, as SNS and Lambda spell them alike.

Sources: SNS developer guide, «Subscription filter policies»; Lambda developer guide, «Control which events Lambda
sends to your function».
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pavedroad.descriptor.filters import PatternSpec


def pattern(value: str | PatternSpec) -> object:
    """Return a text, or a pattern of texts, as a filter has it."""
    if isinstance(value, str):
        return value
    if value.prefix is not None:
        return {"prefix": value.prefix}
    if value.exists is not None:
        return {"exists": value.exists}
    return {"anything-but": list(value.anything_but)}
