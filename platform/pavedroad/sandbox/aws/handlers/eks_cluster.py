"""EKS clusters: AWS makes a security group for each, for control plane and nodes; moto does not, so it is made here.

Source: EKS user guide, "View Amazon EKS security group requirements for clusters".
"""

from typing import Any

from pavedroad.sandbox.aws.account import NotThereError
from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values


class EksCluster(Lifecycle):
    """A cluster."""

    def complete(self, inputs: Values, scope: Values) -> None:
        """Make the cluster's security group."""
        super().complete(inputs, scope)
        subnets = self._ec2("DescribeSubnets", {"SubnetIds": inputs["vpcConfig"]["subnetIds"]})["Subnets"]
        name = f"eks-cluster-sg-{scope['id']}"
        description = "EKS created security group applied to ENI that is attached to EKS Control Plane"
        group = {"GroupName": name, "Description": description, "VpcId": subnets[0]["VpcId"]}
        self._ec2("CreateSecurityGroup", group)

    def live(self, scope: Values) -> Values | None:
        """Read the security group and the network as well."""
        live = super().live(scope)
        group = self._group(str(scope["id"])) if live is not None else None
        if live is not None and group is not None:
            added = {"clusterSecurityGroupId": group["GroupId"], "vpcId": group["VpcId"]}
            live["vpcConfig"] = {**(live.get("vpcConfig") or {}), **added}
        return live

    def delete(self, resource_id: str, state: Values) -> None:
        """Delete the security group with the cluster."""
        super().delete(resource_id, state)
        group = self._group(resource_id)
        if group is not None:
            self._ec2("DeleteSecurityGroup", {"GroupId": group["GroupId"]})

    def _group(self, cluster: str) -> dict[str, Any] | None:
        wanted = {"Name": "group-name", "Values": [f"eks-cluster-sg-{cluster}"]}
        try:
            found = self._ec2("DescribeSecurityGroups", {"Filters": [wanted]})["SecurityGroups"]
        except NotThereError:
            return None
        return found[0] if found else None

    def _ec2(self, operation: str, parameters: dict[str, Any]) -> Any:
        return self.caller.account.call("ec2", operation, parameters, self.caller.region)
