"""What the engine says of protected resources, in words that lead on."""

import re
from typing import Final

_REFUSED: Final = re.compile(
    r"""(?P<deed>resource|replace\ resource)\s+"(?P<urn>urn:pulumi:[^"]+)"\s+
        (?:cannot\ be\ deleted\s+because\ it\ is\ protected|as\ it\ is\ currently\ marked\ for\ protection)""",
    re.VERBOSE,
)
"""The engine's refusals (pulumi 3.259: pkg/resource/deploy/step_generator.go)."""


def explained(reason: str) -> str:
    """Return an error of the engine; a refusal to touch what is protected says what to do where it is meant."""
    found = _REFUSED.search(" ".join(reason.split()))
    if found is None:
        return reason
    *_, chain, name = found["urn"].split("::", 3)
    deed = "deleted" if found["deed"] == "resource" else "replaced"
    return (
        f"{name} ({chain.rpartition('$')[2]}) would be {deed}, and it is protected because it holds data; "
        "if that is meant and it is a store, write `discard: true` at it in its team's descriptor, bring that up, and "
        "come back with this change"
    )
