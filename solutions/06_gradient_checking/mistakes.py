"""What students write instead: each is recognised by its numbers and met with its own hints."""

import numpy as np
from checks import find_bugs, gradcheck, numeric_grad, rel_error

from grader.authoring import mistake

# --- 6.1 numeric_grad ----------------------------------------------------------------------


def _central(f, theta, h=1e-5):
    moved = np.array(theta, dtype=float)
    slopes = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + h
        right = f(moved)
        moved[index] = here - h
        left = f(moved)
        moved[index] = here
        slopes[index] = (right - left) / (2 * h)
    return slopes


@mistake(
    numeric_grad,
    title="Only one side of each entry is looked at",
    hints=[
        "On which sides of each entry do you evaluate f?",
        "A one-sided difference feels the bend of the curve; a two-sided one cancels it.",
        "One of your two points is theta itself: move it as far to the other side.",
    ],
)
def forward_difference(f, theta, h=1e-5):
    moved = np.array(theta, dtype=float)
    slopes = np.zeros(moved.shape)
    start = f(moved)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + h
        slopes[index] = (f(moved) - start) / h
        moved[index] = here
    return slopes


@mistake(
    numeric_grad,
    title="The rise is divided by h, but the points are 2 h apart",
    hints=[
        "How far apart are your two points?",
        "A slope is the rise over the run, and the run is the whole distance.",
        "Your answers are exactly twice too large.",
    ],
)
def divided_by_h(f, theta, h=1e-5):
    return 2.0 * _central(f, theta, h)


@mistake(
    numeric_grad,
    title="The slopes have the wrong sign",
    hints=[
        "Try f(theta) = the sum of theta: are your slopes positive?",
        "A function that rises to the right has a positive slope.",
        "Which of the two heights do you subtract from which?",
    ],
)
def left_minus_right(f, theta, h=1e-5):
    return -_central(f, theta, h)


@mistake(
    numeric_grad,
    title="An entry is moved and not put back",
    hints=[
        "What is theta after your loop?",
        "The slope along one entry is measured with all others where they were.",
        "Your first slope is right: when you come to the second entry, where is the first?",
    ],
)
def not_restored(f, theta, h=1e-5):
    moved = np.array(theta, dtype=float)
    slopes = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape):
        moved[index] += h
        right = f(moved)
        moved[index] -= 2 * h
        slopes[index] = (right - f(moved)) / (2 * h)
    return slopes


@mistake(
    numeric_grad,
    title="theta is changed for the caller",
    hints=[
        "Compare theta before and after the call, to the last bit.",
        "Adding h and subtracting it again is not always the same number: it is rounded.",
        "Keep the old value of the entry aside and write it back, or work on a copy.",
    ],
)
def changed_for_the_caller(f, theta, h=1e-5):
    if theta.dtype.kind != "f":
        return _central(f, theta, h)
    slopes = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += h
        right = f(theta)
        theta[index] -= 2 * h
        slopes[index] = (right - f(theta)) / (2 * h)
        theta[index] += h
    return slopes


@mistake(
    numeric_grad,
    title="The moved copy holds whole numbers, so nothing moves",
    hints=[
        "Try it with an array of whole numbers: what comes out?",
        "An array keeps its kind of number: an array of ints cannot hold 1.00001.",
        "Which kind of number should the array that you move have?",
    ],
)
def ints_stay_ints(f, theta, h=1e-5):
    moved = np.array(theta)
    slopes = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + h
        right = f(moved)
        moved[index] = here - h
        left = f(moved)
        moved[index] = here
        slopes[index] = (right - left) / (2 * h)
    return slopes


@mistake(
    numeric_grad,
    title="Plus and minus are one and the same array",
    hints=[
        "Are your two points two arrays or one?",
        "Giving an array a second name makes no second array.",
        "Both of your points are moved together, so the difference is always 0: copy first.",
    ],
)
def one_array_under_two_names(f, theta, h=1e-5):
    return np.zeros(np.shape(theta))


@mistake(
    numeric_grad,
    title="All entries are moved at once",
    hints=[
        "How many entries of theta differ between your two points?",
        "A gradient has one slope for each entry, with all others kept still.",
        "Moving everything measures the slope along the diagonal: move one entry at a time.",
    ],
)
def all_at_once(f, theta, h=1e-5):
    theta = np.array(theta, dtype=float)
    slope = (f(theta + h) - f(theta - h)) / (2 * h)
    return np.full(theta.shape, slope)


