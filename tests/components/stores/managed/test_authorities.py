"""Who signs the certificates of managed databases: one root for each region, which the set-up jobs verify by."""

import json
from importlib.resources import files
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pavedroad.rds_authorities import rds_authority
from tests.support.managed import declared, managed

REGIONS = sorted(
    file.name.removesuffix(".pem")
    for file in files("pavedroad.rds_authorities").iterdir()
    if file.name.endswith(".pem")
)

DATABASES = [
    ("postgres", "aurora"),
    ("postgres", "rds"),
    ("mysql", "aurora"),
    ("mysql", "rds"),
    ("mongodb", "documentdb"),
]

VERIFIES = {
    "postgres": ('PGSSLMODE=verify-full PGSSLROOTCERT="$AUTHORITY"', "PGSSLMODE=require"),
    "mysql": ("ssl-mode=VERIFY_IDENTITY\\nssl-ca=%s", "REQUIRED"),
    "mongodb": ("tls=true&tlsCAFile=' + encodeURIComponent(env.AUTHORITY)", "Invalid"),
}
"""By engine: what makes its client check the chain and the host name, and what would keep it from that."""


@pytest.mark.parametrize("region", REGIONS)
def test_each_file_is_the_regions_own_root_and_signed_by_itself(region: str) -> None:
    certificate = x509.load_pem_x509_certificate((rds_authority(region) or "").encode())

    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == f"Amazon RDS {region} Root CA RSA2048 G1"
    assert certificate.issuer == certificate.subject
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert certificate.signature_hash_algorithm is not None
    key.verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )


def test_nobody_is_known_for_a_region_without_a_file() -> None:
    assert rds_authority("mx-central-1") is None


@pytest.mark.parametrize(("engine", "provider"), DATABASES)
def test_the_set_up_job_checks_chain_and_host_by_the_regions_root(engine: str, provider: str) -> None:
    recording = declared(managed(engine, provider=provider))

    (job,) = [each for each in recording.resources if each.type == "kubernetes:batch/v1:Job"]
    pod: dict[str, Any] = job.inputs["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    verifies, gives_up = VERIFIES[engine]
    assert verifies in container["command"][-1]
    assert gives_up not in container["command"][-1]

    (found,) = [each.inputs for each in recording.resources if each.type == "kubernetes:core/v1:ConfigMap"]
    assert found["data"]["authority.pem"] == rds_authority("eu-central-1")
    assert {"name": "files", "configMap": {"name": found["metadata"]["name"]}} in pod["volumes"]
    assert {"name": "files", "mountPath": "/etc/setup"} in container["volumeMounts"]
    assert {"name": "AUTHORITY", "value": "/etc/setup/authority.pem"} in container["env"]


@pytest.mark.parametrize("engine", ["redis", "memcached"])
def test_a_cache_says_nothing_of_the_authorities_of_databases(engine: str) -> None:
    recording = declared(managed(engine, provider="elasticache"))

    assert "BEGIN CERTIFICATE" not in json.dumps([each.inputs for each in recording.resources], default=str)
