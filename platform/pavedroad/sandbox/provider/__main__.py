"""Run the provider as a Pulumi plugin: `python -m pavedroad.sandbox.provider ENGINE_ADDRESS`."""

import sys

from pavedroad.sandbox.provider.quick_start import skip_unused_imports

if __name__ == "__main__":
    skip_unused_imports()
    from pavedroad.sandbox.provider.serve import serve
    from pavedroad.sandbox.provider.servicer import KubernetesProvider

    sys.exit(serve(sys.argv[1:], KubernetesProvider))
