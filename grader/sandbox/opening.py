"""Open a sandbox: one per grader worker, with a zygote where the system can fork."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, Self

from grader.sandbox import probe
from grader.sandbox.scratch import Scratches
from grader.sandbox.session import Session
from grader.sandbox.spawn import SpawnedLink, spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from grader.model import Isolation, Limits
    from grader.sandbox.link import Link
    from grader.sandbox.probe import Finding


class Starter(Protocol):
    """Starts children."""

    def start(self, limits: Limits) -> Link:
        """Start one."""

    def know(self, requests: Sequence[tuple[bytes, bytes]]) -> None:
        """Have those that start from now on know the outlines of requests."""

    def close(self) -> None:
        """End all of them, and what they were started with."""


@dataclass(slots=True)
class Sandbox:
    """Starts children; a context manager.

    Attributes:
        isolation: Under which protections they run.
        findings: What was tried, one by one.
    """

    isolation: Isolation
    findings: tuple[Finding, ...]
    _starter: Starter
    _for_tests: Callable[[], Starter]
    _testing: Starter | None = None

    def know(self, requests: Sequence[tuple[bytes, bytes]]) -> None:
        """Have children know what requests (header and contents) look like, but for the numbers."""
        self._starter.know(requests)

    def session(self, limits: Limits, modules: Mapping[str, str] | None = None) -> Session:
        """Make a session; its child is started when a file is loaded.

        Args:
            limits: Of each question.
            modules: What the file may import beside libraries: name to source.
        """
        return Session(self._starter.start, limits, modules or {})

    def test_session(self, limits: Limits, modules: Mapping[str, str] | None = None) -> Session:
        """The same, for the second kind of child: with pytest and hypothesis in it."""
        if self._testing is None:
            self._testing = self._for_tests()
        return Session(self._testing.start, limits, modules or {})

    def close(self) -> None:
        """End everything that was started."""
        self._starter.close()
        if self._testing is not None:
            self._testing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def can_fork() -> bool:
    """Tell whether this system has all that a zygote and its children need."""
    modules = ("resource", "fcntl", "pwd", "termios")
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return False
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        return False
    return all(sys.modules.get(m, m) is not None and find_spec(m) is not None for m in modules)


def hide_memory() -> None:
    """Keep children of the same user from reading and tracing this process; Linux only."""
    if sys.platform == "linux":
        from grader.sandbox import jail  # noqa: PLC0415 - needs what other systems lack

        jail.hide_memory()


def open_best(require: str | None, *, without: frozenset[str] = frozenset()) -> Sandbox:
    """Open a sandbox and look at what it keeps from happening; see `session.open_sandbox`.

    Args:
        require: As there.
        without: Layers of `jail.LAYERS` to leave out, to see what the others hold alone.
    """
    if sys.platform == "linux" and can_fork():
        return _open_forking(require, without)
    findings = probe.nothing_held()
    isolation = probe.judge(findings, {})
    probe.check_level(isolation, findings, require)
    return Sandbox(isolation, findings, SpawningStarter(), SpawningStarter)


if sys.platform == "linux":

    def _open_forking(require: str | None, without: frozenset[str]) -> Sandbox:
        from grader.sandbox.forking import ForkingStarter  # noqa: PLC0415 - needs what others lack

        hide_memory()
        starter = ForkingStarter(without)
        try:
            findings = probe.try_everything(Session(starter.start, probe.probe_limits()))
            isolation = probe.judge(findings, starter.described)
            probe.check_level(isolation, findings, require)
        except BaseException:
            starter.close()
            raise
        return Sandbox(isolation, findings, starter, partial(_second, starter))

    def _second(first: Any) -> Starter:
        """A starter of the second kind; its children have the layers that were tried out."""
        from grader.sandbox.forking import ForkingStarter  # noqa: PLC0415 - as above

        starter = ForkingStarter(first.without, "tests")
        starter.expect(first.described)
        return starter


@dataclass(slots=True)
class SpawningStarter:
    """Starts a fresh interpreter for each child."""

    _scratches: Scratches = field(default_factory=Scratches)

    def start(self, limits: Limits) -> SpawnedLink:
        """Start a child."""
        return spawn(self._scratches.next(None), limits.memory_mib)

    def know(self, requests: Sequence[tuple[bytes, bytes]]) -> None:
        """Do nothing: a fresh interpreter reads what it is sent."""

    def close(self) -> None:
        """Delete the working folders."""
        self._scratches.close()
