"""Secrets planted around a program show in nothing that a preview, plan or explanation prints or writes."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.cli.main import run
from pavedroad.preview import Base, PreviewError, Rendering, masking, render
from pavedroad.preview.comparing import compare_with
from pavedroad.preview.document import document, to_text
from pavedroad.preview.json_report import comparison_document
from pavedroad.preview.manifests import write_manifests
from pavedroad.preview.markdown_report import comparison_markdown
from pavedroad.preview.text_report import comparison_text
from pavedroad.testing import UNKNOWN, Secret
from stacks.settings import KUBECONFIG_VARIABLE
from tests.support.canary import canary, files, sightings
from tests.support.files import ENVIRONMENT, write_project
from tests.support.projects import ROOT
from tests.support.pulumi_projects import pulumi_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KUBECONFIG = """\
apiVersion: v1
kind: Config
users:
  - name: admin
    user:
      token: {secret}
"""

EXISTING = ENVIRONMENT.replace("environment: local", "environment: cloud").replace(
    "{kind: sandbox}", '{kind: existing, kubeconfig: kubeconfig, api_server: "10.0.0.1/32:6443"}'
)

FOREIGN = """
    import base64
    import pulumi

    secret = pulumi.Config().require_secret("password")
    manifest = {{"apiVersion": "v1", "kind": "Secret"}}
    data = {{"data": {{"a": {encoded!r}}}, "stringData": {{"b": {plain!r}}}}}

    def named(name):
        return {{**manifest, **data, "metadata": {{"name": name, "namespace": "orders"}}}}

    pulumi.CustomResource("kubernetes:core/v1:Secret", "made", named("made"))
    pulumi.CustomResource(
        "kubernetes:core/v1:Secret", "found", named("found"), pulumi.ResourceOptions(import_="orders/found")
    )
    pulumi.CustomResource("example:index:Part", "part", {{
        "url": pulumi.Output.concat("https://me:", secret, "@host"),
        "copied": {plain!r},
        "configured": secret,
    }})
    pulumi.export("password", secret)
"""
"""Another company's program: a Secret of its own, an imported one, and one that arrives by configuration."""


@pytest.fixture
def unmasked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Switch masking off: the one function through which all values of a preview go lets them pass."""

    def clear(value: Any, texts: object) -> Any:
        if isinstance(value, Secret):
            return clear(value.value, texts)
        if isinstance(value, dict):
            return {key: clear(item, texts) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [clear(item, texts) for item in value]
        return str(UNKNOWN) if value is UNKNOWN else value

    return lambda: monkeypatch.setattr(masking, "masked", clear)


def own_program(root: Path, environment: str, configuration: str = "") -> Path:
    """Write a project with one team, and this project's own program and components."""
    write_project(root, environment=environment)
    shutil.copytree(ROOT / "components", root / "components", ignore=shutil.ignore_patterns("__pycache__"))
    for file in (ROOT / "stacks").glob("*.py"):
        shutil.copy(file, root / "stacks")
    name = "cloud" if environment is EXISTING else "local"
    (root / "stacks" / "environments" / "local.yaml").rename(
        root / "stacks" / "environments" / f"{name}.yaml"
    )
    (root / f"Pulumi.{name}.yaml").write_text("")
    (root / "Pulumi.yaml").write_text(f"name: pavedroad\nruntime: python\nmain: stacks/\n{configuration}")
    return root


