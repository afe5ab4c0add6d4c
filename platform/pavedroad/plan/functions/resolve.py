"""Functions, resolved: their code and its bounds, what they may do, when they run."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.functions import TIMEOUT
from pavedroad.descriptor.functions import FunctionOverride
from pavedroad.descriptor.values import memory_bytes, seconds
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.defaults import CLOUD_TIERS
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.cloud.trust import service_trust
from pavedroad.plan.functions.events import event_grants, resolve_changes, resolve_objects
from pavedroad.plan.functions.model import (
    APIS_LOGS,
    ArchiveCode,
    FunctionPlan,
    HttpPlan,
    ImageCode,
    RolloutPlan,
    SchedulePlan,
    function_target,
)
from pavedroad.plan.functions.rights import every_functions, secret_grants
from pavedroad.plan.functions.schedule import schedule_expression
from pavedroad.plan.functions.watching import function_alarms, rollout_alarms
from pavedroad.plan.naming import physical
from pavedroad.plan.provenance import Scope
from pavedroad.plan.runs import run_grants, run_outputs
from pavedroad.plan.secrets_source import secret_entry
from pavedroad.plan.stores import resolve_store
from pavedroad.plan.templates import expand_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.functions import ArchiveSpec, FunctionSpec
    from pavedroad.descriptor.references import OutputReference
    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.brokers.usage import Direction
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.names import Kind
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.values import Outputs, Value

MEMORY: Final = "512Mi"
CONCURRENCY: Final = 10
RATE: Final = "50/s"
UNITS: Final = {"s": 1, "m": 60, "h": 3600}
"""Seconds in each unit of a rate."""


def resolve_functions(context: Context, brokers: BrokersPlan, team: str) -> tuple[FunctionPlan, ...]:
    """Return a team's functions, by name."""
    return tuple(
        _Function(context, brokers, team, name).plan() for name in sorted(context.teams[team].functions)
    )


