"""Database subnet groups: moto 5.2 forgets a group when it is modified, so it is made again."""

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values


class SubnetGroup(Lifecycle):
    """A group of subnets for databases."""

    def outputs_after_change(self, resource_id: str, inputs: Values, scope: Values) -> Values:
        """Make the group again where the change lost it."""
        if self.live(scope) is None:
            self.caller.make(self.kind.create, scope)
        return super().outputs_after_change(resource_id, inputs, scope)
