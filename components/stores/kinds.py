"""Kinds of objects that stores are made of."""

from __future__ import annotations

from typing import Final

from components.kubernetes import Kind

CONFIG_MAP: Final = Kind("v1", "ConfigMap")
SERVICE: Final = Kind("v1", "Service")
SERVICE_ACCOUNT: Final = Kind("v1", "ServiceAccount")
DEPLOYMENT: Final = Kind("apps/v1", "Deployment")
STATEFUL_SET: Final = Kind("apps/v1", "StatefulSet")
CRON_JOB: Final = Kind("batch/v1", "CronJob")
JOB: Final = Kind("batch/v1", "Job")
DISRUPTION_BUDGET: Final = Kind("policy/v1", "PodDisruptionBudget")
ROLE: Final = Kind("rbac.authorization.k8s.io/v1", "Role")
ROLE_BINDING: Final = Kind("rbac.authorization.k8s.io/v1", "RoleBinding")
EXTERNAL_SECRET: Final = Kind("external-secrets.io/v1", "ExternalSecret")
PASSWORD: Final = Kind("generators.external-secrets.io/v1alpha1", "Password")
