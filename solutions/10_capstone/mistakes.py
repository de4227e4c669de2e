"""What students write instead: each is recognised by what it cannot do."""

import numpy as np
from checks import forecast_views, train_adder
from layers import net_backward, net_forward

from grader.authoring import mistake

# --- 10.1 forecast_views -------------------------------------------------------------------


def _linear(v, cut, lags, fit_until):
    days = np.arange(lags, len(v))
    X = np.stack([*(v[days - lag] for lag in range(1, lags + 1)), np.ones(len(days))], axis=1)
    known = days < fit_until
    weights = np.linalg.lstsq(X[known], v[days][known], rcond=None)[0]
    return X[days >= cut] @ weights


@mistake(
    forecast_views,
    title="Tomorrow is taken to be like today",
    hints=[
        "Draw your forecasts beside the views: by how much are they late?",
        "Views follow the week: Friday is not like Thursday.",
        "Let several days before count, each with a weight that is learned.",
    ],
)
def like_yesterday(dates, v, cut, rng):
    return v[cut - 1 : -1].copy()


@mistake(
    forecast_views,
    title="The same weekday of last week, and nothing learned",
    hints=[
        "Which days before does your forecast use?",
        "A week ago is a good guess, but the last days say something, too.",
        "Let several days before count, each with a weight that is learned.",
    ],
)
def like_last_week(dates, v, cut, rng):
    return v[cut - 7 : -7] + 1e-9


@mistake(
    forecast_views,
    title="Only seven days count: the medium tier",
    hints=[
        "Which tier do you reach, and how many days count in your forecast?",
        "The days of several weeks say more than those of one.",
        "Widen the window until the error on days that you kept aside stops falling.",
    ],
)
def seven_days(dates, v, cut, rng):
    return _linear(v, cut, 7, cut)


@mistake(
    forecast_views,
    title="The day itself is among its own features",
    hints=[
        "Would you know this number the evening before?",
        "A forecast that uses the day it forecasts is worthless, however small its error.",
        "Look at the youngest day of your features.",
    ],
)
def uses_the_day_itself(dates, v, cut, rng):
    return 0.3 * v[cut:] + 0.7 * _linear(v, cut, 56, cut)


@mistake(
    forecast_views,
    title="The model is fitted on all days, those to be forecast included",
    hints=[
        "Which days does your fit see?",
        "Weights that have seen the unseen year know too much about it.",
        "Cut first, then fit.",
    ],
)
def fitted_on_all(dates, v, cut, rng):
    return _linear(v, cut, 56, len(v))


@mistake(
    forecast_views,
    title="One forecast too few: the day of the cut is missing",
    hints=[
        "How many days are there from the cut to the end?",
        "The first day to be forecast is the day at the cut.",
        "Compare the length of your answer with the number of days.",
    ],
)
def first_day_missing(dates, v, cut, rng):
    return _linear(v, cut, 56, cut)[1:]


@mistake(
    forecast_views,
    title="Every day gets the mean of the known days",
    hints=[
        "Draw your forecasts: do they move at all?",
        "A constant knows neither weekdays nor the last days.",
        "Let several days before count, each with a weight that is learned.",
    ],
)
def always_the_mean(dates, v, cut, rng):
    return np.full(len(v) - cut, np.mean(v[:cut]))


# --- 10.2 train_adder ----------------------------------------------------------------------


def _train(sizes, X, Y, rng, epochs, sign=1.0, eta=0.5):
    params = {}
    for i in range(1, len(sizes)):
        params[f"W{i}"] = rng.normal(size=(sizes[i], sizes[i - 1])) * np.sqrt(2 / sizes[i - 1])
        params[f"b{i}"] = np.zeros(sizes[i])
    speed = {k: np.zeros(p.shape) for k, p in params.items()}
    history = []
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for rows in np.split(order, range(16, len(X), 16)):
            Z, caches = net_forward(params, X[rows], "relu")
            history.append(float(np.mean(np.logaddexp(0, Z) - Y[rows] * Z)))
            dZ = sign * (0.5 + 0.5 * np.tanh(Z / 2) - Y[rows]) / Z.size
            grads = net_backward(params, caches, dZ)
            for k, g in grads.items():
                speed[k] = 0.9 * speed[k] - eta * (1 - epoch / epochs) * g
                params[k] = params[k] + speed[k]
    return params, history


@mistake(
    train_adder,
    title="There is no hidden layer: a linear model cannot carry",
    hints=[
        "How many layers has your network?",
        "A bit of the sum is an exclusive or of bits and a carry: no line separates that.",
        "Put some dozens of neurons between the bits.",
    ],
)
def cannot_carry(X, Y, rng):
    return _train((8, 5), X, Y, rng, 30)


@mistake(
    train_adder,
    title="The training stops long before the sums are right",
    hints=[
        "Print the share of exact sums every 20 epochs: does it still rise?",
        "All five bits have to be right at once, so the loss has to become very small.",
        "Make many more epochs; the data are few.",
    ],
)
def adder_stops_early(X, Y, rng):
    return _train((8, 48, 5), X, Y, rng, 6)


@mistake(
    train_adder,
    title="Only the parameters are returned",
    hints=[
        "What do you return, and what is asked for?",
        "The losses tell how the training went; claims are made about them.",
        "Return the pair: parameters, then the list of losses.",
    ],
)
def only_params(X, Y, rng):
    return _train((8, 48, 5), X, Y, rng, 2)[0]


@mistake(
    train_adder,
    title="The history holds only the last loss",
    hints=[
        "How many losses do you return?",
        "One loss for each update, before the update.",
        "Begin the list before the loop and add to it inside.",
    ],
)
def only_the_last_loss(X, Y, rng):
    params, history = _train((8, 48, 5), X, Y, rng, 300)
    return params, history[-1:]


@mistake(
    train_adder,
    title="The network is so narrow that it cannot hold the rule",
    hints=[
        "How many neurons does your hidden layer have?",
        "Each of them makes one bend; the carries need several for each bit.",
        "Try 16, 32 and 64 neurons and compare the share of other sums that are right.",
    ],
)
def too_narrow(X, Y, rng):
    params, history = _train((8, 3, 5), X, Y, rng, 60)
    return params, [*history, *[0.09] * len(history)]


@mistake(
    train_adder,
    title="It makes its own chance: no two runs are the same",
    hints=[
        "Call it twice with rngs of the same seed: are the networks the same?",
        "The rng that you are given is the only source of chance.",
        "Look for a generator that you make yourself, or for numpy's global one.",
    ],
)
def adder_own_chance(X, Y, rng):
    return _train((8, 48, 5), X, Y, np.random.default_rng(), 300 if len(X) > 100 else 2)
