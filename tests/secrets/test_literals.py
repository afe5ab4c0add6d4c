"""A secret that somebody wrote into a descriptor is refused, wherever it stands, and never repeated."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from pavedroad.cli.main import run
from pavedroad.descriptor.checks import outside
from tests.support.canary import sightings
from tests.support.files import TEAM, write_project

if TYPE_CHECKING:
    from pathlib import Path

PLACES = {
    "the value of a variable": "    env: {{STRIPE_KEY: {secret}}}\n",
    "a password in a URL": "    env: {{DATABASE: 'postgres://me:{secret}@db.example.com/orders'}}\n",
    "an argument": "    args: [--key, {secret}]\n",
    "a configuration file": "    config: {{/etc/app.conf: {{content: 'key={secret}'}}}}\n",
    "what one environment changes": "    environments: {{local: {{env: {{STRIPE_KEY: {secret}}}}}}}\n",
    "the place of a secret's reference": "    secrets: {{STRIPE_KEY: {secret}}}\n",
    "the path in a vault": "    secrets: {{STRIPE_KEY: {{vault: '{secret}!', key: a}}}}\n",
    "a word that does not exist": "    stripe_key: {secret}\n",
    "a word's place": "    {secret}: yes\n",
    "a number's place": "    scale: {{min: {secret}}}\n",
    "a list's place": "    routes: {secret}\n",
    "a choice's place": "    size: {secret}\n",
    "a reference": "    env: {{STRIPE_KEY: '${{stores.{secret}.host}}'}}\n",
    "text that is no YAML": "    env: {{STRIPE_KEY: {secret}\n",
    "a duplicate key": "    image: {secret}\n",
    "a host's place": "    egress: ['{secret}']\n",
    "a callee's place": "    calls: {{{secret}: {{}}}}\n",
}
"""Lines of a descriptor in which a secret may be written by mistake."""

COMMANDS = (
    ["validate"],
    ["validate", "--json"],
    ["plan", "local"],
    ["plan", "local", "--json"],
    ["explain", "local", "orders/orders"],
)


@pytest.mark.parametrize("place", PLACES)
def test_a_literal_secret_is_refused_without_being_repeated(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = f"sk_live_{secrets.token_hex(12)}"
    monkeypatch.chdir(write_project(tmp_path, TEAM + PLACES[place].format(secret=secret)))
    for words in COMMANDS:
        assert run(words) != 0
        out, err = capsys.readouterr()
        assert sightings({place: secret}, {"out": out, "err": err}) == set()


def test_the_same_search_finds_a_literal_that_nothing_recognises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = f"sk_live_{secrets.token_hex(12)}"
    team = TEAM + PLACES["the value of a variable"].format(secret=secret)
    monkeypatch.chdir(write_project(tmp_path, team))
    monkeypatch.setattr(outside, "looks_like_secret", lambda *_: False)
    assert run(["plan", "local", "--json"]) == 0
    assert sightings({"it": secret}, {"out": capsys.readouterr().out}) == {("it", "out")}
