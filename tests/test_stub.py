"""Stubs: what students receive is made from the solution and gives none of it away."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import shutil
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.bank import read_public
from grader.authoring.course import load, slugs
from grader.authoring.cut import Block, Task, blocks, cut
from grader.authoring.stub import check_stub, stub, write_stub
from grader.authoring.twin import twin
from grader.errors import AuthoringError, StaffError
from grader.sandbox.source import is_stub

ROOT = Path(__file__).parent.parent
SLUGS = slugs(ROOT)
TASK = {"f": Task("1.1", 2, 3)}


def stubbed(source: str, tasks=TASK) -> str:
    return cut(source, tasks, "work.py").code


def problems(source: str, tasks=TASK) -> list[str]:
    with pytest.raises(AuthoringError) as caught:
        stubbed(source, tasks)
    return [str(p) for p in caught.value.problems]


def test_an_exercise_keeps_signature_docstring_and_comments_around_it():
    source = '''\
# above the module
import numpy as np

# above the function
@np.vectorize
def f(x, h=1e-5, *rest):  # beside the signature
    """Say what.

    And how.
    """
    # the idea
    y = x + h  # the step
    return y
    # and after

# after the function
LIMIT = 3
'''
    assert (
        stubbed(source)
        == '''\
# above the module
import numpy as np

# above the function
@np.vectorize
def f(x, h=1e-5, *rest):  # beside the signature
    """Say what.

    And how.
    """
    # ★★ about 3 lines
    raise NotImplementedError("1.1 f")

# after the function
LIMIT = 3
'''
    )


@pytest.mark.parametrize(
    "source",
    ["def f(x): return x + 1\n", "def f(x):\n    return x + 1\n", "def f(x):\n\treturn x + 1\n"],
)
def test_a_body_without_docstring_goes_whole(source):
    code = stubbed(source)
    assert "x + 1" not in code
    with pytest.raises(NotImplementedError, match=r"^1\.1 f$"):
        run(code)["f"](1)


@contextlib.contextmanager
def beside(texts):
    """Let what runs meanwhile import modules of these texts."""
    before = {name: sys.modules.get(name) for name in texts}
    for name, text in texts.items():
        sys.modules[name] = types.ModuleType(name)
        exec(compile(text, f"{name}.py", "exec"), vars(sys.modules[name]))
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module


def run(code: str) -> dict:
    space: dict = {}
    exec(compile(code, "stub", "exec"), space)
    return space


def test_private_names_go_and_given_ones_stay():
    source = '''\
import math
from itertools import accumulate, chain
import numpy as np
import json as _json
from os import path as _path

_STEP, _SIZE = 1, 2
_TABLE: dict = {}
LIMIT = 7; _SECRET = 8


def f(x):
    return _help(x) + _STEP


def _help(x):
    return math.pi * sum(accumulate(x))


class _Part:
    pass


def shown(x):
    """Given."""
    # with its comments
    return list(chain(x, [LIMIT]))
'''
    assert (
        stubbed(source)
        == '''\
from itertools import chain
import numpy as np
LIMIT = 7


def f(x):
    # ★★ about 3 lines
    raise NotImplementedError("1.1 f")


def shown(x):
    """Given."""
    # with its comments
    return list(chain(x, [LIMIT]))
'''
    )


def test_what_is_given_may_not_use_what_is_left_out():
    source = """\
_STEP = 1

def f(x, h=_STEP):
    return x

def shown(x):
    return _help(x)

def _help(x):
    return _STEP
