"""The table of everything that Pulumi on AWS needs before its first `up`, and the way there from what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.aws import documents
from pavedroad.aws.buckets import KeptBucket
from pavedroad.aws.identity import CiIdentity
from pavedroad.aws.keys import KeptKey
from pavedroad.aws.lifecycles import kept_days, kept_versions
from pavedroad.aws.parts import Operation, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pavedroad.aws.documents import Document
    from pavedroad.aws.parts import Part
    from pavedroad.aws.session import Clients
    from pavedroad.aws.target import Repository, Target

STATE_CLASS: Final = "confidential"
"""What kind of data state and its keys hold, as the tag `data-class` says it."""
LOG_CLASS: Final = "internal"

VERSIONS_KEPT_DAYS: Final = 180
"""How long the state can be brought back to what it was."""
LOGS_KEPT_DAYS: Final = 400
"""A year of access log, and time to notice that it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part, and what becomes of it."""

    part: Part
    operation: Operation


def desired_parts(target: Target, clients: Clients) -> tuple[Part, ...]:
    """List everything that is wanted, each after what it hangs on."""
    state_key, secrets_key = _keys(target, clients)
    logs, state = _buckets(target, clients, state_key)
    groups = [state_key.parts(), secrets_key.parts(), logs.parts(), state.parts()]
    if target.repository:
        groups.append(_identity(target, target.repository, clients, state_key, secrets_key).parts())
    return in_order(*groups)


def steps_towards(parts: Iterable[Part]) -> tuple[Step, ...]:
    """Look at every part and say what becomes of it; changes nothing.

    What a thing that is there lacks is to be repaired; only of a thing that is not there are parts to be created.

    Raises:
        AwsError: If something cannot be read, or must not be touched.
    """
    steps: list[Step] = []
    standing: set[str] = set()
    for part in parts:
        operation = part.operation(part.look())
        if operation is not Operation.CREATE:
            standing.add(part.subject)
        elif part.subject in standing:
            operation = Operation.REPAIR
        steps.append(Step(part=part, operation=operation))
    return tuple(steps)


def carry_out(steps: Iterable[Step]) -> Iterator[Step]:
    """Take the steps that change something, one at a time; each is yielded once it is done.

    A part is looked at again before it is changed: an earlier step may have made it along with its own.

    Raises:
        AwsError: If AWS refuses; what is done is kept, and the next run goes on from there.
    """
    for step in steps:
        if step.operation is not Operation.KEEP:
            step.part.change()
            yield step


def _keys(target: Target, clients: Clients) -> tuple[KeptKey, KeptKey]:
    tags = target.tags_for(STATE_CLASS)
    return (
        KeptKey(
            kms=clients.kms,
            alias=target.state_alias,
            description=f"Encrypts the bucket of Pulumi's state, {target.state_bucket}",
            policy=documents.state_key_policy(target),
            tags=tags,
        ),
        KeptKey(
            kms=clients.kms,
            alias=target.secrets_alias,
            description="Encrypts the secrets in Pulumi's state and configuration",
            policy=documents.secrets_key_policy(target),
            tags=tags,
        ),
    )


def _buckets(target: Target, clients: Clients, key: KeptKey) -> tuple[KeptBucket, KeptBucket]:
    """Return the bucket of logs, which S3 writes only where its own keys encrypt, and that of the state."""

    def policy() -> Document | None:
        """Make the policy of the state bucket late: it names the key."""
        arn = key.arn()
        return documents.state_bucket_policy(target, arn) if arn else None

    logs = KeptBucket(
        s3=clients.s3,
        name=target.log_bucket,
        account=target.account,
        region=target.region,
        policy=lambda: documents.log_bucket_policy(target),
        lifecycle=kept_days(LOGS_KEPT_DAYS),
        tags=target.tags_for(LOG_CLASS),
    )
    state = KeptBucket(
        s3=clients.s3,
        name=target.state_bucket,
        account=target.account,
        region=target.region,
        policy=policy,
        lifecycle=kept_versions(VERSIONS_KEPT_DAYS),
        tags=target.tags_for(STATE_CLASS),
        encrypted=True,
        key=key.arn,
        logs=target.log_bucket,
    )
    return logs, state


def _identity(
    target: Target, repository: Repository, clients: Clients, state_key: KeptKey, secrets_key: KeptKey
) -> CiIdentity:
    def of_keys(document: Callable[[Target, str, str], Document]) -> Callable[[], Document | None]:
        """Make a document late: it names both keys."""

        def made() -> Document | None:
            state, secrets = state_key.arn(), secrets_key.arn()
            return document(target, state, secrets) if state and secrets else None

        return made

    return CiIdentity(
        iam=clients.iam,
        issuer=repository.issuer,
        provider_arn=target.iam_arn(f"oidc-provider/{repository.issuer}"),
        audience=repository.audience,
        role=target.role,
        trust=documents.trust(target, repository),
        policy=of_keys(documents.ci_policy),
        boundary_arn=target.boundary_arn,
        boundary_name=target.boundary_policy,
        boundary=of_keys(documents.ci_boundary),
        makes_boundary=target.boundary is None,
        tags=target.tags_for(STATE_CLASS),
    )
