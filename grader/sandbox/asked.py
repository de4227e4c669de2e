"""A request as the calls find it: read, with functions and generators in their places.

Runs in the child, like `runner`, and where staff's code is asked. Of what every submission is asked
the zygote reads the outline before it forks children: which function, and the shapes of its
arguments. All numbers come with the question, when the file has been loaded: what happens while
it is loaded is told to students, and must not tell the hidden cases.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox import codec
from grader.sandbox.codec import Callback, CodecError, Later, Rng
from grader.sandbox.unchanged import CONTAINERS, SIMPLE, items_of, same_bits, untouched

if TYPE_CHECKING:
    from collections.abc import Callable

_unpack_float = struct.Struct("<d").unpack_from

Program = list[list[Any]]
"""Steps: `[function_name, [args], {kwargs} or None, [opaque output indices], n_outputs]`.

No outputs stand for one that may be any iterable.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was read, and what tells afterwards whether anything in it was changed.

    Attributes:
        header: As it came.
        raw: As it came: the pristine contents.
        buffer: The contents on which the arrays lie.
        programs: To be run.
        again: To be run afterwards.
        sent: All arrays; those of them that lie elsewhere, with what they held.
        shapes: Of the arrays.
        containers: Arguments that hold others, with what they held.
        call: Performs a callback.
        floats: Of an outline: the arguments that are still to be filled in, by container and key.
    """

    header: bytes
    raw: bytes
    buffer: bytearray
    programs: list[Program]
    again: list[Program]
    sent: codec.Arguments
    shapes: list[tuple[int, ...]]
    containers: list[tuple[Any, list[Any]]]
    call: Callable[..., object]
    floats: tuple[tuple[Any, Any, int], ...] = ()

    def filled(self, raw: bytes) -> Asked:
        """An outline with its contents."""
        self.buffer[:] = raw
        for copy, sent in self.sent.copies:
            writeable = copy.flags.writeable
            copy.flags.writeable = True
            copy[...] = sent
            copy.flags.writeable = writeable
        for container, key, at in self.floats:
            container[key] = _unpack_float(raw, at)[0]
        return replace(self, raw=raw)

    def is_intact(self) -> bool:
        """Is every argument what it was?"""
        return (
            self.buffer == self.raw
            and self.shapes == [array.shape for array in self.sent.arrays]
            and all(same_bits(copy, sent) for copy, sent in self.sent.copies)
            and all(untouched(container, items) for container, items in self.containers)
        )


def read(header: bytes, raw: bytes, call: Callable[..., object]) -> Asked:
    """Decode a request, for one run.

    Args:
        header: A frame of `[programs, again]`: `again` are the programs to run afterwards, last
            first; each has arguments of its own.
        raw: Its contents.
        call: Performs callback n: `call(n, args)`, or `call(n, args, kwargs)` if there are any.

    Raises:
        CodecError: it is malformed, for which only the grader can be blamed.
    """
    buffer = bytearray(raw)
    sent = codec.decode_arguments(header, buffer)
    programs, again = sent.value
    shapes = [array.shape for array in sent.arrays]
    containers = [(c, items_of(c)) for c in _resolve([*programs, *again], call)]
    return Asked(header, raw, buffer, programs, again, sent, shapes, containers, call)


def outline(header: bytes, size: int, call: Callable[..., object]) -> Asked:
    """Read a request whose contents, of `size` bytes, come later: see `Asked.filled`.

    Raises:
        CodecError: it holds numbers that would have to be told now.
    """
    buffer = bytearray(size)
    sent = codec.decode_outline(header, buffer)
    programs, again = sent.value
    floats = _floats([*programs, *again])
    shapes = [array.shape for array in sent.arrays]
    containers = [(c, items_of(c)) for c in _resolve([*programs, *again], call)]
    return Asked(header, b"", buffer, programs, again, sent, shapes, containers, call, floats)


def _floats(programs: list[Program]) -> tuple[tuple[Any, Any, int], ...]:
    """Where floats are to be filled in; CodecError if any number could not be."""
    found = []
    for program in programs:
        for _, args, kwargs, *_ in program:
            for container, items in ((args, enumerate(args)), (kwargs, (kwargs or {}).items())):
                for key, value in items:
                    if type(value) is Later:
                        found.append((container, key, value.at))
                    elif not _is_form(value):
                        raise CodecError("a number that would be told before the question")
    return tuple(found)


def _is_form(value: Any) -> bool:
    """Does an argument hold no number but those in its arrays?"""
    if type(value) in (list, dict):
        return all(map(_is_form, value.values() if type(value) is dict else value))
    return type(value) in _FORM


_FORM = frozenset({np.ndarray, str, bool, type(None), codec.Ref, Callback})


def _resolve(programs: list[Program], call: Callable[..., object]) -> list[Any]:
    """Put callbacks and generators in their places; list the arguments that are containers."""
    simple = SIMPLE
    containers = []
    for program in programs:
        for step in program:
            args, kwargs = step[1], step[2]
            for index, value in enumerate(args):
                if type(value) not in simple:
                    args[index] = _real(value, call)
                    if type(value) in CONTAINERS:
                        containers.append(value)
            for name, value in (kwargs or {}).items():
                if type(value) not in simple:
                    kwargs[name] = _real(value, call)
                    if type(value) in CONTAINERS:
                        containers.append(value)
    return containers


def _real(value: Any, call: Callable[..., object]) -> Any:
    if type(value) is dict:
        for name, item in value.items():
            if type(item) is Callback:
                value[name] = _calling(item.number, call)
    if type(value) is Callback:
        return _calling(value.number, call)
    if type(value) is Rng:
        return np.random.default_rng(value.seed)
    return value


def _calling(number: int, call: Callable[..., object]) -> Callable[..., object]:
    """Make a function of the grader look like a function to the student."""

    def given(*args: object, **kwargs: object) -> object:
        return call(number, list(args), kwargs) if kwargs else call(number, list(args))

    return numbered(given, number)


def numbered(function: Callable[..., object], number: int) -> Callable[..., object]:
    """Mark a function of the grader, so that it can be handed back to the grader."""
    function.grader_number = number  # type: ignore[attr-defined]
    return function
