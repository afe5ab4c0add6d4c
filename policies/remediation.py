"""Remediation under CrossGuard: what is missing and safe to set is set, and nothing that is said is touched."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import ResourceValidationArgs

from pavedroad.governance.remedies import remedied
from pavedroad.governance.rules import is_broken_by
from policies.adapter import ResourceRulePolicy
from policies.reading import read


class RemedyingPolicy(ResourceRulePolicy):
    """A rule over one resource whose control has remedies; they are made where the level is `remediate`.

    What is no failure is left alone: a control may excuse a resource that could not even take the setting.
    """

    def remediate(self, args: ResourceValidationArgs) -> Mapping[str, Any] | None:  # type: ignore[override]  # may as well give what it computed at once
        """Give the resource's properties with what was missing, or nothing where nothing was."""
        if not self.control.speaks_about(args.resource_type):
            return None
        if not is_broken_by(self.rule, read([args])):
            return None
        properties, made = remedied(_opened(args.props), self.control.remedies)
        return properties if made else None


def _opened(value: Any) -> Any:
    """Copy what CrossGuard guards, unknown values and secrets in the form in which it hands them back."""
    if isinstance(value, Mapping):
        target = value if isinstance(value, dict) else value["__target"]
        return {name: _opened(item) for name, item in target.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        target = value if isinstance(value, list | tuple) else value["__target"]  # type: ignore[call-overload]  # the proxy's own key
        return [_opened(item) for item in target]
    return value
