"""What a function may do whatever its descriptor says, and because of its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.plan.cloud.access import Grant, encrypted_with

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pavedroad.plan.cloud.account import AccountPlan


def every_functions(
    account: AccountPlan, log_group: str, dead_letters: str, *, encrypted: bool
) -> Iterator[Grant]:
    """Yield what every function needs.

    Args:
        account: The account.
        log_group: Where it logs to.
        dead_letters: Its queue of failures.
        encrypted: Whether it has variables, which are encrypted.
    """
    yield Grant(
        reason="logs",
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=(account.arn("logs", f"log-group:{log_group}:*"),),
    )
    yield Grant(
        reason="traces",
        actions=("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
        resources=("*",),
    )
    yield Grant(reason="failed", actions=("sqs:SendMessage",), resources=(account.arn("sqs", dead_letters),))
    yield encrypted_with(account, "messages", "sqs", "failed")
    if encrypted:
        yield encrypted_with(account, "secrets", "lambda", "env", write=False)


def secret_grants(account: AccountPlan, paths: Collection[str]) -> Iterator[Grant]:
    """Yield what a function needs to read entries of Secrets Manager, by their paths."""
    if not paths:
        return
    yield Grant(
        reason="secrets",
        actions=("secretsmanager:GetSecretValue",),
        resources=tuple(account.arn("secretsmanager", f"secret:{path}-??????") for path in sorted(paths)),
    )
    yield encrypted_with(account, "secrets", "secretsmanager", "secrets", write=False)
