"""Make the calls that a request asks for and collect the answers: the grader's hot path.

Runs in the child on student code, and in the grader's own process on staff's code. Nothing here
judges: whatever a call does, the outcome is an answer.
"""

from __future__ import annotations

import difflib
import itertools
import linecache
import random
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox import codec
from grader.sandbox.asked import read
from grader.sandbox.codec import AnswerWriter, Ref
from grader.sandbox.unchanged import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from grader.sandbox.asked import Asked, Program

TEXT_LIMIT = 500
NOTES_LIMIT = 10
NOTE_LIMIT = 200
_FIRST_SEED, _SECOND_SEED = 20_240_229, 97
_RETURNED = b"\x92\x00"  # msgpack: an array of two, the first being 0

_Begun = list[object] | BaseException | None
"""What all steps but the last gave, what ended them, or None if they are still to be run."""


class _NoAnswerError(Exception):
    """An earlier step of a program failed; the arguments are its function and what happened."""


class _MissingError(Exception):
    """A name that a step asks for is not there."""


def run(
    namespace: Mapping[str, object],
    header: bytes,
    raw: bytes,
    call: Callable[..., object],
) -> tuple[bytes, bytes]:
    """Read a request and run it: see `asked.read` and `perform`."""
    return perform(namespace, read(header, raw, call))


def perform(namespace: Mapping[str, object], asked: Asked) -> tuple[bytes, bytes]:
    """Run the programs of a request, once; encode `[answers, again_answers, changed, notes]`.

    Seeds the global generators `random` and `np.random`, differently before the second pass.

    Args:
        namespace: Where the functions are looked up.
        asked: The request; running may change its arguments.
    """
    programs = asked.programs
    writer = AnswerWriter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        _seed(_FIRST_SEED)
        first = [_answer(namespace, program, None, writer) for program in programs]
        changed = [] if asked.is_intact() else _changed(namespace, asked)
        _seed(_SECOND_SEED)
        # All forwards before the first backward: what is no cache is not found again.
        begun = [(program, _begin(namespace, program)) for program in reversed(asked.again)]
        second = [_answer(namespace, *both, writer) for both in begun]
        notes = _distinct(caught)
    return codec.join([first, second[::-1]], [changed, notes])


def _changed(namespace: Mapping[str, object], asked: Asked) -> list[list[Any]]:
    """List what the judged calls changed; of what an earlier step changes its own result tells."""
    found = changes(namespace, asked.programs, _pristine(asked))
    if all(len(program) == 1 for program in asked.programs):
        return found
    begun = _pristine(asked)
    for program in begun:
        _begin(namespace, program)
    earlier = changes(namespace, begun, _pristine(asked))
    return [change for change in found if change not in earlier]


def _pristine(asked: Asked) -> list[Program]:
    """The programs once more, as they were sent."""
    return read(asked.header, asked.raw, asked.call).programs


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the generator that students' code may use


def _answer(
    namespace: Mapping[str, object], program: Program, begun: _Begun, writer: AnswerWriter
) -> codec.Part:
    """Run one program, or what is left of it, and encode what came of it, whatever that is."""
    try:
        if len(program) == 1:
            step = program[0]
            name, args, kwargs, opaque, outputs = step
            function = namespace.get(name)
            if callable(function):
                value = function(*args, **kwargs) if kwargs else function(*args)
            else:
                value = _constant(namespace, name, args or kwargs)
        else:
            value, step = _chain(namespace, program, begun)
            opaque, outputs = step[3], step[4]
        if not outputs:
            value = drained(value)
        header, contents = writer.part(_without(value, opaque, outputs) if opaque else value)
    except _NoAnswerError as error:
        return writer.part([2, {"function": error.args[0], "text": error.args[1]}])
    except BaseException as error:  # noqa: BLE001 - whatever a student raises is an answer
        return writer.part([1, describe(error, namespace)])
    return _RETURNED + header, contents


def drained(value: object) -> object:
    """The items of an iterable, each as it is when it is handed out; anything else as it is."""
    if isinstance(value, (str, dict, np.ndarray)):
        return value
    try:
        iterator = iter(value)  # type: ignore[call-overload]
    except TypeError:
        return value
    # One more than the codec carries: it then says that there are too many.
    return [_as_it_is(item) for item in itertools.islice(iterator, codec.ITEM_LIMIT + 1)]


def _as_it_is(item: object) -> object:
    """A copy of the arrays in an item: whoever made it may use them again for the next."""
    if type(item) is np.ndarray:
        return item.copy()
    return tuple(_as_it_is(part) for part in item) if isinstance(item, (tuple, list)) else item


def _constant(namespace: Mapping[str, object], name: str, given: object) -> object:
    """Read what is no function: an answer, too, where nothing is to be handed over."""
    if given or name not in namespace:
        raise _MissingError(name)
    return namespace[name]


def _chain(
    namespace: Mapping[str, object], program: Program, begun: _Begun
) -> tuple[object, list[Any]]:
    """Run the last of several steps, after the others; return what it gave, and the step."""
    results = _begin(namespace, program) if begun is None else begun
    if isinstance(results, BaseException):
        raise results
    step = program[-1]
    name, args, kwargs = _filled(step, results)
    function = namespace.get(name)
    if not callable(function):
        raise _MissingError(name)
    return function(*args, **kwargs) if kwargs else function(*args), step


