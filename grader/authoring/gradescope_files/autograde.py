"""Grade what Gradescope put into submission/ and write results/results.json.

Layout: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ.get("GRADUS_AUTOGRADER", "/autograder"))
SOURCE = ROOT / "source"
RESULTS = ROOT / "results" / "results.json"
SETTINGS = json.loads((SOURCE / "settings.json").read_text(encoding="utf-8"))


def command(*arguments: str) -> int:
    """Run the grader that lies beside this file."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments], env=environment, check=False
    ).returncode


def student() -> str:
    """Give the submitter's id as a name for a folder."""
    try:
        metadata = json.loads((ROOT / "submission_metadata.json").read_text(encoding="utf-8"))
        user = metadata["users"][0]
        name = str(user.get("email") or user.get("id"))
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return "submission"
    return re.sub(r"[^\w.@+-]+", "_", name).strip(".") or "submission"


def write(text: str) -> None:
    """Put results.json in place at once: Gradescope may stop this program at any time."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    fresh = RESULTS.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(RESULTS)


def grade() -> int:
    """Grade; without a result Gradescope says that the autograder failed, and that is true."""
    stopped = "The autograder was stopped before it had finished; this is not your grade."
    write(json.dumps({"output": stopped, "tests": [{"name": "Not graded", "output": stopped}]}))
    with tempfile.TemporaryDirectory() as scratch:
        submissions = Path(scratch) / "submissions"
        shutil.copytree(ROOT / "submission", submissions / student(), symlinks=True)
        target = Path(scratch) / "results.json"
        code = command(
            "grade", str(submissions),
            "--assignment", SETTINGS["assignment"],
            "--course", str(SOURCE / "course"),
            "--require", SETTINGS["require"],
            "--workers", "1",
            "--store", str(Path(scratch) / "results.db"),
            "--gradescope", str(target),
        )  # fmt: skip
        if code != 0 or not target.is_file():
            RESULTS.unlink()
            print(f"the grader ended with status {code}", file=sys.stderr)
            return 1
        write(target.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(command("--version") if "--try" in sys.argv else grade())
