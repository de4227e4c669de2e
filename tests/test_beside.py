"""What belongs to a submission beside its module: given modules, tests, claims; questions put once."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.bank import read_public
from grader.authoring.course import load
from grader.authoring.gradescope import build
from grader.authoring.prepared import assignment_of
from grader.batch.key import keys_of
from grader.grade import staff_grader, student_grader
from grader.intake import read_student, read_submissions, sought
from grader.judge.claims import read_claims
from grader.judge.laws import Student
from grader.model import Call, Cell, Limits, Source, Verdict
from grader.sandbox import codec
from grader.sandbox.opening import open_best
from grader.sandbox.session import Loaded

ROOT = Path(__file__).parent.parent
WANTED = {"module": "work", "functions": ("f",), "beside": ("test_mine.py", "claims.yaml")}


# --- intake --------------------------------------------------------------------------------


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_files_beside_the_module_come_along_and_are_no_candidates(tmp_path):
    folder = write(tmp_path / "anna", work__py="def f(): ...", test_mine__py="def test(): ...",
                   claims__yaml="a: 1", notes__txt="")  # fmt: skip
    found = read_student(folder, **WANTED)
    assert [s.file for s in found.candidates] == ["work.py"]
    assert found.beside == {"test_mine.py": "def test(): ...", "claims.yaml": "a: 1"}
    before = found.digest
    (folder / "claims.yaml").write_text("a: 2")
    assert read_student(folder, **WANTED).digest != before


def test_a_folder_of_the_module_and_its_companions_is_one_students(tmp_path):
    write(tmp_path / "work", work__py="def f(): ...", test_mine__py="", claims__yaml="")
    (one,) = read_submissions(tmp_path / "work", **WANTED)
    assert set(one.beside) == {"test_mine.py", "claims.yaml"}


def test_tests_alone_are_a_submission_too(tmp_path):
    folder = write(tmp_path / "ben", test_mine__py="def test(): ...")
    found = read_student(folder, **WANTED)
    assert found.message is None
    assert found.beside == {"test_mine.py": "def test(): ..."}
    assert "there is no work.py or work.ipynb" in found.notes


def test_the_nearest_of_two_counts_and_what_cannot_be_read_is_left_out(tmp_path):
    folder = write(tmp_path / "cleo", work__py="def f(): ...", test_mine__py="near = 1")
    write(folder / "old", test_mine__py="far = 1", claims__yaml="a\0: 1")
    found = read_student(folder, **WANTED)
    assert found.beside == {"test_mine.py": "near = 1"}


def test_an_assignment_says_what_belongs_to_it():
    found = sought(assignment_of(load(ROOT, "10_capstone")))
    assert found["beside"] == ("claims.yaml", "test_capstone.py", "layers.py")
    assert found["functions"] == ("forecast_views", "train_adder")


# --- given modules -------------------------------------------------------------------------


def test_a_submission_imports_the_modules_beside_it_when_it_asks_for_them():
    with open_best(None) as sandbox:
        modules = {"layers": "def twice(x):\n    return 2 * x\n", "broken": "1 / 0"}
        session = sandbox.session(Limits(), modules)
        text = "from layers import twice\ndef f(x): return twice(x)\nimport broken\n"
        loaded = session.load(Source("work.py", (Cell("work.py", text),)))
        assert isinstance(loaded, Loaded)
        assert loaded.defined == {"twice", "f"}
        assert loaded.notes == (
            "line 3: import broken: ZeroDivisionError: division by zero: skipped",
        )
        answer = session.run(*codec.encode([[[["f", [2.5], None, [], 1]]], []]))
        assert codec.decode(*answer)[0] == [[0, 5.0]]
        session.close()


@pytest.fixture(scope="module")
def deep():
    with staff_grader(ROOT, "09_deep_networks", require=None) as grader:
        yield grader


def deep_networks(deep, tmp_path, **files: str):
    folder = write(tmp_path / "dora", **files)
    report = deep.grade(read_student(folder, **sought(deep.assignment)))
    return {result.name: result for result in report.exercises}


REFERENCE = (ROOT / "solutions/09_deep_networks/deep_networks.py").read_text("utf-8")
LAYERS = (ROOT / "solutions/08_layers/layers.py").read_text("utf-8")


def test_a_wrong_module_of_ones_own_costs_nothing_where_a_right_one_is_given(deep, tmp_path):
    broken = LAYERS.replace("dZ[n, y] -= 1.0", "dZ[n, y] -= 0.2")
    assert broken != LAYERS
    found = deep_networks(deep, tmp_path, deep_networks__py=REFERENCE, layers__py=broken)
    assert {r.verdict for r in found.values()} == {Verdict.PASSED}
    assert found["train_classifier"].carried
    assert found["train_classifier"].notes == ("judged with the given layers.py in its place",)
    assert not found["init_params"].carried


def test_a_module_that_defines_everything_itself_is_as_good(deep, tmp_path):
    own = LAYERS + "\n\n" + REFERENCE.replace(
        "from layers import cross_entropy, net_backward, net_forward\n", ""
    )  # fmt: skip
    found = deep_networks(deep, tmp_path, deep_networks__py=own)
    assert {(r.verdict, r.carried) for r in found.values()} == {(Verdict.PASSED, False)}


def test_trainings_are_carried_where_only_the_start_is_wrong(deep, tmp_path):
    zeros = REFERENCE.replace(
        "np.sqrt(2.0 / n_in) * rng.normal(size=(n_out, n_in))", "np.zeros((n_out, n_in))"
    )
    found = deep_networks(deep, tmp_path, deep_networks__py=zeros)
    assert found["init_params"].verdict is Verdict.FAILED
    assert found["init_params"].mistake.id == "all_zeros"
    assert found["train_classifier"].carried
    assert found["train_classifier"].points == found["train_classifier"].max_points


def test_wrong_gradients_are_told_before_the_accuracy(deep, tmp_path):
    forgotten = LAYERS.replace("dZ.sum(axis=0)", "0.0 * dZ.sum(axis=0)") + "\n\n"
    own = forgotten + REFERENCE.replace(
        "from layers import cross_entropy, net_backward, net_forward\n", ""
    )
    found = deep_networks(deep, tmp_path, deep_networks__py=own)["train_classifier"]
    assert found.verdict is Verdict.FAILED
    assert found.message.startswith("The gradients that it trains with are those of its loss: b")
    assert found.mistake.id == "biases_never_learn"


def test_what_no_function_stands_for_is_no_later_neighbour_to_put_right(tmp_path):
    """Tests of one's own and claims come later and are wrong, too."""
    folder = ROOT / "solutions" / "10_capstone"
    text = (folder / "capstone.py").read_text("utf-8")
    wrong = "def train_adder(X, Y, rng):\n    return {}, [1.0]\n"
    write(
        tmp_path / "kim", capstone__py=f"{text}\n\n{wrong}", claims__yaml="updates: 3\n",
        test_capstone__py="def test_bit_loss():\n    assert False\n",
    )  # fmt: skip
    with staff_grader(ROOT, "10_capstone", require=None) as grader:
        report = grader.grade(read_student(tmp_path / "kim", **sought(grader.assignment)))
    found = {result.name: result.verdict for result in report.exercises}
    assert found["train_adder"] is found["claims"] is found["test_capstone"] is Verdict.FAILED
    assert found["forecast_views"] is Verdict.PASSED


