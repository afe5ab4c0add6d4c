"""An environment in an account, as one stack: what of it belongs to which slice. No engine is asked."""

from pavedroad.cli.split import slice_program
from pavedroad.engine.slice_moves import moves
from pavedroad.preview import load_project, render
from tests.support.projects import ROOT

ENVIRONMENT = "aws-sandbox"


def test_everything_goes_to_exactly_one_slice_and_the_cloud_slice_brings_what_others_read() -> None:
    project = load_project(ROOT)
    whole = render(project, ENVIRONMENT)
    programs = [slice_program(render(project, stack)) for stack in project.stacks_of(ENVIRONMENT)]
    resources = [{"urn": one.urn, "type": one.type, "parent": one.parent or ""} for one in whole.resources]
    found = {move.program.stack: move for move in moves(ENVIRONMENT, {"resources": resources}, programs)}
    roots = {stack: [root.rpartition("::")[2] for root in move.roots] for stack, move in found.items()}
    teams = ("retail-basket", "retail-catalog", "retail-orders", "retail-storefront")
    assert roots == {
        f"{ENVIRONMENT}.cloud": [ENVIRONMENT],
        f"{ENVIRONMENT}.platform": ["platform"],
        **{f"{ENVIRONMENT}.{team}": [team] for team in teams},
    }
    providers = sum(one.type.startswith("pulumi:") for one in whole.resources)
    assert sum(move.resources for move in found.values()) == len(whole.resources) - providers
    assert found[f"{ENVIRONMENT}.cloud"].program.late_outputs == {"cloud"}
