"""Finding out who claims the same thing, each looked at once."""

from collections.abc import Hashable, Iterable
from typing import Final, NamedTuple

from pavedroad.governance import Resource, Truth
from pavedroad.governance.truth import NO, YES, open_at

_SEVERAL: Final = 2


class Claim(NamedTuple):
    """What one resource claims for itself alone.

    Attributes:
        owner: The resource.
        what: The thing; None where it is not known.
        path: Where it says so.
        settled: Whether it claims anything at all.
    """

    owner: Resource
    what: Hashable | None
    path: str
    settled: Truth = YES


class Claims:
    """Claims of many resources, indexed by what is claimed."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        """Index ``claims``; those that are settled not to be any are left out."""
        self._claims = [claim for claim in claims if claim.settled.holds is not False]
        self._owners: dict[Hashable, set[tuple[str, str]]] = {}
        self._doubtful: dict[tuple[str, str], str] = {}
        for claim in self._claims:
            if claim.what is None or claim.settled.holds is None:
                self._doubtful.setdefault(claim.owner.key, claim.path)
            else:
                self._owners.setdefault(claim.what, set()).add(claim.owner.key)

    def judged(self) -> Iterable[tuple[Claim, Truth]]:
        """Say of each claim whether nobody else makes it."""
        return ((claim, self._alone(claim)) for claim in self._claims)

    def _alone(self, claim: Claim) -> Truth:
        if claim.what is None or claim.settled.holds is None:
            return open_at(claim.path) if self._others_than(claim) else YES
        if len(self._owners[claim.what]) >= _SEVERAL:
            return NO
        doubtful = next((path for key, path in self._doubtful.items() if key != claim.owner.key), None)
        return YES if doubtful is None else open_at(doubtful)

    def _others_than(self, claim: Claim) -> bool:
        return any(each.owner.key != claim.owner.key for each in self._claims)
