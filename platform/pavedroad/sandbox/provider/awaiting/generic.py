"""Waiting that the user asked for: `pulumi.com/waitFor`, and readiness of any kind.

`waitFor` holds `condition=Type[=Status]` or `jsonpath={.path}[=value]`, or a JSON list of them, all of which
must hold. Source: `ReadyCondition` in `provider/pkg/metadata/overrides.go` of pulumi/pulumi-kubernetes.
"""

import json
import re
from typing import Any

from pavedroad.sandbox.provider.awaiting.verdict import (
    READY,
    Judge,
    Verdict,
    View,
    condition,
    described,
    failed,
    is_observed,
    pending,
    status_of,
)
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Manifest

_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+|\*)\]|\['([^']+)'\]")
_FILTER = re.compile(r"""\[\?\(@\.([A-Za-z0-9_.-]+)\s*==\s*["']([^"']*)["']\)\]""")


def wait_for(expression: str) -> Judge:
    """Read the annotation `pulumi.com/waitFor`.

    Raises:
        ProviderError: It is neither a condition nor a path, nor a list of those.
    """
    judges = [_judge(part) for part in _parts(expression)]

    def all_of(live: Manifest, view: View) -> Verdict:
        verdicts = (judge(live, view) for judge in judges)
        return next((verdict for verdict in verdicts if not verdict.ready), READY)

    return all_of


def ready(live: Manifest, _view: View) -> Verdict:
    """Judge any kind by the usual conditions: Stalled, Reconciling, Ready, and the observed generation."""
    if "observedGeneration" in status_of(live) and not is_observed(live):
        return pending("the controller has not seen the change yet")
    stalled = condition(live, "Stalled")
    if stalled.get("status") == "True":
        return failed(described(stalled))
    for kind, unwanted in (("Reconciling", "True"), ("Ready", "False"), ("Ready", "Unknown")):
        found = condition(live, kind)
        if found.get("status") == unwanted:
            return pending(described(found))
    return READY


def _parts(expression: str) -> list[str]:
    try:
        parsed = json.loads(expression)
    except ValueError:
        return [expression]
    if not isinstance(parsed, list) or not parsed:
        raise ProviderError(
            f"pulumi.com/waitFor: at least one condition must be specified, got {expression!r}"
        )
    return [str(part) for part in parsed]


def _judge(expression: str) -> Judge:
    kind, _, rest = expression.partition("=")
    match kind:
        case "condition" if rest:
            return _condition_judge(rest)
        case "jsonpath" if rest:
            return _path_judge(rest)
    raise ProviderError(
        f'pulumi.com/waitFor: expected a "jsonpath=" or "condition=" prefix, got {expression!r}'
    )


def _condition_judge(text: str) -> Judge:
    kind, _, wanted = text.partition("=")

    def judge(live: Manifest, _view: View) -> Verdict:
        found = condition(live, kind).get("status", "absent")
        met = found.lower() == (wanted or "True").lower()
        return READY if met else pending(f"condition {kind} is {found}, awaited is {wanted or 'True'}")

    return judge


def _path_judge(text: str) -> Judge:
    path, equals, wanted = text.partition("}=") if "}=" in text else (text, "", "")
    inner = path.strip().removeprefix("{").removesuffix("}")
    steps = _steps(inner)

    def judge(live: Manifest, _view: View) -> Verdict:
        found = _values(live, steps)
        if equals:
            met = bool(found) and all(_text(value) == wanted.strip("'\"") for value in found)
        else:
            met = bool(found)
        return READY if met else pending(f"{inner} is {', '.join(map(_text, found)) or 'absent'}")

    return judge


def _steps(path: str) -> list[tuple[str, str]]:
    """Take a path apart into names, indices and filters (`[?(@.type=="Ready")]`)."""
    steps: list[tuple[str, str]] = []
    rest = path if path.startswith((".", "[")) else f".{path}"
    while rest:
        if (found := _FILTER.match(rest)) is not None:
            steps.append((found[1], found[2]))
        elif (found := _STEP.match(rest)) is not None:
            steps.append(("", found[1] or found[2] or found[3]))
        else:
            raise ProviderError(f"pulumi.com/waitFor: {path!r} is not a path this provider reads")
        rest = rest[found.end() :]
    return steps


def _values(root: Any, steps: list[tuple[str, str]]) -> list[Any]:
    values = [root]
    for field, wanted in steps:
        values = [found for value in values for found in _step(value, field, wanted)]
    return values


def _step(value: Any, field: str, wanted: str) -> list[Any]:
    if field:
        items = value if isinstance(value, list) else []
        return [item for item in items if isinstance(item, dict) and _text(item.get(field)) == wanted]
    if isinstance(value, list):
        if wanted == "*":
            return value
        return [value[int(wanted)]] if wanted.isdecimal() and int(wanted) < len(value) else []
    return [value[wanted]] if isinstance(value, dict) and wanted in value else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
