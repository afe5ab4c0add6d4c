"""Inputs of AWS resources, judged by the provider's own types: the classes of the installed ``pulumi_aws``.

The package takes half a second and more to import, so nothing here does so before something is judged.
"""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import re
import types
import typing
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, ForwardRef

from pulumi._types import input_type_py_to_pulumi_names

from pavedroad.testing import UNKNOWN, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

_LATE = ("Output[T]",)
_NESTED = "Args"
_KEYWORDS = {"lambda": "lambda_"}


def misfits(token: str, inputs: Mapping[str, Any]) -> list[str]:
    """Return what the provider would not take of a resource's inputs: one line for each, with its path.

    Args:
        token: The type: ``aws:ec2/subnet:Subnet``.
        inputs: Its properties as recorded; what is unknown or secret fits everywhere.
    """
    module, arguments = _arguments(token)
    return sorted(_in_object("", inputs, module, arguments))


@cache
def _arguments(token: str) -> tuple[ModuleType, type]:
    """Return the class of a resource's inputs, and the module of the types nested in it."""
    _, place, kind = token.split(":")
    package, _, file = place.partition("/")
    folder = f"pulumi_aws.{_KEYWORDS.get(package, package)}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated classes warn when their module is loaded
        resource = importlib.import_module(f"{folder}.{_snake(file)}")
        try:
            nested = importlib.import_module(f"{folder}._inputs")
        except ModuleNotFoundError:
            nested = resource
    assert getattr(resource, kind).pulumi_type == token
    # Where a nested type is called `…Args` too, the resource's own are `…InitArgs`.
    return nested, getattr(resource, f"{kind}InitArgs", None) or getattr(resource, f"{kind}Args")


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _in_object(path: str, value: Mapping[str, Any], module: ModuleType, cls: type) -> Iterator[str]:
    """Judge an object by a class of inputs: its keys, what it lacks, and the value of each key."""
    names = input_type_py_to_pulumi_names(cls)
    parameters = {
        names[name]: one for name, one in inspect.signature(cls).parameters.items() if name in names
    }
    required = {key for key, one in parameters.items() if one.default is inspect.Parameter.empty}
    for key in sorted(value.keys() - parameters.keys()):
        yield f"{path}{key}: unknown"
    for key in sorted(required - value.keys()):
        yield f"{path}{key}: required"
    for key in sorted(value.keys() & parameters.keys()):
        yield from _in_value(f"{path}{key}", value[key], module, parameters[key].annotation)


def _in_value(path: str, value: object, module: ModuleType, annotation: object) -> Iterator[str]:
    """Judge a value by an annotation: it must fit one of its alternatives."""
    plain = value.value if isinstance(value, Secret) else value
    if plain is None or plain is UNKNOWN:
        return
    faults = [list(_in_alternative(path, plain, module, each)) for each in _alternatives(annotation)]
    if [] not in faults:
        yield from min(faults, key=len, default=[f"{path}: nothing is taken here"])


def _alternatives(annotation: object) -> Iterator[object]:
    """List what an input may be, beside nothing and what is late."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for each in typing.get_args(annotation):
            yield from _alternatives(each)
    elif typing.get_origin(annotation) is not collections.abc.Awaitable and not _is_late(annotation):
        yield annotation


def _is_late(annotation: object) -> bool:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__ in _LATE
    return annotation is type(None)


def _in_alternative(path: str, value: object, module: ModuleType, annotation: object) -> Iterator[str]:
    origin, parameters = typing.get_origin(annotation), typing.get_args(annotation)
    if isinstance(annotation, ForwardRef) and annotation.__forward_arg__.endswith(_NESTED):
        nested = getattr(module, annotation.__forward_arg__.rpartition(".")[2])
        if isinstance(value, dict):
            yield from _in_object(f"{path}.", value, module, nested)
        else:
            yield f"{path}: expected an object"
    elif origin is collections.abc.Sequence:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _in_value(f"{path}[{index}]", item, module, parameters[0])
        else:
            yield f"{path}: expected a list"
    elif origin is collections.abc.Mapping:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from _in_value(f"{path}.{key}", item, module, parameters[1])
        else:
            yield f"{path}: expected a map"
    elif not _is_scalar(value, annotation):
        yield f"{path}: expected {getattr(annotation, '__name__', 'a text')}"


def _is_scalar(value: object, annotation: object) -> bool:
    """Whether a value is of a scalar type; enumerations are texts, and a whole number is a number too."""
    if annotation is Any:
        return True
    if isinstance(annotation, ForwardRef):
        return isinstance(value, str)
    if annotation is bool or isinstance(value, bool):
        return annotation is bool and isinstance(value, bool)
    return isinstance(value, (int, float) if annotation is float else typing.cast("type", annotation))
