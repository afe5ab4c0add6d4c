"""Contracts of APIs are read as plain data, and what is none is told where it is named."""

from pathlib import Path

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from pavedroad.descriptor.contracts import DEEPEST, ContractError, place_in, read_contract
from tests.support.files import TEAM, write_project

CONTRACT = """\
openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      responses:
        200: {description: All orders.}
        default: {description: since 2026-01-31}
"""

BOMB = "openapi: 3.1.0\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{below}'] * 10)}]\n"
    for below, name in zip("abcdef", "bcdefg", strict=True)
)


def test_keys_are_text_and_days_stay_what_was_written() -> None:
    read = read_contract(CONTRACT.replace("since 2026-01-31", "2026-01-31"))
    responses = read["paths"]["/orders"]["get"]["responses"]
    assert list(responses) == ["200", "default"]
    assert responses["default"]["description"] == "2026-01-31"


def test_json_is_read_as_well() -> None:
    assert read_contract('{"openapi": "3.0.3", "paths": {}}') == {"openapi": "3.0.3", "paths": {}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openapi: [", "neither YAML nor JSON (line 2)"),
        ("swagger: '2.0'", "no OpenAPI 3 document"),
        ("openapi: 2.0.0", "no OpenAPI 3 document"),
        ("openapi: 3", "no OpenAPI 3 document"),
        ("", "no OpenAPI 3 document"),
        ("- openapi", "no OpenAPI 3 document"),
        ("openapi: 3.1.0\nx: !!binary aGVsbG8=", "holds a bytes"),
        ("openapi: 3.1.0\nx: !!python/name:os.system ''", "neither YAML nor JSON"),
        ("openapi: 3.1.0\nx: &x [*x]", "values or"),
        (f"openapi: 3.1.0\nx: {'[' * 80}{']' * 80}", f"or {DEEPEST} levels"),
        (BOMB, "values or"),
    ],
)
def test_what_is_no_contract_is_refused_and_says_why(text: str, said: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_contract(f"{text}\n")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("info", "version"), 2, 23),
        (("paths", "/orders", "get"), 5, 5),
        (("paths", "/orders", "get", "responses", "200"), 7, 9),
        (("paths", "/orders", "put"), 4, 3),
        (("paths", "/orders", 0), 4, 3),
    ],
)
def test_a_place_is_found_by_its_path_or_the_nearest_around_it(
    path: tuple[str | int, ...], line: int, column: int
) -> None:
    assert place_in(CONTRACT, path) == (line, column)


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "no such file"), ("swagger: '2.0'\n", "it is no OpenAPI 3 document")],
)
@pytest.mark.parametrize("word", ["contract", "published"])
def test_a_contract_that_cannot_be_used_is_a_fault_where_it_is_named(
    tmp_path: Path, word: str, text: str | None, said: str
) -> None:
    good = "published" if word == "contract" else "contract"
    root = write_project(
        tmp_path, f"{TEAM}    api:\n      {good}: api/good.yaml\n      {word}: api/bad.yaml\n"
    )
    folder = root / "stacks" / "teams" / "api"
    folder.mkdir()
    (folder / "good.yaml").write_text(CONTRACT)
    if text:
        (folder / "bad.yaml").write_text(text)
    with pytest.raises(DescriptorFaults) as caught:
        load_project(root)
    (fault,) = caught.value.faults
    assert str(fault).startswith(f"stacks/teams/orders.yaml:12:7: services.orders.api.{word}: api/bad.yaml: ")
    assert said in str(fault)
