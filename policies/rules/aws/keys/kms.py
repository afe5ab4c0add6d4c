"""Rules about KMS keys: rotation, who their policies let in, and that they are not lost."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Rule, Severity
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.joins import Elsewhere, completed
from policies.rules.aws.policies import Holders, keeps_public_out
from policies.rules.aws.shapes import at_least, cis_aws, either, flag, fsbp, given, like, none_of, owes

_KEY: Final = "aws:kms/key:Key"
_KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
_OTHER_KEYS: Final = (
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
    "aws:kms/replicaKey:ReplicaKey",
)
_KEYS: Final = frozenset({_KEY, *_OTHER_KEYS})
_HOLDERS: Final[Holders] = dict.fromkeys((*_KEYS, _KEY_POLICY), "policy")

ROTATED: Final = ResourceRule(
    Control(
        identifier="kms-keys-rotated",
        sentence="A symmetric KMS key gets new key material every year",
        why="The less is encrypted under one material, the less is lost with it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_KEY}),
        fix=Fix(pulumi="set enable_key_rotation=True"),
        references=(cis_aws("4.6"), fsbp("KMS.4")),
        remedies=(Remedy("enableKeyRotation", value=True),),
        rows=(227,),
    ),
    owes(
        either(
            flag("enableKeyRotation"),
            none_of("customerMasterKeySpec", "symmetric_default"),
            none_of("keyUsage", "encrypt_decrypt"),
            like("customKeyStoreId", bool, "be in a store of its own"),
        )
    ),
)

NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="kms-key-policies-not-public",
        sentence="The policy of a KMS key lets nobody in who is not named",
        why="Anybody in any account could decrypt what the key protects.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_HOLDERS),
        fix=Fix(pulumi="name the principals, or add a condition such as kms:CallerAccount"),
        references=(cis_aws("2.21"), fsbp("KMS.5")),
        rows=(228,),
    ),
    keeps_public_out(_HOLDERS),
)

POLICY_DEFINED: Final = completed(
    Control(
        identifier="kms-keys-have-a-policy",
        sentence="A KMS key says who may use it",
        why="By default whoever an identity policy in the account lets may use and remove it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_KEY}),
        fix=Fix(pulumi="set policy, or declare an aws.kms.KeyPolicy for the key"),
        rows=(228,),
    ),
    "set policy, or have a KeyPolicy",
    Elsewhere(_KEY_POLICY, "keyId", ("keyId", "arn")),
    here=given("policy"),
)

DELETION_WINDOW: Final = ResourceRule(
    Control(
        identifier="kms-keys-deleted-slowly",
        sentence="Deleting a KMS key takes the longest time that AWS allows",
        why="What a key protects is lost with it; thirty days are there to notice.",
        severity=Severity.HIGH,
        resource_types=_KEYS,
        fix=Fix(pulumi="leave deletion_window_in_days out, or set it to 30"),
        references=(fsbp("KMS.3"),),
        rows=(229,),
    ),
    owes(at_least("deletionWindowInDays", 30, absent=True)),
)

LOCKOUT_CHECKED: Final = ResourceRule(
    Control(
        identifier="kms-lockout-check-kept",
        sentence="AWS checks that the policy of a KMS key leaves somebody who can change it",
        why="A key that nobody may administer can only be mended by AWS' support.",
        severity=Severity.HIGH,
        resource_types=frozenset(_HOLDERS),
        fix=Fix(pulumi="leave bypass_policy_lockout_safety_check out, or set it to False"),
        rows=(229,),
    ),
    owes(flag("bypassPolicyLockoutSafetyCheck", wanted=False, absent=True)),
)

RULES: Final[tuple[Rule, ...]] = (ROTATED, NOT_PUBLIC, POLICY_DEFINED, DELETION_WINDOW, LOCKOUT_CHECKED)