def test_a_wrong_measuring_of_slopes_costs_no_later_exercise(tmp_path):
    """The right one is called with functions of the student's own."""
    solutions = ROOT / "solutions" / "06_gradient_checking"
    wrong = (solutions / "gradient_checking.py").read_text("utf-8").replace("(2 * h)", "h")
    folder = write(tmp_path / "gil", gradient_checking__py=wrong)
    with staff_grader(ROOT, "06_gradient_checking", require=None) as grader:
        report = grader.grade(read_student(folder, **sought(grader.assignment)))
    found = {r.name: (r.verdict, r.carried) for r in report.exercises}
    assert found["numeric_grad"] == (Verdict.FAILED, False)
    assert found["rel_error"] == (Verdict.PASSED, False)
    assert found["gradcheck"] == (Verdict.PASSED, True)
    assert found["find_bugs"] == (Verdict.PASSED, True)
    assert found["test_mine"] == (Verdict.NOT_ATTEMPTED, False)


# --- training: questions put once, other seeds for students --------------------------------


def seeds(exercises) -> set[int]:
    return {i["seed"] for e in exercises if e.judged_by == "training"
            for law in e.laws for i in law.inputs}  # fmt: skip


@pytest.mark.parametrize("slug", ["09_deep_networks", "10_capstone"])
def test_students_get_other_seeds_than_the_grading_uses(slug):
    assignment = assignment_of(load(ROOT, slug))
    public = read_public(ROOT / "assignments" / slug)
    hidden, shown = seeds(assignment.exercises), seeds(public.exercises)
    assert hidden
    assert shown
    assert not hidden & shown
    data = (ROOT / "assignments" / slug / "public.bank").read_bytes()
    plain = repr(codec.loads(data))
    assert not [seed for seed in hidden if str(seed) in plain]


