"""Synthetic classes: as many submissions as are wanted, the same ones for the same seed.

Right ones are the reference and the course's variants, wrong ones its known mistakes, each in the
place of the reference's function; then there are those that loop for ever, those that cannot be
read, and those that were copied from another student.
"""

from __future__ import annotations

import ast
import random
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Shares of a class; the rest is right."""

    wrong: float = 0.30
    slow: float = 0.0
    broken: float = 0.05
    copied: float = 0.0


class Forge:
    """Makes submissions to one assignment from what staff wrote."""

    def __init__(self, slug: str = "08_layers", *, course: Path = ROOT) -> None:
        folder = course / "solutions" / slug
        self.module = slug.partition("_")[2] if slug != "01_loss" else "loss"
        self.reference = (folder / f"{self.module}.py").read_text("utf-8")
        self.wrong = _versions(folder / "mistakes.py", "mistake")
        # Variants that share no cache with another function: others come in pairs.
        pairs = ("_forward", "_backward")
        variants = _versions(folder / "variants.py", "variant")
        self.right = [v for v in variants if not v[0].endswith(pairs)]
        self.exercises = sorted({name for name, _ in self.wrong})

    def submissions(self, count: int, seed: int, mixture: Mixture) -> dict[str, bytes]:
        """Give student to file, by student."""
        rng = random.Random(seed)
        made: dict[str, bytes] = {}
        for n in range(count):
            student = f"student_{n:06}"
            drawn = rng.random()
            if made and rng.random() < mixture.copied:
                made[student] = made[f"student_{rng.randrange(n):06}"]
            elif drawn < mixture.slow:
                made[student] = self._own(rng, n, self._slow(rng))
            elif drawn < mixture.slow + mixture.broken:
                made[student] = self._broken(rng, n)
            elif drawn < mixture.slow + mixture.broken + mixture.wrong:
                made[student] = self._own(rng, n, rng.choice(self.wrong)[1])
            else:
                made[student] = self._own(rng, n, rng.choice((*self.right, ("", "")))[1])
        return made

    def _own(self, rng: random.Random, number: int, version: str) -> bytes:
        """A file like no other student's."""
        head = f"# handed in by {number}, draft {rng.randrange(10**6)}\n"
        return f"{head}{self.reference}\n\n{version}\n".encode()

    def _slow(self, rng: random.Random) -> str:
        name = rng.choice(self.exercises)
        return f"def {name}(*args, **kwargs):\n    while True:\n        pass\n"

    def _broken(self, rng: random.Random, number: int) -> bytes:
        whole = self._own(rng, number, "")
        return rng.choice(
            [
                whole[: len(whole) // 2] + b"\ndef (",
                b"",
                whole + b"\nraise SystemExit(3)\n",
                whole + b"\nimport os\nos._exit(3)\n",
                b"\xff\xfe\x00" + whole[:200],
            ]
        )


def _versions(file: Path, decorator: str) -> list[tuple[str, str]]:
    """Exercise and source of every version in a file, renamed to the exercise."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    plain = [node for node in functions.values() if not node.decorator_list]
    imports = [n for n in tree.body if isinstance(n, ast.Import)]
    found = []
    for node in functions.values():
        for call in node.decorator_list:
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == decorator:
                parts = {call.args[0].id: node}  # type: ignore[attr-defined]
                for keyword in call.keywords:
                    if isinstance(keyword.value, ast.Name) and keyword.value.id in functions:
                        parts[keyword.arg] = functions[keyword.value.id]
                written = [*imports, *plain, *(_renamed(n, name) for name, n in parts.items())]
                kept = [f"_right_{name} = {name}" for name in parts]
                text = "\n\n\n".join(map(ast.unparse, written))
                found.append((call.args[0].id, "\n".join([*kept, "", "", text])))  # type: ignore[attr-defined]
    return found


def _renamed(function: ast.FunctionDef, name: str) -> ast.FunctionDef:
    """A version under the exercise's name; where it calls the reference it still does."""
    copy = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(copy, ast.FunctionDef)
    for node in ast.walk(copy):
        if isinstance(node, ast.Name) and node.id == name:
            node.id = f"_right_{name}"
    copy.name, copy.decorator_list = name, []
    return copy


def write(folder: Path, made: dict[str, bytes]) -> Path:
    """Write a class as a file per student."""
    folder.mkdir(parents=True, exist_ok=True)
    for student, data in made.items():
        (folder / f"{student}.py").write_bytes(data)
    return folder


if __name__ == "__main__":
    target, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    write(target, Forge().submissions(count, seed, Mixture(slow=0.01, copied=0.2)))
