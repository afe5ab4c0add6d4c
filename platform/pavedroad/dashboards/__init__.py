"""Dashboards as data: what each one shows, and the JSON that Grafana reads.

Pure: a subject (a service, a store, a broker) goes in, a :class:`Dashboard` comes out, and :func:`document` writes it
in Grafana's classic schema, which every Grafana since 11 loads. The conventions of Grafana's dashboard linter hold:
data sources are variables, every panel has a title, a description and a unit, every rate uses ``$__rate_interval``.
"""

from pavedroad.dashboards.account import AccountSubject, Measure, Thing, account_dashboard
from pavedroad.dashboards.brokers import BrokerSubject, broker_dashboard
from pavedroad.dashboards.cluster import cluster_dashboard
from pavedroad.dashboards.document import document
from pavedroad.dashboards.gateway import gateway_dashboard
from pavedroad.dashboards.health import health_dashboard
from pavedroad.dashboards.mesh import mesh_dashboard
from pavedroad.dashboards.model import Dashboard, Link, Panel, Query, Row, Variable
from pavedroad.dashboards.service import ServiceSubject, service_dashboard
from pavedroad.dashboards.slos import slo_dashboard
from pavedroad.dashboards.stores import StoreSubject, store_dashboard
from pavedroad.dashboards.uids import account_uid, broker_uid, service_uid, store_uid

__all__ = [
    "AccountSubject",
    "BrokerSubject",
    "Dashboard",
    "Link",
    "Measure",
    "Panel",
    "Query",
    "Row",
    "ServiceSubject",
    "StoreSubject",
    "Thing",
    "Variable",
    "account_dashboard",
    "account_uid",
    "broker_dashboard",
    "broker_uid",
    "cluster_dashboard",
    "document",
    "gateway_dashboard",
    "health_dashboard",
    "mesh_dashboard",
    "service_dashboard",
    "service_uid",
    "slo_dashboard",
    "store_dashboard",
    "store_uid",
]
