"""The sandbox's Kubernetes provider: a Pulumi plugin for machines where the official one cannot be had.

Promise: it speaks the engine's ResourceProvider protocol and does what the official pulumi-kubernetes v4 does:
the same server-side apply under a field manager of its own per resource, the same outputs, replacements,
automatic names and waiting. What it cannot do (Helm, YAML and Kustomize resources, client-side apply) it refuses
by name. It writes nothing but its port to standard output; no kubeconfig and no secret shows in an error.

Modules:
    serve: the gRPC server; servicer: the protocol's calls; lifecycle: create, read, update and delete.
    config, kinds, properties, annotations: what the engine and the program say.
    naming, normalise, quantity, diff, immutable: pure rules.
    ownership: who manages which field; cluster: the API server; awaiting: until ready, until gone.

Run as `python -m pavedroad.sandbox.provider ENGINE_ADDRESS`.
"""
