"""An AWS account held by moto, in which the examples of the types are made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.aws.resources import Resource
from pavedroad.sandbox.provider.properties import Properties

REGION = "eu-central-1"

EXAMPLES: dict[str, dict[str, Any]] = {
    f"aws:{name}": example
    for name, example in yaml.safe_load(
        Path(__file__).with_name("examples.yaml").read_text(encoding="utf-8")
    ).items()
}

_REFERENCE = re.compile(r"\$\{(?:([^}]+)\.)?(\w+)\}")


@dataclass
class Made:
    """A resource that was created."""

    resource: Resource
    resource_id: str
    inputs: Properties
    outputs: Properties


@dataclass
class World:
    """One account and what was made in it."""

    account: Account
    made: dict[str, Made] = field(default_factory=dict)

    def resource(self, token: str, name: str = "thing") -> Resource:
        return Resource(f"urn:pulumi:dev::shop::pavedroad:x:Y${token}::{name}", self.account)

    def inputs(self, token: str, edit: Mapping[str, Any] | None = None) -> Properties:
        """The example's inputs, with an edit; None takes a property away."""
        merged = {**EXAMPLES[token]["inputs"], **(edit or {})}
        inputs: Properties = self.resolved({key: item for key, item in merged.items() if item is not None})
        return inputs

    def make(self, token: str, edit: Mapping[str, Any] | None = None) -> Made:
        """Create the example, and first those that it refers to."""
        if token not in self.made or edit:
            resource = self.resource(token)
            inputs = resource.check(self.inputs(token, edit), {})
            resource_id, outputs = resource.create(inputs)
            self.made[token] = Made(resource, resource_id, inputs, outputs)
        return self.made[token]

    def resolved(self, value: Any, own: Properties | None = None) -> Any:
        """Put outputs in place of references; `${output}` without a type is the resource's own."""
        match value:
            case dict():
                return {key: self.resolved(item, own) for key, item in value.items()}
            case list():
                return [self.resolved(item, own) for item in value]
            case str():
                found = _REFERENCE.fullmatch(value)
                return (
                    self._output(found, own)
                    if found
                    else _REFERENCE.sub(lambda part: str(self._output(part, own)), value)
                )
        return value

    def _output(self, found: re.Match[str], own: Properties | None) -> Any:
        kind, name = found.groups()
        outputs = self.make(f"aws:{kind}").outputs if kind else (own or {})
        return outputs[name]
