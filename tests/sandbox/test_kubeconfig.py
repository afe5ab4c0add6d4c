"""Reading kubeconfigs of other people's clusters; errors never quote a credential."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from pavedroad.sandbox.kubeconfig import Connection, KubeconfigError, load, parse, render

_TOKEN = "canary-token"


def config(*, user: dict[str, Any] | None = None, cluster: dict[str, Any] | None = None) -> str:
    return yaml.safe_dump(
        {
            "current-context": "main",
            "contexts": [
                {"name": "main", "context": {"cluster": "there", "user": "me", "namespace": "orders"}},
                {"name": "lost", "context": {"cluster": "gone", "user": "me"}},
            ],
            "clusters": [{"name": "there", "cluster": {"server": "https://there:6443/"} | (cluster or {})}],
            "users": [{"name": "me", "user": {"token": _TOKEN} if user is None else user}],
        }
    )


def test_what_is_rendered_is_read_back() -> None:
    text = render(server="https://127.0.0.1:1", ca_pem="PEM", user="admin", token=_TOKEN)

    assert parse(text) == Connection(server="https://127.0.0.1:1", ca_pem="PEM", token=_TOKEN)


def test_the_context_names_cluster_user_and_namespace() -> None:
    connection = parse(config())

    assert (connection.server, connection.token, connection.namespace) == (
        "https://there:6443",
        _TOKEN,
        "orders",
    )


def test_certificates_are_read_from_data_and_from_files_beside_the_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("AUTHORITY")
    (tmp_path / "token").write_text(f"{_TOKEN}\n")
    data = base64.b64encode(b"CERTIFICATE").decode()
    (tmp_path / "config").write_text(
        config(
            cluster={"certificate-authority": "ca.pem"},
            user={"client-certificate-data": data, "client-key-data": data, "tokenFile": "token"},
        )
    )

    connection = load(tmp_path / "config")

    assert (connection.ca_pem, connection.client_certificate_pem, connection.token) == (
        "AUTHORITY",
        "CERTIFICATE",
        _TOKEN,
    )


def test_credentials_do_not_show_when_a_connection_is_printed() -> None:
    assert _TOKEN not in repr(parse(config()))


@pytest.mark.parametrize(
    ("text", "context", "message"),
    [
        (config(), "lost", "clusters has no entry named 'gone'; it has: there"),
        (config(), "other", "contexts has no entry named 'other'; it has: main, lost"),
        (config(cluster={"server": ""}), None, r"clusters\[there\]\.cluster\.server is missing"),
        (
            config(cluster={"certificate-authority": "nowhere.pem"}),
            None,
            "certificate-authority: nowhere.pem cannot be read",
        ),
        (
            config(cluster={"certificate-authority-data": _TOKEN}),
            None,
            "certificate-authority-data is not base64",
        ),
        (config(user={"exec": {"command": "aws"}}), None, r"users\[me\]\.user\.exec is not supported"),
        (f"- {_TOKEN}", None, "not a mapping"),
        (f"token: [{_TOKEN}", None, "not YAML"),
    ],
)
def test_an_unusable_kubeconfig_is_refused_without_quoting_credentials(
    text: str, context: str | None, message: str
) -> None:
    with pytest.raises(KubeconfigError, match=message) as refusal:
        parse(text, context=context)

    assert _TOKEN not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="nothing cannot be read"):
        load(tmp_path / "nothing")
