"""The real engine: found or built, given an environment of its own, and run through its Automation API.

Promise: nothing of the user's is used by accident (clusters, credentials, ``~/.pulumi``); what is chosen is
recorded and kept; what is built is pinned, checked and healed; a run ends with a typed result or one clear error.
Nothing in this package imports the Pulumi program, its components or its policies.

Modules:
    project, state: where the project and its state folder are.
    toolchain: find, download or build the engine, its plugins and the sandbox's control plane.
    environ: the scrubbed environment, for runs and for a shell.
    runs, results, errors: up, preview, refresh and destroy; what they did; why they did not.
    slices, running: the same for an environment's stacks, stage by stage and several at once.
    splitting, slice_moves, deployments: from a single stack to slices.
    progress: what long steps report to.

Names are imported from those modules, not from here: ``paved --help`` must not pay for Pulumi.
"""
