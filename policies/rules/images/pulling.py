"""The rule about private registries: whoever pulls from one shows who they are."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    Properties,
    Reading,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS, namespace_of
from pavedroad.governance.properties import State
from policies.rules.images.names import below
from policies.rules.workloads.naming import Named, given_name, unclear

_SERVICE_ACCOUNT: Final = "kubernetes:core/v1:ServiceAccount"


class _Private(Settings):
    registries: tuple[str, ...] = setting(
        (), "The registries that ask for credentials, with places as for others."
    )


def _has_credentials(settings: _Private) -> Callable[[Stack], Iterator[Duty]]:
    def public(image: str) -> bool:
        return not any(below(image, place) for place in settings.registries)

    def check(stack: Stack) -> Iterator[Duty]:
        if not settings.registries:
            return
        accounts = Named(
            (each, namespace_of(each), given_name(each)) for each in stack.of_types({_SERVICE_ACCOUNT})
        )
        for workload, pods in stack.pods().values():
            for pod in pods:
                account = _account(pod)
                inherited = (
                    all_of(named, _names_secret(each.properties))
                    for each, named in accounts.called(account, namespace_of(workload))
                )
                credentials = any_of(
                    _names_secret(pod.spec), *inherited, unclear(account), stack.missing(account.path)
                )
                for container in pod.containers():
                    yield Duty(
                        workload,
                        any_of(container.text("image").satisfies(public, absent=True), credentials),
                        f"{pod.spec.path}, or its ServiceAccount, must set imagePullSecrets for the private registry",
                    )

    return check


def _account(pod: Pod) -> Reading[str]:
    name = pod.spec.text("serviceAccountName")
    return name.or_else(Reading(name.path, State.PRESENT, "default"))


def _names_secret(part: Properties) -> Truth:
    return any_of(*(each.text("name").present() for each in part.items("imagePullSecrets")))


PULL_SECRETS: Final = StackRule.settable(
    Control(
        identifier="private-images-have-pull-secrets",
        sentence="Every pod that runs an image of a private registry has credentials for it",
        why="Without them it starts only where the image happens to lie on the node already.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="name the team's `registry` in the service",
            pulumi="name a Secret of type kubernetes.io/dockerconfigjson in imagePullSecrets of the pod's spec or of "
            "its ServiceAccount",
        ),
        rows=(72,),
    ),
    _Private(),
    _has_credentials,
)

RULES: Final = (PULL_SECRETS,)
