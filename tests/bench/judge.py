"""Issue by issue what the judge promises, measured: `python -m tests.bench.judge [--long]`.

Short: the audit's kill matrix, counterexamples, rewritten and novel mistakes, time.
`--long` adds banks of other seeds, the split-half test, and fresh inputs for equivalent mutants.
"""

from __future__ import annotations

import contextlib
import heapq
import importlib.util
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit import audit
from grader.authoring.bank import BANK
from grader.authoring.course import load
from grader.authoring.harvest import harvest
from grader.authoring.rehearse import rehearsed_result
from grader.authoring.shapes import parts
from grader.errors import AuthoringError
from grader.grade import staff_grader
from grader.judge import verdict
from grader.judge.breach import Broken
from grader.judge.shrink import Walk
from grader.judge.simpler import cost
from grader.judge.verdict import case_failure, fails_alike
from grader.model import Cell, Source, Submission
from tests.bench.wrong import ROOT, Course, TooSlow, courses, killers, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.model import Exercise

SEEDS = range(1, 21)
SPLITS = 200
FEW = 16
SHAPES = 600
"""So many are looked at where a counterexample is large."""


def say(what: str, value: object, bar: str, good: bool) -> bool:  # noqa: FBT001
    """Print one bar; return whether it is reached."""
    print(f"{'  ' if good else '! '}{what:<46} {value!s:>26}   bar {bar}", flush=True)
    return good


# --- the audit ------------------------------------------------------------------------------


def matrix(root: Path, slugs: list[str]) -> dict[str, int]:
    """Sums over the audits of assignments; tests, claims and constants have no mutants."""
    rows = [row for slug in slugs for row in audit(root, slug).rows]
    functions = {n for s in slugs for n, f in load(root, s).reference.items() if callable(f)}
    return {
        "accepted": sum(r.accepted for r in rows),
        "rejected": sum(len(r.rejected) for r in rows),
        "mistakes": sum(r.named + len(r.unnamed) + len(r.alive) for r in rows),
        "alive": sum(len(r.alive) for r in rows),
        "unnamed": sum(len(r.unnamed) for r in rows),
        "mutants": sum(r.mutants for r in rows),
        "equivalent": sum(r.equivalent for r in rows),
        "survivors": sum(len(r.survivors) for r in rows),
        "fewest": min(r.mutants for r in rows if r.exercise in functions),
    }


def kill_matrix(slugs: list[str]) -> bool:
    """Catalogue, variants and mutants against the banks that lie there."""
    m = matrix(ROOT, slugs)
    left = m["mutants"] - m["equivalent"]
    killed, same = 1 - m["survivors"] / left, m["equivalent"] / m["mutants"]
    return all([
        say("right versions rejected", f"{m['rejected']} of {m['accepted']}", "0", not m["rejected"]),
        say("catalogue alive", f"{m['alive']} of {m['mistakes']}", "0", not m["alive"]),
        say("catalogue not named as itself", m["unnamed"], "0", not m["unnamed"]),
        say("fewest mutants of an exercise", m["fewest"], "6", m["fewest"] >= 6),
        say("mutants killed", f"{left - m['survivors']}/{left} = {killed:.2%}", "99 %", killed >= 0.99),
        say("mutants declared equivalent", f"{m['equivalent']} = {same:.1%}", "8 %", same <= 0.08),
    ])  # fmt: skip


# --- counterexamples ------------------------------------------------------------------------


