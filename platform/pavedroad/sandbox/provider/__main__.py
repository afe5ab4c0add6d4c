"""Run the provider as a Pulumi plugin: `python -m pavedroad.sandbox.provider ENGINE_ADDRESS`."""

import sys

from pavedroad.sandbox.provider.protocol import skip_pulumi_init

if __name__ == "__main__":
    skip_pulumi_init()
    from pavedroad.sandbox.provider.serve import serve

    sys.exit(serve(sys.argv[1:]))
