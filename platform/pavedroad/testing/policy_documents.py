"""IAM policies as the AWS provider gives them back: pure functions, which need no provider and no account.

One answers `aws.iam.get_policy_document`; the other writes a policy that a resource was given as an object as text.
The form of a document follows the data source `aws_iam_policy_document` of the AWS provider (its documentation, and
internal/service/iam/policy_document_data_source.go in hashicorp/terraform-provider-aws): a single value stands
without its list, several are in falling order, `&{` stands for `${`, and a statement replaces an earlier one that
has the same Sid.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pavedroad.testing.errors import RecordingError
from pavedroad.testing.values import UNKNOWN, PropertyMap, Secret

POLICY_DOCUMENT: Final = "aws:iam/getPolicyDocument:getPolicyDocument"
"""The function's token."""

_VERSION: Final = "2012-10-17"
_ANYBODY: Final = "*"
_LISTS: Final = {
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
}
_PRINCIPALS: Final = {"principals": "Principal", "notPrincipals": "NotPrincipal"}
_FIELDS: Final = (
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
)
"""A statement's fields, in the order in which the provider writes them."""


_GIVEN_AS_OBJECTS: Final = ("policy", "assumeRolePolicy", "accessPolicies", "policyDocument")
"""Inputs that may be an object or a text, while the output of the same name is always a text."""


def policies_as_text(type_: str, inputs: PropertyMap) -> PropertyMap:
    """Write the policies among ``inputs`` as the provider outputs them; nothing where none was given as an object.

    Args:
        type_: The type token of the resource.
        inputs: Its inputs.
    """
    if not type_.startswith("aws:"):
        return {}
    given = {name: inputs[name] for name in _GIVEN_AS_OBJECTS if name in inputs}
    return {name: _as_text(value) for name, value in given.items() if isinstance(_in_clear(value), dict)}


def _as_text(value: object) -> object:
    found: list[object] = []
    text = json.dumps(_in_clear(value), default=found.append)
    if found:
        return UNKNOWN
    return Secret(text) if _in_clear(value) != value else text


def policy_document(args: PropertyMap) -> PropertyMap:
    """Answer the function's call.

    Args:
        args: Its arguments; those that are secret are read in clear, for the caller marks the result.

    Returns:
        The arguments and `json`, `minifiedJson` and `id`.

    Raises:
        RecordingError: If the provider would refuse the arguments: a document that is not JSON, or a Sid that is
            used twice.
    """
    given: PropertyMap = _in_clear(args)
    document: dict[str, Any] = {"Version": "", "Id": "", "Statement": []}
    sources = _documents(given, "sourcePolicyDocuments")
    _require_own_sids(statement for source in sources for statement in source["Statement"])
    for source in sources:
        _merge(document, source)
    _merge(document, _own(given))
    for override in _documents(given, "overridePolicyDocuments"):
        _merge(document, override)
    present = {name: value for name, value in document.items() if value}
    text = json.dumps(present, indent=2)
    minified = json.dumps(present, separators=(",", ":"))
    return given | {"json": text, "minifiedJson": minified, "id": str(zlib.crc32(text.encode()))}


def _own(given: PropertyMap) -> dict[str, Any]:
    statements = [_statement(each) for each in given.get("statements") or []]
    _require_own_sids(statements)
    return {
        "Version": given.get("version") or _VERSION,
        "Id": given.get("policyId") or "",
        "Statement": statements,
    }


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"Sid": given.get("sid"), "Effect": given.get("effect") or "Allow"}
    for name, field in _LISTS.items():
        written[field] = _one_or_falling(_with_variables(given.get(name) or []))
    for name, field in _PRINCIPALS.items():
        written[field] = _who(given.get(name) or [])
    written["Condition"] = _conditions(given.get("conditions") or [])
    return {field: written[field] for field in _FIELDS if written[field]}


def _who(principals: Sequence[Mapping[str, Any]]) -> str | dict[str, str | list[str]]:
    by_type: dict[str, list[str]] = {}
    for each in principals:
        by_type.setdefault(each["type"], []).extend(_with_variables(each["identifiers"]))
    if by_type == {_ANYBODY: [_ANYBODY]}:
        return _ANYBODY
    return {type_: _one_or_falling(by_type[type_]) for type_ in sorted(by_type)}


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str | list[str]]]:
    by_test: dict[str, dict[str, list[str]]] = {}
    for each in conditions:
        values = by_test.setdefault(each["test"], {}).setdefault(each["variable"], [])
        values.extend(_with_variables(each["values"]))
    return {
        test: {name: _one_or_all(variables[name]) for name in sorted(variables)}
        for test, variables in sorted(by_test.items())
    }


def _with_variables(values: Iterable[str]) -> list[str]:
    return [value.replace("&{", "${") for value in values]


def _one_or_falling(values: list[str]) -> str | list[str]:
    return _one_or_all(sorted(set(values), reverse=True))


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _documents(given: PropertyMap, name: str) -> list[dict[str, Any]]:
    return [_parsed(text, f"{name}[{index}]") for index, text in enumerate(given.get(name) or []) if text]


def _parsed(text: str, place: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise RecordingError(f"{place} of {POLICY_DOCUMENT} is not a policy document in JSON")
    statements = read.get("Statement") or []
    return {
        "Version": read.get("Version") or "",
        "Id": read.get("Id") or "",
        "Statement": [statements] if isinstance(statements, dict) else statements,
    }


def _merge(document: dict[str, Any], added: Mapping[str, Any]) -> None:
    """Add statements, each in the place of an earlier one that has its Sid."""
    document["Id"] = added["Id"] or document["Id"]
    document["Version"] = max(added["Version"], document["Version"])
    statements = document["Statement"]
    places = {each["Sid"]: place for place, each in enumerate(statements) if each.get("Sid")}
    for statement in added["Statement"]:
        place = places.get(statement.get("Sid"))
        if place is None:
            statements.append(statement)
        else:
            statements[place] = statement


def _require_own_sids(statements: Iterable[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for sid in filter(None, (each.get("Sid") for each in statements)):
        if sid in seen:
            raise RecordingError(f"two statements of {POLICY_DOCUMENT} have the Sid {sid}")
        seen.add(sid)


def _in_clear(value: Any) -> Any:
    if isinstance(value, Secret):
        return _in_clear(value.value)
    if isinstance(value, dict):
        return {name: _in_clear(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_clear(item) for item in value]
    return value
