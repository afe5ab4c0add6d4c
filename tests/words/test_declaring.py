"""The fast stand-in for registration collects what a recording holds."""

import pytest

from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder
from stacks.program import declare
from tests.support.declaring import OUTPUT, declared, settings
from tests.support.example import FILES, example


@pytest.mark.parametrize("tier", ["local", "production"])
def test_the_stand_in_collects_the_same_objects_as_the_recorder(tier: str) -> None:
    loaded = example(tier, cloud=tier == "production").load()
    assert loaded is not None
    plan = resolve(*loaded, FILES)
    recording = Recorder().run(lambda: declare(plan, settings(plan)))
    recorded = {
        (resource.type, resource.name): {
            **resource.inputs,
            **({"protect": True} if resource.options.protect else {}),
        }
        for resource in recording.resources
        if resource.type != "pulumi:pulumi:Stack"
    }
    found = {key: properties for key, properties in declared(plan).items() if key[0] != OUTPUT}
    assert found == recorded