def counterexamples(found: list[Course]) -> bool:
    """How many numbers the shrunk input of every catalogue mistake holds."""
    seen: list[tuple[int, bool, str]] = []
    with walked() as inputs:
        for course in found:
            for exercise in course.assignment.exercises:
                if exercise.judged_by not in ("reference", "laws"):
                    continue
                for key, space in course.mistakes(exercise.name).items():
                    inputs.clear()
                    less = False
                    with within(60):
                        course.explained(exercise, space)
                        n = cost(inputs[-1])[0] if inputs else 0
                        less = n > FEW and fewer(course, exercise, space, n)
                    if inputs:
                        seen.append((n, less, f"{exercise.name}: {key}"))
    large = [(n, less, key) for n, less, key in seen if n > FEW]
    for n, less, key in large:
        print(f"    {n} numbers{', and fewer would do' if less else ''}: {key}")
    middle, poor = statistics.median(n for n, *_ in seen), sum(less for _, less, _ in large)
    return all([
        say("counterexamples: median numbers", f"{middle} of {len(seen)}", "4", middle <= 4),
        say(f"  with more than {FEW}, which fewer would do", f"{poor} of {len(large)}", "0", not poor),
    ])  # fmt: skip


def fewer(course: Course, exercise: Exercise, namespace: Mapping[str, Any], most: int) -> bool:
    """Does a search over shapes, the smallest first, find less that fails in the same way?"""
    space, judgement = course.spaces[exercise.name], course.judgement(exercise, namespace)
    failure = judgement.first
    case = exercise.cases[failure.case]
    heap = [(cost(c.arguments)[0], i, c.arguments) for i, c in enumerate(exercise.cases)]
    known: set[str] = set()
    heapq.heapify(heap)
    for _ in range(SHAPES):
        if not heap:
            break
        n, _, arguments = heapq.heappop(heap)
        if n < most:
            counted = {name: counted_up(value) for name, value in arguments.items()}
            legal = [c for a in (arguments, counted) if (c := space.frozen(case, a)) is not None]
            replies = course.replies(exercise, namespace, legal)
            again = [
                case_failure(exercise, c, 0, r.answer)[0]
                for c, r in zip(legal, replies, strict=True)
            ]
            if any(found and fails_alike(found, failure) for found in again):
                return True
        for less in (space.after(arguments, step) for step in space.steps(arguments)):
            shape = repr([(p.argument, p.member, p.shape) for p in parts(less)])
            if shape not in known:
                known.add(shape)
                heapq.heappush(heap, (cost(less)[0], len(known) + len(exercise.cases), less))
    return False


def counted_up(value: Any) -> Any:
    """Different numbers in every array of an argument."""
    if isinstance(value, dict) and "function" not in value:
        return {key: counted_up(item) + i / 8 if isinstance(item, np.ndarray) else item
                for i, (key, item) in enumerate(value.items())}  # fmt: skip
    if isinstance(value, list):
        return [counted_up(item) for item in value]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.arange(1.0, value.size + 1).reshape(value.shape)
    return value


@contextlib.contextmanager
def walked() -> Iterator[list[Mapping[str, Any]]]:
    """The inputs with which walks to something smaller end, as they come."""
    ends: list[Mapping[str, Any]] = []
    real = Walk.smallest

    def watched(walk: Walk[Any], arguments: Mapping[str, Any], start: Any) -> Any:
        end = real(walk, arguments, start)
        ends.append(end.inputs if isinstance(end, Broken) else end[0].arguments)
        return end

    Walk.smallest = watched  # type: ignore[method-assign]
    try:
        yield ends
    finally:
        Walk.smallest = real  # type: ignore[method-assign]


# --- rewritten and novel mistakes -----------------------------------------------------------


