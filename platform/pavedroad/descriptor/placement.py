"""Where things stand: what a service asks of clusters and nodes, and what a cluster says of itself."""

from typing import Annotated, Literal

from pydantic import Field

from pavedroad.descriptor.values import AddressBlock, LabelKey, LabelValue, Many, Spec


class TolerationSpec(Spec):
    """A node taint that the pods accept."""

    key: LabelKey
    """The taint's key."""
    value: LabelValue | None = None
    """The taint's value. Default: any."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """The taint's effect. Default: any."""


class PlacementOverride(Spec):
    """What one environment changes about where pods run."""

    clusters: dict[LabelKey, LabelValue] = {}
    """Labels that a cluster must carry in this environment, instead of those said in general."""


class PlacementSpec(Spec):
    """Where pods may run, and how far they keep apart."""

    clusters: dict[LabelKey, LabelValue] = {}
    """Labels that a cluster must carry: it runs on each that does. Default: the environment's first cluster."""
    architecture: Literal["amd64", "arm64"] | None = None
    """Processor architecture of the image. Default: any."""
    nodes: dict[LabelKey, LabelValue] = {}
    """Labels that a node must carry."""
    tolerations: Many[TolerationSpec] = ()
    """Taints that the pods accept."""
    spread: Literal["zone", "node", "none"] | None = None
    """Keep replicas on different zones or nodes. Default: by tier."""


class EastWestSpec(Spec):
    """The gateway through which services on other clusters call those here."""

    addresses: Annotated[Many[AddressBlock], Field(min_length=1)]
    """Where other clusters reach it; `east-west.<cluster>.<internal domain>` has to lead there."""
    clients: Annotated[Many[AddressBlock], Field(min_length=1)]
    """Where calls come from, as the gateway sees them: other clusters' pods, or what stands in between."""


class ClusterSpec(Spec):
    """What every cluster says of itself."""

    labels: dict[LabelKey, LabelValue] = {}
    """What tells it apart from others, for `placement` of services: `place: edge`."""


class JoinedClusterSpec(ClusterSpec):
    """A cluster that may stand beside others in one environment."""

    east_west: EastWestSpec | None = None
    """Its gateway for calls from other clusters. Default: nothing here is called from elsewhere."""
    weight: Annotated[int, Field(ge=0, le=255)] = 100
    """Its share of what is asked of public hosts, beside the other clusters' shares, where `domains.spread` goes by
    weight. 0 is for none as long as another answers."""
