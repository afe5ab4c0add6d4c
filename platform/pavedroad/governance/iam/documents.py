"""Reading IAM policy documents, in each form that people give them.

A document is JSON text, the same as an object, or the arguments of
`aws:iam/getPolicyDocument:getPolicyDocument`. Names of elements are read in any case, and a single value counts as a
list of one.
"""

from collections.abc import Iterator, Mapping

from pavedroad.governance.iam.statements import AWS, Condition, Principal, Statement
from pavedroad.governance.properties import Properties, Reading, State


def statements(document: Properties) -> tuple[Statement, ...]:
    """Read a policy document: none where there is none, one of which nothing is known where it cannot be read."""
    whole = document.document()
    if whole.value is None:
        return ()
    return tuple(map(_statement, _Fields(whole).at("statement", "statements").one_or_many()))


def _statement(part: Properties) -> Statement:
    fields = _Fields(part)
    actions, besides = fields.either(("action", "actions"), ("notaction", "notactions"))
    resources, spares_resources = fields.either(("resource", "resources"), ("notresource", "notresources"))
    principals, spares_principals = fields.either(
        ("principal", "principals"), ("notprincipal", "notprincipals")
    )
    return Statement(
        part=part,
        denies=fields.at("effect").text().satisfies(lambda effect: effect.lower() == "deny"),
        actions=_texts(actions),
        besides=besides,
        resources=_texts(resources),
        spares_resources=spares_resources,
        principals=tuple(_principals(principals)),
        spares_principals=spares_principals,
        conditions=tuple(_conditions(fields.at("condition", "conditions"))),
    )


class _Fields:
    """The fields of a mapping, by names in lower case."""

    def __init__(self, part: Properties) -> None:
        self._part = part
        named = part.value.keys() if isinstance(part.value, Mapping) else ()
        self._spelled = {str(name).lower(): str(name) for name in named}

    def at(self, *names: str) -> Properties:
        """Go to the field that has one of ``names``."""
        spelled = next((self._spelled[name] for name in names if name in self._spelled), names[0])
        return self._part.entry(spelled)

    def either(self, names: tuple[str, ...], inverse: tuple[str, ...]) -> tuple[Properties, bool]:
        """Go to a field, or to its inverse where only that is there, and say whether it is the inverse."""
        straight, inverted = self.at(*names), self.at(*inverse)
        only_inverse = straight.value is None and inverted.value is not None
        return (inverted if only_inverse else straight), only_inverse


def _texts(part: Properties) -> tuple[Reading[str], ...]:
    if isinstance(part.value, bool | int | float):
        return (_scalar(part),)
    return tuple(_scalar(each) for each in part.one_or_many())


def _scalar(part: Properties) -> Reading[str]:
    """Read a text, which people also write as a boolean or a number."""
    if isinstance(part.value, bool):
        return _known(part, str(part.value).lower())
    return _known(part, f"{part.value:g}") if isinstance(part.value, int | float) else part.text()


def _known(part: Properties, text: str) -> Reading[str]:
    return Reading(part.path, State.PRESENT, text)


def _names(part: Properties) -> Iterator[tuple[Reading[str], Properties]]:
    """List a mapping's names and parts; one that cannot be read has a single name, as little known as the rest."""
    if isinstance(part.value, Mapping):
        yield from ((_known(each, name), each) for name, each in part.entries())
    elif part.value is not None:
        yield part.text() if not isinstance(part.value, str) else Reading(part.path, State.MALFORMED), part


def _principals(part: Properties) -> Iterator[Principal]:
    for each in part.one_or_many():
        listed = _Fields(each)
        if isinstance(each.value, str):
            yield Principal(_known(each, AWS), each.text())
        elif listed.at("identifiers").value is not None and isinstance(each.value, Mapping):
            type_ = listed.at("type").text()
            yield from (Principal(type_, name) for name in _texts(listed.at("identifiers")))
        else:
            yield from (Principal(type_, name) for type_, names in _names(each) for name in _texts(names))


def _conditions(part: Properties) -> Iterator[Condition]:
    for each in part.one_or_many():
        listed = _Fields(each)
        if isinstance(each.value, Mapping) and listed.at("test").value is not None:
            yield Condition(
                listed.at("test").text(), listed.at("variable").text(), _texts(listed.at("values"))
            )
        else:
            yield from (
                Condition(operator, key, _texts(values))
                for operator, keys in _names(each)
                for key, values in _names(keys)
            )
