"""Facts about types of the AWS provider that no property of a resource tells."""

STATEFUL_TYPES: dict[str, str] = {
    "aws:docdb/cluster:Cluster": "every collection in it is lost, but for a final snapshot",
    "aws:dynamodb/table:Table": "every item in it is lost, but for what can be restored",
    "aws:ecr/repository:Repository": "every image in it is lost",
    "aws:elasticache/replicationGroup:ReplicationGroup": "every key in it is lost, but for a final snapshot",
    "aws:keyspaces/keyspace:Keyspace": "every table in it is lost",
    "aws:kms/key:Key": "whatever it encrypts can never be read again",
    "aws:mq/broker:Broker": "every message in it is lost",
    "aws:msk/cluster:Cluster": "every topic of the cluster is lost",
    "aws:msk/serverlessCluster:ServerlessCluster": "every topic of the cluster is lost",
    "aws:neptune/cluster:Cluster": "the whole graph is lost, but for a final snapshot",
    "aws:rds/cluster:Cluster": "every table in it is lost, but for a final snapshot",
    "aws:rds/instance:Instance": "every table in it is lost, but for a final snapshot",
    "aws:s3/bucket:Bucket": "every object in it is lost",
    "aws:secretsmanager/secret:Secret": "its value is lost once its recovery window is over",
    "aws:sqs/queue:Queue": "every message in it is lost",
}
"""Types that hold data, and what is lost when one of them is deleted or replaced."""
