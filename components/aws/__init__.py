"""The account's side of an environment: what stands in AWS and not in the cluster.

Resources are declared untyped, as Kubernetes objects are: the provider sees exactly the properties of its own
schema, and a program of a thousand resources starts without the half second that typed classes take. Tests compare
every property with the classes of ``pulumi_aws``.
"""
