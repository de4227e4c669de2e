"""What students write instead: each is recognised by its numbers and met with its own hints."""

import numpy as np
from checks import (
    gd_1d,
    gd_2d,
    grad_mae,
    grad_mse,
    max_stable_eta,
    numeric_slope,
    two_starts,
)

from grader.authoring import mistake

# --- 2.1 numeric_slope ---------------------------------------------------------------------


@mistake(
    numeric_slope,
    title="Only the right side of w is looked at",
    hints=[
        "On which sides of w do you evaluate f?",
        "A one-sided difference feels the bend of the curve; a two-sided one cancels it.",
        "One of your two points is w itself: move it as far to the left as the other is right.",
    ],
)
def forward_difference(f, w, h=1e-5):
    return (f(w + h) - f(w)) / h


@mistake(
    numeric_slope,
    title="Only the left side of w is looked at",
    hints=[
        "On which sides of w do you evaluate f?",
        "A one-sided difference feels the bend of the curve; a two-sided one cancels it.",
        "One of your two points is w itself: move it as far to the right as the other is left.",
    ],
)
def backward_difference(f, w, h=1e-5):
    return (f(w) - f(w - h)) / h


@mistake(
    numeric_slope,
    title="The rise is divided by h, but the points are 2 h apart",
    hints=[
        "How far apart are your two points?",
        "A slope is the rise over the run, and the run is the whole distance.",
        "Your answers are exactly twice too large.",
    ],
)
def divided_by_h(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / h


@mistake(
    numeric_slope,
    title="The rise is halved, then multiplied by h instead of divided",
    hints=[
        "Make h ten times smaller: what happens to your answer?",
        "Brackets decide what is divided: a product in the denominator needs them.",
        "Only the 2 is in the denominator; the h ended up in the numerator.",
    ],
)
def brackets_missing(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / 2 * h


@mistake(
    numeric_slope,
    title="The rise is not divided by anything",
    hints=[
        "Your answers are tiny. How do they change with h?",
        "A slope is the rise over the run.",
        "The difference of the two heights is there; the distance of the points is missing.",
    ],
)
def rise_without_run(f, w, h=1e-5):
    return f(w + h) - f(w - h)


@mistake(
    numeric_slope,
    title="The slope has the wrong sign",
    hints=[
        "Try f(w) = w: is your slope positive?",
        "A function that rises to the right has a positive slope.",
        "Which of the two heights do you subtract from which?",
    ],
)
def left_minus_right(f, w, h=1e-5):
    return (f(w - h) - f(w + h)) / (2 * h)


@mistake(
    numeric_slope,
    title="The step is so small that rounding swallows the difference",
    hints=[
        "Plot the error of your slope against h.",
        "Two nearly equal numbers lose their digits when they are subtracted.",
        "You replaced h by a much smaller number: look at how many digits of the rise are left.",
    ],
)
def step_far_too_small(f, w, h=1e-5):
    return (f(w + 1e-12) - f(w - 1e-12)) / 2e-12


@mistake(
    numeric_slope,
    title="The step is so large that the curve bends in between",
    hints=[
        "Plot the error of your slope against h.",
        "Far from w the curve is no longer a straight line.",
        "You replaced h by a much larger number: use the one you are given.",
    ],
)
def step_far_too_large(f, w, h=1e-5):
    return (f(w + 0.1) - f(w - 0.1)) / 0.2


# --- 2.2 gd_1d -----------------------------------------------------------------------------


@mistake(
    gd_1d,
    title="Each step goes uphill",
    hints=[
        "Print the loss along your path: does it fall?",
        "If the slope is negative, which way is down?",
        "Look at the sign between w and the learning rate.",
    ],
)
def uphill(dL, w0, eta, n_updates):
    path = [float(w0)]
    for _ in range(n_updates):
        path.append(path[-1] + eta * dL(path[-1]))
    return np.array(path)


@mistake(
    gd_1d,
    title="The start is missing from the path",
    hints=[
        "After 0 updates, where are you?",
        "The path holds every point that was visited, the start included.",
        "Your path is one point too short, and the missing one is the first.",
    ],
)
def start_left_out(dL, w0, eta, n_updates):
    path, w = [], float(w0)
    for _ in range(n_updates):
        w = w - eta * dL(w)
        path.append(w)
    return np.array(path)


@mistake(
    gd_1d,
    title="The end is missing from the path",
    hints=[
        "Count the points: how many are there after n updates?",
        "n steps connect n + 1 points.",
        "You write down where you are before each step; who writes down where the last one led?",
    ],
)
def end_left_out(dL, w0, eta, n_updates):
    path, w = [], float(w0)
    for _ in range(n_updates):
        path.append(w)
        w = w - eta * dL(w)
    return np.array(path)


@mistake(
    gd_1d,
    title="The slope is computed once and used for all steps",
    hints=[
        "Print the length of each of your steps.",
        "The slope changes as you move.",
        "Which of your lines belong inside the loop?",
    ],
)
def slope_computed_once(dL, w0, eta, n_updates):
    slope = dL(float(w0))
    path = [float(w0)]
    for _ in range(n_updates):
        path.append(path[-1] - eta * slope)
    return np.array(path)


@mistake(
    gd_1d,
    title="Every step is measured from the start",
    hints=[
        "Print your path: does it ever get further than one step from w0?",
        "A step begins where the last one ended.",
        "Look at what you subtract from: the start, or the point where you are?",
    ],
)
def steps_from_the_start(dL, w0, eta, n_updates):
    path = [float(w0)]
    for _ in range(n_updates):
        path.append(float(w0) - eta * dL(path[-1]))
    return np.array(path)


@mistake(
    gd_1d,
    title="Only the direction of the slope is used, not its size",
    hints=[
        "Print the length of each of your steps.",
        "Should steps shrink near the bottom, where it is flat?",
        "The slope itself says how far to go, not its sign alone.",
    ],
)
def only_the_sign(dL, w0, eta, n_updates):
    path = [float(w0)]
    for _ in range(n_updates):
        path.append(path[-1] - eta * float(np.sign(dL(path[-1]))))
    return np.array(path)


@mistake(
    gd_1d,
    title="The end is returned instead of the whole path",
    hints=[
        "How many numbers do you return after five updates?",
        "The path shows how the descent went, not only where it ended.",
        "Each point has to be kept before the next one replaces it.",
    ],
)
def only_the_end(dL, w0, eta, n_updates):
    w = float(w0)
    for _ in range(n_updates):
        w = w - eta * dL(w)
    return w


@mistake(
    gd_1d,
    title="The learning rate is forgotten",
    hints=[
        "Call it with two different learning rates: do the paths differ?",
        "eta decides how far a step goes.",
        "Which argument does your update never use?",
    ],
)
def rate_forgotten(dL, w0, eta, n_updates):
    path = [float(w0)]
    for _ in range(n_updates):
        path.append(path[-1] - dL(path[-1]))
    return np.array(path)


@mistake(
    gd_1d,
    title="The path is kept in an array of whole numbers",
    hints=[
        "Start from the int 2: what are the numbers of your path?",
        "An array made from an int holds integers, and what is written into it loses its digits.",
        "Look at the dtype of the array that you make before the loop.",
    ],
)
def whole_number_path(dL, w0, eta, n_updates):
    path = np.full(n_updates + 1, w0)
    for i in range(n_updates):
        path[i + 1] = path[i] - eta * dL(path[i])
    return path


# --- 2.3 two_starts ------------------------------------------------------------------------


@mistake(
    two_starts,
    title="The two starts have changed places",
    hints=[
        "Draw L from -3 to 3: which valley is deeper?",
        "Global means lowest of all, local means lowest nearby.",
        "Both starts are good ones; the question asks for them in a certain order.",
    ],
)
def starts_exchanged():
    return 3.0, -3.0


@mistake(
    two_starts,
    title="Both starts lead into the same valley",
    hints=[
        "Descend from each start and print where you end.",
        "Gradient descent only goes down: it never climbs over the hill between the valleys.",
        "Find the top of the hill between the valleys: one start must lie on either side.",
    ],
)
def both_in_one_valley():
    return 0.5, 3.0


@mistake(
    two_starts,
    title="Both starts lead into the deeper valley",
    hints=[
        "Descend from each start and print where you end.",
        "Gradient descent only goes down: from the left of the hill it never reaches the right.",
        "Find the top of the hill between the valleys: the second start lies on its other side.",
    ],
)
def both_in_the_deeper_valley():
    return -3.0, -2.0


@mistake(
    two_starts,
    title="The losses at the bottom are returned instead of starts",
    hints=[
        "Which axis of the drawing do your numbers come from?",
        "A start is a place w, not a height L.",
        "Descend from your numbers: where do you end?",
    ],
)
def heights_instead_of_places():
    return 0.288, 1.087


@mistake(
    two_starts,
    title="The start lies on top of the hill, where the slope is 0",
    hints=[
        "What is the slope at your start?",
        "Where the slope is 0 nothing moves, even if it is no valley.",
        "Step a little to one side of the top.",
    ],
)
def start_on_the_hill():
    return 0.2541016884, 3.0


# --- 2.4 grad_mse --------------------------------------------------------------------------


@mistake(
    grad_mse,
    title="The feature is missing in dw",
    hints=[
        "Compare your two numbers: why would w and b have the same slope?",
        "Changing w moves each prediction by its x; changing b moves each by 1.",
        "In dw every error is weighted with something before the mean is taken.",
    ],
)
def feature_forgotten(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.mean(e)), float(2 * np.mean(e))


@mistake(
    grad_mse,
    title="The factor 2 is missing",
    hints=[
        "Differentiate e squared on paper.",
        "Courses with a 1/2 in front of the loss have no 2 in the gradient; ours has no 1/2.",
        "Both of your numbers are exactly half of the right ones.",
    ],
)
def two_forgotten(x, y, w, b):
    e = b + w * x - y
    return float(np.mean(e * x)), float(np.mean(e))


@mistake(
    grad_mse,
    title="The gradient is a sum instead of a mean",
    hints=[
        "Give it the same data twice over: should the gradient double?",
        "The loss is a mean, and so is its derivative.",
        "Both of your numbers are exactly N times too large.",
    ],
)
def gradient_summed(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.sum(e * x)), float(2 * np.sum(e))


@mistake(
    grad_mse,
    title="The gradient has the wrong sign",
    hints=[
        "Nudge w up a little: does the loss fall or rise?",
        "Label minus prediction squares to the same loss, but its derivative brings a minus.",
        "Look at what is subtracted from what in your error.",
    ],
)
def label_minus_prediction(x, y, w, b):
    e = y - (b + w * x)
    return float(2 * np.mean(e * x)), float(2 * np.mean(e))


@mistake(
    grad_mse,
    title="A single x stands in for all examples",
    hints=[
        "How many x values entered dw?",
        "Each error is weighted with the feature of its own example.",
        "Look for an index at x.",
    ],
)
def one_x_for_all(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.mean(e * x[0])), float(2 * np.mean(e))


@mistake(
    grad_mse,
    title="The slope along b is returned first",
    hints=[
        "In which order are the two slopes asked for?",
        "The course always names w before b.",
        "Both numbers are right; look at their places.",
    ],
)
def b_before_w(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.mean(e)), float(2 * np.mean(e * x))


@mistake(
    grad_mse,
    title="Error and feature are averaged one by one, then multiplied",
    hints=[
        "Try data whose errors cancel: is dw really 0 there?",
        "The mean of a product is not the product of the means.",
        "Multiply example by example first, average afterwards.",
    ],
)
def product_of_means(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.mean(e) * np.mean(x)), float(2 * np.mean(e))


@mistake(
    grad_mse,
    title="The bias is missing from the predictions",
    hints=[
        "Change b: do your slopes change?",
        "The error is taken from the whole line, b + w x.",
        "Which argument did you never use?",
    ],
)
def prediction_without_bias(x, y, w, b):
    e = w * x - y
    return float(2 * np.mean(e * x)), float(2 * np.mean(e))


# --- 2.5 grad_mae --------------------------------------------------------------------------


@mistake(
    grad_mae,
    title="The size of the error is used instead of its sign",
    hints=[
        "How many different slopes can the size of e have?",
        "The size of e rises with slope 1 on the right and falls with slope -1 on the left.",
        "Errors twice as large should not change your answer.",
    ],
)
def size_instead_of_sign(x, y, w, b):
    e = np.abs(b + w * x - y)
    return float(np.mean(e * x)), float(np.mean(e))


@mistake(
    grad_mae,
    title="This is the gradient of the mean squared error",
    hints=[
        "Double all errors: does the slope of their size double?",
        "The slope of e squared grows with e, the slope of the size of e does not.",
        "Replace the error by what tells on which side of 0 it lies.",
    ],
)
def gradient_of_the_mse(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.mean(e * x)), float(2 * np.mean(e))


@mistake(
    grad_mae,
    title="The error itself is used instead of its sign",
    hints=[
        "Double all errors: does the slope of their size double?",
        "The size of e has only two slopes, one for each side of 0.",
        "Which function of the error gives 1 on the right and -1 on the left?",
    ],
)
def error_instead_of_sign(x, y, w, b):
    e = b + w * x - y
    return float(np.mean(e * x)), float(np.mean(e))


@mistake(
    grad_mae,
    title="The gradient has the wrong sign",
    hints=[
        "Nudge b up a little where all predictions are too high: does the loss fall or rise?",
        "A prediction that is too high gets worse when it grows.",
        "Look at what is subtracted from what in your error.",
    ],
)
def sign_reversed(x, y, w, b):
    side = np.sign(y - (b + w * x))
    return float(np.mean(side * x)), float(np.mean(side))


@mistake(
    grad_mae,
    title="The gradient is a sum instead of a mean",
    hints=[
        "Give it the same data twice over: should the gradient double?",
        "The loss is a mean, and so is its derivative.",
        "Both of your numbers are exactly N times too large.",
    ],
)
def signs_summed(x, y, w, b):
    side = np.sign(b + w * x - y)
    return float(np.sum(side * x)), float(np.sum(side))


@mistake(
    grad_mae,
    title="The feature is missing in dw",
    hints=[
        "Compare your two numbers: why would w and b have the same slope?",
        "Changing w moves each prediction by its x; changing b moves each by 1.",
        "In dw every sign is weighted with something before the mean is taken.",
    ],
)
def feature_forgotten_mae(x, y, w, b):
    side = np.sign(b + w * x - y)
    return float(np.mean(side)), float(np.mean(side))


@mistake(
    grad_mae,
    title="The sign is taken after averaging",
    hints=[
        "Can your answers be anything but -1, 0 and 1?",
        "Each example pulls in its own direction; the mean counts them.",
        "Two steps are in the wrong order: the sign and the mean.",
    ],
)
def sign_of_the_mean(x, y, w, b):
    e = b + w * x - y
    return float(np.sign(np.mean(e * x))), float(np.sign(np.mean(e)))


# --- 2.6 gd_2d -----------------------------------------------------------------------------


@mistake(
    gd_2d,
    title="b is updated with the slope at the new w",
    hints=[
        "Was b's slope taken at the same point as w's?",
        "Both parameters step together: the gradient belongs to one point of the plane.",
        "How often do you call the gradient per update, and with which w?",
    ],
)
def one_after_the_other(grad, w0, b0, eta, n_updates):
    w, b = float(w0), float(b0)
    path = [(w, b)]
    for _ in range(n_updates):
        w = w - eta * grad(w, b)[0]
        b = b - eta * grad(w, b)[1]
        path.append((w, b))
    return np.array(path)


@mistake(
    gd_2d,
    title="All rows of the path are the same point",
    hints=[
        "Print the first row of the path after the run.",
        "A list does not copy what is appended to it: it remembers the thing itself.",
        "You append one and the same array again and again, and then change it.",
    ],
)
def same_point_appended(grad, w0, b0, eta, n_updates):
    theta = np.array([float(w0), float(b0)])
    path = [theta]
    for _ in range(n_updates):
        theta -= eta * np.array(grad(theta[0], theta[1]))
        path.append(theta)
    return np.array(path)


@mistake(
    gd_2d,
    title="Each step goes uphill",
    hints=[
        "Print the length of the gradient along your path: does it shrink?",
        "The gradient points uphill.",
        "Look at the sign between the parameters and the learning rate.",
    ],
)
def uphill_2d(grad, w0, b0, eta, n_updates):
    path = [(float(w0), float(b0))]
    for _ in range(n_updates):
        w, b = path[-1]
        dw, db = grad(w, b)
        path.append((w + eta * dw, b + eta * db))
    return np.array(path)


@mistake(
    gd_2d,
    title="The columns are exchanged: b stands before w",
    hints=[
        "Look at the first row: is it (w0, b0)?",
        "The course always names w before b.",
        "The path is right; look at the order within a row.",
    ],
)
def columns_exchanged(grad, w0, b0, eta, n_updates):
    path = [(float(w0), float(b0))]
    for _ in range(n_updates):
        w, b = path[-1]
        dw, db = grad(w, b)
        path.append((w - eta * dw, b - eta * db))
    return np.array(path)[:, ::-1]


@mistake(
    gd_2d,
    title="The path lies on its side: two rows instead of two columns",
    hints=[
        "Print the shape of your path after five updates.",
        "Each row is one point, as each row of a data set is one example.",
        "Your first row holds all the w; it should hold the first point.",
    ],
)
def path_on_its_side(grad, w0, b0, eta, n_updates):
    w, b = float(w0), float(b0)
    ws, bs = [w], [b]
    for _ in range(n_updates):
        dw, db = grad(w, b)
        w, b = w - eta * dw, b - eta * db
        ws.append(w)
        bs.append(b)
    return np.array([ws, bs])


@mistake(
    gd_2d,
    title="The start is missing from the path",
    hints=[
        "After 0 updates, where are you?",
        "The path holds every point that was visited, the start included.",
        "Your path is one row too short, and the missing one is the first.",
    ],
)
def start_left_out_2d(grad, w0, b0, eta, n_updates):
    w, b, path = float(w0), float(b0), []
    for _ in range(n_updates):
        dw, db = grad(w, b)
        w, b = w - eta * dw, b - eta * db
        path.append((w, b))
    return np.array(path).reshape(-1, 2)


@mistake(
    gd_2d,
    title="The gradient is computed once and used for all steps",
    hints=[
        "Print the difference between neighbouring rows of your path.",
        "The gradient changes as you move.",
        "Which of your lines belong inside the loop?",
    ],
)
def gradient_computed_once(grad, w0, b0, eta, n_updates):
    dw, db = grad(float(w0), float(b0))
    path = [(float(w0) - i * eta * dw, float(b0) - i * eta * db) for i in range(n_updates + 1)]
    return np.array(path)


# --- 2.7 max_stable_eta --------------------------------------------------------------------


def _second_derivatives(x):
    return 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])


