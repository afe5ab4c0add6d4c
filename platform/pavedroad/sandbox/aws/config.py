"""The provider's own inputs: where AWS is, which account and region, which tags go onto everything.

Source: the inputs of `pulumi:providers:aws` in pulumi-aws 7. What concerns real credentials is ignored: this
provider speaks to a moto server on this machine and to nothing else.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pavedroad.sandbox.aws.folder import AwsFolder
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Properties, Unknown

_PREFIX: Final = "aws:config:"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

NOWHERE: Final = ""
"""The address where no server was started."""

PLACE_INPUTS: Final = ("region", "endpoints", "allowedAccountIds", "assumeRoles")
"""Inputs that mean another account or region: on their change, everything has to be created anew."""

_ENDPOINT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "application-autoscaling": ("applicationautoscaling", "appautoscaling"),
    "cloudwatch": ("cloudwatch",),
    "elasticache": ("elasticache",),
    "events": ("events", "eventbridge", "cloudwatchevents"),
    "kafka": ("kafka", "msk"),
    "lambda": ("lambda", "awslambda"),
    "logs": ("logs", "cloudwatchlogs"),
    "stepfunctions": ("sfn", "stepfunctions"),
}
"""What `endpoints` calls a service, where that is not boto3's name for it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider was configured with.

    Attributes:
        region: Where resources go that name no region of their own.
        endpoints: The server's address by service.
        fallback: The address of services that are not in `endpoints`, or `NOWHERE`; None for a moto that runs in
            this very process.
        default_tags: Tags of everything.
        accounts: The accounts that it may be; empty for any.
        accepted: The file with what is accepted, not emulated.
    """

    region: str
    endpoints: Mapping[str, str] = field(default_factory=dict)
    fallback: str | None = None
    default_tags: Mapping[str, str] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    accepted: Path | None = None

    def endpoint(self, service: str) -> str | None:
        """Give the address of a service as boto3 calls it.

        Raises:
            ProviderError: There is none.
        """
        names = _ENDPOINT_NAMES.get(service, (service.replace("-", ""),))
        address = next((self.endpoints[name] for name in names if name in self.endpoints), self.fallback)
        if address == NOWHERE:
            raise ProviderError(
                f"the sandbox's AWS provider knows no server for {service}: paved up starts one for an environment "
                "in the sandbox; or set the provider's input 'endpoints'"
            )
        return address


def read_settings(variables: Mapping[str, str], folder: AwsFolder) -> Settings:
    """Read the configuration the engine sends; the sandbox's own server stands in for missing `endpoints`.

    A preview does without a server: one that is missing is noticed by the first call.

    Raises:
        ProviderError: No region is said, or an address is not on this machine.
    """
    given = {key.removeprefix(_PREFIX): _decoded(value) for key, value in variables.items()}
    region = given.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise ProviderError("the AWS provider has no region: set its input 'region'")
    endpoints = _endpoints(given.get("endpoints"))
    addresses = set(endpoints.values())
    fallback = addresses.pop() if len(addresses) == 1 else folder.endpoint or NOWHERE
    _check_loopback(endpoints)
    return Settings(
        region=str(region),
        endpoints=endpoints,
        fallback=fallback,
        default_tags=(given.get("defaultTags") or {}).get("tags") or {},
        accounts=frozenset(map(str, given.get("allowedAccountIds") or ())),
        accepted=folder.accepted,
    )


def replacing_inputs(old: Properties, new: Properties) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compare two configurations: the inputs that differ, and those among them that mean another place.

    An address alone is no other place: a sandbox that was started anew may listen on another port.
    """
    changed = tuple(sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key)))
    place = tuple(
        key
        for key in changed
        if key in PLACE_INPUTS and key != "endpoints" and not isinstance(new.get(key), Unknown)
    )
    return changed, place


def _endpoints(given: Any) -> dict[str, str]:
    """Read `endpoints`, a list of blocks or one block."""
    blocks = given if isinstance(given, list) else [given or {}]
    return {name: str(address) for block in blocks for name, address in block.items() if address}


def _check_loopback(endpoints: Mapping[str, str]) -> None:
    for service, address in endpoints.items():
        if urlsplit(address).hostname not in _LOOPBACK:
            raise ProviderError(
                f"the sandbox's AWS provider speaks to a server on this machine only; the endpoint of {service} "
                "is elsewhere: for a real account, install the official provider"
            )


def _decoded(value: str) -> Any:
    """Read an input: SDKs write whatever is no text as JSON."""
    if value[:1] in ("[", "{", '"') or value in ("true", "false"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
