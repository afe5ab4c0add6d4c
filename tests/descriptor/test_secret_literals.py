"""What counts as a secret that somebody wrote down, and what does not."""

import pytest

from pavedroad.secret_literals import looks_like_secret, looks_like_token

TOKENS = {
    "AWS": "AKIA" + "ABCDEFGHIJ234567",
    "AWS, temporary": "ASIA" + "ABCDEFGHIJ234567",
    "GitHub": "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345",
    "GitHub, fine-grained": "github_pat_" + "0123456789abcdefghijABCDEFGHIJ012345",
    "GitLab": "glpat-" + "0123456789abcdefghij",
    "Slack": "xoxb-" + "0123456789-abcdefghij",
    "Stripe": "sk_live_" + "0123456789abcdefghij",
    "Google": "AIza" + "0123456789abcdefghijABCDEFGHIJ01234",
    "Vault": "hvs." + "0123456789abcdefghijAB",
    "Pulumi": "pul-" + "0123456789" * 4,
    "web token": "eyJ0123456789ab.eyJ0123456789ab.0123456789abcdef",
    "private key": "-----BEGIN OPENSSH PRIVATE KEY-----",
}


@pytest.mark.parametrize("kind", TOKENS)
@pytest.mark.parametrize("text", ["{}", "--token={}", "https://{}@example.com/"])
def test_published_forms_are_found_wherever_they_stand(kind: str, text: str) -> None:
    assert looks_like_token(text.format(TOKENS[kind]))
    assert looks_like_secret("ANYTHING", text.format(TOKENS[kind]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DB_PASSWORD", "q7Zx0Lw3Vt9Kd2Rm8Bn5Yc1H"),
        ("api_key", "q7Zx0Lw3Vt9Kd2Rm8Bn5Yc1H"),
        ("URL", "postgres://user:q7Zx0Lw3Vt9Kd2Rm8Bn5Yc1H@host/db"),
    ],
)
def test_random_text_counts_where_the_name_or_place_says_secret(name: str, text: str) -> None:
    assert looks_like_secret(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("COMMIT", "q7Zx0Lw3Vt9Kd2Rm8Bn5Yc1H"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("PASSWORD", "password"),
        ("PASSWORD_FILE", "/var/run/secrets/app/password"),
        ("TOKEN_URL", "https://id.example.com/oauth2/token"),
        ("PASSWORD", "correct-horse-battery-staple"),
        ("PASSWORD", "${stores.ledger.password}"),
        ("MODEL", "sk-learn-style-text"),
        ("KEYSPACE", "hvac.example.com"),
        ("DSN", "user:pass@tcp(host:3306)/db"),
    ],
)
def test_harmless_words_pass(name: str, text: str) -> None:
    assert not looks_like_secret(name, text)
