"""What students write instead: each is recognised by its numbers and met with its own hints."""

import numpy as np
from checks import (
    compare_days,
    fit_linear,
    fit_scaler,
    grad_linear,
    make_lags,
    predict_linear,
    scale,
    split_by_date,
)

from grader.authoring import mistake

# --- 3.1 make_lags -------------------------------------------------------------------------


def _lags(v, k):
    return np.stack([v[k - 1 - j : len(v) - 1 - j] for j in range(k)], axis=1), v[k:]


@mistake(
    make_lags,
    title="The day that is to be predicted is among the features",
    hints=[
        "Compare column 0 with the labels.",
        "A feature is what you know the evening before.",
        "Your table is one day too late: every column must move back by a day.",
    ],
)
def today_is_a_feature(v, k):
    return np.stack([v[k - j : len(v) - j] for j in range(k)], axis=1), v[k:]


@mistake(
    make_lags,
    title="The columns run from the oldest day to yesterday",
    hints=[
        "Print one row beside the dates of its numbers.",
        "Column 0 is yesterday, the last column is k days ago.",
        "All your numbers are right; each row must be read from its other end.",
    ],
)
def oldest_first(v, k):
    X, y = _lags(v, k)
    return X[:, ::-1], y


@mistake(
    make_lags,
    title="The first rows take their past from the end of the series",
    hints=[
        "How many rows does your table have, and where does the first row's past come from?",
        "Rolling an array puts what falls off its end at its beginning.",
        "The first k days have no past: they get no row.",
    ],
)
def rolled(v, k):
    return np.stack([np.roll(v, j + 1) for j in range(k)], axis=1), v


@mistake(
    make_lags,
    title="The last day has no row",
    hints=[
        "With ten days and k = 3, list the days that you can predict.",
        "The last day has all of its past.",
        "Your table is one row too short at its end: look at where your slices or loop stop.",
    ],
)
def last_day_missing(v, k):
    X, y = _lags(v, k)
    return X[:-1], y[:-1]


@mistake(
    make_lags,
    title="Tomorrow has a row, but no label yet",
    hints=[
        "With ten days and k = 3, how many rows does X have, and how many labels has y?",
        "The day after the last one has a whole past, but nobody knows its views yet.",
        "Your last row belongs to a day outside the series: the windows have to stop earlier.",
    ],
)
def tomorrow_has_a_row(v, k):
    return np.array([v[t - k : t][::-1] for t in range(k, len(v) + 1)]), v[k:]


@mistake(
    make_lags,
    title="The first day that has a whole past has no row",
    hints=[
        "With ten days and k = 3, list the days that you can predict.",
        "Day number k, counted from 0, has exactly k days before it.",
        "Your table is one row too short at its beginning.",
    ],
)
def first_day_missing(v, k):
    X, y = _lags(v, k)
    return X[1:], y[1:]


@mistake(
    make_lags,
    title="The table lies on its side: a row per lag instead of a row per day",
    hints=[
        "Print the shape of X for ten days and k = 3.",
        "Rows are examples, columns are features.",
        "You stacked the lags as rows; each of them is a column.",
    ],
)
def on_its_side(v, k):
    X, y = _lags(v, k)
    return X.T, y


@mistake(
    make_lags,
    title="The label is the day after the next",
    hints=[
        "Which date has the first label, and which date is beside it in column 0?",
        "Between yesterday and the label lies one day, not two.",
        "The labels begin one day too late.",
    ],
)
def label_a_day_late(v, k):
    X, y = _lags(v, k)
    return X[:-1], y[1:]


@mistake(
    make_lags,
    title="The labels are the first days instead of the last ones",
    hints=[
        "Which date has the first label?",
        "The first day that can be predicted is number k, counted from 0.",
        "You cut the labels at the wrong end.",
    ],
)
def labels_from_the_start(v, k):
    return _lags(v, k)[0], v[: len(v) - k]


