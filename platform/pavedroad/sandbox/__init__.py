"""The embedded default: a real Kubernetes API server on this machine, without containers or credentials.

Promise: what starts here listens on the loopback interface and on sockets in its own folder only, keeps all it
writes below the state folder it is given, and outlives neither `stop` nor `reset`. Nothing in this package
imports the Pulumi program, its components or its policies.

Modules:
    control_plane: start, stop, reset, look at and repair the cluster.
    crds: register the custom kinds the platform uses.
    api: the HTTP client for any Kubernetes API server.

Names are imported from those modules, not from here: `paved --help` must not pay for an HTTP client.
"""
