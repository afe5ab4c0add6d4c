"""Who may reach what: an evaluator of network and mesh policy.

It reads rendered Kubernetes YAML and nothing else. It imports no other package
of the project and nothing that renders, so that it can be a second opinion on
whatever rendered the manifests. What it cannot evaluate it says, and never
counts as allowed.
"""

from pavedroad.access.evaluate import Access, Cluster, Matrix
from pavedroad.access.judge import Settings
from pavedroad.access.manifests import ManifestError
from pavedroad.access.model import Address, Decision, ExternalPod, HttpRequest, Pod, Reason, Step, Verdict
from pavedroad.access.services import Resolution, Target
from pavedroad.access.sites import Hop, Site, Sites, Way

__all__ = [
    "Access",
    "Address",
    "Cluster",
    "Decision",
    "ExternalPod",
    "Hop",
    "HttpRequest",
    "ManifestError",
    "Matrix",
    "Pod",
    "Reason",
    "Resolution",
    "Settings",
    "Site",
    "Sites",
    "Step",
    "Target",
    "Verdict",
    "Way",
]
