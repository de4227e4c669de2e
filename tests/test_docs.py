"""What the documentation says exists, and what exists is in the documentation."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader.authoring.settings import LimitSettings, Row, Settings, Weights
from grader.cli import COMMANDS, group
from grader.model import Verdict

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in PAGES}
REFERENCE = TEXT["docs/reference/commands.md"]


def subcommand(name: str) -> click.Command:
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


def shell_lines() -> list[tuple[str, str]]:
    """Page and command of every line of every sh block that starts the grader."""
    found = []
    for page, text in TEXT.items():
        for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            found += [(page, line) for line in block.splitlines() if line.startswith("grader ")]
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_readme_and_reference(name):
    assert f"grader {name}" in TEXT["README.md"]
    assert f"`grader {name}" in REFERENCE


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_reference(name):
    options = [o for p in subcommand(name).params for o in p.opts if o.startswith("--")]
    assert not [o for o in options if not re.search(rf"{o}\b", REFERENCE)]


def test_every_option_in_the_documentation_exists():
    known = {"--version", "--help"}
    for name in COMMANDS:
        known |= {o for p in subcommand(name).params for o in (*p.opts, *p.secondary_opts)}
    for page, line in shell_lines():
        used = {word for word in shlex.split(line) if word.startswith("--")}
        assert used <= known, (page, line)


@pytest.mark.parametrize(("page", "line"), shell_lines())
def test_every_command_line_in_the_documentation_is_understood(page, line):
    """Parsed as click would, without running it."""
    _, name, *arguments = shlex.split(line)
    assert name in COMMANDS, page
    subcommand(name).make_context(name, list(arguments), resilient_parsing=False)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_explained(verdict):
    assert f"`{verdict}`" in TEXT["docs/tutorials/student.md"]
    assert f"`{verdict}`" in TEXT["docs/reference/results.md"]


@pytest.mark.parametrize("name", ["json", "html", "csv", "junit", "gradescope", "github"])
def test_every_format_is_in_the_readme(name):
    assert f"--{name}" in TEXT["README.md"]


def test_every_key_of_assignment_yaml_is_in_its_reference():
    page = TEXT["docs/reference/assignment.md"]
    models = {"": Settings, "exercises[].": Row, "limits.": LimitSettings, "weights.": Weights}
    for prefix, model in models.items():
        for key in model.model_fields:
            assert f"`{prefix}{key}`" in page or f"`{key}." in page, key


def test_the_example_of_assignment_yaml_is_right(tmp_path):
    from grader.authoring.settings import read_settings

    (block,) = re.findall(r"```yaml\n(.*?)```", TEXT["docs/reference/assignment.md"], re.DOTALL)
    (tmp_path / "a.yaml").write_text(block)
    assert read_settings(tmp_path / "a.yaml", "a.yaml").functions == (
        "affine_forward",
        "affine_backward",
    )


@pytest.mark.parametrize("page", TEXT)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", TEXT[page]):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target


def test_the_quick_start_is_two_lines():
    said = [
        subprocess.run(
            [sys.executable, str(ROOT / ".ci" / "quickstart.py"), str(n)],
            capture_output=True, text=True, check=True,
        ).stdout
        for n in (1, 2)
    ]  # fmt: skip
    assert [len(block.splitlines()) for block in said] == [1, 1]
    assert "grader grade tests/cases/sample_class" in said[0]
    assert "pytest" in said[1]
    for block in said:
        subprocess.run(["bash", "-n"], input=block, text=True, check=True)
    after = TEXT["README.md"].partition("## Quick start")[2].partition("\n## ")[0]
    assert after.count("```sh") == 2
    assert after.count("```") == 4


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["doctor"]])
def test_cheap_commands_run(arguments):
    said = subprocess.run(
        [sys.executable, "-m", "grader", *arguments], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "grader" in said.stdout


def test_the_scripts_are_shell():
    for name in ("run", "long"):
        subprocess.run(["bash", "-n", str(ROOT / ".ci" / name)], check=True)


def test_every_kind_has_an_example_that_is_a_declaration() -> None:
    from grader import authoring
    from grader.authoring import kinds
    from grader.authoring.declaration import problems_of

    text = (ROOT / "docs" / "reference" / "checks.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)\(.*?`.*?\|.*?`(\w+ = exercise\(.*?\))`", text, re.MULTILINE)
    made = {name for name in authoring.__all__ if hasattr(kinds, name)}
    assert {name for name, _ in rows} | {"network"} == made
    for _, example in rows:
        space = {name: getattr(authoring, name) for name in authoring.__all__}
        exec(example.replace(", ...)", ")"), space)
        declared = space[example.partition(" ")[0]]
        declared.sample(lambda _: {})  # which an argument that is sampled needs
        assert problems_of(declared, "checks.py") == []
