"""Create, read, update and delete one object.

Source: `Creation`, `Read`, `Update` and `Deletion` in `provider/pkg/await/await.go` of pulumi/pulumi-kubernetes.
A create is an upsert there: an object that exists already, say from an update that was killed, is adopted, not
refused.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pavedroad.sandbox.api import ApiError, ObjectRef, Propagation, UnknownKindError
from pavedroad.sandbox.provider import awaiting, ownership
from pavedroad.sandbox.provider.annotations import (
    DELETION_PROPAGATION,
    SKIP_AWAIT,
    annotation,
    is_on,
    name_of,
    timeout_seconds,
)
from pavedroad.sandbox.provider.cluster import Cluster
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.naming import unique_name
from pavedroad.sandbox.provider.properties import Manifest

_RETRY_PAUSES_SECONDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Pauses between attempts to create an object whose kind or namespace may be about to be created."""

_IMMUTABLE: Final = "field is immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done with one object.

    Attributes:
        declared: The object as declared.
        field_manager: Under which name it is applied.
        preview: Let the API server compute the result, but store nothing.
        custom_seconds: The resource option `customTimeouts`; 0 where there is none.
        is_patch: Whether the object belongs to somebody else and only some fields of it are ours.
        ignored: Property paths under `ignoreChanges`.
        switches: The provider's inputs that are on.
        report: Told about progress, for people to read.
    """

    declared: Manifest
    field_manager: str
    preview: bool = False
    custom_seconds: float = 0
    is_patch: bool = False
    ignored: Sequence[str] = ()
    switches: frozenset[str] = frozenset()
    report: Callable[[str], None] = field(default=lambda _text: None)


def create(cluster: Cluster, order: Order) -> Manifest:
    """Create an object, or adopt one of the same name, and wait until it is ready.

    Raises:
        NotReadyError: It is stored, but not ready.
        KubeError: The API server refused, does not answer, or does not serve the kind.
    """
    judge = awaiting.judge_of(order.declared)
    live = _create_with_retries(cluster, order)
    return live if order.preview else _until_ready(cluster, order, live, judge)


def preview_create(cluster: Cluster, order: Order) -> Manifest | None:
    """Let the API server compute what a create would store; None where only the update can know.

    Raises:
        KubeError: The API server refuses the object.
    """
    try:
        return _apply(cluster, order, None)
    except ApiError as error:
        if error.reason == "Invalid" and _IMMUTABLE in error.message:
            return _apply(cluster, _renamed(order), None)
        if (
            error.reason == "Forbidden"
            or _lacks_namespace(error)
            or "does not support dry run" in error.message
        ):
            return None
        raise


def update(cluster: Cluster, order: Order, old_manager: str) -> Manifest:
    """Apply a changed declaration and wait until the object is ready again.

    Raises:
        NotReadyError: The change is stored, but the object is not ready.
        ProviderError: The object is gone.
        KubeError: The API server refused, does not answer, or does not serve the kind.
    """
    judge = awaiting.judge_of(order.declared)
    reference = ObjectRef.of(order.declared)
    before = cluster.find(reference)
    if before is None:
        raise ProviderError(f"{reference} does not exist any more; run `pulumi refresh`")
    if order.declared.get("kind") == "CustomResourceDefinition":
        live = _replace_definition(cluster, order, before)
    else:
        live = _apply_over(cluster, order, before)
    if order.preview:
        return live
    live = _until_ready(cluster, order, live, judge)
    if old_manager != order.field_manager:
        relinquish(cluster, reference, old_manager)
        live = cluster.find(reference) or live
    return live


def read(cluster: Cluster, reference: ObjectRef, declared: Manifest | None) -> Manifest | None:
    """Read an object.

    Args:
        cluster: Where it lives.
        reference: The object.
        declared: As it was declared; None for an import, which judges nothing.

    Returns:
        The live object; None where it, or its kind, is gone.

    Raises:
        NotReadyError: It is there, but not ready.
    """
    live = cluster.find(reference)
    if live is not None and declared is not None and awaiting.rule_of(live).on_read:
        awaiting.check_ready(cluster, live, awaiting.judge_of(declared))
    return live


def delete(cluster: Cluster, order: Order, reference: ObjectRef) -> None:
    """Delete an object and wait until it is gone; one that is gone already is no error.

    Raises:
        NotReadyError: It is still there when the time is up.
        KubeError: The API server refused or does not answer.
    """
    if order.is_patch:
        relinquish(cluster, reference, order.field_manager)
        return
    live = cluster.find(reference)
    if live is None or not cluster.delete(reference, _propagation(order.declared)):
        return
    rule = awaiting.rule_of(live)
    if rule.skips_deletion and is_on(order.declared, SKIP_AWAIT):
        return
    seconds = timeout_seconds(order.declared, order.custom_seconds, rule.deletion_seconds)
    awaiting.until_gone(cluster, live, seconds, order.report)


def relinquish(cluster: Cluster, reference: ObjectRef, manager: str) -> None:
    """Give up all fields of an object that a field manager owns; the object stays."""
    if cluster.find(reference) is None:
        return
    metadata = {"name": reference.name} | ({"namespace": reference.namespace} if reference.namespace else {})
    bare = {"apiVersion": reference.api_version, "kind": reference.kind, "metadata": metadata}
    cluster.apply(bare, field_manager=manager, force=False)


def _create_with_retries(cluster: Cluster, order: Order) -> Manifest:
    for pause in _RETRY_PAUSES_SECONDS:
        try:
            return _apply(cluster, order, None)
        except (ApiError, UnknownKindError) as error:
            if isinstance(error, ApiError) and error.reason != "NotFound":
                raise
            order.report(f"creation failed, trying again in {pause:g} s: {error}")
            if cluster.cancelled.wait(pause):
                raise
    return _apply(cluster, order, None)


def _apply(cluster: Cluster, order: Order, before: Manifest | None) -> Manifest:
    force = ownership.takes_by_force(order.declared, before, preview=order.preview, switches=order.switches)
    try:
        return cluster.apply(
            order.declared, field_manager=order.field_manager, force=force, dry_run=order.preview
        )
    except ApiError as error:
        if error.reason != "Conflict":
            raise
        raise ProviderError(ownership.conflict_text(order.field_manager, error.message)) from error


def _apply_over(cluster: Cluster, order: Order, before: Manifest) -> Manifest:
    if not order.preview and not order.is_patch:
        handover = ownership.takeover(before, order.field_manager)
        before = cluster.patch_json(before, handover) if handover else before
    declared = ownership.without_ignored(order.declared, before, order.ignored, order.field_manager)
    return _apply(cluster, _with_declared(order, declared), before)


def _replace_definition(cluster: Cluster, order: Order, before: Manifest) -> Manifest:
    """Replace a CustomResourceDefinition as a whole, which keeps the objects of its kind."""
    metadata = {**order.declared["metadata"], "resourceVersion": before["metadata"]["resourceVersion"]}
    whole = {**order.declared, "metadata": metadata}
    return cluster.put(whole, field_manager=order.field_manager, dry_run=order.preview)


def _until_ready(cluster: Cluster, order: Order, live: Manifest, judge: awaiting.Judge) -> Manifest:
    rule = awaiting.rule_of(live)
    seconds = timeout_seconds(order.declared, order.custom_seconds, rule.seconds)
    return awaiting.until_ready(cluster, live, judge, seconds, order.report)


def _renamed(order: Order) -> Order:
    """Give the object another name for a dry run, as it cannot take the place of the one to be replaced."""
    metadata = {**order.declared["metadata"], "name": unique_name(name_of(order.declared))}
    return _with_declared(order, {**order.declared, "metadata": metadata})


def _with_declared(order: Order, declared: Manifest) -> Order:
    return dataclasses.replace(order, declared=declared)


def _lacks_namespace(error: ApiError) -> bool:
    return error.reason == "NotFound" and error.message.startswith("namespaces ")


def _propagation(declared: Manifest) -> Propagation:
    policies: dict[str, Propagation] = {"orphan": "Orphan", "background": "Background"}
    return policies.get(annotation(declared, DELETION_PROPAGATION).lower(), "Foreground")
