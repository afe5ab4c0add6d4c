"""The engine's protobuf messages, and a way to load them without the rest of Pulumi's SDK.

Importing `pulumi` costs twice the time of everything else a plugin needs (0.76 s against 0.34 s of CPU), and
a provider uses nothing of it but the generated messages under `pulumi/runtime/proto`.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def skip_pulumi_init() -> None:
    """Let `pulumi.runtime.proto` be imported without running the `__init__` of `pulumi`.

    For a process that is a plugin and nothing else: afterwards `import pulumi` gives an empty package.
    """
    spec = find_spec("pulumi")
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError("the Pulumi SDK is not installed: pip install pulumi")
    root = Path(next(iter(spec.submodule_search_locations)))
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
