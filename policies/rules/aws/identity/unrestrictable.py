"""Actions that change something and can be granted on every resource only.

Facts from AWS' Service Authorization Reference: the actions of the level Write, Tagging or Permissions management for
which it names no type of resource, of the services that platforms and their services use most.
"""

from collections.abc import Mapping
from typing import Final

_BY_SERVICE: Final[Mapping[str, str]] = {
    "acm": "PutAccountConfiguration RequestCertificate",
    "autoscaling": "PutAccountSetting",
    "backup": (
        "DeleteBackupAccessPoint PutRestoreValidationResult StopBackupJob UpdateGlobalSettings "
        "UpdateRegionSettings"
    ),
    "cloudformation": (
        "ActivateOrganizationsAccess ActivateType CancelResourceRequest CreateGeneratedTemplate "
        "CreateResource CreateStackSet CreateUploadBucket DeactivateOrganizationsAccess DeactivateType "
        "DeleteGeneratedTemplate DeleteResource DeregisterType PublishType RegisterPublisher RegisterType "
        "SetTypeConfiguration SetTypeDefaultVersion StartResourceScan TestType UpdateGeneratedTemplate "
        "UpdateResource"
    ),
    "cloudfront": (
        "CreateAnycastIpList CreateCachePolicy CreateCloudFrontOriginAccessIdentity CreateConnectionFunction "
        "CreateConnectionGroup CreateContinuousDeploymentPolicy CreateDistribution CreateDistributionTenant "
        "CreateFieldLevelEncryptionConfig CreateFieldLevelEncryptionProfile CreateFunction CreateKeyGroup "
        "CreateKeyValueStore CreateMonitoringSubscription CreateOriginAccessControl CreateOriginRequestPolicy "
        "CreatePublicKey CreateRealtimeLogConfig CreateResponseHeadersPolicy CreateSavingsPlan "
        "CreateStreamingDistribution CreateStreamingDistributionWithTags CreateTrustStore CreateVpcOrigin "
        "DeleteKeyGroup DeleteMonitoringSubscription DeletePublicKey UpdateFieldLevelEncryptionConfig "
        "UpdateKeyGroup UpdatePublicKey UpdateSavingsPlan"
    ),
    "cloudtrail": (
        "DeregisterOrganizationDelegatedAdmin RegisterOrganizationDelegatedAdmin StartImport StopImport"
    ),
    "cloudwatch": (
        "CreateServiceLevelObjective DeleteAnomalyDetector EnableTopologyDiscovery Link PutAnomalyDetector "
        "PutManagedInsightRules PutMetricData"
    ),
    "codebuild": "DeleteOAuthToken DeleteSourceCredentials ImportSourceCredentials PersistOAuthToken",
    "cognito-idp": (
        "AssociateSoftwareToken ChangePassword ConfirmDevice ConfirmForgotPassword ConfirmSignUp "
        "CreateUserPool DeleteUser DeleteUserAttributes ForgetDevice ForgotPassword GlobalSignOut "
        "InitiateAuth ResendConfirmationCode RespondToAuthChallenge RevokeToken SetUserMFAPreference "
        "SetUserSettings SignUp UpdateDeviceStatus UpdateUserAttributes VerifySoftwareToken "
        "VerifyUserAttribute"
    ),
    "config": (
        "DeleteDeliveryChannel DeletePendingAggregationRequest DeleteRemediationExceptions "
        "DeleteResourceConfig DeleteRetentionConfiguration PutDeliveryChannel PutEvaluations "
        "PutRemediationExceptions PutResourceConfig PutRetentionConfiguration "
        "PutServiceLinkedConfigurationRecorder StartRemediationExecution StartResourceEvaluation"
    ),
    "dynamodb": "InjectError PurchaseReservedCapacityOfferings UpdateAbacStatus",
    "ec2": (
        "AdvertiseByoipCidr AssociateIpamByoasn AssociateTrunkInterface BundleInstance CancelBundleTask "
        "CancelConversionTask CancelReservedInstancesListing ConfirmProductInstance CreateDefaultSubnet "
        "CreateDefaultVpc CreateReservedInstancesListing CreateSpotDatafeedSubscription "
        "DeleteSpotDatafeedSubscription DeleteSubnetCidrReservation DeprovisionByoipCidr "
        "DeregisterInstanceEventNotificationAttributes DisableAllowedImagesSettings "
        "DisableAwsNetworkPerformanceMetricSubscription DisableCapacityManager DisableEbsEncryptionByDefault "
        "DisableImageBlockPublicAccess DisableIpamOrganizationAdminAccount DisableSerialConsoleAccess "
        "DisableSnapshotBlockPublicAccess DisassociateIpamByoasn DisassociateTrunkInterface "
        "EnableAllowedImagesSettings EnableAwsNetworkPerformanceMetricSubscription EnableCapacityManager "
        "EnableEbsEncryptionByDefault EnableImageBlockPublicAccess EnableIpamOrganizationAdminAccount "
        "EnableReachabilityAnalyzerOrganizationSharing EnableSerialConsoleAccess "
        "EnableSnapshotBlockPublicAccess ExportTransitGatewayRoutes InjectApiError "
        "ModifyAvailabilityZoneGroup ModifyDefaultCreditSpecification ModifyEbsDefaultKmsKeyId ModifyIdFormat "
        "ModifyIdentityIdFormat ModifyInstanceMetadataDefaults ModifyVpcBlockPublicAccessOptions "
        "MoveAddressToVpc ProvisionByoipCidr PurchaseReservedInstancesOffering PurchaseScheduledInstances "
        "RegisterInstanceEventNotificationAttributes ReplaceImageCriteriaInAllowedImagesSettings "
        "ResetEbsDefaultKmsKeyId RestoreAddressToClassic RunScheduledInstances "
        "UpdateCapacityManagerOrganizationsAccess WithdrawByoipCidr"
    ),
    "ecr": (
        "CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule "
        "DeleteRegistryPolicy DeleteRepositoryCreationTemplate DeleteSigningConfiguration "
        "DeregisterPullTimeUpdateExclusion PutAccountSetting PutRegistryPolicy "
        "PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration "
        "RegisterPullTimeUpdateExclusion UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate"
    ),
    "ecs": (
        "DeleteAccountSetting DeregisterTaskDefinition DiscoverPollEndpoint PutAccountSetting "
        "PutAccountSettingDefault"
    ),
    "eks": "CreateCluster CreateEksAnywhereSubscription RegisterCluster",
    "elasticfilesystem": "CreateFileSystem PutAccountPreferences",
    "elasticloadbalancing": "AllowVendedLogDeliveryForResource SetWebAcl",
    "events": "PutPartnerEvents PutPermission RemovePermission",
    "glue": (
        "CreateClassifier CreateCrawler CreateCustomEntityType CreateDataQualityRuleset CreateDevEndpoint "
        "CreateGlueIdentityCenterConfiguration CreateInboundIntegration CreateMLTransform CreateScript "
        "CreateSecurityConfiguration DeleteClassifier DeleteCustomEntityType "
        "DeleteGlueIdentityCenterConfiguration DeleteSecurityConfiguration DeregisterDataPreview "
        "GlueNotebookAuthorize GlueNotebookRefreshCredentials RequestLogParsing ResetJobBookmark "
        "RunDataPreviewStatement SendFeedback SendRecipeAction StartCompletion StartCrawlerSchedule "
        "StartNotebook StopCrawlerSchedule TerminateNotebook UpdateClassifier UpdateCrawlerSchedule "
        "UpdateGlueIdentityCenterConfiguration UseGlueStudio"
    ),
    "guardduty": (
        "AcceptAdministratorInvitation AcceptInvitation ArchiveFindings CreateDetector CreateIPSet "
        "CreateMalwareProtectionPlan CreateMembers CreatePublishingDestination CreateSampleFindings "
        "CreateThreatEntitySet CreateThreatIntelSet CreateTrustedEntitySet DeclineInvitations "
        "DeleteInvitations DeleteMembers DisableOrganizationAdminAccount DisassociateFromAdministratorAccount "
        "DisassociateFromMasterAccount DisassociateMembers EnableOrganizationAdminAccount InviteMembers "
        "SendObjectMalwareScan SendSecurityTelemetry StartMalwareScan StartMonitoringMembers "
        "StopMonitoringMembers UnarchiveFindings UpdateFindingsFeedback UpdateMalwareScanSettings "
        "UpdateMemberDetectors UpdateOrganizationConfiguration"
    ),
    "iam": (
        "CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy DeleteCloudFrontPublicKey "
        "DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions "
        "DisableOutboundWebIdentityFederation EnableOrganizationsRootCredentialsManagement "
        "EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation SetSTSRegionalEndpointStatus "
        "SetSecurityTokenServicePreferences UpdateAccountEmailAddress UpdateAccountName "
        "UpdateAccountPasswordPolicy UpdateCloudFrontPublicKey UploadCloudFrontPublicKey"
    ),
    "kinesis": (
        "DisableEnhancedMonitoring EnableEnhancedMonitoring InjectApiError UpdateAccountSettings "
        "UpdateShardCount UpdateStreamMode"
    ),
    "kms": (
        "ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DisconnectCustomKeyStore "
        "GenerateRandom UpdateCustomKeyStore"
    ),
    "lambda": "CreateCodeSigningConfig CreateEventSourceMapping",
    "logs": (
        "AssociateSourceToS3TableIntegration CallWithBearerToken CancelExportTask CancelImportTask "
        "CreateImportTask CreateLogDelivery DeleteAccountPolicy DeleteIndexPolicy DeleteIntegration "
        "DeleteLogDelivery DeletePipelineRule DeleteQueryDefinition DeleteResourcePolicy "
        "DisassociateSourceFromS3TableIntegration Link PutAccountPolicy PutIndexPolicy PutIntegration "
        "PutPipelineRule PutQueryDefinition PutResourcePolicy UpdateLogDelivery"
    ),
    "mq": "CreateBroker CreateConfiguration",
    "organizations": (
        "CreateAccount CreateGovCloudAccount CreateOrganization CreatePolicy DeleteOrganization "
        "DeleteResourcePolicy DisableAWSServiceAccess EnableAWSServiceAccess EnableAllFeatures "
        "LeaveOrganization"
    ),
    "rds": (
        "CancelExportTask CreateDBProxy CrossRegionCommunication ModifyCertificates ModifyDBRecommendation "
        "ModifyRecommendation"
    ),
    "redshift": (
        "AcceptReservedNodeExchange AddPartner AuthorizeEndpointAccess CancelQuery CancelQuerySession "
        "CreateAuthenticationProfile CreateEndpointAccess CreateInboundIntegration CreateQev2IdcApplication "
        "CreateRedshiftIdcApplication CreateSavedQuery CreateScheduledAction DeleteAuthenticationProfile "
        "DeleteEndpointAccess DeletePartner DeleteSavedQueries DeleteScheduledAction DeregisterNamespace "
        "ExecuteQuery ModifyAuthenticationProfile ModifyEndpointAccess ModifySavedQuery ModifyScheduledAction "
        "PurchaseReservedNodeOffering RegisterNamespace RevokeEndpointAccess UpdatePartnerStatus"
    ),
    "route53": (
        "CreateCidrCollection CreateHealthCheck CreateHostedZone CreateReusableDelegationSet "
        "CreateTrafficPolicy"
    ),
    "s3": (
        "CreateJob CreateStorageLensGroup PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock "
        "PutStorageLensConfiguration"
    ),
    "securityhub": (
        "BatchUpdateStandardsControlAssociations ConnectorRegistrationsV2 CreateAggregatorV2 "
        "CreateAutomationRule CreateAutomationRuleV2 CreateConfigurationPolicy CreateConnectorV2 "
        "CreateFindingAggregator DisableSecurityHubV2 EnableSecurityHubV2 UpdateSecurityControl"
    ),
    "servicediscovery": (
        "CreateHttpNamespace CreatePrivateDnsNamespace CreatePublicDnsNamespace TagResource UntagResource"
    ),
    "ses": (
        "CloneReceiptRuleSet CreateAddonInstance CreateAddonSubscription CreateAddressList CreateArchive "
        "CreateConfigurationSetTrackingOptions CreateExportJob CreateImportJob CreateIngressPoint "
        "CreateMultiRegionEndpoint CreateReceiptFilter CreateReceiptRule CreateReceiptRuleSet CreateRelay "
        "CreateRuleSet CreateTemplate CreateTrafficPolicy DeleteConfigurationSetTrackingOptions "
        "DeleteIdentity DeleteIdentityPolicy DeleteReceiptFilter DeleteReceiptRule DeleteReceiptRuleSet "
        "DeleteSuppressedDestination DeleteTemplate DeleteVerifiedEmailAddress "
        "PutAccountDedicatedIpWarmupAttributes PutAccountDetails PutAccountSendingAttributes "
        "PutAccountSuppressionAttributes PutAccountVdmAttributes PutDedicatedIpWarmupAttributes "
        "PutDeliverabilityDashboardOption PutIdentityPolicy PutSuppressedDestination ReorderReceiptRuleSet "
        "SetActiveReceiptRuleSet SetIdentityDkimEnabled SetIdentityFeedbackForwardingEnabled "
        "SetIdentityHeadersInNotificationsEnabled SetIdentityMailFromDomain SetIdentityNotificationTopic "
        "SetReceiptRulePosition TestRenderTemplate UpdateAccountSendingEnabled "
        "UpdateConfigurationSetReputationMetricsEnabled UpdateConfigurationSetSendingEnabled "
        "UpdateConfigurationSetTrackingOptions UpdateReceiptRule UpdateTemplate VerifyDomainDkim "
        "VerifyDomainIdentity VerifyEmailAddress VerifyEmailIdentity"
    ),
    "sns": (
        "CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber DeleteEndpoint "
        "DeletePlatformApplication DeleteSMSSandboxPhoneNumber OptInPhoneNumber SetEndpointAttributes "
        "SetPlatformApplicationAttributes SetSMSAttributes SetSubscriptionAttributes Unsubscribe "
        "VerifySMSSandboxPhoneNumber"
    ),
    "ssm": (
        "CancelCommand CreateActivation CreateMaintenanceWindow CreateOpsItem CreateOpsMetadata "
        "CreatePatchBaseline DeleteActivation DeleteInventory PutConfigurePackageResult PutInventory "
        "RegisterManagedInstance"
    ),
    "states": "InvokeHTTPEndpoint SendTaskFailure SendTaskHeartbeat SendTaskSuccess TestState",
    "sts": "DecodeAuthorizationMessage TagGetWebIdentityToken",
    "synthetics": "CreateCanary CreateGroup",
    "wafv2": "CreateAPIKey DeleteAPIKey",
    "xray": (
        "DeleteResourcePolicy Link PutEncryptionConfig PutResourcePolicy PutSpans PutSpansForIndexing "
        "PutTelemetryRecords PutTraceSegments UpdateIndexingRule UpdateTraceSegmentDestination"
    ),
}

WHOLE_SERVICES: Final = frozenset({"ec2messages", "route53domains", "ssmmessages", "support", "tag"})
"""Services none of whose actions can be restricted to a resource."""

UNRESTRICTABLE: Final = frozenset(
    f"{service}:{name}".lower() for service, names in _BY_SERVICE.items() for name in names.split()
)
"""The actions, in lower case."""
