"""The calls that a law made of a submission, as code that can be pasted, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader import functions
from grader.judge.show import is_long, literal, outcome, outputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.judge.laws import Made
    from grader.model import Call

CALLS = 4
"""The last ones, of a law that makes many."""

_REMARK = 300


class _UnwritableError(Exception):
    """An argument that no short line of code makes again."""


def code(
    made: Sequence[Made],
    signatures: Mapping[str, Call],
    inputs: Mapping[str, Any],
    *,
    answered: bool,
) -> str | None:
    """Lines that make the calls again; None where an argument cannot be written down.

    Args:
        made: The calls.
        signatures: How each function is declared: it names the arguments.
        inputs: What the law was given; a function that it watches has its name there.
        answered: Say behind each call what came back.
    """
    lines: list[str] = []
    standing: dict[str, str] = {}
    try:
        for one in made[-CALLS:]:
            for step, call in enumerate(one.calls):
                assigned, arguments = _arguments(one, call, signatures, inputs)
                for name, text in assigned.items():
                    if standing.get(name) != text or "default_rng" in text:
                        lines.append(f"{name} = {text}")
                        standing[name] = text
                lines.append(_call(one, step, arguments))
            said = answer(one, signatures)
            if answered and len(said) <= _REMARK:
                lines += [f"# {line}" for line in said.splitlines()]
    except _UnwritableError:
        return None
    if any("np." in line for line in lines):
        lines.insert(0, "import numpy as np")
    return "\n".join(lines)


def answer(made: Made, signatures: Mapping[str, Call]) -> str:
    """What came back from the last of the calls, by name."""
    kind, value = made.answer
    call = signatures[made.calls[-1].function]
    if kind != 0:
        return f"raised {value.get('type', '')}: {value.get('text', '')}"
    return outputs(call.outputs, call.opaque, value)


def sides(found: Any, expected: Any) -> tuple[str, str]:
    """Both sides of a comparison."""
    one, other = (v.item() if np.ndim(v) == 0 and hasattr(v, "item") else v
                  for v in (found, expected))  # fmt: skip
    return outcome(one), outcome(other)


def before(made: Made, signatures: Mapping[str, Call], name: str) -> str:
    """An argument of the last call as it was handed over; nothing where it has another name."""
    call = made.calls[-1]
    declared = signatures[call.function].arguments
    place = call.arguments[declared.index(name)] if name in declared else ()
    return f"{name} = {literal(made.arguments[place])}" if isinstance(place, str) else ""


def _call(made: Made, step: int, arguments: Sequence[str]) -> str:
    call = made.calls[step]
    if not arguments and call.function.isupper():
        return call.function  # a constant
    text = f"{call.function}({', '.join(arguments)})"
    if step == len(made.calls) - 1:
        return text
    kept = (name if i in call.opaque else "_" for i, name in enumerate(call.outputs))
    return f"{', '.join(kept)} = {text}"


def _arguments(
    made: Made, call: Call, signatures: Mapping[str, Call], inputs: Mapping[str, Any]
) -> tuple[dict[str, str], list[str]]:
    """What is to be assigned before a call, and what stands between its brackets."""
    assigned: dict[str, str] = {}
    arguments = []
    declared = signatures[call.function].arguments
    for position, place in enumerate(call.arguments):
        if not isinstance(place, str):
            arguments.append(made.calls[place[0]].outputs[place[1]])
            continue
        name = declared[position] if position < len(declared) else ""
        text = _written(made.arguments[place], name, inputs)
        if isinstance(name, str) and name.isidentifier():
            assigned[name] = text
            arguments.append(name)
        else:
            arguments.append(text)
    return assigned, arguments


def _written(value: Any, name: Any, inputs: Mapping[str, Any]) -> str:
    if isinstance(value, dict) and "rng" in value:
        return f"np.random.default_rng({value['rng']})"
    if isinstance(value, dict) and any(callable(item) for item in value.values()):
        parts = (f"{key!r}: {_written(item, '', {})}" for key, item in value.items())
        return "{" + ", ".join(parts) + "}"
    if callable(value) and not isinstance(value, functions.Named):
        given = inputs.get(name)
        if not isinstance(given, dict) or "function" not in given:
            raise _UnwritableError
        value = functions.build(given)
    if isinstance(value, functions.Named):
        if value.code.startswith("#"):
            raise _UnwritableError
        return value.code
    if is_long(value):
        raise _UnwritableError
    return literal(np.asarray(value) if isinstance(value, np.generic) else value)
