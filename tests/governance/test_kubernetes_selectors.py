"""Label selectors select as Kubernetes does, and say when they cannot tell."""

import pytest

from pavedroad.governance import Opaque, Properties, Truth
from pavedroad.governance.kubernetes import Namespaced, selects
from pavedroad.governance.truth import NO, YES
from tests.support.governed import resource

LABELS = {"app": "web", "tier": "front"}


def expression(key: str, operator: str, *values: str) -> dict[str, object]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ({}, True),
        (None, False),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "back"}}, False),
        ({"matchLabels": {"other": "x"}}, False),
        (expression("app", "In", "api", "web"), True),
        (expression("app", "In", "api"), False),
        (expression("other", "In", "x"), False),
        (expression("app", "NotIn", "api"), True),
        (expression("app", "NotIn", "web"), False),
        (expression("other", "NotIn", "x"), True),
        (expression("app", "Exists"), True),
        (expression("other", "Exists"), False),
        (expression("other", "DoesNotExist"), True),
        (expression("app", "DoesNotExist"), False),
        (expression("app", "Like", "web"), False),
        ({"matchLabels": {"app": "web"}} | expression("tier", "In", "back"), False),
    ],
)
def test_a_selector_selects_as_kubernetes_does(selector: object, selected: bool) -> None:
    assert selects(Properties(selector), Properties(LABELS)) == (YES if selected else NO)


@pytest.mark.parametrize(
    ("selector", "labels"),
    [
        (Opaque.UNKNOWN, LABELS),
        ({"matchLabels": Opaque.UNKNOWN}, LABELS),
        ({"matchLabels": {"app": Opaque.UNKNOWN}}, LABELS),
        ({"matchLabels": {"app": "web"}}, Opaque.UNKNOWN),
        ({"matchLabels": {"app": "web"}}, {"app": Opaque.UNKNOWN}),
        ({"matchExpressions": [{"key": Opaque.UNKNOWN, "operator": "In", "values": ["web"]}]}, LABELS),
        ({"matchExpressions": [{"key": "app", "operator": Opaque.UNKNOWN, "values": ["web"]}]}, LABELS),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": Opaque.UNKNOWN}]}, LABELS),
    ],
)
def test_a_selector_that_hangs_on_an_unknown_value_says_so(selector: object, labels: object) -> None:
    assert selects(Properties(selector), Properties(labels)).holds is None


def beside(namespace: object, other: object) -> list[Truth]:
    home, neighbour = ({"metadata": {"namespace": each}} for each in (namespace, other))
    group = Namespaced([resource("test:index:Thing", neighbour, "neighbour")])
    return [truth for _, truth in group.beside(resource("test:index:Thing", home, "home"))]


def test_objects_stand_side_by_side_in_one_namespace_and_may_where_one_is_not_known() -> None:
    assert beside("shop", "shop") == [YES]
    assert beside("shop", "other") == []
    assert beside(None, "default") == [YES]
    assert [truth.holds for truth in beside("shop", Opaque.UNKNOWN)] == [None]
    assert [truth.holds for truth in beside(Opaque.UNKNOWN, "shop")] == [None]
