"""The command line: what it prints, writes, and with which status it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import grader.cli
from grader.authoring.bank import write_public
from grader.cli import COMMANDS, main
from grader.errors import GraderError, SandboxError, StaffError
from grader.grade import staff_grader
from grader.reports.record import from_json

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "solutions" / "01_loss" / "loss.py").read_text(encoding="utf-8")
WRONG = REFERENCE.replace("np.mean(np.abs(", "np.sum(np.abs(")


def python(*arguments: str | Path, cwd: Path = ROOT, **environment: str):
    """Run an interpreter that finds this package."""
    paths = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=os.environ | paths | environment, text=True,
        encoding="utf-8", capture_output=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def bank() -> bytes:
    """The public bank of 01_loss."""
    with staff_grader(ROOT, "01_loss", require=None) as opened:
        return write_public(opened.assignment)


@pytest.fixture
def folder(tmp_path, bank, monkeypatch) -> Path:
    """A student's folder of 01_loss with a right answer; the working directory."""
    given = tmp_path / "01_loss"
    given.mkdir()
    (given / "public.bank").write_bytes(bank)
    (given / "loss.py").write_text(REFERENCE, encoding="utf-8")
    monkeypatch.chdir(given)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "GRADER_COURSE"):
        monkeypatch.delenv(name, raising=False)
    return given


