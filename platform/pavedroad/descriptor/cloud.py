"""What an environment says about the AWS account that it stands in."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pavedroad.descriptor.oncall import HttpsUrl
from pavedroad.descriptor.placement import JoinedClusterSpec
from pavedroad.descriptor.values import AddressBlock, Email, LabelValue, Many, Meaning, Name, Spec

Account = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{12}$"), Meaning("an AWS account id: twelve digits in quotes")
]
Region = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+){1,3}-[1-9]$"),
    Meaning("the name of an AWS region, such as eu-central-1"),
]
ResourceName = Annotated[
    str,
    StringConstraints(max_length=2048, pattern=r"^arn:aws(-cn|-us-gov)?:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:\S+$"),
    Meaning("the ARN of a resource, such as arn:aws:kms:eu-central-1:123456789012:key/…"),
]
VpcId = Annotated[
    str, StringConstraints(pattern=r"^vpc-[0-9a-f]{8,17}$"), Meaning("the id of a VPC, such as vpc-0a1b2c3d")
]
SubnetId = Annotated[
    str,
    StringConstraints(pattern=r"^subnet-[0-9a-f]{8,17}$"),
    Meaning("the id of a subnet, such as subnet-0a1b2c3d"),
]
ZoneId = Annotated[
    str,
    StringConstraints(pattern=r"^Z[A-Z0-9]{5,31}$"),
    Meaning("the id of a Route 53 hosted zone, such as Z0123456789ABC"),
]
ZoneLetters = Annotated[
    str, StringConstraints(pattern=r"^[a-f]{2,3}$"), Meaning("two or three letters of zones, such as bcd")
]
KubernetesVersion = Literal["1.34", "1.35"]
"""A version of Kubernetes on EKS that add-ons are pinned for."""

Nat = Literal["none", "one", "per-zone"]
"""How private subnets reach the internet: not at all, through one gateway, or through one in each zone."""


class ExistingNetworkSpec(Spec):
    """A VPC that somebody else has made, by its ids."""

    vpc: VpcId
    """The VPC."""
    cidr: AddressBlock
    """Its address block."""
    data_cidr: AddressBlock
    """The address block that holds its data subnets: where services may connect to databases."""
    public: Annotated[Many[SubnetId], Field(min_length=1)]
    """Subnets of load balancers."""
    private: Annotated[Many[SubnetId], Field(min_length=2)]
    """Subnets of nodes and pods, in two zones or more."""
    data: Annotated[Many[SubnetId], Field(min_length=2)]
    """Subnets of databases and brokers, in two zones or more."""


class NetworkSpec(Spec):
    """The VPC that the environment makes for itself."""

    cidr: AddressBlock
    """Its address block, from /16 to /22; no two environments may overlap."""
    zones: Annotated[int, Field(ge=2, le=3)] = 3
    """How many availability zones it spans."""
    zone_letters: ZoneLetters | None = None
    """Letters of the zones, where the account lacks some of the first: `bcd`. Default: `abc`."""
    nat: Nat | None = None
    """NAT gateways. Default: by tier (one in development, one in each zone in production)."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        length = int(self.cidr.rpartition("/")[2])
        if not 16 <= length <= 22:  # noqa: PLR2004 the bounds that the message names
            raise ValueError("cidr must be from /16 to /22")
        if self.zone_letters is not None and len(set(self.zone_letters)) != self.zones:
            raise ValueError("zone_letters needs as many different letters as there are zones")
        return self


class KeysSpec(Spec):
    """KMS keys that exist already, by what they encrypt; what is not named gets a key of its own."""

    data: ResourceName | None = None
    """Databases, buckets and volumes."""
    messages: ResourceName | None = None
    """Queues, topics and brokers."""
    secrets: ResourceName | None = None
    """Secrets Manager and the cluster's Secrets."""
    logs: ResourceName | None = None
    """Log groups."""
    registry: ResourceName | None = None
    """Images."""


class ZonesSpec(Spec):
    """Route 53 zones that exist already; what is not named gets a zone of its own."""

    public: ZoneId | None = None
    """The zone of the public domain."""
    internal: ZoneId | None = None
    """The private zone of the internal domain."""


class AlarmsSpec(Spec):
    """Who hears the alarms of what AWS runs, and that they are over."""

    emails: Many[Email] = ()
    """Addresses; AWS asks each once whether it wants them."""
    urls: Many[HttpsUrl] = ()
    """End points that confirm by themselves what SNS asks them, such as an on-call service's."""


class AwsSpec(Spec):
    """The AWS account and region that an environment stands in."""

    account: Account
    """The account; nothing is done in any other."""
    region: Region
    """The region; a cluster beside the first may name another."""
    owner: Email
    """Who answers for what no team owns in the account; tagged on everything."""
    cost_centre: LabelValue
    """Who pays for it, and for teams that name no cost centre; tagged on everything."""
    network: NetworkSpec | ExistingNetworkSpec
    """The network: an address block for a new one, or the ids of an existing one."""
    keys: KeysSpec = Field(default_factory=KeysSpec)
    """Encryption keys that exist already. Default: one is made for each purpose, and rotated."""
    zones: ZonesSpec = Field(default_factory=ZonesSpec)
    """DNS zones that exist already. Default: one is made for each domain."""
    alarms: AlarmsSpec = Field(default_factory=AlarmsSpec)
    """Who hears the alarms of databases, caches, queues and brokers. Default: nobody but whoever looks."""
    registries: Many[Name] = ()
    """Image repositories that the environment keeps in ECR."""
    sandbox: bool = False
    """Whether the embedded sandbox stands in for the account and its cluster."""


class EksCluster(JoinedClusterSpec):
    """A cluster on EKS that the environment makes for itself."""

    kind: Literal["eks"]
    region: Region | None = None
    """The region that it stands in, which the first cluster's is not said of. Default: the account's."""
    network: NetworkSpec | ExistingNetworkSpec | None = None
    """Its network; the first one's is the account's, and each other cluster has one of its own."""
    version: KubernetesVersion | None = None
    """Kubernetes version, in quotes. Default: the newest of them."""
    public_access: Many[AddressBlock] = ()
    """Who may reach the API server from outside the VPC. Default: nobody."""
    admins: Many[ResourceName] = ()
    """IAM roles of the people and pipelines that administer the cluster."""


class AwsSecrets(Spec):
    """Secrets of the account, under a prefix for each team: Secrets Manager, or Systems Manager's Parameter Store."""

    provider: Literal["secrets-manager", "parameter-store"]
    """Which of the two."""
