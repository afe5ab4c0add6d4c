"""What the installed `pulumi_aws` package says of a type: its properties, their types, what is required or secret.

`python -m tests.sandbox.aws.recording` writes it down for every type in the provider's tables, for the provider
to check programs against without that package; a test compares the two.
"""

import collections.abc
import importlib
import inspect
import json
import re
import typing
import warnings
from pathlib import Path
from typing import Any

from pavedroad.sandbox.aws import schema, table

_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number", Any: "any"}
_SECRET = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_PACKAGE = "pulumi_aws"


def recorded(token: str) -> dict[str, Any]:
    """Read a type off the package: `inputs`, `required`, `outputs` and `secret`."""
    _, module, kind = token.split(":")
    package, _, file = module.partition("/")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of types that are not asked for
        python = importlib.import_module(f"{_PACKAGE}.{_python_name(package)}.{_snake(file)}")
    assert getattr(python, kind).pulumi_type == token
    # Where a nested type took the name `…Args`, the package calls the resource's own `…InitArgs`.
    arguments = _members(getattr(python, f"{kind}InitArgs", None) or getattr(python, f"{kind}Args"), package)
    state = _members(getattr(python, f"_{kind}State"), package)
    secret = _SECRET.search(inspect.getsource(getattr(python, kind)))
    return {
        "inputs": {name: spec for name, (spec, _) in arguments.items()},
        "required": sorted(name for name, (_, needed) in arguments.items() if needed),
        "outputs": {name: spec for name, (spec, _) in state.items() if name not in arguments},
        "secret": sorted(re.findall(r'"([^"]+)"', secret[1])) if secret else [],
    }


def _python_name(package: str) -> str:
    return {"lambda": "lambda_"}.get(package, package)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _members(kind: type, package: str) -> dict[str, tuple[Any, bool]]:
    """Give every property of an argument class: how it is typed, and whether it is required."""
    required = {
        name
        for name, parameter in inspect.signature(kind.__init__).parameters.items()  # type: ignore[misc] # as made
        if parameter.default is inspect.Parameter.empty
    }
    return {
        member.fget.__dict__.get("_pulumi_name", name): (
            _spec(member.fget.__annotations__["return"], package),
            name in required,
        )
        for name, member in vars(kind).items()
        if isinstance(member, property) and member.fget is not None
    }


def _spec(annotation: Any, package: str) -> Any:
    """Turn an annotation such as `Input[Optional[Sequence[…]]]` into a specification."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union:
        return _spec(arguments[0], package)
    if origin is collections.abc.Sequence:
        return [_spec(arguments[0], package)]
    if origin is collections.abc.Mapping:
        return {"*": _spec(arguments[1], package)}
    if isinstance(annotation, typing.ForwardRef):
        return _named(annotation.__forward_arg__, package)
    return _SCALARS.get(annotation, "any")


def _named(name: str, package: str) -> Any:
    """Turn the name of a nested class, or of an enumeration, into a specification."""
    last = name.rpartition(".")[2]
    inputs = importlib.import_module(f"{_PACKAGE}.{_python_name(package)}._inputs")
    kind = getattr(inputs, last, None)
    if kind is None or not last.endswith("Args"):
        return "string"
    return {key + ("!" if needed else ""): spec for key, (spec, needed) in _members(kind, package).items()}


def main() -> None:
    """Write down every type of the tables, a file for each of the package's modules."""
    for module in table.modules():
        types = {token: recorded(token) for token in sorted(table.tokens(module))}
        text = (
            "{\n"
            + ",\n".join(f'"{token}": {json.dumps(types[token], sort_keys=True)}' for token in types)
            + "\n}\n"
        )
        Path(schema.__file__).with_name("schema").joinpath(f"{module}.json").write_text(
            text, encoding="utf-8"
        )


if __name__ == "__main__":
    main()
