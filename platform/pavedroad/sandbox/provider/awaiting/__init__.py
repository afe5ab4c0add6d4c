"""Waiting until an object is ready, or gone; and saying why it is not.

Promise: what decides (`workloads`, `services`, `generic`, `explain`) is pure: a live object, and a view of the
objects around it, in; a verdict out. Only `wait` looks at the clock and the cluster.
"""

from pavedroad.sandbox.provider.awaiting.verdict import Judge
from pavedroad.sandbox.provider.awaiting.wait import check_ready, judge_of, rule_of, until_gone, until_ready

__all__ = ["Judge", "check_ready", "judge_of", "rule_of", "until_gone", "until_ready"]
