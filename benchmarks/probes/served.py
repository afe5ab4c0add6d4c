"""Answer the engine's calls for generated objects, by the pack's server or by the SDK's own.

    python -m benchmarks.probes.served pack|sdk SERVICES

Reports the CPU seconds for each object, asked alone and as one of the stack.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from benchmarks.generating import ROOT
from benchmarks.governed import objects
from benchmarks.probes.clock import spent
from policies.pack import PackPolicies
from policies.serving import server_of

SDK: Final = "sdk"


def main(kind: str, services: int) -> None:
    """Ask about every object, then about all of them as a stack."""
    policies = PackPolicies(ROOT)
    server: Any = (_PolicyAnalyzerServicer if kind == SDK else server_of(policies))(
        "pavedroad", "0.0.1", policies.all, EnforcementLevel.ADVISORY
    )
    _ = [each.rule for each in policies.rules]  # loaded already: that is counted with the start of the pack
    requests = []
    for each in objects(services, namespaces=services):
        properties = Struct()
        properties.update(each.properties)
        requests.append(
            analyzer_pb2.AnalyzeRequest(type=each.type, urn=each.urn, name=each.name, properties=properties)
        )
    resources = [
        analyzer_pb2.AnalyzerResource(
            type=each.type, urn=each.urn, name=each.name, properties=each.properties
        )
        for each in requests
    ]
    stack = analyzer_pb2.AnalyzeStackRequest(resources=resources)
    _, took = spent(
        lambda: ([server.Analyze(each, None) for each in requests], server.AnalyzeStack(stack, None))
    )
    sys.stdout.write(json.dumps({"cpu": took.cpu / len(requests)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
