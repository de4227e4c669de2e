"""Self-contained pages: one for the class, one per student; no script, nothing from elsewhere."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2

from grader.lang import current, said, speaking
from grader.lang.results import translated
from grader.lang.tongue import ENGLISH
from grader.model import Verdict
from grader.reports import text
from grader.reports.audience import for_students
from grader.reports.summary import histogram, summarise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from grader.model import Report, Results
    from grader.reports.summary import Summary

_NAME_LIMIT = 80
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|\..*|")
"""Names that Windows keeps for devices, hidden names, and no name at all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the histogram: which scores, how many, and its height in percent."""

    low: str
    high: str
    count: int
    height: float


def write(results: Results) -> Mapping[str, str]:
    """Make all pages; students' pages hold what students may read. Path to text.

    The class page, `index.html`, is for staff; `students/ID.html` may be handed out.
    """
    return _pages(results, for_students(results), home="")


def write_for_staff(results: Results) -> Mapping[str, str]:
    """Make all pages with everything there is: exception texts, warnings, and links back."""
    return _pages(results, results, home="../index.html")


def page_names(students: tuple[str, ...]) -> Mapping[str, str]:
    """Give each student a file name that is safe and unique on every system.

    A name that had to be changed, or that differs from another by case alone, gets eight
    digits of the id's sha256.
    """
    taken: set[str] = set()
    names: dict[str, str] = {}
    for student in students:
        plain = re.sub(r"[^A-Za-z0-9._-]", "_", student)[:_NAME_LIMIT]
        changed = plain != student or _RESERVED.fullmatch(plain)
        if changed or plain.casefold() in taken:
            digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            plain = f"{plain.lstrip('.') or 'student'}-{digest}"
            plain = f"_{plain}" if _RESERVED.fullmatch(plain) else plain
        taken.add(plain.casefold())
        names[student] = f"{plain}.html"
    return names


def _pages(results: Results, shown: Results, *, home: str) -> Mapping[str, str]:
    names = page_names(tuple(report.student for report in results.reports))
    templates = _environment()
    with speaking(ENGLISH):  # the class page is for staff
        pages = {"index.html": _class_page(templates, results, names)}
    page, shown = templates.get_template("student.html"), translated(shown)
    for report in shown.reports:
        pages[f"students/{names[report.student]}"] = page.render(
            results=shown, report=report, home=home, explained=text.to_explain(report)
        )
    return pages


def _class_page(templates: jinja2.Environment, results: Results, names: Mapping[str, str]) -> str:
    summary = summarise(results)
    return templates.get_template("class.html").render(
        results=results,
        summary=summary,
        names=names,
        bars=_bars(summary),
    )


def _bars(summary: Summary) -> list[Bar]:
    counts = histogram(summary)
    top = max(counts) or 1
    edges = [text.shown(summary.best * k / len(counts)) for k in range(len(counts) + 1)]
    return [Bar(edges[k], edges[k + 1], count, 100 * count / top) for k, count in enumerate(counts)]


def _environment() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("grader.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    templates.filters |= {"line": text.one_line, "words": text.word}
    templates.filters |= {"points": text.shown, "standing": text.standing, "title": text.name}
    templates.filters |= {"outcome": outcome}
    templates.globals |= {
        "heading": text.heading,
        "percent": text.percent,
        "difference": text.difference,
        "share": _share,
        "said": said,
        "public_only": text.public_only,
        "noted": text.noted,
        "lang": lambda: current().lang,
        "Verdict": Verdict,
    }
    return templates


def _finalize(value: object) -> object:
    """Make every string that a template shows visible, whoever wrote it."""
    return text.visible(value) if type(value) is str else value


def _share(value: Fraction | None) -> str:
    return "-" if value is None else text.percent(*value.as_integer_ratio())


def outcome(report: Report) -> str:
    """Name how a report went, for the colour of its row: full, part, none or ungraded."""
    if report.score is None:
        return "ungraded"
    if report.passed == len(report.exercises):
        return "full"
    return "part" if report.passed or report.score else "none"
