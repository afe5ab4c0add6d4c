"""What each judge is built from: pinned, in one table.

A judge is the real program that reads what this project generates. The durations are those of an empty build
cache on two cores.
"""

from dataclasses import dataclass

from pavedroad.engine.pins import Binary, Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Recipe):
    """A recipe with what judges need beyond the product's own binaries.

    Attributes:
        tags: Go's build tags.
        looked_up: Whether each module's checksum is looked up; off where the checksum database does not know all
            of them.
        added: Files that the published module lacks and its build asks for, empty ones, by their paths.
    """

    tags: tuple[str, ...] = ()
    looked_up: bool = True
    added: tuple[str, ...] = ()


def _said(package: str, version: str, variable: str = "Version") -> tuple[tuple[str, str], ...]:
    """Return the linker variable by which a program knows its version."""
    return ((f"{package}.{variable}", version),)


PROMETHEUS = Judge(
    name="prometheus",
    title="Prometheus and promtool",
    module="github.com/prometheus/prometheus",
    version="0.316.0",  # The module of release 3.16.0.
    binaries=tuple(
        Binary(name=name, package=f"github.com/prometheus/prometheus/cmd/{name}")
        for name in ("promtool", "prometheus")
    ),
    # The tags leave out every service discovery but the one in use; this module is asked for all the same, and
    # the version that Prometheus names by itself cannot be had.
    replaced=(
        (
            "github.com/hashicorp/nomad/api",
            "github.com/hashicorp/nomad/api",
            "v0.0.0-20260907080526-08ef8f3d26da",
        ),
    ),
    tags=("remove_all_sd", "enable_kubernetes_sd"),
    linker_variables=_said("github.com/prometheus/common/version", "0.316.0"),
    seconds=240,
)

AMTOOL = Judge(
    name="amtool",
    title="amtool",
    module="github.com/prometheus/alertmanager",
    version="0.34.2",
    binaries=(Binary(name="amtool", package="github.com/prometheus/alertmanager/cmd/amtool"),),
    linker_variables=_said("github.com/prometheus/common/version", "0.34.2"),
    seconds=60,
)

ALERTMANAGER = Judge(
    name="alertmanager",
    title="Alertmanager",
    module="github.com/prometheus/alertmanager",
    version="0.34.2",
    binaries=(Binary(name="alertmanager", package="github.com/prometheus/alertmanager/cmd/alertmanager"),),
    # Its web page is made by npm and is in no module; the server embeds the folder, whatever is in it.
    added=("ui/app/dist/index.html",),
    linker_variables=_said("github.com/prometheus/common/version", "0.34.2"),
    seconds=30,
)

LOKI = Judge(
    name="loki",
    title="Loki",
    module="github.com/grafana/loki/v3",
    version="3.7.8",
    binaries=(
        Binary(name="loki", package="github.com/grafana/loki/v3/cmd/loki", version_arguments=("-version",)),
    ),
    # Its own lines, which count for its own builds only, less the one to a folder of its repository.
    replaced=(
        ("github.com/Azure/azure-sdk-for-go", "github.com/Azure/azure-sdk-for-go", "v68.0.0+incompatible"),
        (
            "github.com/Azure/azure-storage-blob-go",
            "github.com/MasslessParticle/azure-storage-blob-go",
            "v0.14.1-0.20240322194317-344980fda573",
        ),
        ("github.com/gocql/gocql", "github.com/grafana/gocql", "v0.0.0-20200605141915-ba5dc39ece85"),
        (
            "github.com/hashicorp/memberlist",
            "github.com/grafana/memberlist",
            "v0.3.1-0.20251126142931-6f9f62ab6f86",
        ),
        ("github.com/grafana/regexp", "github.com/grafana/regexp", "v0.0.0-20240518133315-a468a5bfb3bc"),
        ("github.com/influxdata/go-syslog/v3", "github.com/leodido/go-syslog/v4", "v4.3.0"),
        (
            "github.com/thanos-io/objstore",
            "github.com/grafana/objstore",
            "v0.0.0-20250728171719-b5d3b766d1b0",
        ),
    ),
    linker_variables=_said("github.com/grafana/loki/v3/pkg/util/build", "3.7.8"),
    seconds=270,
)

