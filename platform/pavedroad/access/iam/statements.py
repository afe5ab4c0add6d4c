"""One statement of a policy: on which requests it has a say.

Sources: IAM User Guide, "IAM JSON policy elements: Action", "NotAction", "Resource", "NotResource".
"""

from dataclasses import dataclass

from pavedroad.access.iam.conditions import Condition
from pavedroad.access.iam.patterns import Reach, Template, matches
from pavedroad.access.iam.principals import Principals
from pavedroad.access.iam.requests import Request
from pavedroad.access.ternary import any_of


@dataclass(frozen=True, slots=True)
class Selection:
    """What an element and its inverse select: everything that one of the templates fits, or everything else."""

    templates: tuple[Template, ...]
    inverted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        name: Its document and its Sid, or its place there.
        allows: Whether its effect is `Allow`; `Deny` otherwise.
        actions: What it is about.
        resources: On what; None where the document stands on the only resource that it can be about.
        principals: Whom it is about; None in a policy of an identity.
        conditions: What has to hold besides.
    """

    name: str
    allows: bool
    actions: Selection
    resources: Selection | None
    principals: Principals | None
    conditions: tuple[Condition, ...]

    def covers(self, request: Request) -> bool:
        """Whether action, resource and conditions are those of a request; whom it is about is asked apart."""
        return (
            self._covers_action(request)
            and self._covers_resource(request)
            and all(condition.holds(request.context) for condition in self.conditions)
        )

    def _covers_action(self, request: Request) -> bool:
        fits = any(
            matches(template, request.action, {}, ignore_case=True) for template in self.actions.templates
        )
        return fits is not self.actions.inverted

    def _covers_resource(self, request: Request) -> bool:
        if self.resources is None:
            return True
        fits = any_of(
            matches(template, request.resource, request.context, Reach.RESOURCE)
            for template in self.resources.templates
        )
        return fits is not None and fits is not self.resources.inverted
