"""A secret shows nowhere in a preview; the same search finds it when masking is off, so the search works."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pavedroad.preview import masking, render
from pavedroad.preview.document import document, to_text
from pavedroad.preview.manifests import write_manifests
from pavedroad.testing import UNKNOWN, Secret
from tests.support.pulumi_projects import pulumi_project

CANARY = 'c4n&ry "p/ss" word'

PROGRAM = f"""
    import base64
    from urllib.parse import quote
    import pulumi

    canary = {CANARY!r}

    def declare(type_, name, props):
        pulumi.CustomResource(type_, name, props)

    declare("example:index:Part", "deep", {{"a": [{{"b": pulumi.Output.secret(canary)}}]}})
    declare("example:index:Part", "literal", {{"url": "https://me:" + quote(canary, safe="") + "@host", canary: 1}})
    for shift in range(3):
        encoded = base64.b64encode(b"u" * shift + canary.encode() + b":x").decode()
        declare("example:index:Part", f"basic-{{shift}}", {{"header": "Basic " + encoded}})
    secret = {{"apiVersion": "v1", "kind": "Secret", "metadata": {{"name": "s"}}}}
    declare("kubernetes:core/v1:Secret", "data", secret | {{
        "data": {{"p": base64.b64encode(b"second canary").decode()}}, "stringData": {{"q": "third canary"}}}})
    declare("example:index:Part", "copies", {{"x": "second canary", "y": "third canary"}})
    pulumi.ProviderResource("kubernetes", "cluster", {{"kubeconfig": "users:\\n- token: fourth-canary-fourth\\n"}})
    declare("example:index:Part", "token", {{"x": "Bearer fourth-canary-fourth"}})
    declare("example:index:Part", "config", {{"key": pulumi.Config().require_secret("key")}})
    pulumi.export("password", pulumi.Output.secret(canary))
"""

STACK = {"dev": "config:\n  shop:key:\n    secure: AAABAcannotBeDecrypted\n"}


def shown(project: Path, folder: Path) -> str:
    rendering = render(project, "dev")
    manifests = write_manifests([rendering], folder)
    return to_text(document([rendering])) + "".join(file.read_text(encoding="utf-8") for file in manifests)


def found(text: str) -> set[str]:
    encoded = {
        base64.b64encode(b"u" * shift + CANARY.encode()).decode()[4:-4]: f"base64 at offset {shift}"
        for shift in range(3)
    }
    sought = {
        CANARY: "clear",
        CANARY.replace('"', '\\"'): "JSON",
        quote(CANARY, safe=""): "URL",
        **encoded,
        base64.b64encode(b"second canary").decode(): "data",
        "second canary": "data decoded",
        "third canary": "stringData",
        "fourth-canary-fourth": "kubeconfig",
    }
    return {where for form, where in sought.items() if form in text}


def test_no_secret_shows_and_the_same_search_finds_all_with_masking_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = pulumi_project(tmp_path / "shop", PROGRAM, STACK)
    assert found(shown(project, tmp_path / "masked")) == set()

    def clear(value: Any, texts: object) -> Any:
        if isinstance(value, Secret):
            return clear(value.value, texts)
        if isinstance(value, dict):
            return {key: clear(item, texts) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [clear(item, texts) for item in value]
        return "[unknown]" if value is UNKNOWN else value

    monkeypatch.setattr(masking, "masked", clear)
    assert found(shown(project, tmp_path / "clear")) == {
        "JSON",
        "URL",
        "base64 at offset 0",
        "base64 at offset 1",
        "base64 at offset 2",
        "data",
        "data decoded",
        "stringData",
        "kubeconfig",
    }


def test_encrypted_configuration_is_a_placeholder_and_never_a_failure(tmp_path: Path) -> None:
    rendering = render(pulumi_project(tmp_path, PROGRAM, STACK), "dev")
    assert next(each.inputs for each in rendering.resources if each.name == "config") == {"key": "[secret]"}


def test_a_short_secret_is_masked_where_it_stands_and_not_sought_elsewhere(tmp_path: Path) -> None:
    program = """
        import pulumi
        pulumi.CustomResource("example:index:Part", "a", {"pin": pulumi.Output.secret("true"), "on": "true"})
    """
    assert render(pulumi_project(tmp_path, program), "dev").resources[0].inputs == {
        "pin": "[secret]",
        "on": "true",
    }
