"""A stack's configuration: the committed file stays as it was committed.

The engine writes the salt of a stack's encryption into the configuration that it runs with. That salt belongs
to one state folder, so the engine is given a copy. Only where the committed file holds encrypted values is its
salt the project's own, and kept.

The slices of an environment share its file where they have none of their own. Plain Pulumi knows nothing of that,
so a link stands for it where people work with plain Pulumi.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pavedroad.engine.project import Project
from pavedroad.engine.state import StateFolder, explained, write_atomically

_SALT_LINE = re.compile(r"^encryptionsalt:.*\n?", re.MULTILINE)
_ENCRYPTED_VALUE = re.compile(r"(^\s+(- )?|[{,]\s*)secure:", re.MULTILINE)


def copied_for_engine(project: Project, stack: str, state: StateFolder) -> Path:
    """Write the copy that the engine runs with.

    Args:
        project: The project with the committed file, which may lack one for this stack.
        stack: The stack's name.
        state: Where the copy goes.

    Returns:
        The copy's path.
    """
    committed = project.effective_config(stack)
    copy = state.stack_config / project.stack_config(stack).name
    with explained(committed):
        text = committed.read_text(encoding="utf-8") if committed.is_file() else ""
        write_atomically(copy, _without_unused_salt(text) or "config: {}\n")
    return copy


def link_to_shared(project: Project, stack: str) -> Path | None:
    """Let plain Pulumi find the configuration that a slice shares, by a link beside it.

    Args:
        project: The project.
        stack: The stack's name.

    Returns:
        The link, where one was made; nothing where the stack has a file, or there is none to share.
    """
    own, shared = project.stack_config(stack), project.effective_config(stack)
    if own == shared or not shared.is_file():
        return None
    with explained(own):
        own.unlink(missing_ok=True)  # a link that leads nowhere
        own.symlink_to(shared.name)
    return own


@contextmanager
def kept_as_committed(project: Project, stack: str) -> Iterator[None]:
    """Take back what the engine adds to the committed file in the block, or left there before."""
    committed = project.stack_config(stack)
    with explained(committed):
        before = committed.read_text(encoding="utf-8") if committed.is_file() else None
    try:
        yield
    finally:
        with explained(committed):
            if before is None:
                committed.unlink(missing_ok=True)
            elif committed.read_text(encoding="utf-8") != _without_unused_salt(before):
                committed.write_text(_without_unused_salt(before), encoding="utf-8")


def _without_unused_salt(text: str) -> str:
    """Drop the salt of a configuration that encrypts nothing."""
    return text if _ENCRYPTED_VALUE.search(text) else _SALT_LINE.sub("", text)
