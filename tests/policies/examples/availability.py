"""Examples of the controls about staying up while nodes come and go."""

from tests.support.examples import Declared, Example
from tests.support.governed import BUDGET, DEPLOYMENT, LABELS, NAMESPACE, workload

_BUDGET = {
    "metadata": {"name": "web", "namespace": NAMESPACE},
    "spec": {"minAvailable": 1, "selector": {"matchLabels": dict(LABELS)}},
}

EXAMPLES = (
    Example(
        control="replicated-deployments-have-a-disruption-budget",
        declared=(
            Declared(type=DEPLOYMENT, properties=workload()),
            Declared(type=BUDGET, properties=_BUDGET),
        ),
        breaks="metadata.namespace",
        to="elsewhere",
        of=1,
    ),
)
