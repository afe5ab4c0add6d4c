"""Projects of any size, the same bytes for the same size."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project whose program and environment the generated ones share."""
STACK: Final = "local"
SERVICES_PER_TEAM: Final = 2

ACCOUNT_STACK: Final = "account"
"""An environment in an AWS account, whose slices stand in one stack."""

_ACCOUNT: Final = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: account
tier: production
aws:
  account: "123456789012"
  region: eu-central-1
  owner: platform@example.com
  cost_centre: CC-0001
  network: {cidr: 10.40.0.0/16}
clusters: {main: {kind: eks}}
providers: {postgres: aurora}
secrets: {provider: secrets-manager}
"""

_TEAM: Final = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: {team}
domain: fulfilment
cost_centre: CC-1042
owners:
  email: {team}@example.com
  channel: "#{team}"
  on_call: {team}
services:
  web:
    type: service
    image: registry.example.com/{team}/web:1.4.2
    size: small
    scale:
      min: 2
      max: 6
      cpu_percent: 60
    listens:
      http:
        port: 8080
        service_port: 80
    probes:
      readiness:
        http: /ready
        initial_delay: 10s
      liveness:
        http: /live
    env:
      LOG_LEVEL: info
      ORDERS_URL: ${{calls.orders.url}}
      NEIGHBOUR_URL: ${{calls.{neighbour}/web.url}}
    calls:
      orders:
        timeout: 2s
        retries: 2
      {neighbour}/web:
        timeout: 800ms
    open_to: [{opened}/web]
  orders:
    type: service
    image: registry.example.com/{team}/orders:2.0.1
    resources:
      cpu: 250m
      memory: 512Mi
    listens:
      http:
        port: 8080
    probes:
      readiness:
        http: /ready
    env:
      LOG_LEVEL: info
      DATABASE_HOST: ${{stores.ledger.host}}
      DATABASE_USER: ${{stores.ledger.username}}
      DATABASE_PASSWORD: ${{stores.ledger.password}}
    stores:
      ledger:
        engine: postgres
        version: "16"
        database: ledger
"""


def write_project(root: Path, teams: int) -> Path:
    """Write a project of that many teams with two services each and return its folder.

    Every team has a web service and one with a PostgreSQL store behind it, and calls its neighbour in a ring: what
    grows with the number of teams is everything, edges between teams included. Program, environment and stack
    configuration are this project's own.

    Args:
        root: Folder to make; it must not exist.
        teams: How many, at least two.
    """
    for folder in ("stacks/teams", "stacks/environments", "stacks/config"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", root)
    shutil.copytree(ROOT / "components", root / "components", ignore=shutil.ignore_patterns("__pycache__"))
    for program in sorted((ROOT / "stacks").glob("*.py")):
        shutil.copy(program, root / "stacks")
    shutil.copy(ROOT / "stacks" / "environments" / f"{STACK}.yaml", root / "stacks" / "environments")
    shutil.copy(ROOT / "stacks" / "config" / f"Pulumi.{STACK}.yaml", root / "stacks" / "config")
    for number in range(teams):
        text = team_descriptor(number, teams)
        (root / "stacks" / "teams" / f"{_name(number)}.yaml").write_text(text, encoding="utf-8")
    return root


def write_account_project(root: Path, teams: int) -> Path:
    """Write the same project as `write_project`, in an environment on AWS alone.

    Args:
        root: Folder to make; it must not exist.
        teams: How many, at least two.
    """
    write_project(root, teams)
    environments, config = root / "stacks" / "environments", root / "stacks" / "config"
    (environments / f"{STACK}.yaml").unlink()
    (environments / f"{ACCOUNT_STACK}.yaml").write_text(_ACCOUNT, encoding="utf-8")
    (config / f"Pulumi.{STACK}.yaml").rename(config / f"Pulumi.{ACCOUNT_STACK}.yaml")
    return root


def team_descriptor(number: int, teams: int) -> str:
    """Return the descriptor of one team in a ring of teams."""
    neighbour, caller = _name((number + 1) % teams), _name((number - 1) % teams)
    return _TEAM.format(team=_name(number), neighbour=neighbour, opened=caller)


def _name(number: int) -> str:
    return f"team-{number:05}"
