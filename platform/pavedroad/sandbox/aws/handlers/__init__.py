"""What the tables cannot say: resources whose life takes more than one call after another."""

from collections.abc import Mapping
from typing import Final

from pavedroad.sandbox.aws.handlers.bucket import Bucket
from pavedroad.sandbox.aws.handlers.dns import Record, Zone
from pavedroad.sandbox.aws.handlers.dynamodb import DynamodbTable
from pavedroad.sandbox.aws.handlers.eks_cluster import EksCluster
from pavedroad.sandbox.aws.handlers.function import Function
from pavedroad.sandbox.aws.handlers.iam_policy import IamPolicy
from pavedroad.sandbox.aws.handlers.mq_configuration import MqConfiguration
from pavedroad.sandbox.aws.handlers.parameter_group import ParameterGroup
from pavedroad.sandbox.aws.handlers.security_group import DefaultSecurityGroup, SecurityGroup
from pavedroad.sandbox.aws.handlers.subnet_group import SubnetGroup
from pavedroad.sandbox.aws.lifecycle import Lifecycle

HANDLERS: Final[Mapping[str, type[Lifecycle]]] = {
    "": Lifecycle,
    "bucket": Bucket,
    "default_security_group": DefaultSecurityGroup,
    "dynamodb_table": DynamodbTable,
    "eks_cluster": EksCluster,
    "function": Function,
    "iam_policy": IamPolicy,
    "mq_configuration": MqConfiguration,
    "parameter_group": ParameterGroup,
    "record": Record,
    "security_group": SecurityGroup,
    "subnet_group": SubnetGroup,
    "zone": Zone,
}
"""By the name that the tables use."""
