"""One run of the real engine, in a process of its own: a task as JSON in, what it did as JSON out.

The Automation API leaves event loops and sockets behind, which a test process must not.
"""

import json
import sys
from typing import Any

import pulumi
from pulumi import automation


class Program:
    """Declares what a task lists, with one explicit provider."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.made: dict[str, pulumi.CustomResource] = {}

    def __call__(self) -> None:
        self.made.clear()
        options = pulumi.ResourceOptions(version=self.task["provider_version"])
        inputs = self._value(self.task["inputs"])
        provider = pulumi.ProviderResource(self.task["package"], "explicit", inputs, options)
        for each in self.task["program"]:
            self.made[each["name"]] = self._declared(each, provider)

    def _declared(self, each: dict[str, Any], provider: pulumi.ProviderResource) -> pulumi.CustomResource:
        options = pulumi.ResourceOptions(
            provider=provider,
            depends_on=[self.made[name] for name in each["depends_on"]],
            import_=each["import_id"],
            custom_timeouts=pulumi.CustomTimeouts(**each["timeouts"]),
        )
        return pulumi.CustomResource(each["token"], each["name"], self._value(each["manifest"]), options)

    def _value(self, value: Any) -> Any:
        match value:
            case {"$secret": secret}:
                return pulumi.Output.secret(secret)
            case {"$id": name}:
                return self.made[name].id
            case {"$output": [name, output]}:
                return getattr(self.made[name], output)
            case dict():
                return {key: self._value(item) for key, item in value.items()}
            case list():
                return [self._value(item) for item in value]
        return value


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Do what a task says."""
    workspace = automation.LocalWorkspaceOptions(
        pulumi_home=task["home"],
        env_vars=task["environment"],
        pulumi_command=automation.PulumiCommand(task["root"]),
    )
    stack = automation.create_or_select_stack("dev", "provider-tests", Program(task), opts=workspace)
    if task["operation"] == "outputs":
        resources = (stack.export_stack().deployment or {}).get("resources") or []
        return {each["urn"].rpartition("::")[2]: each.get("outputs", {}) for each in resources}
    lines: list[str] = []
    events: list[automation.EngineEvent] = []
    try:
        getattr(stack, task["operation"])(on_output=lines.append, on_event=events.append, color="never")
    except automation.CommandError as error:
        return {"failure": str(error)}
    return {"output": "\n".join(lines), **_summary(events)}


def _summary(events: list[automation.EngineEvent]) -> dict[str, Any]:
    steps = [event.resource_pre_event.metadata for event in events if event.resource_pre_event]
    replaced = {step.urn.rpartition("::")[2] for step in steps if step.op == automation.OpType.REPLACE}
    summary = next(event.summary_event for event in reversed(events) if event.summary_event)
    return {"changes": dict(summary.resource_changes), "replaced": sorted(replaced)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.load(sys.stdin))))