def asking(answers: list[float]):
    """Answers one number after the other, whatever is asked."""

    def ask(calls, arguments):
        return [[0, answers.pop(0)] for _ in arguments], []

    return ask


def test_what_was_asked_is_known_and_afresh_asks_again():
    signatures = {"train": Call("train", ("X", "rng"), ("params",))}
    student = Student(signatures, asking([1.0, 2.0, 3.0]), once=True)
    assert student.train(np.ones(2), {"rng": 3}) == 1.0
    assert student.train(np.ones(2), {"rng": 3}) == 1.0
    assert student.train(np.ones(2), {"rng": 4}) == 2.0
    assert student.afresh.train(np.ones(2), {"rng": 3}) == 3.0
    assert student.defines("train")
    assert not student.defines("train", "net_backward")


def test_the_reference_needs_one_training_for_all_laws_and_another_to_compare(monkeypatch):
    authored = load(ROOT, "09_deep_networks")
    from grader.authoring import trial

    exercise = next(e for e in assignment_of(authored).exercises if e.name == "train_spiral")
    count = []

    def counted(X, y, rng):
        count.append(len(X))
        return authored.reference["train_spiral"](X, y, rng)

    result = trial.result_of(authored, exercise, {**authored.reference, "train_spiral": counted})
    assert result.verdict is Verdict.PASSED
    assert count == [300, 300]


def test_a_training_that_does_not_end_is_one_timeout_and_the_rest_goes_on(tmp_path):
    endless = REFERENCE.replace(
        "    return _descend(init_params(_SPIRAL_SIZES, rng)",
        "    while True:\n        pass\n    return _descend(init_params(_SPIRAL_SIZES, rng)",
    )
    assert endless != REFERENCE
    folder = write(tmp_path / "finn", deep_networks__py=endless)
    with staff_grader(ROOT, "09_deep_networks", require=None) as grader:
        grader.assignment = replace(grader.assignment, limits=Limits(cpu_seconds=2.0))
        report = grader.grade(read_student(folder, **sought(grader.assignment)))
    found = {r.name: r for r in report.exercises}
    assert found["train_spiral"].verdict is Verdict.TIMED_OUT
    assert "within 2 s of processor time" in found["train_spiral"].message
    assert "in the loop at line" in found["train_spiral"].message
    others = {r.verdict for name, r in found.items() if name != "train_spiral"}
    assert others == {Verdict.PASSED}


