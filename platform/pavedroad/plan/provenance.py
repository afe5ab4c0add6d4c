"""Where each chosen value came from.

Every choice that ``resolve`` makes goes through a :class:`Scope`: it is given what each source says, takes
the first that says anything, and writes down which one that was. ``paved explain`` reads the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeVar

T = TypeVar("T")

Path = tuple[str, ...]
"""A place in a descriptor, from the team's name down: ``("orders", "services", "orders", "scale", "min")``."""

Source = Literal["descriptor", "environment", "tier", "default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who decided a value.

    Attributes:
        value: The value as chosen.
        source: ``descriptor`` (the team wrote it), ``environment`` (the platform wrote it in the environment's
            file), ``tier`` (the table of the environment's tier), ``default`` (the same everywhere).
        written_at: The place in the descriptor or environment file, where somebody wrote it; else None.
    """

    value: object
    source: Source
    written_at: Path | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The record of all choices of one ``resolve``, by the path of what was chosen."""

    origins: dict[Path, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """A place in a descriptor from which choices are made.

    Attributes:
        trace: Where choices are written down.
        path: The place, for example ``("orders", "services", "orders")``.
        override: The place of what the team says for this environment alone
            (``(…, "environments", "prod")``), where it says anything.
    """

    trace: Trace
    path: Path
    override: Path | None = None

    def at(self, *names: str) -> Scope:
        """Return the scope of something further inside."""
        override = None if self.override is None else (*self.override, *names)
        return Scope(self.trace, (*self.path, *names), override)

    def choose(  # noqa: PLR0913 one keyword for each source, in the order in which they win
        self,
        name: str,
        *,
        override: T | None = None,
        given: T | None = None,
        environment: T | None = None,
        environment_path: Path | None = None,
        tier: T | None = None,
        default: T | None = None,
    ) -> T:
        """Return the first value that is not None, and record who said it.

        Args:
            name: What is chosen, dotted where it lies deeper than the scope: ``scale.min``.
            override: What the team says for this environment.
            given: What the team says.
            environment: What the environment's file says, at ``environment_path`` there.
            environment_path: Where the environment's file says it.
            tier: What the table of the environment's tier says.
            default: What holds everywhere.

        Raises:
            LookupError: If no source says anything; a table is incomplete.
        """
        names = tuple(name.split("."))
        path = (*self.path, *names)
        overridden = None if self.override is None else (*self.override, *names)
        for value, source, written_at in (
            (override, "descriptor", overridden),
            (given, "descriptor", path),
            (environment, "environment", environment_path),
            (tier, "tier", None),
            (default, "default", None),
        ):
            if value is not None:
                self.trace.origins[path] = Origin(value=value, source=source, written_at=written_at)  # type: ignore[arg-type]  # the tuple above holds only Sources
                return value
        raise LookupError(f"nothing decides {'.'.join(path)}")