@mistake(
    max_stable_eta,
    title="The 2 above the largest eigenvalue is missing",
    hints=[
        "Descend with your eta: does it still converge well?",
        "Along a parabola of curvature c, w is multiplied by 1 - eta c: when is its size 1?",
        "You are at the step that lands exactly on the bottom; you may go twice as far.",
    ],
)
def one_over_lambda(x):
    return float(1 / np.linalg.eigvalsh(_second_derivatives(x))[-1])


@mistake(
    max_stable_eta,
    title="The matrix of second derivatives lacks its factor 2",
    hints=[
        "Differentiate the squared error twice on paper.",
        "The MSE has no 1/2, so both derivatives keep what the square brings down.",
        "Your answers are exactly twice too large.",
    ],
)
def curvature_halved(x):
    return float(2 / np.linalg.eigvalsh(_second_derivatives(x) / 2)[-1])


@mistake(
    max_stable_eta,
    title="The smallest eigenvalue is used instead of the largest",
    hints=[
        "In which direction does descent blow up first, the steep or the flat one?",
        "The steepest direction allows the smallest step.",
        "numpy sorts eigenvalues: look at which end you take.",
    ],
)
def flattest_direction(x):
    return float(2 / np.linalg.eigvalsh(_second_derivatives(x))[0])


