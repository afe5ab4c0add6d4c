"""Rules about AWS databases, caches, search domains and file systems."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.databases import (
    caches,
    copies,
    documents,
    files,
    graphs,
    passwords,
    relational,
    relational_access,
    relational_lasting,
    relational_watch,
    search,
    tables,
)

RULES: Final[tuple[Rule, ...]] = (
    *relational.RULES,
    *relational_access.RULES,
    *relational_lasting.RULES,
    *passwords.RULES,
    *relational_watch.RULES,
    *copies.RULES,
    *tables.RULES,
    *caches.RULES,
    *documents.RULES,
    *graphs.RULES,
    *search.RULES,
    *files.RULES,
)
