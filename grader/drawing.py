"""Draw an assignment's pictures from functions: a student's in the sandbox, or those at hand.

The same functions and the same matplotlib give the same bytes: no date, no random ids.
"""

from __future__ import annotations

import io
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.pictures import read_pictures
from grader.errors import GraderError, StaffError
from grader.judge.laws import LawInterruptedError, Student
from grader.sitting import Sitting, sit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.authoring.pictures import Picture
    from grader.model import Assignment, Call, Submission
    from grader.sandbox.link import Death
    from grader.sandbox.opening import Sandbox

_STYLE = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "figure.figsize": (7.0, 3.6),
    "figure.titlesize": 10,
    "font.size": 9,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "gradus",
}
_METADATA = {"Date": None, "Creator": None}


class NoPictureError(GraderError):
    """A picture cannot be drawn: a function is missing, raised, or answered what does not fit."""


class Own:
    """Functions of this process as a picture sees them: a notebook's own, or the reference."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = self._functions.get(name)
        if not callable(function):
            raise NoPictureError(f"{name} is not defined")

        def call(*arguments: Any) -> Any:
            try:
                return function(*map(_handed_over, arguments))
            except NoPictureError:  # from a function that was handed to this one
                raise
            except NotImplementedError:
                raise NoPictureError(f"{name} is not written yet") from None
            except Exception as error:
                text = f"{name} raised {type(error).__name__}: {error}"
                raise NoPictureError(text) from error

        return call


def _handed_over(value: Any) -> Any:
    """What a function gets in the sandbox, too: its own array, its own generator."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(int(value.integers(1 << 63)))
    return value


class _Depths:
    """Children with one submission in them, one for each call within a call.

    A child answers one question at a time: where one function of the student's is handed to
    another, as a loss is to an error surface, the inner calls go to the next child.
    """

    def __init__(self, seat: Callable[[], Sitting]) -> None:
        self._seat = seat
        self._sittings = [seat()]
        self._depth = 0

    @property
    def first(self) -> Sitting:
        return self._sittings[0]

    def ask(
        self, calls: Sequence[Call], arguments: Sequence[Mapping[str, Any]]
    ) -> tuple[list[Any], list[str]] | Death | None:
        calls_back = any(callable(value) for given in arguments for value in given.values())
        if calls_back and len(self._sittings) == self._depth + 1:
            self._sittings.append(self._seat())
        sitting = self._sittings[self._depth]
        self._depth += 1
        try:
            return sitting.ask_openly(calls, arguments)
        finally:
            self._depth -= 1


class _Learner(Student):
    """A student who remembers what stopped the first call: the cause, where calls are nested."""

    stopped: LawInterruptedError | None = None

    def _call(self, signature: Call, given: tuple[Any, ...]) -> Any:
        try:
            return super()._call(signature, given)
        except LawInterruptedError as error:
            self.stopped = self.stopped or error
            raise self.stopped from error


@contextmanager
def learner(
    sandbox: Sandbox, assignment: Assignment, submission: Submission
) -> Iterator[tuple[Callable[[], Student], str | None]]:
    """Load a submission for its pictures.

    Gives:
        What makes a student for the next picture, and why the file cannot be read, or None.
    """
    with ExitStack() as stack:
        depths = _Depths(lambda: stack.enter_context(sit(sandbox, assignment, submission)))
        signatures = {e.name: e.calls[-1] for e in assignment.exercises}
        yield lambda: _Learner(signatures, depths.ask), depths.first.message


def draw(picture: Picture, student: Any) -> bytes:
    """A picture as SVG.

    Raises:
        NoPictureError: it cannot be drawn from these functions; in a line.
        StaffError: matplotlib is not installed.
    """
    matplotlib = _matplotlib()
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a wrong function draws may be anything
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = matplotlib.figure.Figure(layout="constrained")
        figure.suptitle(picture.title)
        file = io.BytesIO()
        try:
            picture.draw(student, figure)
            metadata = {**_METADATA, "Title": picture.title}
            figure.savefig(file, format="svg", metadata=metadata)
        except (NoPictureError, LawInterruptedError) as error:
            raise NoPictureError(_line(str(error))) from error
        except Exception as error:  # an answer of a form that the picture did not expect
            text = f"what came back cannot be drawn: {type(error).__name__}: {error}"
            raise NoPictureError(_line(text)) from error
    # matplotlib ends lines that hold a path with a space; Git would complain of them.
    return b"\n".join(line.rstrip() for line in file.getvalue().split(b"\n"))


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def _matplotlib() -> Any:
    try:
        import matplotlib.figure  # noqa: PLC0415 -- an extra, and slow to load
    except ImportError:
        message = (
            "pictures need matplotlib, which is not installed; install it, or this package with "
            "its extra `plots`"
        )
        raise StaffError(message) from None
    return matplotlib


def look(functions: Mapping[str, Any], folder: Path | None = None) -> None:
    """Show an assignment's pictures in a notebook, drawn from its own functions.

    Without matplotlib, or where a function is missing or raises, it says so in a line.

    Args:
        functions: The notebook's `globals()`.
        folder: With its pictures.py; the working directory by default.
    """
    from IPython.display import SVG, display  # noqa: PLC0415 -- a notebook has it

    try:
        _matplotlib()
        pictures = read_pictures(folder or Path())
    except StaffError as error:
        display({"text/plain": str(error)}, raw=True)
        return
    for picture in pictures:
        try:
            display(SVG(data=draw(picture, Own(functions)).decode()))
        except NoPictureError as error:
            display({"text/plain": f"{picture.name}: no picture: {error}"}, raw=True)