@mistake(
    make_lags,
    title="The windows do not overlap: only every k-th day has a row",
    hints=[
        "How many rows come out of ten days with k = 3?",
        "Every day with k days before it is an example.",
        "From one row to the next you go on by k days; go on by one.",
    ],
)
def windows_apart(v, k):
    starts = range(k, len(v), k)
    return np.array([v[t - k : t][::-1] for t in starts]), np.array([v[t] for t in starts])


# --- 3.2 split_by_date ---------------------------------------------------------------------


@mistake(
    split_by_date,
    title="The day of the cut is used for training",
    hints=[
        "In which part is the example of the very day of the cut?",
        "Rows with date < cut are for training; the cut is the first unseen day.",
        "Look at the comparison: what does it say where both are equal?",
    ],
)
def cut_is_trained_on(dates, X, y, cut):
    early = dates <= cut
    return X[early], y[early], X[~early], y[~early]


@mistake(
    split_by_date,
    title="Training and test parts have changed places",
    hints=[
        "Which dates are in the first part that you return?",
        "One learns from the past and is tested on the future.",
        "Your comparison is right; look at which part you return first.",
    ],
)
def parts_swapped(dates, X, y, cut):
    early = dates < cut
    return X[~early], y[~early], X[early], y[early]


@mistake(
    split_by_date,
    title="The four results are in another order: both tables first",
    hints=[
        "Print the shapes of the four things that you return.",
        "Here features and labels of one part stand together; some libraries do it otherwise.",
        "All four parts are right; the second and the third have changed places.",
    ],
)
def both_tables_first(dates, X, y, cut):
    early = dates < cut
    return X[early], X[~early], y[early], y[~early]


@mistake(
    split_by_date,
    title="A fixed share is split off, whatever the dates are",
    hints=[
        "Change the cut: does your answer change?",
        "The cut is a day, not a share of the examples.",
        "Nowhere do you look at the dates: compare them with the cut.",
    ],
)
def a_share_is_split_off(dates, X, y, cut):
    n = int(0.8 * len(y))
    return X[:n], y[:n], X[n:], y[n:]


@mistake(
    split_by_date,
    title="The examples are split at random",
    hints=[
        "Is every test day after every training day?",
        "Neighbouring days are alike: a random test day has nearly been seen.",
        "Nothing needs to be drawn: the dates decide.",
    ],
)
def split_at_random(dates, X, y, cut):
    order = np.random.default_rng(0).permutation(len(y))
    n = int(np.sum(dates < cut))
    return X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]]


@mistake(
    split_by_date,
    title="Only the year of the dates is compared",
    hints=[
        "Try a cut in the middle of a year.",
        "A date is a whole day: numpy compares days as they are.",
        "You threw months and days away before the comparison.",
    ],
)
def years_compared(dates, X, y, cut):
    early = dates.astype("datetime64[Y]") < cut.astype("datetime64[Y]")
    return X[early], y[early], X[~early], y[~early]


@mistake(
    split_by_date,
    title="The labels are not split",
    hints=[
        "How many labels are in each part?",
        "Row i of the features and label i belong together.",
        "What picks the rows of X must pick those of y, too.",
    ],
)
def labels_left_whole(dates, X, y, cut):
    early = dates < cut
    return X[early], y, X[~early], y


# --- 3.3 fit_scaler, scale -----------------------------------------------------------------


def _with_one_for_zero(sd):
    return np.where(sd == 0, 1.0, sd)


@mistake(
    fit_scaler,
    title="The standard deviation is divided by N - 1",
    hints=[
        "Try two examples, 1 and 3: your standard deviation is 1.41, ours is 1.",
        "Both definitions exist; here the mean of the squared distances is taken, over N.",
        "Some libraries divide by N - 1 unless told otherwise: look at what you told yours.",
    ],
)
def divided_by_n_less_one(X):
    with np.errstate(all="ignore"):
        sd = X.std(axis=0, ddof=1) if len(X) > 1 else np.zeros(X.shape[1])
    return X.mean(axis=0), _with_one_for_zero(sd)


