"""Sizes and releases: nothing that a descriptor can ask for is missing by accident."""

from __future__ import annotations

import typing

import pytest

from pavedroad.descriptor.stores import MysqlStore, PostgresStore, RedisStore, StoreSize
from pavedroad.descriptor.workload import Size
from pavedroad.plan.cloud.sizes import (
    INSTANCE_CLASSES,
    LAMBDA_MEMORY,
    RELEASES,
    Service,
    bursts,
    instance_class,
    release,
    versions,
)

SERVICES = typing.get_args(Service)


def offered(store: type, field: str = "version") -> set[str]:
    """Return the versions that a descriptor can name."""
    literal = next(
        arg for arg in typing.get_args(typing.get_type_hints(store)[field]) if arg is not type(None)
    )
    return set(typing.get_args(literal))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_class_for_every_size_and_a_release(service: Service) -> None:
    assert set(INSTANCE_CLASSES[service]) == set(typing.get_args(StoreSize))
    assert RELEASES[service]


def test_functions_grow_with_their_size_within_what_lambda_takes() -> None:
    assert list(LAMBDA_MEMORY) == list(typing.get_args(Size))
    memory = list(LAMBDA_MEMORY.values())
    assert memory == sorted(set(memory))
    assert 128 <= memory[0] <= memory[-1] <= 10_240


@pytest.mark.parametrize(
    ("service", "store", "missing"),
    [
        ("aurora-postgresql", PostgresStore, set()),
        ("rds-postgres", PostgresStore, set()),
        ("aurora-mysql", MysqlStore, {"9.4"}),
        ("rds-mysql", MysqlStore, {"9.4"}),
        ("elasticache-valkey", RedisStore, set()),
    ],
)
def test_what_aws_does_not_have_of_a_descriptors_versions_is_known(
    service: Service, store: type, missing: set[str]
) -> None:
    assert offered(store) - set(versions(service)) == missing
    assert all(release(service, each) is None for each in missing)


def test_only_the_smallest_live_on_credits() -> None:
    for service in SERVICES:
        assert not bursts(instance_class(service, "medium"))
    assert bursts(instance_class("aurora-postgresql", "small"))
    assert bursts(instance_class("elasticache-valkey", "small"))
