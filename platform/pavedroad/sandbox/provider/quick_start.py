"""A quick start for the plugin's process: libraries are loaded without the parts it has no use for.

Importing `pulumi` costs twice the time of everything else a plugin needs (0.76 s against 0.34 s of CPU), and
a provider uses nothing of it but the generated messages under `pulumi/runtime/proto`. Importing `httpx` brings
its command line along, with `rich` and `click` (0.2 s), which it does without where they are missing.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def skip_unused_imports() -> None:
    """Let `pulumi.runtime.proto` be imported without the rest of `pulumi`, and `httpx` without its command line.

    For a process that is a plugin and nothing else: afterwards `import pulumi` gives an empty package.
    """
    sys.modules["httpx._main"] = None  # type: ignore[assignment] # how Python marks a module that is not there
    spec = find_spec("pulumi")
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError("the Pulumi SDK is not installed: pip install pulumi")
    root = Path(next(iter(spec.submodule_search_locations)))
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
