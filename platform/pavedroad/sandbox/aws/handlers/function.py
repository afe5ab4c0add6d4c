"""Lambda functions: where their code comes from, and how many may run at once."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values
from pavedroad.sandbox.provider.errors import ProviderError

_SOURCES: Final = {
    "s3Bucket": "S3Bucket",
    "s3Key": "S3Key",
    "s3ObjectVersion": "S3ObjectVersion",
    "imageUri": "ImageUri",
}
_CODE: Final = {*_SOURCES, "code", "sourceCodeHash"}
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest date that an archive can hold; the same for all entries, so that equal code is equal bytes."""


class Function(Lifecycle):
    """A function."""

    def scope(self, properties: Mapping[str, Any]) -> Values:
        """Add the code as Lambda takes it."""
        code = {theirs: properties[ours] for ours, theirs in _SOURCES.items() if properties.get(ours)}
        if properties.get("code"):
            code["ZipFile"] = _zipped(properties["code"])
        return {**super().scope(properties), "awsCode": code or None}

    def complete(self, inputs: Values, scope: Values) -> None:
        """Reserve how many may run at once."""
        super().complete(inputs, scope)
        self._reserve(str(scope["id"]), inputs)

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Replace the code where it changed."""
        if changed & _CODE:
            code = self.scope(inputs)["awsCode"] or {}
            publish = bool(inputs.get("publish"))
            self.ask("UpdateFunctionCode", {"FunctionName": resource_id, "Publish": publish, **code})
        if "reservedConcurrentExecutions" in changed:
            self._reserve(resource_id, inputs)
        return super().update(resource_id, old, inputs, changed)

    def _reserve(self, name: str, inputs: Values) -> None:
        reserved = inputs.get("reservedConcurrentExecutions")
        if reserved is not None and reserved >= 0:
            self.ask(
                "PutFunctionConcurrency", {"FunctionName": name, "ReservedConcurrentExecutions": reserved}
            )
        elif reserved is not None:
            self.ask("DeleteFunctionConcurrency", {"FunctionName": name})


def _zipped(archive: Any) -> bytes:
    """Pack an archive as the engine describes it: a path, or assets by name."""
    if isinstance(archive, dict) and archive.get("path"):
        path = Path(str(archive["path"]))
        if path.is_dir():
            return _packed(
                {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}
            )
        return path.read_bytes()
    assets = archive.get("assets") if isinstance(archive, dict) else None
    if not isinstance(assets, dict):
        raise ProviderError("the code of a function has to be an archive of a path or of assets")
    return _packed({name: _content(asset) for name, asset in assets.items()})


def _content(asset: dict[str, Any]) -> bytes:
    if asset.get("path"):
        return Path(str(asset["path"])).read_bytes()
    return str(asset.get("text", "")).encode()


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), files[name])
    return packed.getvalue()
