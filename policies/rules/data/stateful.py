"""What keeps data: the types whose deletion loses something that no program can make again."""

from typing import Final

KUBERNETES_STATEFUL: Final = frozenset(
    {
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:cassandra.datastax.com/v1beta1:CassandraDatacenter",
        "kubernetes:core/v1:PersistentVolume",
        "kubernetes:core/v1:PersistentVolumeClaim",
        "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
        "kubernetes:kafka.strimzi.io/v1:Kafka",
        "kubernetes:kafka.strimzi.io/v1:KafkaNodePool",
        "kubernetes:mongodbcommunity.mongodb.com/v1:MongoDBCommunity",
        "kubernetes:mysql.oracle.com/v2:InnoDBCluster",
        "kubernetes:postgresql.cnpg.io/v1:Cluster",
        "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB",
        "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster",
        "kubernetes:valkey.io/v1alpha1:ValkeyCluster",
    }
)
"""Volumes, and what an operator keeps on them; what sits inside one of these (a topic, a database) is kept by it."""

AWS_STATEFUL: Final = frozenset(
    {
        "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
        "aws:backup/vault:Vault",
        "aws:cognito/userPool:UserPool",
        "aws:docdb/cluster:Cluster",
        "aws:docdb/elasticCluster:ElasticCluster",
        "aws:docdb/globalCluster:GlobalCluster",
        "aws:dsql/cluster:Cluster",
        "aws:dynamodb/globalTable:GlobalTable",
        "aws:dynamodb/table:Table",
        "aws:ebs/volume:Volume",
        "aws:efs/fileSystem:FileSystem",
        "aws:elasticache/cluster:Cluster",
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:elasticache/serverlessCache:ServerlessCache",
        "aws:elasticsearch/domain:Domain",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        "aws:fsx/ontapFileSystem:OntapFileSystem",
        "aws:fsx/ontapVolume:OntapVolume",
        "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
        "aws:fsx/openZfsVolume:OpenZfsVolume",
        "aws:fsx/windowsFileSystem:WindowsFileSystem",
        "aws:glacier/vault:Vault",
        "aws:keyspaces/keyspace:Keyspace",
        "aws:keyspaces/table:Table",
        "aws:kinesis/stream:Stream",
        "aws:kms/externalKey:ExternalKey",
        "aws:kms/key:Key",
        "aws:kms/replicaExternalKey:ReplicaExternalKey",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:lightsail/database:Database",
        "aws:memorydb/cluster:Cluster",
        "aws:memorydb/multiRegionCluster:MultiRegionCluster",
        "aws:mq/broker:Broker",
        "aws:msk/cluster:Cluster",
        "aws:msk/serverlessCluster:ServerlessCluster",
        "aws:neptune/cluster:Cluster",
        "aws:neptune/globalCluster:GlobalCluster",
        "aws:neptunegraph/graph:Graph",
        "aws:opensearch/domain:Domain",
        "aws:opensearch/serverlessCollection:ServerlessCollection",
        "aws:qldb/ledger:Ledger",
        "aws:rds/cluster:Cluster",
        "aws:rds/globalCluster:GlobalCluster",
        "aws:rds/instance:Instance",
        "aws:redshift/cluster:Cluster",
        "aws:redshiftserverless/namespace:Namespace",
        "aws:s3/bucket:Bucket",
        "aws:s3/directoryBucket:DirectoryBucket",
        "aws:s3/vectorsVectorBucket:VectorsVectorBucket",
        "aws:s3tables/table:Table",
        "aws:s3tables/tableBucket:TableBucket",
        "aws:secretsmanager/secret:Secret",
        "aws:timestreaminfluxdb/dbCluster:DbCluster",
        "aws:timestreaminfluxdb/dbInstance:DbInstance",
        "aws:timestreamwrite/database:Database",
        "aws:timestreamwrite/table:Table",
    }
)
"""Databases, caches, streams, file systems and buckets; keys and secrets, without which the rest cannot be read."""

STATEFUL: Final = KUBERNETES_STATEFUL | AWS_STATEFUL
"""The type tokens of everything that keeps data."""
