"""Tests of `grader.authoring.harvest`, `strategies`, `bounds` and `evaluate`."""

from __future__ import annotations

import numpy as np
import pytest

from grader.authoring import evaluate, exercise, floats, strategies
from grader.authoring.bank import BANK, read_bank
from grader.authoring.course import load
from grader.authoring.harvest import check, complexity, harvest
from grader.authoring.lint import LEAST, TELLING, finite, tells
from grader.authoring.prepared import assignment_of
from grader.errors import AuthoringError, StaffError
from grader.judge.compare import EDGE_STRATA
from grader.model import Call
from grader.sandbox import codec
from tests.tiny import DOUBLE, SLUG, write_assignment

IMPORTS = "import numpy as np\nfrom grader.authoring import *\n"


def slips(tmp_path, **files: str) -> list[str]:
    """What `harvest` says of `DOUBLE` with other texts."""
    with pytest.raises(AuthoringError) as caught:
        harvest(write_assignment(tmp_path, **files), "01_work", 1)
    return str(caught.value).replace("solutions/01_work/", "").splitlines()


def test_the_same_sources_and_seed_give_the_same_bytes(tmp_path):
    course = write_assignment(tmp_path)
    assert harvest(course, "01_work", 1) == harvest(course, "01_work", 1)
    assert harvest(course, "01_work", 1) != harvest(course, "01_work", 2)


def test_every_exercise_has_enough_cases_simplest_first_by_check(tiny):
    order = {"value": 0, "edges": 1, "conduct": 2}
    for e in tiny.assignment.exercises:
        if e.judged_by == "laws":
            assert e.cases == ()
            continue
        assert len(e.cases) >= LEAST
        keys = [(order[c.check], complexity(c.arguments)) for c in e.cases]
        assert keys == sorted(keys)
        assert len({c.id for c in e.cases}) == len(e.cases)


def test_the_reference_answers_within_every_interval(tiny):
    assert check(tiny.course, SLUG) == []


def test_edges_are_the_strata_at_the_edge(tiny):
    for e in tiny.assignment.exercises:
        for c in e.cases:
            if c.check != "conduct":
                assert (c.check == "edges") == (c.stratum in EDGE_STRATA)


def test_some_cases_of_each_check_are_public_and_most_are_hidden(tiny):
    for e in tiny.assignment.exercises:
        public = [c for c in e.cases if c.public]
        assert {c.check for c in public} == {c.check for c in e.cases}
        assert len(public) <= len(e.cases) / 2


def test_all_lengths_differ_in_ordinary_cases(tiny):
    for c in tiny.exercises["affine_backward"].cases:
        if c.stratum == "normal" and c.check == "value":
            assert len(set(c.sizes.values())) == 3
        if c.stratum == "single":
            assert c.sizes["N"] == 1


PAIR = {
    "checks": IMPORTS
    + 'double = exercise("x[N] y[N] eta n -> z[N]", eta=floats(0.01, 0.2), n=integers(0, 12))\n',
    "work": "def double(x, y, eta, n):\n    return x + eta * y * n\n",
}


def drawn(tmp_path, seed: int) -> list[dict[str, object]]:
    """The arguments of all cases with ordinary numbers."""
    course = write_assignment(tmp_path, **PAIR)
    (course / "solutions" / "01_work" / BANK).write_bytes(harvest(course, "01_work", seed))
    (found,) = assignment_of(load(course, "01_work")).exercises
    return [c.arguments for c in found.cases if c.stratum in {"normal", "tiny", "single"}]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_arguments_of_one_shape_never_hold_the_same_numbers(tmp_path, seed):
    assert not any(np.array_equal(a["x"], a["y"]) for a in drawn(tmp_path, seed))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_drawn_last_is_seldom_the_least_that_there_is(tmp_path, seed):
    cases = drawn(tmp_path, seed)
    assert len(cases) > 15
    assert sum(a["n"] == 0 for a in cases) <= len(cases) / 3
    assert sum(a["eta"] == 0.01 for a in cases) <= len(cases) / 3