@mistake(
    fit_scaler,
    title="The statistics are those of rows instead of columns",
    hints=[
        "Print the shape of mu for 5 examples with 3 features.",
        "Each feature has its own mean, taken over all examples.",
        "The axis along which you average is the one that vanishes.",
    ],
)
def statistics_of_rows(X):
    return X.mean(axis=1), _with_one_for_zero(X.std(axis=1))


@mistake(
    fit_scaler,
    title="One mean and one deviation for the whole table",
    hints=[
        "How many numbers should mu have?",
        "Features may be counted in different units; each has statistics of its own.",
        "Without an axis numpy averages everything.",
    ],
)
def statistics_of_the_table(X):
    k = X.shape[1]
    return np.full(k, X.mean()), _with_one_for_zero(np.full(k, X.std()))


@mistake(
    fit_scaler,
    title="The variance is given instead of the standard deviation",
    hints=[
        "Double all numbers: your second result becomes four times as large.",
        "A standard deviation has the unit of the data, a variance its square.",
        "One root is missing.",
    ],
)
def variance(X):
    return X.mean(axis=0), _with_one_for_zero(X.var(axis=0))


@mistake(
    fit_scaler,
    title="A constant column gets a standard deviation of 0",
    hints=[
        "Try a table with a column of equal numbers, and divide by what you return.",
        "What never changes cannot be counted in its own changes.",
        "Put 1 where the standard deviation is 0.",
    ],
)
def zero_left(X):
    return X.mean(axis=0), X.std(axis=0)


@mistake(
    fit_scaler,
    title="A small number is added to every standard deviation",
    hints=[
        "What is sd for a constant column?",
        "A small divisor makes large numbers: 1 is asked for there, and nothing elsewhere.",
        "Treat the constant columns on their own and leave the others as they are.",
    ],
)
def epsilon_added(X):
    return X.mean(axis=0), X.std(axis=0) + 1e-8


@mistake(
    fit_scaler,
    title="The two results have changed places",
    hints=[
        "Which of your two results can be negative?",
        "The mean comes first, then the standard deviation.",
        "Both are right; turn their order around.",
    ],
)
def deviation_first(X):
    return _with_one_for_zero(X.std(axis=0)), X.mean(axis=0)


@mistake(
    fit_scaler,
    title="The distances are measured from 0 instead of the mean",
    hints=[
        "Add 100 to a column: your standard deviation grows.",
        "A standard deviation measures distances from the mean.",
        "Something has to be subtracted before you square.",
    ],
)
def distance_from_zero(X):
    return X.mean(axis=0), _with_one_for_zero(np.sqrt(np.mean(X**2, axis=0)))


@mistake(
    scale,
    title="X is scaled by its own statistics, not by those that are given",
    hints=[
        "Scale a single new day: should it always become 0?",
        "What was learnt on the training rows must be used on all others, too.",
        "mu and sd come as arguments; you compute them anew.",
    ],
)
def scaled_by_itself(X, mu, sd):
    return (X - X.mean(axis=0)) / _with_one_for_zero(X.std(axis=0))


@mistake(
    scale,
    title="The means are not subtracted",
    hints=[
        "What should become of an example at the means?",
        "Scaling moves the middle to 0 and then changes the unit.",
        "mu does not occur in what you compute.",
    ],
)
def not_centred(X, mu, sd):
    return X / sd


@mistake(
    scale,
    title="X is only centred: nothing is divided by sd",
    hints=[
        "What is the deviation of a column after scaling?",
        "The distance from the mean is counted in standard deviations.",
        "sd does not occur in what you compute.",
    ],
)
def only_centred(X, mu, sd):
    return X - mu


@mistake(
    scale,
    title="The distance is multiplied by sd instead of divided",
    hints=[
        "Should a column with large deviations become wider or narrower?",
        "A distance of one standard deviation becomes 1.",
        "Look at the operation between the distance and sd.",
    ],
)
def multiplied(X, mu, sd):
    return (X - mu) * sd


