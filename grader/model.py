"""The frozen records that every part reads; no I/O, nothing of ours imported.

Data flows one way: an `Assignment` and a `Submission` go in, a `Report` comes out, and every
output format is a pure function of the report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Verdict(StrEnum):
    """What became of an exercise; only `UNGRADED` is staff's fault, and it has no score."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_ATTEMPTED = "not_attempted"
    SKIPPED = "skipped"
    UNGRADED = "ungraded"


class Reason(StrEnum):
    """Why an exercise did not pass, in one word."""

    WRONG = "wrong"
    BAD_TYPE = "bad-type"
    ERROR = "error"
    REFUSED = "refused"
    MEMORY = "memory"
    MISSING = "missing"
    STUB = "stub"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    EXITED = "exited"
    PROTOCOL = "protocol"
    OUTPUT_LIMIT = "output-limit"
    INTAKE = "intake"
    NO_CACHE = "no-cache"
    GRADER_ERROR = "grader-error"


CHECKS = ("value", "edges", "conduct")
"""The parts of an exercise, in the order in which they are judged and shown."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known wrong version: `hints` are three, from a nudge to nearly the step."""

    id: str
    title: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One step of a case: which function is called with which of the case's arguments.

    Attributes:
        function: The name that is looked up in the submission.
        arguments: By position: a name of the case's `arguments`, or `(step, output)`,
            what an earlier step returned there (an opaque handle: it never leaves the child);
            with a star before the name, `*factors`, its entries are arguments one by one.
        outputs: Names of what comes back, in order; more than one means a tuple.
        opaque: Indices of the outputs that stay in the child.
        iterable: The one output may be any iterable: it is read to its end where it was made.
    """

    function: str
    arguments: tuple[str | tuple[int, int], ...]
    outputs: tuple[str, ...]
    opaque: frozenset[int] = frozenset()
    iterable: bool = False

    @staticmethod
    def named(argument: str) -> tuple[str, bool]:
        """The name of an argument, and whether its entries are arguments one by one."""
        return argument.removeprefix("*"), argument.startswith("*")


@dataclass(frozen=True, slots=True)
class Case:
    """One frozen input with the interval in which each output must lie.

    Attributes:
        id: Unique within its exercise, stable while the bank's seed is.
        stratum: Where in the input space it was drawn: grid, normal, tiny, large, edge, batch.
        check: One of `CHECKS`.
        public: Students receive it.
        arguments: By name, plain data: numbers, arrays, dicts, `{"function": ...}`,
            `{"rng": seed}`.
        keywords: Names of arguments that are passed by name.
        layout: Argument name to how it lies in memory: flags of `grader.sandbox.codec`.
        sizes: Axis name to length.
        lower: Per transparent output of the last call, least right answer.
        upper: The same, greatest right answer; equal to `lower` but for kinks and ties.
    """

    id: str
    stratum: str
    check: str
    public: bool
    arguments: Mapping[str, Any]
    sizes: Mapping[str, int]
    lower: tuple[Any, ...]
    upper: tuple[Any, ...]
    keywords: frozenset[str] = frozenset()
    layout: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LawInputs:
    """A law that an exercise must obey, with the frozen inputs on which it is tried.

    Attributes:
        free: Names of inputs in which any number is a legal one.
        shown: The inputs that students get, where these are others.
    """

    id: str
    title: str
    public: bool
    inputs: tuple[Mapping[str, Any], ...]
    free: tuple[str, ...] = ()
    shown: tuple[Mapping[str, Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One function of the course, as the judge sees it.

    Attributes:
        name: The function's name, also the key of its results.
        number: As the course numbers it, "8.1".
        calls: What is called for each case; the last call is the one that is judged.
        points: Exact share of the assignment's points.
        weights: Check to its share of the points; the shares add up to 1.
        mistakes: Known wrong versions, in the author's order.
        answers: Mistake id to what that mistake answers, one entry per case: its transparent
            outputs, or the name of the exception that it raises.
        changing: Ids of the mistakes that change an argument.
        forward: Name of the exercise whose derivative this one is, or None.
        judged_by: "reference"; "laws" where no single answer is right; "training" for the same
            where each question is put once and no network's numbers are expected; "tests".
        laws: Properties it must obey.
        file: The file in which it is handed in, if that is not the module.
        under_test: Functions that the student's own tests in that file are about.
        digest: sha256 of the declaration and the cases.
    """

    name: str
    number: str
    points: Fraction
    weights: Mapping[str, Fraction]
    calls: tuple[Call, ...]
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...] = ()
    answers: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    changing: frozenset[str] = frozenset()
    forward: str | None = None
    judged_by: str = "reference"
    laws: tuple[LawInputs, ...] = ()
    stars: int = 1
    lines: int = 1
    file: str = ""
    under_test: tuple[str, ...] = ()
    digest: str = ""

    @property
    def by_laws(self) -> bool:
        """Do laws decide, because no single answer is right?"""
        return self.judged_by in ("laws", "training")

    @property
    def signature(self) -> str:
        """The call as a student writes it: `affine_backward(dZ, cache)`."""
        shown = [a if isinstance(a, str) else "cache" for a in self.calls[-1].arguments]
        return f"{self.name}({', '.join(shown)})"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exercise may use; the wall clock's limit is five times the processor's."""

    cpu_seconds: float = 2.0
    memory_mib: int = 512

    @property
    def wall_seconds(self) -> float:
        """Seconds on the grader's clock."""
        return 5 * self.cpu_seconds


