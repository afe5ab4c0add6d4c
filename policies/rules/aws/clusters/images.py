"""Rules about ECR repositories, where the images of clusters come from."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.iam import not_public, statements
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.joins import Elsewhere, completed
from policies.rules.aws.shapes import (
    any_part,
    both,
    cis_aws,
    cis_eks,
    flag,
    fsbp,
    given,
    one_of,
    owes,
    own_key,
)

_REPOSITORIES: Final = frozenset({"aws:ecr/repository:Repository"})
_SCANNING: Final = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
_SCANS: Final = flag("imageScanningConfiguration.scanOnPush")
_AT_ONCE: Final = one_of("scanFrequency", "SCAN_ON_PUSH", "CONTINUOUS_SCAN")
_ALL: Final = any_part("repositoryFilters[]", one_of("filter", "*"))


def _scans_all(stack: Stack) -> Truth:
    """Whether the registry itself scans whatever is pushed to any repository."""
    rules = (rule for each in stack.of_types({_SCANNING}) for rule in each.properties.items("rules"))
    return any_of(*(all_of(_AT_ONCE.met(rule), _ALL.met(rule)) for rule in rules))


def _scanned(stack: Stack) -> Iterator[Duty]:
    by_registry = stack.derived(_scans_all)
    for repository in stack.of_types(_REPOSITORIES):
        met = any_of(_SCANS.met(repository.properties), by_registry)
        yield Duty(repository, met, f"it must {_SCANS.words}, or the registry must scan every repository")


SCANNED: Final = StackRule(
    Control(
        identifier="ecr-images-scanned-on-push",
        sentence="Every image is scanned for known flaws when it is pushed",
        why="Otherwise the first to look for them is whoever attacks what runs.",
        severity=Severity.HIGH,
        resource_types=_REPOSITORIES,
        fix=Fix(pulumi="set image_scanning_configuration.scan_on_push=True"),
        references=(fsbp("ECR.1"), cis_eks("5.1.1")),
        remedies=(Remedy("imageScanningConfiguration.scanOnPush", value=True),),
        rows=(151,),
    ),
    _scanned,
)

IMMUTABLE_TAGS: Final = ResourceRule(
    Control(
        identifier="ecr-tags-immutable",
        sentence="A tag of an image never comes to mean another image",
        why="Whoever may push could replace what was reviewed, and nothing that names the tag would notice.",
        severity=Severity.HIGH,
        resource_types=_REPOSITORIES,
        fix=Fix(pulumi="set image_tag_mutability='IMMUTABLE'"),
        references=(fsbp("ECR.2"),),
        rows=(152,),
    ),
    owes(one_of("imageTagMutability", "IMMUTABLE")),
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="ecr-customer-managed-key",
        sentence="Images are encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.LOW,
        resource_types=_REPOSITORIES,
        fix=Fix(pulumi="set encryption_configurations with encryption_type='KMS' and a kms_key"),
        rows=(153,),
    ),
    owes(
        any_part(
            "encryptionConfigurations[]",
            both(one_of("encryptionType", "KMS", "KMS_DSSE"), own_key("kmsKey")),
        )
    ),
)

LIFECYCLE: Final = completed(
    Control(
        identifier="ecr-images-expire",
        sentence="Every repository says which images are removed",
        why="Old images keep costing money, and keep flaws at hand that were long mended.",
        severity=Severity.LOW,
        resource_types=_REPOSITORIES,
        fix=Fix(pulumi="declare an ecr.LifecyclePolicy for the repository"),
        references=(fsbp("ECR.3"),),
        rows=(155,),
    ),
    "have a LifecyclePolicy that names it",
    Elsewhere("aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository", ("name",), given("policy")),
)


def _private(resource: Resource) -> Iterator[Duty]:
    policy = resource.properties.document("policy")
    met = all_of(policy.anything().present(), not_public(statements(policy)))
    yield Duty(resource, met, "policy must grant nothing to everybody")


PRIVATE: Final = ResourceRule(
    Control(
        identifier="ecr-policies-not-public",
        sentence="The policy of a repository or a registry lets nobody in whom it does not name",
        why="Images hold code, and sometimes secrets; and whoever pushes one runs it on the nodes.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(
            {"aws:ecr/registryPolicy:RegistryPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy"}
        ),
        fix=Fix(pulumi="name accounts or roles as principals, or pin aws:PrincipalOrgID in a condition"),
        references=(cis_aws("2.21"),),
        rows=(154,),
    ),
    _private,
)

RULES: Final = (SCANNED, IMMUTABLE_TAGS, CUSTOMER_KEY, PRIVATE, LIFECYCLE)