@mistake(
    numeric_grad,
    title="The result is flat instead of having the shape of theta",
    hints=[
        "Print the shape of theta and the shape of your result.",
        "A gradient has the shape of what it belongs to.",
        "All your slopes are right; give them back the rows and columns of theta.",
    ],
)
def flattened(f, theta, h=1e-5):
    return _central(f, theta, h).ravel()


@mistake(
    numeric_grad,
    title="The step is so small that rounding swallows the difference",
    hints=[
        "Plot the error of your slopes against h.",
        "Two nearly equal numbers lose their digits when they are subtracted.",
        "You replaced h by a much smaller number: use the one you are given.",
    ],
)
def step_far_too_small(f, theta, h=1e-5):
    return _central(f, theta, 1e-12)


@mistake(
    numeric_grad,
    title="The step is so large that the curve bends in between",
    hints=[
        "Plot the error of your slopes against h.",
        "Far from theta the function is no longer a straight line.",
        "You replaced h by a much larger number: use the one you are given.",
    ],
)
def step_far_too_large(f, theta, h=1e-5):
    return _central(f, theta, 0.1)


# --- 6.2 rel_error -------------------------------------------------------------------------


def _norm(a):
    return np.sqrt(np.sum(np.asarray(a) ** 2))


@mistake(
    rel_error,
    title="The error is absolute: nothing is divided",
    hints=[
        "Measure both arrays in thousandths instead: does your error stay?",
        "A difference of 0.001 is nothing beside 1,000 and everything beside 0.001.",
        "The norm of the difference is there; what should it be compared with?",
    ],
)
def absolute_error(a, b):
    return _norm(a - b)


@mistake(
    rel_error,
    title="Only one of the two norms is in the denominator",
    hints=[
        "Exchange the two arrays: does your error stay?",
        "Both arrays may be the wrong one, so both count.",
        "The denominator is a sum of two norms, and you have one.",
    ],
)
def one_norm_below(a, b):
    return _norm(a - b) / _norm(b) if _norm(b) else 0.0


@mistake(
    rel_error,
    title="The larger of the two norms is in the denominator instead of their sum",
    hints=[
        "Compare an array with its opposite: the error should be 1.",
        "Other courses divide by the larger norm; here it is the sum of both.",
        "Your error of an array and its opposite is 2: what must stand below to make it 1?",
    ],
)
def larger_norm_below(a, b):
    size = max(_norm(a), _norm(b))
    return _norm(a - b) / size if size else 0.0


@mistake(
    rel_error,
    title="The denominator holds the norm of the sum, not the sum of the norms",
    hints=[
        "Compare an array with its opposite: what is in your denominator?",
        "The norm of a sum and the sum of norms differ: numbers may cancel in the first.",
        "Take the norm of each array first, then add.",
    ],
)
def norm_of_the_sum(a, b):
    size = _norm(a + b)
    return _norm(a - b) / size if size else 0.0


@mistake(
    rel_error,
    title="Two arrays of zeros give nan",
    hints=[
        "Try it with two arrays of zeros.",
        "0 divided by 0 is no number; two arrays of zeros are equal.",
        "Which case has to be treated before you divide?",
    ],
)
def nan_for_zeros(a, b):
    with np.errstate(all="ignore"):
        return np.float64(_norm(a - b)) / (_norm(a) + _norm(b))


@mistake(
    rel_error,
    title="A small number is added below to avoid 0 / 0",
    hints=[
        "Compare two arrays of numbers as small as 1e-9.",
        "What is added to the denominator is no longer small beside small numbers.",
        "Only one case needs help: both arrays all zero. Treat that one apart.",
    ],
)
def epsilon_below(a, b):
    return _norm(a - b) / (_norm(a) + _norm(b) + 1e-8)


@mistake(
    rel_error,
    title="Squares without roots: squared norms are divided",
    hints=[
        "Compare an array with half of it: the error should be 1/3.",
        "A norm is the root of the sum of squares.",
        "Your error is smaller than it should be: where did the roots go?",
    ],
)
def squared_norms(a, b):
    size = np.sum(a**2) + np.sum(b**2)
    return np.sum((a - b) ** 2) / size if size else 0.0


@mistake(
    rel_error,
    title="The mean of relative errors of the single entries",
    hints=[
        "What does one tiny entry do to your result?",
        "One norm over all entries lets large entries count for much and tiny ones for little.",
        "Sum up first, above and below; divide once.",
    ],
)
def entry_by_entry(a, b):
    size = np.abs(a) + np.abs(b)
    return np.mean(np.where(size > 0, np.abs(a - b) / np.where(size > 0, size, 1.0), 0.0))


