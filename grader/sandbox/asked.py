"""A request as the calls find it: read, with functions and generators in their places.

Runs in the child, like `runner`; what every submission is asked is read before it is forked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox import codec
from grader.sandbox.codec import Callback, Rng
from grader.sandbox.unchanged import CONTAINERS, SIMPLE, items_of, same_bits, untouched

if TYPE_CHECKING:
    from collections.abc import Callable

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
