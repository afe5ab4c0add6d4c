"""A test kit for Pulumi components: records what a program declares, without engine, network or credentials.

It promises that a recording is complete: it ends when every registration has landed and every output has
resolved; that nothing of one recording shows in the next; and that an assertion that never ran is a failure.
The pytest fixtures are in `pavedroad.testing.plugin`; docs/testing.md shows their use.
"""

from pavedroad.testing.errors import RecordingError
from pavedroad.testing.recorder import Recorder
from pavedroad.testing.recording import RecordedInvoke, RecordedOptions, RecordedResource, Recording
from pavedroad.testing.values import UNKNOWN, PropertyMap, Secret, Unknown

__all__ = [
    "UNKNOWN",
    "PropertyMap",
    "RecordedInvoke",
    "RecordedOptions",
    "RecordedResource",
    "Recorder",
    "Recording",
    "RecordingError",
    "Secret",
    "Unknown",
]
