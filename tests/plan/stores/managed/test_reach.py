"""Who carries a security group of its own, and who may read the secrets that AWS makes."""

from typing import Any

from pavedroad.plan.cloud.security import ServiceGroupPlan
from pavedroad.plan.environment import EnvironmentPlan
from pavedroad.plan.resolve import resolve
from pavedroad.plan.workload import WorkloadPlan
from tests.support.managed import environment_words
from tests.support.resolving import environment, team


def plan(stores: dict[str, Any], **providers: str) -> EnvironmentPlan:
    shop = team("shop", {"orders": {"stores": stores}})
    return resolve({"shop": shop}, environment(**environment_words(**providers)))


def orders(made: EnvironmentPlan) -> WorkloadPlan:
    ((workload,),) = (each.workloads for each in made.teams)
    return workload


def test_a_service_with_a_store_in_the_data_subnets_carries_a_group_of_its_own() -> None:
    made = plan({"ledger": {"engine": "postgres"}}, postgres="aurora")

    assert orders(made).security_group == ServiceGroupPlan(name="prod.shop.orders", service="orders")


def test_a_service_without_one_carries_none() -> None:
    tables = {"Items": {"partition_key": {"name": "id"}}}
    made = plan({"items": {"engine": "dynamodb", "tables": tables}}, dynamodb="dynamodb")

    assert orders(made).security_group is None


def test_external_secrets_may_take_on_the_role_that_reads_an_administrators_login() -> None:
    made = plan({"ledger": {"engine": "postgres"}}, postgres="aurora")

    (store,) = orders(made).stores
    (reader,) = store.roles
    (controller,) = [role for role in made.platform.roles if role.service_account == "external-secrets"]
    (grant,) = controller.grants
    assert f"arn:aws:iam::123456789012:role/{reader.name}" in grant.resources


def test_the_environments_boundary_leaves_room_for_what_a_stores_own_roles_do() -> None:
    made = plan({"ledger": {"engine": "postgres"}}, postgres="aurora")

    assert made.cloud is not None
    allowed = {action for grant in made.cloud.boundary for action in grant.actions}
    (store,) = orders(made).stores
    assert {action for role in store.roles for grant in role.grants for action in grant.actions} <= allowed


def test_a_variable_whose_output_does_not_exist_on_aws_is_left_out() -> None:
    tables = {"Items": {"partition_key": {"name": "id"}}}
    words = {
        "stores": {"items": {"engine": "dynamodb", "tables": tables}},
        "env": {"KEY": "${stores.items.access_key_id}", "TABLE": "${stores.items.table.Items}"},
    }
    shop = team("shop", {"orders": words})
    made = resolve({"shop": shop}, environment(**environment_words(dynamodb="dynamodb")))

    (container,) = orders(made).pod.containers
    own = {each.name: each.value for each in container.env if each.name in {"KEY", "TABLE"}}
    assert own == {"TABLE": "prod.shop.orders.items.Items"}