@mistake(
    scale,
    title="Brackets are missing: only mu is divided by sd",
    hints=[
        "What becomes of an example at the means? It should be 0.",
        "Division binds tighter than subtraction.",
        "First the distance, then the division of all of it.",
    ],
)
def brackets_missing(X, mu, sd):
    return X - mu / sd


@mistake(
    scale,
    title="The square of sd is divided by",
    hints=[
        "What becomes of a distance of exactly one sd? It should be 1.",
        "Counting in a unit divides by it once.",
        "You divide by the variance.",
    ],
)
def divided_by_variance(X, mu, sd):
    return (X - mu) / sd**2


@mistake(
    scale,
    title="The means are added",
    hints=[
        "What should become of an example at the means?",
        "The distance from the mean is a difference.",
        "Look at the sign in front of mu.",
    ],
)
def means_added(X, mu, sd):
    return (X + mu) / sd


@mistake(
    scale,
    title="The caller's table is scaled in place",
    hints=[
        "Print the table that you passed in after the call.",
        "An array belongs to whoever made it; in-place operations change it for everybody.",
        "Compute a new array instead of writing into X.",
    ],
)
def in_place(X, mu, sd):
    X -= mu
    X /= sd
    return X


# --- 3.4 predict_linear, grad_linear -------------------------------------------------------


@mistake(
    predict_linear,
    title="The bias is left out",
    hints=[
        "What does your function return where all features are 0?",
        "The bias is what the model says where the features say nothing.",
        "b does not occur in what you compute.",
    ],
)
def bias_left_out(X, w, b):
    return X @ w


@mistake(
    predict_linear,
    title="The bias is added once per feature",
    hints=[
        "What does your function return where all features are 0? Try three features.",
        "There is one bias per prediction, whatever the number of features.",
        "b is inside the sum over the features; it belongs outside.",
    ],
)
def bias_per_feature(X, w, b):
    return np.sum(X * w + b, axis=1)


@mistake(
    predict_linear,
    title="Nothing is summed: a table comes back instead of one number per example",
    hints=[
        "Print the shape of what you return.",
        "A prediction adds up what all features contribute.",
        "Multiply and add up over the features: one operation does both.",
    ],
)
def nothing_summed(X, w, b):
    return X * w + b


@mistake(
    predict_linear,
    title="The contributions are averaged over the features instead of added",
    hints=[
        "Give it a second feature with weight 0: should the prediction change?",
        "The formula has a sum over j and no division.",
        "Your products are too small by the number of features.",
    ],
)
def averaged_over_features(X, w, b):
    return np.mean(X * w, axis=1) + b


@mistake(
    predict_linear,
    title="The sum runs over the examples instead of the features",
    hints=[
        "How many predictions come from 5 examples with 3 features?",
        "Each example has its own prediction.",
        "The axis along which you sum is the one that vanishes.",
    ],
)
def summed_over_examples(X, w, b):
    return np.sum(X * w, axis=0) + b


@mistake(
    predict_linear,
    title="The weights are used in reverse order",
    hints=[
        "Set all weights to 0 but the first: which feature counts?",
        "Weight j belongs to column j.",
        "Something turns w around before it meets X.",
    ],
)
def weights_reversed(X, w, b):
    return X @ w[::-1] + b


@mistake(
    predict_linear,
    title="A column comes back instead of a flat array",
    hints=[
        "Print the shape of what you return, and subtract a label array from it.",
        "(N, 1) minus (N,) is a table of N times N differences.",
        "The weights became a column somewhere.",
    ],
)
def column_returned(X, w, b):
    return X @ w.reshape(-1, 1) + b


@mistake(
    grad_linear,
    title="The factor 2 is missing",
    hints=[
        "Compare with central differences: is the ratio the same everywhere?",
        "The loss has a square and no 1/2.",
        "Differentiate the square of the error on paper.",
    ],
)
def factor_missing(X, y, w, b):
    e = X @ w + b - y
    return X.T @ e / len(y), np.mean(e)


