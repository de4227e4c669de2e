"""The codec carries plain data exactly, and nothing else; no bytes can make it misbehave."""

from __future__ import annotations

import enum
import math
import struct
from typing import Any

import hypothesis.strategies as st
import msgpack
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis.extra import numpy as hnp

from grader.sandbox import codec
from grader.sandbox.codec import (
    AnswerWriter,
    Callback,
    CodecError,
    Layout,
    Ref,
    Rng,
    Unsupported,
    decode,
    decode_arguments,
    digest,
    dumps,
    encode,
    encode_answers,
    join,
    loads,
)

DTYPES = (
    "?",
    "i1",
    "i2",
    "i4",
    "i8",
    "u1",
    "u2",
    "u4",
    "u8",
    "f2",
    "f4",
    "f8",
    "c8",
    "c16",
    "M8[D]",
)
arrays = st.sampled_from(DTYPES).flatmap(
    lambda d: hnp.arrays(np.dtype(d), hnp.array_shapes(min_dims=1, min_side=0, max_side=4))
)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.complex_numbers()
    | texts
    | arrays
    | st.builds(Ref, st.integers(0, 9), st.integers(0, 9))
    | st.builds(Callback, st.integers(0, 9))
    | st.builds(Rng, st.integers(0, 2**32))
    | st.builds(Unsupported, texts)
)
keys = texts.filter(lambda key: key not in ("\0tuple", "\0members")) | st.integers(
    -(2**63), 2**64 - 1
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


def same(left: Any, right: Any) -> bool:
    """The same types, the same bits."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        alike = left.shape == right.shape and left.dtype == right.dtype
        return alike and left.tobytes() == right.tobytes()
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right) or (
            math.isnan(left) and math.isnan(right)
        )
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[k], right[k]) for k in left)
    return bool(left == right)


def test_a_day_comes_back_as_a_day() -> None:
    day = np.datetime64("2021-01-01", "D")
    for writable in (False, True):
        header, raw = codec.encode({"cut": day})
        found = codec.decode(header, bytearray(raw), writable=writable)["cut"]
        assert type(found) is np.datetime64
        assert found == day


@given(values)
@example({"\x00": (1, [2.0])})
def test_what_goes_in_comes_out(value: Any) -> None:
    assert same(decode(*encode(value)), value)
    assert same(loads(dumps(value)), value)
    header, raw = encode(value)
    assert same(decode(header, bytearray(raw), writable=True), value)


@given(values)
def test_a_digest_does_not_depend_on_the_order_of_keys(value: Any) -> None:
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert digest(turned) == digest(value)


@given(arrays)
def test_equal_structures_have_equal_headers(array: np.ndarray) -> None:
    other = np.zeros_like(array)
    assert encode([array, 1.5])[0] == encode([other, -2.0])[0]


@given(st.binary(max_size=64), st.binary(max_size=32))
def test_any_bytes_are_decoded_or_refused(header: bytes, raw: bytes) -> None:
    try:
        value = decode(header, raw)
    except CodecError:
        return
    encode_answers(value)


@given(values, st.data())
def test_a_damaged_frame_is_decoded_or_refused(value: Any, data: st.DataObject) -> None:
    header, raw = map(bytearray, encode(value))
    which = data.draw(st.sampled_from([part for part in (header, raw) if part]))
    at = data.draw(st.integers(0, len(which) - 1))
    which[at] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(header), bytes(raw))
    except CodecError:
        return


def extension(code: int, data: bytes) -> bytes:
    packed: bytes = msgpack.packb(msgpack.ExtType(code, data))
    return packed


def array_header(dtype: int, *shape: int) -> bytes:
    return extension(1, struct.pack(f"<BB{len(shape)}Q", dtype, 0, *shape))


@pytest.mark.parametrize(
    ("header", "raw", "message"),
    [
        (b"", b"", "not a frame"),
        (b"\xc1", b"", "not a frame"),
        (b"\xc0\xc0", b"", "not a frame"),
        (b"\xc4\x01x", b"", "not a frame"),
        (b"\x91" * 2000 + b"\xc0", b"", "not a frame"),
        (b"\xdd\xff\xff\xff\xff", b"", "not a frame"),
        (b"\xa1\xff", b"", "not a frame"),
        (b"\x81\xc0\xc0", b"", "keys are not all str or int"),
        (b"\x81\x90\xc0", b"", "not a frame|keys are not all str or int"),
        (b"\xc0", b"x", "bytes are left over"),
        (extension(2, b""), b"", "shorter than the header says"),
        (extension(3, b""), bytes(8), "shorter than the header says"),
        (extension(2, b"x"), b"", "unknown extension type 2 of 1 bytes"),
        (extension(3, b"x"), b"", "unknown extension type 3 of 1 bytes"),
        (extension(5, b"x"), b"", "unknown extension type 5"),
        (extension(6, b"x"), b"", "unknown extension type 6"),
        (extension(7, b"x"), b"", "unknown extension type 7"),
        (extension(77, b"x"), b"", "unknown extension type 77"),
        (extension(1, b""), b"", "a malformed array header"),
        (extension(1, b"\x0b\x00x"), b"", "a malformed array header"),
        (array_header(99, 1), bytes(8), "a malformed array header"),
        (array_header(11, *[1] * 17), bytes(8), "a malformed array header"),
        (array_header(11, 2), bytes(8), "shorter than the header says"),
        (array_header(11, 2**39, 2**39), bytes(8), "shorter than the header says"),
        (array_header(11, 2**63, 4), bytes(8), "shorter than the header says"),
        (array_header(11, 0, 2**40), b"", "an empty array with a huge axis"),
        (bytes(codec.HEADER_LIMIT + 1), b"", "a frame over its cap"),
        (b"\xc0", bytes(codec.RAW_LIMIT + 1), "a frame over its cap"),
    ],
)
def test_hostile_frames_are_refused(header: bytes, raw: bytes, message: str) -> None:
    with pytest.raises(CodecError, match=message):
        decode(header, raw)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "an object of type object"),
        (print, "an object of type builtin_function_or_method"),
        ((x for x in ()), "a generator"),
        (reversed([1]), r"a list_reverseiterator; wrap it in list\(...\)"),
        (zip([1], [2], strict=True), r"a zip; wrap it in list\(...\)"),
        (2**64, "an int beyond 64 bits"),
        ("x" * (codec.TEXT_LIMIT + 1), "a text of 65537 characters"),
        ({1.5: 2}, "a dict whose keys are not all str or int"),
        ({"\0tuple": 2}, "a dict whose keys are not all str or int"),
        (np.array([None]), "an array of objects"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.zeros(codec.RAW_LIMIT // 8 + 1), "more than 64 MiB of numbers"),
        ([np.zeros(codec.RAW_LIMIT // 8), 1.0], "more than 64 MiB of numbers"),
        ([0] * (codec.ITEM_LIMIT + 1), "more than 100,000 items"),
        (np.ma.masked_array([1.0]), "an object of type numpy.ma.MaskedArray"),
    ],
)
def test_what_is_not_plain_data_is_refused_by_name(value: Any, message: str) -> None:
    with pytest.raises(CodecError, match=message):
        encode(value)


def test_nesting_is_bounded() -> None:
    value: Any = 1
    for _ in range(codec.DEPTH_LIMIT + 1):
        value = [value]
    with pytest.raises(CodecError, match="nested deeper than 32"):
        encode(value)


class Text(str):
    __slots__ = ()


class Label(str, enum.Enum):  # noqa: UP042 - students write this one
    SPAM = "spam"


class Own(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ((1, (2.0,)), [1, [2.0]]),
        (True, True),
        (np.bool_(1), True),
        (np.int32(7), 7),
        (np.float64(1.5), 1.5),
        (np.longdouble(1.5), 1.5),
        (np.complex128(1 + 2j), 1 + 2j),
        (np.array(2.5), 2.5),
        (Text("a"), "a"),
        (Label.SPAM, "spam"),
        ({Label.SPAM: [Label.SPAM]}, {"spam": ["spam"]}),
        (type("Loud", (float,), {"__float__": lambda _: 9.0})(2), 2.0),
        (type("Many", (list,), {})([1]), [1]),
        (type("Many", (dict,), {})(a=1), {"a": 1}),
        (type("Number", (float,), {})(2), 2.0),
        (type("Number", (complex,), {})(2), 2 + 0j),
        (object(), Unsupported("an object of type object")),
        ([print], [Unsupported("an object of type builtin_function_or_method")]),
        (np.ma.masked_array([1.0]), Unsupported("a masked array")),
        ({np.int64(7): 1.0, np.str_("b"): 2}, {7: 1.0, "b": 2}),
        ({1.5: 1}, Unsupported("a dict whose keys are not all str or int")),
        ("\ud800", "?"),
        (2**70, Unsupported("an int beyond 64 bits")),
    ],
)
def test_answers_are_reduced_to_plain_data(value: Any, sent: Any) -> None:
    assert same(decode(*encode_answers(value)), sent)


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.arange(3, dtype=">f8"), "<f8"),
        (np.arange(3, dtype=np.longdouble), "<f8"),
        (np.arange(3, dtype=np.clongdouble), "<c16"),
        (np.float32([1, 2]), "<f4"),
        (np.float32(1), "<f4"),
        (np.arange(3.0).view(Own), "<f8"),
    ],
)
def test_arrays_come_back_little_endian_and_plain(array: Any, dtype: str) -> None:
    back = decode(*encode_answers(array))
    assert type(back) is np.ndarray
    assert back.dtype == np.dtype(dtype)
    assert back.tolist() == np.asarray(array).tolist()


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4), ()])
def test_a_layout_is_how_an_argument_lies(shape: tuple[int, ...]) -> None:
    array = np.arange(float(math.prod(shape))).reshape(shape)
    for flags in (codec.READ_ONLY, codec.FORTRAN, codec.STRIDED, codec.STRIDED | codec.READ_ONLY):
        header, raw = encode(Layout(array, flags))
        got = decode(header, bytearray(raw), writable=True)
        assert same(np.ascontiguousarray(got).reshape(shape), array)
        assert got.flags.writeable is not bool(flags & codec.READ_ONLY)
        if flags == codec.FORTRAN:
            assert got.flags.f_contiguous
        if flags & codec.STRIDED and shape:
            assert not got.flags.c_contiguous
        assert same(decode(header, raw), array)


def test_writable_arguments_share_the_buffer() -> None:
    header, raw = encode([np.zeros(3), Layout(np.zeros(2), codec.FORTRAN)])
    buffer = bytearray(raw)
    asked = decode_arguments(header, buffer)
    asked.value[0][1] = 7
    assert buffer != raw
    assert len(asked.arrays) == 2
    assert len(asked.copies) == 1


def test_parts_join_to_the_frame_of_the_whole() -> None:
    writer = AnswerWriter()
    items = [np.arange(3.0), [1, 2.5], {"a": "b"}]
    parts = [writer.part(item) for item in items]
    assert join([parts, []], [["x"]]) == encode_answers([items, [], ["x"]])


@pytest.mark.parametrize(
    "data",
    [b"", b"grd1", b"x" * 16, dumps(1)[:-1], dumps(1) + b"x", b"xxxx" + dumps(1)[4:]],
)
def test_loads_refuses_what_dumps_does_not_write(data: bytes) -> None:
    with pytest.raises(CodecError, match=r"shorter than|not written by this codec"):
        loads(data)


def test_sets_of_texts_or_ints_come_out_and_others_are_named():
    for value in (frozenset(), frozenset({"a", "b"}), frozenset({3, -1})):
        assert codec.loads(codec.dumps(value)) == value
    assert codec.dumps({"b", "a"}) == codec.dumps({"a", "b"})
    for odd in ({1.5}, {"a", 1}, {(1, 2)}):
        answer = codec.decode(*codec.encode_answers(odd))
        assert answer == codec.Unsupported("a set of other things than texts or ints")
        with pytest.raises(codec.CodecError):
            codec.encode(odd)


def test_a_set_with_a_thing_twice_is_refused():
    header = msgpack.packb({"\0members": ["a", "a"]})
    with pytest.raises(codec.CodecError, match="different texts or ints"):
        codec.decode(header, b"")


def test_an_argument_without_a_shape_stays_an_array_and_an_answer_becomes_a_number():
    argument = codec.decode(*codec.encode(np.array(1.5)))
    assert isinstance(argument, np.ndarray)
    assert argument.shape == ()
    assert type(codec.decode(*codec.encode_answers(np.array(1.5)))) is float