# --- claims --------------------------------------------------------------------------------


def test_claims_are_numbers_by_name():
    text = "# a comment\n---\nparameters: 677   # all of them\nloss: 1.5e-3\n\nupdates : 4_800\nx: -.5\n"
    assert read_claims(text) == {"parameters": 677, "loss": 0.0015, "updates": 4800, "x": -0.5}


@pytest.mark.parametrize(
    "line",
    ["a: b", "a", "a: [1]", "a: !!python/object:x", "*a: 1", "a: 1 2", ": 1", "a: nan", "a:"],
)
def test_what_is_no_number_is_told_with_its_line(line):
    with pytest.raises(ValueError, match=r"line 2 is .*; write one name: number in each line"):
        read_claims("fine: 1\n" + line)


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(text):
    try:
        found = read_claims(text)
    except ValueError:
        return
    assert all(type(value) is float for value in found.values())


def test_claims_are_compared_with_a_run_that_is_made_again(tmp_path):
    solutions = ROOT / "solutions" / "10_capstone"
    code = (solutions / "capstone.py").read_text("utf-8")
    claims = (solutions / "claims.yaml").read_text("utf-8")
    with staff_grader(ROOT, "10_capstone", require=None) as grader:
        wanted = sought(grader.assignment)

        def result(text: str):
            folder = write(tmp_path / "ed", capstone__py=code, claims__yaml=text)
            report = grader.grade(read_student(folder, **wanted))
            return next(r for r in report.exercises if r.name == "claims")

        assert result(claims).verdict is Verdict.PASSED
        wrong = result(claims.replace("updates: 4800", "updates: 400"))
        assert wrong.message.endswith("updates: 400 is claimed, 4800 was measured")
        assert result("# nothing yet\n").verdict is Verdict.NOT_ATTEMPTED
        assert result("parameters 677").verdict is Verdict.RAISED


# --- what students receive, and can check ---------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "files"),
    [
        ("06_gradient_checking", ("gradient_checking.py", "test_mine.py")),
        ("09_deep_networks", ("deep_networks.py",)),
        ("10_capstone", ("capstone.py", "claims.yaml", "test_capstone.py")),
    ],
)
def test_a_right_submission_passes_the_public_checks(slug, files, tmp_path):
    for path in (ROOT / "assignments" / slug).iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with student_grader(tmp_path) as grader:
        stub = grader.grade(read_student(tmp_path, **sought(grader.assignment)))
        assert {r.verdict for r in stub.exercises} == {Verdict.NOT_ATTEMPTED}
        for name in files:
            (tmp_path / name).write_bytes((ROOT / "solutions" / slug / name).read_bytes())
        report = grader.grade(read_student(tmp_path, **sought(grader.assignment)))
    assert {r.name: r.message for r in report.exercises if r.verdict is not Verdict.PASSED} == {}


def test_a_changed_version_or_given_module_changes_the_keys_of_what_it_decides():
    with staff_grader(ROOT, "10_capstone", require=None) as grader:
        before = keys_of(grader)
        suspects = grader.suspects
        grader.suspects = tuple(replace(s, title=f"{s.title} now") for s in suspects)
        after = keys_of(grader)
        assert {name for name in before if before[name] != after[name]} == {"test_capstone"}
        grader.suspects = tuple(replace(s, function=lambda Z, Y: (0.0, Z)) for s in suspects)
        assert keys_of(grader)["test_capstone"] != before["test_capstone"]
        grader.suspects = suspects
        grader.assignment = replace(grader.assignment, given={"layers": "x = 1"})
        assert not set(keys_of(grader).values()) & set(before.values())


def test_an_autograder_brings_given_modules_along():
    data = build(ROOT, "09_deep_networks", require="reduced").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
    assert "course/solutions/08_layers/layers.py" in names
    assert "course/solutions/08_layers/checks.py" not in names