@mistake(
    grad_linear,
    title="The gradient is a sum over the examples, not a mean",
    hints=[
        "Give it the same data twice over: should the gradient double?",
        "The loss is a mean, and so is its gradient.",
        "You are too large by a factor of N.",
    ],
)
def sums(X, y, w, b):
    e = X @ w + b - y
    return 2 * X.T @ e, 2 * np.sum(e)


@mistake(
    grad_linear,
    title="The error is turned around",
    hints=[
        "Nudge a weight upwards: does the loss fall or rise?",
        "The gradient points uphill.",
        "The error is the prediction minus the label; look at your sign.",
    ],
)
def error_turned_around(X, y, w, b):
    e = y - X @ w - b
    return 2 * X.T @ e / len(y), 2 * np.mean(e)


@mistake(
    grad_linear,
    title="The features are missing: every weight has the slope of the bias",
    hints=[
        "Why would all weights have the same slope?",
        "Changing a weight moves each prediction by that example's feature.",
        "Each error must be multiplied by the feature before you average.",
    ],
)
def features_missing(X, y, w, b):
    e = X @ w + b - y
    return np.full(X.shape[1], 2 * np.mean(e)), 2 * np.mean(e)


@mistake(
    grad_linear,
    title="The mean error is multiplied by the mean feature",
    hints=[
        "Centre the features: your slopes become 0. Is the loss flat then?",
        "The mean of products is not the product of means.",
        "Multiply each error by its own row first, and average afterwards.",
    ],
)
def product_of_means(X, y, w, b):
    e = X @ w + b - y
    return 2 * np.mean(e) * X.mean(axis=0), 2 * np.mean(e)


@mistake(
    grad_linear,
    title="One slope for all weights: the average runs over everything",
    hints=[
        "How many numbers should dw have?",
        "Each weight has its own slope, an average over the examples.",
        "Average along the examples only.",
    ],
)
def one_slope_for_all(X, y, w, b):
    e = X @ w + b - y
    return 2 * np.mean(e[:, None] * X), 2 * np.mean(e)


@mistake(
    grad_linear,
    title="It is the gradient of the mean absolute error",
    hints=[
        "Double all errors: does your gradient double?",
        "The slope of a square grows with the error.",
        "Use the errors themselves, not only their signs.",
    ],
)
def gradient_of_the_mae(X, y, w, b):
    side = np.sign(X @ w + b - y)
    return X.T @ side / len(y), np.mean(side)


@mistake(
    grad_linear,
    title="The slope of the bias is a sum, those of the weights are means",
    hints=[
        "Check each of your two results with central differences.",
        "The bias serves every example, and the loss averages over them.",
        "db is too large by a factor of N.",
    ],
)
def bias_summed(X, y, w, b):
    e = X @ w + b - y
    return 2 * X.T @ e / len(y), 2 * np.sum(e)


@mistake(
    grad_linear,
    title="The bias is left out of the prediction",
    hints=[
        "Change b by 1: your gradient stays the same. Should it?",
        "The error is that of the whole model.",
        "Predict with w and b before you subtract the labels.",
    ],
)
def predicted_without_bias(X, y, w, b):
    e = X @ w - y
    return 2 * X.T @ e / len(y), 2 * np.mean(e)


# --- 3.5 fit_linear ------------------------------------------------------------------------


def _slopes(X, y, w, b):
    e = X @ w + b - y
    return 2 * X.T @ e / len(y), 2 * np.mean(e)


def _loss(X, y, w, b):
    return np.mean((X @ w + b - y) ** 2)


def _descend(X, y, step, n_updates, loss=_loss):
    w, b = np.zeros(X.shape[1]), 0.0
    history = [loss(X, y, w, b)]
    for _ in range(n_updates):
        w, b = step(w, b)
        history.append(loss(X, y, w, b))
    return w, b, np.array(history)


@mistake(
    fit_linear,
    title="The loss before the first update is missing from the history",
    hints=[
        "What was the loss before learning? Is it in your history?",
        "n updates have n + 1 places between and around them.",
        "Take the loss once before the loop begins.",
    ],
)
def history_without_start(X, y, eta, n_updates):
    def step(w, b):
        dw, db = _slopes(X, y, w, b)
        return w - eta * dw, b - eta * db

    w, b, history = _descend(X, y, step, n_updates)
    return w, b, history[1:]


