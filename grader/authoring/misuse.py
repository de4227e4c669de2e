"""What is amiss with a declaration, once its module has been loaded; each with its line."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any

from grader import functions
from grader.authoring import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.authoring.declaration import Declaration, Law

    Found = Iterator[tuple[int, str]]


def misused(declaration: Declaration) -> Found:
    """Keywords and decorated functions that do not fit the declared terms: (line, message)."""
    for message in _keywords(declaration):
        yield declaration.line, message
    if not _is_declaration(declaration.gradient_of):
        given = declaration.gradient_of
        yield declaration.line, f"gradient_of={given!r} is not a declaration; give the forward's"
        return
    for message in _terms(declaration):
        yield declaration.line, message
    for name, kind in declaration.kinds.items():
        for message in _kind(declaration, kind):
            yield declaration.line, f"{name}={message}"
    yield from _decorated(declaration)


def _is_declaration(forward: Any) -> bool:
    return forward is None or hasattr(forward, "signature")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _keywords(declaration: Declaration) -> Iterator[str]:
    signature = declaration.signature
    names = {term.name for term in signature.parameters}
    outputs = {term.name for term in signature.outputs}
    for name in sorted(declaration.opaque - outputs):
        yield f"opaque={name!r} is not an output; outputs are {_listed(outputs)}"
    for name in sorted(declaration.whole - names):
        yield f"whole={name!r} is not a parameter; parameters are {_listed(names)}"
    if declaration.iterable and (len(signature.outputs) > 1 or declaration.opaque):
        yield "a `*` is for a single output that is not opaque"
    for term in signature.parameters:
        if term.iterable:
            yield f"parameter {term.name!r} has a `*`, which is for outputs"
    for term in signature.outputs:
        if term.optional:
            yield f"output {term.name!r} has a `?`, which is for parameters"
    for name in sorted(set(declaration.kinds) - names):
        yield f"{name}= names no parameter; parameters are {_listed(names)}"
    if declaration.judged_by not in {"reference", "laws", "training", "tests", "helper"}:
        yield f"judged_by={declaration.judged_by!r}; write 'reference', 'laws' or 'training'"


def _terms(declaration: Declaration) -> Iterator[str]:
    """Parameters that no case could hold, or that would not reach their places."""
    optional = ""
    for term in declaration.signature.parameters:
        for axis in term.axes:
            if not axis.isidentifier() and not axis.isdigit():
                yield f"axis {axis!r} of parameter {term.name}; write a name or a number"
        if optional and not term.optional:
            yield f"parameter {term.name!r} follows the optional {optional!r}; put optional last"
        optional = term.name if term.optional else optional
    yield from _spread(declaration)
    forward = declaration.gradient_of
    if forward and declaration.needs_forward:
        names = [term.name for term in declaration.signature.parameters]
        if not any(name[:1] == "d" and name not in forward.opaque for name in names):
            yield "no parameter is the slope from above; name it d and the forward's output: dZ"
    if forward:
        open_ = {term.name for term in forward.signature.outputs} - forward.opaque
        for term in declaration.signature.parameters:
            if term.name in open_:
                yield (
                    f"parameter {term.name!r} is an output of the forward that is not opaque; "
                    f"give the forward opaque=[{term.name!r}]"
                )


def _spread(declaration: Declaration) -> Iterator[str]:
    """What is amiss with terms whose entries are handed over one by one."""
    for term in declaration.signature.outputs:
        if term.spread:
            yield f"output *{term.name}: only a parameter can have a star"
    parameters = declaration.signature.parameters
    for term in parameters:
        if term.spread and (term.optional or len(term.axes) != 1 or term is not parameters[-1]):
            yield f"parameter *{term.name}: write it last, with one axis: *{term.name}[N]"


def _kind(declaration: Declaration, kind: Any) -> Iterator[str]:
    """What is amiss with a kind, as the text behind `name=`."""
    match kind:
        case kinds.Floats(low, high):
            yield from _bounds("floats", low, high, least=2)
        case kinds.Increasing(low, high):
            yield from _bounds("increasing", low, high, least=2)
        case kinds.Integers(low, high):
            yield from _bounds("integers", low, high, least=1)
        case kinds.Choices(()):
            yield "choices() is empty; give at least one word"
        case kinds.Functions(family) if family not in functions.FAMILIES:
            near = difflib.get_close_matches(family, functions.FAMILIES, 1)
            remedy = f"did you mean {near[0]!r}?" if near else _listed(functions.FAMILIES)
            yield f"functions({family!r}) is not a family; {remedy}"
        case kinds.Sampled() if declaration.sampler is None:
            yield "sampled(...) is made by nobody; add @....sample"
        case kinds.Labels(axis):
            yield from _unknown(declaration, f"labels({axis!r})", {axis})
        case kinds.Network(inputs, outputs):
            written = f"network({inputs!r}, {outputs!r})"
            yield from _unknown(declaration, written, {inputs, outputs})
        case _ if not isinstance(kind, kinds.Kind):
            yield f"{kind!r} is not a kind; use floats(...), integers(...), labels(...), ..."


def _bounds(word: str, low: Any, high: Any, *, least: int) -> Iterator[str]:
    """At least one number must lie between the bounds, or two different ones."""
    if (low is None) != (high is None):
        yield f"{word}({low}, {high}) has one bound; give both or none"
    elif low is not None and (low > high or (least > 1 and low == high)):
        yield f"{word}({low}, {high}) is empty; give the lower bound first"


def _unknown(declaration: Declaration, written: str, axes: set[str]) -> Iterator[str]:
    known = _axes(declaration)
    if axes - known:
        yield f"{written}: no axis {min(axes - known)!r}; axes are {_listed(known)}"


def _axes(declaration: Declaration) -> set[str]:
    """Named axes of everything that goes in or comes out, the forward's included."""
    signature = declaration.signature
    terms = (*declaration.drawn, *signature.parameters, *signature.outputs)
    return {axis for term in terms for axis in term.axes if axis.isidentifier()}


