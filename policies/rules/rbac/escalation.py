"""Rules about roles that lead to more power than they name."""

from typing import Final

from pavedroad.governance import Control, Fix, Severity, Truth, all_of
from pavedroad.governance.truth import NO
from policies.rules.rbac.permissions import CHANGE, CORE, DELETE, RBAC, ROLES, Grant, Power
from policies.rules.rbac.shapes import BY_ITSELF, cis, each_grant, withholds

_WRITE: Final = CHANGE | DELETE
_ROLE_OBJECTS: Final = frozenset({"roles", "clusterroles", "rolebindings", "clusterrolebindings"})
_RBAC_GROUP: Final = frozenset({RBAC})


def _never(grant: Grant, *verbs: str) -> Truth:
    """Whether the verbs are not named at all, whatever the rule is about."""
    return grant.verbs.rest if grant.verbs.known.isdisjoint(verbs) else NO


_ESCALATING: Final = Power(frozenset({"bind", "escalate"}), _ROLE_OBJECTS, _RBAC_GROUP)
_IMPERSONATING: Final = Power(
    frozenset({"impersonate"}),
    frozenset({"users", "groups", "serviceaccounts", "userextras/scopes", "uids"}),
    frozenset({CORE, "authentication.k8s.io"}),
)

NO_ESCALATION: Final = each_grant(
    Control(
        identifier="roles-cannot-escalate",
        sentence="No role allows to bind roles or to escalate them",
        why="These two verbs lift the one check that keeps people from granting what they do not have.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="remove the verbs bind and escalate"),
        references=cis("5.1.8", eks="4.1.8"),
        rows=(115,),
    ),
    "not allow bind or escalate",
    lambda grant: all_of(_never(grant, "bind", "escalate"), _ESCALATING.withheld(grant)),
)

NO_NEW_BINDINGS: Final = withholds(
    Control(
        identifier="roles-cannot-change-bindings",
        sentence="No role allows to create, change or delete role bindings",
        why="Whoever writes bindings hands out access that nobody reviewed, and takes it from whom they like.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(
            descriptor=BY_ITSELF,
            pulumi="leave rolebindings and clusterrolebindings to reading, or declare them here",
        ),
        references=cis("5.1.8", eks="4.1.8"),
        rows=(115,),
    ),
    "not allow to create, update, patch or delete rolebindings or clusterrolebindings",
    Power(_WRITE, frozenset({"rolebindings", "clusterrolebindings"}), _RBAC_GROUP),
)

NO_NEW_ROLES: Final = withholds(
    Control(
        identifier="roles-cannot-change-roles",
        sentence="No role allows to create, change or delete roles",
        why="Whoever writes a role gives all that they have themselves to everybody bound to it, unreviewed.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="leave roles and clusterroles to reading, or declare them here"),
        references=cis("5.1.8", eks="4.1.8"),
        rows=(115,),
    ),
    "not allow to create, update, patch or delete roles or clusterroles",
    Power(_WRITE, frozenset({"roles", "clusterroles"}), _RBAC_GROUP),
)

NO_IMPERSONATION: Final = each_grant(
    Control(
        identifier="roles-cannot-impersonate",
        sentence="No role allows to act as somebody else",
        why="Acting as an administrator is being one, and the audit log names the wrong person.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="remove the verb impersonate"),
        references=cis("5.1.8", eks="4.1.8"),
        rows=(116,),
    ),
    "not allow impersonate",
    lambda grant: all_of(_never(grant, "impersonate"), _IMPERSONATING.withheld(grant)),
)

NO_ADMISSION: Final = withholds(
    Control(
        identifier="roles-cannot-change-admission",
        sentence="No role allows to change what admits objects to the cluster",
        why="An admission webhook reads and rewrites every object, secrets included, and removing one lifts every "
        "guard that it holds.",
        severity=Severity.CRITICAL,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="leave admission configurations to reading"),
        references=cis("5.1.12"),
        rows=(118,),
    ),
    "not allow to change admission webhook configurations or policies",
    Power(
        _WRITE,
        frozenset(
            {
                "mutatingwebhookconfigurations",
                "validatingwebhookconfigurations",
                "mutatingadmissionpolicies",
                "mutatingadmissionpolicybindings",
                "validatingadmissionpolicies",
                "validatingadmissionpolicybindings",
            }
        ),
        frozenset({"admissionregistration.k8s.io"}),
    ),
)

NO_APPROVAL: Final = withholds(
    Control(
        identifier="roles-cannot-approve-certificates",
        sentence="No role allows to approve or sign certificate signing requests",
        why="A client certificate signed by the cluster is a new identity, of any name and group, that cannot be "
        "revoked.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(
            descriptor=BY_ITSELF,
            pulumi="remove certificatesigningrequests/approval and the verbs approve and sign on signers",
        ),
        references=cis("5.1.11"),
        rows=(119,),
    ),
    "not allow to approve or sign certificate signing requests",
    Power(
        frozenset({"update", "patch"}),
        frozenset({"certificatesigningrequests/approval", "certificatesigningrequests/status"}),
        frozenset({"certificates.k8s.io"}),
    ),
    Power(frozenset({"approve", "sign"}), frozenset({"signers"}), frozenset({"certificates.k8s.io"})),
)

NO_TOKENS: Final = withholds(
    Control(
        identifier="roles-cannot-create-tokens",
        sentence="No role allows to create tokens of service accounts",
        why="A token is the service account: whoever makes one has all that it may do.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(descriptor=BY_ITSELF, pulumi="remove serviceaccounts/token; mount a projected token instead"),
        references=cis("5.1.13"),
        rows=(120,),
    ),
    "not allow to create serviceaccounts/token",
    Power(frozenset({"create"}), frozenset({"serviceaccounts/token"})),
)

RULES: Final = (
    NO_ESCALATION,
    NO_NEW_BINDINGS,
    NO_NEW_ROLES,
    NO_IMPERSONATION,
    NO_ADMISSION,
    NO_APPROVAL,
    NO_TOKENS,
)
