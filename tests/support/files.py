"""Projects written to a temporary folder."""

from pathlib import Path

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: orders
owners: {email: orders@example.com}
services:
  orders:
    type: service
    image: example/orders:1.0
    listens: {http: {port: 8080}}
"""
"""The smallest team that is worth its file."""

ENVIRONMENT = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: local
tier: local
clusters: {main: {kind: sandbox}}
providers: {postgres: cloudnative-pg, redis: valkey, kafka: strimzi, rabbitmq: rabbitmq-operator}
secrets: {provider: kubernetes, namespace: vault}
domains: {public: shop.example.com, internal: shop.internal.example.com}
"""


def write_project(root: Path, *teams: str, environment: str | None = ENVIRONMENT) -> Path:
    """Write each team's text under the name that it gives itself, and return the project's root."""
    root.mkdir(exist_ok=True)
    (root / "Pulumi.yaml").write_text("name: test\n")
    for folder in ("stacks/teams", "stacks/environments"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for text in teams or (TEAM,):
        name = next(line for line in text.splitlines() if line.startswith("team: ")).removeprefix("team: ")
        (root / "stacks/teams" / f"{name}.yaml").write_text(text)
    if environment is not None:
        (root / "stacks/environments/local.yaml").write_text(environment)
    return root
