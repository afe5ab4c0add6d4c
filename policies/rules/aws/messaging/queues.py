"""Rules about queues (SQS) and topics (SNS): what protects their messages, and whom their policies let in."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Rule, Severity, Tier
from policies.rules.aws.messaging.dead_letters import DEAD_LETTERS, DEAD_LETTERS_NAME_SOURCES
from policies.rules.aws.policies import (
    Holders,
    TrustedAccounts,
    keeps_other_accounts_out,
    keeps_plaintext_out,
    keeps_public_out,
    lists_actions,
)
from policies.rules.aws.shapes import cis_aws, either, flag, fsbp, given, owes, own_key

QUEUE: Final = "aws:sqs/queue:Queue"
QUEUE_POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"

_QUEUES: Final = frozenset({QUEUE})
_TOPICS: Final = frozenset({TOPIC})
_QUEUE_POLICIES: Final[Holders] = {QUEUE: "policy", QUEUE_POLICY: "policy"}
_TOPIC_POLICIES: Final[Holders] = {TOPIC: "policy", TOPIC_POLICY: "policy"}
_POLICIES: Final[Holders] = {**_QUEUE_POLICIES, **_TOPIC_POLICIES}
_ON_QUEUES: Final = ("sqs:SendMessage", "sqs:ReceiveMessage")
_ON_TOPICS: Final = ("sns:Publish",)
_NAMED: Final = "name the principals, or add a condition such as aws:SourceAccount or aws:SourceArn"

QUEUES_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="queues-encrypted",
        sentence="A queue says that its messages are encrypted at rest",
        why="Messages carry what services tell each other; said explicitly, it does not hang on an account's defaults.",
        severity=Severity.HIGH,
        resource_types=_QUEUES,
        fix=Fix(pulumi="set sqs_managed_sse_enabled=True, or kms_master_key_id to a KMS key"),
        references=(fsbp("SQS.1"),),
        rows=(210,),
    ),
    owes(either(flag("sqsManagedSseEnabled"), given("kmsMasterKeyId"))),
)

QUEUES_NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="queue-policies-not-public",
        sentence="The policy of a queue lets nobody in who is not named",
        why="Anybody in any account could read, fill or empty the queue.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_QUEUE_POLICIES),
        fix=Fix(pulumi=_NAMED),
        references=(fsbp("SQS.3"), cis_aws("2.21")),
        rows=(211,),
    ),
    keeps_public_out(_QUEUE_POLICIES),
)

QUEUE_ACTIONS_LISTED: Final = ResourceRule(
    Control(
        identifier="queue-policies-list-actions",
        sentence="The policy of a queue allows actions one by one",
        why="Every action includes changing the policy and deleting the queue.",
        severity=Severity.HIGH,
        resource_types=frozenset(_QUEUE_POLICIES),
        fix=Fix(pulumi="allow sqs:SendMessage or whatever else is needed, in place of sqs:*"),
        rows=(211,),
    ),
    lists_actions(_QUEUE_POLICIES),
)

TOPICS_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="topics-encrypted",
        sentence="A topic keeps its messages encrypted at rest",
        why="Messages carry what services tell each other.",
        severity=Severity.HIGH,
        resource_types=_TOPICS,
        fix=Fix(pulumi="set kms_master_key_id to a KMS key"),
        references=(fsbp("SNS.1"),),
        rows=(213,),
    ),
    owes(given("kmsMasterKeyId")),
)

TOPICS_CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="topics-encrypted-with-customer-key",
        sentence="A topic keeps its messages under a key of ours",
        why="The service's own key cannot be shared with other accounts or services, nor revoked.",
        severity=Severity.LOW,
        resource_types=_TOPICS,
        fix=Fix(pulumi="set kms_master_key_id to a key of your own, not to alias/aws/sns"),
        rows=(213,),
        advisory_in=frozenset({Tier.STAGING}),
    ),
    owes(own_key("kmsMasterKeyId")),
)

TOPICS_NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="topic-policies-not-public",
        sentence="The policy of a topic lets nobody in who is not named",
        why="Anybody in any account could publish to the topic, or listen to it.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_TOPIC_POLICIES),
        fix=Fix(pulumi=_NAMED),
        references=(fsbp("SNS.4"), cis_aws("2.21")),
        rows=(214,),
    ),
    keeps_public_out(_TOPIC_POLICIES),
)

TOPICS_KEEP_ACCOUNTS_OUT: Final = ResourceRule.settable(
    Control(
        identifier="topic-policies-stay-in-trusted-accounts",
        sentence="The policy of a topic lets in no account but its own and trusted ones",
        why="An account by mistake reads what is published, or publishes itself.",
        severity=Severity.HIGH,
        resource_types=frozenset(_TOPIC_POLICIES),
        fix=Fix(pulumi="remove the other account's principal, or list the account in trustedAccounts"),
        rows=(214,),
    ),
    TrustedAccounts(),
    keeps_other_accounts_out(_TOPIC_POLICIES),
)

MESSAGES_OVER_TLS: Final = ResourceRule(
    Control(
        identifier="messages-only-over-tls",
        sentence="The policy of a queue or topic refuses whatever comes without TLS",
        why="The services answer plain HTTP as well, and messages and signatures can be read on the way.",
        severity=Severity.MEDIUM,
        resource_types=frozenset(_POLICIES),
        fix=Fix(
            pulumi='add a Deny for Principal "*" under the condition Bool {"aws:SecureTransport": "false"}, '
            "of sqs:* for a queue and of sns:Publish for a topic"
        ),
        rows=(215,),
    ),
    keeps_plaintext_out(
        _POLICIES,
        {QUEUE: _ON_QUEUES, QUEUE_POLICY: _ON_QUEUES, TOPIC: _ON_TOPICS, TOPIC_POLICY: _ON_TOPICS},
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    QUEUES_ENCRYPTED,
    QUEUES_NOT_PUBLIC,
    QUEUE_ACTIONS_LISTED,
    DEAD_LETTERS,
    DEAD_LETTERS_NAME_SOURCES,
    TOPICS_ENCRYPTED,
    TOPICS_CUSTOMER_KEY,
    TOPICS_NOT_PUBLIC,
    TOPICS_KEEP_ACCOUNTS_OUT,
    MESSAGES_OVER_TLS,
)
