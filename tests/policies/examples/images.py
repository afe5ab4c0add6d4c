"""Examples of the controls about images."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example
from tests.support.governed import CRON_JOB, POD, workload

DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = "registry.example.com/team/web:1.2.3"
PINNED = f"{IMAGE}@{DIGEST}"
CLUSTER_POLICY = "kubernetes:kyverno.io/v1:ClusterPolicy"
NAMESPACED_POLICY = "kubernetes:kyverno.io/v1:Policy"
IMAGE_POLICY = "kubernetes:policy.sigstore.dev/v1beta1:ClusterImagePolicy"
IN_CRON_JOB = "spec.jobTemplate.spec.template.spec"


def pod(image: str = PINNED, *, init: str = PINNED, **fields: object) -> Declared:
    containers = [{"name": "web", "image": image}]
    spec = {"containers": containers, "initContainers": [{"name": "init", "image": init}], **fields}
    return Declared(type=POD, properties={"metadata": {"name": "web", "namespace": "shop"}, "spec": spec})


def of_image(control: str, to: object, image: str = PINNED, **settings: object) -> tuple[Example, ...]:
    in_cron_job = Declared(type=CRON_JOB, properties=workload(CRON_JOB, {"containers": [{"image": image}]}))
    return (
        Example(
            control=control,
            declared=(pod(image, init=image),),
            breaks="spec.initContainers.0.image",
            to=to,
            settings=settings,
        ),
        Example(
            control=control,
            declared=(in_cron_job,),
            breaks=f"{IN_CRON_JOB}.containers.0.image",
            to=to,
            settings=settings,
        ),
    )


def demand(*statements: str) -> dict[str, Any]:
    return {
        "imageReferences": ["registry.example.com/team/*"],
        "failureAction": "Enforce",
        "attestors": [{"entries": [{"keys": {"kms": "awskms:///alias/images"}}]}],
        "attestations": [{"type": each} for each in statements],
    }


def kyverno(*statements: str, type_: str = CLUSTER_POLICY, namespace: str = "shop") -> Declared:
    rule = {
        "match": {"any": [{"resources": {"kinds": ["Pod"], "namespaces": ["shop"]}}]},
        "exclude": {"any": [{"resources": {"namespaces": ["kube-*"]}}]},
        "verifyImages": [demand(*statements)],
    }
    metadata = (
        {"name": "images", "namespace": namespace} if type_ == NAMESPACED_POLICY else {"name": "images"}
    )
    return Declared(type=type_, properties={"metadata": metadata, "spec": {"rules": [rule]}})


def sigstore(*statements: str) -> tuple[Declared, Declared]:
    authority = {"keyless": {}, "attestations": [{"predicateType": each} for each in statements]}
    spec = {"images": [{"glob": "registry.example.com/**"}], "authorities": [authority], "mode": "enforce"}
    namespace = {"name": "shop", "labels": {"policy.sigstore.dev/include": "true"}}
    return (
        Declared(type=IMAGE_POLICY, properties={"metadata": {"name": "images"}, "spec": spec}),
        Declared(type="kubernetes:core/v1:Namespace", properties={"metadata": namespace}),
    )


def breaking(control: str, verifying: tuple[Declared, ...], breaks: str, to: object, of: int = 1) -> Example:
    return Example(control=control, declared=(pod(), *verifying), breaks=breaks, to=to, of=of)


DEMAND = "spec.rules.0.verifyImages.0"
RULE = "spec.rules.0"
STATEMENT = "spec.authorities.0.attestations.0.predicateType"

PINS = (
    *of_image("images-tagged", "registry.example.com/team/web:latest", IMAGE),
    *of_image("images-tagged", "registry.example.com:443/team/web"),
    *of_image("images-tagged", "registry.example.com/team/web:edge", IMAGE, tags=["latest", "edge"]),
    *of_image("images-pinned-by-digest", IMAGE),
    *of_image("images-pinned-by-digest", f"{IMAGE}@sha256:cafe"),
    *of_image(
        "images-from-allowed-registries",
        "registry.example.com.evil.example/team/web:1",
        registries=["registry.example.com"],
    ),
    *of_image("images-from-allowed-registries", "nginx:1.27", registries=["registry.example.com/team/"]),
    *of_image("images-not-from-denied-registries", "k8s.gcr.io/pause:3.9"),
    *of_image("images-not-from-denied-registries", "nginx:1.27", registries=["docker.io"]),
    *of_image("images-pulled-at-every-start", IMAGE),
    *of_image("images-pulled-at-every-start", IMAGE, "registry.example.com/team/web:latest"),
    Example(
        control="images-pulled-at-every-start",
        declared=(
            Declared(
                type=POD, properties={"spec": {"containers": [{"image": IMAGE, "imagePullPolicy": "Always"}]}}
            ),
        ),
        breaks="spec.containers.0.imagePullPolicy",
        to="IfNotPresent",
    ),
)

PULLING = (
    Example(
        control="private-images-have-pull-secrets",
        declared=(pod(imagePullSecrets=[{"name": "registry"}]),),
        breaks="spec.imagePullSecrets",
        to=[],
        settings={"registries": ["registry.example.com"]},
    ),
    Example(
        control="private-images-have-pull-secrets",
        declared=(
            pod(serviceAccountName="web"),
            Declared(
                type="kubernetes:core/v1:ServiceAccount",
                properties={
                    "metadata": {"name": "web", "namespace": "shop"},
                    "imagePullSecrets": [{"name": "registry"}],
                },
            ),
        ),
        breaks="metadata.name",
        to="other",
        of=1,
        settings={"registries": ["registry.example.com"]},
    ),
)

SIGNED = (
    breaking("image-signatures-verified", (kyverno(),), f"{DEMAND}.attestors", []),
    breaking("image-signatures-verified", (kyverno(),), f"{DEMAND}.failureAction", "Audit"),
    breaking("image-signatures-verified", (kyverno(),), f"{DEMAND}.required", to=False),
    breaking("image-signatures-verified", (kyverno(),), f"{DEMAND}.imageReferences.0", "other.example/*"),
    breaking(
        "image-signatures-verified", (kyverno(),), f"{RULE}.match.any.0.resources.namespaces.0", "other"
    ),
    breaking(
        "image-signatures-verified", (kyverno(),), f"{RULE}.exclude.any.0.resources.namespaces.0", "sh*"
    ),
    breaking(
        "image-signatures-verified", (kyverno(type_=NAMESPACED_POLICY),), "metadata.namespace", "elsewhere"
    ),
    breaking("image-signatures-verified", sigstore(), "spec.mode", "warn"),
    breaking("image-signatures-verified", sigstore(), "spec.authorities", []),
    breaking("image-signatures-verified", sigstore(), "metadata.labels", REMOVED, of=2),
    *(
        example
        for control, kyverno_type, sigstore_type in (
            ("image-provenance-verified", "https://slsa.dev/provenance/v1", "slsaprovenance1"),
            ("image-contents-attested", "https://cyclonedx.org/bom", "spdxjson"),
            ("image-scans-attested", "https://cosign.sigstore.dev/attestation/vuln/v1", "vuln"),
        )
        for example in (
            breaking(
                control, (kyverno(kyverno_type),), f"{DEMAND}.attestations.0.type", "https://other.example"
            ),
            breaking(control, sigstore(sigstore_type), STATEMENT, "custom"),
        )
    ),
)

EXAMPLES = (*PINS, *PULLING, *SIGNED)
