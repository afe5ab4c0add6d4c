"""What can go wrong before anything is judged."""


class PackError(Exception):
    """A policy pack that cannot be found, started or configured; the message names the pack."""


class ConfigurationError(PackError):
    """What a policy pack is told and does not understand; the message names every fault, one to a line."""


class SourceError(Exception):
    """Resources to judge that cannot be read; the message names the place, one line for each fault."""
