"""Build autograder.zip for Gradescope: the grader, one assignment's solutions, and a way to start.

Source of the layout: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib import metadata, resources
from typing import TYPE_CHECKING

from grader.authoring.course import load
from grader.authoring.prepared import staff_parts
from grader.errors import StaffError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

_EXECUTABLE = frozenset({"setup.sh", "run_autograder"})
_STARTERS = ("setup.sh", "run_autograder", "autograde.py")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = frozenset({"__pycache__"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """An autograder.zip.

    Attributes:
        data: The archive, the same bytes for the same files.
        python: The Python that it needs, "3.11".
        offline: It brings wheels, so that its set-up needs no network.
    """

    data: bytes
    python: str
    offline: bool


def build(course: Path, slug: str, *, require: str, wheels: Path | None = None) -> Bundle:
    """The archive for one assignment.

    Args:
        course: The course's root.
        slug: NN_name.
        require: The isolation without which nothing is graded.
        wheels: A folder of wheels to bring along, or None: the set-up downloads them.

    Raises:
        AuthoringError, StaffError: the assignment is broken, or a wheel is missing.
    """
    staff_parts(course, slug)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    requirements = required()
    files = {name: _starter(name).replace("@PYTHON@", python).encode() for name in _STARTERS}
    files["requirements.txt"] = "".join(f"{r}\n" for r in requirements).encode()
    settings = {"assignment": slug, "require": require}
    files["settings.json"] = json.dumps(settings, indent=2).encode()
    files |= _package(resources.files("grader"), "grader")
    files |= _package(course / "solutions" / slug, f"course/solutions/{slug}")
    files |= _given(course, slug)
    if wheels is not None:
        files |= _wheels(wheels, requirements)
    return Bundle(_zipped(files), python, offline=wheels is not None)


def _given(course: Path, slug: str) -> dict[str, bytes]:
    """The modules of earlier assignments that this one builds on."""
    paths = [
        path
        for name in load(course, slug).given
        for path in (course / "solutions").glob(f"*/{name}.py")
    ]
    return {f"course/{path.relative_to(course).as_posix()}": path.read_bytes() for path in paths}


def required() -> list[str]:
    """What the grader needs besides itself, as its package says."""
    try:
        found = metadata.requires("grader") or []
    except metadata.PackageNotFoundError as error:
        raise StaffError(
            "grader is not installed here; run `pip install .` in its folder"
        ) from error
    return sorted(r for r in found if "extra ==" not in r)


def collect_wheels(folder: Path) -> None:
    """Fill a folder with wheels for this Python, by pip.

    Raises:
        StaffError: pip did not succeed; what it said is in the message.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "-w", str(folder), *required()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        said = "\n".join(made.stderr.strip().splitlines()[-5:])
        raise StaffError(f"{folder}: pip could not collect the wheels:\n{said}")


def _starter(name: str) -> str:
    return (resources.files("grader.authoring") / "gradescope_files" / name).read_text("utf-8")


def _package(folder: Traversable | Path, prefix: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.name in _LEFT_OUT or item.name.startswith("."):
            continue
        name = f"{prefix}/{item.name}"
        if item.is_dir():
            found |= _package(item, name)
        else:
            found[name] = item.read_bytes()
    return found


def _wheels(folder: Path, requirements: list[str]) -> dict[str, bytes]:
    paths = sorted(folder.glob("*.whl"))
    there = {_normal(path.name.split("-")[0]) for path in paths}
    needed = [_normal(found[0]) for r in requirements if (found := re.match(r"[\w.-]+", r))]
    missing = [name for name in needed if name not in there]
    if missing:
        raise StaffError(
            f"{folder}: there is no wheel of {', '.join(missing)}; empty the folder, and it will "
            "be filled anew"
        )
    return {f"wheels/{path.name}": path.read_bytes() for path in paths}


def _normal(name: str) -> str:
    """A distribution's name as it is compared. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in _members(files):
            archive.writestr(info, data)
    return target.getvalue()


def _members(files: Mapping[str, bytes]) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    for name, data in sorted(files.items()):
        info = zipfile.ZipInfo(name, _EPOCH)
        info.create_system = 3  # Unix: the permissions below are read
        info.external_attr = (0o100755 if name in _EXECUTABLE else 0o100644) << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        yield info, data
