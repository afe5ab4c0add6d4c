"""Judgements about EKS, nodes and ECR that one changed field cannot show: outputs, neighbours, and what is right."""

import base64
from typing import Any

import pytest

from pavedroad.governance import Opaque, Resource, Verdict
from tests.support.planned import planned, urn, verdict

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
NAT = "aws:ec2/natGateway:NatGateway"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
REPOSITORY = "aws:ecr/repository:Repository"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
UNKNOWN = Opaque.UNKNOWN
EVERYBODY = '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "ecr:*"}}'
OWN_ORGANIZATION = (
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*", '
    '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}]}'
)


def node_group(*subnets: str) -> Resource:
    return planned(
        NODE_GROUP,
        "nodes",
        made_from={"subnetIds": tuple(urn(SUBNET, each) for each in subnets)},
        subnetIds=[UNKNOWN for _ in subnets],
    )


def routed(subnet: str, gateway: str) -> tuple[Resource, ...]:
    """A subnet whose route table sends everything to a gateway; every identifier is still unknown."""
    field = "gatewayId" if gateway == GATEWAY else "natGatewayId"
    return (
        planned(SUBNET, subnet),
        planned(
            TABLE,
            subnet,
            made_from={"routes": (urn(gateway, "way-out"),)},
            routes=[{"cidrBlock": "0.0.0.0/0", field: UNKNOWN}],
        ),
        planned(
            ASSOCIATION,
            subnet,
            made_from={"subnetId": (urn(SUBNET, subnet),), "routeTableId": (urn(TABLE, subnet),)},
            subnetId=UNKNOWN,
            routeTableId=UNKNOWN,
        ),
    )


@pytest.mark.parametrize(("gateway", "said"), [(NAT, Verdict.PASS), (GATEWAY, Verdict.FAIL)])
def test_a_subnet_is_public_where_its_table_leads_to_an_internet_gateway(gateway: str, said: Verdict) -> None:
    stack = (node_group("a"), *routed("a", gateway))
    assert verdict("eks-nodes-in-private-subnets", *stack) is said


def test_one_public_subnet_among_private_ones_is_found() -> None:
    stack = (node_group("a", "b"), *routed("a", NAT), *routed("b", GATEWAY))
    assert verdict("eks-nodes-in-private-subnets", *stack) is Verdict.FAIL


def test_the_public_subnet_of_somebody_else_is_no_matter() -> None:
    stack = (node_group("a"), *routed("a", NAT), *routed("b", GATEWAY))
    assert verdict("eks-nodes-in-private-subnets", *stack) is Verdict.PASS


@pytest.mark.parametrize("subnets", [["subnet-elsewhere"], [UNKNOWN], UNKNOWN])
def test_nothing_is_known_of_a_subnet_that_stands_elsewhere(subnets: object) -> None:
    group = planned(NODE_GROUP, "nodes", subnetIds=subnets)
    assert verdict("eks-nodes-in-private-subnets", group, *routed("a", GATEWAY)) is Verdict.NOT_EVALUATED


def attachment(name: str, policy: object, **made_from: str) -> Resource:
    references = {"role": (urn(ROLE, "nodes"),)} | {field: (each,) for field, each in made_from.items()}
    return planned(ATTACHMENT, name, made_from=references, role=UNKNOWN, policyArn=policy)


