"""Whether a request is allowed: AWS's own order of questions.

Sources: IAM User Guide, "Policy evaluation logic", "Cross-account policy evaluation logic", "Permissions boundaries for IAM
entities"; KMS Developer Guide, "Key policies" and "Default key policy" ("Allows access to the AWS account and enables IAM
policies"). Resource control policies, grants of KMS keys, access control lists and policies of VPC endpoints are not
evaluated: each of them is a document of its own kind, and this project renders none of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pavedroad.access.iam.callers import CallerKind, Standing
from pavedroad.access.iam.documents import Document, DocumentKind
from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.requests import Request


class Outcome(Enum):
    """The answer to a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    """A statement denies it."""
    NOT_ALLOWED = "not allowed"
    """Nothing denies it, and what would have to allow it does not."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, and why.

    Attributes:
        outcome: The answer.
        because: What sufficed, or what was missing.
        statements: The names of the statements that decided; none where nothing allows it.
    """

    outcome: Outcome
    because: str
    statements: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the request goes through."""
        return self.outcome is Outcome.ALLOWED

    def __str__(self) -> str:
        """One line for a person."""
        names = f" ({'; '.join(self.statements)})" if self.statements else ""
        return f"{self.outcome.value}: {self.because}{names}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Every policy that has a say on a request.

    Attributes:
        identity: Those of the caller.
        resource: Those of the resource.
        boundary: The caller's permission boundary; None where it has none.
        session: Those given when the caller's session was made; None where none were.
        service_controls: Those of the organisation, from its root down to the caller's account: each level has to allow.

    Raises:
        PolicyError: a document stands where one of its kind cannot.
    """

    identity: tuple[Document, ...] = ()
    resource: tuple[Document, ...] = ()
    boundary: Document | None = None
    session: tuple[Document, ...] | None = None
    service_controls: tuple[tuple[Document, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse documents in the wrong place."""
        for document in self.of_identity:
            if document.kind is not DocumentKind.IDENTITY:
                raise PolicyError(f"{document.name} is a resource's policy and stands among an identity's")
        for document in self.resource:
            if document.kind is not DocumentKind.RESOURCE:
                raise PolicyError(f"{document.name} is an identity's policy and stands on a resource")

    @property
    def of_identity(self) -> tuple[Document, ...]:
        """All that say nothing of who: those of the caller and those that limit it."""
        controls = [document for level in self.service_controls for document in level]
        boundary = () if self.boundary is None else (self.boundary,)
        return (*self.identity, *boundary, *(self.session or ()), *controls)


def decide(request: Request, policies: Policies) -> Decision:
    """Decide on a request.

    Args:
        request: What is asked.
        policies: Every policy that has a say.

    Raises:
        PolicyError: a condition compares one value with several.
    """
    denying = tuple(_denying(request, policies))
    if denying:
        return Decision(Outcome.DENIED, "by a statement", denying)
    standing, granting = _granted(request, policies.resource)
    if request.caller.account is None:
        return _allowed_if(standing is not Standing.NONE, "the resource's policy", granting)
    return _Questions(request, policies, standing, granting).answer()


def _denying(request: Request, policies: Policies) -> Iterable[str]:
    for document in policies.of_identity:
        yield from (each.name for each in document.statements if not each.allows and each.covers(request))
    bounded = policies.boundary is not None
    for document in policies.resource:
        for each in document.statements:
            about = each.principals is not None and each.principals.denied(request.caller, bounded=bounded)
            if not each.allows and about and each.covers(request):
                yield each.name


def _granted(request: Request, documents: tuple[Document, ...]) -> tuple[Standing, tuple[str, ...]]:
    """As what the resource's policies allow the caller, and the statements that do."""
    found = [
        (each.principals.granted(request.caller), each.name)
        for document in documents
        for each in document.statements
        if each.allows and each.principals is not None and each.covers(request)
    ]
    best = max((standing for standing, _ in found), default=Standing.NONE)
    return best, tuple(name for standing, name in found if standing is best and best is not Standing.NONE)


def _allowing(request: Request, documents: Iterable[Document]) -> tuple[str, ...]:
    """Name the statements of documents without principals that allow a request."""
    return tuple(
        each.name
        for document in documents
        for each in document.statements
        if each.allows and each.covers(request)
    )


def _allowed_if(sufficient: bool, what: str, statements: tuple[str, ...]) -> Decision:  # noqa: FBT001 the condition, first as in `if`
    if sufficient:
        return Decision(Outcome.ALLOWED, f"by {what}", statements)
    return Decision(Outcome.NOT_ALLOWED, f"not by {what}")


class _Questions:
    """The questions that are left where nothing denies and the caller belongs to an account."""

    def __init__(
        self, request: Request, policies: Policies, standing: Standing, granting: tuple[str, ...]
    ) -> None:
        self._request = request
        self._policies = policies
        self._standing = standing
        self._granting = granting

    def answer(self) -> Decision:
        """Ask them in order."""
        for level in self._policies.service_controls:
            if not _allowing(self._request, level):
                return _allowed_if(False, "a level of service control policies", ())
        if not self._request.within_account:
            return self._across_accounts()
        if self._standing is Standing.CALLER:
            return _allowed_if(True, "the resource's policy", self._granting)
        if self._standing is Standing.NONE and _needs_own_policy(self._request):
            return _allowed_if(False, "the resource's own policy, which has to allow it", ())
        if self._standing is Standing.ROLE:
            return self._limited("the resource's policy", self._granting)
        return self._by_identity(())

    def _across_accounts(self) -> Decision:
        if self._standing is Standing.NONE:
            return _allowed_if(False, "the policy of the resource, which is another account's", ())
        return self._by_identity(self._granting)

    def _by_identity(self, besides: tuple[str, ...]) -> Decision:
        if self._request.caller.kind is CallerKind.ROOT:
            return _allowed_if(True, "being the account's root user", besides)
        allowing = _allowing(self._request, self._policies.identity)
        if not allowing:
            return _allowed_if(False, "the caller's policies", ())
        return self._limited("the caller's policies", (*allowing, *besides))

    def _limited(self, what: str, statements: tuple[str, ...]) -> Decision:
        """Allow what the boundary and the session's policies let through."""
        boundary, session = self._policies.boundary, self._policies.session
        if boundary is not None and not _allowing(self._request, [boundary]):
            return _allowed_if(False, f"the permission boundary ({boundary.name})", ())
        if session is not None and not _allowing(self._request, session):
            return _allowed_if(False, "the session's policies", ())
        return _allowed_if(True, what, statements)


def _needs_own_policy(request: Request) -> bool:
    """Whether nothing is allowed on a resource that its own policy does not allow or leave to the account.

    So it is with KMS keys and with roles that are assumed; everywhere else the caller's policies suffice within an
    account.
    """
    _, _, service, *_, own = request.resource.split(":", 5) if request.resource != "*" else [""] * 6
    assumed = service == "iam" and own.startswith("role/") and request.action.lower().startswith("sts:")
    return assumed or (service == "kms" and own.startswith("key/"))
