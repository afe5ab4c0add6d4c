"""What people write: descriptors of teams and environments, and how files become them.

This package does no more than read and check. It makes no choices (``plan`` does), imports no Pulumi and no
cloud SDK, and opens only the files that it is told to and those that they name inside the project.
"""