def _decorated(declaration: Declaration) -> Found:
    names = {term.name for term in declaration.drawn}
    if declaration.interval_of is not None:
        yield from _asks(declaration.interval_of, names, "interval")
    for function in declaration.assumed:
        yield from _asks(function, names, "assume")
    for law in declaration.laws:
        yield from _law(
            declaration, law, {"seed"} if declaration.judged_by == "training" else names
        )
    for edge in declaration.edges:
        if len(inspect.signature(edge.make).parameters) > 1 or edge.times < 1:
            name = edge.make.__name__
            yield _line(edge.make), f"edge {name}: takes (rng) or nothing, times at least 1"


def _law(declaration: Declaration, law: Law, names: set[str]) -> Found:
    asked = inspect.signature(law.check).parameters
    if next(iter(asked), "") != "student":
        yield _line(law.check), f"law {law.id}: its first parameter must be `student`"
    if law.times is not None and law.times < 1:
        yield _line(law.check), f"law {law.id}: times={law.times}; give at least 1"
    yield from _asks(law.check, {"student", *names, *law.kinds}, "law")
    for name, kind in law.kinds.items():
        if name not in asked:
            yield _line(law.check), f"law {law.id}: {name}= names none of its parameters"
        for message in _kind(declaration, kind):
            yield _line(law.check), f"law {law.id}: {name}={message}"


def _asks(function: Callable[..., Any], known: set[str], what: str) -> Found:
    """Parameters of a decorated function that no case has."""
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in known and parameter.default is parameter.empty:
            message = f"{what} {function.__name__} asks for {name!r}; there are {_listed(known)}"
            yield _line(function), message


def _line(function: Callable[..., Any]) -> int:
    return function.__code__.co_firstlineno
