"""IAM policies: at most five versions are kept, and all but the default one have to go before the policy can."""

from typing import Any, Final

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values

_MOST_VERSIONS: Final = 5
"""The quota of IAM, "Managed policy versions"."""


class IamPolicy(Lifecycle):
    """A customer managed policy."""

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Make room for the new version first."""
        versions = self._old_versions(resource_id)
        if "policy" in changed and len(versions) >= _MOST_VERSIONS - 1:
            self._remove(resource_id, min(versions, key=lambda version: version["CreateDate"]))
        return super().update(resource_id, old, inputs, changed)

    def delete(self, resource_id: str, state: Values) -> None:
        """Delete the old versions first."""
        for version in self._old_versions(resource_id):
            self._remove(resource_id, version)
        super().delete(resource_id, state)

    def _old_versions(self, arn: str) -> list[dict[str, Any]]:
        found = self.ask("ListPolicyVersions", {"PolicyArn": arn}) or {"Versions": []}
        return [version for version in found["Versions"] if not version["IsDefaultVersion"]]

    def _remove(self, arn: str, version: dict[str, Any]) -> None:
        self.ask("DeletePolicyVersion", {"PolicyArn": arn, "VersionId": version["VersionId"]})
