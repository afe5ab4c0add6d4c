"""What teams promise to their callers: contracts of APIs, as OpenAPI 3 documents.

A document is read as its publisher's specification says (OpenAPI 3.1.1): an operation's own `security` stands over
the document's, an empty requirement lets everybody in, and `$ref` within the document is followed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Opaque,
    Properties,
    Reading,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import NO, YES, truth
from policies.rules.intent.promises import METHODS, Comparison, shown
from policies.rules.intent.shapes import Place, duty, in_descriptor

API: Final = "pavedroad:intent:Api"
_TYPES: Final = frozenset({API})
_VERSION: Final = re.compile(r"v?\d+(\.\d+){1,2}([-+][0-9A-Za-z.+-]+)?")
_MAJOR: Final = re.compile(r"v?(\d+)")
_LOCAL: Final = "#/"
_MOST_HOPS: Final = 16


class OpenPaths(Settings):
    """Which paths are open on purpose."""

    open_paths: tuple[str, ...] = setting((), "Paths whose operations everyone may use, as `/health`.")


def _operations(api: Resource) -> Iterator[tuple[Place, str, Properties]]:
    """Yield place, path and definition of every operation of the contract."""
    document = api.properties.at("contract")
    for path, item in document.entries("paths"):
        for method, operation in _resolved(document, item).entries():
            if method in (*METHODS, UNREADABLE):
                yield ("contract", "paths", path, method), path, operation


def _resolved(document: Properties, part: Properties) -> Properties:
    """Follow references within the document; one that leads elsewhere leads to what is not known."""
    for _ in range(_MOST_HOPS):
        reference = part.at("$ref").value
        if reference is None:
            break
        if not isinstance(reference, str) or not reference.startswith(_LOCAL):
            return Properties(Opaque.UNKNOWN, part.path)
        part = document
        for step in reference.removeprefix(_LOCAL).split("/"):
            part = part.entry(step.replace("~1", "/").replace("~0", "~"))
    return part


def _versioned(api: Resource) -> Iterator[Duty]:
    version = api.properties.text("contract.info.version")
    met = version.satisfies(lambda text: _VERSION.fullmatch(text) is not None)
    yield duty(api, ("contract", "info", "version"), met, f"{version.path} must be a version such as 1.4.0")


def _owned(api: Resource) -> Iterator[Duty]:
    contact = api.properties.at("contract.info.contact")
    named = any_of(contact.text("email").present(), contact.text("url").present())
    yield duty(api, ("contract", "info", "contact"), named, f"{contact.path} must name email or url")


def _authenticated(settings: OpenPaths) -> Callable[[Resource], Iterator[Duty]]:
    def check(api: Resource) -> Iterator[Duty]:
        document = api.properties.at("contract")
        for place, path, operation in _operations(api):
            if path not in settings.open_paths:
                demand = f"{operation.path} must have a security scheme that components define"
                yield duty(api, place, _secured(document, operation), demand)

    return check


def _secured(document: Properties, operation: Properties) -> Truth:
    """Whether every alternative by which an operation may be used names schemes that are defined."""
    own = operation.at("security")
    alternatives = (document.at("security") if own.value is None else own).items()
    if not alternatives:
        return NO
    return all_of(*(_named_schemes(document, each) for each in alternatives))


def _named_schemes(document: Properties, alternative: Properties) -> Truth:
    names = alternative.entries()
    defined = document.at("components.securitySchemes")
    return all_of(
        truth(holds=bool(names)),
        *(
            value.anything().satisfies(lambda _: False)
            if name == UNREADABLE
            else defined.entry(name).anything().present()
            for name, value in names
        ),
    )


def _errors_described(api: Resource) -> Iterator[Duty]:
    document = api.properties.at("contract")
    for place, _, operation in _operations(api):
        errors = (
            _with_schema(_resolved(document, response))
            for code, response in operation.entries("responses")
            if code[:1] in ("4", "5") or code in ("default", UNREADABLE)
        )
        demand = f"{operation.path}.responses must describe the content of an error"
        yield duty(api, (*place, "responses"), any_of(*errors), demand)


def _with_schema(response: Properties) -> Truth:
    return any_of(*(content.at("schema").anything().present() for _, content in response.entries("content")))


def _named(api: Resource) -> Iterator[Duty]:
    """Demand that every operation has a name of its own."""
    operations = [(place, operation.text("operationId")) for place, _, operation in _operations(api)]
    seen: set[str] = set()
    for place, name in operations:
        met = name.satisfies(lambda text: text not in seen)  # noqa: B023 - asked before the next turn
        yield duty(api, (*place, "operationId"), met, f"{name.path} must be a name of its own")
        seen |= {name.value} if name.value else set()


def _kept(api: Resource) -> Iterator[Duty]:
    published, contract = api.properties.at("published"), api.properties.at("contract")
    if published.value is None:
        return
    comparison = Comparison()
    comparison.documents(published.value, contract.value)
    newer = _next_major(published.text("info.version"), contract.text("info.version"))
    for place, demand in comparison.broken.items():
        path = "contract" + "".join(shown(place))
        yield duty(api, ("contract", *place), any_of(newer, NO), f"{path} {demand}, as published")
    hazy = tuple("contract" + "".join(shown(place)) for place in comparison.unknown)
    if hazy:
        yield duty(
            api, ("contract",), any_of(newer, Truth(None, hazy)), "contract must keep what is published"
        )


def _next_major(old: Reading[str], new: Reading[str]) -> Truth:
    """Whether the contract is of a later major version than the published one."""
    for version in (old, new):
        if version.value is None:
            return version.satisfies(lambda _: False)
    before, after = _MAJOR.match(old.value or ""), _MAJOR.match(new.value or "")
    return YES if before and after and int(after[1]) > int(before[1]) else NO


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        Control(
            identifier="api-contracts-versioned",
            sentence="Every contract of an API says which version it is.",
            why="Callers cannot tell what changed, or which contract they were written for.",
            severity=Severity.MEDIUM,
            resource_types=_TYPES,
            fix=in_descriptor("set `info.version` of the OpenAPI document to major.minor.patch"),
            rows=(276,),
        ),
        _versioned,
    ),
    ResourceRule(
        Control(
            identifier="api-contracts-owned",
            sentence="Every contract of an API says whom to ask about it.",
            why="Callers from other teams look into the contract, not into the descriptor.",
            severity=Severity.LOW,
            resource_types=_TYPES,
            fix=in_descriptor("set `info.contact.email` or `info.contact.url` of the OpenAPI document"),
            rows=(276,),
        ),
        _owned,
    ),
    ResourceRule.settable(
        Control(
            identifier="api-operations-authenticated",
            sentence="Every operation of an API says how it knows who asks.",
            why="What is open by oversight is found by those who look for it.",
            severity=Severity.HIGH,
            resource_types=_TYPES,
            fix=in_descriptor(
                "define a scheme under `components.securitySchemes` of the OpenAPI document, and name it in `security`"
            ),
            rows=(276,),
        ),
        OpenPaths(),
        _authenticated,
    ),
    ResourceRule(
        Control(
            identifier="api-errors-described",
            sentence="Every operation of an API says what its errors look like.",
            why="Callers guess, and treat a refused request and a broken server alike.",
            severity=Severity.MEDIUM,
            resource_types=_TYPES,
            fix=in_descriptor("give each operation a 4XX, 5XX or default response with a schema (RFC 9457)"),
            rows=(276,),
        ),
        _errors_described,
    ),
    ResourceRule(
        Control(
            identifier="api-operations-named",
            sentence="Every operation of an API has a name of its own.",
            why="Clients that are made from the contract call their functions by these names.",
            severity=Severity.LOW,
            resource_types=_TYPES,
            fix=in_descriptor("give each operation of the OpenAPI document an `operationId`, each another"),
            rows=(276,),
        ),
        _named,
    ),
    ResourceRule(
        Control(
            identifier="api-promises-kept",
            sentence="A contract keeps what its published version promises, until the major version changes.",
            why="Callers that were right yesterday fail, and hear of it from their users.",
            severity=Severity.HIGH,
            resource_types=_TYPES,
            fix=in_descriptor(
                "keep what was there beside the new, or raise the major version in `info.version`"
            ),
            rows=(276,),
        ),
        _kept,
    ),
)
