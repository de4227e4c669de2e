"""What 09_deep_networks looks like, drawn from your own functions: `grader show` in this folder.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture
from grader.data import digits8, drawing_table, toy, views

SEED = 0


def scores(params, X):
    """What comes out of a network with ReLUs between its layers."""
    depth = len(params) // 2
    for i in range(1, depth + 1):
        X = X @ np.asarray(params[f"W{i}"]).T + np.asarray(params[f"b{i}"]).reshape(-1)
        X = np.maximum(X, 0.0) if i < depth else X
    return X


def show_image(axes, pixels, title=""):
    """One image of 8 x 8."""
    axes.imshow(np.reshape(pixels, (8, 8)), cmap="gray_r", vmin=0, vmax=1)
    axes.set_title(title)
    axes.axis("off")


@picture("The border that your network draws between the arms of the spiral")
def decision_boundary(student, figure):
    """Where one class's score becomes larger than the other's."""
    axes = figure.subplots()
    X, y = toy("spiral", 300, SEED)
    params = student.train_spiral(X, y, np.random.default_rng(SEED))
    side = np.linspace(-1.2, 1.2, 120)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    Z = scores(params, grid)
    axes.contourf(side, side, (Z[:, 1] - Z[:, 0]).reshape(120, 120) > 0, levels=1, alpha=0.3)
    for label, colour in ((0, "tab:blue"), (1, "tab:orange")):
        axes.plot(*X[y == label].T, ".", color=colour, markersize=4)
    axes.set_aspect("equal")


def _classified(student):
    X, y = digits8(2000, SEED)
    params = student.train_classifier(X, y, np.random.default_rng(SEED))
    X_new, y_new = digits8(1000, SEED + 1)
    return X_new, y_new, np.asarray(student.predict_class(scores(params, X_new))).astype(int)


@picture("Which digit is taken for which: row = truth, column = prediction")
def confusion_matrix(student, figure):
    """Right ones on the diagonal."""
    axes = figure.subplots()
    _, y_new, y_pred = _classified(student)
    table = np.asarray(student.confusion(y_pred, y_new, 10))
    axes.imshow(np.sqrt(table), cmap="Blues")
    for row, column in np.ndindex(table.shape):
        if table[row, column]:
            text = str(int(table[row, column]))
            axes.text(column, row, text, ha="center", va="center", fontsize=7)
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.set_xlabel("prediction")
    axes.set_ylabel("truth")
    axes.grid(visible=False)


@picture("Images that were taken for another digit")
def wrong_digits(student, figure):
    """The first ten of them."""
    X_new, y_new, y_pred = _classified(student)
    wrong = np.nonzero(y_pred != y_new)[0][:10]
    for axes, n in zip(figure.subplots(2, 5).ravel(), wrong, strict=False):
        show_image(axes, X_new[n], f"{y_new[n]}, taken for {y_pred[n]}")


EPOCHS = (0, 10, 100, 600)


def last_layer_alone(fresh, T, Y):
    """Images after some epochs in which only the last layer learns; the first stays as it began."""
    A = np.maximum(T @ np.asarray(fresh["W1"]).T + np.asarray(fresh["b1"]), 0.0)
    V, c = np.array(fresh["W2"]), np.array(fresh["b2"])
    found = []
    for epoch in range(EPOCHS[-1] + 1):
        ink = 0.5 + 0.5 * np.tanh((A @ V.T + c) / 2.0)
        if epoch in EPOCHS:
            found.append(ink)
        V, c = V - 0.3 * (ink - Y).T @ A / len(T), c - 0.3 * np.mean(ink - Y, axis=0)
    return found


@picture(
    "Digits after 0, 10, 100, 600 epochs of the last layer alone; your drawer's; what was asked"
)
def drawn_digits(student, figure):
    """One column for each digit, each in a place of its own."""
    T, Y = drawing_table()
    rows = np.arange(10) * 8 + np.arange(10) % 8
    fresh = student.init_params((16, 128, 64), np.random.default_rng(SEED))
    images = [ink[rows] for ink in last_layer_alone(fresh, T, Y)]
    Z = scores(student.train_drawer(T, Y), T[rows])
    images += [0.5 + 0.5 * np.tanh(Z / 2.0), Y[rows]]
    figure.set_size_inches(7.0, 4.4)
    for line, pictures in zip(figure.subplots(len(images), 10), images, strict=True):
        for axes, pixels in zip(line, pictures, strict=True):
            show_image(axes, pixels)


@picture("Depth, and the errors on seen and on unseen days")
def depth_and_error(student, figure):
    """Seven days of views; the year 2021 is unseen."""
    axes = figure.subplots()
    dates, v = views(2021)
    X = np.stack([v[6 - lag : len(v) - 1 - lag] for lag in range(7)], axis=1)
    y, seen = v[7:], dates[7:] < np.datetime64("2021-01-01")
    X = (X - X[seen].mean(axis=0)) / X[seen].std(axis=0)
    depths = (0, 1, 2, 3, 4)
    table = student.depth_table(
        X[seen], y[seen], X[~seen], y[~seen], depths, np.random.default_rng(SEED)
    )
    errors = np.array([table[depth] for depth in depths], dtype=float)
    for column, label in ((0, "seen"), (1, "unseen")):
        axes.plot(depths, errors[:, column], "o-", label=label)
    axes.set_xticks(depths)
    axes.set_ylim(0.0, None)
    axes.set_xlabel("hidden layers")
    axes.set_ylabel("mean absolute error (k)")
    axes.legend()