def test_more_is_drawn_until_the_answer_is_told_from_zero_often_enough(tmp_path):
    """Four in five of these answers are 0."""
    kind = 'exercise("x[N] n -> y[N]", n=integers(0, 9))\n'
    work = "def double(x, n):\n    return 2.0 * x * (n < 2)\n"
    course = write_assignment(tmp_path, checks=f"{IMPORTS}double = {kind}", work=work)
    (course / "solutions" / "01_work" / BANK).write_bytes(harvest(course, "01_work", 0))
    (found,) = assignment_of(load(course, "01_work")).exercises
    assert sum(tells(case, 0) for case in found.cases) >= TELLING
    assert any(case.id.startswith("more-") for case in found.cases)


def test_optional_arguments_are_left_out_or_come_by_name_or_by_position(tiny):
    seen = {("h" in c.arguments, "h" in c.keywords) for c in tiny.exercises["numeric_slope"].cases}
    assert seen == {(False, False), (True, False), (True, True)}


def test_whole_numbers_come_only_where_declared(tiny):
    whole = [c for c in tiny.exercises["softmax"].cases if c.stratum == "whole"]
    assert all(c.arguments["Z"].dtype == np.int64 for c in whole)
    assert whole
    assert not [c for c in tiny.exercises["affine_forward"].cases if c.stratum == "whole"]


def test_labels_are_below_the_number_of_classes(tiny):
    for c in tiny.exercises["cross_entropy"].cases:
        assert c.arguments["y"].max() < c.arguments["Z"].shape[1]


def test_assumptions_of_a_declaration_hold_in_its_cases(tiny):
    declaration = tiny.authored.declarations["net_backward"]
    for c in tiny.exercises["net_backward"].cases:
        with np.errstate(over="ignore"):
            assert declaration.assumed[0](**{n: c.arguments[n] for n in ("params", "X", "act")})


