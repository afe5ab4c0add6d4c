"""What people write: descriptors of teams and environments, and how files become them.

This package does no more than read and check. It makes no choices (``plan`` does), imports no Pulumi and no
cloud SDK, and opens only the files that it is told to and those that they name inside the project.
"""

from __future__ import annotations

from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.faults import (
    DescriptorError,
    DescriptorFaults,
    Fault,
    UnreadableFileError,
)
from pavedroad.descriptor.project import Project, find_root, load_file, load_project

__all__ = [
    "DescriptorError",
    "DescriptorFaults",
    "Fault",
    "Project",
    "UnreadableFileError",
    "check_project",
    "find_root",
    "load_file",
    "load_project",
]
