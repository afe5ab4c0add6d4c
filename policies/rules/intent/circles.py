"""Circles in a directed graph: its strongly connected components, by Kosaraju's two passes, without recursion."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

_NOWHERE: Final[Sequence[str]] = ()


def circles(edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Number the circles, and give each node that lies on one the number of its circle.

    An edge lies on a circle where both its ends have the same number.
    """
    forth: dict[str, list[str]] = {}
    back: dict[str, list[str]] = {}
    for start, end in edges:
        forth.setdefault(start, []).append(end)
        forth.setdefault(end, [])
        back.setdefault(end, []).append(start)
    finished: list[str] = []
    seen: set[str] = set()
    for node in forth:
        finished += _finishing(node, forth, seen)
    component: dict[str, int] = {}
    seen.clear()
    for node in reversed(finished):
        members = list(_finishing(node, back, seen))
        if len(members) > 1 or node in forth[node]:
            component |= dict.fromkeys(members, len(component))
    return component


def _finishing(start: str, graph: Mapping[str, Sequence[str]], seen: set[str]) -> Iterator[str]:
    """Walk depth first from a node over nodes that are not seen yet; yield each once all behind it are."""
    if start in seen:
        return
    seen.add(start)
    walk = [(start, iter(graph.get(start, _NOWHERE)))]
    while walk:
        node, ahead = walk[-1]
        new = next((each for each in ahead if each not in seen), None)
        if new is None:
            walk.pop()
            yield node
        else:
            seen.add(new)
            walk.append((new, iter(graph.get(new, _NOWHERE))))