@mistake(
    fit_linear,
    title="The loss after the last update is missing from the history",
    hints=[
        "How many losses come back after 0 updates? There is one.",
        "The history ends with the parameters that you return.",
        "Take the loss once more after the loop.",
    ],
)
def history_without_end(X, y, eta, n_updates):
    def step(w, b):
        dw, db = _slopes(X, y, w, b)
        return w - eta * dw, b - eta * db

    w, b, history = _descend(X, y, step, n_updates)
    return w, b, history[:-1]


@mistake(
    fit_linear,
    title="Each step goes uphill",
    hints=[
        "Print the history: does it fall?",
        "The gradient points uphill.",
        "Look at the sign between the parameters and eta.",
    ],
)
def uphill(X, y, eta, n_updates):
    def step(w, b):
        dw, db = _slopes(X, y, w, b)
        return w + eta * dw, b + eta * db

    return _descend(X, y, step, n_updates)


@mistake(
    fit_linear,
    title="The bias steps from a point where the weights have already moved",
    hints=[
        "At which point are your two slopes taken?",
        "One update moves all parameters from the same old point.",
        "Compute both slopes first, then move both.",
    ],
)
def weights_move_first(X, y, eta, n_updates):
    def step(w, b):
        w = w - eta * _slopes(X, y, w, b)[0]
        return w, b - eta * _slopes(X, y, w, b)[1]

    return _descend(X, y, step, n_updates)


@mistake(
    fit_linear,
    title="The gradient is computed once and used for all updates",
    hints=[
        "Do your steps become smaller near the bottom?",
        "The gradient changes as the parameters do.",
        "Which of your lines belong inside the loop?",
    ],
)
def gradient_computed_once(X, y, eta, n_updates):
    dw, db = _slopes(X, y, np.zeros(X.shape[1]), 0.0)
    return _descend(X, y, lambda w, b: (w - eta * dw, b - eta * db), n_updates)


@mistake(
    fit_linear,
    title="The bias is never updated",
    hints=[
        "Predict for an average day after training: is it the average label?",
        "The bias is a parameter like the others.",
        "Both parts of the gradient have to be used.",
    ],
)
def bias_never_updated(X, y, eta, n_updates):
    def step(w, b):
        return w - eta * _slopes(X, y, w, b)[0], b

    return _descend(X, y, step, n_updates)


@mistake(
    fit_linear,
    title="The parameters do not start at 0",
    hints=[
        "What is your first loss? It should be the mean of the squared labels.",
        "Any start would do for learning; here it is pinned, so that results can be compared.",
        "Look at the numbers with which you fill w and b at first.",
    ],
)
def starts_at_one(X, y, eta, n_updates):
    w, b = np.ones(X.shape[1]), 1.0
    history = [_loss(X, y, w, b)]
    for _ in range(n_updates):
        dw, db = _slopes(X, y, w, b)
        w, b = w - eta * dw, b - eta * db
        history.append(_loss(X, y, w, b))
    return w, b, np.array(history)


@mistake(
    fit_linear,
    title="The history holds the mean absolute error",
    hints=[
        "Which loss does your gradient belong to?",
        "Descent makes the loss fall of which the gradient is taken.",
        "The history of this exercise is that of the mean squared error.",
    ],
)
def history_of_the_mae(X, y, eta, n_updates):
    def step(w, b):
        dw, db = _slopes(X, y, w, b)
        return w - eta * dw, b - eta * db

    return _descend(X, y, step, n_updates, loss=lambda X, y, w, b: np.mean(np.abs(X @ w + b - y)))


