"""Wrong versions that students really write, each with three hints: where, why, nearly how."""

import numpy as np
from checks import grad_pinball, pinball, worst_error

from grader.authoring import mistake


@mistake(
    pinball,
    title="q weighs predictions that are too high instead of too low",
    hints=[
        "Look at which errors get the weight q.",
        "e = y - y_pred is positive where the prediction is too low.",
        "Positive e is multiplied by q, negative e by q - 1.",
    ],
)
def sides_exchanged(y_pred, y, q):
    e = y_pred - y
    return float(np.mean(np.maximum(q * e, (q - 1) * e)))


@mistake(
    grad_pinball,
    title="the derivative of a sum, not of a mean",
    hints=[
        "Look at the size of your answer for one example and for many.",
        "The loss is a mean: how does N enter its derivative?",
        "Every entry is divided by the number of examples.",
    ],
)
def no_division_by_n(y_pred, y, q):
    return np.where(y > y_pred, -q, 1 - q)


@mistake(
    worst_error,
    title="the sign of the error is lost",
    hints=[
        "Look at the sign of your answer.",
        "The largest size says where the error is, not what it is.",
        "Find the place of the largest absolute value, then take the error there.",
    ],
)
def sign_lost(y_pred, y):
    return float(np.max(np.abs(y - y_pred)))
