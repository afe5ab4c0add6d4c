"""Rules about the machines that EKS runs pods on, and any other machine: how they are reached, and what they keep."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
)
from policies.rules.aws.shapes import (
    Demand,
    at_most,
    boolean,
    cis_aws,
    cis_eks,
    each,
    either,
    flag,
    fsbp,
    given,
    left_out,
    one_of,
    owes,
    own_key,
    unless,
)
from policies.rules.aws.subnets import in_public_subnets

NODE_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE: Final = "aws:ec2/instance:Instance"
LAUNCH_CONFIGURATION: Final = "aws:ec2/launchConfiguration:LaunchConfiguration"
_VOLUME: Final = "aws:ebs/volume:Volume"
_SNAPSHOT_COPY: Final = "aws:ebs/snapshotCopy:SnapshotCopy"
_BY_DEFAULT: Final = "aws:ebs/encryptionByDefault:EncryptionByDefault"
_MACHINES: Final = frozenset({LAUNCH_TEMPLATE, INSTANCE, LAUNCH_CONFIGURATION})
_NO_METADATA: Final = one_of("metadataOptions.httpEndpoint", "disabled")
_NO_ADDRESS: Final = flag("associatePublicIpAddress", wanted=False, absent=True)
_ENCRYPTED: Final = flag("encrypted")
_NO_VOLUME: Final = either(given("noDevice"), given("virtualName"))
"""A mapping that only hides a device, or names a disk of the machine itself."""

NO_OPEN_SSH: Final = ResourceRule(
    Control(
        identifier="eks-nodes-no-open-ssh",
        sentence="Nodes of an EKS node group take SSH from named security groups, or from nowhere",
        why="A key without source groups opens port 22 of every node to the whole Internet.",
        severity=Severity.HIGH,
        resource_types=frozenset({NODE_GROUP}),
        fix=Fix(pulumi="leave remote_access out, or give it source_security_group_ids"),
        rows=(143,),
    ),
    owes(either(left_out("remoteAccess.ec2SshKey"), given("remoteAccess.sourceSecurityGroupIds"))),
)

NO_PUBLIC_ADDRESS: Final = ResourceRule(
    Control(
        identifier="machines-no-public-address",
        sentence="A machine does not ask for a public address",
        why="Whatever listens on it would be reached from the Internet, past every load balancer.",
        severity=Severity.HIGH,
        resource_types=_MACHINES,
        fix=Fix(pulumi="set associate_public_ip_address=False on the machine or its network interfaces"),
        references=(fsbp("EC2.25"), cis_eks("5.4.3")),
        rows=(144,),
    ),
    owes(_NO_ADDRESS, each("networkInterfaces[]", _NO_ADDRESS)),
)


def _in_private_subnets(stack: Stack) -> Iterator[Duty]:
    for group in stack.of_types({NODE_GROUP}):
        yield from in_public_subnets(group, "subnetIds", stack)


PRIVATE_SUBNETS: Final = StackRule(
    Control(
        identifier="eks-nodes-in-private-subnets",
        sentence="Nodes of an EKS node group stand in subnets that the Internet has no route to",
        why="In a public subnet a node gets a public address by default, or is one mistake away from one.",
        severity=Severity.HIGH,
        resource_types=frozenset({NODE_GROUP}),
        fix=Fix(pulumi="name private subnets in subnet_ids, whose way out is a NAT gateway"),
        references=(cis_eks("5.4.3"),),
        rows=(144,),
    ),
    _in_private_subnets,
)

METADATA_TOKENS: Final = ResourceRule(
    Control(
        identifier="machines-metadata-tokens-required",
        sentence="A machine's metadata service answers only to session tokens (IMDSv2)",
        why="Without tokens any request forged through an application reads the machine's credentials.",
        severity=Severity.HIGH,
        resource_types=_MACHINES,
        fix=Fix(pulumi="set metadata_options.http_tokens='required'"),
        references=(fsbp("EC2.170"), cis_aws("6.7")),
        rows=(145,),
    ),
    owes(either(one_of("metadataOptions.httpTokens", "required"), _NO_METADATA)),
)

METADATA_HOPS: Final = ResourceRule(
    Control(
        identifier="machines-metadata-one-hop",
        sentence="A machine's metadata service cannot be reached from inside its containers",
        why="A second hop lets every pod take the node's own credentials.",
        severity=Severity.HIGH,
        resource_types=_MACHINES,
        fix=Fix(pulumi="set metadata_options.http_put_response_hop_limit=1; give pods roles of their own"),
        rows=(145,),
    ),
    owes(either(at_most("metadataOptions.httpPutResponseHopLimit", 1, absent=True), _NO_METADATA)),
)

_DISKS: Final[Mapping[str, Demand]] = {
    LAUNCH_TEMPLATE: each("blockDeviceMappings[]", unless(_NO_VOLUME, flag("ebs.encrypted")), some=True),
    INSTANCE: each("ebsBlockDevices[]", _ENCRYPTED),
    LAUNCH_CONFIGURATION: each("ebsBlockDevices[]", unless(given("noDevice"), _ENCRYPTED)),
    _VOLUME: _ENCRYPTED,
    _SNAPSHOT_COPY: _ENCRYPTED,
}
"""What each type must say of the volumes that it adds."""
_ROOT: Final = flag("rootBlockDevice.encrypted")
"""A machine has a root volume whether or not it says anything of it."""
_WITH_ROOT: Final = frozenset({INSTANCE, LAUNCH_CONFIGURATION})


def _by_default(stack: Stack) -> Truth:
    """Whether the account encrypts every new volume by itself."""
    return any_of(
        *(
            boolean(each.properties, "enabled").equals(True, absent=True)
            for each in stack.of_types({_BY_DEFAULT})
        )
    )


def _volumes_encrypted(stack: Stack) -> Iterator[Duty]:
    by_default = stack.derived(_by_default)
    for resource in stack.of_types(_DISKS):
        demands = (_DISKS[resource.type], *((_ROOT,) if resource.type in _WITH_ROOT else ()))
        for demand in demands:
            yield Duty(
                resource, any_of(by_default, demand.met(resource.properties)), f"it must {demand.words}"
            )


VOLUMES_ENCRYPTED: Final = StackRule(
    Control(
        identifier="volumes-encrypted",
        sentence="Every volume of a machine is encrypted",
        why="Disks and their snapshots outlive machines, and are copied and shared without them.",
        severity=Severity.HIGH,
        resource_types=frozenset(_DISKS),
        fix=Fix(pulumi="set encrypted=True on every volume, or declare ebs.EncryptionByDefault"),
        references=(fsbp("EC2.7"), fsbp("EC2.181"), cis_aws("6.1.1")),
        rows=(146,),
    ),
    _volumes_encrypted,
)

_KEYS: Final[Mapping[str, Demand]] = {
    LAUNCH_TEMPLATE: each("blockDeviceMappings[]", unless(_NO_VOLUME, own_key("ebs.kmsKeyId"))),
    _VOLUME: own_key("kmsKeyId"),
    _SNAPSHOT_COPY: own_key("kmsKeyId"),
}


def _volume_key(resource: Resource) -> Iterator[Duty]:
    demand = _KEYS[resource.type]
    yield Duty(resource, demand.met(resource.properties), f"it must {demand.words}")


VOLUMES_KEY: Final = ResourceRule(
    Control(
        identifier="volumes-customer-managed-key",
        sentence="Volumes are encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.LOW,
        resource_types=frozenset(_KEYS),
        fix=Fix(pulumi="set kms_key_id on every volume"),
        rows=(146,),
    ),
    _volume_key,
)

RULES: Final = (
    NO_OPEN_SSH,
    NO_PUBLIC_ADDRESS,
    PRIVATE_SUBNETS,
    METADATA_TOKENS,
    METADATA_HOPS,
    VOLUMES_ENCRYPTED,
    VOLUMES_KEY,
)
