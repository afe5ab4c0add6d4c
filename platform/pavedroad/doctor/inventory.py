"""What an account holds in one region, whatever the service: only listed, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pavedroad.aws.errors import explained

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.client import BaseClient

Held = dict[str, Any]
"""One thing, as AWS lists it."""


class Inventory:
    """Lists what an account holds."""

    def __init__(self, region: str, profile: str | None) -> None:
        """Choose where to look; nothing is sent yet.

        Args:
            region: The region.
            profile: Profile of AWS' own configuration. Default: as AWS' tools choose it.
        """
        self._region = region
        self._profile = profile
        self._clients: dict[str, BaseClient] = {}

    def each(self, service: str, operation: str, key: str, **words: object) -> list[Any]:
        """List all that an operation answers with, page by page.

        Args:
            service: The service, as `ec2`.
            operation: The operation, as `describe_vpcs`.
            key: Where its answers hold the list.
            words: What is asked for.

        Raises:
            AwsError: If AWS refuses, or cannot be reached.
        """
        with explained(f"list {key}", service):
            client = self._client(service)
            pages = (
                client.get_paginator(operation).paginate(**words)
                if client.can_paginate(operation)
                else [getattr(client, operation)(**words)]
            )
            return [found for page in pages for found in page[key]]

    def _client(self, service: str) -> BaseClient:
        """Return the one client of a service: reading what it knows takes longer than a call."""
        from botocore.session import Session  # noqa: PLC0415 - half a second that only those who connect wait for

        if service not in self._clients:
            session = Session(profile=self._profile)
            self._clients[service] = session.create_client(service, region_name=self._region)
        return self._clients[service]


def is_of_environment(held: Held, environment: str) -> bool:
    """Tell by its tags whether something is an environment's own."""
    tags: Mapping[str, str] = {
        tag["Key"]: tag["Value"] for tag in held.get("Tags") or held.get("TagList") or ()
    }
    return tags.get("managed-by") == "pavedroad" and tags.get("environment") == environment
