"""Buckets and the resources that complete them: shapes that the demands on buckets share."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Resource, Settings, Stack, StackRule, Truth, any_of, setting
from policies.rules.aws.joins import Elsewhere
from policies.rules.aws.shapes import Demand

BUCKET: Final = "aws:s3/bucket:Bucket"
NAMES: Final = ("bucket",)


class Classes(Settings):
    """How buckets say what kind of data they keep."""

    class_tag: str = setting("data-class", "Key of the tag that says what kind of data a bucket keeps.")
    classes: tuple[str, ...] = setting(("confidential", "restricted"), "Values of it that this is about.")


class RegulatedClasses(Classes):
    """The same, for data that a regulation protects from being lost."""

    classes: tuple[str, ...] = setting(("restricted",), "Values of it that this is about.")


def separate(type_: str, demand: Demand | None = None) -> Elsewhere:
    """Describe a resource of its own that completes the bucket that its `bucket` names."""
    return Elsewhere(type_, "bucket", NAMES, demand)


def completed_by(
    control: Control, words: str, type_: str, itself: Demand, *, here: Demand | None = None
) -> StackRule:
    """Make a rule: each bucket does ``here``, or has a resource of ``type_``, each of which does ``itself``.

    Args:
        control: The control; its types are buckets and ``type_``.
        words: What a bucket owes, to follow *it must*.
        type_: The type that completes a bucket.
        itself: What each resource of that type owes.
        here: What the bucket may do itself instead; None where it cannot.
    """
    elsewhere = separate(type_)

    def check(stack: Stack) -> Iterator[Duty]:
        for bucket in stack.of_types({BUCKET}):
            own = here.met(bucket.properties) if here else any_of()
            yield Duty(bucket, any_of(own, elsewhere.completes(bucket, stack)), f"it must {words}")
        for each in stack.of_types({type_}):
            yield Duty(each, itself.met(each.properties), f"it must {itself.words}")

    return StackRule(control, check)


def classified(
    words: str, here: Demand, *elsewhere: Elsewhere
) -> Callable[[Classes], Callable[[Stack], Iterator[Duty]]]:
    """Make a check: each bucket of some classes does ``here``, or a resource from ``elsewhere`` does it."""

    def make(classes: Classes) -> Callable[[Stack], Iterator[Duty]]:
        def check(stack: Stack) -> Iterator[Duty]:
            for bucket in stack.of_types({BUCKET}):
                others = (each.completes(bucket, stack) for each in elsewhere)
                met = any_of(_of_no_class(bucket, classes), here.met(bucket.properties), *others)
                yield Duty(bucket, met, f"for the class of its data it must {words}")

        return check

    return make


def _of_no_class(bucket: Resource, classes: Classes) -> Truth:
    tag = bucket.properties.at("tags").entry(classes.class_tag).text()
    return tag.satisfies(lambda class_: class_ not in classes.classes, absent=True)
