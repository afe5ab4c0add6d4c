"""The sandbox's Kubernetes provider: a Pulumi plugin for machines where the official one cannot be had.

Promise: it speaks the engine's ResourceProvider protocol and does what the official pulumi-kubernetes v4 does:
the same server-side apply under a field manager of its own per resource, the same outputs, replacements,
automatic names and waiting. What it cannot do (Helm, YAML and Kustomize resources, client-side apply) it refuses
by name. It writes nothing but its port to standard output; no kubeconfig and no secret shows in an error.

Modules:
    serve, servicer, answers, engine_log, quick_start: the plugin's process and the protocol.
    checking, comparing, resources, reading: check, diff, create, update, delete and read.
    session, config, kinds, annotations, properties, outputs: what the engine and the program say.
    naming, normalise, quantity, diff, immutable, ownership, redaction: pure rules.
    lifecycle, cluster, awaiting: the API server; until ready, until gone.

Run as `python -m pavedroad.sandbox.provider ENGINE_ADDRESS`.
"""
