"""Value types of descriptors and environments: what a single word may look like, and what it means.

Every value that has a unit carries it in its text (``300ms``, ``20Gi``, ``14d``); the functions here read
the text back into numbers. Patterns are checked by pydantic's core, so they cost next to nothing.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Network
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.types import Strict

T = TypeVar("T")

NAME_PATTERN = r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"
HOST_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value type asks for, in words: faults say this instead of the pattern."""

    text: str


class Spec(BaseModel):
    """A part of a descriptor or environment: frozen, strict, and closed to unknown words.

    Models are built when they are first used, and attribute docstrings are read by ``schema`` alone: both
    would otherwise cost every command a tenth of a second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


Name = Annotated[
    str,
    StringConstraints(pattern=NAME_PATTERN),
    Meaning("a name of lower-case letters, digits and -, starting with a letter, at most 40 characters"),
]
"""A DNS label of at most 40 characters, starting with a letter: ``orders``, ``order-events``."""

PortName = Annotated[
    str,
    StringConstraints(max_length=15, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
    Meaning("a port name of lower-case letters, digits and single -, starting with a letter"),
]
"""A Kubernetes port name: a DNS label of at most 15 characters, without two hyphens in a row."""

Reference = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z]([a-z0-9-]{0,38}[a-z0-9])?/)?[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"),
    Meaning("a name of this team, or team/name of another"),
]
"""``name`` for something of the same team, ``team/name`` for something of another."""

Email = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}$"),
    Meaning("a mail address such as orders@example.com"),
]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=250, pattern=r"^[^\x00-\x1f\x7f]+$"),
    Meaning("one line of text without control characters"),
]
"""One line of text without control characters."""

LabelValue = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"),
    Meaning("letters, digits, ., _ and -, at most 63 characters, starting and ending with a letter or digit"),
]
"""A Kubernetes label value: letters, digits, ``.``, ``_`` and ``-``, at most 63 characters."""

LabelKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"
    ),
    Meaning("a Kubernetes label key such as example.com/disk"),
]
Duration = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,8}(ms|s|m|h|d)$"),
    Meaning("a whole number with its unit (ms, s, m, h or d), such as 300ms or 14d"),
]
"""A whole number with its unit: ``ms``, ``s``, ``m``, ``h`` or ``d``, for example ``300ms`` or ``14d``."""

Days = Annotated[
    str, StringConstraints(pattern=r"^[1-9][0-9]{0,4}d$"), Meaning("a whole number of days, such as 14d")
]
Memory = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,8}(Ki|Mi|Gi|Ti)$"),
    Meaning("a whole number with its unit (Ki, Mi, Gi or Ti), such as 512Mi or 20Gi"),
]
"""A Kubernetes quantity of bytes with a binary unit: ``512Mi``, ``20Gi``."""

Cpu = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]{0,5}m|[1-9][0-9]{0,3}|[0-9]{1,3}\.[0-9]{1,3})$"),
    Meaning('processor time in cores or thousandths, in quotes: "250m", "2" or "0.5"'),
]
"""A Kubernetes quantity of processor time: ``250m``, ``2``, ``0.5``."""

Port = Annotated[int, Field(ge=1, le=65535)]
Percent = Annotated[int, Field(ge=1, le=100)]
Image = Annotated[
    str,
    StringConstraints(
        max_length=400,
        pattern=r"^[a-z0-9]([a-zA-Z0-9._:/-]*[a-zA-Z0-9])?(@sha256:[0-9a-f]{64})?$",
    ),
    Meaning("a container image with its registry path and its tag or digest, such as registry/path:1.6.2"),
]
"""A container image with its registry path and its tag or digest: ``registry/path:tag``."""

EnvName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,127}$"),
    Meaning("the name of an environment variable: letters, digits, _, . and -, not starting with a digit"),
]
EnvValue = Annotated[
    str, StringConstraints(max_length=32_768, pattern=r"^[^\x00]*$"), Meaning("text without NUL characters")
]
"""The value of an environment variable; may hold references such as ``${stores.ledger.host}``."""

Argument = Annotated[
    str, StringConstraints(max_length=32_768, pattern=r"^[^\x00]*$"), Meaning("text without NUL characters")
]
FileName = Annotated[str, Field(min_length=1, max_length=250)]
"""The path of a file beside the descriptor."""

FileText = Annotated[
    str, StringConstraints(max_length=524_288, pattern=r"^[^\x00]*$"), Meaning("text without NUL characters")
]
"""The text of a configuration file."""

MountPath = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^(/[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$"),
    Meaning("an absolute path in the container, without . or .. segments, such as /etc/orders"),
]
"""An absolute path inside the container, without ``.`` or ``..`` segments."""

UrlPath = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$"),
    Meaning("the path of a URL, starting with /"),
]
RoutePath = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$"),
    Meaning("the path prefix of a URL, starting with /"),
]
HostName = Annotated[
    str,
    StringConstraints(max_length=253, pattern=HOST_PATTERN + "$"),
    Meaning("a full host name in lower case, such as api.example.com"),
]
HostPort = Annotated[
    str,
    StringConstraints(max_length=259, pattern=HOST_PATTERN + r":[1-9][0-9]{0,4}$"),
    Meaning("a full host name in lower case and its port, such as api.example.com:443"),
]
"""A host outside the platform and its port: ``api.stripe.com:443``."""

Url = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$"),
    Meaning("an http or https URL without user, query or fragment"),
]
VaultPath = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_.-]*[A-Za-z0-9_-])*$"),
    Meaning("the path of an entry in the secret store, such as kv/orders"),
]
"""Where a secret is kept, relative to the environment's secret store: ``kv/orders``."""

SecretKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,253}$"),
    Meaning("a key of a secret: letters, digits, ., _ and -"),
]
Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,30}$"),
    Meaning("a database identifier of lower-case letters, digits and _, at most 31 characters"),
]
"""A database, user or keyspace name that every engine takes without quotes."""

Version = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,3}$"),
    Meaning('a version number in quotes, such as "2025.09"'),
]
TopicName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,198}[A-Za-z0-9])?$"),
    Meaning(
        "letters, digits, ., _ and -, at most 200 characters, starting and ending with a letter or digit"
    ),
]
MessageProperty = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,255}$"),
    Meaning("the name of a message attribute or of a key of the body: letters, digits, ., _ and -"),
]

MessageText = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,256}$"),
    Meaning("1 to 256 characters in one line"),
]

RoutingPattern = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_*#-]+(\.[A-Za-z0-9_*#-]+){0,20}$"),
    Meaning("words between dots, * for one word, # for any, such as order.*"),
]
"""A RabbitMQ routing key or binding pattern: words between dots, ``*`` for one word, ``#`` for any."""


def _cron_field(value: str) -> str:
    """Return the pattern of one cron field: a list of values, ranges and steps."""
    item = rf"(\*|({value})(-({value}))?)(/[1-9][0-9]?)?"
    return rf"{item}(,{item})*"


_CRON_FIELDS = (
    r"[1-5]?[0-9]",
    r"1?[0-9]|2[0-3]",
    r"[1-9]|[12][0-9]|3[01]",
    r"[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC",
    r"[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT",
)

Cron = Annotated[
    str,
    StringConstraints(max_length=100, pattern=f"^{' '.join(map(_cron_field, _CRON_FIELDS))}$"),
    Meaning(
        'five cron fields in quotes, such as "0 3 * * *": minute, hour, day of month, month, day of week'
    ),
]
"""Five cron fields: minute, hour, day of month, month, day of week; in UTC."""

TimeZone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_]+){0,2}$"),
    Meaning("a time zone by its name in the tz database, such as Europe/Berlin"),
]
BucketName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
    Meaning("a bucket name of lower-case letters, digits, . and -, from 3 to 63 characters"),
]
HeaderName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$"),
    Meaning("the name of an HTTP header: letters, digits and -"),
]
GrpcServiceName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,200}$"),
    Meaning("the full name of a gRPC service, such as shop.v1.Orders"),
]
GrpcMethodName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$"), Meaning("the name of a gRPC method")
]
GroupName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._@/-]{0,99}$"),
    Meaning("the name of a group: letters, digits, and : . _ @ / -, at most 100 characters"),
]
ApiResource = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]+(\.[a-z0-9.-]+)?$"),
    Meaning("a Kubernetes resource in the plural, with its group after a dot: configmaps, deployments.apps"),
]
ContextName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9:@._/-]{1,200}$"),
    Meaning("the name of a context in the kubeconfig"),
]
AddressRange = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}:[1-9][0-9]{0,4}$"),
    Meaning("a range of addresses and a port, such as 10.0.0.1/32:443"),
]
ControlName = Annotated[
    str,
    StringConstraints(max_length=100, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
    Meaning("a control's identifier of lower-case words and single -, such as containers-not-privileged"),
]
SettingName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][A-Za-z0-9]{0,62}$"),
    Meaning("a setting's name, such as allowedRegistries"),
]
Reason = Annotated[
    str,
    StringConstraints(max_length=250, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]{9,}$"),
    Meaning("one line of at least 10 characters that says why"),
]


