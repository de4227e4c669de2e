"""Made results that the tests of reports, store and batch share, and strategies for any."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from grader.model import (
    CheckResult,
    Counterexample,
    Isolation,
    Mistake,
    Reason,
    Report,
    Result,
    Results,
    Verdict,
)

REASONS = {
    Verdict.PASSED: None,
    Verdict.FAILED: Reason.WRONG,
    Verdict.RAISED: Reason.ERROR,
    Verdict.TIMED_OUT: Reason.TIMEOUT,
    Verdict.CRASHED: Reason.EXITED,
    Verdict.NOT_ATTEMPTED: Reason.STUB,
    Verdict.SKIPPED: Reason.NO_CACHE,
    Verdict.UNGRADED: Reason.GRADER_ERROR,
}

HOSTILE = (
    "=cmd|'/c calc'!A1 \x1b[31mred\x1b]0;title\x07 \x00\x0b\x85 <script>alert(1)</script> ]]> "
    "&amp; `` ``` [a](http://evil.example) | ::error::forged\n::set-output name=x::y\r\n# head "
    "\u202eevil\u2066 \ud800 \ufffe {{ 7*7 }} {% raw %} @someone %0A '\" \u2028 \U000e0041"
)

MISTAKE = Mistake(
    "db_is_a_mean",
    "db is a mean over the batch",
    ("Look at db.", "b is shared by all examples.", "Sum over the first axis."),
)

EXAMPLE = Counterexample(
    code="import numpy as np\ndZ = np.array([[1.0], [1.0]])\naffine_backward(dZ, cache)",
    shapes={"dZ": (2, 1)},
    yours="db = array([1.])",
    expected="db = array([2.])",
    difference="db[0] is 1.0, expected 2.0",
)


def make_result(
    verdict: Verdict = Verdict.PASSED,
    *,
    number: str = "8.1",
    name: str = "affine_backward",
    max_points: Fraction = Fraction(25, 2),
    text: str = "",
) -> Result:
    """Make one exercise's result; `text` stands in every place that a student can fill."""
    points = {Verdict.PASSED: max_points, Verdict.UNGRADED: None}.get(verdict, Fraction(0))
    wrong = verdict is not Verdict.PASSED
    example = Counterexample(text, {"dZ": (2, 1)}, text, text, text) if text else EXAMPLE
    mistake = Mistake("odd", text, (text,)) if text else MISTAKE
    shares = {"value": Fraction(7, 10), "edges": Fraction(1, 5), "conduct": Fraction(1, 10)}
    checks = tuple(
        CheckResult(
            key, text or key, verdict, None if points is None else points * s, max_points * s
        )
        for key, s in shares.items()
    )
    return Result(
        name=name,
        number=number,
        points=points,
        max_points=max_points,
        verdict=verdict,
        reason=REASONS[verdict],
        notes=(text,) if text else (),
        mistake=mistake if verdict is Verdict.FAILED else None,
        message=(text or f"It {verdict.value.replace('_', ' ')}.") if wrong else "",
        counterexample=example if verdict in (Verdict.FAILED, Verdict.RAISED) else None,
        checks=checks,
    )


def make_report(
    student: str = "anna",
    verdicts: tuple[Verdict, ...] = tuple(Verdict),
    *,
    text: str = "",
    **kw: object,
) -> Report:
    """Make one student's report with an exercise per verdict."""
    exercises = tuple(
        make_result(v, number=f"8.{k}", name=f"exercise_{k}", text=text, **kw)  # type: ignore[arg-type]
        for k, v in enumerate(verdicts, start=1)
    )
    return Report(
        student=student,
        digest="d" * 64,
        file=text or "layers.py",
        notes=(text,) if text else (),
        message=f"File: {text}" if text else None,
        isolation=Isolation(text or "full", (text,) if text else ()),
        exercises=exercises,
        seconds=0.25,
    )


def make_results(*reports: Report, public_only: bool = False) -> Results:
    """Put reports together as the results of a run."""
    return Results("0.1.0", "08_layers", "Layers", "b" * 64, reports, public_only)


GRADED = (Verdict.PASSED, Verdict.PASSED, Verdict.FAILED)
GOOD = (Verdict.PASSED, Verdict.PASSED, Verdict.PASSED)

any_text = st.text(st.characters(), max_size=30)
"""Any text there is, lone surrogates and control characters included."""

fractions = st.fractions(min_value=0, max_value=100, max_denominator=997)


@st.composite
def results_of_exercises(draw: st.DrawFn, name: str) -> Result:
    """Draw any result that keeps to the model."""
    verdict = draw(st.sampled_from(Verdict))
    most = draw(fractions)
    points = None if verdict is Verdict.UNGRADED else draw(fractions)
    checks = st.builds(
        CheckResult, any_text, any_text, st.just(verdict), st.just(points), st.just(most)
    )
    return Result(
        name=name,
        number=draw(any_text),
        points=points,
        max_points=most,
        verdict=verdict,
        reason=REASONS[verdict],
        carried=draw(st.booleans()),
        notes=tuple(draw(st.lists(any_text, max_size=2))),
        mistake=draw(st.none() | st.builds(Mistake, any_text, any_text, st.tuples(any_text))),
        message=draw(any_text),
        counterexample=draw(
            st.none()
            | st.builds(
                Counterexample,
                any_text,
                st.dictionaries(any_text, st.tuples(st.integers(0, 9)), max_size=2),
                any_text,
                any_text,
                any_text,
            )
        ),
        checks=tuple(draw(st.lists(checks, max_size=3))),
    )


@st.composite
def any_reports(draw: st.DrawFn, student: str | None = None) -> Report:
    """Draw any report that keeps to the model."""
    names = draw(st.lists(any_text, max_size=3, unique=True))
    levels = st.sampled_from(["full", "reduced", "limits-only", "timeouts-only"])
    return Report(
        student=draw(any_text) if student is None else student,
        digest=draw(any_text),
        file=draw(any_text),
        notes=tuple(draw(st.lists(any_text, max_size=2))),
        message=draw(st.none() | any_text),
        isolation=Isolation(draw(levels), tuple(draw(st.lists(any_text, max_size=2)))),
        exercises=tuple(draw(results_of_exercises(name)) for name in names),
        seconds=draw(st.floats(0, 1e6)),
    )
