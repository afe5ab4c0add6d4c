"""Examples of the controls about data, whichever provider keeps it."""

from pavedroad.governance import Change
from tests.support.examples import REMOVED, Declared, Example

_TABLE = Declared(
    type="aws:dynamodb/table:Table", properties={"name": "carts"}, protect=True, secrets=frozenset()
)
_CLAIM = Declared(
    type="kubernetes:core/v1:PersistentVolumeClaim",
    properties={"metadata": {"name": "carts", "namespace": "shop"}},
    protect=True,
)
_DATABASE = Declared(
    type="aws:rds/instance:Instance",
    properties={"username": "carts", "password": "correct horse"},
    secrets=frozenset({"password"}),
)
_BROKER = Declared(
    type="aws:mq/broker:Broker",
    properties={"users": [{"username": "shop", "password": "correct horse"}]},
    secrets=frozenset({"users[0].password"}),
)
_SECRET = Declared(
    type="kubernetes:core/v1:Secret",
    properties={"metadata": {"name": "carts"}, "stringData": {"token": "correct horse", "empty": ""}},
    secrets=frozenset({"stringData"}),
)
_PARAMETER = Declared(
    type="aws:ssm/parameter:Parameter",
    properties={"type": "SecureString", "value": "correct horse"},
    secrets=frozenset({"value"}),
)
_TAGS = {
    "owner": "shop@example.com",
    "team": "shop",
    "environment": "production",
    "cost-centre": "4711",
    "data-class": "internal",
}
_LISTED = [{"key": key, "value": value, "propagateAtLaunch": True} for key, value in _TAGS.items()]
_TAGGED = Declared(type="aws:sqs/queue:Queue", properties={"name": "orders", "tags": _TAGS})
_SCALING_GROUP = Declared(type="aws:autoscaling/group:Group", properties={"tags": _LISTED})
_NOTHING: frozenset[str] = frozenset()

EXAMPLES = (
    Example(control="stateful-resources-protected", declared=(_TABLE,), breaks=("@protect",), to=False),
    Example(control="stateful-resources-protected", declared=(_CLAIM,), breaks=("@protect",), to=False),
    Example(control="stateful-resources-kept", declared=(_TABLE,), breaks=("@change",), to=Change.REPLACE),
    Example(control="stateful-resources-kept", declared=(_CLAIM,), breaks=("@change",), to=Change.DELETE),
    *(
        Example(control="credentials-marked-secret", declared=(each,), breaks=("@secrets",), to=_NOTHING)
        for each in (_DATABASE, _BROKER, _SECRET, _PARAMETER)
    ),
    Example(control="aws-resources-tagged", declared=(_TAGGED,), breaks="tags.owner", to=REMOVED),
    Example(control="aws-resources-tagged", declared=(_TAGGED,), breaks="tags.team", to=" "),
    Example(control="aws-resources-tagged", declared=(_TAGGED,), breaks="tags.data-class", to="secretish"),
    Example(control="aws-resources-tagged", declared=(_SCALING_GROUP,), breaks="tags.1.value", to=""),
    Example(
        control="aws-resources-tagged",
        declared=(_TAGGED,),
        breaks="tags.environment",
        to="test",
        settings={"allowedValues": ["environment=staging", "environment=production"]},
    ),
)
