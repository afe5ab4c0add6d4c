"""`paved schema`: what it prints and writes."""

import json
from pathlib import Path

import pytest

from pavedroad.cli.main import run
from pavedroad.descriptor.schema import MODELS, Kind, json_schema


@pytest.mark.parametrize("kind", list(MODELS))
def test_the_schema_is_printed(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", kind]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema(kind)


def test_every_schema_is_written_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "schemas"
    assert run(["schema", "--output", str(folder)]) == 0
    assert {file.name for file in folder.iterdir()} == {f"{kind}.schema.json" for kind in MODELS}
    assert str(folder / "team.schema.json") in capsys.readouterr().out
    assert json.loads((folder / "team.schema.json").read_text()) == json_schema("team")