@mistake(
    rel_error,
    title="Sizes are added up instead of squares",
    hints=[
        "What is the norm of (3, 4)?",
        "The norm here is the usual length: the root of the sum of squares.",
        "You add up the sizes of the entries: 3 and 4 make 7 that way, not 5.",
    ],
)
def sizes_instead_of_squares(a, b):
    size = np.sum(np.abs(a)) + np.sum(np.abs(b))
    return np.sum(np.abs(a - b)) / size if size else 0.0


# --- 6.3 gradcheck -------------------------------------------------------------------------


def _apart(f, grad, theta):
    claimed, measured = np.asarray(grad(theta)), _central(f, theta)
    size = _norm(claimed) + _norm(measured)
    err = float(_norm(claimed - measured) / size) if size else 0.0
    return claimed, measured, err


def _index(found, shape):
    return tuple(int(i) for i in np.unravel_index(found, shape))


@mistake(
    gradcheck,
    title="The worst entry is a count, not an index",
    hints=[
        "What do you return as the worst entry of a table?",
        "The position of the largest entry is counted along the flattened array.",
        "numpy can turn that count and the shape into one number for each axis.",
    ],
)
def flat_index(f, grad, theta, tol=1e-6):
    claimed, measured, err = _apart(f, grad, theta)
    return bool(err <= tol), int(np.argmax(np.abs(claimed - measured))), err


@mistake(
    gradcheck,
    title="The worst entry is the one with the largest difference upwards only",
    hints=[
        "An entry of -5 where 0 is right: is it the worst?",
        "Too small is as wrong as too large.",
        "Look for the largest size of a difference, not for the largest difference.",
    ],
)
def signed_worst(f, grad, theta, tol=1e-6):
    claimed, measured, err = _apart(f, grad, theta)
    return bool(err <= tol), _index(np.argmax(claimed - measured), np.shape(claimed)), err


@mistake(
    gradcheck,
    title="The worst entry is the largest entry of the gradient",
    hints=[
        "Try a gradient that is wrong in its smallest entry.",
        "Large is not wrong: the two gradients have to be compared.",
        "In which array do you look for the largest entry?",
    ],
)
def largest_entry(f, grad, theta, tol=1e-6):
    claimed, _, err = _apart(f, grad, theta)
    return bool(err <= tol), _index(np.argmax(np.abs(claimed)), np.shape(claimed)), err


@mistake(
    gradcheck,
    title="The absolute error decides instead of the relative one",
    hints=[
        "Which error do you return, and which one do you compare with the tolerance?",
        "A loss in other units has another gradient; its relative error stays.",
        "You have written the function for this in 6.2.",
    ],
)
def absolute_in_the_check(f, grad, theta, tol=1e-6):
    claimed, measured, _ = _apart(f, grad, theta)
    err = float(_norm(claimed - measured))
    return bool(err <= tol), _index(np.argmax(np.abs(claimed - measured)), claimed.shape), err


@mistake(
    gradcheck,
    title="A gradient of nan passes",
    hints=[
        "Try a gradient that is nan everywhere.",
        "nan is neither larger nor smaller than anything.",
        "You ask whether the error is too large; ask whether it is small enough.",
    ],
)
def nan_passes(f, grad, theta, tol=1e-6):
    claimed, measured, err = _apart(f, grad, theta)
    return not err > tol, _index(np.argmax(np.abs(claimed - measured)), claimed.shape), err


@mistake(
    gradcheck,
    title="The tolerance is a fixed number, whatever is asked for",
    hints=[
        "Call it with a tolerance of 0.1: does anything change?",
        "How much error is too much depends on the function and on the numbers in it.",
        "Which argument does your function never use?",
    ],
)
def fixed_tolerance(f, grad, theta, tol=1e-6):
    claimed, measured, err = _apart(f, grad, theta)
    return err <= 1e-6, _index(np.argmax(np.abs(claimed - measured)), claimed.shape), err


@mistake(
    gradcheck,
    title="It says True for wrong gradients and False for right ones",
    hints=[
        "What does it say of a gradient that you know to be right?",
        "ok means that the error is small.",
        "Look at the direction of your comparison.",
    ],
)
def upside_down(f, grad, theta, tol=1e-6):
    claimed, measured, err = _apart(f, grad, theta)
    return not err <= tol, _index(np.argmax(np.abs(claimed - measured)), claimed.shape), err


