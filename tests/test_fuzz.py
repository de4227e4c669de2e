"""The fuzzed decoder holds its caps, and the fuzzer would notice if it did not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import codec
from grader.sandbox.callbacks import Callbacks
from grader.sandbox.codec import CodecError
from grader.sandbox.link import DiedError
from grader.sandbox.wire import CALL, Frame
from tests.fuzz.target import CAPS, check, seeds, small_caps

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("without", [None, *CAPS])
def test_every_seed_is_decoded_or_refused_and_any_cap_that_is_gone_is_found(
    without: str | None,
) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "20" if without else "1", "--random"]
    command += ["--without", without] if without else []
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == (without is not None), outcome.stdout + outcome.stderr


@given(st.sampled_from(seeds()), st.binary(max_size=40), st.integers(0, 200), st.integers(0, 40))
def test_any_change_of_a_seed_is_decoded_or_refused(
    seed: bytes, piece: bytes, at: int, cut: int
) -> None:
    with small_caps():
        check(seed)
        check(seed[:at] + piece + seed[at + cut :])


@given(st.binary(max_size=60), st.binary(max_size=40))
def test_any_call_back_is_answered_or_ends_the_child(header: bytes, raw: bytes) -> None:
    served = Callbacks((), (abs,), 1.0)
    try:
        answer = served.perform(Frame(CALL, 1, header, raw))
    except DiedError:
        return
    finally:
        served.close()
    assert codec.decode(*answer)[0] in (0, 1)


def test_a_time_stamp_of_msgpack_is_refused() -> None:
    """Found by the fuzzer: msgpack makes an object of its own of extension type -1."""
    for header in (b"\xd6\xff" + bytes(4), b"\x91\xd6\xff" + bytes(4)):
        with pytest.raises(CodecError, match="foreign type"):
            codec.decode(header, b"")


def test_nesting_and_items_are_bounded_whoever_wrote_the_frame() -> None:
    codec.decode(b"\x91" * 30 + b"\x01", b"")
    with pytest.raises(CodecError, match="nested deeper than 32"):
        codec.decode(b"\x91" * 40 + b"\x01", b"")
    with pytest.raises(CodecError, match="more than 100,000 items"):
        codec.decode(b"\x92" + (b"\xdd\x00\x00\xea\x60" + b"\x01" * 60_000) * 2, b"")
