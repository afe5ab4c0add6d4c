"""Canaries: secrets made up for one test, and the search for every form in which they could show.

The forms are worked out here on their own, not with the code that masks.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path


def canary(prefix: str = "canary") -> str:
    """Return a secret that nothing else contains, with characters that URLs escape."""
    return f"{prefix}-{secrets.token_hex(12)}/&+{secrets.token_hex(4)}"


def forms(secret: str) -> dict[str, str]:
    """Return the texts that would give a secret away, by what they are called."""
    found = {
        "clear": secret,
        "JSON": json.dumps(secret)[1:-1],
        "URL": quote(secret, safe=""),
        "URL path": quote(secret),
        "URL query": quote_plus(secret),
        "URL lower": quote(secret, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    }
    for shift in range(3):
        # Six bits a character: the characters at both ends also depend on the neighbours' bytes.
        whole = base64.b64encode(b"\0" * shift + secret.encode()).decode().rstrip("=")
        middle = whole[4 if shift else 0 : -2]
        found[f"base64 at {shift}"] = middle
        found[f"base64 for URLs at {shift}"] = middle.replace("+", "-").replace("/", "_")
    return found


def sightings(canaries: Mapping[str, str], texts: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return which canary shows in which text."""
    return {
        (name, where)
        for name, secret in canaries.items()
        for where, text in texts.items()
        if any(form in text for form in forms(secret).values())
    }


def files(folder: Path, holders: Collection[str] = ()) -> dict[str, str]:
    """Return the texts of all files below a folder, by relative path.

    Args:
        folder: Where to look.
        holders: Relative paths of files and folders that must hold a secret, and are left out.
    """
    return dict(_files(folder, tuple(holders)))


def _files(folder: Path, holders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        held = any(path == holder or path.startswith(f"{holder}/") for holder in holders)
        if not held and file.is_file() and not file.is_symlink():
            yield path, file.read_bytes().decode("latin-1")
