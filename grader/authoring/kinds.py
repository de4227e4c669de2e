"""What a parameter may be: plain data; `strategies` says how values are drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """Any kind."""


@dataclass(frozen=True, slots=True)
class Floats(Kind):
    """Numbers; without bounds they follow the stratum: halves, normal, tiny, large, edges."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Integers(Kind):
    """Python ints from low to high, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Labels(Kind):
    """Class labels, integers from 0 to the axis's length less one; repeats and gaps occur."""

    axis: str


@dataclass(frozen=True, slots=True)
class Choices(Kind):
    """One of a few words."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Functions(Kind):
    """A named function of a family in `grader.functions`."""

    family: str


@dataclass(frozen=True, slots=True)
class Increasing(Kind):
    """A strictly increasing array."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Network(Kind):
    """Parameters {"W1": (H1, I), "b1": (H1,), ...} of one to four layers between two axes."""

    inputs: str
    outputs: str


@dataclass(frozen=True, slots=True)
class Sampled(Kind):
    """What the exercise's own `sample` makes."""

    writable: bool = False


def floats(low: float | None = None, high: float | None = None) -> Floats:
    """Numbers between the bounds; a range over two decades from above zero is drawn by decades."""
    return Floats(low, high)


def integers(low: int, high: int) -> Integers:
    """Python ints from low to high, both included."""
    return Integers(low, high)


def labels(axis: str) -> Labels:
    """Class labels below the length of an axis."""
    return Labels(axis)


def choices(*options: str) -> Choices:
    """One of a few words."""
    return Choices(options)


def functions(family: str) -> Functions:
    """A named function: family "scalar", "slope", "plane_slope" or "loss"."""
    return Functions(family)


def increasing(low: float | None = None, high: float | None = None) -> Increasing:
    """A strictly increasing array."""
    return Increasing(low, high)


def network(inputs: str, outputs: str) -> Network:
    """Parameters of a network between two axes."""
    return Network(inputs, outputs)


def sampled(*, writable: bool = False) -> Sampled:
    """What `sample` makes; where it is writable, functions may write to it and put it back."""
    return Sampled(writable)