@mistake(
    max_stable_eta,
    title="The bias is left out: only the curvature along w is used",
    hints=[
        "How many parameters has the line?",
        "w and b curve the loss together; the steepest direction is neither of the two.",
        "The second derivatives form a 2 x 2 table; you used a single entry.",
    ],
)
def only_along_w(x):
    return float(2 / (2 * np.mean(x**2)))


@mistake(
    max_stable_eta,
    title="The off-diagonal entries are left out",
    hints=[
        "Try data that is far from 0, all alike: does your eta still converge?",
        "w and b are tied together unless the mean of x is 0.",
        "What is the derivative of the loss by w and then by b?",
    ],
)
def diagonal_only(x):
    return float(2 / max(2 * np.mean(x**2), 2.0))


@mistake(
    max_stable_eta,
    title="The second derivatives are sums instead of means",
    hints=[
        "Give it the same data twice over: should the answer change?",
        "The loss is a mean, and so are its derivatives.",
        "Your answers are exactly N times too small.",
    ],
)
def sums_instead_of_means(x):
    return float(2 / np.linalg.eigvalsh(len(x) * _second_derivatives(x))[-1])


@mistake(
    max_stable_eta,
    title="The largest eigenvalue itself is returned",
    hints=[
        "Multiply x by ten: should a stable step become larger or smaller?",
        "A steeper loss needs a smaller step.",
        "The eigenvalue is right; what does it allow for eta?",
    ],
)
def eigenvalue_returned(x):
    return float(np.linalg.eigvalsh(_second_derivatives(x))[-1])