@pytest.fixture
def class_(tmp_path, monkeypatch) -> Path:
    """A class of three; the working directory is an empty folder beside it."""
    handed_in = tmp_path / "class"
    handed_in.mkdir()
    (handed_in / "anna.py").write_text(REFERENCE, encoding="utf-8")
    (handed_in / "ben").mkdir()
    (handed_in / "ben" / "loss.py").write_text(WRONG, encoding="utf-8")
    (handed_in / "mia.py").write_text("def predict(x, w, b:\n", encoding="utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("GRADER_COURSE", str(ROOT))
    return handed_in


def test_help_imports_nothing_heavy_and_names_every_command() -> None:
    code = (
        "import sys; from grader.cli import main; code = main(['--help'])\n"
        "heavy = {'numpy', 'hypothesis', 'rich', 'pydantic', 'nbformat', 'yaml', 'jinja2',"
        " 'msgpack', 'libcst'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)), code)"
    )
    done = python("-c", code)

    assert "HEAVY [] 0" in done.stdout
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_the_same_line_in_the_list(name, capsys) -> None:
    assert main([name, "--help"]) == 0
    assert "Usage: grader" in capsys.readouterr().out
    assert grader.cli.group.get_command(None, name).short_help == COMMANDS[name]


def test_python_m_grader_and_version_work() -> None:
    done = python("-m", "grader", "--version")

    assert done.returncode == 0
    assert re.fullmatch(r"grader \S+\n", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grad"], "Did you mean 'grade'?"),
        (["xyzzy"], "There are: check, grade"),
        (["grade"], "Missing argument 'SUBMISSIONS'"),
        (["check", "--jsn", "x"], "No such option"),
        (["grade", "x", "-a", "08", "--workers", "0"], "Invalid value for '--workers'"),
    ],
)
def test_wrong_usage_is_2_and_says_what_would_be_right(arguments, said, capsys) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StaffError("x"), 2),
        (SandboxError("x"), 3),
        (GraderError("x"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_become_statuses_and_a_line(error, status, monkeypatch, capsys) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(grader.cli.group, "main", fail)

    assert main([]) == status
    assert capsys.readouterr().err in ("grader: x\n", "interrupted\n")


def test_an_error_with_hostile_text_sends_no_escape_sequence(monkeypatch, capsys) -> None:
    def fail(**_: object) -> None:
        message = "a\x1b[2J\u202eb\nsecond"
        raise StaffError(message)

    monkeypatch.setattr(grader.cli.group, "main", fail)
    main([])

    assert capsys.readouterr().err == "grader: a\\x1b[2J\\u202eb\ngrader: second\n"


def test_a_defect_keeps_its_traceback(monkeypatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(grader.cli.group, "main", fail)
    with pytest.raises(ZeroDivisionError):
        main([])


@pytest.mark.skipif(os.name != "posix", reason="closed pipes are told so on POSIX")
def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    code = (
        "import os, sys; read, write = os.pipe(); os.close(read); os.dup2(write, 1)\n"
        "from grader.cli import main; sys.exit(main(['--help']))"
    )
    done = python("-c", code)

    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.usefixtures("folder")
def test_check_of_a_right_answer_is_0(capsys) -> None:
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert "100 of 100 points." in out
    assert "Public cases only" in out


def test_check_of_a_wrong_answer_is_1_and_explains_the_first_failure(folder, capsys) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")

    assert main(["check", str(folder)]) == 1
    out = capsys.readouterr().out
    for part in (
        "1.2 mae: failed (wrong)",
        "Smallest input:",
        "Yours:",
        "Expected:",
        "Hint 1 of 3:",
    ):
        assert part in out


def test_check_takes_a_file_beside_the_bank(folder) -> None:
    (folder / "other.py").write_text(WRONG, encoding="utf-8")

    assert main(["check", "other.py"]) == 1
    assert main(["check", str(folder / "loss.py")]) == 0


@pytest.mark.parametrize("arguments", [["mae"], [".", "mae"], ["loss.py", "mae"], ["1.2"]])
def test_check_of_some_exercises_shows_and_counts_these_alone(folder, arguments, capsys) -> None:
    (folder / "loss.py").write_text(REFERENCE.replace("def mse(", "def not_mse("), encoding="utf-8")

    assert main(["check", *arguments]) == 0
    out = capsys.readouterr().out
    assert "1.2 mae" in out
    assert "predict" not in out


@pytest.mark.usefixtures("folder")
def test_check_names_what_it_does_not_find(tmp_path, capsys) -> None:
    assert main(["check", "predcit"]) == 2
    assert "no exercise predcit in 01_loss; did you mean predict? there are: predict, mae" in (
        capsys.readouterr().err
    )
    assert main(["check", "xyzzy"]) == 2
    assert "no exercise xyzzy in 01_loss; there are: predict" in capsys.readouterr().err
    assert main(["check", str(tmp_path)]) == 2
    assert "no public.bank here; run `grader check` in the assignment's folder" in (
        capsys.readouterr().err
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("where", "told"),
    [
        (["no/where"], "no/where: there is no such file or folder; HERE is searched; give"),
        (["los.py"], "los.py: there is no such file or folder; HERE is searched; did you mean"),
        (["los.py"], "did you mean 'loss.py'? Else give the assignment's folder or a file in it"),
        (["nowhere"], "no exercise nowhere in 01_loss; there are: predict"),
        (["nowhere"], "; and no file or folder nowhere in HERE"),
    ],
)
def test_check_of_what_is_not_there_says_what_where_and_what_to_do(
    tmp_path, where, told, capsys
) -> None:
    assert main(["check", *where]) == 2
    err = " ".join(capsys.readouterr().err.split())
    assert told.replace("HERE", str(tmp_path / "01_loss")) in err


def test_check_of_a_name_where_no_assignment_is_says_so(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "01_loss").mkdir()
    assert main(["check", "01_los"]) == 2
    err = " ".join(capsys.readouterr().err.split())
    assert f"01_los: there is no such file or folder; {tmp_path} is searched" in err
    assert "did you mean '01_loss'?" in err


def test_check_writes_json_to_standard_output_alone_where_the_file_is_a_dash(
    folder, capsys
) -> None:
    assert main(["check", "--json", "-"]) == 0
    told = capsys.readouterr()
    assert from_json(told.out).assignment == "01_loss"
    assert "passed" in told.err
    assert not (folder / "-").exists()


@pytest.mark.parametrize("format_", ["json", "csv", "junit"])
def test_grade_writes_any_format_to_standard_output(class_, format_, capsys) -> None:
    assert main(["grade", str(class_), "-a", "01", f"--{format_}", "-"]) == 0
    told = capsys.readouterr()
    assert told.out.lstrip().startswith({"json": "{", "csv": "student", "junit": "<"}[format_])
    assert "Everything was graded." not in told.out
    assert "Everything was graded." in told.err
    assert "wrote" not in told.err
    assert not Path("-").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--json", "-", "--csv", "-"], "only one of --json, --csv can go to standard output"),
        (["--html", "-"], "'-' is standard output, and this is a folder; give its name"),
        (["--store", "-"], "'-' is standard output, and this is a results file; give its name"),
    ],
)
def test_what_cannot_go_to_standard_output_is_2(class_, arguments, told, capsys) -> None:
    assert main(["grade", str(class_), "-a", "01", *arguments]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not Path("-").exists()


def test_diff_writes_its_table_to_standard_output(class_, capsys) -> None:
    assert main(["grade", str(class_), "-a", "01", "--store", "a.db"]) == 0
    capsys.readouterr()
    assert main(["diff", "a.db:1", "a.db:1", "--csv", "-"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("student,exercise,gain")
    assert "3 are as before" in told.err


@pytest.mark.parametrize(
    "arguments",
    [["show", "--out", "-"], ["stub", "01", "--out", "-"], ["merge", "-", "a.db"]],
)
def test_a_dash_is_no_folder_and_no_results_file(class_, arguments, capsys) -> None:
    assert main(arguments) == 2
    assert "'-' is standard output" in capsys.readouterr().err


def test_gradescope_writes_its_archive_to_standard_output(monkeypatch, capfdbinary) -> None:
    monkeypatch.setenv("GRADER_COURSE", str(ROOT))
    assert main(["gradescope", "01", "--out", "-"]) == 0
    told = capfdbinary.readouterr()
    assert told.out.startswith(b"PK")
    assert b"needs Python" in told.err


def test_a_file_that_is_called_a_dash_can_be_named(folder) -> None:
    assert main(["check", "--json", "./-"]) == 0
    assert from_json((folder / "-").read_text("utf-8")).assignment == "01_loss"


def test_check_writes_json_that_reads_back(folder) -> None:
    assert main(["check", "--json", "out/r.json"]) == 0
    results = from_json((folder / "out" / "r.json").read_text(encoding="utf-8"))
    assert results.assignment == "01_loss"
    assert results.reports[0].score == 100


def test_check_github_writes_summary_and_annotations(folder, monkeypatch, capsys) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder.parent))

    assert main(["check", "--github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", lines[0])[1]
    resumed = lines.index(f"::{token}::")
    assert lines[resumed + 1].startswith("::error title=1.2 mae%3A failed,file=01_loss/loss.py")
    assert "1.2 mae: failed" in (folder / "summary.md").read_text(encoding="utf-8")


def test_check_github_without_a_summary_file_still_annotates(folder, capsys) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")

    assert main(["check", "--github"]) == 1
    assert "::error title=1.2" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_check_within_actions_lets_no_command_through(monkeypatch, capsys) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    assert main(["check"]) == 0
    assert capsys.readouterr().out.startswith("::stop-commands::")


def test_a_summary_that_cannot_be_written_is_2(folder, monkeypatch, capsys) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder))

    assert main(["check", "--github"]) == 2
    assert "cannot write the step summary" in capsys.readouterr().err


def test_grade_of_a_class_writes_every_format_and_ends_with_0(class_, capsys) -> None:
    formats = [f"--{name}={name}.out" for name in ("json", "csv", "junit")]
    status = main(["grade", str(class_), "-a", "01_loss", *formats, "--html=pages", "--workers=1"])
    out, err = capsys.readouterr()

    assert status == 0
    assert "3 submissions. Scores of 100 points: lowest 0" in out
    assert "Everything was graded." in out
    assert err.startswith("grading 3 submissions\ngraded 3 of 3")
    results = from_json(Path("json.out").read_text(encoding="utf-8"))
    assert [r.passed for r in results.reports] == [6, 5, 0]
    rows = csv.reader(Path("csv.out").read_text("utf-8").splitlines())
    assert [row[0] for row in rows] == [
        "student", "anna", "ben", "mia",
    ]  # fmt: skip
    assert ET.parse("junit.out").getroot().get("tests") == "18"
    assert sorted(p.name for p in Path("pages/students").iterdir()) == [
        "anna.html", "ben.html", "mia.html",
    ]  # fmt: skip
    assert Path("01_loss.gradus.db").is_file()


def test_grade_again_grades_nothing_and_says_the_same(class_, capsys) -> None:
    arguments = ["grade", str(class_), "--assignment", "loss", "--workers", "2", "--json"]
    assert main([*arguments, "one.json"]) == 0
    first = capsys.readouterr()
    assert main([*arguments, "two.json"]) == 0
    second = capsys.readouterr()

    assert second.err.startswith("3 of 3 are in the store already\n")
    assert first.out == second.out
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()


def test_an_interrupted_grading_says_that_it_goes_on(class_, monkeypatch, capsys) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.batch.run.run", interrupted)
    assert main(["grade", str(class_), "-a", "01", "--store", "s.db"]) == 130
    err = " ".join(capsys.readouterr().err.split())
    assert "what was graded is kept in s.db; the same command goes on" in err
    assert err.endswith("interrupted")
    assert main(["grade", str(class_), "-a", "01", "--store", "s.db", "--regrade"]) == 130
    assert "the same command without --regrade goes on" in capsys.readouterr().err


def test_diff_of_two_assignments_is_refused(class_, capsys) -> None:
    for number in ("01", "02"):
        store = f"{number}.db"
        assert main(["grade", str(class_ / "anna.py"), "-a", number, "--store", store]) == 0
    capsys.readouterr()
    assert main(["diff", "01.db", "02.db"]) == 2
    assert "01.db and 02.db have no exercise in common" in capsys.readouterr().err


def test_regrade_gives_equal_reports(class_) -> None:
    arguments = ["grade", str(class_), "-a", "01", "--store", "s.db", "--json"]
    assert main([*arguments, "one.json"]) == 0
    assert main([*arguments, "two.json", "--regrade"]) == 0
    one, two = (json.loads(Path(f"{n}.json").read_text("utf-8")) for n in ("one", "two"))
    for record in (one, two):
        for submission in record["submissions"]:
            submission.pop("seconds")

    assert one == two


def test_grade_of_one_file_shows_it_in_full(class_, capsys) -> None:
    wrong = class_ / "ben" / "loss.py"

    assert main(["grade", str(wrong), "-a", "01", "--gradescope", "results.json"]) == 0
    out = capsys.readouterr().out
    assert "loss   loss.py" in out
    assert "1.2 mae: failed (wrong)" in out
    assert "The right answer on ordinary inputs: failed" in out
    assert json.loads(Path("results.json").read_text("utf-8"))["tests"][1]["status"] == "failed"


def test_grade_explores_one_submission_beyond_the_bank(class_, capsys) -> None:
    found = next(iter(sorted(class_.iterdir())))
    main(["grade", str(found), "-a", "01", "--explore", "2"])
    assert re.search(
        r"^explored mae: \d+ fresh cases, the largest error", capsys.readouterr().out, re.MULTILINE
    )


def test_students_pages_are_the_default_audience(class_) -> None:
    raising = REFERENCE.replace("return", "raise ValueError('the case was', x); return", 1)
    (class_ / "anna.py").write_text(raising, encoding="utf-8")
    main(["grade", str(class_), "-a", "01", "--html", "for_students"])
    main(["grade", str(class_), "-a", "01", "--html", "for_staff", "--audience", "staff"])

    assert "the case was" not in Path("for_students/students/anna.html").read_text("utf-8")
    assert "the case was" in Path("for_staff/students/anna.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "-a", "01"], "nowhere: there is no such file or folder"),
        (["CLASS", "-a", "lss"], "no assignment 'lss'"),
        (["CLASS", "-a", "01", "--course", "CLASS"], "no folder solutions/ in it"),
        (["EMPTY", "-a", "01"], "holds no submission"),
        (["CLASS", "-a", "01", "--gradescope", "x"], "for one submission, not 3"),
        (["CLASS", "-a", "01", "--explore", "1"], "--explore is for one submission, not 3"),
        (["CLASS", "-a", "01", "--store", "EMPTY/x/y.db"], "cannot open the results file"),
        (["CLASS", "-a", "01", "--json", "FILE/x.json"], "cannot write it"),
        (["CLASS", "-a", "01", "--html", "FILE/pages"], "cannot write it"),
    ],
)
def test_what_staff_can_mend_is_2_and_says_how(class_, tmp_path, arguments, said, capsys) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    places = {
        "CLASS": str(class_),
        "EMPTY": str(tmp_path / "empty"),
        "FILE": str(tmp_path / "file"),
    }
    for key, place in places.items():
        arguments = [argument.replace(key, place) for argument in arguments]

    assert main(["grade", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "graded" not in err  # nobody waits for a class to be told this


def test_an_unreachable_isolation_is_refused(class_, capsys) -> None:
    assert main(["grade", str(class_), "-a", "01", "--require", "impossible"]) == 2
    assert "impossible" in capsys.readouterr().err


def test_something_ungraded_is_3(class_, monkeypatch, capsys) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "the zygote does not answer"
        raise SandboxError(message)

    monkeypatch.setattr("grader.grade.Grader.grade", broken)

    assert main(["grade", str(class_), "-a", "01", "--workers", "1"]) == 3
    out = capsys.readouterr().out
    assert "Ungraded, through no fault of the student (18):" in out
    assert "anna: predict: the zygote does not answer" in out


@pytest.mark.usefixtures("folder")
def test_check_of_what_could_not_be_graded_is_3(monkeypatch) -> None:
    def broken(self, submission, **_: object):
        from grader.batch.run import ungraded

        return ungraded(self, submission, "no answer")

    monkeypatch.setattr("grader.grade.Grader.grade", broken)

    assert main(["check"]) == 3


def test_doctor_shows_versions_and_isolation(capsys) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^numpy +\d", out, re.MULTILINE)
    assert re.search(
        r"^isolation +(full|reduced|limits-only|timeouts-only): student code is kept from$",
        out,
        re.MULTILINE,
    )
    assert main(["doctor", "--require", "impossible"]) == 2


def test_a_package_that_is_absent_is_said_so() -> None:
    from grader.cli.doctor import _version

    assert _version("no-such-package-anywhere") == "not installed"


@pytest.mark.parametrize("command", ["stub", "audit"])
def test_a_command_that_lacks_an_extra_names_it(command) -> None:
    code = (
        "import sys; sys.modules['libcst'] = None; from grader.cli import main;"
        f"sys.exit(main(['{command}', '01', '--course', {str(ROOT)!r}]))"
    )
    done = python("-c", code)

    assert done.returncode == 2
    assert "stubs are made with libcst, which is not installed" in done.stderr
    assert "the extra `author`" in done.stderr
    assert "Traceback" not in done.stderr


def test_harvest_and_stub_work_on_one_assignment(tmp_path, monkeypatch, capsys) -> None:
    course = tmp_path / "course"
    shutil.copytree(ROOT / "solutions" / "01_loss", course / "solutions" / "01_loss")
    (course / "solutions" / "01_loss" / "handout.md").write_text("# Loss\n", encoding="utf-8")
    monkeypatch.chdir(course)

    assert main(["harvest", "01", "--seed", "5"]) == 0
    assert re.search(r"bank\.msgpack: \d+ bytes, seed 5", capsys.readouterr().out)
    assert main(["harvest", "--check"]) == 0
    assert "01_loss: no problems" in capsys.readouterr().out
    assert main(["stub"]) == 0
    assert (course / "assignments" / "01_loss" / "public.bank").is_file()
    assert main(["stub", "--check", "loss"]) == 0
    assert "01_loss: no differences" in capsys.readouterr().out
    (course / "assignments" / "01_loss" / "loss.py").unlink()
    assert main(["stub", "--check"]) == 1
    assert "loss.py" in capsys.readouterr().out
    assert main(["stub", "01", "--out", "handed_out"]) == 0
    assert (course / "handed_out" / "loss.py").is_file()
    assert main(["stub", "--check", "--out", "x"]) == 2
    assert "--out x is for one assignment" in capsys.readouterr().err
    (course / "solutions" / "01_loss" / "bank.msgpack").unlink()
    assert main(["harvest", "--check"]) == 1
    assert "bank.msgpack" in capsys.readouterr().out


def test_new_makes_an_assignment_that_harvests_and_stubs(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)

    assert main(["new", "03_linear_model"]) == 0
    assert "grader harvest 03_linear_model" in capsys.readouterr().out
    assert (tmp_path / "solutions" / "03_linear_model" / "linear_model.py").is_file()
    assert main(["new", "03_linear_model"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["new", "04_noise", "--course", str(tmp_path / "other")]) == 0
    assert (tmp_path / "other" / "solutions" / "04_noise").is_dir()
    monkeypatch.setenv("GRADER_COURSE", str(tmp_path / "other"))
    assert main(["new", "05_net"]) == 0
    assert (tmp_path / "other" / "solutions" / "05_net").is_dir()
    assert main(["harvest", "03", "--course", str(tmp_path)]) == 0
    assert main(["stub", "03", "--course", str(tmp_path)]) == 0


def test_a_submission_without_a_readable_file_is_graded_and_said_so(folder, capsys) -> None:
    (folder / "loss.py").unlink()

    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert out.count("there is no .py or .ipynb file") == 1
    assert "0 of 100 points." in out


def test_gradescope_builds_an_archive(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("grader.authoring.gradescope.required", list)
    target, wheels = tmp_path / "autograder.zip", tmp_path / "wheels"
    arguments = ["gradescope", "01", "--course", str(ROOT), "--out", str(target)]

    assert main(arguments) == 0
    assert "its set-up downloads packages" in capsys.readouterr().out
    with zipfile.ZipFile(target) as archive:
        assert "run_autograder" in archive.namelist()
    wheels.mkdir()
    (wheels / "numpy-2.0-py3-none-any.whl").write_bytes(b"")
    assert main([*arguments, "--wheels", str(wheels)]) == 0
    assert "with its packages" in capsys.readouterr().out


def test_gradescope_has_an_empty_folder_of_wheels_filled(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("grader.authoring.gradescope.required", lambda: ["no such package!"])
    arguments = ["gradescope", "01", "--course", str(ROOT), "--wheels", str(tmp_path / "new")]

    assert main(arguments) == 2
    assert "pip could not collect the wheels" in capsys.readouterr().err
