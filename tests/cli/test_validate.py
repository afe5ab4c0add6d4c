"""`paved validate`: what it prints, how it ends, and what it withstands."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pavedroad.cli.main import run
from tests.support.files import TEAM, write_project

if TYPE_CHECKING:
    from pathlib import Path

CPU_SECONDS = 10
"""What nothing takes that grows linearly, on whatever machine: a bound that ends a process, not a measure."""

MEMORY = 200 * 1024 * 1024
EXEMPTIONS = """\
apiVersion: pavedroad.dev/v1
kind: Exemptions
exemptions:
  - control: containers-not-privileged
    kind: DaemonSet
    namespace: monitoring
    name: node-agent
    reason: it reads what the kernel says
    owner: platform@example.com
    granted: 2026-11-02
    expires: 2026-11-30
"""
FAULTY = TEAM.replace("8080", "99999") + "    scael: {}\n"


def test_a_sound_project_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_project(tmp_path) / "stacks")
    assert run(["validate"]) == 0
    assert capsys.readouterr().out == "1 team, 1 environment: no faults\n"


def test_a_file_of_exemptions_is_checked_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "policy-exemptions.yaml"
    file.write_text(EXEMPTIONS)
    assert run(["validate", str(file)]) == 0
    assert capsys.readouterr().out == "0 teams, 0 environments, 1 file of exemptions: no faults\n"
    file.write_text(EXEMPTIONS.replace("2026-11-30", "2026-11-31"))
    assert run(["validate", str(file)]) == 1
    assert "exemptions[0].expires: no calendar has this day" in capsys.readouterr().out


def test_every_fault_is_printed_at_its_line_with_a_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", str(write_project(tmp_path, FAULTY))]) == 1
    first, second, summary = capsys.readouterr().out.splitlines()
    assert first == (
        "stacks/teams/orders.yaml:9:22: services.orders.listens.http.port: "
        "given 99999; expected a whole number from 1 to 65535; write port: 65535"
    )
    assert second.startswith("stacks/teams/orders.yaml:10:5: services.orders.scael: given the key 'scael'")
    assert second.endswith("did you mean scale?")
    assert summary == "2 faults in 1 file"


def test_a_file_of_a_project_is_checked_with_what_it_is_connected_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_project(tmp_path, TEAM + "    calls: {shop/ui: {}}\n")
    assert run(["validate", str(root / "stacks/teams/orders.yaml")]) == 1
    assert "services.orders.calls.shop/ui: given 'shop/ui'" in capsys.readouterr().out


def test_single_files_are_checked_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(TEAM)
    bad.write_text(FAULTY)
    assert run(["validate", str(good)]) == 0
    assert run(["validate", str(good), str(bad)]) == 1
    assert f"{bad}:9:22: " in capsys.readouterr().out


@pytest.mark.parametrize("words", [["missing.yaml"], ["."], ["pipe"], ["x" * 5_000]])
def test_what_cannot_be_read_ends_with_2_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert run(["validate", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_the_report_can_be_read_by_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "--json", str(write_project(tmp_path, FAULTY))]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["version"] == 1
    assert report["faults"][0] == {
        "file": "stacks/teams/orders.yaml",
        "line": 9,
        "column": 22,
        "path": "services.orders.listens.http.port",
        "given": "99999",
        "expected": "a whole number from 1 to 65535",
        "change": "write port: 65535",
        "message": "given 99999; expected a whole number from 1 to 65535; write port: 65535",
    }


def nested_merges() -> str:
    levels = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 30))
    return f"a0: &a0 {{x: y}}\n{levels}"


def laughs() -> str:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    return f"a0: &a0 [lol]\n{levels}"


BAD_INPUT: dict[str, tuple[bytes, int]] = {
    "syntax": (b"a: [", 1),
    "nothing": (b"", 1),
    "text": (b"just text", 1),
    "list": (b"- a\n- b\n", 1),
    "several documents": (TEAM.encode() * 2 + b"---\n" + TEAM.encode(), 1),
    "NUL": (b"a: \x00", 1),
    "not UTF-8": (b"\xff\xfe\x00", 2),
    "UTF-16": (TEAM.encode("utf-16"), 2),
    "50 MB": (b"a: b\n" * 10_000_000, 2),
    "duplicate keys": (TEAM.encode() + b"team: other\n", 1),
    "duplicate keys by merging": (b"a: &a {b: 1}\nc: {<<: *a, b: 2}\n", 1),
    "billion laughs": (laughs().encode(), 1),
    "merge bomb": (nested_merges().encode(), 1),
    "20,000 brackets": (b"[" * 20_000, 1),
    "20,000 nested mappings": (b"{a: " * 20_000, 1),
    "20,000 levels of indentation": (b"".join(b" " * n + b"a:\n" for n in range(1_000)), 1),
    "list in itself": (b"&a [*a]", 1),
    "flat list": (b"- 1\n" * 250_000, 1),
    "flat mapping": (b"".join(b"key%d: 1\n" % n for n in range(70_000)), 1),
    "many unknown words": (TEAM.encode() + b"".join(b"    word%d: 1\n" % n for n in range(19_000)), 1),
    "long line": (b"a" * 1_000_000, 1),
    "long number": (b"a: " + b"9" * 900_000, 1),
    "long key": (b'"' + b"k" * 900_000 + b'": 1', 1),
    "tag of Python": (b"!!python/object/apply:os.system [touch /tmp/executed]", 1),
    "homoglyph": (TEAM.replace("  orders:\n", "  \u043erders:\n").encode(), 1),
    "right-to-left override": (TEAM.replace("  orders:\n", '  "or\u202eders":\n').encode(), 1),
    "newline in a name": (TEAM.replace("  orders:\n", '  "orders\\n":\n').encode(), 1),
    "shell in a name": (TEAM.replace("team: orders", "team: $(reboot)").encode(), 1),
    "quotes in an image": (TEAM.replace("example/orders:1.0", "'a\"b'").encode(), 1),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_gets_a_clear_answer_in_bounded_time_and_little_memory(tmp_path: Path, name: str) -> None:
    content, code = BAD_INPUT[name]
    file = tmp_path / "orders.yaml"
    file.write_bytes(content)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    done = subprocess.run(
        [sys.executable, "-m", "pavedroad.cli.main", "validate", str(file)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said[:2_000]
    assert "Traceback" not in said
    assert str(file) in said
    assert len(said) < 100_000
