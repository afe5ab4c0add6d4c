"""The tables: how each resource type is made, read, changed and deleted by calls of AWS.

`tables/<module>.yaml` holds the types of one of pulumi-aws' modules, `aws:<module>/…`. Under `defaults` stands
what its types share, under `types` the types themselves; docs/sandbox.md explains the words.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

_FOLDER: Final = files("pavedroad.sandbox.aws") / "tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation of a service.

    Attributes:
        operation: Its name, as AWS spells it.
        parameters: What is passed besides what goes by name; see `expressions`.
        mechanical: Whether properties are passed as the parameters of the same name.
        within: The parameter that the mechanical ones go into; empty for the top.
        skipping: Properties that are not passed mechanically.
        on: Of an update: the properties whose change it carries out; None for all that it passes.
        when: An expression that has to hold for the call to be made; empty for always.
        result: Where in the answer the resource is, in JMESPath; empty for the whole answer.
        whole: Of an update: whether it replaces everything, so that unchanged properties are passed as well.
        each: Of an update: whether it is made for every changed property by itself; `.attribute` is AWS's name of
            it then, and `.value` its value.
        service: The service, where it is another than the type's.
    """

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    mechanical: bool = False
    within: str = ""
    skipping: tuple[str, ...] = ()
    on: tuple[str, ...] | None = None
    when: str = ""
    result: str = ""
    whole: bool = False
    each: bool = False
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """How tags are read and changed where creating and reading the resource does not do it.

    Attributes:
        read: Gives the tags; None where reading the resource gives them.
        put: Adds and changes tags; as parameters it takes `.tagged`.
        remove: Takes tags away; as parameters it takes `.untagged`, their keys.
    """

    read: Call | None = None
    put: Call | None = None
    remove: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One type.

    Attributes:
        token: As programs spell it.
        service: The service, as boto3 spells it.
        id: An expression for the resource's id.
        create: Creates it.
        read: Read it; the first says whether it exists.
        update: Change it; those whose properties creating does not take are run after that, too.
        delete: Delete it, in this order.
        tagging: How its tags are read and changed.
        renames: Properties that AWS spells otherwise (dotted where nested), and its spellings.
        computed: Outputs that no call gives, as expressions over what is known.
        defaults: What a property goes back to when it is taken out of the program.
        replaces: Properties (dotted where nested) whose change takes a new resource.
        may_replace: Properties of which that is not known; here, it does.
        local: Properties that no call takes: they steer the provider.
        handled: Properties that the handler takes care of.
        shown: Inputs that reading shows whenever they are there: where it does not, they are gone.
        unread: Inputs that moto forgets or changes: they are not read back.
        withheld: Inputs that moto refuses where AWS takes them: they are validated, and not passed on.
        auto_name: The property that is made up where the program gives none; empty where there is none.
        auto_suffix: An expression for what such a name ends with.
        ready: A condition over what is read, waited for after changes; empty for none.
        gone: A condition over what is read that means that the resource is being deleted.
        handler: Which of `handlers.HANDLERS` does what a table cannot say; empty for none.
        accepted: Whether moto lacks it: parameters are validated, and nothing is emulated.
        lacking: Operations that moto lacks, of a type that it otherwise has; they are validated only.
    """

    token: str
    service: str
    id: Any = ".id"
    create: Call
    read: tuple[Call, ...] = ()
    update: tuple[Call, ...] = ()
    delete: tuple[Call, ...] = ()
    tagging: Tagging = field(default_factory=Tagging)
    renames: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    computed: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    may_replace: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    handled: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    auto_name: str = ""
    auto_suffix: str = ""
    ready: str = ""
    gone: str = ""
    handler: str = ""
    accepted: bool = False
    lacking: tuple[str, ...] = ()

    def calls(self) -> Iterator[Call]:
        """Give every call."""
        yield from (self.create, *self.read, *self.update, *self.delete)
        yield from (call for call in (self.tagging.read, self.tagging.put, self.tagging.remove) if call)

    @property
    def name(self) -> str:
        """The type's own name, such as `Queue`."""
        return self.token.rpartition(":")[2]


def modules() -> list[str]:
    """Name the modules that there are tables for."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _FOLDER.iterdir())


def tokens(module: str) -> list[str]:
    """Name the types of a module."""
    return list(_module(module))


def find(token: str) -> ResourceType | None:
    """Give a type; None where no table has it."""
    package, _, rest = token.partition(":")
    module = rest.partition("/")[0]
    if package != "aws" or not (_FOLDER / f"{module}.yaml").is_file():
        return None
    return _module(module).get(token)


@cache
def _module(module: str) -> dict[str, ResourceType]:
    text = (_FOLDER / f"{module}.yaml").read_text(encoding="utf-8")
    content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - the safe one
    shared = content.get("defaults", {})
    found = {}
    for names, entry in content["types"].items():
        for name in names.split():
            token = f"aws:{module}/{name}"
            found[token] = _type(token, {**shared, **entry})
    return found


def _type(token: str, entry: Mapping[str, Any]) -> ResourceType:
    special = {"create", "read", "update", "delete", "tagging", "renames"}
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in entry.items()
        if key not in special
    }
    return ResourceType(
        token=token,
        create=_call(entry["create"], mechanical=True),
        read=tuple(_call(call) for call in _listed(entry.get("read", []))),
        update=tuple(_call(call, mechanical=True) for call in _listed(entry.get("update", []))),
        delete=tuple(_call(call) for call in _listed(entry.get("delete", []))),
        tagging=Tagging(**{key: _call(call) for key, call in (entry.get("tagging") or {}).items()}),
        renames={key: tuple(_listed(names)) for key, names in (entry.get("renames") or {}).items()},
        **plain,
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _call(value: str | Mapping[str, Any], *, mechanical: bool = False) -> Call:
    """Read a call: `Operation Parameter=expression …`, or a mapping with that under `call` and more beside it."""
    given: dict[str, Any] = {"call": value} if isinstance(value, str) else dict(value)
    operation, *pairs = given.pop("call").split()
    parameters: dict[str, Any] = {
        key: _literal(text) for key, _, text in (pair.partition("=") for pair in pairs)
    }
    more: dict[str, Any] = {
        key: tuple(item) if isinstance(item, list) else item for key, item in given.items()
    }
    parameters |= more.pop("parameters", {})
    return Call(operation=operation, parameters=parameters, **{"mechanical": mechanical, **more})


def _literal(text: str) -> Any:
    """Read `true`, `7` and `[…]` as JSON, and anything else as an expression."""
    try:
        return json.loads(text)
    except ValueError:
        return [text[1:-1]] if text.startswith("[") and text.endswith("]") else text
