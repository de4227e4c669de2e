"""What students write instead: each is recognised by its numbers and met with its own hints."""

import math

import numpy as np
from activations import sigmoid as safe_sigmoid
from checks import (
    d_relu,
    d_sigmoid,
    hard_sigmoid,
    hard_sigmoid_as_relus,
    one_hidden,
    one_hidden_batch,
    pl_to_hard_sigmoids,
    relu,
    sigmoid,
)

from grader.authoring import mistake


@mistake(
    hard_sigmoid,
    title="The fixed hard sigmoid of a library",
    hints=[
        "Try x = start: what should come out, and what does?",
        "Libraries have one with knees of its own; ours starts and ends where it is told.",
        "The arguments start and end have to enter your line.",
    ],
)
def keras_hard_sigmoid(x, start, end):
    return np.clip(0.2 * x + 0.5, 0.0, 1.0)


@mistake(
    hard_sigmoid,
    title="The fixed hard sigmoid of another library, with a slope of one sixth",
    hints=[
        "Try x = start: what should come out, and what does?",
        "That curve always rises from -3 to 3; ours starts and ends where it is told.",
        "The arguments start and end have to enter your line.",
    ],
)
def sixth_hard_sigmoid(x, start, end):
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0)


@mistake(
    hard_sigmoid,
    title="The line goes on rising after end",
    hints=[
        "Look at x far to the right of end.",
        "A hard sigmoid is flat on both sides.",
        "You cut the line off below; it needs the same above.",
    ],
)
def lower_clip_only(x, start, end):
    return np.maximum((x - start) / (end - start), 0.0)


@mistake(
    hard_sigmoid,
    title="The line goes below 0 before start",
    hints=[
        "Look at x far to the left of start.",
        "A hard sigmoid is flat on both sides.",
        "You cut the line off above; it needs the same below.",
    ],
)
def upper_clip_only(x, start, end):
    return np.minimum((x - start) / (end - start), 1.0)


@mistake(
    hard_sigmoid,
    title="The rise has slope 1 whatever the width",
    hints=[
        "Choose start = 0 and end = 4: what should come out at 2?",
        "The line climbs from 0 to 1 over the whole way from start to end.",
        "What is the slope of a line that rises by 1 over that width?",
    ],
)
def width_ignored(x, start, end):
    return np.clip(x - start, 0.0, 1.0)


@mistake(
    hard_sigmoid,
    title="The line does not begin at start",
    hints=[
        "What do you get at x = start?",
        "A fraction of the way: 0 at start, 1 at end.",
        "Measure x from where the rise begins before you divide.",
    ],
)
def start_ignored(x, start, end):
    return np.clip(x / (end - start), 0.0, 1.0)


@mistake(
    hard_sigmoid,
    title="The curve falls from 1 to 0",
    hints=[
        "Should a large x give 0 or 1?",
        "The step goes up from left to right.",
        "The distance is measured from the other end.",
    ],
)
def falls(x, start, end):
    return np.clip((end - x) / (end - start), 0.0, 1.0)


