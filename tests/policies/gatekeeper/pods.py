"""Gatekeeper's suites about pod security, and the controls that ask the same."""

from collections.abc import Mapping

from tests.support.conformance import Suite

SUITES: Mapping[str, Suite] = {
    "pod-security-policy/allow-privilege-escalation": Suite(("containers-no-privilege-escalation",)),
    "pod-security-policy/privileged-containers": Suite(("containers-not-privileged",)),
    "pod-security-policy/read-only-root-filesystem": Suite(("containers-read-only-root-filesystem",)),
}
