"""Buckets: `forceDestroy` empties them first, of all versions and delete markers."""

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values


class Bucket(Lifecycle):
    """An S3 bucket."""

    def delete(self, resource_id: str, state: Values) -> None:
        """Empty the bucket first where the program asks for it."""
        if state.get("forceDestroy"):
            found = self.ask("ListObjectVersions", {"Bucket": resource_id}) or {}
            for each in (*(found.get("Versions") or ()), *(found.get("DeleteMarkers") or ())):
                where = {"Bucket": resource_id, "Key": each["Key"], "VersionId": each["VersionId"]}
                self.ask("DeleteObject", where)
        super().delete(resource_id, state)
