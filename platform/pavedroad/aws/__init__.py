"""What Pulumi on AWS needs before its first `up`: made, mended, and looked at.

Promise: a `Part` is declared once, as what is wanted; the same declaration makes it, mends it and says whether it is
as it should be. boto3 is imported when somebody connects, and not before. No secret is read, kept or printed.
"""

from pavedroad.aws.bootstrap import Step, carry_out, desired_parts, steps_towards
from pavedroad.aws.errors import AwsError, TargetError, UnusableError
from pavedroad.aws.parts import Operation, Part
from pavedroad.aws.session import Clients, confirm_account, connect
from pavedroad.aws.target import Repository, Target

__all__ = [
    "AwsError",
    "Clients",
    "Operation",
    "Part",
    "Repository",
    "Step",
    "Target",
    "TargetError",
    "UnusableError",
    "carry_out",
    "confirm_account",
    "connect",
    "desired_parts",
    "steps_towards",
]