WORKER = attachment("worker", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy")
PULLS = attachment("pulls", "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly")
PLUGIN = attachment("plugin", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy")
S3 = attachment("s3", "arn:aws:iam::aws:policy/AmazonS3FullAccess")


def test_the_usual_policies_of_nodes_may_be_attached_to_their_role() -> None:
    stack = (planned(ROLE, "nodes"), WORKER, PULLS, PLUGIN)
    assert verdict("eks-node-roles-for-nodes-only", *stack) is Verdict.PASS
    assert verdict("eks-node-roles-pull-only", *stack) is Verdict.PASS


def test_a_role_that_no_node_takes_may_hold_anything() -> None:
    assert verdict("eks-node-roles-for-nodes-only", planned(ROLE, "nodes"), S3) is Verdict.PASS


def test_a_role_is_for_nodes_where_the_policy_of_workers_is_attached_to_it() -> None:
    assert verdict("eks-node-roles-for-nodes-only", planned(ROLE, "nodes"), WORKER, S3) is Verdict.FAIL


def test_a_policy_of_ones_own_on_the_role_of_nodes_is_meant_for_pods() -> None:
    own = attachment("own", UNKNOWN, policyArn=urn(POLICY, "orders"))
    assert verdict("eks-node-roles-for-nodes-only", planned(ROLE, "nodes"), WORKER, own) is Verdict.FAIL
    assert verdict("eks-node-roles-pull-only", planned(ROLE, "nodes"), WORKER, own) is Verdict.NOT_EVALUATED


@pytest.mark.parametrize(
    "script",
    [
        'TOKEN=$(curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest)',
        'curl -H "X-aws-ec2-metadata-token: $TOKEN" http://169.254.169.254/latest/meta-data/',
        "DB_PASSWORD_FILE=/run/secrets/db",
        "export API_TOKEN=`aws ssm get-parameter --name token`",
        "password: {{ lookup('db') }}",
        "# the secret is fetched from Secrets Manager\nset -e\n/etc/eks/bootstrap.sh shop --b64-cluster-ca AAAA",
        "",
    ],
)
@pytest.mark.parametrize("encode", [str, lambda text: base64.b64encode(text.encode()).decode()])
def test_a_script_that_fetches_its_secrets_holds_none(script: str, encode: Any) -> None:
    machine = planned(INSTANCE, "web", userData=encode(script))
    assert verdict("user-data-without-secrets", machine) is Verdict.PASS


@pytest.mark.parametrize(
    "script",
    [
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        'echo \'{"password": "hunter2"}\' > /etc/app.json',
        "vault login --token s.abcdef",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n",
    ],
)
@pytest.mark.parametrize("field", ["userData", "userDataBase64"])
def test_a_secret_in_a_script_is_found_however_it_is_written(script: str, field: str) -> None:
    given: dict[str, Any] = {field: base64.b64encode(script.encode()).decode()}
    assert verdict("user-data-without-secrets", planned(INSTANCE, "web", **given)) is Verdict.FAIL


def test_a_script_that_is_a_secret_itself_holds_one() -> None:
    machine = planned(TEMPLATE, "web", userData=Opaque.SECRET)
    assert verdict("user-data-without-secrets", machine) is Verdict.FAIL


def test_a_lifecycle_policy_is_found_by_the_output_that_it_names() -> None:
    repositories = planned(REPOSITORY, "web"), planned(REPOSITORY, "worker")
    policy = planned(
        LIFECYCLE, "web", made_from={"repository": (repositories[0].urn,)}, repository=UNKNOWN, policy="{}"
    )
    assert verdict("ecr-images-expire", *repositories, policy) is Verdict.PASS
    assert verdict("ecr-images-expire", repositories[1], repositories[0], policy) is Verdict.FAIL


def test_what_completes_a_repository_may_stand_in_another_slice() -> None:
    repository = planned(REPOSITORY, "web", name="web")
    assert verdict("ecr-images-expire", repository) is Verdict.FAIL
    assert verdict("ecr-images-expire", repository, whole=False) is Verdict.NOT_EVALUATED


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (EVERYBODY, Verdict.FAIL),
        (OWN_ORGANIZATION, Verdict.PASS),
        ("not JSON", Verdict.FAIL),
        (UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_the_policy_of_a_repository_is_read_as_text(policy: object, said: Verdict) -> None:
    assert verdict("ecr-policies-not-public", planned(REPOSITORY_POLICY, "web", policy=policy)) is said


@pytest.mark.parametrize("version", [None, "1.32", "1.34", "2.0"])
def test_a_supported_version_or_the_newest_by_default_is_fine(version: str | None) -> None:
    assert verdict("eks-version-supported", planned(CLUSTER, "shop", version=version)) is Verdict.PASS


def test_a_key_that_another_resource_makes_is_not_known_before_it_is_there() -> None:
    cluster = planned(
        CLUSTER, "shop", encryptionConfig={"resources": ["secrets"], "provider": {"keyArn": UNKNOWN}}
    )
    assert verdict("eks-secrets-encrypted", cluster) is Verdict.NOT_EVALUATED
    assert verdict("eks-secrets-encrypted", planned(CLUSTER, "shop")) is Verdict.FAIL