"""
    assert problems(source) == [
        f"work.py:{line}: {name} is used by what students are given, but it is left out of the stub; "
        "give it a name without the underscore"
        for line, name in ((3, "_STEP"), (7, "_help"))
    ]


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        ("f = 3", "f = ..."),
        ("f: int = 3", "f: int = ..."),
        ("f = {'a': 1,  # one\n     'b': [2]}", "f = {'a': ...,  # one\n     'b': ...}"),
        ("f = dict(a=1)", "f = ..."),
    ],
)
def test_a_constant_keeps_its_name_and_the_keys_of_a_dict(source, stub):
    comment = "# 1.1 f: \N{BLACK STAR}\N{BLACK STAR} about 3 lines; replace the dots\n"
    assert stubbed(f"# above\n{source}\n") == f"# above\n{comment}{stub}\n"


def test_a_constant_that_is_an_exercise_has_a_cell_of_its_own():
    source = "A = 1\nB = 2\nf = {'a': 1}\nC = 3\n"
    names = [block.name for block in blocks(cut(source, TASK, "w.py"), TASK)]
    assert names == ["", "", "f", ""]


@pytest.mark.parametrize(
    ("source", "line"),
    [("a, f = 1, 2\n", 0), ("if True:\n    def f(x):\n        return x\n", 2), ("x = 1\n", 0)],
)
def test_an_exercise_is_a_plain_function(source, line):
    place = f"work.py:{line}" if line else "work.py"
    assert problems(source) == [
        f"{place}: f is not a plain function at the top level; write it as `def f(...):`"
    ]


def test_a_syntax_error_has_its_place():
    assert problems("def f(:\n    pass\n")[0].startswith("work.py:2: syntax error")


NAMES = st.sampled_from(["f", "g", "shown", "_help", "_other"])
LINES = st.sampled_from(
    ["y = 1", "# a comment", "y = [1,\n         2]", "return 5", "for i in ():\n        y = i",
     '"""in between"""', "def inner():\n        return 7", "y = 1; z = 2"]
)  # fmt: skip


@st.composite
def modules(draw) -> str:
    parts = [draw(st.sampled_from(["", '"""Module."""\n', "# head\n\n", "import numpy as np\n"]))]
    for name in [*draw(st.lists(NAMES, unique=True, max_size=5)), "end"]:
        doc = draw(st.sampled_from(["", '    """Doc."""\n', "    '''Doc.\n\n    More.\n    '''\n"]))
        body = "".join(f"    {line}\n" for line in draw(st.lists(LINES, max_size=4)))
        gap = draw(st.sampled_from(["", "\n\n", "\n# between\n\n", "\n\n\n\n"]))
        parts.append(
            f"{gap}def {name}(x, y=1):{'  # beside' if doc else ''}\n{doc}{body}    pass\n"
        )
    return "".join(parts)


@given(modules())
def test_any_stub_compiles_keeps_what_is_given_and_is_a_stub_of_itself(source):
    names = {n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)}
    tasks = {name: Task("1.1", 1, 1) for name in names & {"f", "g"}}
    code = stubbed(source, tasks)
    compile(code, "stub", "exec")
    assert stubbed(code, tasks) == code
    found = {n.name: n for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)}
    given = {n.name: n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)}
    assert set(found) == {name for name in names if not name.startswith("_")}
    for name, node in found.items():
        assert ast.get_docstring(node) == ast.get_docstring(given[name])
        assert ast.dump(node.args) == ast.dump(given[name].args)
        if name not in tasks:
            assert ast.dump(node) == ast.dump(given[name])
    for name in tasks:
        with pytest.raises(NotImplementedError):
            run("np = None\n" + code)[name](0)


# The notebook


def cells(blocks, handout, numbers):
    data = json.loads(twin(blocks, handout, numbers, module="work"))
    return [(c["cell_type"], "".join(c["source"])) for c in data["cells"]]


def test_each_exercise_follows_the_section_about_it():
    made = [
        Block("", "import a"),
        Block("", "N = 1"),
        Block("f", "F"),
        Block("g", "G"),
        Block("h", "H"),
    ]
    handout = (
        "# T\n\n## 1.1 first\none\n\n```\n## no heading\n```\n\n"
        "## Words\n\n## The g\ntwo\n\n## End\n"
    )
    assert cells(made, handout, {"f": "1.1", "g": "1.2"})[:-2] == [
        ("markdown", "# T"),
        ("code", "import a\nN = 1"),
        ("markdown", "## 1.1 first\none\n\n```\n## no heading\n```"),
        ("code", "F"),
        ("markdown", "## Words"),
        ("markdown", "## The g\ntwo"),
        ("code", "G"),
        ("code", "H"),
        ("markdown", "## End"),
    ]


def test_the_number_1_1_is_not_found_in_11_1_or_1_10():
    made = [Block("f", "F")]
    assert cells(made, "# T\n## 1.10 x\n## 11.1 y\n## 1.1 z\n", {"f": "1.1"})[:4] == [
        ("markdown", "# T"),
        ("markdown", "## 1.10 x"),
        ("markdown", "## 11.1 y"),
        ("markdown", "## 1.1 z"),
    ]


def test_the_last_cell_does_nothing_when_it_is_graded():
    _, code = cells([], "# T", {})[-1]
    run(code)


@pytest.mark.filterwarnings("error")
def test_the_notebook_is_valid_and_the_same_every_time():
    import nbformat

    made = [Block("f", "def f(x):\n    pass")]
    data = twin(made, "# T\n## 1.1 f\n", {"f": "1.1"}, module="work")
    assert data == twin(made, "# T\n## 1.1 f\n", {"f": "1.1"}, module="work")
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))


# Whole assignments


@pytest.fixture(scope="module")
def course(tiny, tmp_path_factory):
    root = tmp_path_factory.mktemp("stub") / "course"
    shutil.copytree(tiny.course, root)
    folder = root / "solutions" / "01_tiny"
    (folder / "handout.md").write_text("# Tiny\n\n## 1.1\n\nText with $x$.\n", encoding="utf-8")
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "a.svg").write_text("<svg/>")
    return root


def test_a_stub_is_a_folder_that_students_can_use(course):
    folder = course / "assignments" / "01_tiny"
    paths = write_stub(course, "01_tiny")
    assert {p.relative_to(folder).as_posix() for p in paths} == {
        "handout.md", "tiny.py", "tiny.ipynb", "laws.py", "public.bank", "figures/a.svg",
    }  # fmt: skip
    assert read_public(folder).slug == "01_tiny"
    assert check_stub(course, "01_tiny") == []


def test_check_says_what_differs_is_missing_and_is_too_much(course):
    write_stub(course, "01_tiny")
    folder = course / "assignments" / "01_tiny"
    (folder / "tiny.py").write_text("x = 1\n")
    (folder / "laws.py").unlink()
    (folder / "more.txt").write_text("x")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "tiny.pyc").write_text("x")
    assert sorted(check_stub(course, "01_tiny")) == [
        "assignments/01_tiny/laws.py: is not there; run `grader stub 01_tiny`",
        "assignments/01_tiny/more.txt: is not made from solutions/01_tiny; remove it",
        "assignments/01_tiny/tiny.py: differs from what would be made; run `grader stub 01_tiny`",
    ]
    (folder / "more.txt").unlink()


def test_line_ends_that_git_changed_are_no_difference(course):
    write_stub(course, "01_tiny")
    path = course / "assignments" / "01_tiny" / "tiny.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_stub(course, "01_tiny") == []


def test_out_never_overwrites_a_students_work(course, tmp_path):
    write_stub(course, "01_tiny", out=tmp_path / "o")
    write_stub(course, "01_tiny", out=tmp_path / "o")
    (tmp_path / "o" / "tiny.py").write_text("my work\n")
    with pytest.raises(StaffError, match=r"holds another tiny\.py; give an empty folder"):
        write_stub(course, "01_tiny", out=tmp_path / "o")
    with pytest.raises(StaffError, match="is not a folder"):
        write_stub(course, "01_tiny", out=tmp_path / "o" / "tiny.py")


def test_a_handout_is_required(course):
    path = course / "solutions" / "01_tiny" / "handout.md"
    text = path.read_bytes()
    path.unlink()
    with pytest.raises(AuthoringError, match=r"handout\.md: cannot be read: No such file"):
        stub(course, "01_tiny")
    path.write_bytes(text)


def bodies(source: str, functions: set[str]) -> set[str]:
    """Lines of the exercises' bodies and of private functions, normalised, trivial ones aside."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and (node.name in functions or node.name[0] == "_"):
            first = ast.get_docstring(node) is not None and node.name in functions
            for part in node.body[first:]:
                found |= {normal(line) for line in ast.unparse(part).splitlines()}
                found |= {
                    normal(line) for line in ast.get_source_segment(source, part).splitlines()
                }
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in functions:
            found |= {normal(line) for line in ast.get_source_segment(source, node).splitlines()}
    return {line for line in found if len(line) > 12}


