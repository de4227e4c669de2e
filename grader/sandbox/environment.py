"""What every process that may hold student code is started with: nothing of the grader's own."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import msgpack  # type: ignore[import-untyped]

import grader

BOOT = """
import sys
root, extra, module = sys.argv[1:4]
sys.path.insert(0, root)
sys.path += [p for p in extra.split("\\n") if p not in sys.path]
main = __import__(module, fromlist=["main"]).main
sys.path.remove(root)
main(*sys.argv[4:])
"""
"""Import a module of ours without leaving the folder that it is in on the path."""


def clean_environment() -> dict[str, str]:
    """Give a fixed environment: no token, one thread, one hash seed, UTF-8."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATHEXT") if name in os.environ}
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return kept | {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        **dict.fromkeys(threads, "1"),
    }


def _home(package: str) -> str:
    """Where a package lies, without importing it; "" if it is not there."""
    found = find_spec(package)
    return str(Path(found.origin).parent) if found and found.origin else ""


def boot_arguments(module: str) -> list[str]:
    """Give the interpreter's arguments that start `main` of a module, its own still to come."""
    import numpy as np  # noqa: PLC0415 - only where a sandbox is opened

    root = str(Path(grader.__path__[0]).resolve().parent)
    homes = {str(Path(m.__file__ or "").parent.parent) for m in (np, msgpack)}
    homes |= {str(Path(home).parent) for home in map(_home, ("pytest", "hypothesis")) if home}
    return ["-P", "-s", "-c", BOOT, root, "\n".join(sorted(homes)), module]
