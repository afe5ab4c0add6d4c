"""Rules about who a pod is to the API server: its service account, and the token that it carries."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, Self

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Reading,
    Reference,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.findings import Check
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.properties import State
from pavedroad.governance.truth import YES
from policies.rules.pods.shapes import EVERY_TIER, about_pods

_SERVICE_ACCOUNT: Final = "kubernetes:core/v1:ServiceAccount"
_BINDINGS: Final = frozenset(
    {
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    }
)
_DEFAULT: Final = "default"
_NAME: Final = "serviceAccountName"
_OLD_NAME: Final = "serviceAccount"
_AUTOMOUNT: Final = "automountServiceAccountToken"
_NOT_MOUNTED: Final = (Reference("CIS Kubernetes", "5.1.6"), Reference("CIS EKS", "4.1.6"))
_DEFAULT_ACCOUNT: Final = Reading(_NAME, State.PRESENT, _DEFAULT)
_OWN_ACCOUNT: Final = (Reference("CIS Kubernetes", "5.1.5"), Reference("CIS EKS", "4.1.5"))


class Accounts(NamedTuple):
    """The service accounts of a stack.

    Attributes:
        placed: Those whose namespace and name are known, by both.
        others: Whether there are more, any of which may be the one that is looked for.
    """

    placed: Mapping[tuple[str, str], Resource]
    others: Truth

    @classmethod
    def of(cls, stack: Stack) -> Self:
        """Index the service accounts of ``stack``."""
        placed: dict[tuple[str, str], Resource] = {}
        others: list[Truth] = []
        for account in stack.of_types({_SERVICE_ACCOUNT}):
            namespace, name = namespace_of(account), account.properties.text("metadata.name")
            if namespace.value is not None and name.value is not None:
                placed[namespace.value, name.value] = account
            else:
                others.append(all_of(namespace.present(), name.present()))
        return cls(placed, any_of(*others))

    def meets(self, pod: Pod, asked: Callable[[Resource], Truth], missing: Truth) -> Truth:
        """Whether the account of ``pod`` does what is ``asked`` of it; ``missing`` answers where there is none."""
        home, name = namespace_of(pod.workload), account_of(pod).or_else(_DEFAULT_ACCOUNT)
        if home.value is None or name.value is None:
            return all_of(home.present(), name.present())
        account = self.placed.get((home.value, name.value))
        return asked(account) if account else any_of(missing, self.others)


def account_of(pod: Pod) -> Reading[str]:
    """Read which service account a pod names, by the field's newer or older name."""
    return pod.spec.text(_NAME).or_else(pod.spec.text(_OLD_NAME))


def _each_pod(met: Callable[[Pod, Accounts, Stack], Truth], demand: str) -> Check[Stack]:
    """Make a check that asks the same of every pod together with its service account."""

    def check(stack: Stack) -> Iterator[Duty]:
        accounts = stack.derived(Accounts.of)
        for workload, pods in stack.pods().values():
            for pod in pods:
                yield Duty(workload, met(pod, accounts, stack), f"{pod.spec.path} must {demand}")

    return check


def _mounted_on_purpose(pod: Pod, accounts: Accounts, stack: Stack) -> Truth:
    said = pod.spec.flag(_AUTOMOUNT)
    by_account = accounts.meets(
        pod,
        lambda account: account.properties.flag(_AUTOMOUNT).satisfies(_whatever),
        stack.missing(said.path),
    )
    return any_of(said.satisfies(_whatever), all_of(_unsaid(said), by_account))


def _not_mounted(pod: Pod, accounts: Accounts, stack: Stack) -> Truth:
    said = pod.spec.flag(_AUTOMOUNT)
    by_account = accounts.meets(
        pod,
        lambda account: account.properties.flag(_AUTOMOUNT).equals(wanted=False),
        stack.missing(said.path),
    )
    return any_of(said.equals(wanted=False), all_of(_unsaid(said), by_account))


def _whatever(_: bool) -> bool:  # noqa: FBT001 - the value of a flag that may be either
    return True


def _unsaid(reading: Reading[bool]) -> Truth:
    return reading.satisfies(lambda _: False, absent=True)


TOKEN_ON_PURPOSE: Final = StackRule(
    about_pods(
        "service-account-tokens-mounted-on-purpose",
        "Whether a pod carries a token for the API server is said by the pod or by its service account",
        why="Kubernetes mounts one wherever nobody says anything, so that every pod is an entrance to the API.",
        severity=Severity.MEDIUM,
        rows=(29,),
        fix="set automountServiceAccountToken on the pod, to false unless it calls the API server",
        references=_NOT_MOUNTED,
    ),
    _each_pod(_mounted_on_purpose, f"set {_AUTOMOUNT}, or its service account must"),
)

