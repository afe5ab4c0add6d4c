"""Parameter groups: AWS lists every parameter there is, the program those that it sets."""

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values


class ParameterGroup(Lifecycle):
    """A group of parameters of database instances or clusters."""

    def live(self, scope: Values) -> Values | None:
        """Read the parameters that the program sets."""
        live = super().live(scope)
        if live is not None:
            declared = {each["name"] for each in scope.get("parameters") or ()}
            found = live.get("parameters") or []
            live["parameters"] = [each for each in found if each["name"] in declared]
        return live

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Reset the parameters that the program sets no more."""
        names = {each["name"] for each in inputs.get("parameters") or ()}
        dropped = [each for each in old.get("parameters") or () if each["name"] not in names]
        if dropped:
            kind = self.kind.create.operation.removeprefix("Create")
            parameters = [
                {"ParameterName": each["name"], "ApplyMethod": each.get("applyMethod") or "immediate"}
                for each in dropped
            ]
            self.ask(f"Reset{kind}", {f"{kind}Name": resource_id, "Parameters": parameters})
        return super().update(resource_id, old, inputs, changed)
