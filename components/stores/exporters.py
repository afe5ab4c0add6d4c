"""The side-car that tells Prometheus what a store's server knows of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.stores.parts import RESTRICTED, declare_password, resources, secret_env
from pavedroad.plan.stores.exporters import COMPUTE

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Body, Place
    from pavedroad.plan.stores.exporters import ExporterPlan


def exporter_labels(plan: ExporterPlan | None) -> dict[str, str]:
    """Return the labels of pods that have the side-car, by which Prometheus finds them."""
    return {} if plan is None else plan.labels


def exporter_containers(
    plan: ExporterPlan | None, arguments: list[str], env: tuple[Body, ...] = ()
) -> list[Body]:
    """Return the side-car; nothing where an environment watches nothing.

    Args:
        plan: The side-car.
        arguments: What it is told.
        env: Its environment variables.
    """
    if plan is None:
        return []
    container: Body = {
        "name": "exporter",
        "image": plan.kind.image,
        "args": [f"--web.listen-address=:{plan.kind.port}", *arguments],
        "ports": [{"name": "metrics", "containerPort": plan.kind.port}],
        "resources": resources(COMPUTE),
        "securityContext": RESTRICTED,
    }
    return [container | ({"env": list(env)} if env else {})]


def exporter_login(plan: ExporterPlan | None, variables: dict[str, str]) -> tuple[Body, ...]:
    """Return variables that are filled with the side-car's login; none where it has none.

    Args:
        plan: The side-car.
        variables: Keys of its Secret (``username``, ``password``) by the variables that take them.
    """
    if plan is None or plan.credentials is None:
        return ()
    return tuple(secret_env(name, plan.credentials.name, key) for name, key in variables.items())


def declare_exporter_login(place: Place, plan: ExporterPlan | None) -> tuple[pulumi.Resource, ...]:
    """Declare the Secret of the side-car's user and password, where it has them."""
    if plan is None or plan.credentials is None:
        return ()
    return (declare_password(place, plan.credentials),)
