"""What can go wrong with a policy pack itself."""


class PackError(Exception):
    """A policy pack that cannot be found or started; the message is one line and names the pack."""
