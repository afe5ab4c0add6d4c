"""The sandbox's AWS provider: a Pulumi plugin for machines where the official one cannot be had.

Promise: it speaks the engine's ResourceProvider protocol and maps resources of pulumi-aws 7, by tables, onto boto3
calls to a moto server on this machine, and to nothing else. botocore validates the parameters of every call. What
moto lacks is validated, kept beside the server and said to be accepted, not emulated. A type without a table, and a
property that no table maps, is an error that names it. No secret shows in an error.

Modules:
    servicer, resources, functions: the protocol; `sandbox.provider.serve` runs the process.
    comparing: check and diff.  lifecycle, handlers: create, read, update, delete.
    table, tables, expressions: what is called for each type.  schema: pulumi-aws' properties.
    calls, shapes, settling: parameters, answers, and what of them is no difference.
    account, accepted, config, folder: where AWS is.

Run as `python -m pavedroad.sandbox.aws ENGINE_ADDRESS`.
"""
