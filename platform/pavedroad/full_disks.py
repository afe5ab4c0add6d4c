"""What to do about a disk that takes no more: the machine's fault, and nobody's defect."""

import errno
from collections.abc import Mapping
from typing import Final

ADVICE: Final[Mapping[int, str]] = {
    errno.ENOSPC: "the disk is full: free some space and run this again",
    errno.EDQUOT: "your disk quota is used up: free some space and run this again",
}
"""By the operating system's number of the error."""
