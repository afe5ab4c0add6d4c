"""Loading whole projects: which files are read, what a bad file does, where things stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pavedroad.descriptor import (
    DescriptorFaults,
    UnreadableFileError,
    find_root,
    load_file,
    load_project,
)
from pavedroad.position import Position
from tests.support.files import TEAM, write_project

ROOT = Path(__file__).resolve().parents[2]
SHOP = TEAM.replace("team: orders", "team: shop")


def team_with_config(file: str) -> str:
    """Return a team whose service mounts a configuration file; it is named in line 10."""
    return f"{TEAM}    config: {{/etc/app.conf: {{file: {file}}}}}\n"


def faults_of(root: Path) -> list[str]:
    with pytest.raises(DescriptorFaults) as found:
        load_project(root)
    return [str(fault) for fault in found.value.faults]


def refusal_of(root: Path) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        load_project(root)
    return str(refused.value)


def test_the_descriptors_of_this_project_load() -> None:
    project = load_project(ROOT)
    assert {"local", "production"} <= project.environments.keys()
    assert list(project.teams) == sorted(project.teams)


def test_positions_are_looked_up_in_the_file_that_says_it(tmp_path: Path) -> None:
    project = load_project(write_project(tmp_path))
    file = "stacks/teams/orders.yaml"
    assert project.position("orders", ("services", "orders", "image")) == Position(file, 8, 5)
    assert project.position("orders", ("services", "orders", "scale", "min")) == Position(file, 6, 3)
    assert str(project.position("orders", ())) == f"{file}:1:1"
    assert project.environment_position("local", ("tier",)) == Position(
        "stacks/environments/local.yaml", 4, 1
    )
    with pytest.raises(KeyError):
        project.position("nobody", ())


def test_faults_of_every_file_are_told_together(tmp_path: Path) -> None:
    root = write_project(
        tmp_path, TEAM + "    sise: small\n", SHOP.replace("8080", "0"), environment="kind: Env\n"
    )
    files = {fault.split(":")[0] for fault in faults_of(root)}
    assert files == {
        "stacks/teams/orders.yaml",
        "stacks/teams/shop.yaml",
        "stacks/environments/local.yaml",
    }


def test_a_file_is_called_like_what_it_describes(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "stacks/teams/orders.yaml").rename(root / "stacks/teams/order.yaml")
    (fault,) = faults_of(root)
    assert fault == (
        "stacks/teams/order.yaml:3:1: team: given 'orders'; expected the file's name, order; "
        "rename the file to orders.yaml, or write team: order"
    )


def test_two_files_cannot_describe_one_team(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "stacks/teams/again.yaml").write_text(TEAM)
    (fault,) = faults_of(root)
    assert fault.startswith("stacks/teams/again.yaml:3:1: team: given 'orders'")


def test_a_project_without_teams_is_a_fault_and_not_an_empty_environment(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "stacks/teams/orders.yaml").unlink()
    assert faults_of(root) == ["stacks/teams: given no descriptor; expected one file for each team"]


def test_a_file_with_the_other_suffix_is_not_passed_over(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "stacks/teams/shop.yml").write_text(SHOP)
    assert faults_of(root) == ["stacks/teams/shop.yml: descriptors end in .yaml; rename it"]


def test_only_some_teams_and_those_connected_with_them_are_loaded(tmp_path: Path) -> None:
    opened = TEAM + "    open_to: [shop]\n"
    caller = SHOP + "    calls: {orders/orders: {}}\n"
    alone = TEAM.replace("team: orders", "team: alone")
    root = write_project(tmp_path, opened, caller, alone)
    assert list(load_project(root, only=["shop"]).teams) == ["orders", "shop"]
    assert list(load_project(root, only=["alone"]).teams) == ["alone"]


def test_the_project_is_found_from_inside(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    assert find_root(root / "stacks/teams") == root
    assert find_root(Path("/")) is None


def test_a_single_file_is_checked_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "anything.yaml"
    file.write_text(TEAM + "    calls: {elsewhere/service: {}}\n")
    assert load_file(file).kind == "Team"
    file.write_text(TEAM + "    registry: private\n")
    with pytest.raises(DescriptorFaults, match=r"anything\.yaml:10:5: services\.orders\.registry"):
        load_file(file)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    file = root / "stacks/teams/orders.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + TEAM.replace("\n", "\r\n").encode())
    assert load_project(root).position("orders", ("team",)).line == 3


def test_what_is_not_utf_8_is_refused_at_its_line(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "stacks/teams/orders.yaml").write_bytes(TEAM.encode() + b"# \xff\n")
    assert refusal_of(root) == "stacks/teams/orders.yaml: not UTF-8 (line 10); save it as UTF-8"


def test_utf_16_is_refused(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "stacks/teams/orders.yaml").write_bytes(TEAM.encode("utf-16"))
    assert "not UTF-8 (line 1)" in refusal_of(root)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    with (root / "stacks/teams/orders.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert refusal_of(root) == "stacks/teams/orders.yaml: larger than 1,024 KiB; split it"


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "dangling link", "link in a ring"])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    root = write_project(tmp_path)
    file = root / "stacks/teams/strange.yaml"
    match kind:
        case "pipe":
            os.mkfifo(file)
        case "folder":
            file.mkdir()
        case "device":
            file.symlink_to("/dev/zero")
        case "dangling link":
            file.symlink_to(root / "nothing")
        case _:
            file.symlink_to(file)
    assert refusal_of(root).startswith("stacks/teams/strange.yaml: ")


def test_a_link_out_of_the_project_is_refused_and_one_inside_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(SHOP)
    root = write_project(tmp_path / "project")
    link = root / "stacks/teams/shop.yaml"
    link.symlink_to(outside)
    assert refusal_of(root) == "stacks/teams/shop.yaml: leads out of the project; keep the file inside it"
    link.unlink()
    (root / "shared.yaml").write_text(SHOP)
    link.symlink_to(root / "shared.yaml")
    assert "shop" in load_project(root).teams


def test_a_configuration_file_is_read_beside_the_descriptor(tmp_path: Path) -> None:
    root = write_project(tmp_path, team_with_config("orders/app.conf"))
    (root / "stacks/teams/orders").mkdir()
    (root / "stacks/teams/orders/app.conf").write_text("hello\r\n", newline="")
    assert load_project(root).files == {("orders", "orders/app.conf"): "hello\r\n"}


@pytest.mark.parametrize(
    "file",
    [
        "/etc/passwd",
        "../../../outside.conf",
        "/proc/self/environ",
        "link.conf",
        "pipe.conf",
        "large.conf",
        "none",
        ".",
    ],
)
def test_a_configuration_file_cannot_lead_out_of_the_project(tmp_path: Path, file: str) -> None:
    root = write_project(tmp_path / "project", team_with_config(file))
    (tmp_path / "outside.conf").write_text("outside")
    teams = root / "stacks/teams"
    (teams / "link.conf").symlink_to("/proc/self/environ")
    os.mkfifo(teams / "pipe.conf")
    with (teams / "large.conf").open("wb") as large:
        large.truncate(1024 * 1024)
    (fault,) = faults_of(root)
    assert fault.startswith(
        f"stacks/teams/orders.yaml:10:30: services.orders.config./etc/app.conf.file: {file}"
    )
    assert "outside" not in fault.replace("outside.conf", "")
