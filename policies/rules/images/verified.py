"""Rules about what is verified of an image before a pod may run it: who built it, how, of what, and its known faults.

A pod does not say so itself, the cluster's admission does; see `policies.rules.images.verifiers` for what is read of
that. Where it stands elsewhere nothing here can see it, so these controls are only advice, and off below staging.
"""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Severity,
    Stack,
    StackRule,
    Tier,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import WORKLOADS, namespace_of
from policies.rules.images.verifiers import Verifier, verifiers

_BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})
_ABOVE: Final = frozenset({Tier.STAGING, Tier.PRODUCTION})
_POLICY: Final = "declare a Kyverno ClusterPolicy with verifyImages that is enforced in the namespace"


def _verified(asks: Callable[[Verifier], Truth], what: str) -> Callable[[Stack], Iterator[Duty]]:
    """Make a check that, for every image, a policy asks for what ``asks`` looks for."""

    def check(stack: Stack) -> Iterator[Duty]:
        able = [
            (each, truth) for each in stack.derived(verifiers) if (truth := asks(each)).holds is not False
        ]
        for workload, pods in stack.pods().values():
            images = [container.text("image") for pod in pods for container in pod.containers()]
            namespace = namespace_of(workload)
            asked = (
                any_of(*(all_of(truth, each.covers(image, namespace)) for each, truth in able))
                for image in images
            )
            yield Duty(
                workload,
                any_of(all_of(*asked), stack.missing("the policies that verify images")),
                f"the {what} of each of its images must be verified by an admission policy",
            )

    return check


def _states(*types: str) -> Callable[[Verifier], Truth]:
    """Make a question whether a verifier asks for a statement of one of ``types``, each the beginning of one."""

    def asks(verifier: Verifier) -> Truth:
        return any_of(*(each.satisfies(lambda text: text.startswith(types)) for each in verifier.statements))

    return asks


def _rule(  # noqa: PLR0913 - what tells the four controls apart
    identifier: str,
    sentence: str,
    *,
    why: str,
    severity: Severity,
    row: int,
    fix: str,
    check: Callable[[Stack], Iterator[Duty]],
    references: tuple[Reference, ...] = (),
) -> StackRule:
    return StackRule(
        Control(
            identifier=identifier,
            sentence=sentence,
            why=why,
            severity=severity,
            resource_types=WORKLOADS,
            fix=Fix(pulumi=f"{_POLICY}, with {fix}"),
            references=references,
            off_in=_BELOW_STAGING,
            advisory_in=_ABOVE,
            rows=(row,),
        ),
        check,
    )


SIGNATURES: Final = _rule(
    "image-signatures-verified",
    "Every image's signature is verified before it runs",
    why="A name and a tag say nothing about who built an image; a signature does, and a stolen password of the registry "
    "does not forge it.",
    severity=Severity.HIGH,
    row=67,
    fix="attestors that name the signer's key or identity",
    check=_verified(lambda verifier: verifier.signed, "signature"),
    references=(Reference("CIS Kubernetes", "5.5.1"),),
)

PROVENANCE: Final = _rule(
    "image-provenance-verified",
    "Every image's provenance is verified before it runs",
    why="A signature alone does not say from which source an image was built, and by which pipeline.",
    severity=Severity.MEDIUM,
    row=68,
    fix="attestations of type https://slsa.dev/provenance/v1",
    check=_verified(_states("slsaprovenance", "https://slsa.dev/provenance/"), "SLSA provenance"),
)

CONTENTS: Final = _rule(
    "image-contents-attested",
    "Every image's bill of materials is verified before it runs",
    why="When the next fault in a library becomes known, only this says at once which images hold it.",
    severity=Severity.MEDIUM,
    row=69,
    fix="attestations of type https://cyclonedx.org/bom or https://spdx.dev/Document",
    check=_verified(
        _states("cyclonedx", "spdx", "https://cyclonedx.org/bom", "https://spdx.dev/Document"),
        "bill of materials",
    ),
)

SCANS: Final = _rule(
    "image-scans-attested",
    "Every image's scan for known faults is verified before it runs",
    why="An image that nobody scanned, or that was scanned a year ago, holds faults that everybody else knows.",
    severity=Severity.MEDIUM,
    row=70,
    fix="attestations of type https://cosign.sigstore.dev/attestation/vuln/v1 whose conditions bound the scan's age",
    check=_verified(
        _states(
            "vuln", "https://cosign.sigstore.dev/attestation/vuln/", "cosign.sigstore.dev/attestation/vuln/"
        ),
        "scan for known faults",
    ),
    references=(Reference("CIS EKS", "5.1.1"),),
)

RULES: Final = (SIGNATURES, PROVENANCE, CONTENTS, SCANS)
