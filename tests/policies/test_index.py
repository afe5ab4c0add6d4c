"""The pack starts from an index of its rules, which says what they say, and loads those that a stack needs."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pavedroad.governance import StackRule
from pavedroad.policy import PackError
from policies.areas import RULES, RULES_BY_MODULE
from policies.index import INDEX, IndexedRules, OutdatedIndexError, index_of, read_index
from tests.policies.test_pack import copied_pack
from tests.support.governed import good_stack
from tests.support.judging import judgements

PROJECT = Path(__file__).parents[2]
CONTROL = "containers-not-privileged"

START = """
import sys
from pathlib import Path
from policies.pack import PackPolicies

policies = PackPolicies(Path(sys.argv[1]), "local")
"""

ASK = """
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from policies.serving import server_of

server = server_of(policies)("pavedroad", "0.0.1", policies.all, EnforcementLevel.ADVISORY)
asked = {"type": sys.argv[2], "urn": "urn:asked", "name": "asked"}
server.Analyze(analyzer_pb2.AnalyzeRequest(**asked), None)
resource = analyzer_pb2.AnalyzerResource(**asked)
server.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=[resource]), None)
"""

LOADED = "print(*(name for name in sys.modules if name.startswith('policies.rules')))"


def loaded_by(program: str, *arguments: str) -> set[str]:
    """Run a program in a process of its own, and give the modules of rules that are loaded at its end."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "platform")])}
    done = subprocess.run(
        [sys.executable, "-c", program + LOADED, str(PROJECT), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_index_is_current() -> None:
    written = INDEX.read_text(encoding="utf-8")
    assert written == index_of(RULES_BY_MODULE), "run python scripts/index_controls.py"


def test_every_rule_is_told_of_as_it_is() -> None:
    told = [(each.control, each.over_stack, each.settings) for each in read_index()]
    assert told == [(rule.control, isinstance(rule, StackRule), rule.settings_schema()) for rule in RULES]
    rules = IndexedRules(read_index())
    assert list(rules.values()) == list(RULES)


def test_no_rule_is_loaded_until_the_engine_asks() -> None:
    assert loaded_by(START) == set()


def test_what_no_rule_speaks_about_loads_none() -> None:
    assert loaded_by(START + ASK, "random:index/randomPet:RandomPet") == set()


@pytest.mark.parametrize(
    ("type_", "needed", "spared"),
    [
        ("kubernetes:core/v1:Pod", {"policies.rules.pods"}, {"policies.rules.aws.buckets"}),
        ("aws:sqs/queue:Queue", {"policies.rules.aws.messaging"}, {"policies.rules.workloads"}),
    ],
)
def test_rules_are_loaded_with_the_first_resource_that_they_speak_about(
    type_: str, needed: set[str], spared: set[str]
) -> None:
    loaded = loaded_by(START + ASK, type_)
    assert needed <= loaded
    assert not spared & loaded


def test_a_rule_that_the_index_tells_otherwise_of_is_not_asked() -> None:
    index = read_index()
    (place,) = (at for at, each in enumerate(index) if each.control.identifier == CONTROL)
    changed = index[place]._replace(control=replace(index[place].control, resource_types=frozenset({"a"})))
    for outdated in ([*index[:place], changed, *index[place + 1 :]], [*index[:place], *index[place + 1 :]]):
        with pytest.raises(OutdatedIndexError, match=r"run python scripts/index_controls\.py"):
            _ = IndexedRules(outdated)["containers-run-as-non-root"]


@pytest.mark.parametrize(
    ("module", "named", "fault"),
    [
        ("policies.rules.pods", "policies.rules.pods", "OutdatedIndexError: index.json is not of the rules"),
        ("policies.rules.store", "policies.rules.stores", "ModuleNotFoundError: No module named"),
    ],
)
def test_a_pack_that_cannot_load_its_rules_judges_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, named: str, fault: str
) -> None:
    index = json.loads(INDEX.read_text(encoding="utf-8"))
    index["rules"][named] = index["rules"].pop(module)[::-1]
    changed = tmp_path / INDEX.name
    changed.write_text(json.dumps(index))
    monkeypatch.setattr("policies.index.INDEX", changed)
    with pytest.raises(PackError, match=re.escape(fault)):
        judgements(copied_pack(tmp_path, prod="production"), good_stack())
