"""What was being created when a run was killed is entered into the state, to be looked up by a refresh."""

import copy
from typing import Any

import pytest

from pavedroad.engine.pending import settled


def pending(operation: str, type_: str, name: str, **inputs: Any) -> dict[str, Any]:
    resource = {
        "urn": f"urn:pulumi:local::shop::{type_}::{name}",
        "type": type_,
        "custom": True,
        "inputs": inputs,
    }
    return {"type": operation, "resource": resource}


DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def deployment(*operations: dict[str, Any], resources: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"manifest": {}, "resources": list(resources), "pending_operations": list(operations)}


@pytest.mark.parametrize(
    ("metadata", "identity"),
    [({"name": "web", "namespace": "shop"}, "shop/web"), ({"name": "web"}, "web")],
)
def test_an_object_being_created_gets_the_identity_that_it_would_have(
    metadata: dict[str, str], identity: str
) -> None:
    result, looked_up = settled(deployment(pending("creating", DEPLOYMENT, "web", metadata=metadata)))
    assert [resource["id"] for resource in result["resources"]] == [identity]
    assert looked_up == [result["resources"][0]["urn"]]
    assert "pending_operations" not in result


@pytest.mark.parametrize(
    "operation",
    [
        pending("updating", DEPLOYMENT, "web", metadata={"name": "web"}),
        pending("deleting", DEPLOYMENT, "web", metadata={"name": "web"}),
        pending("creating", DEPLOYMENT, "web", metadata={}),
        pending(
            "creating", DEPLOYMENT, "web", metadata={"name": {"4dabf18193072939515e22adb298388d": "secret"}}
        ),
        pending("creating", "pulumi:providers:kubernetes", "cluster"),
        pending("creating", "aws:s3/bucket:Bucket", "bucket"),
    ],
    ids=["updating", "deleting", "no name", "secret name", "provider", "not kubernetes"],
)
def test_all_other_operations_are_left_to_the_refresh(operation: dict[str, Any]) -> None:
    kept = {"urn": "urn:pulumi:local::shop::x::kept", "id": "kept"}
    result, looked_up = settled(deployment(operation, resources=(kept,)))
    assert result["resources"] == [kept]
    assert looked_up == []


def test_a_replacement_being_created_does_not_stand_beside_what_it_replaces() -> None:
    operation = pending("creating", DEPLOYMENT, "web", metadata={"name": "web"})
    old = {**operation["resource"], "id": "web"}
    assert settled(deployment(operation, resources=(old,)))[0]["resources"] == [old]


def test_the_exported_deployment_is_not_changed() -> None:
    exported = deployment(pending("creating", DEPLOYMENT, "web", metadata={"name": "web"}))
    before = copy.deepcopy(exported)
    settled(exported)
    assert exported == before


def test_a_stack_that_never_ran_has_nothing_to_settle() -> None:
    assert settled({}) == ({"resources": []}, [])
