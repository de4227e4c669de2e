"""What right versions will be asked, where they stand in for a submission's functions.

To know it, the reference does the exercise: whatever it asks of its own neighbours on the cases of
the bank, a submission that goes the same way will ask, too.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.authoring.rehearse import rehearse
from grader.sandbox import codec, sealed
from grader.sandbox.callbacks import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.judge.prepare import Prepared
    from grader.sandbox.sealed import Sealed

BYTES_LIMIT = 16 << 20
"""Of all questions and of all answers, each function having its share; the rest is asked then."""


def foreseen(
    prepared: Prepared, reference: Mapping[str, Callable[..., Any]], names: Sequence[str]
) -> Mapping[str, Sequence[Sealed]]:
    """The answers of some functions of the reference to what an exercise asks of them.

    Args:
        prepared: The exercise.
        reference: Function name to the reference.
        names: The functions.
    """
    share = BYTES_LIMIT // max(1, len(names))
    heard = {n: _Heard(n, reference[n], share) for n in names if callable(reference.get(n))}
    with contextlib.ExitStack() as put_back:
        for one in heard.values():
            put_back.enter_context(one.listening())
        rehearse(prepared, reference)
    return {name: tuple(one.answers()) for name, one in heard.items() if one.questions}


@dataclass(slots=True)
class _Heard:
    """A function that puts down what it is asked; what it returns is its own affair."""

    name: str
    function: Callable[..., Any]
    limit: int
    questions: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)
    size: int = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(codec.CodecError):  # with a function or generator it is none
            question = sealed.asked(self.name, list(args), kwargs)
            if question not in self.questions and self.size < self.limit:
                self.questions[question] = codec.encode([list(args), kwargs])
                self.size += len(question)
        return self.function(*args, **kwargs)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Stand in for the function wherever its module looks for it."""
        names = getattr(self.function, "__globals__", {})
        if names.get(self.name) is not self.function:
            yield
            return
        names[self.name] = self
        try:
            yield
        finally:
            names[self.name] = self.function

    def answers(self) -> Iterator[Sealed]:
        """What the function says to each, as the grader would have it say."""
        size = 0
        for question, (header, raw) in self.questions.items():
            args, kwargs = codec.decode(header, raw)
            # Staff's code may raise anything; a child that asks hears it from the grader.
            with contextlib.suppress(Exception):
                answer = answered(self.function, args, kwargs)
                size += sum(map(len, answer))
                if size <= self.limit:
                    yield sealed.seal(question, *answer)
