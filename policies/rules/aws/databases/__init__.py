"""Rules about AWS databases, caches, search domains and file systems."""

from typing import Final

from pavedroad.governance import Rule

RULES: Final[tuple[Rule, ...]] = ()
