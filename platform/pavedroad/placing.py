"""Which clusters of an environment something stands on, from the labels that it asks for.

Known to descriptors and to what reads them without checking, so plain mappings go in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def clusters_with(wanted: Mapping[str, str], clusters: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return the clusters that carry every label that is wanted; empty where none does.

    Nothing wanted means the first cluster, the home of the environment. A single cluster without labels tells no
    places apart: everything stands there.

    Args:
        wanted: Labels by key.
        clusters: Labels of each cluster by its name, the home first.
    """
    home, *others = clusters
    if not wanted or not (others or clusters[home]):
        return (home,)
    return tuple(name for name, labels in clusters.items() if wanted.items() <= labels.items())
