"""What holds in the stack that the pack judges: how strict it is, what is set, what is exempt.

All of it stands in the project that the pack belongs to, and is read again for each stack that is judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pavedroad.governance import (
    Control,
    Enforcement,
    Finding,
    Resource,
    Rule,
    SettingsError,
    Stack,
    Tier,
    tier_of_stack,
)
from pavedroad.governance.configuration import Configuration
from pavedroad.governance.exemptions import Exemption, InForce, in_force
from policies.environment import ENVIRONMENTS, EXEMPTIONS_FILE, TEAMS, configuration_in
from policies.index import Entry, IndexedRules

_WORD: Final = b"exemptions"


class Conditions:
    """What holds in one stack.

    Attributes:
        tier: What the stack's environment is for.
        whole: Whether the stack is a whole environment, and not a slice of one.
        configuration: What the environment's file sets of controls.
        exemptions: Every exemption that was granted there, those that have run out included.
        force: Those that hold today, and what is wrong with the others.
    """

    def __init__(self) -> None:
        """Assume the strictest, until a stack is known."""
        self.tier = Tier.PRODUCTION
        self.whole = True
        self.configuration = Configuration()
        self.exemptions: tuple[Exemption, ...] = ()
        self.force = InForce((), ())

    def become_those_of(self, project: Path, stack: str, rules: IndexedRules) -> None:
        """Become what holds in ``stack``.

        Args:
            project: The folder of the project, with `stacks/environments`.
            stack: The stack's name, `<environment>` or `<environment>.<slice>`.
            rules: Every rule that there is; those are loaded that something is set of.

        Raises:
            SettingsError: If its files cannot be understood, or set what does not exist; every fault, one to a line.
        """
        environment = stack.partition(".")[0]
        environments = project / ENVIRONMENTS
        severities = {name: each.control.severity for name, each in rules.entries.items()}
        self.configuration = configuration_in(project, environment, rules)
        self.tier = tier_of_stack(stack, environments)
        self.whole = "." not in stack
        self.exemptions = exemptions_in(project, environment)
        self.force = in_force(self.exemptions, severities, datetime.now(tz=UTC).date())

    def enforcement(self, control: Control) -> Enforcement:
        """Say what happens here when a control is broken: as configured, else as the tier asks."""
        said = self.configuration.enforcement(control.identifier)
        return control.enforcement(self.tier) if said is None else said

    def rule(self, control: str, rules: Mapping[str, Rule]) -> Rule:
        """Give the rule of a control as it is set here, of ``rules`` where nothing is."""
        return self.configuration.rules.get(control) or rules[control]

    def settings_schema(self, entry: Entry) -> dict[str, dict[str, Any]]:
        """Describe in JSON Schema what may be set of a rule, and how it is set here."""
        rule = self.configuration.rules.get(entry.control.identifier)
        return rule.settings_schema() if rule else entry.settings

    def stack(self, resources: Iterable[Resource]) -> Stack:
        """Index resources, which are all there is only where the stack is a whole environment."""
        return Stack(resources, whole=self.whole)

    def excused(self, findings: list[Finding], stack: Stack) -> list[Finding]:
        """Excuse the failures in ``stack`` that an exemption covers today; without one nobody walks the stack."""
        return self.force.excuse(findings, stack.all()) if self.force.exemptions else findings


def exemptions_in(project: Path, environment: str) -> tuple[Exemption, ...]:
    """Read what is exempt in an environment, from the files of the project.

    Raises:
        SettingsError: If what the project's files say of exemptions, or of anything, cannot be understood.
    """
    own_file = project / EXEMPTIONS_FILE
    if not own_file.exists() and not any(_WORD in each.read_bytes() for each in _files(project, environment)):
        return ()
    from pavedroad.descriptor import DescriptorError, load_project  # noqa: PLC0415 - slow, and nearly no project needs it
    from pavedroad.intent import exemptions_of, load_exemptions_file  # noqa: PLC0415 - as above

    try:
        own = load_exemptions_file(project)
        if not (project / TEAMS).is_dir():
            return tuple(own)
        described = load_project(project)
    except DescriptorError as error:
        raise SettingsError(str(error)) from error
    return (*own, *(exemptions_of(described, environment) if environment in described.environments else ()))


def _files(project: Path, environment: str) -> Iterator[Path]:
    """List the descriptors that exemptions for an environment may stand in."""
    yield from filter(Path.is_file, [project / ENVIRONMENTS / f"{environment}.yaml"])
    yield from (project / TEAMS).glob("*.yaml")
