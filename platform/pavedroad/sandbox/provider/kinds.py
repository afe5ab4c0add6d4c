"""What a resource's URN says: the kind of object, and whether this provider can serve it.

Type tokens are `kubernetes:<group>/<version>:<Kind>`, the core group written `core`; a kind with `Patch` at its
end means fields of an object that belongs to somebody else.
"""

from dataclasses import dataclass
from typing import Final

from pavedroad.sandbox.provider.errors import ProviderError

PROVIDER_TYPE: Final = "pulumi:providers:kubernetes"

_OFFICIAL_ONLY: Final = ("helm.sh/", "yaml", "kustomize", "apiextensions.k8s.io:CustomResourcePatch")


@dataclass(frozen=True, slots=True)
class ResourceType:
    """The kind of object behind a URN.

    Attributes:
        token: The type token, for messages.
        name: The resource's logical name.
        api_version: As in the manifest.
        kind: The kind in the token; for a patch with `Patch` at its end.
    """

    token: str
    name: str
    api_version: str
    kind: str

    @classmethod
    def of(cls, urn: str) -> "ResourceType":
        """Read a URN.

        Raises:
            ProviderError: The type needs the official provider, or is none of Kubernetes.
        """
        _, _, qualified, name = urn.split("::", 3)
        token = qualified.rpartition("$")[2]
        package, _, rest = token.partition(":")
        module, _, kind = rest.rpartition(":")
        if any(module.startswith(prefix) or rest.startswith(prefix) for prefix in _OFFICIAL_ONLY):
            raise ProviderError(
                f"{token} needs the official Kubernetes provider; the sandbox's has no {module}"
            )
        if package != "kubernetes" or module.count("/") != 1:
            raise ProviderError(
                f"{token} is no Kubernetes type: expected kubernetes:<group>/<version>:<Kind>"
            )
        if kind.endswith("List"):
            raise ProviderError(f"{token}: a list cannot be created; declare its items")
        group, _, version = module.partition("/")
        return cls(token, name, version if group == "core" else module, kind)

    def patches(self, kind: str) -> bool:
        """Tell whether the resource patches an object of `kind` that belongs to somebody else."""
        return self.kind == f"{kind}Patch"
