"""The explicit providers of a stack; nothing in it uses a default one."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.aws.place import Cloud
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.environment import ClusterPlan
    from pavedroad.plan.flows import Labels
    from stacks.settings import StackSettings

KUBERNETES_VERSION = "4.34.2"
AWS_VERSION = "7.51.1"
"""Versions of the providers; the sandbox's own answer to the same."""

AWS_ENDPOINT_VARIABLE = "PAVEDROAD_AWS_ENDPOINT"
"""Where the engine's environment says that the sandbox's AWS is."""

SANDBOX_CREDENTIALS = "sandbox"
"""What the sandbox's AWS takes as key and secret: it asks for no particular ones."""


def kubernetes_provider(
    settings: StackSettings, cluster: ClusterPlan, cloud: Cloud | None
) -> pulumi.ProviderResource:
    """Declare the provider of the cluster."""
    kubeconfig = (
        eks_kubeconfig(cloud)
        if cluster.kind == "eks" and cloud is not None and not cloud.account.sandbox
        else settings.kubeconfig(cluster.kubeconfig)
    )
    inputs: dict[str, Any] = {"kubeconfig": kubeconfig, "enableServerSideApply": "true"}
    if cluster.context:
        inputs["context"] = cluster.context
    options = pulumi.ResourceOptions(version=KUBERNETES_VERSION)
    return pulumi.ProviderResource("kubernetes", cluster.name, inputs, options)


def eks_kubeconfig(cloud: Cloud) -> pulumi.Output[str]:
    """Return the kubeconfig of the environment's cluster; it holds no credentials, ``aws eks get-token`` fetches them.

    Source: EKS user guide, «Connect kubectl to an EKS cluster by creating a kubeconfig file».
    """
    account = cloud.account
    fetch = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["--region", account.region, "eks", "get-token", "--cluster-name", account.cluster],
    }

    def write(found: Sequence[str]) -> str:
        endpoint, authority = found
        cluster = {"server": endpoint, "certificate-authority-data": authority}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": account.cluster, "cluster": cluster}],
                "users": [{"name": account.cluster, "user": {"exec": fetch}}],
                "contexts": [
                    {
                        "name": account.cluster,
                        "context": {"cluster": account.cluster, "user": account.cluster},
                    }
                ],
                "current-context": account.cluster,
            }
        )

    found = pulumi.Output.all(cloud.text("cluster_endpoint"), cloud.text("cluster_authority"))
    return pulumi.Output.secret(found.apply(write))


def aws_provider(owner: str, account: AccountPlan, tags: Labels) -> pulumi.ProviderResource:
    """Declare the provider of the account for one owner, whose tags everything carries.

    It refuses every account but the environment's own.
    """
    inputs: dict[str, Any] = {
        "region": account.region,
        "allowedAccountIds": json.dumps([account.account]),
        "defaultTags": json.dumps({"tags": dict(tags)}),
    }
    if account.sandbox:
        inputs |= _sandbox_inputs()
    return pulumi.ProviderResource("aws", f"aws-{owner}", inputs, pulumi.ResourceOptions(version=AWS_VERSION))


def _sandbox_inputs() -> dict[str, Any]:
    """Return where the sandbox's AWS is; empty in a preview, which asks nobody."""
    endpoint = os.environ.get(AWS_ENDPOINT_VARIABLE, "")
    if not endpoint and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"{AWS_ENDPOINT_VARIABLE} names no end point: run paved sandbox start, and paved env"
        )
    return {
        "accessKey": SANDBOX_CREDENTIALS,
        "secretKey": pulumi.Output.secret(SANDBOX_CREDENTIALS),
        "skipCredentialsValidation": "true",
        "skipMetadataApiCheck": "true",
        "skipRequestingAccountId": "true",
        "endpoints": json.dumps([dict.fromkeys(ENDPOINTS, endpoint)]),
    }


ENDPOINTS = (
    "acm",
    "apigatewayv2",
    "applicationautoscaling",
    "cloudtrail",
    "cloudwatch",
    "cloudwatchevents",
    "cloudwatchlogs",
    "docdb",
    "dynamodb",
    "ec2",
    "ecr",
    "eks",
    "elasticache",
    "iam",
    "kafka",
    "keyspaces",
    "kms",
    "lambda",
    "mq",
    "neptune",
    "rds",
    "route53",
    "s3",
    "scheduler",
    "secretsmanager",
    "sfn",
    "sns",
    "sqs",
    "ssm",
    "sts",
)
"""Services whose end points the sandbox answers for, as the provider names them."""
