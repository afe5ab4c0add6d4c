"""Examples of the control about databases that operators run: that they come back from a disaster."""

from tests.support.examples import REMOVED, Declared, Example
from tests.support.governed import MYSQL, POSTGRES, POSTGRES_BACKUP

_HOME = {"name": "ledger", "namespace": "shop"}
_LEDGER = Declared(type=POSTGRES, properties={"metadata": _HOME, "spec": {"instances": 3}})
_DAILY = Declared(
    type=POSTGRES_BACKUP,
    properties={"metadata": _HOME, "spec": {"cluster": {"name": "ledger"}, "suspend": False}},
)
_CARTS = Declared(
    type=MYSQL,
    properties={"metadata": _HOME, "spec": {"backupSchedules": [{"name": "daily", "enabled": True}]}},
)

EXAMPLES = (
    Example(
        control="stores-backed-up", declared=(_LEDGER, _DAILY), breaks="spec.cluster.name", to="other", of=1
    ),
    Example(control="stores-backed-up", declared=(_LEDGER, _DAILY), breaks="spec.suspend", to=True, of=1),
    Example(
        control="stores-backed-up", declared=(_CARTS,), breaks="spec.backupSchedules.0.enabled", to=False
    ),
    Example(control="stores-backed-up", declared=(_CARTS,), breaks="spec.backupSchedules", to=REMOVED),
)
