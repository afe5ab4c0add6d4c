"""Examples of the controls about EKS clusters, the nodes in them, and the images that they run."""

import base64
from typing import Any

from tests.support.examples import REMOVED, Declared, Example

EVERYBODY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}]}
SOMEBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "ecr:BatchGetImage"}],
}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"
CLUSTER = Declared(
    type="aws:eks/cluster:Cluster",
    properties={
        "name": "shop",
        "version": "1.34",
        "vpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True},
        "encryptionConfig": {"resources": ["secrets"], "provider": {"keyArn": KEY}},
        "enabledClusterLogTypes": ["api", "audit", "authenticator"],
        "accessConfig": {"authenticationMode": "API"},
    },
)
PUBLIC_CLUSTER = Declared(
    type=CLUSTER.type,
    properties={"vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}},
)
AUTH_MAP = Declared(
    type="kubernetes:core/v1:ConfigMap",
    properties={"metadata": {"name": "colours", "namespace": "kube-system"}, "data": {"mapRoles": "[]"}},
)
MACHINE = {
    "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
    "networkInterfaces": [{"associatePublicIpAddress": False}],
}
TEMPLATE = Declared(
    type="aws:ec2/launchTemplate:LaunchTemplate",
    properties={
        **MACHINE,
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"encrypted": True, "kmsKeyId": KEY}},
            {"deviceName": "/dev/xvdb", "virtualName": "ephemeral0"},
        ],
        "userData": base64.b64encode(b"#!/bin/sh\nexport REGION=eu-west-1\n").decode(),
    },
)
INSTANCE = Declared(
    type="aws:ec2/instance:Instance",
    properties={
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"encrypted": True},
        "ebsBlockDevices": [{"deviceName": "/dev/xvdb", "encrypted": True}],
        "metadataOptions": {"httpTokens": "required"},
        "userData": "#!/bin/sh\nexport DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)\n",
    },
)
LAUNCH_CONFIGURATION = Declared(
    type="aws:ec2/launchConfiguration:LaunchConfiguration",
    properties={"rootBlockDevice": {"encrypted": True}, "metadataOptions": {"httpTokens": "required"}},
)
VOLUME = Declared(type="aws:ebs/volume:Volume", properties={"encrypted": True, "kmsKeyId": KEY})
NODE_GROUP = Declared(
    type="aws:eks/nodeGroup:NodeGroup",
    properties={
        "clusterName": "shop",
        "nodeRoleArn": "arn:aws:iam::111122223333:role/nodes",
        "subnetIds": ["subnet-1"],
        "remoteAccess": {"ec2SshKey": "operators", "sourceSecurityGroupIds": ["sg-1"]},
    },
)
SUBNET = Declared(
    type="aws:ec2/subnet:Subnet",
    properties={"id": "subnet-1", "vpcId": "vpc-1", "mapPublicIpOnLaunch": False},
)
ASSOCIATION = Declared(
    type="aws:ec2/routeTableAssociation:RouteTableAssociation",
    properties={"subnetId": "subnet-1", "routeTableId": "rtb-1"},
)
TABLE = Declared(
    type="aws:ec2/routeTable:RouteTable",
    properties={"id": "rtb-1", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "vgw-1"}]},
)
ROUTE = Declared(
    type="aws:ec2/route:Route",
    properties={"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "vgw-1"},
)
ROLE = Declared(
    type="aws:iam/role:Role", properties={"name": "nodes", "arn": "arn:aws:iam::111122223333:role/nodes"}
)


def attached(policy: str, role: str = "nodes") -> Declared:
    return Declared(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        properties={"role": role, "policyArn": f"arn:aws:iam::aws:policy/{policy}"},
    )


NODE_ROLE = (ROLE, NODE_GROUP, attached("AmazonEKSWorkerNodePolicy"))
OWN_POLICY = Declared(
    type="aws:iam/rolePolicy:RolePolicy",
    properties={
        "role": "nodes",
        "policy": {
            "Statement": [{"Effect": "Allow", "Action": "ecr:GetDownloadUrlForLayer", "Resource": "*"}]
        },
    },
)
NETWORK_PLUGIN = Declared(
    type="kubernetes:core/v1:ServiceAccount",
    properties={
        "metadata": {
            "name": "aws-node",
            "namespace": "kube-system",
            "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/plugin"},
        }
    },
)
REPOSITORY = Declared(
    type="aws:ecr/repository:Repository",
    properties={
        "name": "web",
        "imageScanningConfiguration": {"scanOnPush": True},
        "imageTagMutability": "IMMUTABLE",
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
    },
)
SCANNING = Declared(
    type="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    properties={
        "scanType": "BASIC",
        "rules": [
            {
                "scanFrequency": "SCAN_ON_PUSH",
                "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}],
            }
        ],
    },
)
LIFECYCLE = Declared(
    type="aws:ecr/lifecyclePolicy:LifecyclePolicy", properties={"repository": "web", "policy": "{}"}
)
DETECTOR = Declared(type="aws:guardduty/detector:Detector", properties={"id": "d-1", "enable": True})
AUDIT_LOGS = Declared(
    type="aws:guardduty/detectorFeature:DetectorFeature",
    properties={"detectorId": "d-1", "name": "EKS_AUDIT_LOGS", "status": "ENABLED"},
)
RUNTIME = Declared(
    type="aws:guardduty/detectorFeature:DetectorFeature",
    properties={
        "detectorId": "d-1",
        "name": "RUNTIME_MONITORING",
        "status": "ENABLED",
        "additionalConfigurations": [{"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"}],
    },
)
FOR_ALL = Declared(
    type="aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
    properties={"detectorId": "d-1", "name": "EKS_AUDIT_LOGS", "autoEnable": "ALL"},
)


