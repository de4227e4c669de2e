"""Languages: complete by key, nothing stale, English where something is missing."""

from __future__ import annotations

import ast
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.course import load, slugs
from grader.authoring.prepared import assignment_of
from grader.authoring.stub import stub
from grader.authoring.translations import law_messages, translation_files, untranslated
from grader.cli import main
from grader.errors import StaffError
from grader.grade import student_grader  # noqa: F401 -- not for the first time beside a thread
from grader.intake import read_student
from grader.lang import LANGUAGES, current, said, speaking
from grader.lang.catalogue import read_catalogue, read_messages, tongue_for
from grader.lang.results import translated
from grader.lang.tongue import ENGLISH, Tongue, pattern_of
from grader.model import Counterexample, Verdict
from grader.reports import html, text
from tests.result_examples import GRADED, make_report, make_results
from tests.tiny import DOUBLE, write_assignment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Results

ROOT = Path(__file__).parent.parent
GRADER = ROOT / "grader"
OTHERS = LANGUAGES[1:]
TRANSLATED = [slug for slug in slugs(ROOT) if (ROOT / "solutions" / slug / "lang").is_dir()]
HOLDERS = re.compile(r"\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
EN = read_messages("en")["patterns"]


def labels() -> dict[str, str | None]:
    """Every label of the writers: key to its English text, None where it is made elsewhere."""
    found: dict[str, str | None] = {f"verdict.{verdict}": None for verdict in Verdict}
    plugin = GRADER / "pytest_plugin.py"
    for path in (*(GRADER / "reports").rglob("*.py"), *(GRADER / "cli").rglob("*.py"), plugin):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said":
                key, english = node.args[:2]
                if isinstance(key, ast.Constant):
                    given_ = english.value if isinstance(english, ast.Constant) else None
                    found[key.value] = given_
    for path in (GRADER / "reports" / "templates").iterdir():
        found |= dict(re.findall(r'said\("(\w+)", "([^"]*)"', path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("lang", OTHERS)
def test_every_label_is_translated_and_none_is_stale(lang):
    there = read_messages(lang)["labels"]
    assert set(there) == set(labels())
    for key, english in labels().items():
        if english is not None:
            assert set(HOLDERS.findall(there[key])) == set(HOLDERS.findall(english)), key


@pytest.mark.parametrize("lang", OTHERS)
def test_every_pattern_is_translated_with_its_placeholders_and_none_is_stale(lang):
    there = read_messages(lang)["patterns"]
    assert set(there) == set(EN)
    for key, english in EN.items():
        assert set(HOLDERS.findall(there[key])) == set(HOLDERS.findall(english)), key


def strings() -> str:
    """Every text in the grader's sources, in one."""
    found: list[str] = []
    for path in GRADER.rglob("*.py"):
        if "lang" not in path.parts:
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            constants = (n.value for n in nodes if isinstance(n, ast.Constant))
            found += [value for value in constants if isinstance(value, str)]
    return "\n".join(found)


def test_what_patterns_wait_for_is_still_said_somewhere():
    said_somewhere = strings()
    stale = [
        (key, part)
        for key, english in EN.items()
        for piece in HOLDERS.split(english)[::2]
        for part in re.split(
            r" of processor time|no answer|did not finish| in line |It |;| and ", piece
        )
        if len(part.strip(" :")) > 3 and part.strip(" :") not in said_somewhere
    ]
    assert not stale


TOLD = (
    *(GRADER / "intake").glob("*.py"),
    *(GRADER / "judge").glob("*.py"),
    GRADER / "drawing.py",
    GRADER / "examination.py",
    GRADER / "grade.py",
    GRADER / "neighbours.py",
    GRADER / "sandbox" / "source.py",
    GRADER / "sandbox" / "link.py",
)
"""Where what students read is made."""


def phrases(path: Path) -> set[str]:
    """What stands between the filled-in parts of a file's texts, docstrings aside."""
    tree = ast.parse(path.read_text("utf-8"))
    bare = (n.value for n in ast.walk(tree) if isinstance(n, ast.Expr))
    docstrings = {id(value) for value in bare if isinstance(value, ast.Constant)}
    texts = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is str)
    pieces = (n.value.strip(" :;,()'") for n in texts if id(n) not in docstrings)
    told = {piece for piece in pieces if re.search(r"[a-z]{2,} [a-z]", piece)}
    return {piece for piece in told if not piece.startswith("pictures need matplotlib")}


NEVER_TOLD = {
    "an archive of a kind that is not opened; unpack it, or give a zip or tar",  # to staff
    "a change of another form than was agreed on",
    "a reply has four parts",
    "a reply of another form than was asked for",
    "an answer of another form than was asked for",
    "and by",  # of two axes by which something is divided
    "crashed the Python process (status",  # the same as with a signal's name
    "import numpy as np",
    "inf instead",  # looked for in a message
    "more bytes were printed]\n",
    "nan instead",  # looked for in a message
    "no picture",  # in a notebook, where no language is chosen
    "there is no such file or folder",  # to staff, as the next two
    "cannot be read (",
}


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.stem)
def test_every_phrase_that_students_may_read_has_a_translation(path):
    known = "\n".join(EN.values()) + "\n".join(v for v in labels().values() if v)
    assert sorted(p for p in phrases(path) - NEVER_TOLD if p not in known) == []


HANDED_IN = {
    "empty.zip": b"PK\x05\x06" + bytes(18),
    "cut.zip": b"PK\x03\x04 and no more",
    "packed.7z": b"7z\xbc\xaf\x27\x1c",
    "layers.ipynb": b"{",
    "list.ipynb": b"[]",
    "bare.ipynb": b"{}",
    "nul.py": b"a = 1\nb = \0\n",
    "notes.txt": b"",
}


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("name", HANDED_IN)
def test_what_cannot_be_read_is_told_in_the_language(tmp_path, name, lang):
    (tmp_path / name).write_bytes(HANDED_IN[name])
    found = read_student(tmp_path, module="layers", functions=["softmax"])
    told = tongue(lang=lang).text(found.message)
    assert CHINESE.search(told), found.message
    assert not re.search(r"\b(is|there|hand in|holds)\b", told), told


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("cell 3: %%bash cell left out", "cell 3：略過 %%bash 儲存格"),
        ("cell 1, line 2: !ls: left out", "cell 1, line 2：!ls：已略過"),
        (
            "cell 4, line 1: EOFError: there is no keyboard when graded: skipped",
            "cell 4, line 1：EOFError：批改時沒有鍵盤可以輸入：已略過",
        ),
        (
            "line 3: import torch: ModuleNotFoundError: No module named 'torch': skipped",
            "line 3: import torch：ModuleNotFoundError：No module named 'torch'：已略過",
        ),
        (
            "line 9: did not finish within 9 s, so the process was stopped; it was at line 2: f: skipped",
            "line 9：9 秒內沒有執行完，因此程式被中止；當時執行到：line 2: f：已略過",
        ),
        (
            "used up its processor time, so the process was stopped; it was in the loop at line 5: x",
            "用完了處理器時間，因此程式被中止；當時在迴圈裡：line 5: x",
        ),
        (
            "loss.py, line 7: SyntaxError: '(' was never closed: f(",
            "loss.py 第 7 行有語法錯誤（SyntaxError）：'(' was never closed: f(",
        ),
    ],
)
def test_what_is_left_out_or_too_slow_is_told_in_the_language(english, told):
    assert tongue().text(english) == told


