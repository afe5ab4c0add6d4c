"""Plans and choices as data: what ``paved plan`` and ``paved explain`` print."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from pavedroad.plan.provenance import Path, Trace

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def as_data(value: object) -> Json:
    """Return a plan as JSON data; what is empty or None is left out, since it says nothing."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, Fraction):
        return float(value)
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        data = {name: as_data(inner) for name, inner in pairs if inner not in (None, (), "", {})}
        return {"type": type(value).__name__, **data} if _is_variant(value) else data
    if isinstance(value, dict):
        return {str(key): as_data(inner) for key, inner in value.items()}
    if _is_pairs(value):
        return {key: as_data(inner) for key, inner in value}
    if isinstance(value, tuple | list):
        return [as_data(inner) for inner in value]
    raise TypeError(f"no part of a plan: {type(value).__name__}")


def _is_pairs(value: object) -> TypeGuard[tuple[tuple[str, object], ...]]:
    """Return whether a value is a frozen mapping: pairs, each with a text as its key."""
    return (
        isinstance(value, tuple)
        and all(
            isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)  # noqa: PLR2004 a pair
            for item in value
        )
        and bool(value)
    )


def _is_variant(value: object) -> bool:
    """Return whether a plan is one of several kinds that stand in the same place, told apart by their type."""
    return type(value).__name__.endswith(("Volume", "Ref", "StorePlan"))


def choices_under(trace: Trace, path: Path) -> list[Path]:
    """Return the paths of all choices at or below a path, sorted."""
    return sorted(known for known in trace.origins if known[: len(path)] == path)


def parse_path(text: str) -> Path:
    """Return the path that ``team/service.scale.min`` or ``team.quota.cpu`` means."""
    head, _, rest = text.partition(".")
    team, _, service = head.partition("/")
    names = tuple(rest.split(".")) if rest else ()
    return (team, "services", service, *names) if service else (team, *names)


def format_path(path: Path) -> str:
    """Return a path as ``paved explain`` takes it: the reverse of :func:`parse_path`."""
    if len(path) > 2 and path[1] == "services":  # noqa: PLR2004 team, the word services, service
        return ".".join((f"{path[0]}/{path[2]}", *path[3:]))
    return ".".join(path)