@mistake(
    fit_linear,
    title="The features are scaled inside",
    hints=[
        "Multiply X by ten: do your weights become ten times smaller?",
        "The weights must fit the X that the caller has.",
        "Use X as it comes; whoever calls has scaled it, or not.",
    ],
)
def scaled_inside(X, y, eta, n_updates):
    sd = X.std(axis=0)
    Z = (X - X.mean(axis=0)) / np.where(sd == 0, 1.0, sd)

    def step(w, b):
        dw, db = _slopes(Z, y, w, b)
        return w - eta * dw, b - eta * db

    return _descend(Z, y, step, n_updates)


@mistake(
    fit_linear,
    title="One update too many",
    hints=[
        "What comes back after 0 updates? All parameters should be 0.",
        "The history has one entry more than there are updates.",
        "Count how often your loop moves the parameters.",
    ],
)
def one_update_too_many(X, y, eta, n_updates):
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(n_updates + 1):
        history.append(_loss(X, y, w, b))
        dw, db = _slopes(X, y, w, b)
        w, b = w - eta * dw, b - eta * db
    return w, b, np.array(history)


# --- 3.6 compare_days ----------------------------------------------------------------------

_CUT = np.datetime64("2021-01-01")


def _fitted(X, y):
    def step(w, b):
        dw, db = _slopes(X, y, w, b)
        return w - 0.05 * dw, b - 0.05 * db

    with np.errstate(all="ignore"):
        w, b, _ = _descend(X, y, step, 400)
    return w, b


def _size(X, y, w, b):
    with np.errstate(all="ignore"):
        return float(np.mean(np.abs(X @ w + b - y)))


def _parts(v, dates, k):
    X, y = _lags(v, k)
    early = dates[k:] < _CUT
    mu, sd = X[early].mean(axis=0), _with_one_for_zero(X[early].std(axis=0))
    Z = (X - mu) / sd
    return Z[early], y[early], Z[~early], y[~early]


@mistake(
    compare_days,
    title="The errors are counted in scaled units, not in k",
    hints=[
        "Count the views in single views instead of k: do your errors change?",
        "An error has the unit of the label.",
        "The labels were scaled on the way; use them as they are, or scale the errors back.",
    ],
)
def errors_in_scaled_units(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, dates, k)
        mu, sd = y_tr.mean(), y_tr.std()
        y_tr, y_te = (y_tr - mu) / sd, (y_te - mu) / sd
        w, b = _fitted(X_tr, y_tr)
        table[k] = _size(X_tr, y_tr, w, b), _size(X_te, y_te, w, b)
    return table


@mistake(
    compare_days,
    title="Training and test errors have changed places",
    hints=[
        "Which of the two years is the harder one in your table?",
        "The first number is for the days that the model has learnt from.",
        "Both numbers are right; turn their order around.",
    ],
)
def errors_swapped(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, dates, k)
        w, b = _fitted(X_tr, y_tr)
        table[k] = _size(X_te, y_te, w, b), _size(X_tr, y_tr, w, b)
    return table


@mistake(
    compare_days,
    title="The mean squared error is reported",
    hints=[
        "What is the unit of your numbers, k or k squared?",
        "The model learns with one loss and is reported with another.",
        "The table holds mean absolute errors.",
    ],
)
def squared_errors(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, dates, k)
        w, b = _fitted(X_tr, y_tr)
        table[k] = float(_loss(X_tr, y_tr, w, b)), float(_loss(X_te, y_te, w, b))
    return table


