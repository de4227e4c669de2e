"""The project's own rules: what may import what, how long things are, what the wheel holds."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GRADER = ROOT / "grader"
NOT_OURS = ("template", "gradescope_files")
FILES = sorted(p for p in GRADER.rglob("*.py") if not set(NOT_OURS) & set(p.parts))
CHILD = ("child", "runner", "unchanged", "source", "codec", "jail", "landlock", "seccomp", "wire")
LONGEST_FUNCTION, LONGEST_FILE, MOST_PARAMETERS = 40, 400, 5


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imports(path: Path, *, lazily: bool = True) -> set[str]:
    """Modules that a file imports when it runs; what stands under TYPE_CHECKING does not."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.FunctionDef) and not lazily:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        waiting += ast.iter_child_nodes(node)
    return found


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if name == "grader" or name.startswith("grader.")}


def test_model_and_errors_import_nothing_of_ours():
    assert ours(GRADER / "model.py") == set()
    assert ours(GRADER / "errors.py") == set()


@pytest.mark.parametrize("path", sorted((GRADER / "reports").glob("*.py")), ids=name_of)
def test_reports_import_model_errors_and_the_language_alone(path):
    allowed = ("grader.model", "grader.errors", "grader.lang", "grader.reports")
    assert {n for n in ours(path) if n != "grader" and not n.startswith(allowed)} == set()


@pytest.mark.parametrize("name", CHILD)
def test_what_runs_in_the_child_imports_little(name):
    path = GRADER / "sandbox" / f"{name}.py"
    if not path.exists():
        pytest.fail(f"{name}.py is gone; mend the list here")
    allowed = {*sys.stdlib_module_names, "numpy", "msgpack"}
    outside = {n.split(".")[0] for n in imports(path)} - allowed - {"grader"}
    assert outside == set()
    assert {n for n in ours(path) if n != "grader" and not n.startswith("grader.sandbox")} == set()


def test_the_child_for_students_tests_imports_pytest_and_hypothesis_besides_and_nothing_else():
    path = GRADER / "sandbox" / "testing.py"
    allowed = {*sys.stdlib_module_names, "numpy", "pytest", "hypothesis"}
    assert {n.split(".")[0] for n in imports(path)} - allowed == {"grader"}
    assert {n for n in ours(path) if n != "grader" and not n.startswith("grader.sandbox")} == set()


def test_no_other_child_holds_pytest_or_hypothesis():
    code = (
        "import sys, grader.sandbox.zygote, grader.sandbox.child, grader.sandbox.spawn\n"
        "print({'pytest', 'hypothesis'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nobody_imports_the_command_line(path):
    if not name_of(path).startswith(("grader.cli", "grader.__main__")):
        assert {n for n in ours(path) if n.startswith("grader.cli")} == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_pickle_is_nowhere(path):
    names = {n.split(".")[0] for n in imports(path)}
    assert not names & {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert lines_of_code(node) <= LONGEST_FUNCTION, node.name


def lines_of_code(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring aside."""
    length = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node) is not None:
        text = node.body[0]
        length -= text.end_lineno - text.lineno + 1
    return length


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_is_named_after_nothing(path):
    words = ("util", "helper", "base", "manager", "handler", "misc", "common")
    assert path.stem.strip("_") not in {*words, *(f"{w}s" for w in words)}


def test_help_imports_neither_numpy_nor_hypothesis():
    code = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from grader.cli import main\n"
        "main()\n"
        "print({'numpy', 'hypothesis', 'nbformat', 'pydantic', 'rich', 'jinja2'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert said.stdout.strip().endswith("set()")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """The wheel as students get it, built by what pip would build it with, if that is here."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(ROOT)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        yield archive


def test_the_wheel_holds_the_package_alone(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.startswith("grader-")} == {"grader"}
    names = set(wheel.namelist())
    assert "grader/py.typed" in names
    assert "grader/authoring/template/checks.py" in names
    assert "grader/authoring/gradescope_files/run_autograder" in names
    assert any(name.startswith("grader/reports/templates/") for name in names)
    assert not [n for n in names if n.endswith(("bank.msgpack", ".bank", ".pyc", ".db"))]


def test_the_wheel_holds_no_solution_no_hidden_case_and_no_mistakes_code(wheel):
    packed = "\n".join(
        wheel.read(n).decode() for n in wheel.namelist() if n.endswith((".py", ".md", ".yaml"))
    )
    lines = {line.strip() for line in packed.splitlines()}
    for path in sorted((ROOT / "solutions").glob("*/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                assert f"def {node.name}({ast.unparse(node.args)}):" not in lines, path
