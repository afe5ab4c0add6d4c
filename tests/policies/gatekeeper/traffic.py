"""Our controls for the suites of the Gatekeeper library about traffic, names and permissions."""

from collections.abc import Mapping
from typing import Final

from tests.support.conformance import Suite

SUITES: Final[Mapping[str, Suite]] = {
    "general/block-endpoint-edit-default-role": Suite(("roles-cannot-change-endpoints",)),
    "general/disallowanonymous": Suite(
        ("bindings-not-of-anonymous", "bindings-not-of-everybody"),
        lambda parameters: {"allowedRoles": parameters.get("allowedRoles", [])},
    ),
}
