"""What a plan declares, found in milliseconds: the real components on a stand-in for Pulumi's registration.

The components declare plain values, so an object is complete when its constructor is called, and nothing needs
Pulumi's event loop. ``tests/words/test_declaring.py`` proves that what is collected here is what a recording holds.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pulumi

from stacks.program import declare
from stacks.settings import StackSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.plan.environment import EnvironmentPlan

Declared = dict[tuple[str, str], dict[str, Any]]
"""Properties (and ``protect``, where it is set) of everything that is declared, by type token and logical name."""


class KnownKubeconfig(StackSettings):
    """Settings of a stack whose kubeconfig says where it came from."""

    __slots__ = ()

    def kubeconfig(self, secret: str | None) -> Any:
        """Return a text in the place of a kubeconfig."""
        return f"kubeconfig from {secret or 'the sandbox'}"


def declared(plan: EnvironmentPlan) -> Declared:
    """Return everything that a plan's stack declares.

    Raises:
        AssertionError: If two resources have the same type and logical name.
    """
    with _collecting() as found:
        declare(plan, settings(plan))
    return found


def settings(plan: EnvironmentPlan) -> StackSettings:
    """Return the settings of a stack that holds a whole plan."""
    return KnownKubeconfig(root=Path(), environment=plan.name, slice=None)


@contextmanager
def _collecting() -> Iterator[Declared]:
    """Collect resources instead of registering them."""
    found: Declared = {}

    def collect(type_: str, name: str, props: Mapping[str, Any] | None, protect: bool | None) -> None:
        assert (type_, name) not in found, f"{type_} {name} is declared twice"
        found[type_, name] = {**(props or {}), **({"protect": True} if protect else {})}

    def custom(
        _: pulumi.CustomResource,
        type_: str,
        name: str,
        props: Mapping[str, Any] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        collect(type_, name, props, opts.protect)

    def component(
        _: pulumi.ComponentResource,
        type_: str,
        name: str,
        props: Mapping[str, Any] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        collect(type_, name, props, opts.protect)

    def provider(
        _: pulumi.ProviderResource,
        package: str,
        name: str,
        props: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
    ) -> None:
        collect(f"pulumi:providers:{package}", name, props, opts.protect)

    def nothing(*_: object) -> None:
        """Register no outputs."""

    with (
        patch.object(pulumi.CustomResource, "__init__", custom),
        patch.object(pulumi.ComponentResource, "__init__", component),
        patch.object(pulumi.ProviderResource, "__init__", provider),
        patch.object(pulumi.ComponentResource, "register_outputs", nothing),
        patch.object(pulumi, "export", nothing),
    ):
        yield found
