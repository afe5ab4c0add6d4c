"""Passwords of managed databases' administrators: AWS changes them, as often as the tier says."""

from typing import Any

import pytest

from pavedroad.descriptor.environment import Tier
from tests.support.managed import LATE, declared, managed, of_type

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
DATABASES = [
    ("postgres", "aurora"),
    ("postgres", "rds"),
    ("mysql", "aurora"),
    ("mysql", "rds"),
    ("mongodb", "documentdb"),
]


def rotations(engine: str, provider: str, tier: Tier) -> list[dict[str, Any]]:
    return of_type(declared(managed(engine, provider=provider, tier=tier)), ROTATION)


@pytest.mark.parametrize(("engine", "provider"), DATABASES)
def test_every_administrators_password_is_changed_by_who_made_it(engine: str, provider: str) -> None:
    (rotation,) = rotations(engine, provider, "production")

    (secret,) = LATE["aws:rds/cluster:Cluster"]["masterUserSecrets"]
    assert rotation["secretId"] == secret["secretArn"]
    assert "rotationLambdaArn" not in rotation
    assert rotation["rotateImmediately"] is False


@pytest.mark.parametrize(
    ("tier", "days"), [("local", 30), ("development", 30), ("staging", 7), ("production", 1)]
)
def test_the_tier_decides_how_often(tier: Tier, days: int) -> None:
    (rotation,) = rotations("postgres", "aurora", tier)

    assert rotation["rotationRules"] == {"automaticallyAfterDays": days}


def test_nothing_is_changed_where_nobody_has_a_password() -> None:
    assert of_type(declared(managed("neptune")), ROTATION) == []


def test_a_new_password_is_read_within_the_time_that_a_job_has() -> None:
    recording = declared(managed("postgres", provider="aurora"))
    secrets = [
        each.inputs["spec"]
        for each in recording.resources
        if each.type.endswith(":ExternalSecret") and "secretStoreRef" in each.inputs["spec"]
    ]
    (job,) = [each.inputs["spec"] for each in recording.resources if each.type == "kubernetes:batch/v1:Job"]

    (master,) = secrets
    assert master["refreshInterval"] == "5m"
    assert job["template"]["spec"]["restartPolicy"] == "OnFailure"
    assert job["activeDeadlineSeconds"] > 2 * 5 * 60