def every_look(stack: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return what every command that shows a stack prints, and the files that it writes."""
    commands = (
        ["validate", "--json"],
        ["plan", stack],
        ["plan", stack, "--json"],
        ["explain", stack, "orders/orders"],
        ["preview", stack],
        ["preview", stack, "--json"],
        ["preview", stack, "--manifests", str(folder)],
    )
    printed = {}
    for words in commands:
        run(words)
        out, err = capsys.readouterr()
        printed[" ".join(words[:3])] = out + err
    return printed | files(folder)


def compared(rendering: Rendering) -> dict[str, str]:
    """Return every report of a comparison in which every input of every resource is new."""
    before = replace(rendering, resources=tuple(replace(one, inputs={}) for one in rendering.resources))
    base = Base(ref="main", renderings={rendering.stack: before}, stacks=(rendering.stack,))
    comparison = compare_with(base, [rendering], [rendering.stack])
    return {
        "text": comparison_text(comparison, colour=False),
        "markdown": comparison_markdown(comparison),
        "json": to_text(comparison_document(comparison)),
    }


def foreign_program(root: Path, secret: str) -> Path:
    """Write a project of another company, with a secret in its configuration and in Secrets."""
    program = FOREIGN.format(plain=secret, encoded=base64.b64encode(secret.encode()).decode())
    pulumi_project(root, program)
    with (root / "Pulumi.yaml").open("a") as file:
        file.write(f"config: {{shop:password: {{secret: true, default: {json.dumps(secret)}}}}}\n")
    return root


def test_no_look_at_a_stack_shows_its_kubeconfig(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    unmasked: Callable[[], None],
) -> None:
    secret = {"kubeconfig": canary()}
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(KUBECONFIG.format(secret=secret["kubeconfig"]))
    monkeypatch.setenv(KUBECONFIG_VARIABLE, str(kubeconfig))
    monkeypatch.chdir(own_program(tmp_path / "own", ENVIRONMENT))
    assert sightings(secret, every_look("local", tmp_path / "masked", capsys)) == set()
    unmasked()
    assert ("kubeconfig", "preview local --json") in sightings(
        secret, every_look("local", tmp_path / "clear", capsys)
    )


def test_no_look_at_a_stack_shows_its_secret_configuration(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    unmasked: Callable[[], None],
) -> None:
    secret = {"configuration": canary()}
    text = json.dumps(KUBECONFIG.format(secret=secret["configuration"]))
    configuration = f"config: {{pavedroad:kubeconfig: {{secret: true, default: {text}}}}}\n"
    monkeypatch.chdir(own_program(tmp_path / "own", EXISTING, configuration))
    assert sightings(secret, every_look("cloud", tmp_path / "masked", capsys)) == set()
    unmasked()
    assert ("configuration", "preview cloud --json") in sightings(
        secret, every_look("cloud", tmp_path / "clear", capsys)
    )


def test_no_look_at_another_program_shows_its_secrets_made_imported_or_configured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], unmasked: Callable[[], None]
) -> None:
    secret = {"another's": canary()}
    root = foreign_program(tmp_path / "shop", secret["another's"])
    assert sightings(secret, looks_at_another(root, tmp_path / "masked")) == set()
    unmasked()
    seen = {where for _, where in sightings(secret, looks_at_another(root, tmp_path / "clear"))}
    assert {"preview", "json", "markdown", "orders/secret-made.yaml", "orders/secret-found.yaml"} <= seen


def looks_at_another(root: Path, folder: Path) -> dict[str, str]:
    """Return a preview of a program, the reports of a comparison, and the manifests."""
    rendering = render(root, "dev")
    write_manifests([rendering], folder)
    return {"preview": to_text(document([rendering]))} | compared(rendering) | files(folder)


def test_a_program_that_fails_does_not_tell_its_secrets(tmp_path: Path) -> None:
    secret = {"raised": canary()}
    root = foreign_program(tmp_path / "shop", f"token:\n  {secret['raised']}\n")
    with (root / "infra" / "__main__.py").open("a") as file:
        file.write(
            "\nraise ValueError('cannot log in with ' + pulumi.Config().require('password').split()[1])\n"
        )
    with pytest.raises(PreviewError) as failure:
        render(root, "dev")
    assert "cannot log in with" in str(failure.value)
    assert sightings(secret, {"error": str(failure.value)}) == set()
