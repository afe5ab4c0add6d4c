"""The plugin's process: a gRPC server on a free port, which it prints, as the engine expects."""

import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from pavedroad.sandbox.provider.engine_log import EngineLog

_PARALLEL_CALLS: Final = 64
"""The engine runs 16 operations at once by default; most of the time each waits for the cluster."""

_LARGEST_MESSAGE: Final = 400 * 1024 * 1024
"""The engine's own limit, `rpcutil.GrpcChannelOptions` in pulumi/pulumi."""

_GRACE_SECONDS: Final = 2


def serve(
    arguments: Sequence[str], provider: Callable[[EngineLog], provider_pb2_grpc.ResourceProviderServicer]
) -> int:
    """Serve until the engine ends the process.

    The engine ends its plugins with an interrupt, and waits five seconds for those that do not heed it. The
    user's own Ctrl-C does not come here: plugins run in process groups of their own, and are told by `Cancel`.

    Args:
        arguments: The engine's address, or nothing when run by hand.
        provider: Makes the provider, given its way to tell the user something.

    Returns:
        The exit code.
    """
    stopping = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda _number, _frame: stopping.set())
    address = next((argument for argument in arguments if not argument.startswith("-")), "")
    server = grpc.server(
        ThreadPoolExecutor(_PARALLEL_CALLS, thread_name_prefix="call"),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider(EngineLog(address)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns the port
    stopping.wait()
    server.stop(_GRACE_SECONDS).wait()
    return 0
