"""Judge generated Kubernetes objects by every rule of the pack, and do nothing else.

python -m benchmarks.probes.judging SERVICES
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from benchmarks.governed import objects
from benchmarks.probes.clock import spent
from pavedroad.governance import Properties, Resource, judge
from pavedroad.testing.isolation import isolated
from policies.areas import RULES


def resources(services: int) -> list[Resource]:
    """Return generated objects as rules see them."""
    return [
        Resource(type=each.type, name=each.name, urn=each.urn, properties=Properties(each.properties))
        for each in objects(services)
    ]


def main(services: int) -> None:
    """Judge the objects of so many services."""
    described = resources(services)
    findings, took = spent(lambda: isolated(lambda: judge(RULES, described)))
    sys.stdout.write(json.dumps({**asdict(took), "findings": len(findings), "rules": len(RULES)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