def test_several_messages_are_each_told_in_the_language():
    told = tongue().text("a.zip is damaged: it is not UTF-8; b.py is not an ordinary file")
    assert told == "a.zip 已損壞：不是 UTF-8；b.py 不是一般檔案"


SAMPLES = {
    "place": "X", "name": "predict", "names": "mae, mse", "n": "3", "m": "2", "where": "[0, 1]",
    "shape": "(3,)", "other_shape": "(2,)", "line": "line 12: y = 1 / 0", "type": "int", "kind": "int",
    "rest": "nothing (None)", "what": "nothing (None)", "other": "is squared",
    "statement": "line 3", "syntax": "SyntaxError", "expected": "a single number", "got": "shape (3,)", "warning": "RuntimeWarning: overflow",
}  # fmt: skip


@pytest.mark.parametrize("key", EN)
def test_no_pattern_stands_in_the_way_of_a_later_one(key):
    filled = HOLDERS.sub(lambda m: SAMPLES.get(m[1], "7"), EN[key])
    assert next(k for k, v in EN.items() if pattern_of(v).fullmatch(filled)) == key


def tongue(slug: str = "01_loss", lang: str = "zh-Hant") -> Tongue:
    folder = ROOT / "solutions" / slug
    return tongue_for(lang, assignment_of(load(ROOT, slug)), folder)


