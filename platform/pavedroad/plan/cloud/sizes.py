"""How large the instances of managed services are, and which release each version means.

Graviton wherever a service has it. The smallest classes have credits of processor time that run out under load:
``bursts`` tells which, for the alarms that watch them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import StoreSize
    from pavedroad.descriptor.workload import Size

Service = Literal[
    "amazon-mq",
    "aurora-mysql",
    "aurora-postgresql",
    "documentdb",
    "elasticache-memcached",
    "elasticache-valkey",
    "msk",
    "neptune",
    "rds-mysql",
    "rds-postgres",
]
"""A managed service, with its engine where it has several."""

INSTANCE_CLASSES: Final[dict[Service, dict[StoreSize, str]]] = {
    "amazon-mq": {"small": "mq.m7g.medium", "medium": "mq.m7g.large", "large": "mq.m7g.xlarge"},
    "aurora-mysql": {"small": "db.t4g.medium", "medium": "db.r7g.large", "large": "db.r7g.xlarge"},
    "aurora-postgresql": {"small": "db.t4g.medium", "medium": "db.r7g.large", "large": "db.r7g.xlarge"},
    "documentdb": {"small": "db.t4g.medium", "medium": "db.r6g.large", "large": "db.r6g.xlarge"},
    "elasticache-memcached": {
        "small": "cache.t4g.small",
        "medium": "cache.m7g.large",
        "large": "cache.r7g.large",
    },
    "elasticache-valkey": {
        "small": "cache.t4g.small",
        "medium": "cache.m7g.large",
        "large": "cache.r7g.large",
    },
    "msk": {"small": "kafka.m7g.large", "medium": "kafka.m7g.large", "large": "kafka.m7g.xlarge"},
    "neptune": {"small": "db.t4g.medium", "medium": "db.r6g.large", "large": "db.r6g.xlarge"},
    "rds-mysql": {"small": "db.t4g.medium", "medium": "db.m7g.large", "large": "db.r7g.xlarge"},
    "rds-postgres": {"small": "db.t4g.medium", "medium": "db.m7g.large", "large": "db.r7g.xlarge"},
}
"""The class of each instance. RabbitMQ 4 runs on ``m7g`` alone (Amazon MQ, *RabbitMQ engine versions*), and Kafka
3.9 no longer on ``t3`` (MSK, *Broker types*)."""

LAMBDA_MEMORY: Final[dict[Size, int]] = {
    "nano": 128,
    "small": 512,
    "medium": 1024,
    "large": 1769,
    "xlarge": 3538,
}
"""Memory of a function in MiB; processor time comes with it, one core for every 1769 (Lambda, *Configure memory*)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a managed service runs.

    Attributes:
        version: The exact version to ask for.
        family: The family of its parameter groups; empty where the service has none.
    """

    version: str
    family: str = ""


RELEASES: Final[dict[Service, dict[str, Release]]] = {
    "amazon-mq": {"4.2": Release(version="4.2")},
    "aurora-mysql": {
        "8.0": Release(version="8.0.mysql_aurora.3.10.4", family="aurora-mysql8.0"),
        "8.4": Release(version="8.4.mysql_aurora.8.4.7", family="aurora-mysql8.4"),
    },
    "aurora-postgresql": {
        "14": Release(version="14.22", family="aurora-postgresql14"),
        "15": Release(version="15.17", family="aurora-postgresql15"),
        "16": Release(version="16.13", family="aurora-postgresql16"),
        "17": Release(version="17.9", family="aurora-postgresql17"),
        "18": Release(version="18.3", family="aurora-postgresql18"),
    },
    "documentdb": {
        "5.0": Release(version="5.0.0", family="docdb5.0"),
        "8.0": Release(version="8.0.0", family="docdb8.0"),
    },
    "elasticache-memcached": {"1.6": Release(version="1.6.22", family="memcached1.6")},
    "elasticache-valkey": {
        "8.0": Release(version="8.0", family="valkey8"),
        "9.0": Release(version="9.0", family="valkey9"),
    },
    "msk": {"3.9": Release(version="3.9.x.kraft")},
    "neptune": {"1.4": Release(version="1.4.6.1", family="neptune1.4")},
    "rds-mysql": {
        "8.0": Release(version="8.0.45", family="mysql8.0"),
        "8.4": Release(version="8.4.8", family="mysql8.4"),
    },
    "rds-postgres": {
        "14": Release(version="14.22", family="postgres14"),
        "15": Release(version="15.17", family="postgres15"),
        "16": Release(version="16.13", family="postgres16"),
        "17": Release(version="17.9", family="postgres17"),
        "18": Release(version="18.3", family="postgres18"),
    },
}
"""By the version that a descriptor names. Sources, read in November 2026: the release notes of Aurora,
DocumentDB, ElastiCache and Amazon MQ, MSK's *Supported Apache Kafka versions*, and the constants of the AWS CDK."""


def instance_class(service: Service, size: StoreSize) -> str:
    """Return the class of a service's instances."""
    return INSTANCE_CLASSES[service][size]


def bursts(instance_class: str) -> bool:
    """Whether instances of a class live on credits of processor time: those of the families ``t3`` and ``t4g``."""
    return instance_class.split(".")[1].startswith("t")


def release(service: Service, version: str) -> Release | None:
    """Return what a descriptor's version means; None where the service has nothing of the kind."""
    return RELEASES[service].get(version)


def versions(service: Service) -> tuple[str, ...]:
    """Return the versions that a descriptor can name for a service, oldest first."""
    return tuple(RELEASES[service])
