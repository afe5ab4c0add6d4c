"""Rules about actions by which an identity can give itself more than it has.

The table is our own, of what public research describes: S. Gietzen (Rhino Security Labs), "AWS IAM Privilege
Escalation - Methods and Mitigation"; Bishop Fox, "IAM Vulnerable"; and AWS' own documentation of what each action does.
"""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Rule, Severity, all_of, any_of
from pavedroad.governance.iam import Statement, withheld_by
from policies.rules.aws.identity.holders import TYPES, policies_of

_HAND_OVER: Final = "iam:PassRole"

ESCALATIONS: Final[tuple[tuple[str, ...], ...]] = (
    # Rewriting what oneself, or somebody else, may do.
    ("iam:AddUserToGroup",),
    ("iam:AttachGroupPolicy",),
    ("iam:AttachRolePolicy",),
    ("iam:AttachUserPolicy",),
    ("iam:CreatePolicyVersion",),
    ("iam:DeleteRolePermissionsBoundary",),
    ("iam:DeleteRolePolicy",),
    ("iam:DeleteUserPermissionsBoundary",),
    ("iam:DeleteUserPolicy",),
    ("iam:DetachRolePolicy",),
    ("iam:DetachUserPolicy",),
    ("iam:PutGroupPolicy",),
    ("iam:PutRolePermissionsBoundary",),
    ("iam:PutRolePolicy",),
    ("iam:PutUserPermissionsBoundary",),
    ("iam:PutUserPolicy",),
    ("iam:SetDefaultPolicyVersion",),
    ("iam:UpdateAssumeRolePolicy",),
    # Getting at the credentials of somebody else.
    ("iam:CreateAccessKey",),
    ("iam:CreateLoginProfile",),
    ("iam:UpdateLoginProfile",),
    ("iam:CreateServiceSpecificCredential",),
    ("iam:ResetServiceSpecificCredential",),
    # Running one's own code where a more powerful role is at work already.
    ("lambda:UpdateFunctionCode",),
    ("lambda:UpdateFunctionConfiguration", "lambda:GetLayerVersion"),
    ("glue:UpdateDevEndpoint",),
    ("ssm:SendCommand",),
    ("ssm:StartSession",),
    ("ec2-instance-connect:SendSSHPublicKey",),
    ("sagemaker:CreatePresignedNotebookInstanceUrl",),
    ("codebuild:UpdateProject", "codebuild:StartBuild"),
    ("cloudformation:UpdateStack",),
    ("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
    ("eks:AssociateAccessPolicy", "eks:CreateAccessEntry"),
    # Handing a more powerful role to something that one makes.
    (_HAND_OVER, "apprunner:CreateService"),
    (_HAND_OVER, "autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration"),
    (_HAND_OVER, "batch:RegisterJobDefinition", "batch:SubmitJob"),
    (_HAND_OVER, "cloudformation:CreateStack"),
    (_HAND_OVER, "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    (_HAND_OVER, "codebuild:CreateProject", "codebuild:StartBuild"),
    (_HAND_OVER, "codestar:CreateProject"),
    (_HAND_OVER, "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
    (_HAND_OVER, "ec2:AssociateIamInstanceProfile"),
    (_HAND_OVER, "ec2:RequestSpotInstances"),
    (_HAND_OVER, "ec2:RunInstances"),
    (_HAND_OVER, "ecs:RegisterTaskDefinition", "ecs:CreateService"),
    (_HAND_OVER, "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    (_HAND_OVER, "ecs:RegisterTaskDefinition", "ecs:StartTask"),
    (_HAND_OVER, "glue:CreateDevEndpoint"),
    (_HAND_OVER, "glue:CreateJob", "glue:StartJobRun"),
    (_HAND_OVER, "glue:UpdateJob", "glue:StartJobRun"),
    (_HAND_OVER, "lambda:CreateFunction", "lambda:AddPermission"),
    (_HAND_OVER, "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    (_HAND_OVER, "lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"),
    (_HAND_OVER, "lambda:CreateFunction", "lambda:InvokeFunction"),
    (_HAND_OVER, "sagemaker:CreateNotebookInstance"),
    (_HAND_OVER, "sagemaker:CreateProcessingJob"),
    (_HAND_OVER, "sagemaker:CreateTrainingJob"),
    (_HAND_OVER, "scheduler:CreateSchedule"),
    (_HAND_OVER, "ssm:CreateAssociation"),
    (_HAND_OVER, "ssm:StartAutomationExecution"),
    (_HAND_OVER, "states:CreateStateMachine", "states:StartExecution"),
)
"""Sets of actions that together let whoever has them all on any resource become more than they are."""

_ACTIONS: Final = tuple(dict.fromkeys(action for ways in ESCALATIONS for action in ways))


def _stays_put(resource: Resource) -> Iterator[Duty]:
    for path, policy in policies_of(resource):
        yield from _duties(resource, path, policy)


def _duties(resource: Resource, path: str, policy: tuple[Statement, ...]) -> Iterator[Duty]:
    """Owe each way up that is open, or all of them at once where none surely is."""
    withholds = withheld_by(policy)
    withheld = {action: withholds(action) for action in _ACTIONS}
    closed = {ways: any_of(*(withheld[action] for action in ways)) for ways in ESCALATIONS}
    taken = [ways for ways, met in closed.items() if met.holds is False]
    for ways in taken:
        together = " together with ".join(ways)
        yield Duty(
            resource, closed[ways], f"{path} must not allow {together} on resources that it does not name"
        )
    if not taken:
        yield Duty(
            resource, all_of(*closed.values()), f"{path} must not let its bearer widen their own permissions"
        )


NO_ESCALATION: Final = ResourceRule(
    Control(
        identifier="iam-no-privilege-escalation",
        sentence="No policy lets its bearer give themselves more than it grants",
        why="Such a policy is an administrator's, whatever it looks like.",
        severity=Severity.CRITICAL,
        resource_types=TYPES,
        fix=Fix(pulumi="remove one action of the set, or name the resources that it is needed on"),
        rows=(238,),
    ),
    _stays_put,
)

RULES: Final[tuple[Rule, ...]] = (NO_ESCALATION,)
