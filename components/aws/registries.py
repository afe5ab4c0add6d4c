"""Image repositories: a tag means one image for ever, every image is scanned, and old ones go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pavedroad.plan.cloud.foundation import IMAGES_KEPT, UNTAGGED_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from components.aws.place import CloudPlace


def declare_repositories(
    place: CloudPlace, repositories: Iterable[str], key: pulumi.Input[str], *, protect: bool
) -> None:
    """Declare image repositories by their names."""
    for repository in repositories:
        made = place.declare(
            "aws:ecr/repository:Repository",
            repository,
            {
                "name": repository,
                "imageTagMutability": "IMMUTABLE",
                "imageScanningConfiguration": {"scanOnPush": True},
                "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": key}],
            },
            protect=protect,
        )
        place.declare(
            "aws:ecr/lifecyclePolicy:LifecyclePolicy",
            repository,
            {"repository": repository, "policy": json.dumps(_lifecycle())},
            tagged=False,
            after=(made,),
        )


def _lifecycle() -> dict[str, object]:
    """Return which images are removed (ECR user guide, *Lifecycle policy parameters*)."""
    expire = {"type": "expire"}
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": f"Images without a tag go after {UNTAGGED_DAYS} days",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": UNTAGGED_DAYS,
                },
                "action": expire,
            },
            {
                "rulePriority": 2,
                "description": f"Of all images the newest {IMAGES_KEPT} stay",
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": IMAGES_KEPT,
                },
                "action": expire,
            },
        ]
    }
