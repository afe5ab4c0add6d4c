"""Examples of the controls about log groups and trails."""

from tests.support.examples import REMOVED, Declared, Example

_GROUP = Declared(
    type="aws:cloudwatch/logGroup:LogGroup",
    properties={"name": "orders", "retentionInDays": 365, "kmsKeyId": "arn:key"},
)
_DELIVERY = Declared(
    type="aws:cloudwatch/logGroup:LogGroup",
    properties={"logGroupClass": "DELIVERY", "retentionInDays": 2},
)
_TRAIL = Declared(
    type="aws:cloudtrail/trail:Trail",
    properties={
        "s3BucketName": "trail",
        "isMultiRegionTrail": True,
        "enableLogFileValidation": True,
        "kmsKeyId": "arn:key",
        "cloudWatchLogsGroupArn": "arn:logs",
    },
)
_KEPT = "log-groups-kept-for-audit"

EXAMPLES = (
    Example(control="log-groups-retention-set", declared=(_GROUP,), breaks="retentionInDays", to=REMOVED),
    Example(control=_KEPT, declared=(_GROUP,), breaks="retentionInDays", to=30),
    Example(control=_KEPT, declared=(_DELIVERY,), breaks="logGroupClass", to="STANDARD"),
    Example(control=_KEPT, declared=(_GROUP,), breaks="retentionInDays", to=60, settings={"days": 90}),
    Example(control="log-groups-encrypted-with-own-key", declared=(_GROUP,), breaks="kmsKeyId", to=REMOVED),
    Example(
        control="cloudtrail-covers-every-region",
        declared=(_TRAIL,),
        breaks="isMultiRegionTrail",
        to=REMOVED,
    ),
    Example(control="cloudtrail-covers-every-region", declared=(_TRAIL,), breaks="enableLogging", to=False),
    Example(
        control="cloudtrail-covers-every-region",
        declared=(_TRAIL,),
        breaks="includeGlobalServiceEvents",
        to=False,
    ),
    Example(
        control="cloudtrail-files-validated",
        declared=(_TRAIL,),
        breaks="enableLogFileValidation",
        to=False,
    ),
    Example(control="cloudtrail-encrypted-with-own-key", declared=(_TRAIL,), breaks="kmsKeyId", to=REMOVED),
    Example(
        control="cloudtrail-sent-to-cloudwatch",
        declared=(_TRAIL,),
        breaks="cloudWatchLogsGroupArn",
        to="",
    ),
)