def _begin(namespace: Mapping[str, object], program: Program) -> list[object] | BaseException:
    """Run all steps of a program but the last; what they gave, or what ended them."""
    results: list[object] = []
    try:
        for step in program[:-1]:
            results.append(_inner(namespace, *_filled(step, results)))
            _require(step[0], results[-1], step[4])
    except BaseException as error:  # noqa: BLE001 - whatever a student raises is an answer
        return error
    return results


def _filled(step: list[Any], results: list[object]) -> tuple[str, Any, Any]:
    """A step's function and arguments, with what earlier steps gave in their places."""
    name, args, kwargs = step[:3]
    if results:  # the first has nothing to refer to
        args = [_earlier(results, a) if type(a) is Ref else a for a in args]
    if kwargs:
        kwargs = {k: _earlier(results, a) if type(a) is Ref else a for k, a in kwargs.items()}
    return name, args, kwargs


def _inner(namespace: Mapping[str, object], name: str, args: Any, kwargs: Any) -> object:
    """Run a step that is not the last: what goes wrong here is not the judged call's fault."""
    try:
        function = namespace.get(name)
        if not callable(function):
            raise _MissingError(name)  # noqa: TRY301 - as above
        return function(*args, **kwargs) if kwargs else function(*args)
    except BaseException as error:
        described = describe(error, namespace)
        raise _NoAnswerError(name, f"{described['type']}: {described['text']}") from error


def _require(name: str, result: object, n_outputs: int) -> None:
    if n_outputs <= 1:
        return
    if not isinstance(result, (tuple, list)):
        what = "nothing" if result is None else f"a {type(result).__name__}"
        raise _NoAnswerError(name, f"it returned {what} instead of {n_outputs} values")
    if len(result) != n_outputs:
        raise _NoAnswerError(name, f"it returned {len(result)} values instead of {n_outputs}")


def _earlier(results: list[object], ref: Ref) -> object:
    result = results[ref.step]
    if ref.output == 0 and not isinstance(result, (tuple, list)):
        return result
    return result[ref.output]  # type: ignore[index] # _require has looked at it


def _without(value: object, opaque: list[int], n_outputs: int) -> object:
    """Replace what stays here by None, if the answer has as many parts as it should."""
    if n_outputs == 1 and opaque == [0]:
        return None
    if not isinstance(value, (tuple, list)) or len(value) != n_outputs:
        return value
    return [None if index in opaque else item for index, item in enumerate(value)]


def describe(error: BaseException, namespace: Mapping[str, object]) -> dict[str, str]:
    """Say what was raised, where, and of which kind; nothing the student wrote is trusted."""
    if type(error) is _MissingError:
        return {"type": "NameError", "text": _missing(error.args[0], namespace), "where": "",
                "kind": "missing"}  # fmt: skip
    kind = "error"
    if isinstance(error, NotImplementedError):
        kind = "stub"
    elif isinstance(error, PermissionError):
        kind = "refused"
    elif isinstance(error, MemoryError):
        kind = "memory"
    where = place(error.__traceback__, namespace)
    return {"type": type_name(error), "text": text_of(error), "where": where, "kind": kind}


def type_name(error: BaseException) -> str:
    """Name the class, whatever its metaclass says."""
    return str(type.__dict__["__name__"].__get__(type(error)))[:100]


def text_of(error: BaseException) -> str:
    """Ask an exception for its text, which may itself do anything."""
    try:
        text = str(error)
        return str.__getitem__(text, slice(TEXT_LIMIT)) + "..." * (len(text) > TEXT_LIMIT)
    except BaseException:  # noqa: BLE001 - student code: __str__ may raise what it likes
        return "(its text could not be made)"


def place(trace: TracebackType | None, namespace: Mapping[str, object]) -> str:
    """Find the last line of the student's own file: `line 12: dW = dZ @ X`."""
    found = ""
    while trace is not None:
        if trace.tb_frame.f_globals is namespace:
            file = trace.tb_frame.f_code.co_filename
            line = linecache.getline(file, trace.tb_lineno).strip()[:NOTE_LIMIT]
            found = f"line {trace.tb_lineno}: {line}".removesuffix(": ")
            found = f"{file}, {found}" if file.startswith("cell ") else found
        trace = trace.tb_next
    return found


def _missing(name: str, namespace: Mapping[str, object]) -> str:
    if name in namespace:
        return f"{name} is not a function; its type is {type(namespace[name]).__name__}"
    names = [n for n, value in namespace.items() if callable(value) and not n.startswith("__")]
    near = difflib.get_close_matches(name, names, 3, 0.7)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{name} is not defined{hint}"


def _distinct(caught: list[warnings.WarningMessage]) -> list[str]:
    """Word each warning once: `RuntimeWarning: overflow encountered in exp`."""
    notes: dict[str, None] = {}
    for warning in caught:
        message = warning.message
        text = text_of(message) if isinstance(message, Warning) else str(message)
        notes[f"{warning.category.__name__}: {text}"[:NOTE_LIMIT]] = None
        if len(notes) == NOTES_LIMIT:
            break
    return list(notes)