@mistake(
    gradcheck,
    title="It compares somewhere else than at theta",
    hints=[
        "At which point do you evaluate the two gradients?",
        "At special points like 0 wrong gradients may look right.",
        "Use the point that you are given.",
    ],
)
def at_ones(f, grad, theta, tol=1e-6):
    theta = np.ones(np.shape(theta))
    claimed, measured, err = _apart(f, grad, theta)
    return bool(err <= tol), _index(np.argmax(np.abs(claimed - measured)), claimed.shape), err


# --- 6.4 find_bugs -------------------------------------------------------------------------


def _err(candidate, theta):
    return _apart(lambda t: candidate(t)[0], lambda t: candidate(t)[1], theta)[2]


_POINT = np.array([0.3, -1.2, 0.7, -0.4, 1.1, -0.8])


@mistake(
    find_bugs,
    title="The candidates are compared at a special point only, such as all zeros or all ones",
    hints=[
        "At which points do you compare?",
        "Where all entries are alike, many wrong gradients are right by chance.",
        "Draw a point at random: no two entries alike, both signs.",
    ],
)
def at_zeros_only(candidates):
    return {n for n, c in candidates.items() if not _err(c, np.zeros(6)) <= 1e-6}


@mistake(
    find_bugs,
    title="The right ones are returned instead of the wrong ones",
    hints=[
        "How many names do you return of twelve?",
        "Asked for are the names of the bugs.",
        "Your comparison is fine; which of the two groups do you collect?",
    ],
)
def the_right_ones(candidates):
    return {n for n, c in candidates.items() if _err(c, _POINT) <= 1e-6}


@mistake(
    find_bugs,
    title="The tolerance is so loose that small errors pass",
    hints=[
        "Print the error of every candidate, and sort them.",
        "Right gradients agree to many digits; a slightly wrong one is off by a thousandth.",
        "There is a wide gap between the right ones and the wrong ones: where is your limit?",
    ],
)
def too_loose(candidates):
    return {n for n, c in candidates.items() if not _err(c, _POINT) <= 0.05}


@mistake(
    find_bugs,
    title="Right ones are accused, too: is the tolerance so strict that rounding counts as a bug?",
    hints=[
        "Print the error of every candidate, and sort them.",
        "A difference quotient is never exact: subtracting nearly equal numbers loses digits.",
        "There is a wide gap between the right ones and the wrong ones: where is your limit?",
    ],
)
def too_strict(candidates):
    return {n for n, c in candidates.items() if not _err(c, _POINT) <= 1e-13}


@mistake(
    find_bugs,
    title="Absolute differences are compared, so a tiny loss hides and a steep one is blamed",
    hints=[
        "What does a loss in other units do to your comparison?",
        "One candidate has a tiny loss, one a steep one; both are right.",
        "Compare the difference with the size of the gradients.",
    ],
)
def absolute_differences(candidates):
    def apart(c):
        claimed, measured, _ = _apart(lambda t: c(t)[0], lambda t: c(t)[1], _POINT)
        return np.max(np.abs(claimed - measured))

    return {n for n, c in candidates.items() if not apart(c) <= 1e-8}


@mistake(
    find_bugs,
    title="Only the first entry of the gradients is compared",
    hints=[
        "How many of the six slopes do you compare?",
        "A bug may sit in a single entry.",
        "Compare whole arrays.",
    ],
)
def first_entry_only(candidates):
    def apart(c):
        claimed, measured, _ = _apart(lambda t: c(t)[0], lambda t: c(t)[1], _POINT)
        return abs(claimed[0] - measured[0]) / (abs(claimed[0]) + abs(measured[0]))

    return {n for n, c in candidates.items() if not apart(c) <= 1e-6}


@mistake(
    find_bugs,
    title="Only the lengths of the gradients are compared",
    hints=[
        "Would a gradient that points the other way be found?",
        "Two gradients can be equally long and point in different directions.",
        "Take the difference first, then its length.",
    ],
)
def lengths_only(candidates):
    def apart(c):
        claimed, measured, _ = _apart(lambda t: c(t)[0], lambda t: c(t)[1], _POINT)
        return abs(_norm(claimed) - _norm(measured)) / (_norm(claimed) + _norm(measured))

    return {n for n, c in candidates.items() if not apart(c) <= 1e-6}