@mistake(
    pl_to_hard_sigmoids,
    title="The heights are slopes",
    hints=[
        "Take a piece that is 2 wide and rises by 1: how high is its hard sigmoid?",
        "Start and end say how steep it is already; c is how far it climbs in total.",
        "How much does the curve rise in total across a piece? Do not divide it by anything.",
    ],
)
def heights_are_slopes(xk, yk):
    return float(yk[0]), np.diff(yk) / np.diff(xk), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="The heights are the heights of the knees",
    hints=[
        "Add up your pieces: do you reach the last knee?",
        "Right of a piece its hard sigmoid stays up, and the next one begins from there.",
        "Each piece has to bring only what the curve gains across it.",
    ],
)
def heights_are_values(xk, yk):
    return float(yk[0]), yk[1:].copy(), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="The constant is 0",
    hints=[
        "Look at the curve left of all knees.",
        "There every piece is 0: what is left?",
        "The constant is where the curve comes from on the left.",
    ],
)
def constant_forgotten(xk, yk):
    return 0.0, np.diff(yk), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="The constant is the height of the last knee",
    hints=[
        "Look at the curve left of all knees.",
        "There every piece is 0, so only the constant is seen.",
        "You took the height at the wrong end.",
    ],
)
def constant_at_the_end(xk, yk):
    return float(yk[-1]), np.diff(yk), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="The constant is the place of the first knee, not its height",
    hints=[
        "Left of all knees: how high is the curve, and how high is yours?",
        "The constant is added to heights, so it is a height itself.",
        "You took the number of the first knee from the wrong one of the two arguments.",
    ],
)
def constant_is_a_place(xk, yk):
    return float(xk[0]), np.diff(yk), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="The constant is the height of the curve at x = 0",
    hints=[
        "Try a curve whose knees all lie right of 0, then one whose knees lie left of it.",
        "In the drawing the curve is still flat where it meets the axis; knees may lie anywhere.",
        "The constant is what is left where no piece has begun to rise: left of the first knee.",
    ],
)
def constant_above_zero(xk, yk):
    return float(np.interp(0.0, xk, yk)), np.diff(yk), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="All pieces go the wrong way",
    hints=[
        "A curve that rises: do your heights have the sign you expect?",
        "A piece that rises from left to right has a positive height.",
        "Subtract the left knee from the right one, not the other way.",
    ],
)
def pieces_fall(xk, yk):
    return float(yk[0]), -np.diff(yk), xk[:-1].copy(), xk[1:].copy()


@mistake(
    pl_to_hard_sigmoids,
    title="Every piece ends at the last knee",
    hints=[
        "Plot one piece alone: where does it stop rising?",
        "Each piece rises between two neighbouring knees.",
        "A piece ends where the next one starts.",
    ],
)
def all_end_at_the_last_knee(xk, yk):
    return float(yk[0]), np.diff(yk), xk[:-1].copy(), np.full(len(xk) - 1, xk[-1])


@mistake(
    sigmoid,
    title="The sign in the exponent is missing",
    hints=[
        "Should large z give 0 or 1?",
        "The power of e has to vanish for large z.",
        "Compare the exponent with the formula.",
    ],
)
def mirrored(z):
    return safe_sigmoid(-z)


@mistake(
    sigmoid,
    title="The fraction can exceed 1",
    hints=[
        "Can your answer exceed 1? Try z = 2.",
        "A fraction is below 1 if its denominator is the larger part.",
        "The same power of e must stand above and below.",
    ],
)
def exceeds_one(z):
    return np.exp(z) / (1.0 + np.exp(-z))


@mistake(
    sigmoid,
    title="Not finite for large z",
    hints=[
        "Try z = 800 and z = -800.",
        "Infinity divided by infinity is not a number; one form overflows, another does not.",
        "Use a form whose power of e appears only in the denominator.",
    ],
)
def overflows(z):
    e = np.exp(z)
    return e / (1.0 + e)


@mistake(
    sigmoid,
    title="z is clipped to a narrow range",
    hints=[
        "Compare z = 5 with z = 9.",
        "Saturation comes by itself; cutting z off makes the curve flat too early.",
        "If you clip at all, do it where the answer is 1 to the last digit.",
    ],
)
def clipped(z):
    return safe_sigmoid(np.clip(z, -6.0, 6.0))


@mistake(
    sigmoid,
    title="Another squashing function",
    hints=[
        "What do you get at z = 0?",
        "There are several s-shaped curves; ours lies between 0 and 1.",
        "Yours lies between -1 and 1.",
    ],
)
def is_tanh(z):
    return np.tanh(z)


@mistake(
    sigmoid,
    title="One number for the whole array",
    hints=[
        "Input 4 numbers: how many come out?",
        "The sigmoid acts on every number by itself.",
        "Look for a sum or a mean.",
    ],
)
def one_number(z):
    return float(np.mean(safe_sigmoid(z)))


@mistake(
    sigmoid,
    title="A function for one number is called with an array",
    hints=[
        "Look at the function that raises e to a power: which library is it from?",
        "The library math knows single numbers only; numpy has the same functions for arrays.",
        "Take the exponential that goes through an array entry by entry.",
    ],
)
def math_exp(z):
    return 1 / (1 + math.exp(-z))


