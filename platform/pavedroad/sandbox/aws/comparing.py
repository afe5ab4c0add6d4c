"""Check and diff: what a program may say of a resource, and what its changes mean.

A property counts as changed where the new inputs differ from what is recorded in the outputs, cut down to what was
declared: so a change behind the engine's back shows, and what AWS filled in does not.
"""

import hashlib
import secrets
from typing import Any, Final

from pavedroad.sandbox.aws.calls import Caller, mapped_inputs
from pavedroad.sandbox.aws.expressions import evaluated
from pavedroad.sandbox.aws.lifecycle import Values
from pavedroad.sandbox.aws.schema import faults
from pavedroad.sandbox.aws.settling import same
from pavedroad.sandbox.aws.table import ResourceType
from pavedroad.sandbox.provider.comparing import Comparison
from pavedroad.sandbox.provider.diff import Difference, differences, pruned
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Properties, Secret, has_unknown

AUTOMATIC: Final = "__defaults"
"""The input that names the properties that the provider made up, as in pulumi-aws."""

_HEX_DIGITS: Final = 7


def revealed(value: Any) -> Any:
    """Give a property map, or a value, with its secrets in clear."""
    match value:
        case Secret(element):
            return revealed(element)
        case dict():
            return {key: revealed(item) for key, item in value.items()}
        case list():
            return [revealed(item) for item in value]
    return value


def checked(caller: Caller, news: Properties, olds: Properties, logical_name: str, seed: bytes) -> Properties:
    """Complete the inputs of a resource.

    Raises:
        ProviderError: They cannot be served; all that is wrong with them is in the text.
    """
    kind = caller.kind
    inputs = {key: value for key, value in news.items() if value is not None and key != AUTOMATIC}
    wrong = faults(caller.schema, inputs)
    mapped = mapped_inputs(caller)
    wrong += [
        f"the sandbox's AWS provider does not map the property {name!r}"
        for name in inputs
        if name in caller.schema.inputs and name not in mapped
    ]
    name = kind.auto_name
    if name and name not in inputs:
        wrong = [fault for fault in wrong if fault != f"missing required property {name!r}"]
        inputs |= {name: _made_up(kind, inputs, olds, logical_name, seed), AUTOMATIC: [name]}
    if wrong:
        raise ProviderError(f"{kind.token}: " + "; ".join(wrong))
    return inputs


def _made_up(kind: ResourceType, inputs: Properties, olds: Properties, logical_name: str, seed: bytes) -> Any:
    """Make up a name, or keep the one that was made up before."""
    if kind.auto_name in (olds.get(AUTOMATIC) or []) and kind.auto_name in olds:
        return olds[kind.auto_name]
    prefix = inputs.get(f"{kind.auto_name}Prefix")
    start = prefix if isinstance(prefix, str) else f"{logical_name}-"
    digits = hashlib.sha512(seed).hexdigest() if seed else secrets.token_hex(_HEX_DIGITS)
    suffix = evaluated(kind.auto_suffix, revealed(inputs)) if kind.auto_suffix else ""
    return f"{start}{digits[:_HEX_DIGITS]}{suffix or ''}"


def compared(
    caller: Caller, olds: Properties, old_inputs: Properties, news: Properties, ignored: tuple[str, ...] = ()
) -> Comparison:
    """Compare a resource as it is recorded with its checked new inputs."""
    kind = caller.kind
    state, before, new = revealed(olds), _given(old_inputs), _given(news)
    old = {
        name: pruned(state.get(name, before.get(name)), before.get(name, new.get(name)))
        for name in before.keys() | (new.keys() & state.keys())
    }
    for name in old.keys() & new.keys():
        if not has_unknown(new[name]) and same(caller.schema.inputs.get(name, "any"), new[name], old[name]):
            old[name] = new[name]
    forced = (*kind.replaces, *kind.may_replace, "region")
    hidden = {path.partition(".")[0].partition("[")[0] for path in ignored}
    found = tuple(
        each
        for each in differences(old, new, forced)
        if each.path[0] not in hidden and each.path != ("tagsAll",)
    )
    replaces = tuple(each.key for each in found if each.replaces)
    return Comparison(found, replaces, bool(replaces) and _keeps_name(kind, old_inputs, news))


def changed_properties(found: tuple[Difference, ...]) -> set[str]:
    """Name the properties that differ, at the top."""
    return {str(each.path[0]) for each in found}


def _given(inputs: Properties) -> Values:
    return {key: value for key, value in revealed(inputs).items() if not key.startswith("__")}


def _keeps_name(kind: ResourceType, old_inputs: Properties, news: Properties) -> bool:
    """Tell whether old and new share a name that the program chose, so that they cannot be there at once."""
    if not kind.auto_name:
        return True
    chosen = kind.auto_name not in (news.get(AUTOMATIC) or [])
    return chosen and revealed(news.get(kind.auto_name)) == revealed(old_inputs.get(kind.auto_name))
