"""What right versions will be asked, where they stand in for a submission's functions.

To know it, the reference does the exercise: whatever it asks of its own neighbours on the cases of
the bank, a submission that goes the same way will ask, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any

from grader.authoring.rehearse import rehearse
from grader.sandbox import codec, sealed
from grader.sandbox.callbacks import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.judge.prepare import Prepared
    from grader.sandbox.sealed import Sealed

BYTES_LIMIT = 16 << 20
"""Of all questions and answers, each function having its share; what is beyond is asked then."""


def foreseen(
    prepared: Prepared, reference: Mapping[str, Callable[..., Any]]
) -> Mapping[str, Sequence[Sealed]]:
    """The answers of each function of the reference to what an exercise asks of it.

    Args:
        prepared: The exercise.
        reference: Function name to the reference.
    """
    functions = {n: f for n, f in reference.items() if isinstance(f, FunctionType)}
    heard = {name: _Heard(name, BYTES_LIMIT // len(functions)) for name in functions}
    for name, function in functions.items():
        heard[name].function = _among(function, {n: h for n, h in heard.items() if n != name})
    rehearse(prepared, {**reference, **{name: h.function for name, h in heard.items()}})
    return {name: tuple(h.answers.values()) for name, h in heard.items() if h.answers}


@dataclass(slots=True)
class _Heard:
    """A function that answers as it answers a child, to the bit, and puts down what it said."""

    name: str
    left: int
    function: Callable[..., Any] = field(init=False)
    answers: dict[bytes, Sealed] = field(default_factory=dict)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            question = sealed.asked(self.name, list(args), kwargs)
            given, named = codec.decode(*codec.encode([list(args), kwargs]))
        except codec.CodecError:  # there is a function among the arguments, or a generator
            return self.function(*args, **kwargs)
        header, raw = answered(self.function, given, named)
        if question not in self.answers:
            self.left -= len(question) + len(header) + len(raw)
            if self.left >= 0:
                self.answers[question] = sealed.seal(question, header, raw)
        return codec.decode(header, raw)[1]


def _among(function: FunctionType, others: Mapping[str, _Heard]) -> Callable[..., Any]:
    """A copy of a function that finds others under the names of its module."""
    names = {
        **function.__globals__,
        **{n: h for n, h in others.items() if n in function.__globals__},
    }
    copy = FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy
