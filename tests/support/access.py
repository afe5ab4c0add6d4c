"""Small clusters for tests of the evaluator, written as YAML."""

import textwrap

import yaml

from pavedroad.access import Cluster, HttpRequest, Settings, Verdict


def cluster(*documents: str, settings: Settings | None = None) -> Cluster:
    """A cluster of YAML documents; each text may hold several."""
    objects = [item for text in documents for item in yaml.safe_load_all(textwrap.dedent(text))]
    return Cluster.of(objects, settings)


def namespace(name: str, **labels: str) -> str:
    """A Namespace; underscores of a label's key stand for dashes."""
    pairs = {key.replace("_", "-"): value for key, value in labels.items()}
    return yaml.safe_dump(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": pairs}}
    )


def pod(place: str, labels: dict[str, str] | None = None, *, ports: dict[str, int] | None = None) -> str:
    """A Pod called ``namespace/name`` that runs as a service account of its own name."""
    home, name = place.split("/")
    listed = [{"name": key, "containerPort": number} for key, number in (ports or {}).items()]
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": home, "labels": {"app": name, **(labels or {})}},
        "spec": {"serviceAccountName": name, "containers": [{"name": "main", "ports": listed}]},
    }
    return yaml.safe_dump(manifest)


def service(place: str, app: str, *ports: str) -> str:
    """A Service for the pods of an app; a port reads ``name:number`` or ``name:number:target``."""
    home, name = place.split("/")
    listed = []
    for text in ports:
        word, number, *target = text.split(":")
        goal = target[0] if target else number
        listed.append(
            {"name": word, "port": int(number), "targetPort": int(goal) if goal.isdigit() else goal}
        )
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": home},
            "spec": {"selector": {"app": app}, "ports": listed},
        }
    )


def network_policy(place: str, spec: str) -> str:
    """A NetworkPolicy called ``namespace/name`` with the YAML of its spec."""
    return _policy("networking.k8s.io/v1", "NetworkPolicy", place, spec)


def authorization(place: str, spec: str) -> str:
    """An AuthorizationPolicy called ``namespace/name`` with the YAML of its spec."""
    return _policy("security.istio.io/v1", "AuthorizationPolicy", place, spec)


def peer_authentication(place: str, spec: str) -> str:
    """A PeerAuthentication called ``namespace/name`` with the YAML of its spec."""
    return _policy("security.istio.io/v1", "PeerAuthentication", place, spec)


def _policy(api_version: str, kind: str, place: str, spec: str) -> str:
    home, name = place.split("/")
    metadata = {"name": name, "namespace": home}
    body = yaml.safe_load(textwrap.dedent(spec)) or {}
    return yaml.safe_dump({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": body})


def verdict(
    of: Cluster, source: str, destination: str, port: int = 80, request: HttpRequest | None = None
) -> Verdict:
    """The verdict between two Pods called ``namespace/name``."""
    ends = [of.pod(home, f"Pod/{name}") for home, name in (source.split("/"), destination.split("/"))]
    return of.decide(ends[0], ends[1], port, request=request).verdict
