"""The script of set-up jobs, run by a real shell: it tries for a minute, and then lets its pod start it anew."""

import subprocess

import pytest

from components.stores.setup import Setup


def run(client: str) -> subprocess.CompletedProcess[str]:
    setup = Setup(user=1000, login="tries=0", client=client, language="SQL", statements="SELECT '$WHAT';")
    script = f"sleep() {{ :; }}\n{setup.script}"
    environment = {"PATH": "/usr/bin:/bin", "SERVER": "db.example.com", "WHAT": "all"}
    return subprocess.run(
        ["sh", "-euc", script], env=environment, capture_output=True, text=True, check=False, timeout=20
    )


def test_what_the_server_takes_is_told_once() -> None:
    done = run("cat")

    assert (done.returncode, done.stdout) == (0, "SELECT 'all';\n")


@pytest.mark.parametrize(("refusals", "code"), [(11, 0), (12, 1)])
def test_a_server_that_refuses_for_a_minute_fails_the_job(refusals: int, code: int) -> None:
    done = run(f'tries=$((tries + 1)); test "$tries" -gt {refusals}')

    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == f"waiting for db.example.com, attempt {refusals}"
    assert done.stdout.count("waiting for") == refusals
