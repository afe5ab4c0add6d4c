"""What goes wrong when a policy is read or asked."""


class PolicyError(ValueError):
    """A policy, a request or a declaration that AWS would refuse or that says nothing definite.

    Its text names the place: the document, the statement and the element.
    """
