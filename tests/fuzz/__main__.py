"""Fuzz the decoder for a bounded time: `python -m tests.fuzz [SECONDS] [--without CAP]`.

With atheris (coverage-guided, extra `fuzz`) where it is installed, else by random changes of
the seeds. Prints the number of executions. Exit status 1 if something was found, which is what
must happen when a cap is taken out.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from tests.fuzz.target import CAPS, SEEDS, FoundError, check, seeds, small_caps


def main() -> int:
    """Fuzz and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    parser.add_argument("--without", choices=CAPS)
    parser.add_argument("--random", action="store_true", help="do not use atheris")
    options = parser.parse_args()
    began = time.monotonic()
    with small_caps(options.without):
        fuzz = _by_chance if options.random or not _has_atheris() else _guided
        count, found = fuzz(options.seconds)
    seconds = time.monotonic() - began
    print(f"{fuzz.__name__[1:]}: {count:,} executions in {seconds:.1f} s: {found or 'no finding'}")
    return int(bool(found))


def _has_atheris() -> bool:
    try:
        import atheris  # noqa: F401
    except ImportError:
        return False
    return True


def _guided(seconds: float) -> tuple[int, str]:
    """Let libFuzzer look for new paths; it ends the process, so it gets one of its own."""
    import multiprocessing
    import tempfile

    with tempfile.TemporaryDirectory() as corpus:
        context = multiprocessing.get_context("fork")
        count, found = context.Value("q", 0), context.Array("c", 400)
        arguments = (corpus, seconds, count, found)
        process = context.Process(target=_libfuzzer, args=arguments)
        process.start()
        process.join()
    return count.value, found.value.decode()


def _libfuzzer(corpus: str, seconds: float, count, found) -> None:
    import atheris

    def one(data: bytes) -> None:
        count.value += 1
        try:
            check(data)
        except BaseException as error:
            found.value = f"{type(error).__name__}: {error}: {data.hex()[:200]}".encode()[:399]
            raise

    from grader.sandbox import decoder

    for name in ("_decode", "_measure", "_parse_array", "_pairs"):
        function = getattr(decoder, name)
        if hasattr(function, "__code__"):
            atheris.instrument_func(function)
    for name in ("extension", "array", "take"):
        atheris.instrument_func(getattr(decoder._Decoder, name))
    for name in ("check", "_measure"):
        atheris.instrument_func(getattr(sys.modules["tests.fuzz.target"], name))
    atheris.Setup(
        [
            "fuzz", corpus, str(SEEDS), f"-max_total_time={max(1, int(seconds))}",
            "-max_len=900", "-timeout=10", "-rss_limit_mb=1024", "-verbosity=0",
            "-print_final_stats=0", f"-artifact_prefix={corpus}/",
        ],
        one,
    )  # fmt: skip
    atheris.Fuzz()


def _by_chance(seconds: float) -> tuple[int, str]:
    """Change, cut and join seeds at random; what is new in length or outcome is not kept."""
    rng = random.Random(1)
    pool = seeds()
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(200):
            data = _changed(rng, pool)
            count += 1
            try:
                check(data)
            except FoundError as error:
                return count, f"{error}: {data.hex()[:200]}"
    return count, ""


_TELLING = (0, 1, 0x7F, 0x80, 0x90, 0x91, 0xC4, 0xC7, 0xD4, 0xD8, 0xDC, 0xDD, 0xDE, 0xFF)


def _changed(rng: random.Random, pool: list[bytes]) -> bytes:
    data = bytearray(rng.choice(pool))
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(data) + 1)
        way = rng.randrange(6)
        if way == 0 and at < len(data):
            data[at] = rng.choice(_TELLING)
        elif way == 1 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif way == 2:
            del data[at : at + rng.randrange(1, 9)]
        elif way == 3:
            data[at:at] = bytes([rng.choice(_TELLING)]) * rng.randrange(1, 40)
        elif way == 4:
            other = rng.choice(pool)
            start = rng.randrange(len(other) + 1)
            data[at:at] = other[start : start + rng.randrange(1, 200)]
        elif data:
            data[0] = (data[0] + rng.randrange(-9, 10)) & 0xFF
    return bytes(data[:900])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.exit(main())
