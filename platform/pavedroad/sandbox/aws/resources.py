"""The engine's operations on one resource: from property maps with secrets and unknowns to its life, and back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pavedroad.sandbox.aws import table
from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.aws.comparing import (
    AUTOMATIC,
    changed_properties,
    checked,
    compared,
    revealed,
)
from pavedroad.sandbox.aws.handlers import HANDLERS
from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values
from pavedroad.sandbox.provider.comparing import Comparison
from pavedroad.sandbox.provider.diff import pruned
from pavedroad.sandbox.provider.errors import InitError, ProviderError
from pavedroad.sandbox.provider.outputs import with_secrets_of
from pavedroad.sandbox.provider.properties import UNKNOWN, Properties, Secret, Unknown

PREVIEW_ID: Final = ""
"""What a resource is called that is not there yet."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the program.

    Attributes:
        urn: The engine's name of it.
        account: Where it lives.
        report: Told about progress, for people to read.
    """

    urn: str
    account: Account
    report: Callable[[str], None] = lambda _text: None

    def check(self, news: Properties, olds: Properties, seed: bytes = b"") -> Properties:
        """Complete the program's inputs.

        Raises:
            ProviderError: They cannot be served.
        """
        return checked(self._life(news).caller, news, olds, self.urn.rpartition("::")[2], seed)

    def diff(
        self, olds: Properties, old_inputs: Properties, news: Properties, ignored: tuple[str, ...] = ()
    ) -> Comparison:
        """Tell what an update would change."""
        return compared(self._life(news).caller, olds, old_inputs, news, ignored)

    def create(self, news: Properties, *, preview: bool = False) -> tuple[str, Properties]:
        """Create the resource, or say what is known of it beforehand.

        Raises:
            ProviderError: It was not created, or not wholly.
        """
        life = self._life(news)
        if preview:
            unknown = dict.fromkeys(life.schema.all, UNKNOWN)
            return PREVIEW_ID, {**unknown, **_without_marks(news)}
        inputs = _without_marks(revealed(news))
        try:
            resource_id, outputs = life.create(inputs)
        except InitError as error:
            error.outputs = self._marked(life, error.outputs, news)
            raise
        return resource_id, self._marked(life, outputs, news)

    def read(
        self, resource_id: str, state: Properties, inputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """Read the resource: its outputs and its inputs as they would have to be declared; None where it is gone."""
        life = self._life({**state, **inputs})
        declared = _without_marks(revealed(inputs))
        outputs = life.read(resource_id, revealed(state), declared)
        if outputs is None:
            return None
        names = declared.keys() if inputs else outputs.keys() & life.schema.inputs.keys()
        seen = {
            name: pruned(outputs[name], declared[name]) if name in declared else outputs[name]
            for name in names
            if name in outputs
        }
        marks = {key: value for key, value in inputs.items() if key.startswith("__")}
        return self._marked(life, outputs, {**state, **inputs}), {**with_secrets_of(seen, inputs), **marks}

    def update(
        self,
        resource_id: str,
        olds: Properties,
        old_inputs: Properties,
        news: Properties,
        *,
        preview: bool = False,
    ) -> Properties:
        """Carry out what differs.

        Raises:
            ProviderError: It was not carried out.
        """
        life = self._life(news)
        if preview:
            return {**olds, **_without_marks(news)}
        changed = changed_properties(self.diff(olds, old_inputs, news).differences)
        outputs = life.update(resource_id, revealed(olds), _without_marks(revealed(news)), changed)
        return self._marked(life, outputs, news)

    def delete(self, resource_id: str, state: Properties) -> None:
        """Delete the resource.

        Raises:
            ProviderError: It was not deleted.
        """
        self._life(state).delete(resource_id, revealed(state))

    def _life(self, properties: Properties) -> Lifecycle:
        token = type_of(self.urn)
        kind = table.find(token)
        if kind is None:
            raise ProviderError(
                f"the sandbox's AWS provider has no table for the type {token}: add one under "
                "platform/pavedroad/sandbox/aws/tables, or use the official provider"
            )
        region = revealed(properties.get("region"))
        if not region or isinstance(region, Unknown):
            region = self.account.settings.region
        return HANDLERS[kind.handler].of(kind, self.account, str(region), self.report)

    def _marked(self, life: Lifecycle, outputs: Properties, given: Properties) -> Properties:
        """Mark what is secret: what the program says, and what is secret in any case."""
        marked = with_secrets_of(outputs, given)
        return {
            name: Secret(value) if name in life.schema.secret and not isinstance(value, Secret) else value
            for name, value in marked.items()
        }


def type_of(urn: str) -> str:
    """Give the type token of a resource: the last of those that its URN names."""
    return urn.split("::")[2].rpartition("$")[2]


def _without_marks(properties: Values) -> Values:
    return {key: value for key, value in properties.items() if key != AUTOMATIC}
