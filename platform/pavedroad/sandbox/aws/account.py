"""AWS, as the provider reaches it: clients by service and region, and calls whose failures are told apart."""

import re
import threading
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel, ServiceModel
from botocore.session import get_session
from botocore.validate import ParamValidator

from pavedroad.sandbox.aws.accepted import Accepted
from pavedroad.sandbox.aws.config import Settings
from pavedroad.sandbox.provider.errors import ProviderError

_NOT_THERE: Final = re.compile(r"NotFound|NoSuch|NonExist|NotExist|DoesNotExist|^404$|NotAttached")
_NOT_THERE_TEXT: Final = re.compile(r"^No scal(able target|ing policy) found")
_PARTITIONS: Final = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
_DNS_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}


class NotThereError(ProviderError):
    """What was asked about does not exist."""


class Account:
    """One account, reached with credentials that mean nothing outside of moto."""

    def __init__(self, settings: Settings) -> None:
        """Use what the provider was configured with; nothing is called yet."""
        self.settings = settings
        self.accepted = Accepted(settings.accepted)
        # Untyped: services come by name, from the tables.
        self._session: Any = boto3.Session(
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",  # noqa: S106 - moto accepts any
            region_name=settings.region,
        )
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._models: dict[str, ServiceModel] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str) -> BaseClient:
        """Give a client; each is made once, as that is slow and not safe in parallel."""
        with self._lock:
            if (service, region) not in self._clients:
                client = self._session.client(
                    service,
                    region_name=region,
                    endpoint_url=self.settings.endpoint(service),
                    config=Config(
                        retries={"total_max_attempts": 2, "mode": "standard"},
                        s3={"addressing_style": "path"},
                        max_pool_connections=32,
                    ),
                )
                client.meta.events.register("before-send", self._as_account)
                self._clients[service, region] = client
            return self._clients[service, region]

    def _as_account(self, request: AWSPreparedRequest, **_: object) -> None:
        """Let moto play the one account that the provider may work in."""
        if len(self.settings.accounts) == 1:
            request.headers["x-moto-account-id"] = next(iter(self.settings.accounts))

    @cached_property
    def number(self) -> str:
        """The account's number.

        Raises:
            ProviderError: It is none of those that the provider may work in.
        """
        number = str(self.call("sts", "GetCallerIdentity", {}, self.settings.region)["Account"])
        allowed = self.settings.accounts
        if allowed and number not in allowed:
            raise ProviderError(f"the account is {number}; allowed are: {', '.join(sorted(allowed))}")
        return number

    def place(self, region: str) -> dict[str, str]:
        """Give what expressions may say about where a resource is."""
        partition = next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")
        return {
            "region": region,
            "partition": partition,
            "account": self.number,
            "dnsSuffix": _DNS_SUFFIXES.get(partition, "amazonaws.com"),
        }

    def operation(self, service: str, operation: str) -> OperationModel:
        """Describe an operation; nothing is called."""
        with self._lock:
            if service not in self._models:
                self._models[service] = get_session().get_service_model(service)
            return self._models[service].operation_model(operation)

    def call(self, service: str, operation: str, parameters: Mapping[str, Any], region: str) -> Any:
        """Call an operation, all pages of it.

        Raises:
            NotThereError: What is asked about does not exist.
            ProviderError: The call failed; the text names the operation.
        """
        client = self.client(service, region)
        method = client.meta.method_to_api_mapping
        name = next(python for python, api in method.items() if api == operation)
        try:
            if client.can_paginate(name):
                return client.get_paginator(name).paginate(**parameters).build_full_result()
            answer = getattr(client, name)(**parameters)
        except ClientError as error:
            raise _explained(f"{service}:{operation}", error) from error
        except BotoCoreError as error:
            raise ProviderError(f"{service}:{operation}: {error}") from error
        answer.pop("ResponseMetadata", None)
        return answer

    def validate(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Judge an operation's parameters by its model, without calling it.

        Raises:
            ProviderError: They do not fit.
        """
        model = self.operation(service, operation)
        tokens = {name: str(uuid.uuid4()) for name in model.idempotent_members}
        shape = model.input_shape
        report = None if shape is None else ParamValidator().validate({**tokens, **parameters}, shape)
        if report is not None and report.has_errors():
            raise ProviderError(f"{service}:{operation}: {report.generate_report()}")


def _explained(operation: str, error: ClientError) -> ProviderError:
    told = error.response.get("Error", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    text = f"{operation}: {code}: {message}"
    missing = _NOT_THERE.search(code) or _NOT_THERE_TEXT.search(message)
    return NotThereError(text) if missing else ProviderError(text)
