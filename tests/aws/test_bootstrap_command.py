"""`paved bootstrap aws` as people and CI meet it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from pavedroad.cli.main import run
from tests.support.aws import ACCOUNT, REGION, TARGET, held, settled

if TYPE_CHECKING:
    from pavedroad.aws import Clients

WORDS = ["bootstrap", "aws", "--account", ACCOUNT, "--region", REGION]
WITH_CI = [*WORDS, "--repository", "acme/shop", "--branch", "main"]


def test_without_a_terminal_and_yes_it_only_shows(
    clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(WITH_CI) == 3
    out = capsys.readouterr().out
    assert f"+ create  bucket {TARGET.state_bucket}" in out
    assert "36 to create, 0 to repair, 0 as they should be" in out
    assert "nothing was done" in out
    assert not clients.s3.list_buckets()["Buckets"]
    assert not clients.kms.list_keys()["Keys"]


def test_with_yes_it_does_it_and_says_how_pulumi_is_told(
    clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*WITH_CI, "--yes"]) == 0
    out = capsys.readouterr().out
    assert f"created bucket {TARGET.state_bucket}: versioning" in out
    assert f"pulumi login 's3://pavedroad-state-{ACCOUNT}?region={REGION}'" in out
    assert f"--secrets-provider='awskms://alias/pavedroad-secrets?region={REGION}'" in out
    assert f"CI of acme/shop becomes arn:aws:iam::{ACCOUNT}:role/pavedroad-ci" in out
    assert settled(clients)


def test_where_nothing_is_to_be_done_it_says_so_and_needs_no_yes(
    clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*WITH_CI, "--yes"])
    capsys.readouterr()
    assert run(WITH_CI) == 0
    out = capsys.readouterr().out
    assert "all 36 parts are as they should be: nothing to do" in out
    assert "pulumi login" in out


def test_drift_is_shown_as_repair_beside_what_stays(
    clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*WITH_CI, "--yes"])
    clients.s3.delete_bucket_policy(Bucket=TARGET.state_bucket)
    capsys.readouterr()
    assert run([*WITH_CI, "--yes"]) == 0
    out = capsys.readouterr().out
    assert f"repaired bucket {TARGET.state_bucket}: policy" in out
    assert "0 to create, 1 to repair, 35 as they should be" in out


@pytest.mark.parametrize(("said", "code"), [("y\n", 0), ("n\n", 3)])
def test_at_a_terminal_it_asks(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, said: str, code: int
) -> None:
    monkeypatch.setattr("pavedroad.cli.bootstrap._may_ask", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: said == "y\n")
    assert run(WORDS) == code
    assert bool(clients.s3.list_buckets()["Buckets"]) is (code == 0)


def test_json_is_all_that_is_on_standard_output_and_nothing_is_asked(
    clients: Clients, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert run([*WITH_CI, "--json"]) == 3
    shown = json.loads(capsys.readouterr().out)
    assert shown["done"] is False
    assert {step["operation"] for step in shown["steps"]} == {"create"}
    assert run([*WITH_CI, "--json", "--yes"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["done"] is True
    assert done["login"] == f"s3://pavedroad-state-{ACCOUNT}?region={REGION}"
    assert done["secretsprovider"] == f"awskms://alias/pavedroad-secrets?region={REGION}"
    assert done["role"] == f"arn:aws:iam::{ACCOUNT}:role/pavedroad-ci"


def test_no_credential_is_printed(
    clients: Clients, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASPECIALIDENTIFIER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "special-secret-key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "special-session-token")
    for words in (
        WITH_CI,
        [*WITH_CI, "--yes"],
        [*WITH_CI, "--json"],
        [*WORDS[:3], "999999999999", *WORDS[4:]],
    ):
        run(words)
    shown = "".join(capsys.readouterr())
    assert "special" not in shown.lower()


def test_tags_of_ones_own_are_on_everything(clients: Clients) -> None:
    run([*WITH_CI, "--yes", "--tag", "owner=ops@example.com", "--tag", "cost-centre=CC-1"])
    content = held(clients)
    tagged = [*content["keys"].values(), *content["buckets"].values(), content["identity"]["role"]]
    assert {each["tags"]["owner"] for each in tagged} == {"ops@example.com"}
    assert {each["tags"]["cost-centre"] for each in tagged} == {"CC-1"}


def test_the_wrong_account_is_refused_before_anything_is_read(
    clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bootstrap", "aws", "--account", "999999999999", "--region", REGION, "--yes"]) == 1
    out, said = capsys.readouterr()
    assert not out
    assert said.count("\n") == 1
    assert f"these credentials are of account {ACCOUNT}" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*WORDS, "--branch", "main"], "go with --repository"),
        ([*WORDS[:3], "1", *WORDS[4:]], "twelve digits"),
        ([*WORDS, "--tag", "owner"], "KEY=VALUE"),
        ([*WORDS, "--repository", "acme"], "OWNER/REPOSITORY"),
    ],
)
def test_a_word_that_is_off_ends_with_64_and_asks_nobody(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 64
    assert said in capsys.readouterr().err
