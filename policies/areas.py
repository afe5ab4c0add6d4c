"""Every rule of the pack, listed by hand, by the area that people look for it in.

Importing this loads all of them. What serves the engine reads `policies.index` instead, which is made from it.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Final

from pavedroad.governance import Rule
from policies.rules import (
    credentials,
    data,
    images,
    intent,
    mesh,
    objects,
    pods,
    rbac,
    store,
    traffic,
    workloads,
)
from policies.rules.aws import (
    apis,
    buckets,
    clusters,
    databases,
    functions,
    identity,
    keys,
    logs,
    messaging,
    network,
)

_AWS: Final = (apis, buckets, clusters, databases, functions, identity, keys, logs, messaging, network)

MODULES: Final[Mapping[str, tuple[ModuleType, ...]]] = {
    "Pods": (pods,),
    "Workloads": (workloads,),
    "Images": (images,),
    "Secrets": (credentials,),
    "Stores": (store,),
    "Traffic": (traffic,),
    "Mesh": (mesh,),
    "Objects": (objects,),
    "Permissions in Kubernetes": (rbac,),
    "AWS": _AWS,
    "Data": (data,),
    "Intent": (intent,),
}
"""By area, the modules that list its rules as `RULES`."""

AREAS: Final[Mapping[str, tuple[Rule, ...]]] = {
    area: tuple(rule for module in modules for rule in module.RULES) for area, modules in MODULES.items()
}
"""Every rule, by area."""

RULES_BY_MODULE: Final[Mapping[str, tuple[Rule, ...]]] = {
    module.__name__: module.RULES for modules in MODULES.values() for module in modules
}
"""Every rule, by the name of the module that lists it."""

RULES: Final[tuple[Rule, ...]] = tuple(rule for rules in AREAS.values() for rule in rules)

RULE_BY_CONTROL: Final[Mapping[str, Rule]] = {rule.control.identifier: rule for rule in RULES}