class _Function:
    """One function on its way from a descriptor to a plan."""

    def __init__(self, context: Context, brokers: BrokersPlan, team: str, name: str) -> None:
        self._context = context
        self._brokers = brokers
        self._team = team
        self._name = name
        self._spec: FunctionSpec = context.teams[team].functions[name]
        environment = context.environment.environment
        self._override = self._spec.environments.get(environment, FunctionOverride())
        place = (team, "services", name)
        here = (*place, "environments", environment) if environment in self._spec.environments else None
        self._scope = Scope(context.trace, place, here)
        self._account: AccountPlan = context.needed_account
        self._physical = physical(name, self._spec.formerly)

    def plan(self) -> FunctionPlan:
        """Return the function with nothing left to choose."""
        spec, override, scope = self._spec, self._override, self._scope
        stores = {name: self._store(name) for name in sorted(spec.stores)}
        memory = scope.choose("memory", override=override.memory, given=spec.memory, default=MEMORY)
        return FunctionPlan(
            team=self._team,
            namespace=self._context.namespace(self._team),
            name=self._physical,
            display_name=self._name,
            function=self._named("lambda-function"),
            target=self._target,
            code=self._code(),
            architecture="x86_64"
            if scope.choose("architecture", given=spec.architecture, default="arm64") == "amd64"
            else "arm64",
            memory=memory_bytes(memory) // 2**20,
            timeout=seconds(scope.choose("timeout", given=spec.timeout, default=TIMEOUT)),
            concurrency=scope.choose(
                "concurrency", override=override.concurrency, given=spec.concurrency, default=CONCURRENCY
            ),
            env=self._env(stores),
            role=ServiceRolePlan(
                name=self._named("iam-role"),
                trust=service_trust(self._account, "lambda", ours_only=True),
                grants=tuple(self._grants(stores)),
            ),
            log_group=self._log_group,
            log_days=CLOUD_TIERS[self._context.environment.tier].log_days,
            dead_letters=self._dead_letters,
            rollout=self._rollout(),
            schedule=self._schedule(),
            http=self._http(),
            queues=tuple(
                str(self._topic("subscribes", reference)["arn"]) for reference in sorted(spec.subscribes)
            ),
            changes=tuple(resolve_changes(scope, spec, stores)),
            objects=tuple(resolve_objects(spec, stores)),
            stores=tuple(stores.values()),
            alarms=function_alarms(self._parts, self._named("lambda-function"), self._dead_letters),
        )

    @property
    def _parts(self) -> tuple[str, ...]:
        """What the function is known by, from the environment to itself."""
        return self._account.environment, self._context.namespace(self._team), self._physical

    def _named(self, kind: Kind, *more: str) -> str:
        """Return how something of the function is called in the account."""
        return cloud_name(kind, *self._parts, *more)

    @property
    def _target(self) -> str:
        return function_target(self._account, self._context.namespace(self._team), self._physical)

    @property
    def _log_group(self) -> str:
        return f"/aws/lambda/{self._named('lambda-function')}"

    @property
    def _dead_letters(self) -> str:
        return self._named("sqs-queue", "failed")

    def _store(self, name: str) -> StorePlan:
        return resolve_store(
            self._context,
            self._scope.at("stores", name),
            self._team,
            self._name,
            name,
            self._spec.stores[name],
            None,
        )

    def _topic(self, direction: Direction, reference: str) -> Outputs:
        return self._brokers.outputs_for(self._team, self._name, direction, reference)

    def _code(self) -> ImageCode | ArchiveCode:
        """Return what runs: what the environment says stands over what is said in general."""
        spec, override = self._spec, self._override
        archive = override.archive or (spec.archive if override.image is None else None)
        if archive is not None:
            return _archive(archive)
        image = self._scope.choose("image", override=override.image, given=spec.image)
        return ImageCode(image=image, command=spec.command, args=spec.args)

    def _env(self, stores: dict[str, StorePlan]) -> Labels:
        """Return the variables; one for a secret holds only where the secret is."""

        def lookup(reference: OutputReference) -> Value | None:
            if reference.source == "stores":
                return stores[reference.name].outputs[reference.output]
            if reference.source == "environment":
                environment = self._context.environment
                return environment.environment if reference.output == "name" else environment.tier
            if reference.source in ("invokes", "starts"):
                outputs = run_outputs(self._context, self._team, reference.source, reference.name)
                return outputs[reference.output]
            direction: Direction = "publishes" if reference.source == "publishes" else "subscribes"
            return self._topic(direction, reference.name)[reference.output]

        written = {**self._spec.env, **self._override.env}
        variables = {variable: expand_text(text, lookup) for variable, text in written.items()}
        for variable, secret in self._spec.secrets.items():
            entry = secret_entry(self._context, variable, secret.vault, secret.key)
            arn = self._account.arn("secretsmanager", f"secret:{entry.remote_path}")
            variables[variable] = f"{arn}:{entry.remote_key}::"
        return tuple(sorted(variables.items()))

    def _grants(self, stores: dict[str, StorePlan]) -> Iterator[Grant]:
        """Yield what the function may do: what each word grants, and what every function needs."""
        account, spec = self._account, self._spec
        encrypted = bool(spec.env or self._override.env or spec.secrets)
        yield from every_functions(account, self._log_group, self._dead_letters, encrypted=encrypted)
        yield from chain.from_iterable(store.grants for store in stores.values())
        yield from event_grants(account, spec, stores)
        yield from self._brokers.grants_for(self._team, self._name)
        yield from run_grants(self._context, self._team, spec)
        entries = (
            secret_entry(self._context, variable, secret.vault, secret.key)
            for variable, secret in spec.secrets.items()
        )
        yield from secret_grants(account, {entry.remote_path for entry in entries})

    def _rollout(self) -> RolloutPlan | None:
        chosen = self._override.rollout or self._spec.rollout
        if chosen is None:
            return None
        watched = rollout_alarms(self._parts, self._named("lambda-function"))
        return RolloutPlan(stable=chosen.stable, percent=chosen.percent, alarms=watched)

    def _http(self) -> HttpPlan | None:
        """Return the API in front of the function."""
        spec = self._spec.http
        if spec is None:
            return None
        rate = self._scope.choose("http.rate_limit", given=spec.rate_limit, default=RATE)
        count, _, unit = rate.partition("/")
        return HttpPlan(
            routes=tuple(route.key for route in spec.routes),
            issuer=spec.issuer,
            audience=spec.audience,
            scopes=spec.scopes,
            rate=-(-int(count) // UNITS[unit]),
            log_group=f"{APIS_LOGS}{self._named('lambda-function')}",
        )

    def _schedule(self) -> SchedulePlan | None:
        """Return when the function runs, and the role with which it is run then."""
        cron = self._override.schedule or self._spec.schedule
        if cron is None:
            return None
        role = ServiceRolePlan(
            name=self._named("iam-role", "schedule"),
            trust=service_trust(self._account, "scheduler", ours_only=True),
            grants=(
                Grant(reason="schedule", actions=("lambda:InvokeFunction",), resources=(self._target,)),
                encrypted_with(self._account, "messages", "scheduler", "schedule", write=False),
            ),
        )
        return SchedulePlan(
            name=self._named("scheduler-schedule"),
            expression=schedule_expression(cron),
            time_zone=self._scope.choose("time_zone", given=self._spec.time_zone, default="UTC"),
            role=role,
        )


def _archive(spec: ArchiveSpec) -> ArchiveCode:
    """Return an archive."""
    return ArchiveCode(
        bucket=spec.bucket,
        key=spec.key,
        version=spec.version,
        runtime=spec.runtime,
        handler=spec.handler,
        layers=spec.layers,
    )
