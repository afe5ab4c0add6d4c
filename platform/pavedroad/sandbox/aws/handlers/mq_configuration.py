"""Amazon MQ's configurations: their content travels in base64."""

import base64
from collections.abc import Mapping
from typing import Any

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values


class MqConfiguration(Lifecycle):
    """A broker configuration."""

    def scope(self, properties: Mapping[str, Any]) -> Values:
        """Add the content as Amazon MQ takes it."""
        data = str(properties.get("data") or "").encode()
        return {**super().scope(properties), "dataBase64": base64.b64encode(data).decode()}
