"""Rules about EKS clusters: who reaches their API, what they write down, and how they keep secrets."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import namespace_of
from policies.rules.aws.shapes import (
    cis_eks,
    each,
    either,
    flag,
    fsbp,
    given,
    holds,
    like,
    one_of,
    owes,
)

CLUSTER: Final = "aws:eks/cluster:Cluster"
_CLUSTERS: Final = frozenset({CLUSTER})
_NOT_PUBLIC: Final = flag("vpcConfig.endpointPublicAccess", wanted=False)


def _narrow(cidr: str) -> bool:
    """Whether an address range leaves out at least half of the Internet."""
    return cidr.rpartition("/")[2] not in ("0", "1")


def _release(version: str) -> tuple[int, int]:
    """Read `1.33` or `1.33.2`; anything else is older than every release."""
    major, _, minor = version.partition(".")
    minor = minor.partition(".")[0]
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)


ENDPOINT_PRIVATE: Final = ResourceRule(
    Control(
        identifier="eks-endpoint-private",
        sentence="The API of an EKS cluster is reached from inside its network only",
        why="An API on the Internet is one leaked credential or one flaw away from everybody.",
        severity=Severity.CRITICAL,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set vpc_config.endpoint_public_access=False and endpoint_private_access=True"),
        references=(fsbp("EKS.1"), cis_eks("5.4.2")),
        rows=(137,),
    ),
    owes(_NOT_PUBLIC),
)

PUBLIC_ENDPOINT_RESTRICTED: Final = ResourceRule(
    Control(
        identifier="eks-public-endpoint-restricted",
        sentence="Where the API of an EKS cluster is public, only named address ranges reach it",
        why="Without a list the whole Internet may try.",
        severity=Severity.CRITICAL,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="list the few ranges that need it in vpc_config.public_access_cidrs"),
        references=(cis_eks("5.4.1"),),
        rows=(138,),
    ),
    owes(
        either(
            _NOT_PUBLIC,
            each(
                "vpcConfig.publicAccessCidrs[]",
                like("", _narrow, "name less than the whole Internet"),
                some=True,
            ),
        )
    ),
)

SECRETS_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="eks-secrets-encrypted",
        sentence="An EKS cluster encrypts Kubernetes secrets with a key of the account",
        why="Whoever reads a copy of etcd reads every secret in it; a key of one's own can be revoked and watched.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set encryption_config with resources=['secrets'] and the provider's key_arn"),
        references=(fsbp("EKS.3"), cis_eks("5.3.1")),
        rows=(139,),
    ),
    owes(holds("encryptionConfig.resources", "secrets"), given("encryptionConfig.provider.keyArn")),
)


class LogTypes(Settings):
    """What a cluster must write down."""

    types: tuple[str, ...] = setting(
        ("api", "audit", "authenticator"), "Types of control-plane logs that must be on."
    )


CONTROL_PLANE_LOGS: Final = ResourceRule.settable(
    Control(
        identifier="eks-control-plane-logs",
        sentence="An EKS cluster writes down who asked its API for what",
        why="Without these logs nobody can find out afterwards what an intruder did.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="list api, audit and authenticator, better all types, in enabled_cluster_log_types"),
        references=(fsbp("EKS.8"),),
        rows=(140,),
    ),
    LogTypes(),
    lambda settings: owes(holds("enabledClusterLogTypes", *settings.types)),
)


class OldestVersion(Settings):
    """Which Kubernetes is still mended."""

    oldest: str = setting("1.32", "The oldest Kubernetes version that AWS still mends.")


VERSION_SUPPORTED: Final = ResourceRule.settable(
    Control(
        identifier="eks-version-supported",
        sentence="An EKS cluster runs a Kubernetes version that is still mended",
        why="Flaws that become known are not mended in older ones.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="raise version, one minor version at a time"),
        references=(fsbp("EKS.2"),),
        rows=(141,),
    ),
    OldestVersion(),
    lambda settings: owes(
        like(
            "version",
            lambda version: _release(version) >= _release(settings.oldest),
            "set version to a release that is still supported",
            absent=True,
        )
    ),
)

ACCESS_ENTRIES: Final = ResourceRule(
    Control(
        identifier="eks-access-by-entries",
        sentence="Who may use an EKS cluster is said by access entries, not inside the cluster",
        why="The aws-auth map is text that one wrong indentation breaks and that nobody's IAM audit sees.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set access_config.authentication_mode='API' and declare eks.AccessEntry resources"),
        references=(cis_eks("4.1.7"), cis_eks("5.5.1")),
        rows=(142,),
    ),
    owes(one_of("accessConfig.authenticationMode", "API")),
)


def _is_not_the_map(config_map: Resource) -> Iterator[Duty]:
    other_name = config_map.properties.text("metadata.name").satisfies(
        lambda name: name != "aws-auth", absent=True
    )
    elsewhere = namespace_of(config_map).satisfies(lambda name: name != "kube-system")
    yield Duty(
        config_map, any_of(other_name, elsewhere), "the map aws-auth of kube-system must not be declared"
    )


AUTH_MAP_UNUSED: Final = ResourceRule(
    Control(
        identifier="aws-auth-map-unused",
        sentence="No program writes the map that gives IAM principals rights inside an EKS cluster",
        why="Whoever may write that map makes themselves administrator, past every IAM policy.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({"kubernetes:core/v1:ConfigMap"}),
        fix=Fix(pulumi="declare eks.AccessEntry and eks.AccessPolicyAssociation instead"),
        references=(cis_eks("5.5.1"),),
        rows=(142,),
    ),
    _is_not_the_map,
)

RULES: Final = (
    ENDPOINT_PRIVATE,
    PUBLIC_ENDPOINT_RESTRICTED,
    SECRETS_ENCRYPTED,
    CONTROL_PLANE_LOGS,
    VERSION_SUPPORTED,
    ACCESS_ENTRIES,
    AUTH_MAP_UNUSED,
)