def normal(line: str) -> str:
    return re.sub(r"\s+", "", line).replace("'", '"')


@pytest.mark.parametrize("slug", SLUGS)
def test_no_line_of_the_solution_is_in_what_students_receive(slug):
    """A line that stands in what is given, too (a loop's head, a law), is no secret."""
    authored = load(ROOT, slug)
    source = (authored.folder / f"{authored.settings.module}.py").read_text(encoding="utf-8")
    secret = bodies(source, set(authored.settings.functions))
    for name, data in stub(ROOT, slug).items():
        if name.endswith((".py", ".ipynb")):
            text = data.decode()
            if name.endswith(".ipynb"):
                found = json.loads(text)["cells"]
                text = "\n".join("".join(c["source"]) for c in found if c["cell_type"] == "code")
            lines = {normal(line) for line in text.splitlines()}
            assert not secret & lines, name


@pytest.mark.parametrize("slug", SLUGS)
def test_what_lies_in_assignments_is_what_would_be_made(slug):
    assert check_stub(ROOT, slug) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_exercise_of_the_course_raises_its_number_and_name(slug):
    authored = load(ROOT, slug)
    with beside(authored.given):
        space = run(stub(ROOT, slug)[f"{authored.settings.module}.py"].decode())
    for row in authored.settings.exercises:
        for name in row.functions if not row.file else ():
            if not callable(space[name]):
                assert is_stub(space[name])
                continue
            count = space[name].__code__.co_argcount
            with pytest.raises(NotImplementedError, match=f"^{row.number} {name}$"):
                space[name](*[None] * count)