def _address_block(text: str) -> str:
    try:
        IPv4Network(text)
    except ValueError as error:
        raise ValueError("a block starts at its first address, such as 10.40.0.0/16") from error
    return text


AddressBlock = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"),
    Meaning("a block of addresses, such as 10.40.0.0/16"),
    AfterValidator(_address_block),
]


def _real_day(text: str) -> str:
    """Refuse a day that no calendar has."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("no calendar has this day; write a real one, such as 2027-01-31") from None
    return text


Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Meaning("a day such as 2027-01-31"),
    AfterValidator(_real_day),
]
"""A day of the calendar: year, month, day."""

KubernetesKind = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{0,62}$"),
    Meaning("a kind of Kubernetes objects, such as DaemonSet"),
]
TypeToken = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^[a-z][a-z0-9-]*:[A-Za-z0-9./_-]+:[A-Za-z0-9]+$"),
    Meaning("a type token of Pulumi's, such as aws:s3/bucket:Bucket"),
]
ResourceName = Annotated[
    str,
    StringConstraints(max_length=253, pattern=r"^[A-Za-z0-9][A-Za-z0-9:._/-]*\*?$"),
    Meaning("the name of an object or resource, such as node-agent"),
]
Rate = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,6}/(s|m|h)$"),
    Meaning("a number of requests for each second, minute or hour, such as 100/s"),
]
"""How often something may happen: ``100/s``, ``1000/m``."""

IdempotencyKey = Annotated[
    str,
    StringConstraints(max_length=120, pattern=r"^([A-Za-z0-9_.:/-]|\{(saga|execution|step)\})+$"),
    Meaning("letters, digits, _ . : / - and the words {saga}, {execution} and {step}"),
]
"""How the key of a step is made: ``{execution}.{step}``."""

ObjectKey = Annotated[
    str,
    StringConstraints(max_length=1024, pattern=r"^[A-Za-z0-9!_.*'()/-]+$"),
    Meaning("the key of an object in a bucket, such as orders/1.4.2.zip"),
]
ObjectVersion = Annotated[
    str,
    StringConstraints(max_length=1024, pattern=r"^[A-Za-z0-9_.-]+$"),
    Meaning("the version of an object in a bucket"),
]
Handler = Annotated[
    str,
    StringConstraints(max_length=128, pattern=r"^[^\s]+$"),
    Meaning("where the code of a function begins, such as orders.handle"),
]
LayerVersion = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]{1,140}:[0-9]+$"
    ),
    Meaning("the ARN of a layer's version, such as arn:aws:lambda:eu-central-1:123456789012:layer:base:3"),
]

ScopeName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9:._/-]{1,64}$"),
    Meaning("the name of a scope, such as letters.write"),
]

Many = Annotated[tuple[T, ...], Strict(strict=False)]
"""A list in the file, an immutable tuple once read."""

_MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_BYTES = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def milliseconds(duration: str) -> int:
    """Return the length of a ``Duration`` in milliseconds."""
    match = re.fullmatch(r"(\d+)(ms|s|m|h|d)", duration)
    if match is None:
        raise ValueError(f"not a duration: {duration!r}")
    return int(match[1]) * _MILLISECONDS[match[2]]


def seconds(duration: str) -> int:
    """Return the length of a ``Duration`` in whole seconds, rounded up to at least one."""
    return max(1, -(-milliseconds(duration) // 1_000))


def memory_bytes(memory: str) -> int:
    """Return the number of bytes of a ``Memory`` quantity."""
    return int(memory[:-2]) * _BYTES[memory[-2:]]


def millicores(cpu: str) -> int:
    """Return a ``Cpu`` quantity in thousandths of a core, rounded up."""
    if cpu.endswith("m"):
        return int(cpu[:-1])
    return int(-(-Decimal(cpu) * 1_000 // 1))