@dataclass(frozen=True, slots=True)
class Assignment:
    """A prepared assignment: all exercises in the course's order, with their frozen cases.

    Attributes:
        given: Modules of earlier assignments that may be imported: name to source.
        helpers: Functions that laws may ask for where a submission has them.
    """

    slug: str
    title: str
    module: str
    exercises: tuple[Exercise, ...]
    limits: Limits
    digest: str
    given: Mapping[str, str] = field(default_factory=dict)
    helpers: tuple[Call, ...] = ()

    @property
    def points(self) -> Fraction:
        """Sum over the exercises; 0 for a warm-up, which is reported as n of m passed."""
        return sum((e.points for e in self.exercises), Fraction(0))


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of source that stands or falls alone: a whole module, or one notebook cell."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One candidate file of a submission, as text.

    Attributes:
        file: Path within the submission, for people.
        cells: One for a module, one per code cell for a notebook, in document order.
        notebook: Magics are stripped and a broken cell costs only itself.
    """

    file: str
    cells: tuple[Cell, ...]
    notebook: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in.

    Attributes:
        student: The id: a file's stem or a folder's name, never a path.
        candidates: The files that may be graded, best first; empty if none could be read.
        digest: sha256 over (name, bytes) of the candidate files, the spare ones and those beside
            them included.
        message: Why nothing could be read, or None.
        spare: Files of other names, which count where nothing of the candidates is attempted:
            a stub as it was given, beside the copy in which the work was done.
        beside: Texts of the other files that belong to the assignment, by name.
    """

    student: str
    candidates: tuple[Source, ...]
    digest: str
    notes: tuple[str, ...] = ()
    message: str | None = None
    spare: tuple[Source, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest failing input, as a student can paste it.

    Attributes:
        code: Python that rebuilds the arguments and makes the call.
        shapes: Argument name to shape, arrays only.
        yours: What came back, summarised where long.
        expected: What is right, summarised where long.
        difference: The first place where they differ, in words; empty if it cannot be said.
    """

    code: str
    shapes: Mapping[str, tuple[int, ...]]
    yours: str
    expected: str
    difference: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One part of an exercise with its points; `points` is None exactly where ungraded."""

    id: str
    title: str
    verdict: Verdict
    points: Fraction | None
    max_points: Fraction


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one exercise.

    Attributes:
        reason: One word, None exactly where passed.
        carried: The points were earned with a failing neighbour put right, or because this
            is the true derivative of the student's own forward.
        mistake: The known mistake that answers like this one.
        message: One or a few plain sentences for the student.
    """

    name: str
    number: str
    points: Fraction | None
    max_points: Fraction
    verdict: Verdict
    reason: Reason | None = None
    carried: bool = False
    notes: tuple[str, ...] = ()
    mistake: Mistake | None = None
    message: str = ""
    counterexample: Counterexample | None = None
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Isolation:
    """Under which protections student code ran.

    Attributes:
        level: full, reduced, limits-only or timeouts-only.
        missing: Protections that this machine does not give, in words.
        system: Kernel, Landlock ABI, uid: name to value.
    """

    level: str
    missing: tuple[str, ...] = ()
    system: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def _total(points: tuple[Fraction | None, ...]) -> Fraction | None:
    """Sum points exactly, once for all who have the same; None if one is None."""
    return None if None in points else sum((p for p in points if p is not None), Fraction(0))


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to say about one submission; all exercises, in the course's order."""

    student: str
    digest: str
    file: str
    notes: tuple[str, ...]
    message: str | None
    isolation: Isolation
    exercises: tuple[Result, ...]
    seconds: float

    @property
    def score(self) -> Fraction | None:
        """Sum of the points; None where any exercise is ungraded."""
        return _total(tuple(r.points for r in self.exercises))

    @property
    def max_score(self) -> Fraction:
        """Sum of what could be earned."""
        return _total(tuple(r.max_points for r in self.exercises)) or Fraction(0)

    @property
    def passed(self) -> int:
        """Exercises with full points."""
        return sum(r.verdict is Verdict.PASSED for r in self.exercises)


@dataclass(frozen=True, slots=True)
class Results:
    """The reports of one run over one assignment: what every writer is given.

    Attributes:
        grader: Version of this package.
        assignment: The assignment's slug.
        title: The assignment's title.
        bank: Digest of the cases that were used.
        reports: By student; those of a large class are read whenever they are looked at.
        public_only: Judged by the public cases alone.
    """

    grader: str
    assignment: str
    title: str
    bank: str
    reports: Sequence[Report]
    public_only: bool = False