def one(control: str, declared: Declared, breaks: str, to: Any) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


def without(declared: Declared, *fields: str) -> Declared:
    kept = {name: each for name, each in declared.properties.items() if name not in fields}
    return Declared(type=declared.type, properties=kept)


_PRIVATE = (NODE_GROUP, SUBNET, ASSOCIATION, TABLE, ROUTE)

EXAMPLES = (
    one("eks-endpoint-private", CLUSTER, "vpcConfig.endpointPublicAccess", True),
    one("eks-endpoint-private", CLUSTER, "vpcConfig.endpointPublicAccess", REMOVED),
    one("eks-public-endpoint-restricted", PUBLIC_CLUSTER, "vpcConfig.publicAccessCidrs", REMOVED),
    one("eks-public-endpoint-restricted", PUBLIC_CLUSTER, "vpcConfig.publicAccessCidrs.0", "0.0.0.0/0"),
    one("eks-public-endpoint-restricted", PUBLIC_CLUSTER, "vpcConfig.publicAccessCidrs.1", "::/0"),
    one("eks-public-endpoint-restricted", CLUSTER, "vpcConfig.endpointPublicAccess", True),
    one("eks-secrets-encrypted", CLUSTER, "encryptionConfig", REMOVED),
    one("eks-secrets-encrypted", CLUSTER, "encryptionConfig.provider.keyArn", ""),
    one("eks-control-plane-logs", CLUSTER, "enabledClusterLogTypes.1", "scheduler"),
    Example(
        control="eks-control-plane-logs",
        declared=(CLUSTER,),
        breaks="enabledClusterLogTypes.1",
        to="scheduler",
        settings={"types": ["audit"]},
    ),
    one("eks-version-supported", CLUSTER, "version", "1.29"),
    one("eks-version-supported", CLUSTER, "version", "latest"),
    one("eks-access-by-entries", CLUSTER, "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
    one("aws-auth-map-unused", AUTH_MAP, "metadata.name", "aws-auth"),
    one("eks-nodes-no-open-ssh", NODE_GROUP, "remoteAccess.sourceSecurityGroupIds", REMOVED),
    one("eks-nodes-no-open-ssh", NODE_GROUP, "remoteAccess.sourceSecurityGroupIds", []),
    one("machines-no-public-address", TEMPLATE, "networkInterfaces.0.associatePublicIpAddress", True),
    one("machines-no-public-address", TEMPLATE, "networkInterfaces.0.associatePublicIpAddress", "true"),
    one("machines-no-public-address", INSTANCE, "associatePublicIpAddress", True),
    Example(
        control="eks-nodes-in-private-subnets",
        declared=_PRIVATE,
        breaks="mapPublicIpOnLaunch",
        to=True,
        of=1,
    ),
    Example(
        control="eks-nodes-in-private-subnets",
        declared=_PRIVATE,
        breaks="routes.0.gatewayId",
        to="igw-1",
        of=3,
    ),
    Example(control="eks-nodes-in-private-subnets", declared=_PRIVATE, breaks="gatewayId", to="igw-1", of=4),
    one("machines-metadata-tokens-required", TEMPLATE, "metadataOptions.httpTokens", "optional"),
    one("machines-metadata-tokens-required", INSTANCE, "metadataOptions", REMOVED),
    one("machines-metadata-one-hop", TEMPLATE, "metadataOptions.httpPutResponseHopLimit", 2),
    one("volumes-encrypted", TEMPLATE, "blockDeviceMappings.0.ebs.encrypted", False),
    one("volumes-encrypted", TEMPLATE, "blockDeviceMappings", REMOVED),
    one("volumes-encrypted", TEMPLATE, "blockDeviceMappings.1.virtualName", REMOVED),
    one("volumes-encrypted", INSTANCE, "rootBlockDevice.encrypted", False),
    one("volumes-encrypted", INSTANCE, "ebsBlockDevices.0.encrypted", REMOVED),
    one("volumes-encrypted", LAUNCH_CONFIGURATION, "rootBlockDevice", REMOVED),
    one("volumes-encrypted", VOLUME, "encrypted", REMOVED),
    Example(
        control="volumes-encrypted",
        declared=(
            without(VOLUME, "encrypted"),
            Declared(type="aws:ebs/encryptionByDefault:EncryptionByDefault", properties={"enabled": True}),
        ),
        breaks="enabled",
        to=False,
        of=1,
    ),
    one("volumes-customer-managed-key", VOLUME, "kmsKeyId", REMOVED),
    one("volumes-customer-managed-key", TEMPLATE, "blockDeviceMappings.0.ebs.kmsKeyId", REMOVED),
    one("user-data-without-secrets", INSTANCE, "userData", "export DB_PASSWORD=hunter2\n"),
    one("user-data-without-secrets", INSTANCE, "userData", "password: 'hunter2'\n"),
    one("user-data-without-secrets", INSTANCE, "userData", "mysql --password=hunter2\n"),
    one("user-data-without-secrets", INSTANCE, "userData", "aws configure set key AKIAIOSFODNN7EXAMPLE\n"),
    one(
        "user-data-without-secrets",
        TEMPLATE,
        "userData",
        base64.b64encode(b"#!/bin/sh\nexport API_TOKEN=hunter2\n").decode(),
    ),
    Example(
        control="eks-node-roles-for-nodes-only",
        declared=NODE_ROLE,
        breaks="policyArn",
        to="arn:aws:iam::aws:policy/AmazonS3FullAccess",
        of=2,
    ),
    Example(
        control="eks-node-roles-for-nodes-only",
        declared=(ROLE, NODE_GROUP, attached("AmazonS3FullAccess", "reports")),
        breaks="role",
        to="nodes",
        of=2,
    ),
    Example(
        control="eks-node-roles-pull-only",
        declared=NODE_ROLE,
        breaks="policyArn",
        to="arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser",
        of=2,
    ),
    Example(
        control="eks-node-roles-pull-only",
        declared=(ROLE, NODE_GROUP, OWN_POLICY),
        breaks="policy.Statement.0.Action",
        to="ecr:*",
        of=2,
    ),
    one("eks-network-plugin-has-own-role", NETWORK_PLUGIN, "metadata.annotations", REMOVED),
    one("ecr-images-scanned-on-push", REPOSITORY, "imageScanningConfiguration.scanOnPush", False),
    Example(
        control="ecr-images-scanned-on-push",
        declared=(without(REPOSITORY, "imageScanningConfiguration"), SCANNING),
        breaks="rules.0.scanFrequency",
        to="MANUAL",
        of=1,
    ),
    one("ecr-tags-immutable", REPOSITORY, "imageTagMutability", REMOVED),
    one("ecr-tags-immutable", REPOSITORY, "imageTagMutability", "MUTABLE"),
    one("ecr-customer-managed-key", REPOSITORY, "encryptionConfigurations.0.kmsKey", REMOVED),
    one("ecr-customer-managed-key", REPOSITORY, "encryptionConfigurations.0.encryptionType", "AES256"),
    one(
        "ecr-policies-not-public",
        Declared(type="aws:ecr/repositoryPolicy:RepositoryPolicy", properties={"policy": SOMEBODY}),
        "policy",
        EVERYBODY,
    ),
    Example(
        control="ecr-images-expire",
        declared=(REPOSITORY, LIFECYCLE),
        breaks="repository",
        to="other",
        of=1,
    ),
    one("guardduty-enabled", DETECTOR, "enable", False),
    Example(
        control="guardduty-watches-eks-audit-logs",
        declared=(DETECTOR, AUDIT_LOGS),
        breaks="status",
        to="DISABLED",
        of=1,
    ),
    one(
        "guardduty-watches-eks-audit-logs",
        Declared(
            type=DETECTOR.type, properties={"datasources": {"kubernetes": {"auditLogs": {"enable": True}}}}
        ),
        "datasources.kubernetes.auditLogs.enable",
        False,
    ),
    Example(
        control="guardduty-watches-eks-runtime",
        declared=(DETECTOR, RUNTIME),
        breaks="additionalConfigurations.0.status",
        to="DISABLED",
        of=1,
    ),
    one("guardduty-eks-features-on", AUDIT_LOGS, "status", "DISABLED"),
    one("guardduty-eks-features-on", FOR_ALL, "autoEnable", "NONE"),
)