@given(st.text() | st.sampled_from(sorted(EN.values())))
def test_any_text_can_be_said(english):
    assert isinstance(tongue_of_patterns().text(english), str)


def tongue_of_patterns() -> Tongue:
    pairs = tuple((pattern_of(v), v) for v in EN.values())
    return Tongue("x", {}, pairs)


def test_what_is_not_known_stays_english_and_english_itself_is_never_changed():
    spoken = tongue()
    assert spoken.text("a brand new sentence") == "a brand new sentence"
    assert spoken.label("no such key", "Some {x}", {"x": 3}) == "Some 3"
    assert ENGLISH.text("X: 1 instead of 2") == "X: 1 instead of 2"
    assert current() is ENGLISH
    assert said("yours", "Yours: ") == "Yours: "


def test_parts_of_a_message_are_translated_within_it():
    spoken = tongue()
    assert spoken.text("S: 3 instead of anything from 1 to 2 at [0]") == (
        "S：位置 [0] 是 3，應該是 1 到 2 之間的數"
    )
    assert spoken.text(
        "with read-only arguments: mae: nothing (None) instead of a dict with keys a"
    ) == ("引數唯讀時：mae：是空值（None），應該是含有鍵 a 的字典")


def test_what_a_law_may_leave_unsaid_may_be_left_unsaid():
    pattern = pattern_of("{a} of 80 are right{b}")
    assert pattern.fullmatch("7 of 80 are right").group("b") == ""
    assert pattern.fullmatch("7 of 80 are right; none is drawn").group("b") == "; none is drawn"


def test_a_law_is_named_by_its_title_and_what_it_says_follows():
    assert tongue().text("One step to the right adds w: 3, expected 4") == (
        "往右走一步，增加 w：得到 3，應該是 4"
    )


def test_two_mistakes_with_the_same_answers_are_both_told():
    first = "The errors are averaged first and made positive afterwards"
    title = f"{first} / or: The errors keep their sign; and what comes out is divided by N"
    found = tongue().text(title)
    assert found == "先取平均，才取絕對值／或者：誤差保留了正負號；而且結果被除以 N"


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("slug", TRANSLATED)
def test_every_title_and_hint_of_an_assignment_is_translated_and_none_is_stale(slug, lang):
    assert list(untranslated(load(ROOT, slug), lang)) == []


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("slug", TRANSLATED)
def test_translations_hold_no_code_and_differ_from_english(slug, lang):
    known = read_catalogue(ROOT / "solutions" / slug, lang)
    code = re.compile(r"np\.|\bdef \w+\(|\*\*|axis=|keepdims|@|==|\w\[|\.sum|\.mean|\.T\b")
    for key, (title, hints) in known.mistakes.items():
        for line in (title, *hints):
            assert CHINESE.search(line), (key, line)
            assert not code.search(line), (key, line)


def test_the_two_chinese_languages_keep_to_their_characters():
    only = {"zh-Hant": "说这门边应该数组过对错误", "zh-Hans": "說這門邊應該數組過對錯誤"}
    for lang, other in only.items():
        wrong = set(other) - set("组该" if lang == "zh-Hant" else "該組")
        wrong -= set(only["zh-Hans" if lang == "zh-Hant" else "zh-Hant"])
        files = [GRADER / "lang" / f"{lang}.yaml"]
        files += [ROOT / "solutions" / slug / "lang" / f"{lang}.yaml" for slug in TRANSLATED]
        for file in files:
            assert not wrong & set(file.read_text("utf-8")), file


