# ruff: noqa: INP001  a script of its own, in no package
"""Write policies/rules/data/taggable.txt from the installed AWS provider: ``python scripts/tabulate_taggable.py``.

A type is taggable where its class takes the property `tags` as a mapping of texts, and tells by `tagsAll` which tags
it has together with the provider's own; `tags` alone may also be a way to choose other resources.
"""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = ROOT / "policies" / "rules" / "data" / "taggable.txt"

_TOKEN: Final = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'(aws:[^']+)'")
_TAGS: Final = re.compile(
    r"^ +tags: pulumi\.Input\[Optional\[Mapping\[str, pulumi\.Input\[_builtins\.str\]\]\]\]", re.MULTILINE
)
_ALL_TAGS: Final = '@pulumi.getter(name="tagsAll")'


def taggable() -> list[str]:
    """List the type tokens of the installed provider's taggable resources, in alphabetical order.

    Raises:
        FileNotFoundError: If the provider's Python package is not installed.
    """
    package = importlib.util.find_spec("pulumi_aws")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package pulumi_aws is not installed")
    texts = (file.read_text("utf-8") for file in Path(package.origin).parent.glob("*/*.py"))
    return sorted(
        {
            token
            for text in texts
            if _TAGS.search(text) and _ALL_TAGS in text
            for token in _TOKEN.findall(text)
        }
    )


def render() -> str:
    """Render the table, a token to a line."""
    return "\n".join([*taggable(), ""])


def main() -> int:
    """Write the table and return the exit code."""
    TABLE.write_text(render(), "utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)}: {len(taggable())} types\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
