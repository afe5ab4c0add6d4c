"""How large the instances of a store are, and which image each version means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.stores.model import ComputePlan

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import StoreSize

COMPUTE: Final[dict[str, dict[StoreSize, tuple[str, str]]]] = {
    "postgres": {"small": ("250m", "512Mi"), "medium": ("1", "2Gi"), "large": ("2", "8Gi")},
    "mysql": {"small": ("250m", "1Gi"), "medium": ("1", "4Gi"), "large": ("2", "8Gi")},
    "mongodb": {"small": ("250m", "1Gi"), "medium": ("1", "4Gi"), "large": ("2", "8Gi")},
    "redis": {"small": ("100m", "256Mi"), "medium": ("250m", "1Gi"), "large": ("1", "4Gi")},
    "memcached": {"small": ("50m", "128Mi"), "medium": ("100m", "512Mi"), "large": ("250m", "2Gi")},
    "cassandra": {"small": ("500m", "2Gi"), "medium": ("2", "8Gi"), "large": ("4", "16Gi")},
    "neo4j": {"small": ("500m", "2Gi"), "medium": ("1", "4Gi"), "large": ("2", "16Gi")},
    "dynamodb": {"small": ("100m", "512Mi"), "medium": ("250m", "1Gi"), "large": ("500m", "2Gi")},
}
"""CPU request, and memory request and limit, of one instance by engine and size."""

STORAGE_FACTOR: Final[dict[StoreSize, int]] = {"small": 1, "medium": 5, "large": 20}
"""Volume of an instance, in multiples of the tier's volume for a small one."""

IMAGES: Final[dict[str, dict[str, str]]] = {
    "postgres": {
        "14": "ghcr.io/cloudnative-pg/postgresql:14.19",
        "15": "ghcr.io/cloudnative-pg/postgresql:15.14",
        "16": "ghcr.io/cloudnative-pg/postgresql:16.10",
        "17": "ghcr.io/cloudnative-pg/postgresql:17.6",
        "18": "ghcr.io/cloudnative-pg/postgresql:18.0",
    },
    "mysql": {
        "8.0": "container-registry.oracle.com/mysql/community-server:8.0.43",
        "8.4": "container-registry.oracle.com/mysql/community-server:8.4.6",
        "9.4": "container-registry.oracle.com/mysql/community-server:9.4.0",
    },
    "mongodb": {
        "6.0": "quay.io/mongodb/mongodb-community-server:6.0.26-ubi8",
        "7.0": "quay.io/mongodb/mongodb-community-server:7.0.23-ubi8",
        "8.0": "quay.io/mongodb/mongodb-community-server:8.0.13-ubi8",
    },
    "redis": {"8.0": "docker.io/valkey/valkey:8.0.6", "9.0": "docker.io/valkey/valkey:9.0.0"},
    "memcached": {"1.6": "docker.io/library/memcached:1.6.39-alpine"},
    "cassandra": {
        "4.1.8": "docker.io/library/cassandra:4.1.8",
        "5.0.4": "docker.io/library/cassandra:5.0.4",
    },
    "dynamodb": {"3": "docker.io/amazon/dynamodb-local:3.0.0"},
}
"""The image of each version. Where an operator wants a bare version, it is the image's tag."""

AWS_CLI: Final = "public.ecr.aws/aws-cli/aws-cli:2.31.18"
"""AWS' command line, for jobs that tell a service what no resource of the provider says."""

HAPROXY_IMAGE: Final = "docker.io/library/haproxy:3.2.4-alpine"
"""The proxy in front of a Valkey cluster."""

PROXY_COMPUTE: Final = ComputePlan(cpu="50m", memory="128Mi")
"""Every proxy, pooler and router: they hold connections, no data."""

JOB_COMPUTE: Final = ComputePlan(cpu="50m", memory="256Mi")
"""The job that makes a database and its user."""


def compute(engine: str, size: StoreSize) -> ComputePlan:
    """Return CPU and memory of one instance."""
    cpu, memory = COMPUTE[engine][size]
    return ComputePlan(cpu=cpu, memory=memory)


def storage(small: str, size: StoreSize) -> str:
    """Return the volume of one instance, from the tier's volume for a small one."""
    return f"{int(small[:-2]) * STORAGE_FACTOR[size]}{small[-2:]}"


def tag(image: str) -> str:
    """Return the version in an image's tag, without what follows a dash: ``8.0.13``."""
    return image.rpartition(":")[2].partition("-")[0]