@mistake(
    compare_days,
    title="The statistics for scaling come from all days",
    hints=[
        "Change the views of 2021 alone: does your training error move?",
        "Whatever is learnt, means and deviations included, is learnt from the training rows.",
        "Split first, then find the statistics of one part only.",
    ],
)
def statistics_of_all_days(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _lags(v, k)
        Z = (X - X.mean(axis=0)) / _with_one_for_zero(X.std(axis=0))
        early = dates[k:] < _CUT
        w, b = _fitted(Z[early], y[early])
        table[k] = _size(Z[early], y[early], w, b), _size(Z[~early], y[~early], w, b)
    return table


@mistake(
    compare_days,
    title="The unseen year is scaled by its own statistics",
    hints=[
        "How would you scale a single new day?",
        "The weights fit the scale of the training rows and no other.",
        "Use the same mu and sd for both parts.",
    ],
)
def unseen_scaled_by_itself(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, dates, k)
        w, b = _fitted(X_tr, y_tr)
        X_te = (X_te - X_te.mean(axis=0)) / _with_one_for_zero(X_te.std(axis=0))
        table[k] = _size(X_tr, y_tr, w, b), _size(X_te, y_te, w, b)
    return table


@mistake(
    compare_days,
    title="The model learns from the unseen year, too",
    hints=[
        "Change the views of 2021 alone: does your training error move?",
        "What has been learnt from is not unseen.",
        "Fit with the training rows only, and use the others for nothing but their error.",
    ],
)
def trained_on_all_days(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, dates, k)
        w, b = _fitted(np.concatenate([X_tr, X_te]), np.concatenate([y_tr, y_te]))
        table[k] = _size(X_tr, y_tr, w, b), _size(X_te, y_te, w, b)
    return table


@mistake(
    compare_days,
    title="The dates are those of the first days instead of the labels",
    hints=[
        "Which date has the first label? It is not the first date of the series.",
        "An example belongs to the day that it predicts.",
        "The first k days have no row: drop their dates, not the last ones.",
    ],
)
def dates_of_the_first_days(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, np.concatenate([dates[:k], dates[:-k]]), k)
        w, b = _fitted(X_tr, y_tr)
        table[k] = _size(X_tr, y_tr, w, b), _size(X_te, y_te, w, b)
    return table


@mistake(
    compare_days,
    title="A share of the days is split off instead of the unseen year",
    hints=[
        "Try a series that begins in the middle of 2020.",
        "The unseen days begin on a date, however many there are before it.",
        "Split by the date, with what you wrote in 3.2.",
    ],
)
def a_share_of_the_days(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _lags(v, k)
        n = int(0.8 * len(y))
        Z = (X - X[:n].mean(axis=0)) / _with_one_for_zero(X[:n].std(axis=0))
        w, b = _fitted(Z[:n], y[:n])
        table[k] = _size(Z[:n], y[:n], w, b), _size(Z[n:], y[n:], w, b)
    return table


@mistake(
    compare_days,
    title="The features are centred, but the bias is left out",
    hints=[
        "How large is your error compared with the mean of the views?",
        "Of centred features the weights alone can only make something around 0.",
        "What does the model say on an average day? That is the bias.",
    ],
)
def no_bias_after_centring(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X_tr, y_tr, X_te, y_te = _parts(v, dates, k)
        w, _ = _fitted(X_tr, y_tr)
        table[k] = _size(X_tr, y_tr, w, 0.0), _size(X_te, y_te, w, 0.0)
    return table


@mistake(
    compare_days,
    title="Today is among the features",
    hints=[
        "Your errors are nearly 0: is that too good to be true?",
        "A model that is shown the answer learns to repeat it.",
        "Look at the table that you made in 3.1, one row beside its dates.",
    ],
)
def today_known(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X = np.stack([v[k - j : len(v) - j] for j in range(k)], axis=1)
        y, early = v[k:], dates[k:] < _CUT
        Z = (X - X[early].mean(axis=0)) / _with_one_for_zero(X[early].std(axis=0))
        w, b = _fitted(Z[early], y[early])
        table[k] = _size(Z[early], y[early], w, b), _size(Z[~early], y[~early], w, b)
    return table


@mistake(
    compare_days,
    title="The features are not scaled, and descent runs away",
    hints=[
        "Print the history of one fit: what does the loss do?",
        "Views lie far from 0; one direction is then hundreds of times as steep as another.",
        "Scale the features before you fit, with the statistics of the training rows.",
    ],
)
def not_scaled(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _lags(v, k)
        early = dates[k:] < _CUT
        w, b = _fitted(X[early], y[early])
        table[k] = _size(X[early], y[early], w, b), _size(X[~early], y[~early], w, b)
    return table
