"""What is amiss, and what to do about it: on this machine, in an environment, in a cluster, in an AWS account.

Promise: nothing is changed, started, built or downloaded. What cannot be looked at is *not checked*, with the reason,
and never counts as well.
"""

from pavedroad.doctor.checks import Check, Outcome
from pavedroad.doctor.cloud import check_cloud
from pavedroad.doctor.cluster import check_cluster
from pavedroad.doctor.machine import check_machine
from pavedroad.doctor.project import check_project

__all__ = ["Check", "Outcome", "check_cloud", "check_cluster", "check_machine", "check_project"]
