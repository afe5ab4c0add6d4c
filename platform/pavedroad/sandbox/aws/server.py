"""The sandbox's AWS: moto's own server on the loopback interface, in a process of its own.

Run as `python server.py PORT`; it needs nothing but moto, so no path to this project's packages.
"""

import os
import sys

_SETTINGS = {
    # A role may be given AWS's own policies, as those of EKS.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # Certificates are issued a second after they were requested, not a minute.
    "MOTO_ACM_VALIDATION_WAIT": "1",
}


def main(port: str) -> None:
    """Serve until the process is ended."""
    os.environ.update(_SETTINGS)
    from moto.core.config import default_user_config  # noqa: PLC0415 - it reads the settings when imported
    from moto.server import main as serve  # noqa: PLC0415 - the same

    # Functions are kept, and never run: that would take Docker.
    default_user_config["lambda"] = {"use_docker": False}
    serve(["-H", "127.0.0.1", "-p", port])


if __name__ == "__main__":
    main(sys.argv[1])
