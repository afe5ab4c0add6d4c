"""What can go wrong in a preview, each said in one line.

- PreviewError: a preview that cannot be made
    - UnreadableProjectError: no project, or one whose files cannot be read
"""


class PreviewError(Exception):
    """A preview that cannot be made; the text is one line that says what to do."""


class UnreadableProjectError(PreviewError):
    """A project or stack file that is missing or is not what Pulumi expects."""
