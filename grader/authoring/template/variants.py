"""Right versions written differently: each must earn full marks."""

from checks import grad_pinball, pinball, worst_error

from grader.authoring import variant


@variant(pinball)
def loop(y_pred, y, q):
    total = 0.0
    for predicted, label in zip(y_pred, y, strict=True):
        e = label - predicted
        total += q * e if e > 0 else (q - 1) * e
    return total / len(y)


@variant(grad_pinball)
def comprehension(y_pred, y, q):
    return [(-q if e > 0 else 1 - q) / len(y) for e in y - y_pred]


@variant(worst_error)
def by_max(y_pred, y):
    return max(y - y_pred, key=abs)
