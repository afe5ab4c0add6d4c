"""An AWS account that is empty, and clients of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from pavedroad.aws import Clients, connect
from tests.support.aws import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account, and nothing of the user's own that leads elsewhere."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield


@pytest.fixture
def clients(aws: None) -> Clients:
    """Clients of the account."""
    return connect(REGION)
