"""One way to declare a resource of the account: its type token and its properties, in a place, under a component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.kubernetes import Place
    from pavedroad.plan.cloud.account import AccountPlan, Purpose

Properties = dict[str, Any]
"""Properties of a resource as the provider spells them: JSON values and ``pulumi.Input`` of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """What an environment's cloud slice has made, as the other slices see it.

    Attributes:
        account: Where it stands.
        values: What the slice tells the others, by name: each by itself in the same stack, all at once from another.
        elsewhere: What other clusters' cloud slices have made, by cluster, as far as anything here needs it.
    """

    account: AccountPlan
    values: Mapping[str, pulumi.Input[Any]] | pulumi.Output[Mapping[str, Any]]
    elsewhere: Mapping[str, Cloud] = field(default_factory=dict)

    def text(self, name: str) -> pulumi.Output[str]:
        """Return one value: ``vpc``, ``cluster_security_group``."""
        return self._value(name).apply(str)

    def texts(self, name: str) -> pulumi.Output[Sequence[str]]:
        """Return several values of one name: ``data_subnets``."""
        return self._value(name).apply(list)

    def _value(self, name: str) -> pulumi.Output[Any]:
        """Return a value, which depends on nothing but what it is made from."""
        if isinstance(self.values, Mapping):
            return pulumi.Output.from_input(self.values[name])
        return self.values.apply(lambda values: values[name])

    def key(self, purpose: Purpose) -> pulumi.Output[str]:
        """Return the ARN of the key that encrypts something."""
        return self.text(f"key_{purpose}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudPlace:
    """Where the account's resources of one owner stand, and what they have in common.

    Attributes:
        parent: The component that they belong to; it carries the provider.
        cloud: What they stand on.
        tags: Tags beside those that the provider sets on everything.
        after: What must exist before any of them.
    """

    parent: pulumi.Resource
    cloud: Cloud
    tags: Mapping[str, str]
    after: tuple[pulumi.Resource, ...] = ()

    def under(self, parent: pulumi.Resource, tags: Mapping[str, str] | None = None) -> CloudPlace:
        """Return the same place for the resources of another component, with further tags."""
        return replace(self, parent=parent, tags={**self.tags, **(tags or {})})

    def then(self, *resources: pulumi.Resource) -> CloudPlace:
        """Return the same place for resources that need some others to exist."""
        return replace(self, after=(*self.after, *resources))

    def declare(  # noqa: PLR0913 each keyword is a part of a resource's life cycle
        self,
        token: str,
        name: str,
        properties: Properties,
        *,
        late: Sequence[str] = (),
        tagged: bool = True,
        protect: bool = False,
        retain: bool = False,
        after: tuple[pulumi.Resource, ...] = (),
        ignore: Sequence[str] = (),
    ) -> pulumi.CustomResource:
        """Declare one resource.

        Args:
            token: Its type: ``aws:sqs/queue:Queue``.
            name: Its logical name, unique in the stack among its type.
            properties: Its properties.
            late: Outputs that are read later by `late`.
            tagged: Whether the type has tags.
            protect: Whether the engine refuses to delete or replace it.
            retain: Whether the real thing stays when it is deleted from the stack.
            after: What must exist before it, beside what the place waits for.
            ignore: Properties that others change, whose changes are left alone.
        """
        props: Properties = {**dict.fromkeys(late), **properties}
        if tagged and self.tags:
            props["tags"] = {**self.tags, **props.get("tags", {})}
        options = pulumi.ResourceOptions(
            parent=self.parent,
            depends_on=[*self.after, *after],
            protect=protect or None,
            retain_on_delete=retain or None,
            ignore_changes=list(ignore) or None,
        )
        return pulumi.CustomResource(token, name, props, options)


def cloud_place(place: Place) -> CloudPlace:
    """Return where the managed services of a place's owner stand.

    Raises:
        LookupError: If the environment stands in no account; a plan asks for none there.
    """
    if place.cloud is None:
        raise LookupError("a managed service outside of an account; the environment's checks let that pass")
    return CloudPlace(parent=place.parent, cloud=place.cloud, tags=dict(place.labels), after=place.after)


def late(resource: pulumi.CustomResource, output: str) -> pulumi.Output[Any]:
    """Return an output of a declared resource, which was asked for in ``late``."""
    value: pulumi.Output[Any] | None = vars(resource).get(output)
    if value is None:
        raise LookupError(f"{output} was not asked for when the resource was declared")
    return value