def test_networks_have_one_to_four_layers_and_both_activations(tiny):
    value = [c.arguments for c in tiny.exercises["net_backward"].cases if c.check == "value"]
    assert {len(a["params"]) // 2 for a in value} == {1, 2, 3, 4}
    assert {a["act"] for a in value} == {"sigmoid", "relu"}


def test_widths_of_a_network_differ_and_are_no_powers_of_two(tiny):
    normal = [c.arguments for c in tiny.exercises["net_backward"].cases if c.stratum == "normal"]
    for arguments in normal:
        params = arguments["params"]
        widths = [len(arguments["X"]), params["W1"].shape[1]]
        widths += [len(b) for name, b in params.items() if name.startswith("b")]
        assert len(set(widths)) == len(widths)
        assert not set(widths) & {1, 2, 4, 8, 16}


def test_kinks_have_intervals(tiny):
    cases = tiny.exercises["relu_backward"].cases
    assert any(np.any(c.lower[0] < c.upper[0]) for c in cases)
    assert all(np.all(c.lower[0] <= c.upper[0]) for c in cases)


def test_the_answers_of_each_mistake_are_frozen(tiny):
    e = tiny.exercises["affine_backward"]
    assert set(e.answers) == {"db_is_a_mean", "transposed"}
    assert all(len(answers) == len(e.cases) for answers in e.answers.values())
    assert tiny.exercises["affine_forward"].changing == {"shifts_x"}


def test_laws_have_inputs_with_their_own_kinds(tiny):
    by_id = {law.id: law for law in tiny.exercises["softmax"].laws}
    assert all(set(i) == {"Z", "c"} for i in by_id["shift_invariant"].inputs)
    assert all(-5 <= i["c"] <= 5 for i in by_id["shift_invariant"].inputs)
    assert {len(law.inputs) for law in by_id.values()} == {6}
    assert [law.inputs for law in tiny.exercises["pick"].laws] == [({},), ({},)]


def test_numbers_of_both_signs_come_where_laws_alone_decide(tmp_path):
    rarely = "float(rng.integers(1, 60)) * (-1.0 if rng.random() < 0.1 else 1.0)"
    _, path = harvested(
        tmp_path,
        checks=IMPORTS + 'double = exercise("x -> y", judged_by="laws")\n'
        f'@double.sample\ndef some(rng):\n    return {{"x": {rarely}}}\n'
        '@double.law("Twice as much", public=True)\ndef twice(student, x):\n'
        "    close(student.double(x), 2 * x)\n",
    )
    (law,) = read_bank(path)["exercises"]["double"]["laws"]
    assert [np.sign(inputs["x"]) for inputs in law[3]][:2] in ([1, -1], [-1, 1])


def test_memory_layouts_and_read_only_twins_occur(tiny):
    flags = {f for c in tiny.exercises["affine_forward"].cases for f in c.layout.values()}
    assert flags == {codec.FORTRAN, codec.STRIDED, codec.READ_ONLY}


def test_arrays_in_a_dict_lie_otherwise_in_memory_too(tiny):
    cases = tiny.exercises["net_forward"].cases
    assert {c.layout["params"] for c in cases if "params" in c.layout} == {
        codec.FORTRAN, codec.STRIDED, codec.READ_ONLY
    }  # fmt: skip
    assert all("act" not in case.layout for case in cases)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {
                "checks": DOUBLE["checks.py"].replace("y[N]", "y[N] z"),
            },
            (
                "checks.py:2: double: the reference returns an array of shape (3,); 2 values (y, z) "
                "are declared"
            ),
        ),
        (
            {
                "work": "def double(x):\n    return 2 * x, 1, 2\n",
                "checks": DOUBLE["checks.py"].replace('y[N]"', 'y[N] cache", opaque=["cache"]'),
            },
            (
                "checks.py:2: double: the reference returns a sequence of 3; 2 values (y, cache) are "
                "declared"
            ),
        ),
        (
            {"work": "def double(x):\n    return [[2 * v] for v in x]\n"},
            "checks.py:2: double: output y has shape (3, 1), declared is (3,), in case grid-",
        ),
        (
            {"work": "def double(x):\n    return x.nothing\n"},
            "work.py:2: double: AttributeError: 'numpy.ndarray' object has no attribute 'nothing'",
        ),
        (
            {"work": "def double(x):\n    return x.reshape(99)\n"},
            "work.py:2: double: ValueError: cannot reshape array of size ",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.assume\ndef fine(x):\n    return x.nothing\n"
            },
            "checks.py:6: double: AttributeError: 'numpy.ndarray' object has no attribute",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.assume\ndef never(x):\n    return False\n"
            },
            "checks.py:3: double: 0 usable cases, 30 are needed; loosen assume or widen the kinds",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.interval\ndef both(x):\n    return (x, x), (x, x)\n"
            },
            (
                "checks.py:3: double: both gives bounds of shapes [(3,), (3,)] and [(3,), (3,)]; the "
                "reference answers [(3,)]"
            ),
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N] z[N]")\n'
                "@double.interval\ndef both(x):\n    return (x,), (x,)\n",
                "work": "def double(x):\n    return x, x\n",
            },
            "checks.py:3: double: both gives bounds of 1 outputs; declared are y, z",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.edge('e')\ndef odd(rng):\n    return {'X': 1}\n"
            },
            "checks.py:3: double: edge odd gives X; the arguments are x",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.edge('e')\ndef odd():\n    return {'x': np.array([np.inf])}\n"
            },
            "checks.py:3: double: the right answer is not finite in case odd-1: {'x': array([inf]",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.edge('e')\ndef odd(rng):\n    rng.normal()\n"
            },
            (
                "checks.py:3: double: edge odd returns nothing (None); return a dict of all "
                "arguments: x"
            ),
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.sample\ndef odd(rng):\n    return rng.normal(size=3)\n"
            },
            (
                "checks.py:3: double: sample odd returns an array of shape (3,); return a dict of "
                "all arguments: x"
            ),
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.sample\ndef odd(rng):\n    return {'y': 1.0}\n"
            },
            "checks.py:3: double: sample odd gives y; the arguments are x",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.interval\ndef both(x):\n    2 * x\n"
            },
            ("checks.py:3: double: both gives nothing (None); return least and greatest answer"),
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.edge('e')\ndef odd():\n    raise SystemExit('done')\n"
            },
            "checks.py:6: double: SystemExit: done",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.edge('e')\ndef odd():\n    return {}['x']\n"
            },
            "checks.py:6: double: KeyError: 'x'",
        ),
        (
            {"work": "import numpy as np\ndef double(x):\n    return np.sin(1e9 * x)\n"},
            "checks.py:2: double: ",
        ),
        (
            {"work": "import numpy as np\ndef double(x):\n    return 0.0 * x\n"},
            (
                "checks.py:2: double: output y is telling in 0 cases, 10 are needed (0, -e or 2e would "
                "pass, as in case "
            ),
        ),
        (
            {
                "mistakes": "from grader.authoring import mistake\nfrom checks import double\n"
                "@mistake(double, title='the same', hints=['a', 'b', 'c'])\n"
                "def alike(x):\n    return x + x\n"
            },
            "checks.py:2: double: no case tells the mistake alike ('the same') from the reference",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]", judged_by="laws")\n'
                "@double.assume\ndef never(x):\n    return False\n"
                "@double.law('l', public=True)\ndef law(student, x): ...\n"
            },
            "checks.py:3: double: a law found no inputs; widen its kinds",
        ),
        (
            {
                "checks": IMPORTS + 'double = exercise("x[N] -> y[N]")\n'
                "@double.law('It is even')\n"
                "def even(student, x):\n    close(student.double(x), student.double(-x))\n"
            },
            "checks.py:3: double: law even does not hold for the reference: It is even: ",
        ),
    ],
)
def test_what_makes_no_good_bank_is_told(tmp_path, files, message):
    assert [line for line in slips(tmp_path, **files) if line.startswith(message)]


