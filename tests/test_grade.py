"""Whole submissions through a real sandbox: verdicts, points, what is carried, what is named."""

from __future__ import annotations

import gc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.grade import staff_grader, student_grader
from grader.model import Cell, Reason, Source, Submission, Verdict
from grader.neighbours import Neighbours
from grader.sandbox.session import Death
from grader.sitting import Sitting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade import Grader
    from grader.model import Report, Result

ROOT = Path(__file__).parents[1]
LAYERS = (ROOT / "solutions" / "08_layers" / "layers.py").read_text("utf-8")


@pytest.fixture(scope="module")
def layers() -> Iterator[Grader]:
    with staff_grader(ROOT, "08_layers", require=None) as grader:
        yield grader


def handed_in(text: str, *more: Source, file: str = "layers.py") -> Submission:
    source = Source(file, (Cell(file, text),))
    return Submission("kim", (source, *more), "digest")


def by_name(report: Report) -> dict[str, Result]:
    return {result.name: result for result in report.exercises}


def replaced(name: str, body: str) -> str:
    """The reference with another function appended under the same name."""
    return f"{LAYERS}\n\n{body}\n".replace("DEF", f"def {name}")


def passed_but(report: Report, *names: str) -> bool:
    return all(
        (result.verdict is Verdict.PASSED) != (result.name in names) for result in report.exercises
    )


def test_the_reference_earns_full_marks(layers: Grader) -> None:
    report = layers.grade(handed_in(LAYERS))
    assert report.score == report.max_score == 100
    assert all(r.verdict is Verdict.PASSED and r.reason is None for r in report.exercises)
    assert not any(r.carried for r in report.exercises)


@pytest.mark.parametrize(
    "text",
    [
        LAYERS,
        replaced("relu_forward", "DEF(Z):\n    return Z, Z"),
        replaced("affine_forward", "DEF(X, W, b):\n    return X @ W, (X, W, b)"),
        replaced("relu_backward", "DEF(dA, cache):\n    raise ValueError('no')"),
        replaced("softmax", "DEF(Z):\n    import os\n    os._exit(3)"),
    ],
)
def test_what_is_done_with_is_freed_without_the_collector(layers: Grader, text: str) -> None:
    layers.grade(handed_in(text))
    gc.collect()
    gc.disable()
    try:
        report = layers.grade(handed_in(text))
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert report.exercises


def test_a_stub_beside_the_work_costs_nothing(layers: Grader) -> None:
    stub = (ROOT / "assignments" / "08_layers" / "layers.py").read_text("utf-8")
    copy = Source("layers (1).py", (Cell("layers (1).py", LAYERS),))
    report = layers.grade(replace(handed_in(stub), spare=(copy,)))
    assert report.score == 100
    assert report.file == "layers (1).py"
    assert "graded layers (1).py, not layers.py" in report.notes


def test_spare_files_do_not_count_where_something_is_attempted(layers: Grader) -> None:
    begun = "import numpy as np\ndef softmax(Z):\n    return Z\n"
    copy = Source("old.py", (Cell("old.py", LAYERS),))
    report = layers.grade(replace(handed_in(begun), spare=(copy,)))
    assert report.file == "layers.py"
    assert report.score == 0


