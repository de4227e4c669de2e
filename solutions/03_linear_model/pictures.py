"""What 03_linear_model looks like, drawn from your own functions: `grader show` in this folder.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture
from grader.data import views

CUT = np.datetime64("2021-01-01")
DAYS = 60
ETA, UPDATES = 0.05, 400


def _week_model(student):
    """The model of seven days: weights, bias, and what it takes to use them."""
    dates, v = views(2021)
    X, y = student.make_lags(v, 7)
    X_tr, y_tr, X_te, y_te = student.split_by_date(dates[7:], X, y, CUT)
    mu, sd = student.fit_scaler(X_tr)
    w, b, history = student.fit_linear(student.scale(X_tr, mu, sd), y_tr, ETA, UPDATES)
    return w, b, (mu, sd), (X_te, y_te), np.asarray(history)


@picture("Real and predicted views on the first 60 days of the unseen year")
def real_and_predicted(student, figure):
    w, b, (mu, sd), (X_te, y_te), _ = _week_model(student)
    y_pred = student.predict_linear(student.scale(X_te, mu, sd), w, b)
    axes = figure.subplots()
    axes.plot(CUT + np.arange(DAYS), np.asarray(y_te)[:DAYS], "o-", markersize=3, label="real")
    axes.plot(CUT + np.arange(DAYS), np.asarray(y_pred)[:DAYS], label="predicted from seven days")
    axes.set_ylabel("views (k)")
    axes.tick_params(axis="x", rotation=30)
    axes.legend()


@picture("Mean absolute errors by the number of days, on old days and on unseen ones")
def errors_by_days(student, figure):
    dates, v = views(2021)
    table = student.compare_days(v, dates)
    ks = sorted(table)
    places = np.arange(len(ks))
    axes = figure.subplots()
    axes.bar(places - 0.2, [table[k][0] for k in ks], 0.4, label="2017 to 2020, for training")
    axes.bar(places + 0.2, [table[k][1] for k in ks], 0.4, label="2021, unseen")
    axes.set_xticks(places, [str(k) for k in ks])
    axes.set_xlabel("days that the model looks back")
    axes.set_ylabel("mean absolute error (k)")
    axes.legend()


@picture("The seven weights: the same weekday of last week counts most")
def seven_weights(student, figure):
    w, _, (_, sd), _, _ = _week_model(student)
    axes = figure.subplots()
    axes.bar(np.arange(1, 8), np.asarray(w) / np.asarray(sd))
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xlabel("days ago")
    axes.set_ylabel("weight, per k of views")


@picture("The loss before each update")
def loss_by_update(student, figure):
    *_, history = _week_model(student)
    axes = figure.subplots()
    axes.semilogy(history)
    axes.set_xlabel("updates")
    axes.set_ylabel("mean squared error (k squared)")
