"""Rules about trails: the record of who did what in an account."""

from typing import Final

from pavedroad.governance import Control, Fix, Reference, ResourceRule, Severity
from policies.rules.aws.shapes import Demand, cis_aws, flag, fsbp, given, owes, own_key

_TRAILS: Final = frozenset({"aws:cloudtrail/trail:Trail"})


def _trail(
    identifier: str, sentence: str, why: str, fix: str, references: tuple[Reference, ...], *demands: Demand
) -> ResourceRule:
    """Make a rule about trails, which differ in what they demand and in nothing else."""
    return ResourceRule(
        Control(
            identifier=identifier,
            sentence=sentence,
            why=why,
            severity=Severity.HIGH,
            resource_types=_TRAILS,
            fix=Fix(pulumi=fix),
            references=references,
            rows=(285,),
        ),
        owes(*demands),
    )


RULES: Final = (
    _trail(
        "cloudtrail-covers-every-region",
        "A trail records what is done in every region, and in global services",
        "Whoever wants to go unseen works in the region that nobody looks at.",
        "set is_multi_region_trail=True, and leave enable_logging and include_global_service_events alone",
        (fsbp("CloudTrail.1"), cis_aws("4.1")),
        flag("isMultiRegionTrail"),
        flag("enableLogging", absent=True),
        flag("includeGlobalServiceEvents", absent=True),
    ),
    _trail(
        "cloudtrail-files-validated",
        "A trail signs its files, so that a changed or missing one is noticed",
        "Whoever covers their tracks edits the log.",
        "set enable_log_file_validation=True",
        (fsbp("CloudTrail.4"), cis_aws("4.2")),
        flag("enableLogFileValidation"),
    ),
    _trail(
        "cloudtrail-encrypted-with-own-key",
        "A trail's files are encrypted with a key of the account's owner",
        "They tell an intruder how everything fits together, and who may do what.",
        "set kms_key_id to the ARN of a key",
        (fsbp("CloudTrail.2"), cis_aws("4.5")),
        own_key("kmsKeyId"),
    ),
    _trail(
        "cloudtrail-sent-to-cloudwatch",
        "A trail's events also go to CloudWatch, where an alarm can see them",
        "Files in a bucket are read when it is too late.",
        "set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn",
        (fsbp("CloudTrail.5"),),
        given("cloudWatchLogsGroupArn"),
    ),
)
