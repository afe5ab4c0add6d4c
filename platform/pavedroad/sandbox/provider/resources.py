"""The operations on one resource: property maps in, property maps out, nothing of the protocol."""

from dataclasses import dataclass, field

from pavedroad.sandbox.api import KubeError, ObjectRef, UnknownKindError
from pavedroad.sandbox.provider import lifecycle
from pavedroad.sandbox.provider.annotations import REPLACE_UNREADY, is_on, namespace_of, object_id, parse_id
from pavedroad.sandbox.provider.awaiting.workloads import job
from pavedroad.sandbox.provider.comparing import Comparison, Rules, compare
from pavedroad.sandbox.provider.errors import InitError, NotReadyError, ProviderError
from pavedroad.sandbox.provider.kinds import ResourceType
from pavedroad.sandbox.provider.lifecycle import Order
from pavedroad.sandbox.provider.normalise import normalised
from pavedroad.sandbox.provider.outputs import Checkpoint, checkpoint
from pavedroad.sandbox.provider.ownership import field_manager
from pavedroad.sandbox.provider.properties import Manifest, Properties, has_unknown, manifest_of
from pavedroad.sandbox.provider.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the engine asks for.

    Attributes:
        urn: The resource.
        state: The outputs recorded; empty for a create.
        news: The checked inputs; empty for a delete.
        seconds: The resource option `customTimeouts`; 0 where there is none.
        ignored: Property paths under `ignoreChanges`.
        preview: Compute, but change nothing.
    """

    urn: str
    state: Properties = field(default_factory=dict)
    news: Properties = field(default_factory=dict)
    seconds: float = 0
    ignored: tuple[str, ...] = ()
    preview: bool = False


def diff(session: Session, task: Task) -> Comparison:
    """Tell what an update would change."""
    declared = manifest_of(task.news)
    rules = Rules(
        namespaced=session.is_namespaced(declared),
        is_patch=_is_patch(task.urn, declared),
        ignored=task.ignored,
        switches=session.settings.switches,
        also_replaces=_unready(session, task, declared),
    )
    return compare(task.state, task.news, rules)


def create(session: Session, task: Task) -> tuple[str, Properties]:
    """Create a resource; a preview computes its outputs on the API server, or gives the inputs back.

    Returns:
        Id (empty at preview) and outputs.

    Raises:
        InitError: It is stored, but not ready.
        ProviderError: It is not stored.
    """
    urn, news = task.urn, task.news
    declared = manifest_of(news)
    if task.preview and (has_unknown(declared) or _is_patch(urn, declared) or not session.knows(declared)):
        return "", news
    cluster = session.reachable()
    order = _order(session, task, declared, field_manager(declared, None, urn))
    if task.preview:
        computed = lifecycle.preview_create(cluster, order)
        if computed is None:
            return "", news
        computed.pop("status", None)
        return "", _outputs(declared, computed, news, order)
    try:
        live = lifecycle.create(cluster, order)
    except NotReadyError as error:
        said = (
            f'resource "{urn}" was successfully created, but the Kubernetes API server reported that it '
            f"failed to fully initialize or become live: {error}"
        )
        raise _stored(said, error, _outputs(declared, error.live, news, order)) from error
    except UnknownKindError as error:
        raise ProviderError(
            f'creation of resource "{urn}" with kind {declared["apiVersion"]}/{declared["kind"]} failed because '
            "the Kubernetes API server reported that the apiVersion for this resource does not exist. "
            f"Verify that any required CRDs have been created: {error}"
        ) from error
    except (KubeError, ProviderError) as error:
        raise ProviderError(
            f'resource "{urn}" was not successfully created by the Kubernetes API server: {error}'
        ) from error
    _forget_kinds_after(session, declared)
    return object_id(live), _outputs(declared, live, news, order)


def update(session: Session, task: Task) -> Properties:
    """Apply changed inputs; a preview computes the outputs on the API server, or gives the inputs back.

    Raises:
        InitError: The resource is there, but the change was refused, or it is not ready again.
        ProviderError: The resource cannot be read any more.
    """
    urn, news = task.urn, task.news
    declared = normalised(manifest_of(news))
    if task.preview and (has_unknown(declared) or not session.knows(declared)):
        return news
    cluster = session.reachable()
    before = Checkpoint.of(task.state)
    manager = field_manager(declared, before.field_manager, urn)
    order = _order(session, task, declared, manager)
    try:
        live = lifecycle.update(cluster, order, before.field_manager or manager)
    except (KubeError, ProviderError) as error:
        if task.preview:
            raise
        kept = cluster.find(ObjectRef.of(before.live))
        if kept is None:
            raise ProviderError(f'update of resource "{urn}" failed: {error}') from error
        said = (
            f'the Kubernetes API server reported that "{object_id(kept)}" failed to fully initialize '
            f"or become live: {error}"
        )
        raise _stored(said, error, _outputs(declared, kept, news, order, before.api_version)) from error
    _forget_kinds_after(session, declared)
    return _outputs(declared, live, news, order, before.api_version)


def delete(session: Session, resource_id: str, task: Task) -> None:
    """Delete a resource and wait until it is gone.

    Raises:
        ProviderError: It is still there, or the cluster cannot be reached.
    """
    if session.cluster is None:
        _delete_unreachable(session, task.urn)
        return
    before = Checkpoint.of(task.state)
    namespace, name = parse_id(resource_id)
    reference = ObjectRef(
        api_version=before.live["apiVersion"],
        kind=before.live["kind"],
        name=name,
        namespace=namespace or namespace_of(before.live) or session.namespace,
    )
    declared = before.inputs or before.live
    order = _order(session, task, declared, field_manager(declared, before.field_manager, task.urn))
    try:
        lifecycle.delete(session.cluster, order, reference)
    except NotReadyError as error:
        raise ProviderError("; ".join((str(error), *error.reasons))) from error


def _is_patch(urn: str, declared: Manifest) -> bool:
    return ResourceType.of(urn).patches(str(declared.get("kind")))


def _order(session: Session, task: Task, declared: Manifest, manager: str) -> Order:
    return Order(
        declared=declared,
        field_manager=manager,
        preview=task.preview,
        custom_seconds=task.seconds,
        is_patch=_is_patch(task.urn, declared),
        ignored=task.ignored,
        switches=session.settings.switches,
        report=lambda text: session.log.status(task.urn, text),
    )


def _outputs(
    declared: Manifest, live: Manifest, given: Properties, order: Order, api_version: str | None = None
) -> Properties:
    return checkpoint(
        inputs=declared,
        live=live,
        given=given,
        api_version=api_version or declared["apiVersion"],
        field_manager=order.field_manager,
    )


def _stored(message: str, error: Exception, outputs: Properties) -> InitError:
    """Say that the object is stored all the same, so that the state records it."""
    reasons = error.reasons if isinstance(error, NotReadyError) else ()
    return InitError(
        message, resource_id=object_id(manifest_of(outputs)), outputs=outputs, reasons=(message, *reasons)
    )


def _forget_kinds_after(session: Session, declared: Manifest) -> None:
    if declared["kind"] == "CustomResourceDefinition":
        session.reachable().forget_kinds()


def _unready(session: Session, task: Task, declared: Manifest) -> tuple[str, ...]:
    """Name the annotation `pulumi.com/replaceUnready` where it asks for a Job that is not complete to go."""
    if not is_on(declared, REPLACE_UNREADY):
        return ()
    if declared.get("kind") != "Job":
        session.log.warning(task.urn, "replaceUnready annotation is not supported for this resource")
        return ()
    if session.cluster is None:
        session.log.warning(task.urn, "Cluster is unreachable, skipping replaceUnready check")
        return ()
    live = session.cluster.find(ObjectRef.of(Checkpoint.of(task.state).live))
    if live is None or job(live, session.cluster).ready:
        return ()
    return (f'.metadata.annotations["{REPLACE_UNREADY}"]',)


def _delete_unreachable(session: Session, urn: str) -> None:
    session.log.warning(urn, f"configured Kubernetes cluster is unreachable: {session.trouble}")
    if "deleteUnreachable" not in session.settings.switches:
        raise ProviderError(
            "configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this "
            "resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE "
            'environment variable set to "true"'
        )