JAEGER = Judge(
    name="jaeger",
    title="Jaeger",
    module="github.com/jaegertracing/jaeger",
    version="1.76.0",  # The module of this release holds Jaeger v2.
    binaries=(
        Binary(
            name="jaeger",
            package="github.com/jaegertracing/jaeger/cmd/jaeger",
            version_arguments=("version",),
        ),
    ),
    replaced=(("github.com/Shopify/sarama", "github.com/Shopify/sarama", "v1.33.0"),),
    looked_up=False,
    linker_variables=_said("github.com/jaegertracing/jaeger/internal/version", "1.76.0", "latestVersion"),
    seconds=240,
)

CLOUDWATCH_EXPORTER = Judge(
    name="yace",
    title="yet-another-cloudwatch-exporter",
    module="github.com/prometheus-community/yet-another-cloudwatch-exporter",
    version="0.63.0",
    binaries=(
        Binary(
            name="yace",
            package="github.com/prometheus-community/yet-another-cloudwatch-exporter/cmd/yace",
            version_arguments=("version",),
        ),
    ),
    looked_up=False,
    linker_variables=_said("github.com/prometheus/common/version", "0.63.0"),
    seconds=120,
)

COLLECTOR_VERSION = "0.160.0"
"""The newest version in which every component below can be had from the module proxy."""

COLLECTOR_BUILDER = Judge(
    name="collector-builder",
    title="the builder of OpenTelemetry collectors",
    module="go.opentelemetry.io/collector/cmd/builder",
    version=COLLECTOR_VERSION,
    binaries=(
        Binary(
            name="builder",
            package="go.opentelemetry.io/collector/cmd/builder",
            version_arguments=("version",),
        ),
    ),
    linker_variables=_said(
        "go.opentelemetry.io/collector/cmd/builder/internal", COLLECTOR_VERSION, "version"
    ),
    seconds=20,
)

_CORE = "go.opentelemetry.io/collector"
_CONTRIB = "github.com/open-telemetry/opentelemetry-collector-contrib"

COLLECTOR_COMPONENTS = {
    "receivers": (
        f"{_CORE}/receiver/otlpreceiver",
        f"{_CONTRIB}/receiver/filelogreceiver",
        f"{_CONTRIB}/receiver/hostmetricsreceiver",
        f"{_CONTRIB}/receiver/kubeletstatsreceiver",
    ),
    "processors": (
        f"{_CORE}/processor/memorylimiterprocessor",
        f"{_CONTRIB}/processor/k8sattributesprocessor",
        f"{_CONTRIB}/processor/redactionprocessor",
        f"{_CONTRIB}/processor/tailsamplingprocessor",
        f"{_CONTRIB}/processor/transformprocessor",
        f"{_CONTRIB}/processor/filterprocessor",
    ),
    "connectors": (f"{_CONTRIB}/connector/spanmetricsconnector",),
    "exporters": (
        f"{_CORE}/exporter/otlpexporter",
        f"{_CORE}/exporter/otlphttpexporter",
        f"{_CONTRIB}/exporter/loadbalancingexporter",
    ),
    "extensions": (
        f"{_CONTRIB}/extension/healthcheckextension",
        f"{_CONTRIB}/extension/storage/filestorage",
    ),
}
"""What the judging collector is made of: the components that generated configurations name, and no other."""

COLLECTOR_REPLACED = (f"{_CONTRIB}/internal/kubelet => {_CONTRIB}/internal/kubelet v0.159.0",)
"""A part of a component that the module proxy has in a version before only."""

COLLECTOR_SECONDS = 300
