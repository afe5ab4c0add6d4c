"""Holding what AWS says against what was declared: what means the same keeps the program's own spelling.

AWS reorders sets, spells documents its own way, fills in defaults and gives names as ARNs; none of that is drift.
"""

import json
from typing import Any

from pavedroad.sandbox.aws.schema import ANY_KEY, Spec, is_map, members_of

_EMPTY: tuple[Any, ...] = (None, "", [], {}, False, 0)


def settled(spec: Spec, declared: Any, live: Any) -> Any:
    """Give the declared value where the live one means the same, else the live one; what AWS adds is kept."""
    if isinstance(spec, dict) and not is_map(spec) and isinstance(declared, dict) and isinstance(live, dict):
        members = members_of(spec)
        return {**live, **{key: settled(members[key], declared[key], live.get(key)) for key in declared}}
    return declared if same(spec, declared, live) else live


def same(spec: Spec, declared: Any, live: Any) -> bool:
    """Tell whether a live value is what was declared."""
    if isinstance(spec, list) and isinstance(declared, list):
        return _same_items(spec[0], declared, live if isinstance(live, list) else [])
    if isinstance(spec, dict) and isinstance(declared, dict):
        return _same_keys(spec, declared, live if isinstance(live, dict) else {})
    if declared in _EMPTY and live in _EMPTY:
        return True
    return _same_scalar(declared, live)


def _same_items(spec: Spec, declared: list[Any], live: list[Any]) -> bool:
    rest = list(live)
    for item in declared:
        match = next((other for other in rest if same(spec, item, other)), None)
        if match is None:
            return False
        rest.remove(match)
    return not rest


def _same_keys(spec: Spec, declared: dict[str, Any], live: dict[str, Any]) -> bool:
    if is_map(spec):
        return declared.keys() == live.keys() and all(
            same(spec[ANY_KEY], value, live[key]) for key, value in declared.items()
        )
    members = members_of(spec)
    return all(same(members[key], value, live.get(key)) for key, value in declared.items() if key in members)


def _same_scalar(declared: Any, live: Any) -> bool:
    if declared == live and isinstance(declared, bool) == isinstance(live, bool):
        return True
    one, other = _text(declared), _text(live)
    if one == other:
        return True
    document, found = _document(one), _document(other)
    if document is not None and found is not None:
        return bool(document == found)
    return _is_arn_of(one, other) or _is_arn_of(other, one)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _document(text: str) -> Any:
    """Read a JSON document, with lists of one and single values alike, as IAM has them."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return _canonical(json.loads(text))
    except ValueError:
        return None


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        items = sorted(
            (_canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True)
        )
        return items[0] if len(items) == 1 else items
    return value


def _is_arn_of(arn: str, name: str) -> bool:
    return bool(name) and arn.startswith("arn:") and arn.endswith((f"/{name}", f":{name}"))
