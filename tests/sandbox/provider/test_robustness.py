"""An API server that restarts or is busy, and secrets in what others write."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from pavedroad.sandbox.api import ApiError, ObjectRef, UnknownKindError, UnreachableError
from pavedroad.sandbox.provider import lifecycle
from pavedroad.sandbox.provider.cluster import Cluster
from pavedroad.sandbox.provider.lifecycle import Order
from pavedroad.sandbox.provider.properties import Secret
from pavedroad.sandbox.provider.redaction import redacted
from tests.sandbox.provider.builders import config_map

SETTINGS = ObjectRef(api_version="v1", kind="ConfigMap", name="settings", namespace="shop")


class FlakyClient:
    """Fails with the given errors, one a request, and answers from then on."""

    def __init__(self, *errors: Any) -> None:
        self.errors = list(errors)
        self.requests = 0

    def find(self, reference: Any) -> Any:
        del reference  # whatever is asked for
        self.requests += 1
        if self.errors:
            raise self.errors.pop(0)
        return config_map()

    def resource(self, api_version: Any, kind: Any) -> Any:
        del api_version, kind  # whatever is asked for
        self.find(None)
        return type("Resource", (), {"namespaced": True})

    def apply(self, manifest: Any, **options: Any) -> Any:
        del options  # whatever is asked for
        return manifest


def cluster(*errors: Any) -> Any:
    return Cluster(FlakyClient(*errors), sleep=lambda _seconds: None)  # type: ignore[arg-type] # a stand-in


@pytest.mark.parametrize(
    "error",
    [
        UnreachableError("refused"),
        ApiError(500, message="etcdserver: request timed out"),
        *(ApiError(status) for status in (429, 502, 503, 504)),
    ],
)
def test_a_passing_failure_is_not_the_users_business(error: Any) -> None:
    patient = cluster(error, error)
    assert patient.find(SETTINGS) == config_map()
    assert patient.client.requests == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
def test_a_refusal_is_not_asked_for_twice(status: Any) -> None:
    impatient = cluster(ApiError(status))
    with pytest.raises(ApiError):
        impatient.find(SETTINGS)
    assert impatient.client.requests == 1


def test_nothing_is_repeated_once_the_user_gave_up() -> None:
    patient = cluster(UnreachableError("refused"))
    patient.cancelled.set()
    with pytest.raises(UnreachableError):
        patient.find(SETTINGS)


def test_the_server_says_how_long_to_wait() -> None:
    waits: list[float] = []
    patient = Cluster(FlakyClient(ApiError(429, retry_after_seconds=7)), sleep=waits.append)  # type: ignore[arg-type] # a stand-in
    patient.find(SETTINGS)
    assert waits == [7]


def test_an_object_whose_kind_is_not_read_as_gone() -> None:
    assert cluster(UnknownKindError("example.com/v1", "Db")).find(SETTINGS) is None


def test_a_create_tries_again_for_a_kind_or_namespace_that_is_being_created(monkeypatch: Any) -> None:
    monkeypatch.setattr(lifecycle, "_RETRY_PAUSES_SECONDS", (0, 0, 0))
    missing = [UnknownKindError("v1", "ConfigMap"), ApiError(404, reason="NotFound")]
    order = Order(declared=config_map(), field_manager="m")
    assert lifecycle.create(cluster(*missing), order) == config_map()


def test_a_create_gives_up_on_a_kind_that_nobody_defines(monkeypatch: Any) -> None:
    monkeypatch.setattr(lifecycle, "_RETRY_PAUSES_SECONDS", (0, 0))
    with pytest.raises(UnknownKindError):
        lifecycle.create(
            cluster(*[UnknownKindError("v1", "ConfigMap")] * 3),
            Order(declared=config_map(), field_manager="m"),
        )


@pytest.mark.parametrize(
    "spelling",
    [
        lambda value: value,
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: quote(value, safe=""),
        lambda value: value.replace('"', '\\"'),
    ],
)
def test_secrets_are_masked_in_every_spelling(spelling: Any) -> None:
    value = 'hunter2/"&='
    text = redacted(f"Invalid value: {spelling(value)}: too short", {"spec": {"password": Secret(value)}})
    assert text == "Invalid value: [secret]: too short"


def test_the_data_of_a_secret_is_masked_even_when_it_was_not_declared_secret() -> None:
    source = {"kind": "Secret", "data": {"password": base64.b64encode(b"hunter22").decode()}}
    assert redacted("got hunter22 and aHVudGVyMjI=", source) == "got [secret] and [secret]"


def test_plain_values_are_not_masked() -> None:
    assert redacted("name is web", {"metadata": {"name": "web"}}) == "name is web"
