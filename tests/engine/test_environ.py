"""Nothing of the user's reaches the engine by accident."""

import os
from pathlib import Path

from pavedroad.engine.environ import engine_environment, scrubbed
from pavedroad.engine.state import StateFolder

USERS = {
    "PATH": "/usr/bin",
    "HOME": "/home/user",
    "KUBECONFIG": "/home/user/.kube/config",
    "AWS_PROFILE": "production",
    "AWS_SECRET_ACCESS_KEY": "canary",
    "PULUMI_ACCESS_TOKEN": "canary",
    "PULUMI_HOME": "/home/user/.pulumi",
    "PULUMI_BACKEND_URL": "s3://company",
    "PYTHONPATH": "/home/user/hacks",
}


def test_clusters_credentials_and_pulumi_settings_are_not_inherited() -> None:
    assert scrubbed(USERS) == {"PATH": "/usr/bin", "HOME": "/home/user"}


def test_what_the_engine_gets_is_the_state_folders_own(state: StateFolder) -> None:
    seen = engine_environment(state, USERS).applied_to(USERS)
    assert seen["PULUMI_HOME"] == str(state.pulumi_home)
    assert seen["PULUMI_BACKEND_URL"] == f"file://{state.backend}"
    assert seen["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(state.passphrase)
    assert seen["PAVEDROAD_KUBECONFIG"] == str(state.kubeconfig)
    assert seen["HOME"] == "/home/user"
    assert "canary" not in " ".join(seen.values())
    assert "KUBECONFIG" not in seen


def test_a_shell_is_told_what_to_unset(state: StateFolder) -> None:
    unset = engine_environment(state, USERS).unset
    assert unset == (
        "AWS_PROFILE",
        "AWS_SECRET_ACCESS_KEY",
        "KUBECONFIG",
        "PULUMI_ACCESS_TOKEN",
        "PYTHONPATH",
    )


def test_the_chosen_engine_comes_first_on_the_path(state: StateFolder) -> None:
    entries = engine_environment(state, USERS).exports["PATH"].split(os.pathsep)
    assert str(state.executables) in entries[:2]
    assert entries[-1] == "/usr/bin"


def test_applied_twice_the_path_grows_once(state: StateFolder) -> None:
    once = engine_environment(state, USERS).applied_to(USERS)
    assert engine_environment(state, once).exports["PATH"] == once["PATH"]


def test_a_path_with_blanks_makes_a_valid_address(tmp_path: Path) -> None:
    exports = engine_environment(StateFolder(tmp_path / "my state"), USERS).exports
    assert exports["PULUMI_BACKEND_URL"].endswith("my%20state/backend")
