"""What every managed store tells its owner, against the table by which descriptors are checked."""

import pytest

from pavedroad.descriptor.managed import MANAGED_OUTPUTS
from pavedroad.descriptor.references import STORE_OUTPUTS
from tests.support.managed import MANAGED_STORES, managed


@pytest.mark.parametrize(("engine", "provider"), MANAGED_STORES)
def test_outputs_are_the_documented_ones_and_those_of_tables(engine: str, provider: str) -> None:
    outputs = managed(engine, provider=provider).outputs

    documented = {output.name for output in STORE_OUTPUTS[engine]}
    assert {name for name in outputs if not name.startswith("table.")} == documented


@pytest.mark.parametrize(("engine", "provider"), MANAGED_STORES)
def test_what_comes_late_or_not_at_all_is_what_the_checks_take_it_for(engine: str, provider: str) -> None:
    outputs = managed(engine, provider=provider).outputs
    secret = {output.name for output in STORE_OUTPUTS[engine] if output.secret}

    found = MANAGED_OUTPUTS[engine, provider]
    assert {name for name, value in outputs.items() if value is None} == found.absent
    late = {name for name, value in outputs.items() if value is not None and not isinstance(value, str)}
    assert late - secret == found.late
