"""Rules about dead letters: that a queue has somewhere to put what nobody can handle, and who may put it there."""

from collections.abc import Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
)
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO, YES, open_at, truth
from policies.rules.aws.joins import Elsewhere, points_elsewhere
from policies.rules.aws.shapes import Demand, given, one_of

_QUEUE: Final = "aws:sqs/queue:Queue"
_QUEUES: Final = frozenset({_QUEUE})
_REDRIVE: Final = "redrivePolicy"
_ALLOW: Final = "redriveAllowPolicy"
_NAMES: Final = ("url", "id")
_SENDERS: Final = frozenset({_QUEUE, "aws:sqs/redrivePolicy:RedrivePolicy"})
_REDRIVES: Final = Elsewhere("aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl", _NAMES)
_KIND: Final = one_of("redrivePermission", "byQueue", "denyAll")
_NAMES_SOURCES: Final = Demand(
    lambda part: _KIND.met(part.at(_ALLOW).document()),
    f"set redrivePermission in {_ALLOW} to byQueue or denyAll",
)
_ALLOW_TYPE: Final = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
_ALLOWS: Final = Elsewhere(_ALLOW_TYPE, "queueUrl", _NAMES)
_ALLOWS_NAMED: Final = Elsewhere(_ALLOW_TYPE, "queueUrl", _NAMES, _NAMES_SOURCES)


class _Targets:
    """Which queues others put their dead letters into."""

    def __init__(self, senders: Iterable[Resource]) -> None:
        self._urns: set[str] = set()
        self._names: set[str] = set()
        self._unknown: str | None = None
        for sender in senders:
            self._file(sender)

    def _file(self, sender: Resource) -> None:
        policy = sender.properties.at(_REDRIVE)
        if policy.value is None:
            return
        target = policy.document().text("deadLetterTargetArn")
        made_from = sender.references.get(_REDRIVE, ())
        self._urns.update(made_from)
        if target.value is not None:
            self._names.add(target.value.rpartition(":")[2])
        elif not made_from and target.state in (State.UNKNOWN, State.SECRET):
            self._unknown = f"{_REDRIVE} of {sender.name}"

    def has(self, queue: Resource) -> Truth:
        """Whether one of them is ``queue``."""
        name = queue.properties.text("name")
        if queue.urn in self._urns or name.value in self._names:
            return YES
        called = name.satisfies(self._names.__contains__) if self._names else NO
        return any_of(called, NO if self._unknown is None else open_at(self._unknown))


def _targets(stack: Stack) -> _Targets:
    return _Targets(stack.of_types(_SENDERS))


def _has_somewhere(stack: Stack) -> Iterator[Duty]:
    for queue in stack.of_types(_QUEUES):
        met = any_of(
            given(_REDRIVE).met(queue.properties),
            truth(holds=bool(queue.references.get(_REDRIVE))),
            given(_ALLOW).met(queue.properties),
            stack.derived(_targets).has(queue),
            _REDRIVES.completes(queue, stack),
            _ALLOWS.completes(queue, stack),
        )
        yield Duty(queue, met, f"it must name a dead-letter queue in {_REDRIVE}, or be one")


def _names_sources(stack: Stack) -> Iterator[Duty]:
    for queue in stack.of_types(_QUEUES):
        met = any_of(
            points_elsewhere(stack.derived(_targets).has(queue), _REDRIVE),
            _NAMES_SOURCES.met(queue.properties),
            _ALLOWS_NAMED.completes(queue, stack),
        )
        yield Duty(queue, met, f"as a dead-letter queue it must {_NAMES_SOURCES.words}")


DEAD_LETTERS: Final = StackRule(
    Control(
        identifier="queues-have-dead-letter-queue",
        sentence="A queue puts aside what nobody can handle",
        why="A message that always fails comes back until it expires, and is lost then.",
        severity=Severity.LOW,
        resource_types=_QUEUES,
        fix=Fix(pulumi="set redrive_policy to a deadLetterTargetArn and a maxReceiveCount"),
        rows=(212,),
    ),
    _has_somewhere,
)

DEAD_LETTERS_NAME_SOURCES: Final = StackRule(
    Control(
        identifier="dead-letter-queues-name-sources",
        sentence="A dead-letter queue says which queues may use it",
        why="Any queue of the account may otherwise put its messages there, where others read them.",
        severity=Severity.LOW,
        resource_types=_QUEUES,
        fix=Fix(pulumi='set redrive_allow_policy to redrivePermission "byQueue" and its sourceQueueArns'),
        rows=(212,),
    ),
    _names_sources,
)
