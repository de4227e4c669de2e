"""lang/*.yaml of an assignment: what students receive of it, what is missing, what is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

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
        }
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
        files[f"{FOLDER}/{lang}.yaml"] = text.encode()
    return files


def untranslated(authored: Authored, lang: str) -> Iterator[str]:
    """What has no translation, and translations of what is not there: one text for each."""
    known = read_catalogue(authored.folder, lang)
    where = f"solutions/{authored.slug}/{FOLDER}/{lang}.yaml"
    if not known.title:
        yield f"{where}: title is missing"
    mistakes = {version.id for version in authored.mistakes}
    laws = {law.id for d in authored.declarations.values() for law in d.laws}
    for part, wanted, found in (
        ("mistakes", mistakes, set(known.mistakes)),
        ("laws", laws, set(known.laws)),
    ):
        yield from (f"{where}: {part}: {key} is missing" for key in sorted(wanted - found))
        yield from (f"{where}: {part}: {key} is stale" for key in sorted(found - wanted))
    hints = {version.id: len(version.hints) for version in authored.mistakes}
    for key, (title, translated) in known.mistakes.items():
        if key in hints and not (title and all(translated) and len(translated) == hints[key]):
            yield f"{where}: mistakes: {key}: a title and {hints[key]} hints are asked for"
