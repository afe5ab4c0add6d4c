"""What a plan declares, found in milliseconds: the real components on a stand-in for Pulumi's registration.

An object is complete when its constructor is called: values that come late are texts that name their source, known
at once, so nothing needs Pulumi's event loop. ``tests/words/test_declaring.py`` proves that what is collected here is what a recording holds.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pulumi

from stacks.program import declare
from stacks.providers import AWS_ENDPOINT_VARIABLE
from stacks.settings import StackSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pavedroad.plan.environment import EnvironmentPlan

OUTPUT = "output of the stack"

Declared = dict[tuple[str, str], dict[str, Any]]
"""Outputs of the stack, as `OUTPUT`, and properties (and ``protect``, where it is set) of everything that is declared, by type token and logical name."""


@dataclass(frozen=True)
class Known:
    """Stands for an output whose value is there already.

    Attributes:
        value: The value, without further outputs in it.
    """

    value: Any

    def apply(self, function: Callable[[Any], Any]) -> Known:
        """Return what becomes of the value."""
        return known(function(self.value))


def known(value: Any) -> Known:
    """Return an output of a value that may hold outputs."""
    return Known(plain(value))


def plain(value: Any) -> Any:
    """Return a value without outputs."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {key: item if type(item) in _PLAIN else plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind([plain(item) for item in value])
    return value.value if kind is Known else value


_PLAIN = frozenset({str, int, bool, float, type(None)})


def known_together(*values: Any, **named: Any) -> Known:
    """Return several values as one, as ``pulumi.Output.all`` does."""
    return known(named or list(values))


def known_text(template: Any, *values: Any, **named: Any) -> Known:
    """Return a text with values filled in, as ``pulumi.Output.format`` does."""
    return known(str(plain(template)).format(*plain(values), **plain(named)))


SHAPED: dict[str, Callable[[str], Any]] = {
    "instances": lambda text: [{"endpoints": [f"amqps://{text}:5671"]}],
    "masterUserSecrets": lambda text: [{"secretArn": text}],
    "clusterResourceId": "cluster-{}".format,
}
"""Outputs that are no plain texts: what each looks like, with a text in it."""


def _late(name: str, output: str) -> Known:
    """Return an output of a resource, as a text that names its source."""
    text = f"{name}'s {output}"
    return Known(SHAPED[output](text) if output in SHAPED else text)


class KnownKubeconfig(StackSettings):
    """Settings of a stack whose kubeconfig says where it came from."""

    __slots__ = ()

    def kubeconfig(self, secret: str | None) -> Any:
        """Return a text in the place of a kubeconfig."""
        return f"kubeconfig from {secret or 'the sandbox'}"


def declared(plan: EnvironmentPlan) -> Declared:
    """Return everything that a plan's stack declares; names on clusters beside the first begin with the cluster's.

    Raises:
        AssertionError: If two resources of one cluster have the same type and logical name.
    """
    with _collecting() as found:
        home = replace(plan, elsewhere=())
        declare(home, settings(home))
    for share in plan.elsewhere:
        alone = replace(
            home, cluster=share.cluster, platform=share.platform, teams=share.teams, cloud=share.cloud
        )
        there = {
            (type_, f"{share.cluster.name}:{name}"): one for (type_, name), one in declared(alone).items()
        }
        found.update(there)
    return found


def settings(plan: EnvironmentPlan) -> StackSettings:
    """Return the settings of a stack that holds a whole plan."""
    return KnownKubeconfig(root=Path(), environment=plan.name, slice=None)


@contextmanager
def _collecting() -> Iterator[Declared]:
    """Collect resources instead of registering them."""
    found: Declared = {}

    def collect(
        type_: str, name: str, props: Mapping[str, Any] | None, protect: bool | None
    ) -> dict[str, Any]:
        assert (type_, name) not in found, f"{type_} {name} is declared twice"
        given = {key: plain(value) for key, value in (props or {}).items() if value is not None}
        found[type_, name] = {**given, **({"protect": True} if protect else {})}
        return given

    def custom(
        resource: pulumi.CustomResource,
        type_: str,
        name: str,
        props: Mapping[str, Any] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        given = collect(type_, name, props, opts.protect)
        late = {key: _late(name, key) for key in ("id", *(props or {})) if key not in given}
        vars(resource).update(late, **{key: Known(value) for key, value in given.items()})

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

    def exported(name: str, value: object) -> None:
        found[OUTPUT, name] = {"value": plain(value)}

    def nothing(*_: object) -> None:
        """Register no outputs."""

    with (
        patch.object(pulumi.CustomResource, "__init__", custom),
        patch.object(pulumi.ComponentResource, "__init__", component),
        patch.object(pulumi.ProviderResource, "__init__", provider),
        patch.object(pulumi.ComponentResource, "register_outputs", nothing),
        patch.object(pulumi, "export", exported),
        patch.dict(os.environ, {AWS_ENDPOINT_VARIABLE: "http://127.0.0.1:5000"}),
        patch.object(pulumi.Output, "from_input", known),
        patch.object(pulumi.Output, "secret", known),
        patch.object(pulumi.Output, "all", known_together),
        patch.object(pulumi.Output, "format", known_text),
        patch("secrets.token_urlsafe", str),
    ):
        yield found