def test_a_defect_in_an_explanation_costs_nobody_a_grade(layers: Grader, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise AttributeError("here")

    monkeypatch.setattr("grader.examination.explain.explained", broken)
    report = layers.grade(handed_in(replaced("softmax", "DEF(Z):\n    return Z")))
    result = by_name(report)["softmax"]
    assert (result.verdict, result.reason) == (Verdict.FAILED, Reason.WRONG)
    assert result.message
    assert "could not explain this further (AttributeError); please report it" in " ".join(
        result.notes
    )
    assert report.score == 90


def test_a_wrong_backward_is_named_and_shown_smallest(layers: Grader) -> None:
    wrong = replaced(
        "affine_backward",
        "DEF(dZ, cache):\n    dX, dW, db = _right(dZ, cache)\n    return dX, dW, dZ.mean(axis=0)",
    ).replace("def affine_backward", "def _right", 1)
    report = layers.grade(handed_in(wrong))
    result = by_name(report)["affine_backward"]
    assert passed_but(report, "affine_backward")
    assert (result.verdict, result.reason, result.points) == (Verdict.FAILED, Reason.WRONG, 0)
    assert result.mistake is not None
    assert "mean" in result.mistake.title
    assert len(result.mistake.hints) == 3
    assert result.counterexample is not None
    assert "affine_backward(dZ, cache)" in result.counterexample.code
    assert len(result.counterexample.code.splitlines()) < 9


def test_a_wrong_forward_costs_only_itself(layers: Grader) -> None:
    """net_forward and net_backward call it, and are judged with a right one in its place."""
    wrong = replaced("affine_forward", "DEF(X, W, b):\n    return X @ W.T - b, (X, W)")
    report = layers.grade(handed_in(wrong))
    results = by_name(report)
    assert passed_but(report, "affine_forward")
    assert results["net_forward"].carried
    assert "affine_forward" in " ".join(results["net_forward"].notes)
    assert results["affine_forward"].mistake is not None


def test_after_a_file_of_tests_that_is_not_there_functions_are_judged_as_ever() -> None:
    """No function stands in for a file."""
    wrong = "def numeric_grad(f, theta, h=1e-5):\n    return theta\n"
    with staff_grader(ROOT, "06_gradient_checking", require=None) as grader:
        assignment = grader.assignment
        assert assignment.exercises[-1].file
        grader.assignment = replace(assignment, exercises=assignment.exercises[::-1])
        report = grader.grade(handed_in(wrong, file="gradient_checking.py"))
    verdicts = {name: result.verdict for name, result in by_name(report).items()}
    assert verdicts["test_mine"] is Verdict.NOT_ATTEMPTED
    assert Verdict.UNGRADED not in verdicts.values()
    assert verdicts["numeric_grad"] is Verdict.FAILED


@pytest.mark.parametrize(
    ("text", "is_mentioned"),
    [
        ("def softmax(Z):\n    return Z\n", False),
        ('def softmax(Z):\n    """As `softmax` of the lecture."""\n', False),
        ("def softmax_rows(Z):\n    return Z\n", False),
        ("def softmax(Z):\n    return Z\n\ndef loss(Z):\n    return softmax(Z)\n", True),
        ("def softmax(Z):\n    return Z\n\nscores = [softmax]\n", True),
    ],
)
def test_what_no_line_uses_is_not_put_right_for_an_earlier_exercise(
    layers: Grader, text, is_mentioned
) -> None:
    neighbours = Neighbours(layers, handed_in(text), None, None)
    assert neighbours.mentioned("softmax") == is_mentioned


HANGS = "DEF(*args):\n    while True:\n        pass"


@pytest.fixture
def deaths(monkeypatch) -> list[str]:
    """What the children died of, in order."""
    found: list[str] = []
    once = Sitting._once

    def watched(sitting: Sitting, *asked: Any) -> tuple[bytes, bytes] | Death:
        reply = once(sitting, *asked)
        if isinstance(reply, Death):
            found.append(reply.reason.value)
        return reply

    monkeypatch.setattr(Sitting, "_once", watched)
    return found


def test_what_hangs_costs_its_limit_once_and_not_again_for_each_caller(
    layers: Grader, deaths: list[str]
) -> None:
    report = layers.grade(handed_in(replaced("sigmoid_backward", HANGS)))
    results = by_name(report)
    assert passed_but(report, "sigmoid_backward")
    assert deaths == ["timeout"]
    assert results["net_backward"].carried
    assert results["net_backward"].notes == (
        "judged with right versions of what it calls: sigmoid_backward",
    )


def test_who_does_not_call_what_hangs_is_not_carried(layers: Grader) -> None:
    report = layers.grade(handed_in(replaced("sigmoid_backward", HANGS)))
    assert [r.name for r in report.exercises if r.carried] == ["net_backward"]


def test_two_that_hang_cost_a_limit_each(layers: Grader, deaths: list[str]) -> None:
    both = replaced("relu_backward", HANGS) + "\nsoftmax = relu_backward\n"
    report = layers.grade(handed_in(both))
    assert passed_but(report, "relu_backward", "softmax")
    assert deaths == ["timeout", "timeout"]


def test_beside_what_hangs_a_wrong_caller_is_still_wrong(layers: Grader) -> None:
    wrong = "DEF(params, caches, dZ):\n    return _right(params, caches, 2 * dZ)"
    text = replaced("net_backward", wrong).replace("def net_backward", "def _right", 1)
    alone = by_name(layers.grade(handed_in(text)))["net_backward"]
    hanging = f"{text}\n\ndef sigmoid_backward(dA, cache):\n    while True:\n        pass\n"
    beside = by_name(layers.grade(handed_in(hanging)))["net_backward"]
    assert alone.verdict is Verdict.FAILED
    assert beside.points == alone.points == 0
    assert not beside.carried


def test_a_note_names_only_what_was_called(layers: Grader) -> None:
    """softmax is wrong, too, but no net calls it."""
    wrong = replaced("affine_forward", "DEF(X, W, b):\n    return X @ W.T - b, (X, W)")
    report = layers.grade(handed_in(f"{wrong}\n\ndef softmax(Z):\n    return Z\n"))
    assert by_name(report)["net_forward"].notes == (
        "judged with right versions of what it calls: affine_forward",
    )


def test_a_name_nearly_like_the_asked_one_is_pointed_out(layers: Grader) -> None:
    text = LAYERS.replace("def softmax(", "def Soft_Max(")
    text = text.replace("def cross_entropy(", "def crossentropyy(")
    results = by_name(layers.grade(handed_in(text)))
    for name, there in (("softmax", "Soft_Max"), ("cross_entropy", "crossentropyy")):
        assert results[name].verdict is Verdict.NOT_ATTEMPTED
        assert results[name].message == (
            f"{name} is not defined in layers.py; there is {there}: call it {name} if it is meant"
        )


def test_a_class_named_nearly_like_the_asked_function_is_pointed_out(layers: Grader) -> None:
    text = LAYERS.replace("def mse_loss(", "def _other(") + "\n\nclass MseLoss:\n    pass\n"
    message = by_name(layers.grade(handed_in(text)))["mse_loss"].message
    assert "there is MseLoss: call it mse_loss if it is meant" in message
    text = LAYERS.replace("def softmax(", "def something_else(")
    message = by_name(layers.grade(handed_in(text)))["softmax"].message
    assert message == "softmax is not defined in layers.py"


def test_the_true_derivative_of_a_wrong_forward_is_carried(layers: Grader) -> None:
    wrong = (
        LAYERS
        + """

def affine_forward(X, W, b):
    return 2 * (X @ W.T) + b, (X, W, b)

def affine_backward(dZ, cache):
    X, W, b = cache
    return 2 * dZ @ W, 2 * dZ.T @ X, dZ.sum(axis=0)
"""
    )
    results = by_name(layers.grade(handed_in(wrong)))
    assert results["affine_forward"].verdict is Verdict.FAILED
    assert results["affine_backward"].verdict is Verdict.PASSED
    assert results["affine_backward"].carried
    assert results["affine_backward"].points == Fraction(25, 2)


def test_a_backward_that_is_no_derivative_of_a_wrong_forward_is_not_carried(
    layers: Grader,
) -> None:
    wrong = (
        LAYERS
        + """

def affine_forward(X, W, b):
    return 2 * (X @ W.T) + b, (X, W, b)

def affine_backward(dZ, cache):
    X, W, b = cache
    return dZ @ W, 2 * dZ.T @ X, dZ.sum(axis=0)
"""
    )
    results = by_name(layers.grade(handed_in(wrong)))
    assert results["affine_backward"].verdict is Verdict.FAILED
    assert results["affine_backward"].points == 0


def test_zeros_are_not_carried_as_the_derivative_of_zeros(layers: Grader) -> None:
    wrong = (
        LAYERS
        + """

def affine_forward(X, W, b):
    return np.zeros((len(X), len(W))), (X, W, b)

def affine_backward(dZ, cache):
    X, W, b = cache
    return 0 * X, 0 * W, 0 * b
"""
    )
    results = by_name(layers.grade(handed_in(wrong)))
    assert results["affine_backward"].verdict is Verdict.FAILED


def test_a_backward_without_a_cache_is_skipped_and_names_the_forward(layers: Grader) -> None:
    wrong = replaced("relu_forward", "DEF(Z):\n    return np.maximum(Z, 0)")
    results = by_name(layers.grade(handed_in(wrong)))
    assert results["relu_forward"].verdict is Verdict.FAILED
    assert results["relu_backward"].verdict is Verdict.SKIPPED
    assert results["relu_backward"].reason is Reason.NO_CACHE
    assert "relu_forward" in results["relu_backward"].message


def test_an_argument_changed_in_place_costs_conduct_alone(layers: Grader) -> None:
    wrong = replaced("relu_forward", "DEF(Z):\n    A = Z\n    A[A < 0] = 0\n    return A, A.copy()")
    results = by_name(layers.grade(handed_in(wrong)))
    result = results["relu_forward"]
    assert result.points == Fraction(15, 4) * Fraction(9, 10)
    assert [c.verdict for c in result.checks] == [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED]
    assert "changes its argument Z" in result.message


def test_an_answer_that_depends_on_the_global_generator_costs_conduct_alone(
    layers: Grader,
) -> None:
    wrong = replaced(
        "mse_loss",
        "DEF(P, Y):\n    L = np.mean((P - Y) ** 2)\n"
        "    mse_loss.calls = getattr(mse_loss, 'calls', 0) + 1\n"
        "    return (L if mse_loss.calls < 42 else 0.0), 2 * (P - Y) / P.size",
    )
    result = by_name(layers.grade(handed_in(wrong)))["mse_loss"]
    assert result.points == 9
    assert "second time" in result.message


def test_an_endless_loop_costs_its_own_exercise(layers: Grader) -> None:
    report = layers.grade(handed_in(replaced("softmax", "DEF(Z):\n    while True: pass")))
    result = by_name(report)["softmax"]
    assert passed_but(report, "softmax")
    assert (result.verdict, result.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert "2 s" in result.message


def test_ending_the_process_costs_its_own_exercise(layers: Grader) -> None:
    report = layers.grade(handed_in(replaced("softmax", "DEF(Z):\n    import os; os._exit(0)")))
    result = by_name(report)["softmax"]
    assert passed_but(report, "softmax")
    assert (result.verdict, result.reason) == (Verdict.CRASHED, Reason.EXITED)


def test_a_missing_function_and_a_stub_are_not_attempted(layers: Grader) -> None:
    text = 'import numpy as np\ndef softmax(Z):\n    raise NotImplementedError("8.4 softmax")\n'
    results = by_name(layers.grade(handed_in(text)))
    assert {r.verdict for r in results.values()} == {Verdict.NOT_ATTEMPTED}
    assert results["softmax"].reason is Reason.STUB
    assert results["mse_loss"].reason is Reason.MISSING


def test_a_syntax_error_is_one_message(layers: Grader) -> None:
    report = layers.grade(handed_in("def softmax(Z:\n    pass\n"))
    assert {(r.verdict, r.reason) for r in report.exercises} == {(Verdict.RAISED, Reason.INTAKE)}
    assert report.message is not None
    assert "line 1" in report.message


def test_an_exception_names_its_line(layers: Grader) -> None:
    result = by_name(layers.grade(handed_in(replaced("softmax", "DEF(Z):\n    return Z.nosuch"))))[
        "softmax"
    ]
    assert (result.verdict, result.reason) == (Verdict.RAISED, Reason.ERROR)
    assert "return Z.nosuch" in result.message


def test_float32_answers_are_right_with_a_note(layers: Grader) -> None:
    text = replaced("mse_loss", "DEF(P, Y):\n    D = (P - Y).astype(np.float32)\n"
                    "    return np.mean(D * D), 2 * D / D.size")  # fmt: skip
    result = by_name(layers.grade(handed_in(text)))["mse_loss"]
    value = next(c for c in result.checks if c.id == "value")
    assert value.verdict is Verdict.PASSED
    assert any("float32" in note for note in result.notes)


def test_the_file_with_more_exercises_is_graded_and_named(layers: Grader) -> None:
    other = Source("layers.ipynb", (Cell("cell 1", LAYERS),), notebook=True)
    report = layers.grade(handed_in("x = 1", other))
    assert report.file == "layers.ipynb"
    assert report.score == 100
    assert "not layers.py" in " ".join(report.notes)


def test_the_same_submission_gets_the_same_report(layers: Grader) -> None:
    text = replaced("softmax", "DEF(Z):\n    return Z")
    first, second = (layers.grade(handed_in(text)) for _ in range(2))
    assert first.exercises == second.exercises


def test_two_starts_is_judged_by_its_laws() -> None:
    text = (ROOT / "solutions" / "02_gradient_descent" / "gradient_descent.py").read_text("utf-8")
    wrong = text + "\n\ndef two_starts():\n    return 0.5, 3.0\n"
    with staff_grader(ROOT, "02_gradient_descent", require=None) as grader:
        right = by_name(grader.grade(handed_in(text, file="gradient_descent.py")))["two_starts"]
        result = by_name(grader.grade(handed_in(wrong, file="gradient_descent.py")))["two_starts"]
    assert right.verdict is Verdict.PASSED
    assert result.verdict is Verdict.FAILED
    assert result.points is not None
    assert 0 < result.points < result.max_points


def test_students_are_judged_by_public_cases(tmp_path: Path) -> None:
    from grader.authoring import course, prepared
    from grader.authoring.bank import PUBLIC, write_public

    assignment = prepared.assignment_of(course.load(ROOT, "08_layers"))
    (tmp_path / PUBLIC).write_bytes(write_public(assignment))
    wrong = replaced("softmax", "DEF(Z):\n    e = np.exp(Z - Z.max())\n    return e / e.sum()")
    with student_grader(tmp_path) as grader:
        assert grader.grade(handed_in(LAYERS)).score == 100
        result = by_name(grader.grade(handed_in(wrong)))["softmax"]
    assert result.verdict is Verdict.FAILED
    assert result.mistake is not None
    assert result.counterexample is not None


def test_a_function_that_was_given_can_be_handed_to_a_neighbour_put_right() -> None:
    text = (ROOT / "solutions" / "01_loss" / "loss.py").read_text("utf-8")
    wrong = f"""{text}

def loss_at(w, b, x, y, loss=mae):
    raise NotImplementedError("1.4 loss_at")

def error_surface(ws, bs, x, y, loss):
    return np.array([[loss_at(w, b, x, y, loss=loss) for w in ws] for b in bs])
"""
    with staff_grader(ROOT, "01_loss", require=None) as grader:
        results = by_name(grader.grade(handed_in(wrong, file="loss.py")))
    assert results["loss_at"].verdict is Verdict.NOT_ATTEMPTED
    assert results["error_surface"].verdict is Verdict.PASSED
    assert results["error_surface"].carried


ONE_OF_MANY = """

def one_hidden(x, W, bh, c, b, act):
    return one_hidden_batch(x[None, :], W, bh, c, b, act)[0]

def one_hidden_batch(X, W, bh, c, b, act):
"""


@pytest.mark.parametrize(
    ("body", "one", "many"),
    [
        ("return act(X @ W.T + bh) @ c + b", "passed", "passed"),
        ("return act(X @ W.T + bh) @ c", "passed, carried", "failed"),
        # Each hands its work to the other: somebody has to do it.
        (
            "return np.array([one_hidden(x, W, bh, c, b, act) for x in X])",
            "raised",
            "passed, carried",
        ),
        ('raise NotImplementedError("4.7")', "not_attempted", "not_attempted"),
    ],
)
def test_what_calls_a_wrong_later_neighbour_keeps_its_points(body, one, many) -> None:
    text = (ROOT / "solutions" / "04_activations" / "activations.py").read_text("utf-8")
    with staff_grader(ROOT, "04_activations", require=None) as grader:
        source = f"{text}{ONE_OF_MANY}    {body}\n"
        results = by_name(grader.grade(handed_in(source, file="activations.py")))
    found = [
        f"{result.verdict}" + ", carried" * result.carried
        for result in (results["one_hidden"], results["one_hidden_batch"])
    ]
    assert found == [one, many]


@pytest.mark.parametrize(
    ("slug", "module", "name", "wrong"),
    [
        ("02_gradient_descent", "gradient_descent", "two_starts", "two_starts = (3.0, 3.5)"),
        ("00_warm_up", "warm_up", "TASKS", "TASKS = dict.fromkeys(TASKS, 'regression')"),
    ],
)
def test_a_mistake_is_named_to_a_student_where_laws_decide(
    slug: str, module: str, name: str, wrong: str
) -> None:
    text = (ROOT / "solutions" / slug / f"{module}.py").read_text("utf-8")
    with student_grader(ROOT / "assignments" / slug) as grader:
        right = by_name(grader.grade(handed_in(text, file=f"{module}.py")))[name]
        result = by_name(grader.grade(handed_in(f"{text}\n{wrong}\n", file=f"{module}.py")))[name]
    assert right.verdict is Verdict.PASSED
    assert (result.verdict, result.reason) == (Verdict.FAILED, Reason.WRONG)
    assert result.mistake is not None


def test_a_constant_is_judged_like_a_function_without_parameters() -> None:
    path = ROOT / "solutions" / "00_warm_up"
    text = (path / "warm_up.py").read_text("utf-8")
    stub = (ROOT / "assignments" / "00_warm_up" / "warm_up.py").read_text("utf-8")
    wrong = text.replace('"classification"', '"regression"') + "\ndef outer_sum(a, b): return a\n"
    with staff_grader(ROOT, "00_warm_up", require=None) as grader:
        verdicts = [
            [r.verdict for r in grader.grade(handed_in(found, file="warm_up.py")).exercises]
            for found in (text, stub, wrong, text + "\nTASKS = 3\n", text + "\ndel TASKS\n")
        ]
        report = grader.grade(handed_in(wrong, file="warm_up.py"))
    passed, failed, none = Verdict.PASSED, Verdict.FAILED, Verdict.NOT_ATTEMPTED
    assert verdicts == [
        [passed] * 3, [none] * 3, [passed, failed, failed], [passed, failed, passed],
        [passed, none, passed],
    ]  # fmt: skip
    told = by_name(report)["TASKS"].message.splitlines()
    assert len(told) == 5
    assert told[1] == (
        "whether an e-mail is spam: regression? yes and no are two classes; nothing lies between "
        "them"
    )
    assert report.max_score == 0
