"""What tells Prometheus of a store: found by it, restricted, and let to look at the server's state alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from pavedroad.plan.observability.scraping import STORES
from pavedroad.plan.stores.exporters import EXPORTERS
from tests.support.stores import declared, manifests, store


def objects(engine: str, **words: Any) -> list[dict[str, Any]]:
    return manifests(declared(store(engine, **words)))


def parts(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object within a value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from parts(each)


def exporter(engine: str, **words: Any) -> dict[str, Any] | None:
    found = [
        each for each in parts(objects(engine, **words)) if each.get("name") == "exporter" and "image" in each
    ]
    return found[0] if found else None


@pytest.mark.parametrize("engine", EXPORTERS)
def test_prometheus_finds_the_side_car_by_the_labels_of_its_pods_and_on_its_port(engine: str) -> None:
    target, side_car = STORES[engine], exporter(engine)
    assert side_car is not None
    assert target.labels
    assert any(each.items() >= dict(target.labels).items() for each in parts(objects(engine)))
    assert [port["containerPort"] for port in side_car["ports"]] == [target.port]
    assert f"--web.listen-address=:{target.port}" in side_car["args"]


@pytest.mark.parametrize("engine", EXPORTERS)
def test_a_side_car_is_pinned_bounded_and_restricted(engine: str) -> None:
    side_car = exporter(engine)
    assert side_car is not None
    assert not side_car["image"].endswith((":latest", ":main"))
    assert side_car["resources"]["limits"] == {"memory": "64Mi"}
    assert side_car["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


@pytest.mark.parametrize("engine", EXPORTERS)
def test_where_nothing_is_watched_there_is_no_side_car_and_no_user_for_one(engine: str) -> None:
    silent = {"environment_words": {"observability": "none"}}
    assert exporter(engine, **silent) is None
    assert "exporter" not in str(objects(engine, **silent))


@pytest.mark.parametrize("engine", ["mysql", "mongodb"])
def test_a_side_car_logs_in_with_a_password_that_is_made_in_the_cluster(engine: str) -> None:
    side_car = exporter(engine)
    assert side_car is not None
    passwords = [each for each in side_car["env"] if each["name"].endswith("PASSWORD")]
    (secret,) = {each["valueFrom"]["secretKeyRef"]["name"] for each in passwords}
    made = {each["metadata"]["name"] for each in objects(engine) if each["kind"] == "ExternalSecret"}
    assert secret in made


def test_the_side_car_of_mysql_may_look_at_state_from_within_its_pod_and_at_no_table() -> None:
    (job,) = [each for each in objects("mysql") if each["kind"] == "Job"]
    (container,) = job["spec"]["template"]["spec"]["containers"]
    about = [line for line in container["command"][-1].splitlines() if "$EXPORTER_USER" in line]
    assert [line for line in about if line.startswith("GRANT")] == [
        "GRANT PROCESS, REPLICATION CLIENT ON *.* TO '$EXPORTER_USER'@'127.0.0.1';",
        "GRANT SELECT ON performance_schema.* TO '$EXPORTER_USER'@'127.0.0.1';",
    ]
    assert all("'$EXPORTER_USER'@'127.0.0.1'" in line for line in about)


def test_the_side_car_of_mongodb_may_look_at_state_and_at_no_database() -> None:
    (cluster,) = [each for each in objects("mongodb") if each["kind"] == "MongoDBCommunity"]
    (user,) = [each for each in cluster["spec"]["users"] if each["name"] == "exporter"]
    assert user["roles"] == [{"name": "clusterMonitor", "db": "admin"}]
