"""What examples of single controls cannot show of the rules about images: names, places, and who verifies what."""

from typing import Any

import pytest

from pavedroad.governance import Opaque, Stack, Verdict, judge
from policies.rules.images.names import below, read
from tests.policies.examples.images import DIGEST, IMAGE, kyverno, pod, sigstore
from tests.support.examples import RULE_BY_CONTROL, Declared, changed, resources


def verdict(control: str, *declared: Declared, whole: bool = True, **settings: object) -> Verdict:
    """Give the worst verdict that a control has on the first of some resources."""
    every = resources(declared)
    rule = RULE_BY_CONTROL[control].set_to(settings)
    found = {each.verdict for each in judge([rule], Stack(every, whole=whole)) if each.urn == every[0].urn}
    return next(each for each in (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.PASS) if each in found)


@pytest.mark.parametrize(
    ("image", "repository", "tag", "digest"),
    [
        ("nginx", "docker.io/library/nginx", "", ""),
        ("nginx:1.27", "docker.io/library/nginx", "1.27", ""),
        ("team/web", "docker.io/team/web", "", ""),
        ("registry.example:5000/web", "registry.example:5000/web", "", ""),
        ("localhost/web:1", "localhost/web", "1", ""),
        ("REGISTRY.example/web:1", "registry.example/web", "1", ""),
        ("index.docker.io/team/web", "docker.io/team/web", "", ""),
        (f"web:1@{DIGEST}", "docker.io/library/web", "1", DIGEST),
        ("web@sha256:0123", "docker.io/library/web", "", ""),
        ("web@sha256:" + "G" * 64, "docker.io/library/web", "", ""),
    ],
)
def test_an_images_name_is_taken_apart(image: str, repository: str, tag: str, digest: str) -> None:
    name = read(image)
    assert (name.repository, name.tag, name.digest) == (repository, tag, digest)


@pytest.mark.parametrize(
    ("image", "place"),
    [
        ("registry.example/web", "registry.example"),
        ("registry.example/team/web:1", "registry.example/"),
        ("registry.example/team/web:1", "registry.example/team"),
        ("registry.example/team/web:1", "registry.example/team/*"),
        ("registry.example:5000/web", "registry.example:5000"),
        ("nginx:1.27", "docker.io"),
        ("nginx:1.27", "nginx"),
        ("ubuntu:20.14", "ubuntu:20.14"),
        ("docker.io/team/web", "team/"),
        ("team/web", "docker.io/team/"),
        (IMAGE, "*"),
    ],
)
def test_an_image_stands_below_its_registry_folder_and_repository(image: str, place: str) -> None:
    assert below(image, place)


@pytest.mark.parametrize(
    ("image", "place"),
    [
        ("registry.example.evil.example/web", "registry.example"),
        ("registry.example.evil.example/web", "registry.example*"),
        ("registry.example:5000/web", "registry.example"),
        ("registry.example/teams/web", "registry.example/team"),
        ("registry.example/team", "registry.example/team/"),
        ("evil.example/registry.example/web", "registry.example"),
        ("openpolicyagent:443/opa", "openpolicyagent/"),
        ("ubuntu:22.04", "ubuntu:20.14"),
        ("ubuntu", "ubuntu:20.14"),
        ("ubuntumalicious", "ubuntu"),
        ("nginx", ""),
    ],
)
def test_an_image_does_not_stand_below_what_its_name_only_begins_with(image: str, place: str) -> None:
    assert not below(image, place)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("web", Verdict.FAIL),
        ("web:latest", Verdict.FAIL),
        ("web:latest-stable", Verdict.PASS),
        (f"web:latest@{DIGEST}", Verdict.PASS),
        (f"web@{DIGEST}", Verdict.PASS),
        ("registry.example:5000/web", Verdict.FAIL),
        (Opaque.UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_a_tag_must_be_there_and_stand_still_unless_a_digest_pins_the_image(
    image: Any, expected: Verdict
) -> None:
    assert verdict("images-tagged", pod(image)) is expected


def test_without_a_list_every_registry_is_allowed() -> None:
    assert verdict("images-from-allowed-registries", pod("anywhere.example/web:1")) is Verdict.PASS


def test_an_ephemeral_containers_image_is_looked_at_too() -> None:
    debugging = pod(ephemeralContainers=[{"name": "debug", "image": "busybox"}])
    assert verdict("images-tagged", debugging) is Verdict.FAIL


def test_kubernetes_pulls_a_latest_image_by_itself_unless_told_otherwise() -> None:
    latest = pod("web:latest")
    told = changed(latest, ("spec", "containers", 0, "imagePullPolicy"), "IfNotPresent")
    assert verdict("images-pulled-at-every-start", latest) is Verdict.PASS
    assert verdict("images-pulled-at-every-start", told) is Verdict.FAIL


@pytest.mark.parametrize(
    "control",
    [
        "image-signatures-verified",
        "image-provenance-verified",
        "image-contents-attested",
        "image-scans-attested",
    ],
)
def test_without_a_policy_nothing_is_verified_as_far_as_a_whole_stack_shows(control: str) -> None:
    assert verdict(control, pod()) is Verdict.FAIL
    assert verdict(control, pod(), whole=False) is Verdict.NOT_EVALUATED


def test_a_signature_alone_is_no_provenance() -> None:
    assert verdict("image-signatures-verified", pod(), kyverno()) is Verdict.PASS
    assert verdict("image-provenance-verified", pod(), kyverno()) is Verdict.FAIL


def test_two_policies_may_verify_one_image_each() -> None:
    other = changed(kyverno(), ("spec", "rules", 0, "verifyImages", 0, "imageReferences", 0), "ghcr.io/*")
    mixed = pod(init="ghcr.io/team/init:1")
    assert verdict("image-signatures-verified", mixed, kyverno()) is Verdict.FAIL
    assert verdict("image-signatures-verified", mixed, kyverno(), other) is Verdict.PASS


def test_a_pattern_may_spell_out_dockers_registry() -> None:
    policy = changed(
        kyverno(), ("spec", "rules", 0, "verifyImages", 0, "imageReferences", 0), "docker.io/library/*"
    )
    assert verdict("image-signatures-verified", pod("nginx:1.27", init="nginx"), policy) is Verdict.PASS


def test_a_policy_without_namespaces_holds_in_all_of_them() -> None:
    policy = changed(kyverno(), ("spec", "rules", 0, "match", "any", 0, "resources"), {"kinds": ["Pod"]})
    assert verdict("image-signatures-verified", pod(), policy) is Verdict.PASS


def test_a_sigstore_policy_says_nothing_about_a_namespace_that_does_not_ask_for_it() -> None:
    policy, namespace = sigstore()
    assert verdict("image-signatures-verified", pod(), policy, namespace) is Verdict.PASS
    assert verdict("image-signatures-verified", pod(), policy) is Verdict.FAIL
