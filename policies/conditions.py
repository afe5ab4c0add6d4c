"""What holds in the stack that the pack judges: how strict it is, what is set, what is exempt.

All of it stands in the project that the pack belongs to, and is read again for each stack that is judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import yaml

from pavedroad.governance import (
    Enforcement,
    Finding,
    Resource,
    Rule,
    SettingsError,
    Stack,
    Tier,
    tier_of_stack,
)
from pavedroad.governance.configuration import Configuration, configured
from pavedroad.governance.exemptions import Exemption, InForce, in_force

_CONTROLS: Final = "controls"
_WORD: Final = b"exemptions:"
_ENVIRONMENTS: Final = Path("stacks", "environments")
_TEAMS: Final = Path("stacks", "teams")


@dataclass(slots=True)
class Conditions:
    """What holds in one stack.

    Attributes:
        tier: What the stack's environment is for.
        whole: Whether the stack is a whole environment, and not a slice of one.
        configuration: What the environment's file sets of controls.
        exemptions: Every exemption that was granted there, those that have run out included.
        force: Those that hold today, and what is wrong with the others.
    """

    tier: Tier = Tier.PRODUCTION
    whole: bool = True
    configuration: Configuration = field(default_factory=Configuration)
    exemptions: tuple[Exemption, ...] = ()
    force: InForce = field(default_factory=lambda: InForce((), ()))

    def become_those_of(self, project: Path, stack: str, rules: Mapping[str, Rule]) -> None:
        """Become what holds in ``stack``.

        Args:
            project: The folder of the project, with `stacks/environments`.
            stack: The stack's name, `<environment>` or `<environment>.<slice>`.
            rules: Every rule that there is, by its control's identifier.

        Raises:
            SettingsError: If the environment sets what does not exist.
        """
        environment = stack.partition(".")[0]
        environments = project / _ENVIRONMENTS
        severities = {name: rule.control.severity for name, rule in rules.items()}
        self.tier = tier_of_stack(stack, environments)
        self.whole = "." not in stack
        self.configuration = _configuration(environments / f"{environment}.yaml", rules)
        self.exemptions = exemptions_in(project, environment)
        self.force = in_force(self.exemptions, severities, datetime.now(tz=UTC).date())

    def enforcement(self, rule: Rule) -> Enforcement:
        """Say what happens here when a control is broken: as configured, else as the tier asks."""
        said = self.configuration.enforcement(rule.control.identifier)
        return rule.control.enforcement(self.tier) if said is None else said

    def rule(self, rule: Rule) -> Rule:
        """Give a rule as it is set here."""
        return self.configuration.rules.get(rule.control.identifier, rule)

    def stack(self, resources: Iterable[Resource]) -> Stack:
        """Index resources, which are all there is only where the stack is a whole environment."""
        return Stack(resources, whole=self.whole)

    def excused(self, findings: Iterable[Finding], resources: Iterable[Resource]) -> list[Finding]:
        """Excuse the failures that an exemption covers today."""
        return self.force.excuse(findings, resources)


def _configuration(file: Path, rules: Mapping[str, Rule]) -> Configuration:
    """Read what an environment's file sets; a file that cannot be read sets nothing, and loosens nothing."""
    try:
        content = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return Configuration()
    try:
        return configured(content.get(_CONTROLS) if isinstance(content, dict) else None, rules)
    except SettingsError as error:
        faults = str(error).splitlines()
        raise SettingsError("\n".join(f"{file}: {_CONTROLS}: {fault}" for fault in faults)) from error


def exemptions_in(project: Path, environment: str) -> tuple[Exemption, ...]:
    """Read what is exempt in an environment, from the files of the project.

    Raises:
        DescriptorFaults: If what the project's files say of exemptions, or of anything, cannot be understood.
    """
    if not any(_WORD in file.read_bytes() for file in _files(project, environment)):
        return ()
    from pavedroad.descriptor import load_project  # noqa: PLC0415 - slow, and nearly no project needs it
    from pavedroad.intent import exemptions_of, load_exemptions_file  # noqa: PLC0415 - as above

    own = load_exemptions_file(project)
    if not (project / _TEAMS).is_dir():
        return tuple(own)
    described = load_project(project)
    return (*own, *(exemptions_of(described, environment) if environment in described.environments else ()))


def _files(project: Path, environment: str) -> Iterator[Path]:
    """List the files that exemptions for an environment may stand in."""
    alone = (project / "policy-exemptions.yaml", project / _ENVIRONMENTS / f"{environment}.yaml")
    yield from filter(Path.is_file, alone)
    yield from (project / _TEAMS).glob("*.yaml")
