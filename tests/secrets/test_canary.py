"""The search for canaries finds each form, wherever it stands."""

import base64
from urllib.parse import quote

import pytest

from tests.support.canary import canary, sightings


@pytest.mark.parametrize("shift", range(6))
def test_a_canary_is_found_in_base64_wherever_it_stands(shift: int) -> None:
    secret = canary()
    text = base64.b64encode(b"x" * shift + secret.encode() + b"yz").decode()
    assert sightings({"it": secret}, {"text": text}) == {("it", "text")}


def test_a_canary_is_found_in_clear_and_in_urls() -> None:
    secret = canary()
    texts = {"clear": f"a{secret}b", "url": f"https://me:{quote(secret, safe='')}@host", "other": canary()}
    assert sightings({"it": secret}, texts) == {("it", "clear"), ("it", "url")}
