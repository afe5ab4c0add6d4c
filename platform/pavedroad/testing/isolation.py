"""One process, many recordings: whatever Pulumi's runtime, asyncio and the environment remember is put back."""

import asyncio
import contextvars
import gc
import inspect
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import CoroutineType
from typing import Final, TypeVar

import pulumi
from pulumi._utils import ContextProperty
from pulumi.runtime._context import wrap_with_context
from pulumi.runtime.settings import Settings

T = TypeVar("T")

_RUNTIME_VARIABLES: Final = ("PULUMI_",)
"""Prefixes of the environment variables that steer Pulumi's SDK, and would steer a recording by accident."""

_SDK: Final = str(Path(pulumi.__file__).parent)

_DEFAULT: Final = "_ContextProperty__default"
"""Where the SDK keeps a setting's value for every context without one; it offers no way to unset it."""


def isolated(function: Callable[[], T]) -> T:
    """Call ``function`` with a runtime of its own.

    The SDK keeps its settings and configuration in context variables, so they live in a copied context; the
    first value of each also becomes its default everywhere, which is undone. Variables named ``PULUMI_*`` are
    not seen. The calling thread has no event loop set afterwards.
    """
    with ExitStack() as stack:
        stack.enter_context(environment_without(*_RUNTIME_VARIABLES))
        stack.enter_context(_runtime_defaults_kept())
        stack.enter_context(_rare_garbage_collection())
        return contextvars.copy_context().run(function)


@contextmanager
def environment_without(*prefixes: str) -> Iterator[None]:
    """Hide the environment variables whose names begin so, and put every variable back afterwards."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(prefixes):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Make an event loop the thread's own; at the end nothing runs in it any more and it is closed."""
    loop = asyncio.new_event_loop()
    loop.set_default_executor(_MonitorCallsInline())
    asyncio.set_event_loop(loop)
    failed = True
    try:
        yield loop
        failed = False
    finally:
        # A failed run leaves futures that nobody asks any more; its first failure has been reported.
        loop.set_exception_handler(lambda _loop, _context: None)
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        if failed or pending:
            _close_abandoned_coroutines()
        asyncio.set_event_loop(None)
        loop.close()


def _close_abandoned_coroutines() -> None:
    """Close the SDK's coroutines that a failed run never started; each would warn when it is collected."""
    for candidate in gc.get_objects():
        if (
            isinstance(candidate, CoroutineType)
            and inspect.getcoroutinestate(candidate) == inspect.CORO_CREATED
            and candidate.cr_code.co_filename.startswith(_SDK)
        ):
            candidate.close()


class _MonitorCallsInline(ThreadPoolExecutor):
    """Threads for what the program hands to an executor, but none for the SDK's calls of the monitor.

    The recorder answers those at once, so a thread would add only switching, a fifth of a recording's time, and
    an order that differs from run to run.
    """

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        """Call the SDK's functions here and now, and hand everything else to a thread."""
        if getattr(fn, "__module__", None) != wrap_with_context.__module__:
            return super().submit(fn, *args, **kwargs)
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # an executor hands on whatever the function raises
            future.set_exception(error)
        return future


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """Collect seldom: nearly all that a recording makes lives to its end, and looking costs half its time.

    What is there before is not looked through at all; afterwards what was made counts as old, so that the next one
    who makes something does not pay for looking through that.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 1_000)
    gc.freeze()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.set_threshold(*before)


@contextmanager
def _runtime_defaults_kept() -> Iterator[None]:
    settings = [value for value in vars(Settings).values() if isinstance(value, ContextProperty)]
    before = [getattr(setting, _DEFAULT) for setting in settings]
    try:
        yield
    finally:
        for setting, default in zip(settings, before, strict=True):
            setattr(setting, _DEFAULT, default)
