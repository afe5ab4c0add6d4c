"""What examples of AWS controls are written with are types and properties of the installed provider.

A rule that reads a misspelt property judges nothing; its examples would be misspelt in the same way.
"""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from policies.areas import RULES
from tests.support.examples import every_example

_TOKEN = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'(aws:[^']+)'")
_PROPERTY = re.compile(
    r'@pulumi\.getter(?:\(name="(\w+)"\))?\s+(?:@_utilities\.deprecated\(.*?\)\n\s+)?def (\w+)\(', re.DOTALL
)


def package() -> Path:
    found = importlib.util.find_spec("pulumi_aws")
    if found is None or found.origin is None:
        pytest.skip("the package pulumi_aws is not installed")
    return Path(found.origin).parent


@cache
def properties_by_type() -> Mapping[str, frozenset[str]]:
    """Read the property names of every resource class, as on the wire."""
    texts = (file.read_text("utf-8") for file in package().glob("*/*.py"))
    return {token: names_in(text) for text in texts for token in _TOKEN.findall(text)}


@cache
def nested_names(module: str) -> frozenset[str]:
    """Read the property names of every nested type of a module, as on the wire."""
    folder = next(each for each in (module, f"{module}_") if (package() / each).is_dir())
    file = package() / folder / "_inputs.py"
    return names_in(file.read_text("utf-8")) if file.is_file() else frozenset()


def names_in(text: str) -> frozenset[str]:
    return frozenset(wire or plain for wire, plain in _PROPERTY.findall(text)) | {"id"}


FREE = frozenset(
    {
        "assumeRolePolicy",
        "attributes",
        "body",
        "inlinePolicy",
        "policy",
        "responseParameters",
        "tags",
        "tagsAll",
        "variables",
    }
)
"""Properties whose inside people name as they like."""


def nested_in(value: object) -> Iterator[str]:
    """List the names of all fields inside a property's value."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name
            if name not in FREE:
                yield from nested_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from nested_in(inner)


def written() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """List what examples of AWS controls declare, whole and broken."""
    for example in every_example():
        for declared in (*example.declared, *example.broken()):
            if declared.type.startswith("aws:"):
                yield example.control, declared.type, declared.properties


def test_every_type_in_a_control_is_one_of_the_installed_provider() -> None:
    named = {token for rule in RULES for token in rule.control.resource_types if token.startswith("aws:")}
    assert named - properties_by_type().keys() == set()


def test_every_remedy_sets_a_property_of_each_type_that_its_control_speaks_about() -> None:
    known = properties_by_type()
    misspelt = {
        (rule.control.identifier, token, remedy.path)
        for rule in RULES
        for remedy in rule.control.remedies
        for token in rule.control.resource_types
        if token.startswith("aws:") and remedy.path.partition(".")[0] not in known[token]
    }
    assert misspelt == set()


def test_every_property_in_an_example_is_one_of_its_type() -> None:
    known = properties_by_type()
    misspelt = {
        (control, token, name)
        for control, token, properties in written()
        for name in properties
        if name not in known.get(token, ())
    }
    assert misspelt == set()


def test_every_field_inside_a_property_of_an_example_is_one_of_its_module() -> None:
    misspelt = {
        (control, token, name)
        for control, token, properties in written()
        for top, value in properties.items()
        if top not in FREE
        for name in nested_in(value)
        if name not in nested_names(token.split(":")[1].partition("/")[0])
    }
    assert misspelt == set()
