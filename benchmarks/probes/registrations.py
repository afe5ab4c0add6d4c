"""What a program registered, as lines of JSON, so that a bare Pulumi program can register the same.

    python -m benchmarks.probes.registrations PROJECT STACK FILE

Each line is a resource, after its parent, its provider and what it depends on.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pulumi

from pavedroad.preview.program import record_program
from pavedroad.preview.project import load_project
from pavedroad.testing.values import UNKNOWN, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pavedroad.testing.recording import RecordedResource

TIMEOUT_SECONDS: Final = 3600.0
_HIDDEN: Final = "benchmark:secret"
_PROVIDER: Final = "pulumi:providers:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One call of a resource's constructor.

    Attributes:
        urn: The name under which the others here refer to it.
        type: Its type token.
        name: Its logical name.
        custom: Whether it is a custom resource; a component otherwise.
        props: Its inputs.
        parent: Its parent, if it has one.
        provider: Its provider, if it has one.
        depends_on: What it waits for.
        protect: Whether it is protected.
        outputs: What the component registered as its outputs; None where it registered none.
    """

    urn: str
    type: str
    name: str
    custom: bool
    props: dict[str, Any]
    parent: str | None = None
    provider: str | None = None
    depends_on: list[str] = field(default_factory=list)
    protect: bool | None = None
    outputs: dict[str, Any] | None = None

    def declare(self, known: dict[str, pulumi.Resource]) -> None:
        """Register the resource and add it to those that are known by URN."""
        options = pulumi.ResourceOptions(
            parent=known[self.parent] if self.parent else None,
            depends_on=[known[urn] for urn in self.depends_on],
            protect=self.protect,
        )
        if not self.custom:
            component = pulumi.ComponentResource(self.type, self.name, self.props, options)
            if self.outputs is not None:
                component.register_outputs(self.outputs)
            known[self.urn] = component
        elif self.type.startswith(_PROVIDER):
            package = self.type.removeprefix(_PROVIDER)
            known[self.urn] = pulumi.ProviderResource(package, self.name, self.props, options)
        else:
            provider = known[self.provider] if self.provider else None
            assert provider is None or isinstance(provider, pulumi.ProviderResource)
            options.provider = provider
            known[self.urn] = pulumi.CustomResource(self.type, self.name, self.props, options)


def program(file: Path) -> Callable[[], None]:
    """Return a program that does nothing but register what a file lists."""

    def declare_all() -> None:
        known: dict[str, pulumi.Resource] = {}
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                Registration(**json.loads(line, object_hook=_revived)).declare(known)

    return declare_all


def in_order(resources: Iterable[RecordedResource]) -> Iterator[Registration]:
    """Yield resources so that each comes after all that it refers to."""
    by_urn = {resource.urn: resource for resource in resources}
    done: set[str] = set()
    for urn in by_urn:
        pending = [urn]
        while pending:
            resource = by_urn[pending[-1]]
            missing = [other for other in _referred(resource) if other in by_urn and other not in done]
            if missing:
                pending += missing
                continue
            pending.pop()
            if resource.urn not in done:
                done.add(resource.urn)
                yield _registration(resource)


def _referred(resource: RecordedResource) -> list[str]:
    first = [other for other in (resource.parent, resource.provider) if other]
    return [*first, *resource.depends_on]


def _registration(resource: RecordedResource) -> Registration:
    return Registration(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        custom=resource.custom,
        props=resource.inputs,
        parent=resource.parent,
        provider=resource.provider,
        depends_on=list(resource.depends_on),
        protect=resource.options.protect,
        outputs=resource.outputs,
    )


def _parts(registration: Registration) -> dict[str, object]:
    return {part.name: getattr(registration, part.name) for part in fields(registration)}


def _written(value: object) -> object:
    if isinstance(value, Secret):
        return {_HIDDEN: value.value}
    if value is UNKNOWN:
        return "unknown"
    raise TypeError(f"{type(value).__name__} is no property value")


def _revived(value: dict[str, Any]) -> Any:
    return pulumi.Output.secret(value[_HIDDEN]) if _HIDDEN in value else value


def main(root: Path, stack: str, file: Path) -> None:
    """Record a project's program and write what it registered."""
    recording = record_program(load_project(root), stack, TIMEOUT_SECONDS)
    with file.open("w", encoding="utf-8") as lines:
        for registration in in_order(recording.resources):
            lines.write(f"{json.dumps(_parts(registration), default=_written)}\n")
    sys.stdout.write(json.dumps({"resources": len(recording.resources)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
