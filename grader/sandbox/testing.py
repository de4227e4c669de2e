"""Run a student's own tests in the child, on functions that the grader answers for.

Only the second kind of child holds this, and with it pytest and hypothesis. The functions under
test are proxies: each call goes to the grader, which alone knows what answers it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pytest
from hypothesis.extra import numpy as _  # noqa: F401 -- warmed up with the rest

from grader.sandbox import runner

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    Caller = Callable[..., Any]

EXAMPLES = 50
"""Of a property, where its author does not ask for another number."""

_PROFILE = "gradus"
_OPTIONS = (
    "--import-mode=importlib", "--noconftest", "--capture=no", "-p", "no:cacheprovider",
    "-p", "no:terminal", "-p", "no:unraisableexception", "-p", "no:threadexception",
    "-p", "no:faulthandler",
)  # fmt: skip
_LIMIT = 1000


def run(request: Mapping[str, Any], call: Callable[..., Any]) -> list[list[str]]:
    """Run the tests that are asked for; one row for each: name, outcome, kind, text.

    Args:
        request: `file` and its `text`; `alias`, the student's module as it was loaded and as it
            is called by all; `module` and `functions`, what is under test; `about`,
            names after which tests are told apart, and `wanted`, those of them whose tests run
            ("" for all tests named after none of them); `first`: stop at the first failure;
            `explain`: say what the two sides of a failing comparison were.
        call: Performs callback n: the n-th function under test.
    """
    _put_under_test(request["module"], request["functions"], call)
    known, name = request["alias"]
    if known in sys.modules:  # whatever a student's file is called, tests import the module
        sys.modules.setdefault(name, sys.modules[known])
    Path(request["file"]).write_bytes(request["text"].tobytes())
    Path("pytest.ini").write_text("[pytest]\n", encoding="ascii")
    return _pytest(request)


def _pytest(request: Mapping[str, Any]) -> list[list[str]]:
    _settle()
    watcher = Watcher(tuple(request["about"]), frozenset(request["wanted"]))
    first = ["-x"] if request["first"] else []
    if not request["explain"]:
        first.append("--assert=plain")  # nobody reads why: rewriting takes a third of the time
    place = ["-c", "pytest.ini", "--rootdir", str(Path.cwd()), request["file"]]
    status = pytest.main([*_OPTIONS, *first, *place], plugins=[watcher])
    if status not in (0, 1, 5) and not any(row[1] == "failed" for row in watcher.rows):
        watcher.rows.append(["", "failed", "error", f"pytest ended with status {int(status)}"])
    return watcher.rows[:_LIMIT]


def _settle() -> None:
    """The same examples each time, no clock, no database, no plugins from elsewhere."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile(
        _PROFILE,
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=EXAMPLES,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
    )
    hypothesis.settings.load_profile(_PROFILE)


@dataclass(slots=True)
class Watcher:
    """A pytest plugin that keeps the wanted tests and writes down what became of each."""

    about: tuple[str, ...]
    wanted: frozenset[str]
    rows: list[list[str]] = field(default_factory=list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that are asked for."""
        items[:] = [item for item in items if self._subject(item) in self.wanted]

    def _subject(self, item: pytest.Item) -> str:
        name = str(getattr(item, "originalname", None) or item.name)
        found = [n for n in self.about if name.removeprefix("test_").startswith(n)]
        return max(found, key=len, default="")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, None]:
        """Write down the outcome of a test, or of what goes before and after it."""
        outcome = yield
        report = outcome.get_result()
        if report.failed:
            self.rows.append([item.name[:200], "failed", *_raised(item, call)])
        elif report.when == "call" or report.skipped:
            self.rows.append([item.name[:200], str(report.outcome), "", ""])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Write down why a file cannot be collected."""
        if report.failed:
            lines = [line for line in str(report.longrepr).splitlines() if line.startswith("E ")]
            text = " ".join(line[1:].strip() for line in lines) or str(report.longrepr)
            self.rows.append(["", "failed", "unreadable", text[: runner.TEXT_LIMIT]])


def _raised(item: pytest.Item, call: pytest.CallInfo[None]) -> tuple[str, str]:
    """Which kind of error a test ended with, and in which words."""
    if call.excinfo is None:
        return "error", ""
    module = getattr(item, "module", None)
    told = runner.describe(call.excinfo.value, vars(module) if module else {})
    text = told["text"].strip().splitlines()
    shown = f"{told['type']}: {text[0] if text else ''}".removesuffix(": ")
    where = f" ({told['where']})" if told["where"] else ""
    return told["kind"], (shown + where)[: runner.TEXT_LIMIT]


def _put_under_test(module: str, functions: Sequence[str], call: Caller) -> None:
    made = types.ModuleType(module)
    for number, name in enumerate(functions):
        vars(made)[name] = _proxy(name, number, call)
    sys.modules[module] = made


def _proxy(name: str, number: int, call: Caller) -> Caller:
    """A function whose calls go to the grader; what it does to its arguments is done to them."""

    def under_test(*args: Any, **kwargs: Any) -> Any:
        value, left = call(number, list(args), kwargs)
        if left is not None:
            _copy_back(list(args), left[0])
            _copy_back(kwargs, left[1])
        return value

    under_test.__name__ = under_test.__qualname__ = name
    return under_test


def _copy_back(mine: Any, theirs: Any) -> None:
    if isinstance(mine, np.ndarray):
        if mine.shape == np.shape(theirs) and mine.flags.writeable:
            mine[...] = theirs
    elif isinstance(mine, dict):
        for key in mine:
            _copy_back(mine[key], theirs[key])
    elif isinstance(mine, (list, tuple)):
        for one, other in zip(mine, theirs, strict=True):
            _copy_back(one, other)


_REHEARSAL = """
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from under_test import double

@pytest.mark.parametrize("n", [1, 2])
def test_double(n):
    assert double(n) == pytest.approx(2 * n)

@settings(max_examples=5)
@given(hnp.arrays(float, hnp.array_shapes(max_dims=2, max_side=4), elements=st.floats(-9, 9)))
def test_double_arrays(x):
    np.testing.assert_allclose(double(x), x + x)
"""


def rehearse() -> None:
    """Run a test file once, so that children find pytest and hypothesis warmed up."""
    request = {
        "file": "test_rehearsal.py",
        "alias": ["", ""],
        "text": np.frombuffer(_REHEARSAL.encode(), np.uint8),
        "module": "under_test",
        "functions": ["double"],
        "about": [],
        "wanted": [""],
        "first": False,
        "explain": True,
    }
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
                run(request, lambda _, args, __: (args[0] + args[0], None))
        finally:
            os.chdir(here)
    for name in ("test_rehearsal", "under_test"):
        sys.modules.pop(name, None)
