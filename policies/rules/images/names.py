"""Names of images: repository, tag and digest, and whether one stands below a place.

Source: the reference grammar of https://github.com/distribution/reference, with Docker's default registry.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

_DOCKER: Final = "docker.io"
_DOCKER_ALIASES: Final = frozenset({"index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


class ImageName(NamedTuple):
    """What a reference to an image says.

    Attributes:
        repository: Registry and path in full, as `docker.io/library/nginx`.
        tag: The tag; empty where there is none.
        digest: The digest; empty where there is none, or none that pins anything.
    """

    repository: str
    tag: str
    digest: str


@lru_cache(maxsize=4096)
def read(image: str) -> ImageName:
    """Take a reference to an image apart."""
    name, _, digest = image.partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, tag = name, ""
    return ImageName(_repository(head), tag, digest if _DIGEST.fullmatch(digest) else "")


@lru_cache(maxsize=4096)
def below(image: str, place: str) -> bool:
    """Whether ``image`` stands below ``place``: a registry, a folder in one, a repository, or one tag of it.

    A place ends at a slash or where the name ends, so `registry.example` does not hold
    `registry.example.evil/app`. One that ends in `/` or `/*` is a folder; `*` alone holds every image.
    """
    name, start = read(image), place.rstrip("*")
    if not start:
        return bool(place)
    bare = start.rstrip("/")
    if "/" not in bare and (start != bare or _is_registry(bare.partition(":")[0])):
        folder = _registry(bare) if _is_registry(bare) else f"{_DOCKER}/{bare}"
        return name.repository.startswith(f"{folder}/")
    wanted = read(bare)
    if wanted.tag and wanted.tag != name.tag:
        return False
    inside = name.repository.startswith(f"{wanted.repository}/")
    return inside or (start == bare and name.repository == wanted.repository)


def _repository(name: str) -> str:
    first, slash, rest = name.partition("/")
    if slash and _is_registry(first):
        return f"{_registry(first)}/{rest}"
    return f"{_DOCKER}/{name}" if slash else f"{_DOCKER}/library/{name}"


def _is_registry(first: str) -> bool:
    """Whether the first part of a name is a registry's host, not a folder of Docker's."""
    return "." in first or ":" in first or first == "localhost"


def _registry(host: str) -> str:
    lower = host.lower()
    return _DOCKER if lower in _DOCKER_ALIASES else lower
