"""lang/*.yaml of an assignment: what students receive of it, what is missing, what is stale."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import yaml

from grader.authoring.public_laws import write_laws
from grader.lang import LANGUAGES
from grader.lang.catalogue import FOLDER, read_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.authoring.course import Authored


def translation_files(authored: Authored) -> Mapping[str, bytes]:
    """What students receive, by path: titles of hidden laws stay with staff.

    Raises:
        StaffError: a file is not what it should be.
    """
    public = {law.id for d in authored.declarations.values() for law in d.laws if law.public}
    said = _texts(write_laws(authored))
    files = {}
    for lang in LANGUAGES[1:]:
        if not (authored.folder / FOLDER / f"{lang}.yaml").is_file():
            continue
        known = read_catalogue(authored.folder, lang)
        data = {
            "title": known.title,
            "mistakes": {
                key: {"title": title, "hints": list(hints)}
                for key, (title, hints) in known.mistakes.items()
            },
            "laws": {key: title for key, title in known.laws.items() if key in public},
            "messages": {key: text for key, text in known.messages.items() if key in said},
        }
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
        files[f"{FOLDER}/{lang}.yaml"] = text.encode()
    return files


def law_messages(source: str) -> list[str]:
    """What the assertions in a module say, with {a}, {b}, ... for what is filled in."""
    found: dict[str, None] = {}
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                text = _asserted(node, function)
                if text:
                    found[text] = None
    return list(found)


def _asserted(node: ast.AST, function: ast.FunctionDef) -> str:
    """The text of `raise AssertionError(...)`; empty for anything else."""
    if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
        return ""
    if not (isinstance(node.exc.func, ast.Name) and node.exc.func.id == "AssertionError"):
        return ""
    text: ast.expr = node.exc.args[0]
    if isinstance(text, ast.Subscript):  # cut to a length
        text = text.value
    if isinstance(text, ast.Name):
        text = _assigned(text.id, function) or text
    return _template(text)


def _template(text: ast.AST) -> str:
    """A text with {a}, {b}, ... for what is filled in; empty for what is no text."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    letters = iter("abcdefghij")
    said = [
        str(part.value) if isinstance(part, ast.Constant) else f"{{{next(letters, 'x')}}}"
        for part in parts
    ]
    return "".join(said) if any(isinstance(part, ast.Constant) for part in parts) else ""


def _texts(source: str) -> frozenset[str]:
    """All texts of a module: laws may put together what they say from any of them."""
    return frozenset(filter(None, map(_template, ast.walk(ast.parse(source)))))


def _assigned(name: str, function: ast.FunctionDef) -> ast.expr | None:
    """What a variable is set to in a function, the last time."""
    found = None
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            found = node.value
    return found


def untranslated(authored: Authored, lang: str) -> Iterator[str]:
    """What has no translation, and translations of what is not there: one text for each."""
    known = read_catalogue(authored.folder, lang)
    where = f"solutions/{authored.slug}/{FOLDER}/{lang}.yaml"
    if not known.title:
        yield f"{where}: title is missing"
    mistakes = {version.id for version in authored.mistakes}
    laws = {law.id for d in authored.declarations.values() for law in d.laws}
    checks = (authored.folder / "checks.py").read_text("utf-8")
    for part, wanted, found, there in (
        ("mistakes", mistakes, set(known.mistakes), mistakes),
        ("laws", laws, set(known.laws), laws),
        ("messages", set(law_messages(checks)), set(known.messages), _texts(checks)),
    ):
        yield from (f"{where}: {part}: {key} is missing" for key in sorted(wanted - found))
        yield from (f"{where}: {part}: {key} is stale" for key in sorted(found - there))
    hints = {version.id: len(version.hints) for version in authored.mistakes}
    for key, (title, translated) in known.mistakes.items():
        if key in hints and not (title and all(translated) and len(translated) == hints[key]):
            yield f"{where}: mistakes: {key}: a title and {hints[key]} hints are asked for"
