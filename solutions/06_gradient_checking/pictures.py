"""What 06_gradient_checking looks like, drawn from your own functions: `grader show` here.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture

THETA = np.array([0.3, -1.2, 0.7, -0.4])
STEPS = 10.0 ** np.arange(-13, 0.5, 0.5)


def loss(theta):
    """A function whose slopes are known."""
    return float(np.sum(np.sin(theta)) + np.prod(np.cosh(theta / 3)))


def loss_in_single_precision(theta):
    """The same with seven digits instead of sixteen."""
    t = np.asarray(theta, dtype=np.float32)
    return float(np.sum(np.sin(t)) + np.prod(np.cosh(t / np.float32(3))))


def slopes(theta):
    """Worked out on paper."""
    return np.cos(theta) + np.prod(np.cosh(theta / 3)) * np.tanh(theta / 3) / 3


@picture("Error of the measured slopes against h: too large a step bends, too small a one rounds")
def error_against_h(student, figure):
    """Both sides and one side only, with sixteen digits and with seven."""
    axes = figure.subplots()
    true = slopes(THETA)
    both, single, one_sided = [], [], []
    for h in STEPS:
        both.append(student.rel_error(np.asarray(student.numeric_grad(loss, THETA, h)), true))
        found = np.asarray(student.numeric_grad(loss_in_single_precision, THETA, h))
        single.append(student.rel_error(found, true))
        moved = [loss(THETA + h * e) for e in np.eye(4)]
        one_sided.append(student.rel_error((np.array(moved) - loss(THETA)) / h, true))
    for errors, label in ((both, "both sides"), (one_sided, "one side"), (single, "float32")):
        axes.loglog(STEPS, np.maximum(errors, 1e-16), "o-", markersize=3, label=label)
    axes.set_xlabel("h")
    axes.set_ylabel("relative error")
    axes.legend()


@picture("Which entries of a gradient are wrong: differences from the measured slopes")
def wrong_entries(student, figure):
    """A gradient with two entries exchanged, beside a right one."""
    rng = np.random.default_rng(1)
    theta = rng.normal(size=(4, 6))
    measured = np.asarray(student.numeric_grad(loss, theta))
    right = slopes(theta)
    wrong = right.copy()
    wrong[1, 2], wrong[2, 4] = right[2, 4], right[1, 2]
    left, middle = figure.subplots(1, 2)
    for axes, claimed, name in ((left, right, "right"), (middle, wrong, "two exchanged")):
        error = np.log10(np.abs(claimed - measured) + 1e-16)
        image = axes.imshow(error, vmin=-14, vmax=0, cmap="viridis")
        axes.set_title(name)
        axes.grid(visible=False)
    figure.colorbar(image, ax=[left, middle], label="log10 of the difference")
