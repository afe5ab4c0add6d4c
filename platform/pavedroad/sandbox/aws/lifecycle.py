"""Create, read, update and delete a resource, as its type's table says; handlers override what it cannot say."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pavedroad.sandbox.aws.account import Account, NotThereError
from pavedroad.sandbox.aws.calls import Caller
from pavedroad.sandbox.aws.expressions import evaluated, holds, names_in, parts_of
from pavedroad.sandbox.aws.schema import Schema, schema_of
from pavedroad.sandbox.aws.settling import settled
from pavedroad.sandbox.aws.table import Call, ResourceType
from pavedroad.sandbox.provider.errors import InitError, ProviderError

Values = dict[str, Any]
"""Properties in clear: no secrets are marked, nothing is unknown."""

_WAIT_SECONDS: Final = 120.0
_PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Lifecycle:
    """The life of the resources of one type in one region.

    Attributes:
        caller: Makes the calls.
        report: Told about progress, for people to read.
    """

    caller: Caller
    report: Callable[[str], None] = field(default=lambda _text: None)

    @classmethod
    def of(
        cls,
        kind: ResourceType,
        account: Account,
        region: str,
        report: Callable[[str], None] = lambda _text: None,
    ) -> "Lifecycle":
        """Take care of a type."""
        return cls(Caller(kind, schema_of(kind.token), account, region), report)

    @property
    def kind(self) -> ResourceType:
        """The type."""
        return self.caller.kind

    @property
    def schema(self) -> Schema:
        """The type's properties."""
        return self.caller.schema

    def create(self, inputs: Values) -> tuple[str, Values]:
        """Create a resource and give its id and outputs.

        Raises:
            InitError: It was created, but what goes with it failed; the next update mends that.
            ProviderError: It was not created.
        """
        scope = self.scope(inputs)
        found = self.caller.make(self.kind.create, scope)
        made: Values = {}
        self.caller.read_into(found, made)
        scope = {**made, **{key: value for key, value in scope.items() if value is not None}, "answer": found}
        scope |= self._computed(scope)
        resource_id = self.identify(scope)
        scope["id"] = resource_id
        try:
            self.complete(inputs, scope)
            return resource_id, self.outputs_after_change(resource_id, inputs, scope)
        except ProviderError as error:
            outputs = {**inputs, "id": resource_id}
            raise InitError(
                str(error), resource_id=resource_id, outputs=outputs, reasons=(str(error),)
            ) from error

    def read(self, resource_id: str, known: Values, declared: Values) -> Values | None:
        """Read a resource; None where it is gone.

        Args:
            resource_id: Its id.
            known: Its outputs as last seen; empty for an import.
            declared: Its inputs; empty for an import.
        """
        scope = self.scope({**known, **declared})
        scope = {**parts_of(self.kind.id, resource_id), **scope, "id": known.get("id", resource_id)}
        if self.kind.accepted:
            kept = self.caller.account.accepted.get(self.kind.token, resource_id)
            return None if kept is None else {**kept, "id": resource_id}
        live = self.live(scope)
        return None if live is None else self._outputs(resource_id, declared, live, known)

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Carry out the changes of some properties and give the outputs.

        Raises:
            ProviderError: A call failed.
        """
        removed = {name: self.kind.defaults.get(name) for name in changed - inputs.keys()}
        scope = self.scope({**old, **removed, **inputs})
        scope["id"] = old.get("id", resource_id)
        scope["old"] = old
        scope["added"] = {name: _without(scope.get(name), old.get(name)) for name in changed}
        scope["removed"] = {name: _without(old.get(name), scope.get(name)) for name in changed}
        for call in self.kind.update:
            concerned = self.caller.concerned(call) & changed
            if concerned and holds(call.when, scope):
                self._perform(call, scope, concerned)
        if changed & {"tags", "tagsAll"}:
            self._retag(scope, old.get("tagsAll") or old.get("tags") or {})
        return self.outputs_after_change(resource_id, inputs, scope)

    def delete(self, resource_id: str, state: Values) -> None:
        """Delete a resource and wait until it is gone; one that is gone already is no error.

        Raises:
            ProviderError: A call failed.
        """
        scope = {
            **parts_of(self.kind.id, resource_id),
            **self.scope(state),
            "id": state.get("id", resource_id),
        }
        if self.kind.accepted:
            self.caller.account.accepted.remove(self.kind.token, resource_id)
            return
        if self.kind.read and self.live(scope) is None:
            return
        for call in self.kind.delete:
            try:
                if holds(call.when, scope):
                    self.caller.make(call, scope)
            except NotThereError:
                continue
        if self.kind.gone:
            self._wait(lambda: self.live(dict(scope)) is None, "gone")

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Call an operation of the type's service; None where what it is about does not exist.

        Raises:
            ProviderError: The call failed.
        """
        try:
            return self.caller.account.call(self.kind.service, operation, parameters, self.caller.region)
        except NotThereError:
            return None

    def scope(self, properties: Mapping[str, Any]) -> Values:
        """Give what a call's expressions may say."""
        tags = {**self.caller.account.settings.default_tags, **(properties.get("tags") or {})}
        place = self.caller.account.place(self.caller.region)
        known = {key: value for key, value in properties.items() if value is not None and key != "tags"}
        own = {"ownTags": properties.get("tags") or {}, "tagsAll": tags, "unique": uuid.uuid4().hex}
        return {**known, **place, **own, **({"tags": tags} if tags else {})}

    def live(self, scope: Values) -> Values | None:
        """Read all there is of a resource, beyond what is in the scope; None where it is gone."""
        properties: Values = {}
        for index, call in enumerate(self.kind.read):
            try:
                found = self.caller.make(call, {**scope, **properties})
            except NotThereError:
                found = None
            if index == 0 and (found is None or (self.kind.gone and holds(self.kind.gone, found))):
                return None
            if index == 0:
                properties["answer"] = found
            self.caller.read_into(found, properties)
        self._read_tags(scope, properties)
        properties |= self._computed({**scope, **properties})
        return properties

    def _computed(self, scope: Values) -> Values:
        """Compute outputs; what was made up once stays."""
        values = {
            name: scope[name]
            if name in scope and "unique" in str(expression)
            else evaluated(expression, scope)
            for name, expression in self.kind.computed.items()
        }
        return {name: value for name, value in values.items() if value is not None}

    def identify(self, scope: Values) -> str:
        """Give the id of a resource that was just created.

        Raises:
            ProviderError: The answer does not say it.
        """
        resource_id = evaluated(self.kind.id, scope)
        if resource_id is None:
            raise ProviderError(
                f"the answer to {self.kind.create.operation} holds no id of {self.kind.token}"
            )
        return str(resource_id)

    def complete(self, inputs: Values, scope: Values) -> None:
        """Do after a creation what creating itself does not take.

        Raises:
            ProviderError: A call failed.
        """
        done = self.caller.passed(self.kind.create).keys() | _named(self.kind.create)
        given = {name for name in inputs if inputs[name] is not None}
        for call in self.kind.update:
            concerned = (self.caller.concerned(call) & given) - done
            if concerned and holds(call.when, scope):
                self._perform(call, scope, concerned)
        if scope.get("tags") and "tags" not in done:
            self._retag(scope, {})

    def _perform(self, call: Call, scope: Values, concerned: set[str]) -> None:
        if call.each:
            self.caller.make_each(call, scope, concerned)
        else:
            scope["changed"] = self.caller.make(call, scope, None if call.whole else concerned)

    def _retag(self, scope: Values, old: Mapping[str, str]) -> None:
        tagging, new = self.kind.tagging, scope["tagsAll"]
        tagged = {key: value for key, value in new.items() if old.get(key) != value}
        untagged = sorted(old.keys() - new.keys())
        if tagging.remove and untagged:
            keys = [{"Key": key} for key in untagged]
            self.caller.make(tagging.remove, {**scope, "untagged": untagged, "untaggedKeys": keys})
        if tagging.put and (tagged or (untagged and tagging.remove is None)):
            self.caller.make(tagging.put, {**scope, "tagged": tagged})

    def _read_tags(self, scope: Values, properties: Values) -> None:
        if "tags" not in self.schema.inputs:
            return
        if self.kind.tagging.read is not None:
            try:
                found = self.caller.make(self.kind.tagging.read, {**scope, **properties})
            except NotThereError:
                found = None
            self.caller.read_into({"tags": found or {}}, properties)
        everything = {
            key: value for key, value in (properties.get("tags") or {}).items() if not key.startswith("aws:")
        }
        common = self.caller.account.settings.default_tags
        declared = scope.get("ownTags") or {}
        properties["tagsAll"] = everything
        properties["tags"] = {
            key: value for key, value in everything.items() if common.get(key) != value or key in declared
        }

    def outputs_after_change(self, resource_id: str, inputs: Values, scope: Values) -> Values:
        """Wait until the resource is ready and give its outputs.

        Raises:
            ProviderError: It is gone, or did not become ready.
        """
        if self.kind.accepted:
            return self._accept(resource_id, inputs, scope)
        if self.kind.ready:
            self._wait(lambda: self._is_ready(scope), f"ready ({self.kind.ready})")
        live = self.live(scope)
        if live is None:
            raise ProviderError(f"{self.kind.token} {resource_id} was not there any more after the change")
        return self._outputs(resource_id, inputs, live, scope)

    def _accept(self, resource_id: str, inputs: Values, scope: Values) -> Values:
        known = {name: scope[name] for name in self.schema.all if scope.get(name) is not None}
        outputs = {**self._computed(scope), **known, **inputs, "tagsAll": scope["tagsAll"], "id": resource_id}
        self.caller.account.accepted.put(self.kind.token, resource_id, outputs)
        self.report("accepted, not emulated: moto has no such resource")
        return outputs

    def _is_ready(self, scope: Values) -> bool:
        found = self.caller.make(self.kind.read[0], scope)
        return found is not None and holds(self.kind.ready, found)

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _WAIT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise ProviderError(f"{self.kind.token} is not {what} after {_WAIT_SECONDS:.0f} s")
            time.sleep(_PAUSE_SECONDS)

    def _outputs(self, resource_id: str, declared: Values, live: Values, known: Values) -> Values:
        """Compose the outputs; a property that nothing reads stays as it was declared, or as it was last known."""
        outputs: Values = {}
        unread = {*self.kind.unread, *self.kind.withheld}
        unseen = {name for name in declared if name in unread or name not in live}
        for name, spec in self.schema.all.items():
            if name in unseen and name not in self.kind.shown:
                outputs[name] = declared.get(name)
            elif name in declared:
                outputs[name] = settled(spec, declared[name], live.get(name))
            elif live.get(name) is not None:
                outputs[name] = live[name]
            elif name in self.schema.outputs and known.get(name) is not None:
                outputs[name] = known[name]
        outputs = {name: value for name, value in outputs.items() if value is not None}
        return {**outputs, "region": self.caller.region, "id": live.get("id", known.get("id", resource_id))}


def _named(call: Call) -> set[str]:
    return set(names_in(dict(call.parameters)))


def _without(values: Any, others: Any) -> list[Any] | None:
    """Give the items of one list that are not in another, of maps the keys; None where there are none."""
    match values:
        case dict():
            return sorted(values.keys() - (others or {}).keys()) or None
        case list():
            return [item for item in values if item not in (others or ())] or None
    return None
