"""Rules about RDS and Aurora: what they write down and what is measured."""

from collections.abc import Mapping
from typing import Final

from pavedroad.governance import Control, Fix, Properties, ResourceRule, Severity, Truth, all_of
from policies.rules.aws.databases.kinds import CLUSTER, INSTANCE_OR_CLUSTER, MEMBERS, parameter
from policies.rules.aws.shapes import (
    Demand,
    at_least,
    either,
    flag,
    fsbp,
    given,
    holds,
    like,
    owes,
    unless,
)

_LOGS: Final[Mapping[str, tuple[str, ...]]] = {
    "aurora-mysql": ("audit", "error"),
    "aurora-postgresql": ("postgresql",),
    "custom": (),
    "db2": ("diag.log",),
    "mariadb": ("audit", "error"),
    "mysql": ("audit", "error"),
    "oracle": ("alert", "audit"),
    "postgres": ("postgresql",),
    "sqlserver": ("error",),
}
"""By the beginning of an engine's name, the logs that tell who did what; names as AWS has them for that engine."""
_EXPORTS: Final = "enabledCloudwatchLogsExports"


def _exports_logs(database: Properties) -> Truth:
    """Whether an engine's logs leave the machine: those that matter of an engine that is known, else any."""
    engine = database.text("engine")
    name = engine.value or ""
    wanted = next((logs for beginning, logs in _LOGS.items() if name.startswith(beginning)), None)
    if wanted is not None:
        return holds(_EXPORTS, *wanted).met(database)
    return all_of(given(_EXPORTS).met(database), engine.satisfies(lambda _: True, absent=True))


LOGS_EXPORTED: Final = ResourceRule(
    Control(
        identifier="rds-logs-exported",
        sentence="A database sends the logs that tell who did what to CloudWatch, audit logs among them",
        why="On the machine they are gone after days, and whoever broke in may remove them.",
        severity=Severity.MEDIUM,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(
            pulumi="list the engine's logs in enabled_cloudwatch_logs_exports, audit included where it has one"
        ),
        references=(fsbp("RDS.9"), fsbp("RDS.34"), fsbp("RDS.36"), fsbp("RDS.37")),
        rows=(165,),
    ),
    owes(
        Demand(_exports_logs, f"list the logs of its engine in {_EXPORTS}, audit included where it has one")
    ),
)

_GROUPS: Final = frozenset(
    {"aws:rds/clusterParameterGroup:ClusterParameterGroup", "aws:rds/parameterGroup:ParameterGroup"}
)
_NOT_POSTGRES: Final = like("family", lambda family: "postgres" not in family, "belong to another engine")
_STATEMENTS: Final = parameter(
    "log_statement", {"ddl", "mod", "all"}.__contains__, "set the parameter log_statement to ddl, mod or all"
)
_AUDITED: Final = parameter(
    "shared_preload_libraries", lambda value: "pgaudit" in value, "load pgaudit by shared_preload_libraries"
)

STATEMENTS_LOGGED: Final = ResourceRule(
    Control(
        identifier="rds-postgres-statements-logged",
        sentence="PostgreSQL writes down who changes its tables",
        why="Its log tells of errors only unless it is asked for more.",
        severity=Severity.LOW,
        resource_types=_GROUPS,
        fix=Fix(pulumi="set the parameter log_statement='ddl', or load pgaudit"),
        rows=(165,),
    ),
    owes(unless(_NOT_POSTGRES, either(_STATEMENTS, _AUDITED))),
)

_DURATIONS: Final = parameter(
    "log_min_duration_statement",
    lambda value: value.removesuffix("ms").isdecimal(),
    "set the parameter log_min_duration_statement to a number of milliseconds",
)

SLOW_LOGGED: Final = ResourceRule(
    Control(
        identifier="rds-postgres-slow-statements-logged",
        sentence="PostgreSQL writes down which statements take long",
        why="When everything waits, nobody knows for what.",
        severity=Severity.LOW,
        resource_types=_GROUPS,
        fix=Fix(pulumi="set the parameter log_min_duration_statement='1000'"),
        rows=(165,),
    ),
    owes(unless(_NOT_POSTGRES, _DURATIONS)),
)

MONITORED: Final = ResourceRule(
    Control(
        identifier="rds-enhanced-monitoring",
        sentence="The machine of a database is measured from inside, at least once a minute",
        why="From outside nobody sees which process takes the memory or the disk.",
        severity=Severity.LOW,
        resource_types=MEMBERS,
        fix=Fix(pulumi="set monitoring_interval to 60 or less, and a monitoring_role_arn"),
        references=(fsbp("RDS.6"),),
        rows=(166,),
    ),
    owes(at_least("monitoringInterval", 1)),
)

INSIGHTS: Final = ResourceRule(
    Control(
        identifier="rds-performance-insights",
        sentence="A database keeps track of which statements take its time",
        why="Otherwise the one bad query is looked for while the shop stands still.",
        severity=Severity.LOW,
        resource_types=MEMBERS,
        fix=Fix(pulumi="set performance_insights_enabled=True"),
        rows=(167,),
    ),
    owes(flag("performanceInsightsEnabled")),
)

INSIGHTS_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="rds-performance-insights-encrypted",
        sentence="What a database keeps about its statements is encrypted with a key of the account",
        why="Statements hold what people searched for and stored.",
        severity=Severity.LOW,
        resource_types=MEMBERS | {CLUSTER},
        fix=Fix(pulumi="set performance_insights_kms_key_id"),
        rows=(167,),
    ),
    owes(
        unless(
            flag("performanceInsightsEnabled", wanted=False, absent=True),
            given("performanceInsightsKmsKeyId"),
        )
    ),
)

RULES: Final = (LOGS_EXPORTED, STATEMENTS_LOGGED, SLOW_LOGGED, MONITORED, INSIGHTS, INSIGHTS_ENCRYPTED)