@mistake(
    d_sigmoid,
    title="The sigmoid is applied twice",
    hints=[
        "Try z = 0: the slope is 1/4 there.",
        "Does the argument mean before or after the squash?",
        "z is what goes in; squash it once only.",
    ],
)
def slope_at_a(z):
    a = safe_sigmoid(safe_sigmoid(z))
    return a * (1.0 - a)


@mistake(
    d_sigmoid,
    title="The formula is fed with z itself",
    hints=[
        "Is a sigmoid ever falling? Look at z = -2.",
        "The short formula for the slope is written in the sigmoid's value.",
        "Which letter stands in the formula: z, or what comes out for z?",
    ],
)
def z_times_one_minus_z(z):
    return z * (1.0 - z)


@mistake(
    d_sigmoid,
    title="The slope of another squashing function",
    hints=[
        "Try z = 0: the slope is 1/4 there.",
        "Your formula belongs to the hyperbolic tangent.",
        "Differentiate the fraction on paper, with the rule for 1/u.",
    ],
)
def slope_of_tanh(z):
    return 1.0 - safe_sigmoid(z) ** 2


@mistake(
    d_sigmoid,
    title="Half of the product is missing",
    hints=[
        "What is your slope far to the right, where the curve is flat?",
        "The slope vanishes at both ends, so it needs a factor for each of them.",
        "One factor is the value; the other is what is missing to 1.",
    ],
)
def factor_missing(z):
    return safe_sigmoid(z)


@mistake(
    d_sigmoid,
    title="The sign is wrong",
    hints=[
        "Is a sigmoid ever falling?",
        "The inner derivative of minus z brings a second minus.",
        "Count the minus signs again.",
    ],
)
def falling(z):
    a = safe_sigmoid(z)
    return a * (a - 1.0)


@mistake(
    d_sigmoid,
    title="Not finite for large z",
    hints=[
        "Try z = 800 and z = -800.",
        "The square of an overflowing power is in the denominator.",
        "Express the slope by the value of a sigmoid that is safe.",
    ],
)
def slope_overflows(z):
    e = np.exp(-z)
    return e / (1.0 + e) ** 2


@mistake(
    relu,
    title="The maximum of the whole array",
    hints=[
        "Input 4 numbers: how many come out?",
        "Each number is compared with 0 by itself.",
        "There are two functions with similar names: one compares entry by entry.",
    ],
)
def one_maximum(z):
    return float(np.max(z))


@mistake(
    relu,
    title="The caller's array is changed",
    hints=[
        "Print the input after the call.",
        "The caller's numbers are still needed for the backward pass.",
        "Make a new array instead of writing into the one you got.",
    ],
)
def changes_its_input(z):
    z[z < 0] = 0.0
    return z


@mistake(
    relu,
    title="The size of z",
    hints=[
        "Try z = -3.",
        "Negative numbers have to vanish, not to turn positive.",
        "You took away the sign; the negative half must become 0.",
    ],
)
def size(z):
    return np.abs(z)


@mistake(
    relu,
    title="The negative part passes",
    hints=[
        "Try z = 2 and z = -3.",
        "The positive numbers are those that pass.",
        "You took the smaller of the two where the larger is wanted.",
    ],
)
def negative_part(z):
    return np.minimum(z, 0.0)


@mistake(
    relu,
    title="Some of the negative part leaks through",
    hints=[
        "Try z = -100.",
        "That is a relative of the ReLU; ours is exactly 0 there.",
        "The slope on the left is 0, not a small number.",
    ],
)
def leaky(z):
    return np.where(z > 0, z, 0.01 * z)


@mistake(
    relu,
    title="Only a step from 0 to 1",
    hints=[
        "Try z = 2 and z = 4.",
        "A positive number passes as it is.",
        "You answered whether it passes, not what passes.",
    ],
)
def step(z):
    return np.where(z > 0, 1.0, 0.0)


@mistake(
    d_relu,
    title="The slope at exactly 0 is 1",
    hints=[
        "What do you return for z = 0?",
        "At the knee several slopes are possible; the docstring names one.",
        "Think about whether the comparison includes equality.",
    ],
)
def one_at_zero(z):
    return np.where(z >= 0, 1.0, 0.0)


