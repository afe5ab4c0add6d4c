"""Tiers of environments: how strictly controls are held there, and which stack belongs to which."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

import yaml

from pavedroad.yaml_surprises import read_yaml

_ENVIRONMENT: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


class Tier(StrEnum):
    """What an environment is for, from the laxest to the strictest."""

    LOCAL = "local"
    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


class Enforcement(StrEnum):
    """What happens when a control is broken."""

    OFF = "off"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    """What is missing and safe to set is set; what still fails stops the update."""


def tier_of_stack(stack: str, environments: Path) -> Tier:
    """Find the tier of a stack by its environment's file.

    Args:
        stack: The stack's name, `<environment>` or `<environment>.<slice>`.
        environments: The folder of environment files, `<environment>.yaml`, each with a field `tier`.

    Returns:
        The tier; the strictest where the file is missing, cannot be read, or names none: a mistake must not
        loosen anything.
    """
    environment = stack.partition(".")[0]
    if not _ENVIRONMENT.fullmatch(environment):
        return Tier.PRODUCTION
    try:
        content = read_yaml((environments / f"{environment}.yaml").read_text("utf-8"))
        return Tier(content["tier"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError):
        return Tier.PRODUCTION
