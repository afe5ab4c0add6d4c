"""Making a table's calls: which parameters an operation gets, and what an answer says of the resource."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from botocore.model import MapShape, Shape, StructureShape

from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.aws.expressions import Scope, evaluated, names_in, searched
from pavedroad.sandbox.aws.schema import Schema
from pavedroad.sandbox.aws.shapes import UnmappedError, member_named, to_parameter, to_properties, to_text
from pavedroad.sandbox.aws.table import Call, ResourceType
from pavedroad.sandbox.provider.errors import ProviderError

OWN_PROPERTIES = ("region", "tagsAll")
"""Inputs that every type has, and the provider itself serves."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls for the resources of one type in one region.

    Attributes:
        kind: The type.
        schema: Its properties.
        account: The account.
        region: The region.
    """

    kind: ResourceType
    schema: Schema
    account: Account
    region: str

    def make(self, call: Call, scope: Scope, only: Collection[str] | None = None) -> Any:
        """Make a call, or only validate it where moto lacks it.

        Args:
            call: What to call.
            scope: What its expressions may say.
            only: The properties that are passed by name; None for all.

        Returns:
            What the answer says of the resource; None where the call says nothing or was not made.

        Raises:
            ProviderError: The call failed.
        """
        service = call.service or self.kind.service
        parameters = self._parameters(service, call, scope, only)
        if self.kind.accepted or call.operation in self.kind.lacking:
            self.account.validate(service, call.operation, parameters)
            return None
        if self.kind.withheld:
            self.account.validate(service, call.operation, parameters)
            members = {member for name, member in self.passed(call).items() if name in self.kind.withheld}
            parameters = {name: value for name, value in parameters.items() if name not in members}
        answer = self.account.call(service, call.operation, parameters, self.region)
        return searched(call.result, answer, scope)

    def passed(self, call: Call) -> dict[str, str]:
        """Name the inputs that a call passes by name, with AWS's names of them."""
        shape = self._target(call) if call.mechanical else None
        if shape is None:
            return {}
        served = (*OWN_PROPERTIES, *self.kind.local, *call.skipping)
        found = {name: self._parameter_name(shape, name) for name in self.schema.inputs if name not in served}
        return {
            name: member
            for name, member in found.items()
            if member and (call.within or member not in call.parameters)
        }

    def concerned(self, call: Call) -> set[str]:
        """Name the inputs whose change an update carries out."""
        if call.on is not None:
            return set(call.on)
        if call.each:
            return set(self.passed(self.kind.create))
        named = {name for expression in call.parameters.values() for name in names_in(expression)}
        return (set(self.passed(call)) or named) & self.schema.inputs.keys()

    def make_each(self, call: Call, scope: Scope, names: Collection[str]) -> None:
        """Make a call for each of some properties.

        Raises:
            ProviderError: A call failed.
        """
        spelled = self.passed(self.kind.create)
        for name in sorted(names):
            value = scope.get(name)
            text = "" if value is None else to_text(value)
            self.make(call, {**scope, "attribute": spelled[name], "value": text})

    def read_into(self, found: Any, properties: dict[str, Any]) -> None:
        """Add what an answer says of the resource to its properties."""
        if isinstance(found, dict):
            properties |= to_properties(self.schema.all, found, "", self.kind.renames)

    def _target(self, call: Call) -> StructureShape | MapShape | None:
        """Find where a call's mechanical parameters go; None where it takes none."""
        shape: Any = self.account.operation(call.service or self.kind.service, call.operation).input_shape
        target: StructureShape | MapShape | None = shape.members[call.within] if call.within else shape
        return target

    def _parameter_name(self, shape: StructureShape | MapShape, name: str) -> str | None:
        if isinstance(shape, StructureShape):
            return member_named(shape.members, name, self.kind.renames)
        return self.kind.renames.get(name, (name[:1].upper() + name[1:],))[0]

    def _parameters(
        self, service: str, call: Call, scope: Scope, only: Collection[str] | None
    ) -> dict[str, Any]:
        operation = self.account.operation(service, call.operation)
        given = {name: evaluated(expression, scope) for name, expression in call.parameters.items()}
        if operation.input_shape is None:
            return {}
        members = operation.input_shape.members
        explicit = {
            name: self._converted(members[name], value, name)
            for name, value in given.items()
            if value is not None
        }
        passed = self._passed_parameters(call, scope, only)
        if call.within and passed:
            explicit[call.within] = {**passed, **explicit.get(call.within, {})}
            return explicit
        return {**passed, **explicit}

    def _passed_parameters(self, call: Call, scope: Scope, only: Collection[str] | None) -> dict[str, Any]:
        parameters = {}
        for name, member in self.passed(call).items():
            value = scope.get(name)
            if value is None or (only is not None and name not in only):
                continue
            target: Any = self._target(call)
            inner = target.value if isinstance(target, MapShape) else target.members[member]
            parameters[member] = self._converted(inner, value, name)
        return parameters

    def _converted(self, shape: Shape, value: Any, path: str) -> Any:
        try:
            return to_parameter(shape, value, path, self.kind.renames)
        except UnmappedError as error:
            raise ProviderError(
                f"the sandbox's AWS provider does not map the property {error} of {self.kind.token}"
            ) from error


def mapped_inputs(caller: Caller) -> set[str]:
    """Name the inputs of a type that its table maps; a program that gives others is refused."""
    kind = caller.kind
    mapped = {*OWN_PROPERTIES, "tags", *kind.local, *kind.handled}
    for call in kind.calls():
        mapped |= caller.passed(call).keys()
        mapped |= set(names_in(dict(call.parameters)))
        mapped |= set(call.on or ())
    mapped |= set(names_in(kind.id))
    return mapped & caller.schema.inputs.keys()