def test_the_problems_of_several_exercises_are_told_at_once(tmp_path):
    found = slips(
        tmp_path,
        settings=DOUBLE["assignment.yaml"].replace("double", "double, half"),
        work="def double(x):\n    return x.a\ndef half(x):\n    return x.b\n",
        checks=DOUBLE["checks.py"] + 'half = exercise("x[N] -> y[N]")\n',
    )
    assert [line.split(":")[1] for line in found] == ["2", "4"]


def test_a_defect_of_ours_is_not_blamed_on_the_author(tmp_path, monkeypatch):
    monkeypatch.setattr(strategies, "cases", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        harvest(write_assignment(tmp_path), "01_work", 1)


def harvested(tmp_path, **files: str):
    course = write_assignment(tmp_path, **files)
    path = course / "solutions" / "01_work" / BANK
    path.write_bytes(harvest(course, "01_work", 1))
    return course, path


def test_a_bank_that_is_not_there_is_told(tmp_path):
    (problem,) = check(write_assignment(tmp_path), "01_work")
    assert "cannot be read (No such file or directory); run `grader harvest 01_work`" in str(
        problem
    )


def test_a_bank_of_other_sources_is_told(tmp_path):
    course, path = harvested(tmp_path)
    assert check(course, "01_work") == []
    path.with_name("work.py").write_text("def double(x):\n    return x + x\n")
    (problem,) = check(course, "01_work")
    assert str(problem) == (
        "solutions/01_work/bank.msgpack: made from other sources; run `grader harvest 01_work`"
    )


def test_a_reference_that_answers_otherwise_is_told(tmp_path):
    course, path = harvested(tmp_path)
    path.with_name("work.py").write_text("def double(x):\n    return 3.0 * x\n")
    found = [p.message for p in check(course, "01_work")]
    assert any("case normal-1: the reference now answers y: " in text for text in found)
    path.with_name("work.py").write_text("def double(x):\n    return x.a\n")
    found = [p.message for p in check(course, "01_work")]
    assert any("case normal-1: the reference now raises AttributeError" in text for text in found)


def test_an_exercise_without_cases_is_told(tmp_path):
    course, path = harvested(tmp_path)
    path.with_name("assignment.yaml").write_text(
        DOUBLE["assignment.yaml"].replace("double", "double, half")
    )
    path.with_name("work.py").write_text(DOUBLE["work.py"] + "def half(x):\n    return x / 2\n")
    path.with_name("checks.py").write_text(DOUBLE["checks.py"] + 'half = exercise("x -> y")\n')
    found = [p.message for p in check(course, "01_work")]
    assert "no cases for half; run `grader harvest 01_work`" in found


def test_an_exercise_without_arguments_has_no_cases_but_its_edges(tmp_path):
    course, path = harvested(
        tmp_path,
        work="def double():\n    return 2.0\n",
        checks=IMPORTS + 'double = exercise("-> y")\n@double.edge("once")\ndef once():\n'
        "    return {}\n",
    )
    cases = read_bank(path)["exercises"]["double"]["cases"]
    assert [case["id"] for case in cases] == ["once-1"] or all(c["arguments"] == {} for c in cases)
    assert load(course, "01_work")


def test_a_narrow_space_is_topped_up_with_ordinary_cases(tmp_path):
    course, path = harvested(
        tmp_path,
        checks=IMPORTS + 'double = exercise("x -> y", x=floats(1.5, 1.9))\n'
        "@double.assume\ndef inside(x):\n    return 1.5 < x < 1.9\n",
    )
    cases = read_bank(path)["exercises"]["double"]["cases"]
    assert any(case["id"].startswith("more-") for case in cases)
    assert check(course, "01_work") == []


def test_a_range_over_decades_is_drawn_by_decades():
    declaration = exercise("h -> y", h=floats(1e-6, 1e-2))
    drawn = strategies.cases(declaration, "normal")
    from hypothesis import find, settings

    tenth = find(drawn, lambda c: c["h"] < 2e-5, settings=settings(database=None))
    assert tenth["h"] == float(f"{tenth['h']:.0e}")


def test_an_unknown_kind_is_a_defect():
    with pytest.raises(TypeError):
        strategies.value("x", None, (), "normal", {})


def test_arguments_are_fresh_for_each_call():
    case = {"x": np.ones(2), "rng": {"rng": 3}, "f": {"function": "log_cosh"}, "p": {"W1": [1.0]}}

    def spoil(x, rng, f, p):
        x[:] = 0
        p.clear()
        return rng.random(), f(1.0, 1.0)

    calls = [Call("spoil", ("x", "rng", "f", "p"), ("r", "l"))]
    first = evaluate.answer(calls, {"spoil": spoil}, case)
    assert first == evaluate.answer(calls, {"spoil": spoil}, case)
    assert case["p"] == {"W1": [1.0]}
    assert evaluate.changes(calls, {"spoil": spoil}, case)


def test_an_answer_of_another_form_is_kept_whole():
    calls = [Call("f", (), ("a", "cache"), frozenset({1}))]
    assert evaluate.answer(calls, {"f": lambda: 3.0}, {}) == (3.0,)
    assert evaluate.answer(calls, {"f": lambda: (1, 2, 3)}, {}) == ([1, 2, 3],)
    assert evaluate.answer(calls, {"f": lambda: (1.0, object())}, {}) == (1.0,)
    with pytest.raises(StaffError, match=r"returns the float 3\.0; 2 values"):
        evaluate.right_answer(calls, {"f": lambda: 3.0}, {})


def test_answers_are_stored_as_plain_data():
    value = {
        "a": np.array(2.0),
        "b": (np.float32(0.5), np.int8(3), np.bool_(1)),
        "c": np.ones(2, np.float32),
        "d": np.arange(2),
        "e": None,
        "f": True,
        "g": "word",
    }
    plain = evaluate.plain(value)
    assert plain["b"] == [0.5, 3, True]
    assert [type(v) for v in plain["b"]] == [float, int, bool]
    assert type(plain["a"]) is float
    assert plain["c"].dtype == np.float64
    assert plain["d"].dtype == np.int64
    assert (plain["e"], plain["f"], plain["g"]) == (None, True, "word")
    assert codec.loads(codec.dumps(plain)).keys() == plain.keys()


def test_nothing_that_is_not_finite_is_finite():
    assert finite([1.0, {"a": np.zeros(2)}, "word", None])
    assert not finite([{"a": np.array([1.0, np.nan])}])
