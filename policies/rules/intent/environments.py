"""What the platform says about an environment: what is safe to play with is not what others depend on."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Properties,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    all_of,
    setting,
)
from policies.rules.intent.shapes import BELOW_STAGING, ENVIRONMENT, Place, duty, in_descriptor

_HTTPS: Final = "https://"
_ENDPOINTS: Final[tuple[tuple[str, ...], ...]] = (
    ("backups", "endpoint"),
    ("providers", "bucket", "endpoint"),
    ("providers", "dynamodb", "endpoint"),
    ("secrets", "server"),
)
"""Where an environment names what its services and databases speak to outside."""

_KEEPERS: Final = ("vault", "secrets-manager", "parameter-store")
"""Who keeps secret values outside of the cluster."""


class Narrow(Settings):
    """How wide a range of addresses may be."""

    prefix: int = setting(
        16, "The shortest prefix of the API server's address range: 16 is 65,536 addresses."
    )


def _trusted(environment: Resource) -> Iterator[Duty]:
    met = environment.properties.text("certificates").satisfies(lambda issuer: issuer != "self-signed")
    yield duty(environment, ("certificates",), met, "certificates must name an issuer that clients trust")


def _from_a_vault(environment: Resource) -> Iterator[Duty]:
    met = environment.properties.text("secrets.provider").satisfies(lambda word: word in _KEEPERS)
    yield duty(
        environment, ("secrets", "provider"), met, f"secrets.provider must be one of {', '.join(_KEEPERS)}"
    )


def _encrypted(environment: Resource) -> Iterator[Duty]:
    for place in _ENDPOINTS:
        above = environment.properties.at(".".join(place[:-1]))
        if not isinstance(above.value, str):
            url = above.text(place[-1])
            met = url.satisfies(lambda text: text.startswith(_HTTPS), absent=True)
            yield duty(environment, place, met, f"{url.path} must start with {_HTTPS}")


def _real(environment: Resource) -> Iterator[Duty]:
    for place, cluster in _clusters(environment):
        kind = cluster.text("kind")
        simulated = environment.properties.flag("aws.sandbox").equals(False, absent=True)
        met = all_of(kind.satisfies(lambda word: word != "sandbox"), simulated)
        yield duty(environment, (*place, "kind"), met, f"{kind.path} must be a cluster that runs something")


def _narrow(settings: Narrow) -> Callable[[Resource], Iterator[Duty]]:
    def narrow(text: str) -> bool:
        prefix = text.rpartition("/")[2].partition(":")[0]
        return prefix.isascii() and prefix.isdigit() and int(prefix) >= settings.prefix

    def check(environment: Resource) -> Iterator[Duty]:
        for place, cluster in _clusters(environment):
            addresses = cluster.text("api_server")
            met = addresses.satisfies(narrow, absent=True)
            demand = f"{addresses.path} must be a range with a prefix of at least {settings.prefix}"
            yield duty(environment, (*place, "api_server"), met, demand)

    return check


def _clusters(environment: Resource) -> Iterator[tuple[Place, Properties]]:
    for name, cluster in environment.properties.entries("clusters"):
        yield ("clusters", name), cluster


_TYPES: Final = frozenset({ENVIRONMENT})

RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        Control(
            identifier="environment-certificates-trusted",
            sentence="Gateways that others use show certificates that clients trust.",
            why="Clients that learn to accept any certificate accept an attacker's as well.",
            severity=Severity.HIGH,
            resource_types=_TYPES,
            fix=in_descriptor(
                "name in `certificates` a ClusterIssuer of a public or a company's own authority"
            ),
            off_in=BELOW_STAGING,
            rows=(91,),
        ),
        _trusted,
    ),
    ResourceRule(
        Control(
            identifier="environment-secrets-from-a-vault",
            sentence="Secret values are kept in a vault, not in the cluster that uses them.",
            why="Secrets of the cluster are open to whoever may read that namespace, and no use is recorded.",
            severity=Severity.HIGH,
            resource_types=_TYPES,
            fix=in_descriptor("set `secrets: {provider: vault, server: …, path: …}`"),
            off_in=BELOW_STAGING,
            rows=(76,),
        ),
        _from_a_vault,
    ),
    ResourceRule(
        Control(
            identifier="environment-endpoints-encrypted",
            sentence="What an environment names outside the cluster is reached over TLS.",
            why="Keys, backups and secrets would cross the network readable for everybody on the way.",
            severity=Severity.CRITICAL,
            resource_types=_TYPES,
            fix=in_descriptor("write the end point's URL with https"),
            off_in=BELOW_STAGING,
        ),
        _encrypted,
    ),
    ResourceRule(
        Control(
            identifier="environment-clusters-real",
            sentence="What others depend on does not stand in the sandbox.",
            why="The sandbox simulates nodes: nothing runs there, and nothing is kept.",
            severity=Severity.CRITICAL,
            resource_types=_TYPES,
            fix=in_descriptor("name an existing cluster under `clusters`"),
            off_in=BELOW_STAGING,
        ),
        _real,
    ),
    ResourceRule.settable(
        Control(
            identifier="environment-api-server-narrow",
            sentence="The range in which pods may look for the API server holds little else.",
            why="Pods with rights on the Kubernetes API may speak to every address of the range: `0.0.0.0/0` is all.",
            severity=Severity.HIGH,
            resource_types=_TYPES,
            fix=in_descriptor("write in `api_server` the addresses of the API server's end points alone"),
            rows=(94,),
        ),
        Narrow(),
        _narrow,
    ),
)