def test_missing_and_stale_translations_are_told(tmp_path):
    hints = "hints=['one', 'two', 'three']"
    mistakes = (
        "from checks import double\nfrom grader.authoring import mistake\n"
        f"@mistake(double, title='t', {hints})\ndef added(x): return x + 2\n"
        f"@mistake(double, title='u', {hints})\ndef halved(x): return x / 2\n"
    )
    course = write_assignment(tmp_path, mistakes=mistakes)
    folder = course / "solutions" / "01_work" / "lang"
    folder.mkdir()
    (folder / "zh-Hans.yaml").write_text(
        "mistakes:\n  halved: {title: 半, hints: [a, b]}\n  gone: {title: 无, hints: [a, b, c]}\n",
        encoding="utf-8",
    )
    found = [
        line.partition("yaml: ")[2] for line in untranslated(load(course, "01_work"), "zh-Hans")
    ]
    assert found == [
        "title is missing",
        "mistakes: added is missing",
        "mistakes: gone is stale",
        "mistakes: halved: a title and 3 hints are asked for",
    ]


@pytest.mark.parametrize(
    "content", ["- a", "mistakes: [1]", "colour: red", "a: [", "mistakes: {m: 1}"]
)
def test_a_file_of_another_form_is_told(tmp_path, content):
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "zh-Hant.yaml").write_text(content)
    with pytest.raises(StaffError, match=r"zh-Hant\.yaml: "):
        read_catalogue(tmp_path, "zh-Hant")


def test_what_laws_say_is_found_in_their_source():
    source = (
        "def law(student, x):\n"
        "    text = f'{x} of {x:.3f}'\n"
        "    if x: raise AssertionError('plain')\n"
        "    if x: raise AssertionError(f'a {x!r} and a {x}'[:20])\n"
        "    if x: raise AssertionError(text)\n"
        "    raise ValueError('not this')\n"
        "    raise AssertionError(made(x))\n"
    )
    assert law_messages(source) == ["plain", "a {a} and a {b}", "{a} of {b}"]


def test_what_a_broken_law_says_is_translated_with_what_is_filled_in():
    spoken = tongue("03_linear_model")
    found = spoken.text("There are T - k rows: shapes (3, 2) and (3,) from 4 days and k = 2")
    assert found == "共有 T - k 列：4 天、k = 2 得到的形狀是 (3, 2) 和 (3,)"


def test_what_a_law_lists_is_translated_line_by_line():
    spoken = tongue("00_warm_up")
    found = spoken.text(
        "Every situation has the label that fits: \n"
        "whether an e-mail is spam: not labelled yet\n"
        "a translation of a whole document: regression? words are not amounts"
    )
    assert found.splitlines() == [
        "每種情況都有合適的標註：",
        "一封電子郵件是不是垃圾信：還沒有標註",
        "整份文件的翻譯：是 regression 嗎？文字不是數量",
    ]


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("slug", TRANSLATED)
def test_messages_of_laws_keep_what_is_filled_in(slug, lang):
    known = read_catalogue(ROOT / "solutions" / slug, lang).messages
    for english, translation in known.items():
        assert set(HOLDERS.findall(translation)) <= set(HOLDERS.findall(english))
        assert CHINESE.search(translation)


def test_students_receive_translations_without_titles_of_hidden_laws(tmp_path):
    checks = DOUBLE["checks.py"] + (
        "@double.law('Open', public=True)\ndef shown(student, x): ...\n"
        "@double.law('Secret')\ndef kept(student, x): raise AssertionError('psst')\n"
    )
    course = write_assignment(tmp_path, checks=checks)
    folder = course / "solutions" / "01_work" / "lang"
    folder.mkdir()
    (folder / "zh-Hant.yaml").write_text(
        "title: 題\nlaws: {shown: 公開, kept: 祕密}\nmessages: {psst: 噓}\n", encoding="utf-8"
    )
    files = translation_files(load(course, "01_work"))
    assert list(files) == ["lang/zh-Hant.yaml"]
    assert "公開" in files["lang/zh-Hant.yaml"].decode()
    assert not set("祕噓") & set(files["lang/zh-Hant.yaml"].decode())


