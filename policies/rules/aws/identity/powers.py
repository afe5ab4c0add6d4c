"""Rules about what is dangerous on every resource: getting credentials, taking data away, and sharing with others.

The tables are our own; AWS' Service Authorization Reference says what each action does, and which ones manage
permissions.
"""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Rule, Severity
from policies.rules.aws.identity.holders import TYPES, withholding

GIVING_CREDENTIALS: Final = (
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "iam:UpdateLoginProfile",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetFederationToken",
    "sso:GetRoleCredentials",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "codeartifact:GetAuthorizationToken",
    "eks-auth:AssumeRoleForPodIdentity",
    "elasticmapreduce:GetClusterSessionCredentials",
    "gamelift:GetComputeAuthToken",
    "gamelift:RequestUploadCredentials",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "redshift-serverless:GetCredentials",
    "appsync:CreateApiKey",
)
"""Actions whose answer is a credential, or that make one."""

TAKING_DATA: Final = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:GetParameterHistory",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:Scan",
    "dynamodb:Query",
    "ec2:CreateSnapshot",
    "ec2:ModifySnapshotAttribute",
    "ebs:GetSnapshotBlock",
    "rds:CopyDBSnapshot",
    "rds:CreateDBSnapshot",
    "rds:ModifyDBSnapshotAttribute",
    "rds:StartExportTask",
    "redshift:CreateClusterSnapshot",
)
"""Actions by which data leaves where it is kept."""

SHARING: Final = (
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "backup:PutBackupVaultAccessPolicy",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "ec2:ModifyVpcEndpointServicePermissions",
    "ecr:SetRepositoryPolicy",
    "elasticfilesystem:PutFileSystemPolicy",
    "eks:AssociateAccessPolicy",
    "eks:CreateAccessEntry",
    "events:PutPermission",
    "glacier:SetVaultAccessPolicy",
    "glue:PutResourcePolicy",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "lambda:AddLayerVersionPermission",
    "lambda:AddPermission",
    "logs:PutResourcePolicy",
    "ram:AssociateResourceShare",
    "ram:CreateResourceShare",
    "rds:ModifyDBClusterSnapshotAttribute",
    "rds:ModifyDBSnapshotAttribute",
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucketPolicy",
    "s3:ObjectOwnerOverrideToBucketOwner",
    "s3:PutAccessPointPolicy",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutObjectAcl",
    "s3:PutObjectVersionAcl",
    "secretsmanager:PutResourcePolicy",
    "sns:AddPermission",
    "sqs:AddPermission",
    "ssm:ModifyDocumentPermission",
)
"""Actions that change what others may do."""

NO_CREDENTIALS: Final = ResourceRule(
    Control(
        identifier="iam-credentials-need-constraint",
        sentence="No policy allows to get credentials of just anybody",
        why="Credentials outlive the fault by which they got out.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="name the roles, users or databases, or add a condition that narrows them down"),
        rows=(239,),
    ),
    withholding(GIVING_CREDENTIALS),
)

NO_EXFILTRATION: Final = ResourceRule(
    Control(
        identifier="iam-data-reads-need-constraint",
        sentence="No policy allows to read or copy just any data",
        why="One identity in the wrong hands takes everything with it.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="name the buckets, secrets, parameters or tables, or add a condition"),
        rows=(239,),
    ),
    withholding(TAKING_DATA),
)

NO_SHARING: Final = ResourceRule(
    Control(
        identifier="iam-permissions-management-needs-constraint",
        sentence="No policy allows to change just any permissions",
        why="Whoever manages permissions decides what everybody may do, the public included.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="name the resources whose permissions are managed, or add a condition"),
        rows=(239,),
    ),
    withholding(SHARING),
)

RULES: Final[tuple[Rule, ...]] = (NO_CREDENTIALS, NO_EXFILTRATION, NO_SHARING)
