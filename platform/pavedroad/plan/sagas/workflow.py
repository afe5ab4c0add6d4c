"""A saga as Argo Workflows runs it: a graph of pods, each of which makes one request with curl.

Argo's own HTTP steps would share one pod, but that pod wants a service account token that never ends. curl tries
again by itself, on exactly the answers that are worth it (curl(1), ``--retry``: 408, 429, 500, 502, 503, 504, and time
running out); a pod that is lost with its node is started again. The graph must not end with its first failure
(``failFast``), and ends in a task that only success reaches: without it a saga whose last step fails and is undone
would have succeeded (Argo Workflows, *Enhanced depends logic*; controller: ``assessDAGPhase``).
"""

from __future__ import annotations

from typing import Any, Final

from pavedroad.plan.sagas.model import EXECUTION, ActionPlan, RequestTarget, SagaPlan

Document = dict[str, Any]
"""A JSON-like document."""

CURL: Final = "docker.io/curlimages/curl:8.16.0"
DONE: Final = "done"
USER: Final = 10001
KEPT: Final = 7 * 24 * 3600
"""Seconds for which a finished execution can be looked at."""
LOST_PODS: Final = 2
"""How often a step is started again whose pod is lost."""


def workflow_spec(saga: SagaPlan, labels: dict[str, str]) -> Document:
    """Return the spec of a saga's WorkflowTemplate; its pods carry ``labels``."""
    return {
        "entrypoint": "saga",
        "arguments": {"parameters": [{"name": "input", "value": "{}"}]},
        "serviceAccountName": saga.account,
        "activeDeadlineSeconds": saga.timeout,
        "podMetadata": {"labels": labels},
        "podGC": {"strategy": "OnPodSuccess"},
        "ttlStrategy": {"secondsAfterCompletion": KEPT},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "templates": [
            {"name": "saga", "dag": {"failFast": False, "tasks": _tasks(saga)}},
            *(_template(action) for action in saga.actions),
            {"name": DONE, "suspend": {"duration": "0"}},
        ],
    }


def _tasks(saga: SagaPlan) -> list[Document]:
    """Return the graph: each step after the one before it, each compensation after what makes it necessary."""
    names = [step.action.name for step in saga.steps]
    forward = [_task(name, _succeeded(before)) for name, before in zip(names, [None, *names], strict=False)]
    undoing: list[Document] = []
    necessary: list[str] = []
    for step in reversed(saga.steps):
        if step.compensation is not None and necessary:
            undoing.append(_task(step.compensation.name, " || ".join(reversed(necessary))))
            necessary = [_finished(step.compensation.name)]
        necessary.append(_failed(step.action.name))
    return [*forward, _task(DONE, _succeeded(names[-1])), *undoing]


def _task(name: str, depends: str | None) -> Document:
    """Return a node of the graph."""
    return {"name": name, "template": name, **({"depends": depends} if depends else {})}


def _succeeded(name: str | None) -> str | None:
    return f"{name}.Succeeded" if name else None


def _failed(name: str) -> str:
    return f"{name}.Failed || {name}.Errored"


def _finished(name: str) -> str:
    return f"{name}.Succeeded || {_failed(name)}"


def _template(action: ActionPlan) -> Document:
    """Return the pod that makes a request."""
    return {
        "name": action.name,
        "timeout": f"{action.longest}s",
        "retryStrategy": {"limit": str(LOST_PODS), "retryPolicy": "OnError"},
        "container": {
            "image": CURL,
            "command": ["curl"],
            "args": _arguments(action),
            "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            },
        },
    }


def _arguments(action: ActionPlan) -> list[str]:
    """Return the words of the request.

    Raises:
        TypeError: If it is none; descriptors are checked for that when they are read.
    """
    target = action.target
    if not isinstance(target, RequestTarget):
        raise TypeError(f"{action.name} runs a function, which takes Step Functions")
    headers = {"Content-Type": "application/json", **_key_headers(action)}
    return [
        *("--silent", "--show-error", "--fail", "--output", "/dev/null"),
        *("--max-time", str(action.timeout), "--retry", str(action.retries), "--retry-connrefused"),
        *("--request", target.method),
        *(word for name, value in headers.items() for word in ("--header", f"{name}: {value}")),
        *("--data-raw", "{{workflow.parameters.input}}"),
        f"http://{target.host}:{target.port}{target.path}",
    ]


def _key_headers(action: ActionPlan) -> dict[str, str]:
    """Return the headers that tell a service what it may have seen before, and what it undoes."""
    keys = {"Idempotency-Key": action.key, "Saga-Undoes": action.undoes}
    return {name: key.replace(EXECUTION, "{{workflow.name}}") for name, key in keys.items() if key}
