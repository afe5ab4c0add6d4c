"""Pulumi components: a plan in, resources out.

A component makes no choice and knows no table: what steers it stands in its plan. It may import Pulumi and the
pure packages, never ``stacks`` or ``policies``.
"""
