"""Run the provider as a Pulumi plugin: `python -m pavedroad.sandbox.aws ENGINE_ADDRESS`."""

import sys

from pavedroad.sandbox.provider.quick_start import skip_unused_imports

if __name__ == "__main__":
    skip_unused_imports()
    from pavedroad.sandbox.aws.servicer import AwsProvider
    from pavedroad.sandbox.provider.serve import serve

    sys.exit(serve(sys.argv[1:], AwsProvider))
