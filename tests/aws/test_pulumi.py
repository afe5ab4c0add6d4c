"""The real engine takes what bootstrap prints: state in the bucket, secrets under the key."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from moto.server import ThreadedMotoServer

from pavedroad.aws import connect
from pavedroad.engine.progress import ConsoleProgress
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import ensure_toolchain
from tests.support.aws import REGION, TARGET, bootstrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pavedroad.aws import Clients


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """Clients of an account that other processes can reach too, with everything in it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    clients = connect(REGION)
    bootstrapped(clients)
    # moto takes every Deny of a bucket policy for one without conditions.
    clients.s3.delete_bucket_policy(Bucket=TARGET.state_bucket)
    yield clients
    server.stop()


@pytest.fixture
def pulumi(tmp_path: Path, served: Clients) -> Callable[..., str]:
    """Runs the real engine in a project of its own."""
    toolchain = ensure_toolchain(StateFolder(tmp_path / "state"), ConsoleProgress(), control_plane=False)
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(*words: str) -> str:
        command = [str(toolchain.engine.path), *words, "--non-interactive"]
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.mark.sandbox
def test_pulumi_keeps_state_and_secrets_where_bootstrap_says(
    pulumi: Callable[..., str], served: Clients, tmp_path: Path
) -> None:
    pulumi("login", TARGET.login_url)
    pulumi("stack", "init", "dev", f"--secrets-provider={TARGET.secrets_provider}")
    pulumi("config", "set", "--secret", "password", "special-word")
    written = (tmp_path / "project" / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    assert f"secretsprovider: {TARGET.secrets_provider}" in written
    assert "special-word" not in written
    assert pulumi("config", "get", "password") == "special-word"
    kept = [each["Key"] for each in served.s3.list_objects_v2(Bucket=TARGET.state_bucket)["Contents"]]
    assert ".pulumi/stacks/shop/dev.json" in kept
