"""Configuration files of the stack's programs, as text."""

from __future__ import annotations

import yaml

__all__ = ["yaml_file"]


def yaml_file(content: object) -> str:
    """Return a file's content as YAML, in the order that it is given in and without references.

    libyaml writes it: some ten such files stand in an environment, and in pure Python they take a third of its plan.
    """
    return str(yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1_000))


class _Plain(yaml.CSafeDumper):
    """Writes a section that is used twice out twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  yaml's signature
        """Never refer to what stands elsewhere."""
        return True
