# ruff: noqa: INP001  a script of its own, in no package
"""Write docs/addons.md from the pinned table: ``python scripts/document_addons.py``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.addon_table import Addon

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "addons.md"

INTRODUCTION = """\
# Operators and add-ons

What the platform installs on a cluster that an environment names (`kind: existing`), as Helm releases, each pinned.
With `addons: preinstalled` somebody else installs them: in these versions, these namespaces and with these service
accounts, since network and mesh policies name them. The sandbox installs none: no operator could run there.

An operator stands where the environment names it in `providers`; the others stand in every cluster. Operators run
once in the tiers local and development, twice above, and the egress gateway as often as a gateway's proxies. Each
release waits until its pods are ready and is rolled back where they do not become so within ten minutes.

*In the mesh* are all operators but those that it must not be needed for: who issues certificates, who configures the
front door, and who speaks TLS of its own with PostgreSQL. The API server is not in the mesh: the ports of its webhook
and metrics calls are kept away from the side-cars by pod annotations.

Each namespace is closed on the network. Open are names, the Kubernetes API, the ports on which the API server calls
webhooks, and the pods that an operator manages (`platform/pavedroad/plan/operator_flows.py` is the table); metrics of
istiod, Envoy Gateway and cert-manager are open to Prometheus, those of others to nobody. External Secrets reaches its vault through the egress gateway, as teams reach hosts outside. Where an
issuer outside signs certificates, cert-manager's controller goes out by HTTPS. A namespace's quota is what the tier
gives a team.

This page is made from `platform/pavedroad/plan/addon_table.py`; after a change there, run
`python scripts/document_addons.py`.
"""

REMARKS = """\
## Worth knowing

- **Gateway API** has no release of its own: Envoy Gateway's chart carries its resource kinds. Helm installs what a
  chart keeps in `crds/` once and never updates it: a newer Envoy Gateway needs `kubectl apply --server-side` of its
  kinds first.
- **Restricted namespaces** reject the init container with which Istio usually redirects traffic (NET_ADMIN). The node
  agent `istio-cni` does it instead, in the only namespace that is privileged; side-cars get a seccomp profile, and are
  native ones, so that Jobs end.
- **The egress gateway** stands in the closed namespace `egress`, which is declared with its policies, and only where a
  descriptor, or the address of the vault, names an outside host. Its Service opens exactly the ports of those hosts, and only inside the cluster.
- **RabbitMQ** publishes manifests and no chart. A community chart installs both operators from RabbitMQ's own images;
  its own operator versions are pinned with it.
- **cass-operator** is pinned to the newest chart version that a public source confirms.
- **Metrics**: autoscaling on CPU and memory asks the cluster for them. Most clusters bring metrics-server, and a second
  one would take over its API registration; so it is left to the cluster.
- **No operator** exists for memcached, Neo4j and `dynamodb-local`: they are plain workloads.
"""


HEADER = """\
| release | brings | chart | version | namespace | pod security | in the mesh | needed by |
|---|---|---|---|---|---|---|---|
"""


def document() -> str:
    """Return the page."""
    from pavedroad.plan.addon_table import ADDONS  # noqa: PLC0415 as a script, only findable once main has run

    table = HEADER + "".join(_row(addon) for addon in ADDONS)
    return "\n".join((INTRODUCTION, table, REMARKS, "## The rows\n", *(_detail(addon) for addon in ADDONS)))


def _row(addon: Addon) -> str:
    """Return an add-on's line of the overview."""
    cells = (
        f"`{addon.name}`",
        addon.title,
        f"`{addon.chart}`",
        f"`{addon.version}`",
        f"`{addon.namespace}`",
        addon.pod_security,
        "yes" if addon.in_mesh else "no",
        f"`{addon.capability}`" if addon.capability else "every cluster",
    )
    return f"| {' | '.join(cells)} |\n"


def _detail(addon: Addon) -> str:
    """Return what else there is to know about an add-on."""
    return (
        f"### {addon.name}\n\n"
        f"- Repository: {addon.repository or 'none, the chart is an OCI artefact'}\n"
        f"- Source: {addon.source}\n"
        f"- After: {_codes(addon.needs)}\n"
        f"- Replicas are set in: {_codes('.'.join(path) for path in addon.replicas)}\n\n"
        f"```json\n{json.dumps(addon.values, indent=2)}\n```\n"
    )


def _codes(words: Iterable[str]) -> str:
    """Return words as code, or that there are none."""
    return ", ".join(f"`{word}`" for word in words) or "nothing"


def main() -> None:
    """Write the page."""
    sys.path.insert(0, str(ROOT / "platform"))
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
