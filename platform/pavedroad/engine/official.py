"""The official Pulumi: the one on the PATH in a tested version, or a download where that can be reached.

Firewalls hang rather than refuse, so one probe with a hard limit decides whether to download at all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from pavedroad.engine.environ import scrubbed
from pavedroad.engine.pins import PULUMI_VERSION, TESTED_PULUMI_VERSIONS
from pavedroad.engine.plugins import Provider
from pavedroad.engine.progress import Progress

INSTALLER = "https://get.pulumi.com/install.sh"
"""What the Automation API's own installer begins with; where it answers, the rest can be had too."""

PROBE_SECONDS = 5.0

_ANSWER_SECONDS = 10
_DOWNLOAD_SECONDS = 600
_INSTALL = """
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def official_on_path(
    progress: Progress,
    environment: Mapping[str, str] | None = None,
    *,
    tested: tuple[str, ...] = TESTED_PULUMI_VERSIONS,
) -> tuple[Path, str] | None:
    """Find an official engine on the PATH in a tested version.

    Args:
        progress: Told in one line why one that was found is refused.
        environment: Whose PATH to search; the process's own by default.
        tested: The versions that may be used.

    Returns:
        The executable and its version, or nothing.
    """
    inherited = dict(os.environ if environment is None else environment)
    found = shutil.which("pulumi", path=inherited.get("PATH", os.defpath))
    if found is None:
        return None
    version = _version_of(found, inherited)
    if version in tested:
        return Path(found), version
    known = f"it is {version}" if version else "it does not say its version"
    progress.say(f"Pulumi at {found} is not used: {known}; tested: {', '.join(tested)}")
    return None


def can_be_reached(url: str = INSTALLER, *, seconds: float = PROBE_SECONDS) -> bool:
    """Tell whether a server answers, in no more than the given time whatever a firewall or resolver does.

    Args:
        url: What to ask for.
        seconds: The hard limit, for name resolution, connection and answer together.
    """
    answered = threading.Event()

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310  a constant https address
        try:
            with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310  a constant https address
                answered.set()
        except (OSError, ValueError):
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return answered.is_set()


def download_official(
    folder: Path, progress: Progress, environment: Mapping[str, str] | None = None
) -> Path | None:
    """Download the pinned official engine, by the Automation API's own installer.

    Args:
        folder: Where to install it.
        progress: What the download is reported to.
        environment: What is inherited, proxies for instance; the process's own by default.

    Returns:
        The executable, or nothing where the download failed, which is reported.
    """
    command = [sys.executable, "-c", _INSTALL, str(folder), PULUMI_VERSION]
    done = _attempt(command, f"Downloading Pulumi {PULUMI_VERSION}", progress, _inherited(environment))
    return folder / "bin" / "pulumi" if done else None


def download_provider(
    pulumi: Path,
    home: Path,
    provider: Provider,
    progress: Progress,
    environment: Mapping[str, str] | None = None,
) -> bool:
    """Install an official provider into a Pulumi home.

    Args:
        pulumi: The engine, which downloads it.
        home: The Pulumi home.
        provider: Which one.
        progress: What the download is reported to.
        environment: What is inherited; the process's own by default.

    Returns:
        Whether it is there now.
    """
    command = [str(pulumi), "plugin", "install", "resource", provider.name, provider.version]
    title = f"Downloading the {provider.title} provider {provider.version}"
    return _attempt(command, title, progress, _inherited(environment) | {"PULUMI_HOME": str(home)})


def _inherited(environment: Mapping[str, str] | None) -> dict[str, str]:
    return scrubbed(os.environ if environment is None else environment)


def _attempt(command: list[str], title: str, progress: Progress, environment: Mapping[str, str]) -> bool:
    """Run a download to its end; a failure is reported, for there is another way."""
    try:
        with progress.step(title):
            subprocess.run(  # noqa: S603  the installer of Pulumi itself
                command, env=dict(environment), capture_output=True, timeout=_DOWNLOAD_SECONDS, check=True
            )
    except (OSError, subprocess.SubprocessError):
        progress.say(f"{title} did not succeed: going another way")
        return False
    return True


def _version_of(pulumi: str, environment: Mapping[str, str]) -> str:
    """Ask an engine for its version; empty where it does not say."""
    with tempfile.TemporaryDirectory(prefix="pavedroad-probe-") as home:
        quiet = {"PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        try:
            answer = subprocess.run(  # noqa: S603  the pulumi that was found
                [pulumi, "version"],
                env=scrubbed(environment) | quiet,
                capture_output=True,
                text=True,
                timeout=_ANSWER_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
    return answer.stdout.strip().removeprefix("v")