@pytest.fixture
def folder(tmp_path) -> Path:
    """What students receive of 01_loss, with a wrong answer, and nothing else."""
    given_ = tmp_path / "01_loss"
    for name, data in stub(ROOT, "01_loss").items():
        (given_ / name).parent.mkdir(parents=True, exist_ok=True)
        (given_ / name).write_bytes(data)
    (given_ / "loss.ipynb").unlink()
    (given_ / "loss.py").write_text("def predict(x, w, b):\n    return w + b * x\n")
    return given_


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh-Hant", ("權重與偏差對調了", "把 b 設為 0", "最小的反例：", "得 0 分，滿分 100 分。")),
        ("zh-Hans", ("权重与偏置对调了", "把 b 设为 0", "最小的反例：", "得 0 分，满分 100 分。")),
        (
            "en",
            ("The weight and the bias have changed places", "Smallest input:", "0 of 100 points."),
        ),
    ],
)
def test_a_student_reads_the_language_that_was_asked_for(folder, lang, words, capsys):
    assert main(["check", str(folder), "--lang", lang]) == 1
    printed = capsys.readouterr().out
    assert all(word in printed for word in words)
    assert bool(CHINESE.search(printed)) == (lang != "en")


def test_the_environment_may_say_the_language_and_the_record_stays_english(
    folder, monkeypatch, capsys
):
    monkeypatch.setenv("GRADER_LANG", "zh-Hans")
    record = folder / "r.json"
    assert main(["check", str(folder), "--json", str(record)]) == 1
    assert "权重与偏置对调了" in capsys.readouterr().out
    found = json.loads(record.read_text("utf-8"))["submissions"][0]["exercises"][0]
    assert found["mistake"]["title"] == "The weight and the bias have changed places"
    monkeypatch.setenv("GRADER_LANG", "klingon")
    assert main(["check", str(folder)]) == 2


def test_without_translations_the_folder_still_checks_in_english_words(folder, capsys):
    shutil.rmtree(folder / "lang")
    assert main(["check", str(folder), "--lang", "zh-Hant"]) == 1
    printed = capsys.readouterr().out
    assert "看起來像是：The weight and the bias have changed places" in printed


def results() -> Results:
    """Two submissions."""
    return make_results(make_report("ada", GRADED), make_report("bob", GRADED))


def pages(lang: str) -> Iterator[tuple[str, str]]:
    with speaking(Tongue(lang, read_messages(lang)["labels"]) if lang != "en" else ENGLISH):
        yield from html.write(results()).items()


def test_students_pages_are_translated_and_the_class_page_is_staffs():
    found = dict(pages("zh-Hans"))
    assert '<html lang="en">' in found["index.html"]
    student = next(page for name, page in found.items() if name.startswith("students/"))
    assert '<html lang="zh-Hans">' in student
    assert "各题结果" in student
    assert "各题结果" not in found["index.html"]


def test_what_a_law_asks_for_is_translated_and_code_is_not():
    before = results()
    law = Counterexample("f(1)", {}, "y = 2.0", "One step to the right adds w", "")
    code = replace(law, yours="x is no longer the same after the call", expected="x = 1.0")
    report = before.reports[0]
    failed = [replace(report.exercises[0], counterexample=one) for one in (law, code)]
    with speaking(tongue()):
        after = translated(replace(before, reports=(replace(report, exercises=tuple(failed)),)))
    first, second = (e.counterexample for e in after.reports[0].exercises)
    assert (first.yours, first.expected) == ("y = 2.0", "往右走一步，增加 w")
    assert (second.yours, second.expected) == ("x 在呼叫之後變了", "x = 1.0")


def test_translated_results_have_the_same_numbers():
    before = results()
    plain = text.standing(before.reports[0])
    with speaking(tongue()):
        after = translated(before)
        assert CHINESE.search(text.standing(after.reports[0]))
    assert text.standing(after.reports[0]) == plain
    strip: Any = lambda r: [(e.name, e.points, e.verdict, e.reason) for e in r.exercises]  # noqa: E731
    assert list(map(strip, after.reports)) == list(map(strip, before.reports))


def test_every_row_of_the_glossary_is_whole():
    glossary = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
    rows = [line.strip("|").split(" | ") for line in glossary.splitlines() if line.startswith("| ")]
    for row in rows:
        assert all(cell.strip() for cell in row[:3]), row
