"""Rules about Amazon MQ: brokers for ActiveMQ and RabbitMQ."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from policies.rules.aws.shapes import both, flag, fsbp, like, owes, own_key, unless

_BROKERS: Final = frozenset({"aws:mq/broker:Broker"})
_ACTIVE_MQ: Final = "activemq"
_RABBIT_MQ: Final = "rabbitmq"
_RABBIT: Final = like("engineType", lambda engine: engine.lower() == _RABBIT_MQ, "be a RabbitMQ broker")


class OldestBrokers(Settings):
    """The oldest releases that brokers may run."""

    oldest_active_mq: str = setting("5.18", "The oldest release of ActiveMQ, as 5.18.")
    oldest_rabbit_mq: str = setting("3.13", "The oldest release of RabbitMQ, as 3.13.")


def _release(version: str) -> tuple[int, ...]:
    """Read `5.18.4` as numbers; what is none counts as the oldest of all."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _current(oldest: OldestBrokers) -> Callable[[Resource], Iterator[Duty]]:
    oldest_of = {_ACTIVE_MQ: _release(oldest.oldest_active_mq), _RABBIT_MQ: _release(oldest.oldest_rabbit_mq)}

    def check(resource: Resource) -> Iterator[Duty]:
        met = any_of(*(_runs(resource.properties, engine, release) for engine, release in oldest_of.items()))
        yield Duty(resource, met, "engineVersion must be a release that is still maintained")

    return check


def _runs(broker: Properties, engine: str, oldest: tuple[int, ...]) -> Truth:
    """Whether a broker is of ``engine`` and not older than ``oldest``."""
    return all_of(
        broker.text("engineType").satisfies(lambda given: given.lower() == engine),
        broker.text("engineVersion").satisfies(lambda given: _release(given) >= oldest),
    )


NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="mq-broker-not-public",
        sentence="A broker of Amazon MQ is reached from inside its network only",
        why="A broker on the Internet is attacked by everybody.",
        severity=Severity.CRITICAL,
        resource_types=_BROKERS,
        fix=Fix(pulumi="leave publicly_accessible out, or set it to False"),
        rows=(207,),
    ),
    owes(flag("publiclyAccessible", wanted=False, absent=True)),
)

GENERAL_LOGS: Final = ResourceRule(
    Control(
        identifier="mq-general-logs-kept",
        sentence="A broker of Amazon MQ keeps its general log",
        why="Without it nobody can tell why it failed.",
        severity=Severity.MEDIUM,
        resource_types=_BROKERS,
        fix=Fix(pulumi="set logs.general=True"),
        rows=(208,),
    ),
    owes(flag("logs.general")),
)

AUDIT_LOGS: Final = ResourceRule(
    Control(
        identifier="mq-audit-logs-kept",
        sentence="A broker for ActiveMQ keeps a log of what its administrators do",
        why="Without it a change of users or queues leaves no trace.",
        severity=Severity.MEDIUM,
        resource_types=_BROKERS,
        fix=Fix(pulumi="set logs.audit=True"),
        references=(fsbp("MQ.2"),),
        rows=(208,),
    ),
    owes(unless(_RABBIT, flag("logs.audit"))),
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="mq-encrypted-with-customer-key",
        sentence="A broker of Amazon MQ keeps its messages under a key of ours",
        why="Whoever owns the key decides who reads the disks; with the service's own key that cannot be revoked.",
        severity=Severity.LOW,
        resource_types=_BROKERS,
        fix=Fix(pulumi="set encryption_options.kms_key_id and use_aws_owned_key=False"),
        rows=(209,),
    ),
    owes(both(own_key("encryptionOptions.kmsKeyId"), flag("encryptionOptions.useAwsOwnedKey", wanted=False))),
)

MINOR_UPGRADES: Final = ResourceRule(
    Control(
        identifier="mq-minor-upgrades-automatic",
        sentence="A broker of Amazon MQ takes minor releases by itself",
        why="They mend flaws that are public by then.",
        severity=Severity.LOW,
        resource_types=_BROKERS,
        fix=Fix(pulumi="set auto_minor_version_upgrade=True"),
        references=(fsbp("MQ.3"),),
        rows=(209,),
    ),
    owes(flag("autoMinorVersionUpgrade")),
)

CURRENT: Final = ResourceRule.settable(
    Control(
        identifier="mq-version-current",
        sentence="A broker of Amazon MQ runs a release that is still maintained",
        why="Nobody mends the flaws of an older one.",
        severity=Severity.LOW,
        resource_types=_BROKERS,
        fix=Fix(pulumi="set engine_version to a maintained release of the engine"),
        rows=(209,),
    ),
    OldestBrokers(),
    _current,
)

RULES: Final[tuple[Rule, ...]] = (
    NOT_PUBLIC,
    GENERAL_LOGS,
    AUDIT_LOGS,
    CUSTOMER_KEY,
    MINOR_UPGRADES,
    CURRENT,
)
