"""Resources as a program declares them, and the ARNs that they will have.

Sources: Service Authorization Reference, "Resource types" of each service; Pulumi's registry of `aws` for the inputs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pavedroad.access.iam.errors import PolicyError

ROLE: Final = "aws:iam/role:Role"
POLICY: Final = "aws:iam/policy:Policy"
KEY: Final = "aws:kms/key:Key"


class Declared(Protocol):
    """One resource of a rendering."""

    @property
    def urn(self) -> str:
        """Its name in the engine."""

    @property
    def type(self) -> str:
        """Its type token."""

    @property
    def name(self) -> str:
        """Its logical name."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Its properties by their camelCase names; what is not known yet is of any other type than JSON's."""

    @property
    def property_dependencies(self) -> Mapping[str, tuple[str, ...]]:
        """By property, the URNs of the resources whose outputs went into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The account and region that resources are declared in.

    Attributes:
        account: The number of the account.
        region: The region.
        partition: The partition.
    """

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource; those of S3 say neither region nor account, those of IAM no region."""
        region = "" if service in ("iam", "s3") else self.region
        account = "" if service == "s3" else self.account
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"


_NAMED: Final = {
    ROLE: ("iam", "name", "role{path}{name}"),
    POLICY: ("iam", "name", "policy{path}{name}"),
    "aws:dynamodb/table:Table": ("dynamodb", "name", "table/{name}"),
    "aws:ecr/repository:Repository": ("ecr", "name", "repository/{name}"),
    "aws:lambda/function:Function": ("lambda", "name", "function:{name}"),
    "aws:s3/bucket:Bucket": ("s3", "bucket", "{name}"),
    "aws:secretsmanager/secret:Secret": ("secretsmanager", "name", "secret:{name}-000000"),
    "aws:sfn/stateMachine:StateMachine": ("states", "name", "stateMachine:{name}"),
    "aws:sns/topic:Topic": ("sns", "name", "{name}"),
    "aws:sqs/queue:Queue": ("sqs", "name", "{name}"),
}
"""By type: service, the input that is the name, and how the ARN ends. Secrets Manager appends six characters of its own."""

_QUEUE_URL: Final = re.compile(r"https://[^/]+/\d{12}/([^/]+)")
_BY_NAME: Final = {"bucket": ("s3", "{}"), "repository": ("ecr", "repository/{}")}
"""By input: how the ARN of what it names ends."""


class Directory:
    """Finds declared resources by what refers to them."""

    def __init__(self, resources: Iterable[Declared], whereabouts: Whereabouts) -> None:
        """Note every resource's ARN."""
        self.whereabouts = whereabouts
        self._arns = {each.urn: arn for each in resources if (arn := self.arn(each)) is not None}

    def arn(self, resource: Declared) -> str | None:
        """The ARN that a resource will have; None where its name is not known or its type is of no interest.

        A key's id is not known before it is made: its logical name stands for it.
        """
        if resource.type == KEY:
            return self.whereabouts.arn("kms", f"key/{resource.name}")
        if resource.type not in _NAMED:
            return None
        service, name, ending = _NAMED[resource.type]
        given, path = resource.inputs.get(name), resource.inputs.get("path", "/")
        if not isinstance(given, str):
            return None
        return self.whereabouts.arn(service, ending.format(name=given, path=path))

    def referred(self, resource: Declared, field: str) -> str:
        """The ARN of what an input of a resource refers to.

        Raises:
            PolicyError: neither its value nor what it depends on says so.
        """
        for urn in resource.property_dependencies.get(field, ()):
            if urn in self._arns:
                return self._arns[urn]
        value = resource.inputs.get(field)
        found = self._by_value(field, value) if isinstance(value, str) else None
        if found is None:
            raise PolicyError(f"{resource.type} {resource.name}: nothing says what {field} refers to")
        return found

    def _by_value(self, field: str, value: str) -> str | None:
        if value.startswith("arn:"):
            return value
        queue = _QUEUE_URL.fullmatch(value)
        if queue:
            return self.whereabouts.arn("sqs", queue[1])
        if field == "role":
            return self._role(value)
        if field in _BY_NAME:
            service, ending = _BY_NAME[field]
            return self.whereabouts.arn(service, ending.format(value))
        return None

    def _role(self, name: str) -> str | None:
        """The ARN of the role of a name, which is unique in an account whatever its path."""
        beginning = self.whereabouts.arn("iam", "role/")
        roles = (arn for arn in self._arns.values() if arn.startswith(beginning))
        return next((arn for arn in roles if arn.rpartition("/")[2] == name), None)
