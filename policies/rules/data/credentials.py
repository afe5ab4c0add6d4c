"""Rules about credentials in properties: the engine must know them as secrets, else its state holds them in clear."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Opaque,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Truth,
    all_of,
)
from pavedroad.governance.truth import NO, YES, open_at

CREDENTIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:acm/certificate:Certificate": ("privateKey", "privateKeyWo"),
    "aws:amplify/app:App": ("accessToken", "basicAuthCredentials", "oauthToken"),
    "aws:amplify/branch:Branch": ("basicAuthCredentials",),
    "aws:apigateway/apiKey:ApiKey": ("value",),
    "aws:apigateway/domainName:DomainName": ("certificatePrivateKey",),
    "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider": ("apiKey", "apiKeyWo"),
    "aws:cloudwatch/eventConnection:EventConnection": (
        "authParameters.apiKey.value",
        "authParameters.basic.password",
        "authParameters.oauth.clientParameters.clientSecret",
    ),
    "aws:codebuild/sourceCredential:SourceCredential": ("token",),
    "aws:cognito/identityProvider:IdentityProvider": ("providerDetails.client_secret",),
    "aws:cognito/user:User": ("password", "temporaryPassword"),
    "aws:connect/user:User": ("password",),
    "aws:datasync/locationFsxWindows:LocationFsxWindows": ("password",),
    "aws:datasync/locationObjectStorage:LocationObjectStorage": ("secretKey",),
    "aws:datasync/locationSmb:LocationSmb": ("password",),
    "aws:directoryservice/directory:Directory": ("password",),
    "aws:directoryservice/radiusSettings:RadiusSettings": ("sharedSecret",),
    "aws:dms/endpoint:Endpoint": (
        "password",
        "kafkaSettings.saslPassword",
        "kafkaSettings.sslClientKeyPassword",
        "redisSettings.authPassword",
    ),
    "aws:docdb/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:docdb/elasticCluster:ElasticCluster": ("adminUserPassword",),
    "aws:ec2/vpnConnection:VpnConnection": ("tunnel1PresharedKey", "tunnel2PresharedKey"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken", "authTokenWo"),
    "aws:elasticache/user:User": ("passwords", "passwordsWo", "authenticationMode.passwords"),
    "aws:fsx/ontapFileSystem:OntapFileSystem": ("fsxAdminPassword",),
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": (
        "svmAdminPassword",
        "activeDirectoryConfiguration.selfManagedActiveDirectoryConfiguration.password",
    ),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": ("selfManagedActiveDirectory.password",),
    "aws:glue/connection:Connection": ("connectionProperties.PASSWORD",),
    "aws:iam/serverCertificate:ServerCertificate": ("privateKey",),
    "aws:kms/ciphertext:Ciphertext": ("plaintext", "plaintextWo"),
    "aws:kms/externalKey:ExternalKey": ("keyMaterialBase64",),
    "aws:kms/replicaExternalKey:ReplicaExternalKey": ("keyMaterialBase64",),
    "aws:lb/listener:Listener": ("defaultActions[].authenticateOidc.clientSecret",),
    "aws:lb/listenerRule:ListenerRule": ("actions[].authenticateOidc.clientSecret",),
    "aws:lightsail/database:Database": ("masterPassword",),
    "aws:memorydb/user:User": ("authenticationMode.passwords",),
    "aws:mq/broker:Broker": ("users[].password", "ldapServerMetadata.serviceAccountPassword"),
    "aws:opensearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:elasticsearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:quicksight/dataSource:DataSource": ("credentials.credentialPair.password",),
    "aws:rds/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:rds/instance:Instance": ("password", "passwordWo"),
    "aws:redshift/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:redshift/hsmConfiguration:HsmConfiguration": ("hsmPartitionPassword",),
    "aws:redshiftserverless/namespace:Namespace": ("adminUserPassword", "adminUserPasswordWo"),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretBinary", "secretString", "secretStringWo"),
    "aws:sns/platformApplication:PlatformApplication": ("platformCredential",),
    "aws:storagegateway/fileSystemAssociation:FileSystemAssociation": ("password",),
    "aws:storagegateway/gateway:Gateway": ("smbGuestPassword", "smbActiveDirectorySettings.password"),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": ("password",),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": ("password",),
    "aws:transfer/certificate:Certificate": ("privateKey",),
    "aws:transfer/hostKey:HostKey": ("hostKeyBody", "hostKeyBodyWo"),
    "aws:transfer/server:Server": ("hostKey",),
    "aws:workmail/user:User": ("password",),
    "kubernetes:core/v1:Secret": ("data", "stringData"),
    "pulumi:providers:aws": ("secretKey", "token"),
    "pulumi:providers:kubernetes": ("kubeconfig",),
}
"""The properties that hold credentials, by type; of a mapping or a list, everything in it."""

_SSM_PARAMETER: Final = "aws:ssm/parameter:Parameter"
_SSM_VALUES: Final = ("value", "valueWo")
_KUBERNETES_PROVIDER: Final = "pulumi:providers:kubernetes"
_CONTENT: Final = ("\n", "{")
"""What a kubeconfig holds and the path of one does not."""


def _secret(resource: Resource) -> Iterator[Duty]:
    for path in _credential_paths(resource):
        for part in resource.properties.every(path):
            yield Duty(resource, _kept_secret(resource, part), f"{part.path} must be marked as secret")


def _credential_paths(resource: Resource) -> tuple[str, ...]:
    """Find where ``resource`` keeps credentials, or would, where it is not known whether it does."""
    properties = resource.properties
    if resource.type == _SSM_PARAMETER:
        return () if properties.text("type").satisfies(_is_plain).holds else _SSM_VALUES
    if resource.type == _KUBERNETES_PROVIDER and properties.text("kubeconfig").satisfies(_is_path).holds:
        return ()
    return CREDENTIALS[resource.type]


def _is_plain(parameter_type: str) -> bool:
    return parameter_type in ("String", "StringList")


def _is_path(kubeconfig: str) -> bool:
    return not any(each in kubeconfig for each in _CONTENT)


def _kept_secret(resource: Resource, part: Properties) -> Truth:
    """Whether the engine keeps all of ``part`` secret: itself, what holds it, or everything in it."""
    if part.value in (None, "", Opaque.SECRET) or _marked(resource, part.path):
        return YES
    if isinstance(part.value, dict):
        return all_of(*(_kept_secret(resource, inner) for _, inner in part.entries()))
    if isinstance(part.value, list):
        return all_of(*(_kept_secret(resource, inner) for inner in part.items()))
    if part.value is Opaque.UNKNOWN or resource.secrets is None:
        return open_at(part.path)
    return NO


def _marked(resource: Resource, path: str) -> bool:
    """Whether the property at ``path``, or anything that it stands in, is marked as secret."""
    marked = resource.secrets or ()
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in marked)


CREDENTIALS_SECRET: Final = ResourceRule(
    Control(
        identifier="credentials-marked-secret",
        sentence="Every property that holds a credential is known to the engine as a secret",
        why="A value that is not marked stands in clear in the state, in its history and in what a preview prints.",
        severity=Severity.CRITICAL,
        resource_types=frozenset({*CREDENTIALS, _SSM_PARAMETER}),
        fix=Fix(
            descriptor="name the credential under `secrets`; the platform never puts its value into the state",
            pulumi="take the value from Config.require_secret, or wrap it in pulumi.Output.secret",
        ),
        rows=(289,),
    ),
    _secret,
)

RULES: Final = (CREDENTIALS_SECRET,)