def written() -> list[Any]:
    """The modules under tests/cases/rewrites."""
    modules = []
    for path in sorted((ROOT / "tests" / "cases" / "rewrites").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"rewrites_{path.stem}", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        modules.append((path.stem, module))
    return modules


def named(course: Course, exercise: str, text: str) -> str:
    """How a version is named: an id, "unknown", or "right"."""
    try:
        space = course.loaded(course.source + "\n\n" + text)
        with within(20):
            result = rehearsed_result(course.prepared[exercise], space)
    except TooSlow:
        return "too slow"
    if result.verdict is verdict.Verdict.PASSED:
        return "right"
    return result.mistake.id if result.mistake else "unknown"


def rewrites(found: list[Course]) -> bool:
    """Are mistakes in other words named as themselves, and no new one as an old one?"""
    by_module = {course.authored.settings.module: course for course in found}
    wrong, total, misnamed, novel = [], 0, [], 0
    for stem, module in written():
        course = by_module[stem]
        for (exercise, key), text in module.REWRITES.items():
            if exercise not in {e.name for e in course.exercises}:
                continue
            total += 1
            name = named(course, exercise, text)
            if name != key:
                wrong.append(f"{exercise}: {key} is named {name}")
        for exercise, texts in module.NOVEL.items():
            if exercise not in {e.name for e in course.exercises}:
                continue
            for number, text in enumerate(texts):
                novel += 1
                name = named(course, exercise, text)
                if name != "unknown":
                    kind = "?" if "transform:" in name and "+transform" not in name else "!"
                    misnamed.append(f"{kind} {exercise}, novel {number}: named {name}")
    for line in (*wrong, *misnamed):
        print(f"    {line}")
    false = [line for line in misnamed if line.startswith("!")]
    share = 1 - len(wrong) / max(1, total)
    return all([
        say("rewrites named right", f"{total - len(wrong)}/{total} = {share:.1%}", "95 % of 60", share >= 0.95 and total >= 60),
        say("novel mistakes with a catalogue name", f"{len(false)} of {novel}", "0 of 60", not false and novel >= 60),
    ])  # fmt: skip


# --- time -----------------------------------------------------------------------------------


def _handed_in(file: str, text: str) -> Submission:
    return Submission("bench", (Source(file, (Cell(file, text),)),), "0")


def _seconds(work: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def timing(slug: str = "08_layers") -> bool:
    """What judging costs on the passing path, and what one failing exercise adds."""
    from grader import grade

    course = Course(slug)
    file = f"{course.authored.settings.module}.py"
    spent: list[float] = []
    real = grade.judge

    def watched(*args: Any) -> Any:
        began = time.perf_counter()
        try:
            return real(*args)
        finally:
            spent.append(time.perf_counter() - began)

    with staff_grader(ROOT, slug, require=None) as grader:
        right = _handed_in(file, course.source)
        _seconds(lambda: grader.grade(right), 5)
        grade.judge = watched
        whole = _seconds(lambda: grader.grade(right), 20)
        judging = sum(spent) / 20
        grade.judge = real
        added = []
        for exercise in course.exercises:
            from grader.authoring.mutants import mutants

            for mutant in mutants(course.source, exercise.name):
                bad = _handed_in(file, mutant.source)
                report = grader.grade(bad)
                failing = [r for r in report.exercises if r.verdict is not verdict.Verdict.PASSED]
                if len(failing) == 1:
                    before = _seconds(lambda: grader.grade(right), 11)
                    cost_ = _seconds(lambda bad=bad: grader.grade(bad), 11)
                    carried = sum(r.carried for r in report.exercises)
                    added.append((cost_ / before - 1, 1e3 * cost_, carried, mutant.id))
    added.sort()
    alone, others = ([row for row in added if bool(row[2]) == kind] for kind in (False, True))
    for ratio, milliseconds, carried, key in (*alone[-4:], *others[-4:]):
        print(f"    {ratio:.2f} more, {milliseconds:.0f} ms, {carried} carried: {key}")
    print(f"    right submission {1e3 * whole:.1f} ms, judging {1e3 * judging:.2f} ms")
    return all([
        say("judging, share of a right session", f"{judging / whole:.1%}", "5 %", judging <= 0.05 * whole),
        _added("one failing exercise adds", [row[0] for row in alone]),
        _added("each of those that failed before others were put right", [r / (1 + n) for r, _, n, _ in others]),
    ])  # fmt: skip


def _added(what: str, ratios: list[float]) -> bool:
    text = f"median {statistics.median(ratios):.2f}, most {max(ratios):.2f}"
    return say(f"{what} ({len(ratios)})", text, "1", max(ratios) <= 1)


# --- long: robust, not tuned ----------------------------------------------------------------


def reharvested(slugs: list[str]) -> bool:
    """Kill rates and rejected right versions under banks of other seeds."""
    worst, rejected = 1.0, 0
    with tempfile.TemporaryDirectory() as room:
        root = Path(room)
        shutil.copytree(ROOT / "solutions", root / "solutions")
        for seed in SEEDS:
            try:
                for slug in slugs:
                    (root / "solutions" / slug / BANK).write_bytes(harvest(root, slug, seed))
            except AuthoringError as error:
                print(f"    seed {seed}: {error}")
                worst = 0.0
                continue
            m = matrix(root, slugs)
            wrong = m["mistakes"] + m["mutants"] - m["equivalent"]
            rate = 1 - (m["alive"] + m["survivors"]) / wrong
            line = f"{rate:.2%} of {wrong} killed, {m['rejected']} rejected, {m['unnamed']} unnamed"
            print(f"    seed {seed}: {line}", flush=True)
            worst, rejected = min(worst, rate), rejected + m["rejected"]
    return all([
        say("20 other seeds: least kill rate", f"{worst:.2%}", "99.5 %", worst >= 0.995),
        say("20 other seeds: right versions rejected", rejected, "0", not rejected),
    ])  # fmt: skip


def split_half(found: list[Course]) -> bool:
    """Strata chosen on one half of the wrong versions, judged on the other half."""
    table: list[list[frozenset[str]]] = []
    for course in found:
        for exercise in course.exercises:
            versions = {**course.mistakes(exercise.name), **course.mutants(exercise.name)}
            prepared = course.prepared[exercise.name]
            rows = [killers(prepared, space) for space in versions.values()]
            table.append([row for row in rows if row])
    rng = np.random.default_rng(0)
    used = [_rate(table, rng, _useful) for _ in range(SPLITS)]
    cover = [_rate(table, rng, _cover) for _ in range(SPLITS)]
    print(f"    {sum(map(len, table))} wrong versions, {SPLITS} splits, strata chosen per exercise")
    print(f"    smallest set of strata that kills the first half: {np.mean(cover):.2%} (no bar)")
    mean = float(np.mean(used))
    return say("split-half: strata that killed anything", f"{mean:.2%}", "99.5 %", mean >= 0.995)


def _rate(
    table: list[list[frozenset[str]]],
    rng: np.random.Generator,
    choose: Callable[[list[frozenset[str]]], set[str]],
) -> float:
    killed = total = 0
    for rows in table:
        order = rng.permutation(len(rows))
        half = len(rows) // 2
        kept = choose([rows[i] for i in order[:half]])
        rest = [rows[i] for i in order[half:]]
        killed += sum(bool(row & kept) for row in rest)
        total += len(rest)
    return killed / total


def _useful(rows: list[frozenset[str]]) -> set[str]:
    return set().union(*rows)


def _cover(rows: list[frozenset[str]]) -> set[str]:
    kept: set[str] = set()
    left = rows
    while left:
        counts: Mapping[str, int] = {s: sum(s in row for row in left) for s in _useful(left)}
        kept.add(max(sorted(counts), key=lambda s: counts[s]))
        left = [row for row in left if not row & kept]
    return kept


def main(arguments: list[str]) -> int:
    """Print all bars; 1 if one is missed."""
    chosen = [a for a in arguments if not a.startswith("-")]
    found = [c for c in courses() if not chosen or c.slug in chosen]
    slugs = [c.slug for c in found]
    good = [kill_matrix(slugs), counterexamples(found), rewrites(found), timing()]
    if "--long" in arguments:
        from tests.bench import fresh

        good += [split_half(found), fresh.equivalents(found), reharvested(slugs)]
    return int(not all(good))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
