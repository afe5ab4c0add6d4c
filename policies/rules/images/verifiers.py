"""Policies that verify images before a pod may run them, as they stand in a stack.

Read are Kyverno's `verifyImages` and the `ClusterImagePolicy` of Sigstore's policy-controller. A Sigstore policy speaks
only about namespaces that ask for it by a label.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pavedroad.governance import Properties, Reading, Resource, Stack, Truth, all_of, any_of
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.labelled import CLUSTER
from policies.rules.images.names import read
from policies.rules.workloads.naming import Named, given_name, unclear

_NAMESPACE: Final = "kubernetes:core/v1:Namespace"
_KYVERNO: Final = frozenset(
    f"kubernetes:kyverno.io/{version}:{kind}"
    for version in ("v1", "v2beta1")
    for kind in ("ClusterPolicy", "Policy")
)
_SIGSTORE: Final = frozenset(
    f"kubernetes:policy.sigstore.dev/{version}:ClusterImagePolicy" for version in ("v1alpha1", "v1beta1")
)
_INCLUDED: Final = "policy.sigstore.dev/include"


class Verifier(NamedTuple):
    """One demand of a policy on the images that it speaks about.

    Attributes:
        images: The patterns of those images.
        applies: Whether it holds pods back in a namespace.
        signed: Whether it asks for a signature.
        statements: The types of the signed statements about the image that it asks for besides.
    """

    images: tuple[Reading[str], ...]
    applies: Callable[[Reading[str]], Truth]
    signed: Truth
    statements: tuple[Reading[str], ...]

    def covers(self, image: Reading[str], namespace: Reading[str]) -> Truth:
        """Whether it speaks about ``image`` where that runs in ``namespace``."""
        speaks = any_of(*(_meant(image, pattern) for pattern in self.images))
        return all_of(speaks, self.applies(namespace))


def verifiers(stack: Stack) -> list[Verifier]:
    """Read every policy of ``stack`` that verifies images (for `Stack.derived`)."""
    kyverno = (each for policy in stack.of_types(_KYVERNO) for each in _of_kyverno(policy))
    namespaces = Named((each, CLUSTER, given_name(each)) for each in stack.of_types({_NAMESPACE}))
    sigstore = (_of_sigstore(policy, namespaces) for policy in stack.of_types(_SIGSTORE))
    return [*kyverno, *sigstore]


def _of_kyverno(policy: Resource) -> Iterator[Verifier]:
    spec = policy.properties.at("spec")
    for rule in spec.items("rules"):
        for demand in rule.items("verifyImages"):
            action = demand.text("failureAction").or_else(spec.text("validationFailureAction"))
            enforced = all_of(
                action.satisfies(lambda text: text.lower() == "enforce"),
                demand.flag("required").equals(wanted=True, absent=True),
            )
            yield Verifier(
                images=tuple(each.text() for each in demand.items("imageReferences")),
                applies=_where_kyverno_matches(policy, rule, enforced),
                signed=_has_any(demand.items("attestors")),
                statements=tuple(
                    each.text("type").or_else(each.text("predicateType"))
                    for each in demand.items("attestations")
                ),
            )


def _where_kyverno_matches(
    policy: Resource, rule: Properties, enforced: Truth
) -> Callable[[Reading[str]], Truth]:
    chosen = [*rule.items("match.any"), *rule.items("match.all"), rule.at("match")]
    spared = [*rule.items("exclude.any"), *rule.items("exclude.all"), rule.at("exclude")]
    only = [each.text() for block in chosen for each in block.items("resources.namespaces")]
    without = [each.text() for block in spared for each in block.items("resources.namespaces")]

    def applies(namespace: Reading[str]) -> Truth:
        return all_of(
            enforced,
            any_of(*(_is_like(namespace, pattern, wanted=True) for pattern in only)) if only else enforced,
            *(_is_like(namespace, pattern, wanted=False) for pattern in without),
            enforced if policy.type.endswith(":ClusterPolicy") else namespace_of(policy).same_as(namespace),
        )

    return applies


def _of_sigstore(policy: Resource, namespaces: Named[Resource]) -> Verifier:
    spec = policy.properties.at("spec")
    authorities = spec.items("authorities")
    enforced = spec.text("mode").equals("enforce", absent=True)

    def applies(namespace: Reading[str]) -> Truth:
        included = (
            all_of(is_it, each.properties.at("metadata.labels").entry(_INCLUDED).text().equals("true"))
            for each, is_it in namespaces.called(namespace, CLUSTER)
        )
        return all_of(enforced, any_of(unclear(namespace), *included))

    return Verifier(
        images=tuple(each.text("glob") for each in spec.items("images")),
        applies=applies,
        signed=_has_any(authorities),
        statements=tuple(
            each.text("predicateType")
            for authority in authorities
            for each in authority.items("attestations")
        ),
    )


def _has_any(parts: list[Properties]) -> Truth:
    return any_of(*(each.anything().present() for each in parts))


def _meant(image: Reading[str], pattern: Reading[str]) -> Truth:
    """Whether ``pattern`` means ``image``, as it is written or with its registry in full."""
    written = pattern.value
    if written is None:
        return pattern.satisfies(lambda _: False)
    return image.satisfies(lambda text: _like(written, text) or _like(written, _in_full(text)))


def _is_like(text: Reading[str], pattern: Reading[str], *, wanted: bool) -> Truth:
    written = pattern.value
    if written is None:
        return pattern.satisfies(lambda _: False)
    return text.satisfies(lambda value: _like(written, value) is wanted)


def _in_full(image: str) -> str:
    name = read(image)
    return f"{name.repository}:{name.tag}" if name.tag else name.repository


@lru_cache(maxsize=1024)
def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(
        "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in written), re.DOTALL
    )


@lru_cache(maxsize=16384)
def _like(written: str, text: str) -> bool:
    return _pattern(written).fullmatch(text) is not None