@mistake(
    d_relu,
    title="The slope at exactly 0 is one half",
    hints=[
        "What do you return for z = 0?",
        "At the knee several slopes are possible; the docstring names one.",
        "It is the slope of the left side.",
    ],
)
def half_at_zero(z):
    return np.where(z > 0, 1.0, np.where(z < 0, 0.0, 0.5))


@mistake(
    d_relu,
    title="The value instead of the slope",
    hints=[
        "What is the slope of the ReLU for z = 2, and for z = 4?",
        "On the right the curve is a straight line; its slope is the same everywhere.",
        "A slope does not grow with z here.",
    ],
)
def the_value(z):
    return np.maximum(z, 0.0)


@mistake(
    d_relu,
    title="The slope on the left is -1",
    hints=[
        "How steep is the curve at z = -3?",
        "Left of 0 the ReLU is flat.",
        "You used the slope of the size of z.",
    ],
)
def the_sign(z):
    return np.sign(z)


@mistake(
    d_relu,
    title="The slope is 1 everywhere",
    hints=[
        "How steep is the curve at z = -3?",
        "The slope depends on the side of 0.",
        "Something has to look at the sign of z.",
    ],
)
def always_open(z):
    return np.ones_like(z)


@mistake(
    d_relu,
    title="The caller's array is changed",
    hints=[
        "Print the argument after the call.",
        "An array that is written into is the caller's own, not a copy.",
        "Make a new array for the slopes.",
    ],
)
def slope_in_place(z):
    z[z <= 0] = 0.0
    z[z > 0] = 1.0
    return z


@mistake(
    hard_sigmoid_as_relus,
    title="The second ReLU is added",
    hints=[
        "Look at your curve right of end.",
        "From end on the rise has to stop.",
        "What must the second ReLU cancel?",
    ],
)
def second_added(start, end, height):
    s = height / (end - start)
    return [(s, 1.0, -start), (s, 1.0, -end)]


@mistake(
    hard_sigmoid_as_relus,
    title="The slope is not divided by the width",
    hints=[
        "How high is your curve at end?",
        "A ReLU of slope 1 has climbed by the whole width there.",
        "What is the slope between start and end?",
    ],
)
def width_not_divided(start, end, height):
    return [(height, 1.0, -start), (-height, 1.0, -end)]


@mistake(
    hard_sigmoid_as_relus,
    title="The height is always 1",
    hints=[
        "Choose height = 3 and look right of end.",
        "Your step is right for a height of 1.",
        "Which argument did you never use?",
    ],
)
def height_forgotten(start, end, height):
    s = 1.0 / (end - start)
    return [(s, 1.0, -start), (-s, 1.0, -end)]


@mistake(
    hard_sigmoid_as_relus,
    title="The knees are on the wrong side of 0",
    hints=[
        "Where is the knee of your first ReLU?",
        "A ReLU bends where its inside is 0.",
        "Solve for the b that makes the inside vanish at start; mind its sign.",
    ],
)
def knees_mirrored(start, end, height):
    s = height / (end - start)
    return [(s, 1.0, start), (-s, 1.0, end)]


@mistake(
    hard_sigmoid_as_relus,
    title="The numbers of a triple are in another order",
    hints=[
        "Read the order of the three numbers in the docstring.",
        "The first number multiplies the whole ReLU, the second stands at x.",
        "Your b stands where w belongs.",
    ],
)
def order_of_the_triple(start, end, height):
    s = height / (end - start)
    return [(s, -start, 1.0), (-s, -end, 1.0)]


@mistake(
    hard_sigmoid_as_relus,
    title="The second ReLU is missing",
    hints=[
        "Count your triples, and look right of end.",
        "One ReLU rises for ever.",
        "A second one has to begin where the first should stop.",
    ],
)
def only_one(start, end, height):
    s = height / (end - start)
    return [(s, 1.0, -start), (0.0, 1.0, -end)]