NO_TOKEN: Final = StackRule(
    about_pods(
        "pods-without-service-account-token",
        "No pod carries a token for the API server",
        why="Whoever gets into the pod has the token, and with it all that the pod's service account may do.",
        severity=Severity.MEDIUM,
        rows=(29,),
        fix="set automountServiceAccountToken to false on the pod; exempt what calls the API server",
        descriptor="remove `kubernetes_api`, unless the service calls the API server",
        references=_NOT_MOUNTED,
        advisory_in=EVERY_TIER,
    ),
    _each_pod(_not_mounted, f"set {_AUTOMOUNT} to false, or its service account must"),
)

ACCOUNT_WITHOUT_TOKEN: Final = ResourceRule(
    Control(
        identifier="service-accounts-do-not-mount-tokens",
        sentence="No service account has its token mounted into every pod that uses it",
        why="A pod that needs the token can ask for it by itself; all others should not have it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_SERVICE_ACCOUNT}),
        fix=Fix(pulumi="set automountServiceAccountToken to false, and to true on the pods that need it"),
        references=_NOT_MOUNTED,
        rows=(29,),
    ),
    lambda account: (
        Duty(
            account,
            account.properties.flag(_AUTOMOUNT).equals(wanted=False),
            f"it must set {_AUTOMOUNT} to false",
        ),
    ),
)

OWN_ACCOUNT: Final = PodRule(
    about_pods(
        "pods-name-their-service-account",
        "Every pod names a service account, and not the default one",
        why="What is granted to the default account is granted to every pod of the namespace that names none.",
        severity=Severity.MEDIUM,
        rows=(30,),
        fix="declare a ServiceAccount, and name it in serviceAccountName",
        references=_OWN_ACCOUNT,
    ),
    lambda pod: (
        Duty(
            pod.workload,
            account_of(pod).satisfies(lambda name: name not in ("", _DEFAULT)),
            f"{pod.spec.path} must name a service account of its own in {_NAME}",
        ),
    ),
)


def _no_default_subject(binding: Resource) -> Iterator[Duty]:
    for subject in binding.properties.items("subjects"):
        other = any_of(
            subject.text("kind").satisfies(lambda kind: kind != "ServiceAccount"),
            subject.text("name").satisfies(lambda name: name != _DEFAULT),
        )
        yield Duty(binding, other, f"{subject.path} must not be a default service account")


DEFAULT_NOT_BOUND: Final = ResourceRule(
    Control(
        identifier="default-service-accounts-not-bound",
        sentence="Nothing is granted to a default service account",
        why="Every pod of the namespace that names no account has what is granted to it.",
        severity=Severity.MEDIUM,
        resource_types=_BINDINGS,
        fix=Fix(pulumi="declare a ServiceAccount for the workload that needs the grant, and bind that"),
        references=_OWN_ACCOUNT,
        rows=(30,),
    ),
    _no_default_subject,
)


def _exists(pod: Pod, accounts: Accounts, stack: Stack) -> Truth:
    named = account_of(pod)
    return any_of(
        named.satisfies(lambda name: name in ("", _DEFAULT), absent=True),
        accounts.meets(pod, lambda _: YES, stack.missing(named.path)),
    )


ACCOUNT_EXISTS: Final = StackRule(
    about_pods(
        "service-accounts-exist",
        "Every service account that a pod names is declared in the pod's namespace",
        why="Without it no pod of the workload is ever created, and only its controller's events say so.",
        severity=Severity.LOW,
        rows=(31,),
        fix="declare the ServiceAccount in the same namespace, or mend the name",
    ),
    _each_pod(_exists, f"name in {_NAME} a service account that is declared in its namespace"),
)


def _by_new_name(pod: Pod) -> Iterator[Duty]:
    old = pod.spec.text(_OLD_NAME)
    met = any_of(old.satisfies(lambda _: False, absent=True), old.same_as(pod.spec.text(_NAME)))
    yield Duty(pod.workload, met, f"{pod.spec.path} must use {_NAME} in place of {_OLD_NAME}")


NO_OLD_NAME: Final = PodRule(
    about_pods(
        "pods-without-deprecated-service-account-field",
        "No pod names its service account by the field that is deprecated",
        why="serviceAccount is kept for old clients only, and tools that read serviceAccountName do not see it.",
        severity=Severity.LOW,
        rows=(31,),
        fix="rename serviceAccount to serviceAccountName",
    ),
    _by_new_name,
)

RULES: Final = (
    TOKEN_ON_PURPOSE,
    NO_TOKEN,
    ACCOUNT_WITHOUT_TOKEN,
    OWN_ACCOUNT,
    DEFAULT_NOT_BOUND,
    ACCOUNT_EXISTS,
    NO_OLD_NAME,
)
