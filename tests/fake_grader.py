"""A grader without a sandbox: what it says about a submission is written in the submission.

The first cell's first line decides: "pass", "fail", "trouble" (SandboxError), "defect", "die"
(ends its process), "once FILE" (dies unless FILE exists, which it makes), "signal FILE SIGNAL"
(sends this process a signal when FILE exists).
"""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Self

from grader.errors import SandboxError, StaffError
from grader.model import (
    Assignment,
    Call,
    Cell,
    Exercise,
    Isolation,
    Limits,
    Report,
    Source,
    Submission,
    Verdict,
)
from tests.result_examples import make_result

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

WEIGHTS = {"value": Fraction(7, 10), "edges": Fraction(1, 5), "conduct": Fraction(1, 10)}


def make_assignment(*names: str, digest: str = "a" * 64, changed: str = "") -> Assignment:
    """Make an assignment without cases."""
    exercises = tuple(
        Exercise(
            n, f"8.{k}", Fraction(25, 3), WEIGHTS, (Call(n, ("x",), ("y",)),), (),
            digest=f"{digest}{'changed' if n == changed else ''}",
        )
        for k, n in enumerate(names or ("f", "g", "h"), start=1)
    )  # fmt: skip
    return Assignment("08_layers", "Layers", "layers", exercises, Limits(), f"{digest}{changed}")


def make_submission(student: str, text: str = "pass", *, digest: str | None = None) -> Submission:
    """Make a submission whose first line tells the fake grader what to do."""
    source = Source("layers.py", (Cell("layers.py", text),))
    return Submission(
        student, (source,), f"digest of {text} {student}" if digest is None else digest
    )


@dataclass
class FakeGrader:
    """Does what submissions say; notes in `log` (a file) which it graded."""

    log: Path
    level: str = "full"
    digest: str = "a" * 64
    changed: str = ""
    closed: list[bool] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.append(True)

    @property
    def assignment(self) -> Assignment:
        return make_assignment(digest=self.digest, changed=self.changed)

    @property
    def isolation(self) -> Isolation:
        return Isolation(self.level)

    def grade(
        self,
        submission: Submission,
        *,
        known: Collection[str] = (),
        stale: Collection[str] = (),
        alone: Callable[..., object] = nullcontext,
    ) -> Report:
        with self.log.open("a") as log:
            log.write(f"{submission.student}\n")
        if known:
            with self.log.with_suffix(".stale").open("a") as log:
                log.write("".join(f"{name}\n" for name in sorted(stale)))
        doing, *words = submission.candidates[0].cells[0].text.split()
        self._obey(doing, words)
        if doing == "alone":
            with alone():
                pass
        verdict = Verdict.FAILED if doing == "fail" else Verdict.PASSED
        exercises = tuple(
            make_result(verdict, name=e.name, number=e.number, max_points=e.points)
            for e in self.assignment.exercises
        )
        return Report(
            submission.student, submission.digest, "layers.py", submission.notes, None,
            self.isolation, exercises, 0.01,
        )  # fmt: skip

    def _obey(self, doing: str, words: list[str]) -> None:
        if doing == "trouble":
            message = "the zygote does not answer"
            raise SandboxError(message)
        if doing == "defect":
            message = "an unforeseen state"
            raise RuntimeError(message)
        if doing == "die":
            os._exit(7)
        if doing == "once" and not Path(words[0]).exists():
            Path(words[0]).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if doing == "signal":
            os.kill(int(words[0]) or os.getpid(), getattr(signal, words[1]))


def open_fake(
    log: Path, *, level: str = "full", digest: str = "a" * 64, changed: str = ""
) -> FakeGrader:
    """Open a fake grader; to be used with functools.partial, which survives pickling."""
    return FakeGrader(log, level, digest, changed)


def refuse(message: str) -> FakeGrader:
    """Fail to open, as a grader does whose assignment is broken."""
    raise StaffError(message)
