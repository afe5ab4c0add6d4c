"""The stack that watches everything: metrics, alerts and dashboards, in namespaces of its own."""

from components.observability.stack import declare_observability

__all__ = ["declare_observability"]