@mistake(
    one_hidden,
    title="All neurons share one bias",
    hints=[
        "How many biases of the hidden layer are in the formula?",
        "Each neuron has its knee at a place of its own.",
        "Look for an index at bh.",
    ],
)
def one_bias_for_all(x, W, bh, c, b, act):
    return float(b + c @ act(bh[0] + W @ x))


@mistake(
    one_hidden,
    title="The sum over neurons is squashed, too",
    hints=[
        "Can your model predict a number above 1, such as 3.2?",
        "c scales the pieces after they were squashed.",
        "The activation ends before c enters.",
    ],
)
def output_inside(x, W, bh, c, b, act):
    return float(b + act(c @ (bh + W @ x)))


@mistake(
    one_hidden,
    title="W is transposed",
    hints=[
        "Try 3 features and 5 neurons.",
        "A row of W belongs to one neuron.",
        "The sum runs over features, the second axis.",
    ],
)
def weights_transposed(x, W, bh, c, b, act):
    return float(b + c @ act(bh + W.T @ x))


@mistake(
    one_hidden,
    title="The bias of the output is missing",
    hints=[
        "Set all c to 0: what should be left?",
        "The red curve is a constant plus the pieces.",
        "Which argument did you never use?",
    ],
)
def output_bias_forgotten(x, W, bh, c, b, act):
    return float(c @ act(bh + W @ x))


@mistake(
    one_hidden,
    title="The biases of the neurons are missing",
    hints=[
        "Set x to 0: do the biases still matter?",
        "A bias moves the knee of its neuron.",
        "Which argument did you never use?",
    ],
)
def hidden_biases_forgotten(x, W, bh, c, b, act):
    return float(b + c @ act(W @ x))


@mistake(
    one_hidden,
    title="There is no activation",
    hints=[
        "Double x and all biases: does the answer double?",
        "A sum of straight lines is a straight line.",
        "Which argument did you never call?",
    ],
)
def activation_forgotten(x, W, bh, c, b, act):
    return float(b + c @ (bh + W @ x))


@mistake(
    one_hidden_batch,
    title="W is not transposed",
    hints=[
        "Print all shapes for 7 examples, 3 features, 5 neurons.",
        "A row of X has to meet a row of W.",
        "The sum runs over features: the second axis of both.",
    ],
)
def batch_weights_transposed(X, W, bh, c, b, act):
    return b + act(X @ W + bh) @ c


@mistake(
    one_hidden_batch,
    title="The neurons are averaged",
    hints=[
        "Give every neuron twice: should the answer double?",
        "The formula has a sum over neurons.",
        "Nothing is divided by their number.",
    ],
)
def mean_over_neurons(X, W, bh, c, b, act):
    return b + np.mean(act(X @ W.T + bh) * c, axis=1)


@mistake(
    one_hidden_batch,
    title="The sum runs over the examples",
    hints=[
        "How many numbers come back for 7 examples?",
        "One prediction per what?",
        "The axis that disappears is the one of the neurons.",
    ],
)
def summed_over_examples(X, W, bh, c, b, act):
    return b + np.sum(act(X @ W.T + bh) * c, axis=0)


@mistake(
    one_hidden_batch,
    title="The sum over neurons is squashed, too",
    hints=[
        "Can your model predict a number above 1, such as 3.2?",
        "c scales the pieces after they were squashed.",
        "The activation ends before c enters.",
    ],
)
def batch_output_inside(X, W, bh, c, b, act):
    return b + act((X @ W.T + bh) @ c)


@mistake(
    one_hidden_batch,
    title="The bias of the output is missing",
    hints=[
        "Set all c to 0: what should be left?",
        "The red curve is a constant plus the pieces.",
        "Which argument did you never use?",
    ],
)
def batch_bias_forgotten(X, W, bh, c, b, act):
    return act(X @ W.T + bh) @ c


@mistake(
    one_hidden_batch,
    title="A column instead of one number per example",
    hints=[
        "Print the shape of what you return.",
        "A table with one column is no list: subtracting labels from it makes a square table.",
        "Get rid of the second axis at the end.",
    ],
)
def column_of_predictions(X, W, bh, c, b, act):
    return b + act(X @ W.T + bh) @ c[:, None]
