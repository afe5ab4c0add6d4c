"""What the AWS provider's tests share: accounts held by moto, in this process or behind a port."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws, settings

from pavedroad.engine.builds import ensure_built
from pavedroad.engine.cache import BuildCache, cache_folder
from pavedroad.engine.gotool import find_go
from pavedroad.engine.official import official_on_path
from pavedroad.engine.pins import PULUMI
from pavedroad.engine.plugins import AWS
from pavedroad.engine.progress import ConsoleProgress
from pavedroad.sandbox import health
from pavedroad.sandbox.aws.accepted import Accepted
from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.aws.config import Settings
from pavedroad.sandbox.commands import aws_launch
from tests.sandbox.aws.worlds import REGION, World
from tests.sandbox.provider.engine import Engine, ours

_START_SECONDS = 60.0


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account in this process; its clients are made once, as that takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
            patch.delenv(name, raising=False)
        patch.setattr(settings, "ACM_VALIDATION_WAIT", 0)
        yield Account(Settings(region=REGION))


@pytest.fixture
def world(account: Account) -> Iterator[World]:
    """The account with nothing in it."""
    account.accepted = Accepted(None)
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield World(account)


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sandbox's own moto server, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = tmp_path_factory.mktemp("aws") / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(aws_launch(port).arguments, stdout=output, stderr=output)
    deadline = time.monotonic() + _START_SECONDS
    while not health.listens(port):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def pulumi_executable() -> Path:
    """The real engine: the one on PATH in a tested version, else the one built into the user's cache."""
    cache, progress = BuildCache(cache_folder()), ConsoleProgress()
    found = official_on_path(progress, os.environ)
    if found is not None:
        return found[0]
    return ensure_built(PULUMI, cache=cache, go=lambda: find_go(cache, progress), progress=progress)["pulumi"]


@pytest.fixture
def engine(pulumi_executable: Path, endpoint: str, tmp_path: Path) -> Engine:
    """The real engine with the sandbox's AWS provider, and state of its own."""
    services = ("sqs", "sns", "dynamodb", "iam", "ec2", "kms", "s3", "eks", "sts", "secretsmanager")
    inputs = {
        "region": REGION,
        "endpoints": json.dumps([dict.fromkeys(services, endpoint)]),
        "defaultTags": json.dumps({"tags": {"environment": "dev"}}),
    }
    return Engine(pulumi_executable, AWS, ours(AWS), inputs, tmp_path)
