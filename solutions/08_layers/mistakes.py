"""What students write instead: each is recognised by its numbers and met with its own hints."""

import math

import numpy as np
from checks import (
    affine_backward,
    affine_forward,
    cross_entropy,
    mse_loss,
    net_backward,
    net_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    softmax,
)

from grader.authoring import mistake

# --- 8.1 affine_forward --------------------------------------------------------------------


@mistake(
    affine_forward,
    title="W is not transposed",
    hints=[
        "Use layers of 3 and 5 neurons and print all shapes.",
        "A row of W holds the weights of one neuron; it must meet a row of X.",
        "The axis that is summed over is the one of the features: it is the second in both.",
    ],
)
def weights_not_transposed(X, W, b):
    return X @ W + b, (X, W)


@mistake(
    affine_forward,
    title="The biases are missing",
    hints=[
        "What do you get for X = 0?",
        "Every neuron adds a number of its own, whatever its inputs are.",
        "Which argument did you never use?",
    ],
)
def biases_forgotten(X, W, b):
    return X @ W.T, (X, W)


@mistake(
    affine_forward,
    title="The examples stand in columns instead of rows",
    hints=[
        "Print the shape of Z for 7 examples and 5 neurons.",
        "Other courses put one example per column; here rows are examples.",
        "Your numbers are right, but the table lies on its side.",
    ],
)
def examples_in_columns(X, W, b):
    return W @ X.T + b[:, None], (X, W)


@mistake(
    affine_forward,
    title="The biases are subtracted",
    hints=[
        "What do you get for X = 0?",
        "A positive bias makes a neuron larger.",
        "Compare the sign before b with the one in z = W x + b.",
    ],
)
def biases_subtracted(X, W, b):
    return X @ W.T - b, (X, W)


@mistake(
    affine_forward,
    title="An activation is applied already",
    hints=[
        "Can your Z be negative?",
        "Z is what the neuron computes before it is squashed or cut off.",
        "The affine layer has one step less than yours.",
    ],
)
def relu_inside(X, W, b):
    return np.maximum(X @ W.T + b, 0.0), (X, W)


@mistake(
    affine_forward,
    title="All neurons get the same bias",
    hints=[
        "What do you get for X = 0: how many different numbers?",
        "Each neuron has a bias of its own.",
        "Look for an index, a sum or a mean at b.",
    ],
)
def one_bias_for_all(X, W, b):
    return X @ W.T + b[0], (X, W)


# --- 8.1 affine_backward -------------------------------------------------------------------


@mistake(
    affine_backward,
    title="db is a mean over the batch instead of a sum",
    hints=[
        "Look at db: how does it change with the number of examples?",
        "b is shared by all examples: each of them adds its own part to the slope.",
        "The 1/N is in dZ already; it must not enter a second time.",
    ],
)
def db_is_a_mean(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.mean(axis=0)


@mistake(
    affine_backward,
    title="dW and db are divided by the size of the batch",
    hints=[
        "Give it a batch of one, then the same example twice: what should happen to dW?",
        "The mean belongs to the loss, and its gradient brings it along in dZ.",
        "The layer itself only adds up; look for a division.",
    ],
)
def divided_by_batch_size(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X / len(X), dZ.sum(axis=0) / len(X)


@mistake(
    affine_backward,
    title="db is not summed over the batch",
    hints=[
        "Compare the shape of db with the shape of b.",
        "b is shared by all examples.",
        "One number per neuron: over which axis does the batch run?",
    ],
)
def db_not_summed(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ


@mistake(
    affine_backward,
    title="db is summed over the neurons instead of the examples",
    hints=[
        "Compare the shape of db with the shape of b.",
        "There is one bias per neuron, so one slope per neuron.",
        "You summed along the other axis.",
    ],
)
def db_over_the_wrong_axis(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.sum(axis=1)


@mistake(
    affine_backward,
    title="dW is transposed: (in, out) instead of (out, in)",
    hints=[
        "Compare the shape of dW with the shape of W.",
        "A gradient has the shape of what it belongs to.",
        "Your product is right up to the order of its two factors.",
    ],
)
def dw_transposed(dZ, cache):
    X, W = cache
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@mistake(
    affine_backward,
    title="W is transposed on the way back",
    hints=[
        "Use layers of 3 and 5 neurons and print all shapes.",
        "Forward it is the features that are summed over; backward it is the neurons.",
        "An input reaches all neurons: its slope sums over the rows of W as they stand.",
    ],
)
def dx_through_transposed_weights(dZ, cache):
    X, W = cache
    return dZ @ W.T, dZ.T @ X, dZ.sum(axis=0)


@mistake(
    affine_backward,
    title="The slopes come in another order",
    hints=[
        "In which order are the three slopes asked for?",
        "The slope along the input comes first, then those of the parameters.",
        "Print the three shapes and compare them with X, W and b.",
    ],
)
def other_order(dZ, cache):
    X, W = cache
    return dZ.T @ X, dZ.sum(axis=0), dZ @ W


def _forward_keeping_z(X, W, b):
    Z = X @ W.T + b
    return Z, (X, W, Z)


@mistake(
    affine_backward,
    title="dW is made with the layer's output instead of its input",
    hints=[
        "Print the shapes of dW and W for layers of 3 and 5 neurons.",
        "What was this layer's input? A weight is multiplied by what comes in on its wire.",
        "Look at what you keep in the cache and which part of it enters dW.",
    ],
    affine_forward=_forward_keeping_z,
)
def dw_with_the_output(dZ, cache):
    _, W, Z = cache
    return dZ @ W, dZ.T @ Z, dZ.sum(axis=0)


@mistake(
    affine_backward,
    title="dZ and X are multiplied entry by entry",
    hints=[
        "Print the shapes of dZ, X and W for layers of 3 and 5 neurons.",
        "A weight has one slope for the whole batch: the shares of all examples are added up.",
        "Over which index does the sum run? Only a matrix product adds up over the examples.",
    ],
)
def entries_multiplied(dZ, cache):
    X, W = cache
    return dZ @ W, dZ * X, dZ.sum(axis=0)


# --- 8.2 sigmoid_forward -------------------------------------------------------------------


@mistake(
    sigmoid_forward,
    title="The curve is mirrored: large z give 0",
    hints=[
        "Should large z give 0 or 1?",
        "The sigmoid rises from left to right.",
        "Look at the sign of z in the exponent.",
    ],
)
def mirrored(Z):
    A = 1.0 / (1.0 + np.exp(Z))
    return A, A


@mistake(
    sigmoid_forward,
    title="Numerator and denominator have exponents of different sign",
    hints=[
        "Can your answer be larger than 1? Try z = 2.",
        "There are two ways to write the sigmoid; a mixture of them is neither.",
        "If the numerator is an exponential, the denominator contains the very same one.",
    ],
)
def two_forms_mixed(Z):
    A = np.exp(Z) / (1.0 + np.exp(-Z))
    return A, A


@mistake(
    sigmoid_forward,
    title="Large scores overflow to nan",
    hints=[
        "Try z = 800 and z = -800.",
        "Infinity divided by infinity is not a number.",
        "Write it so that the exponential stands in the denominator only, or never grows.",
    ],
)
def overflow_to_nan(Z):
    e = np.exp(Z)
    A = e / (1.0 + e)
    return A, A


@mistake(
    sigmoid_forward,
    title="This is the hyperbolic tangent",
    hints=[
        "What do you get at z = 0, and what should it be?",
        "The sigmoid lies between 0 and 1, the tangent's curve between -1 and 1.",
        "The two are the same curve, stretched and shifted.",
    ],
)
def hyperbolic_tangent(Z):
    A = np.tanh(Z)
    return A, A


@mistake(
    sigmoid_forward,
    title="This is a hard sigmoid: straight pieces instead of a curve",
    hints=[
        "Compare your value at z = 1 with the table of the sigmoid.",
        "The hard sigmoid is made of straight pieces; the sigmoid is its smooth relative.",
        "No clipping is needed: the exponential bends the curve by itself.",
    ],
)
def hard_instead_of_soft(Z):
    A = np.clip(0.2 * Z + 0.5, 0.0, 1.0)
    return A, A


@mistake(
    sigmoid_forward,
    title="math.exp takes one number, not an array",
    hints=[
        "One number or many: what does your exponential accept?",
        "The same formula works on a whole array if every function in it does.",
        "numpy has its own exponential.",
    ],
)
def math_exp(Z):
    A = 1.0 / (1.0 + math.exp(-Z))
    return A, A


# --- 8.2 sigmoid_backward ------------------------------------------------------------------


@mistake(
    sigmoid_backward,
    title="The slope from above is squashed instead of amplified",
    hints=[
        "Derivative of what, at what?",
        "The gain belongs to the z of the forward pass; the slope from above only passes.",
        "In your gain the wrong array appears: what did the forward pass keep?",
    ],
)
def upstream_in_the_gain(dA, cache):
    return dA * (1.0 - dA)


@mistake(
    sigmoid_backward,
    title="The slope from above is forgotten",
    hints=[
        "Double the slope from above: does your answer change?",
        "The chain rule multiplies two slopes.",
        "You return the gain; what has to be amplified by it?",
    ],
)
def gain_alone(dA, cache):
    A = cache
    return A * (1.0 - A)


@mistake(
    sigmoid_backward,
    title="The sigmoid is applied a second time before its slope is taken",
    hints=[
        "At z = 0 the gain should be 1/4. What is yours?",
        "The gain is a(1 - a), where a is what came out of the forward pass.",
        "Which of z and a did you keep? You treat the one as if it were the other.",
    ],
)
def squashed_twice(dA, cache):
    s = 1.0 / (1.0 + np.exp(-cache))
    return dA * s * (1.0 - s)


@mistake(
    sigmoid_backward,
    title="The gain is the activation itself, not its slope",
    hints=[
        "Far to the right the sigmoid is flat. What is your gain there?",
        "A flat curve passes no slope on.",
        "A factor is missing that becomes 0 where the activation is 1.",
    ],
)
def activation_as_gain(dA, cache):
    return dA * cache


@mistake(
    sigmoid_backward,
    title="The gain is that of the hyperbolic tangent",
    hints=[
        "At z = 0 the gain should be 1/4. What is yours?",
        "1 - a squared belongs to another squashing function.",
        "Differentiate 1 / (1 + e^-z) and write the result with a.",
    ],
)
def gain_of_tanh(dA, cache):
    return dA * (1.0 - cache**2)


def _forward_keeping_the_input(Z):
    return 1.0 / (1.0 + np.exp(-Z)), Z


@mistake(
    sigmoid_backward,
    title="The gain z(1 - z) is computed from z instead of a",
    hints=[
        "Is a sigmoid ever falling? Your gain is negative in places.",
        "The formula a(1 - a) wants what came out of the forward pass, not what went in.",
        "Look at what your forward function puts into the cache.",
    ],
    sigmoid_forward=_forward_keeping_the_input,
)
def gain_from_z(dA, cache):
    Z = cache
    return dA * Z * (1.0 - Z)


# --- 8.2 relu_forward ----------------------------------------------------------------------


@mistake(
    relu_forward,
    title="One number is returned for the whole array",
    hints=[
        "Input 4 numbers: how many come out?",
        "The largest entry of an array is not the larger of each entry and 0.",
        "numpy has two functions with nearly the same name; you want the one for two arguments.",
    ],
)
def one_number(Z):
    return np.max(Z), Z > 0


@mistake(
    relu_forward,
    title="The size of negative numbers is kept",
    hints=[
        "What comes out for z = -3?",
        "A ReLU is flat to the left of 0.",
        "Negative numbers become 0, they do not change their sign.",
    ],
)
def size_kept(Z):
    return np.abs(Z), Z > 0


@mistake(
    relu_forward,
    title="Negative numbers leak through",
    hints=[
        "What comes out for z = -3?",
        "The leaky ReLU is a relative of ours; ours is flat to the left of 0.",
        "Left of 0 the answer is 0, not a small part of z.",
    ],
)
def leaky(Z):
    return np.where(Z > 0, Z, 0.01 * Z), Z > 0


@mistake(
    relu_forward,
    title="Numbers above 1 are cut off",
    hints=[
        "What comes out for z = 5?",
        "A ReLU rises without end to the right.",
        "There is one bound, not two.",
    ],
)
def cut_off_above(Z):
    return np.clip(Z, 0.0, 1.0), Z > 0


@mistake(
    relu_forward,
    title="The gate is returned instead of what passes it",
    hints=[
        "What comes out for z = 5?",
        "The gate is open or closed; what passes is z itself.",
        "You are one product away.",
    ],
)
def gate_instead_of_value(Z):
    return (Z > 0).astype(float), Z > 0


@mistake(
    relu_forward,
    title="The positive numbers are removed instead of the negative ones",
    hints=[
        "What comes out for z = 5, and for z = -5?",
        "A ReLU lets the positive numbers pass.",
        "You take the smaller of z and 0.",
    ],
)
def smaller_instead_of_larger(Z):
    return np.minimum(Z, 0.0), Z > 0


@mistake(
    relu_forward,
    title="The argument is overwritten",
    hints=[
        "Print the input before and after the call.",
        "An array that is handed to a function is not a copy: writing into it changes it for all.",
        "Look for an assignment to entries of Z.",
    ],
)
def input_overwritten(Z):
    is_open = Z > 0
    Z[Z < 0] = 0.0
    return Z, is_open


# --- 8.2 relu_backward ---------------------------------------------------------------------


@mistake(
    relu_backward,
    title="The gate is opened by the sign of the slope from above",
    hints=[
        "Whose sign opens the gate? Try a negative slope from above.",
        "The gate was set in the forward pass and stays as it is.",
        "Your mask is made from the wrong array.",
    ],
)
def gate_from_upstream(dA, cache):
    return np.where(dA > 0, dA, 0.0)


@mistake(
    relu_backward,
    title="Negative slopes are cut off, too",
    hints=[
        "Try a negative slope from above where z is positive.",
        "Slopes may be negative: a ReLU cuts off numbers on the way forward only.",
        "You use two masks; one of them is enough.",
    ],
)
def both_gates(dA, cache):
    return np.where(cache & (dA > 0), dA, 0.0)


@mistake(
    relu_backward,
    title="The slope from above is forgotten",
    hints=[
        "Double the slope from above: does your answer change?",
        "The chain rule multiplies two slopes.",
        "You return the gate; what passes through it?",
    ],
)
def gate_alone(dA, cache):
    return cache.astype(float)


@mistake(
    relu_backward,
    title="Everything passes, as if there were no ReLU",
    hints=[
        "What comes back where z was negative?",
        "Where the ReLU is flat nothing passes.",
        "Your function never looks into the cache.",
    ],
)
def no_gate(dA, cache):
    return np.array(dA)


def _forward_keeping_the_output(Z):
    A = np.maximum(Z, 0.0)
    return A, A


@mistake(
    relu_backward,
    title="The slope is multiplied by the activation instead of the gate",
    hints=[
        "What is the slope of a ReLU at z = 2, and at z = 4?",
        "To the right of 0 the line rises by 1 everywhere.",
        "The gain is 1 or 0, however large z was.",
    ],
    relu_forward=_forward_keeping_the_output,
)
def activation_as_gate(dA, cache):
    return dA * cache


@mistake(
    relu_backward,
    title="The gate is the wrong way round",
    hints=[
        "What comes back where z was positive?",
        "Where numbers passed on the way forward, slopes pass on the way back.",
        "Your mask is open exactly where it should be closed.",
    ],
)
def gate_inverted(dA, cache):
    return np.where(cache, 0.0, dA)


@mistake(
    relu_backward,
    title="The slope from above is overwritten",
    hints=[
        "Print dA before and after the call.",
        "An array that is handed to a function is not a copy: writing into it changes it for all.",
        "Look for an assignment to entries of dA.",
    ],
)
def upstream_overwritten(dA, cache):
    dA[~cache] = 0.0
    return dA


# --- 8.3 mse_loss --------------------------------------------------------------------------


@mistake(
    mse_loss,
    title="There is a 1/2 in front of the loss",
    hints=[
        "Make every error 1: what is the mean of their squares?",
        "Other courses put a 1/2 in front of this loss; ours does not.",
        "Loss and slope are both exactly half of the right ones.",
    ],
)
def half_squared_error(Y_pred, Y):
    E = Y_pred - Y
    return float(np.mean(E**2) / 2), E / E.size


@mistake(
    mse_loss,
    title="The mean is taken over the examples only, not over the outputs",
    hints=[
        "Use 7 examples with 3 outputs: by how much is your loss too large?",
        "The mean runs over all entries of the table.",
        "Loss and slope are too large by the number of outputs.",
    ],
)
def mean_over_examples_only(Y_pred, Y):
    E = Y_pred - Y
    return float(np.sum(E**2) / len(E)), 2.0 * E / len(E)


@mistake(
    mse_loss,
    title="The slope is not divided by the number of entries",
    hints=[
        "Compare your slope with a difference quotient of your own loss.",
        "The loss is a mean, and so its derivative carries the same division.",
        "Your slope is too large by the number of entries, N times O.",
    ],
)
def slope_not_averaged(Y_pred, Y):
    E = Y_pred - Y
    return float(np.mean(E**2)), 2.0 * E


@mistake(
    mse_loss,
    title="The slope is divided by the number of examples only",
    hints=[
        "Compare your slope with a difference quotient of your own loss.",
        "The loss is a mean over all N O entries, and its derivative carries the same division.",
        "Your slope is too large by the number of outputs.",
    ],
)
def slope_divided_by_examples(Y_pred, Y):
    E = Y_pred - Y
    return float(np.mean(E**2)), 2.0 * E / len(E)


@mistake(
    mse_loss,
    title="The factor 2 is missing in the slope",
    hints=[
        "Differentiate e squared on paper.",
        "There is no 1/2 in the loss that could cancel the 2.",
        "Your loss is right; your slope is exactly half of its derivative.",
    ],
)
def slope_without_two(Y_pred, Y):
    E = Y_pred - Y
    return float(np.mean(E**2)), E / E.size


@mistake(
    mse_loss,
    title="The slope has the wrong sign",
    hints=[
        "Nudge a prediction up that is too high already: does the loss fall or rise?",
        "The slope is taken along the prediction, not along the label.",
        "Look at what is subtracted from what in your slope.",
    ],
)
def slope_reversed(Y_pred, Y):
    E = Y - Y_pred
    return float(np.mean(E**2)), 2.0 * E / E.size


@mistake(
    mse_loss,
    title="The squared errors are summed instead of averaged",
    hints=[
        "Give it the same batch twice over: should the loss double?",
        "The course's losses are means.",
        "Loss and slope are too large by the number of entries.",
    ],
)
def summed_squares(Y_pred, Y):
    E = Y_pred - Y
    return float(np.sum(E**2)), 2.0 * E


# --- 8.4 softmax ---------------------------------------------------------------------------


@mistake(
    softmax,
    title="The columns add up to 1 instead of the rows",
    hints=[
        "Print the sums of your rows and of your columns.",
        "Over what should the numbers add up to 1? Each example has its own distribution.",
        "Rows are examples, and the classes lie along the other axis.",
    ],
)
def columns_add_up(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


@mistake(
    softmax,
    title="The whole table adds up to 1 instead of each row",
    hints=[
        "Print the sums of your rows.",
        "Each example has its own distribution over the classes.",
        "Look at the sum you divide by: how many numbers is it, and how many should it be?",
    ],
)
def table_adds_up(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum()


@mistake(
    softmax,
    title="Large scores overflow to nan",
    hints=[
        "Try the row [1000, 0, -1000].",
        "Adding the same number to a whole row changes no probability.",
        "Choose that number so that the largest exponent becomes 0.",
    ],
)
def scores_not_shifted(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@mistake(
    softmax,
    title="The maximum of the whole table is subtracted, not that of each row",
    hints=[
        "Try two rows, one near 10,000 and one near 0.",
        "A row far below the largest one turns into nothing but zeros, divided by their sum.",
        "Whose maximum do you subtract? Each row needs its own.",
    ],
)
def shifted_by_global_maximum(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


@mistake(
    softmax,
    title="The probabilities are written into an array of whole numbers",
    hints=[
        "Give it integer scores: what is the dtype of your result?",
        "An array that is made like Z takes over its dtype; integers cannot hold 0.7.",
        "Look at the array that you make before the loop.",
    ],
)
def whole_number_probabilities(Z):
    P = np.zeros_like(Z)
    for i, row in enumerate(Z):
        e = np.exp(row - row.max())
        P[i] = e / e.sum()
    return P


@mistake(
    softmax,
    title="The exponentials are not divided by their sum",
    hints=[
        "Print the sums of your rows.",
        "Probabilities add up to 1.",
        "The exponentials are right; one step is left.",
    ],
)
def not_normalised(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


@mistake(
    softmax,
    title="The logarithms of the probabilities are returned",
    hints=[
        "Can a probability be negative?",
        "The log-softmax is a step on the way to the cross-entropy, not the softmax.",
        "Your numbers are one exponential away.",
    ],
)
def logarithms_returned(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


# --- 8.5 cross_entropy ---------------------------------------------------------------------


def _log_softmax(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _one_hot(Z, y):
    T = np.zeros(Z.shape)
    T[np.arange(len(y)), y] = 1.0
    return T


def _slope(Z, y):
    return (np.exp(_log_softmax(Z)) - _one_hot(Z, y)) / len(y)


def _loss(Z, y):
    return float(-np.mean(_log_softmax(Z)[np.arange(len(y)), y]))


@mistake(
    cross_entropy,
    title="Whole columns are picked, or the labels stand in a column: not one probability per row",
    hints=[
        "How many numbers did you pick for five examples?",
        "A colon in an index, or labels of shape (N, 1), mean all rows for every label again.",
        "Each row has its own label: pair the row's number with it.",
    ],
)
def whole_columns_picked(Z, y):
    return float(-np.mean(_log_softmax(Z)[:, y])), _slope(Z, y)


@mistake(
    cross_entropy,
    title="Labels and logarithms are multiplied as matrices: every label meets every row",
    hints=[
        "What shape has your product of one-hot labels and logarithms for five examples?",
        "A label belongs to one row only; a matrix product pairs it with all of them.",
        "Multiply entry by entry, then add everything up.",
    ],
)
def labels_meet_all_rows(Z, y):
    table = _one_hot(Z, y) @ _log_softmax(Z).T
    return float(-np.sum(table) / len(y)), _slope(Z, y)


@mistake(
    cross_entropy,
    title="The losses are summed instead of averaged",
    hints=[
        "What loss does a guesser with C classes get, for one example and for ten?",
        "The course's losses are means over the examples.",
        "Loss and slope are exactly N times too large.",
    ],
)
def losses_summed(Z, y):
    return len(y) * _loss(Z, y), len(y) * _slope(Z, y)


@mistake(
    cross_entropy,
    title="The mean is taken over all entries, not over the examples",
    hints=[
        "What loss does a guesser with C classes get? It should be ln C.",
        "Only one entry per row counts; the others are 0, but a mean counts them, too.",
        "Loss and slope are too small by the number of classes.",
    ],
)
def averaged_over_all_entries(Z, y):
    return _loss(Z, y) / Z.shape[1], _slope(Z, y) / Z.shape[1]


@mistake(
    cross_entropy,
    title="The logarithm to base 2 is used",
    hints=[
        "A guesser with C classes should pay ln C. What does yours pay?",
        "The course's logarithms are natural.",
        "Your loss is too large by 1.4427: which two logarithms differ by that factor?",
    ],
)
def logarithm_to_base_two(Z, y):
    return _loss(Z, y) / math.log(2.0), _slope(Z, y)


@mistake(
    cross_entropy,
    title="The minus sign of the loss is missing",
    hints=[
        "Your loss is negative. Can it be?",
        "The logarithm of a probability is never positive.",
        "A better prediction should cost less: what turns the order around?",
    ],
)
def minus_missing(Z, y):
    return -_loss(Z, y), _slope(Z, y)


@mistake(
    cross_entropy,
    title="The other classes are counted, too: this is a binary cross-entropy",
    hints=[
        "How many terms of the sum survive for each example?",
        "The classes exclude each other: the probability of the right one says it all.",
        "Terms with 1 - p belong to yes-or-no questions, one per class.",
    ],
)
def binary_cross_entropy(Z, y):
    P, T = np.exp(_log_softmax(Z)), _one_hot(Z, y)
    terms = T * np.log(P) + (1.0 - T) * np.log(1.0 - P)
    return float(-np.sum(terms) / len(y)), _slope(Z, y)


@mistake(
    cross_entropy,
    title="The softmax is applied twice",
    hints=[
        "Are you passing scores or probabilities?",
        "Probabilities taken for scores lie so close together that all classes look alike.",
        "Count how often your scores go through an exponential and a division.",
    ],
)
def softmax_twice(Z, y):
    P = np.exp(_log_softmax(Z))
    return _loss(P, y), _slope(P, y)


@mistake(
    cross_entropy,
    title="The probabilities are clipped before the logarithm",
    hints=[
        "Try scores that are far apart: does the loss go on growing?",
        "A logarithm of a probability that was rounded to 0 has lost its score.",
        "Stay with logarithms from the start: take that of the sum, not that of the quotient.",
    ],
)
def probabilities_clipped(Z, y):
    P = np.clip(np.exp(_log_softmax(Z)), 1e-7, 1.0)
    return float(-np.mean(np.log(P[np.arange(len(y)), y]))), _slope(Z, y)


@mistake(
    cross_entropy,
    title="A small number is added inside the logarithm",
    hints=[
        "Try scores that are 100 apart: how large should the loss be, and how large is yours?",
        "The small number takes over as soon as the probability is smaller still.",
        "With logarithms from the start nothing is ever 0, and no small number is needed.",
    ],
)
def tiny_number_inside(Z, y):
    P = np.exp(_log_softmax(Z))[np.arange(len(y)), y]
    return float(-np.mean(np.log(P + 1e-12))), _slope(Z, y)


@mistake(
    cross_entropy,
    title="The logarithm of a probability that was rounded to 0",
    hints=[
        "Try scores that are 1000 apart: which entry of your table is not finite?",
        "A probability can be too small to be stored; it becomes 0, and its logarithm is infinite.",
        "Stay with logarithms from the start: score minus the logarithm of the sum.",
    ],
)
def logarithm_of_zero(Z, y):
    P = np.exp(_log_softmax(Z))
    return float(-np.sum(_one_hot(Z, y) * np.log(P)) / len(y)), _slope(Z, y)


@mistake(
    cross_entropy,
    title="The slope is not divided by the number of examples",
    hints=[
        "The ratio of your slope to a difference quotient is a whole number: which?",
        "The loss is a mean, and so its derivative carries the same division.",
        "Your loss is right; the slope is exactly N times too large.",
    ],
)
def slope_not_divided_by_n(Z, y):
    return _loss(Z, y), len(y) * _slope(Z, y)


@mistake(
    cross_entropy,
    title="The slope is the probabilities; the right class is not subtracted",
    hints=[
        "Each row of dZ must add up to 0: why?",
        "Raising the right score lowers the loss: one slope per row must be negative.",
        "In each row a single entry is wrong, and it is wrong by 1 / N.",
    ],
)
def right_class_not_subtracted(Z, y):
    return _loss(Z, y), np.exp(_log_softmax(Z)) / len(y)


@mistake(
    cross_entropy,
    title="The slope has the wrong sign",
    hints=[
        "Nudge the right score up: does the loss fall or rise?",
        "Raising the right score lowers the loss, so its slope is negative.",
        "Look at what is subtracted from what.",
    ],
)
def slope_turned_around(Z, y):
    return _loss(Z, y), -_slope(Z, y)


@mistake(
    cross_entropy,
    title="Each score's slope ignores the other scores of its row",
    hints=[
        "Each row of dZ must add up to 0: why?",
        "Raising one score lowers the probabilities of all the others.",
        "Your softmax was differentiated as if its outputs did not share a denominator.",
    ],
)
def diagonal_jacobian(Z, y):
    P, T = np.exp(_log_softmax(Z)), _one_hot(Z, y)
    return _loss(Z, y), -T * (1.0 - P) / len(y)


# --- 8.6 net_forward -----------------------------------------------------------------------


def _squash(Z, act):
    if act == "relu":
        return np.maximum(Z, 0.0)
    small = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0, small) / (1.0 + small)


def _layers(params):
    return range(1, len(params) // 2 + 1)


@mistake(
    net_forward,
    title="The activation follows the last layer, too",
    hints=[
        "May a score be negative? Can yours?",
        "The last layer's numbers are scores: a loss turns them into what it needs.",
        "Your loop does the same for every layer; one of them is different.",
    ],
)
def activation_after_last_layer(params, X, act):
    A = X
    for layer in _layers(params):
        A = _squash(A @ params[f"W{layer}"].T + params[f"b{layer}"], act)
    return A, None


@mistake(
    net_forward,
    title="The hidden layers have no activation",
    hints=[
        "Two linear layers on top of each other make what?",
        "Without a bend in between, a deep network is a single layer in disguise.",
        "What do you do with Z before it enters the next layer?",
    ],
)
def hidden_activations_missing(params, X, act):
    A = X
    for layer in _layers(params):
        A = A @ params[f"W{layer}"].T + params[f"b{layer}"]
    return A, None


@mistake(
    net_forward,
    title="The sigmoid is used whatever `act` is",
    hints=[
        "Call it once with each activation: does the answer change?",
        "`act` says which of the two follows the hidden layers.",
        "Look for the place where one of them is named without a question before it.",
    ],
)
def always_sigmoid(params, X, act):
    A = X
    for layer in _layers(params):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        A = _squash(Z, "sigmoid")
    return Z, None


@mistake(
    net_forward,
    title="The ReLU is used whatever `act` is",
    hints=[
        "Call it once with each activation: does the answer change?",
        "`act` says which of the two follows the hidden layers.",
        "Look for the place where one of them is named without a question before it.",
    ],
)
def always_relu(params, X, act):
    A = X
    for layer in _layers(params):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        A = np.maximum(Z, 0.0)
    return Z, None


@mistake(
    net_forward,
    title="The layers are taken in alphabetical order",
    hints=[
        "Try twelve layers: in which order do you visit them?",
        "As words, W10 comes before W2.",
        "Count the layers, and make each key from its number.",
    ],
)
def alphabetical_layers(params, X, act):
    A = X
    for key in sorted(k for k in params if k.startswith("W")):
        Z = A @ params[key].T + params["b" + key[1:]]
        A = _squash(Z, act)
    return Z, None


@mistake(
    net_forward,
    title="The layers are taken in the order of the dict's keys",
    hints=[
        "Turn the order of the keys around: does the answer change?",
        "A dict is looked up by name; its order says nothing.",
        "Count the layers, and make each key from its number.",
    ],
)
def layers_in_dict_order(params, X, act):
    A = X
    for key in params:
        if key.startswith("W"):
            Z = A @ params[key].T + params["b" + key[1:]]
            A = _squash(Z, act)
    return Z, None


@mistake(
    net_forward,
    title="Only two layers are computed, however many there are",
    hints=[
        "Try it with one layer, and with three.",
        "The number of layers is in the parameters.",
        "Nothing in the body should know a particular number of layers.",
    ],
)
def always_two_layers(params, X, act):
    A = _squash(X @ params["W1"].T + params["b1"], act)
    return A @ params["W2"].T + params["b2"], None


@mistake(
    net_forward,
    title="The biases of the hidden layers are missing",
    hints=[
        "Give it X = 0 and two layers: which biases can be seen in the answer?",
        "Every layer adds its own bias, before its activation.",
        "Compare what you do for the last layer with what you do for the others.",
    ],
)
def hidden_biases_missing(params, X, act):
    A = X
    for layer in _layers(params):
        Z = A @ params[f"W{layer}"].T
        if layer == len(params) // 2:
            Z = Z + params[f"b{layer}"]
        A = _squash(Z, act)
    return Z, None


# --- 8.7 net_backward ----------------------------------------------------------------------


def _forward_with_everything(params, X, act):
    A, kept = X, []
    for layer in _layers(params):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        kept.append((A, Z))
        A = _squash(Z, act)
    return kept[-1][1], (act, kept)


def _gain(Z, act):
    if act == "relu":
        return (Z > 0).astype(float)
    A = _squash(Z, "sigmoid")
    return A * (1.0 - A)


@mistake(
    net_backward,
    title="Every layer divides by the size of the batch",
    hints=[
        "Compare each key with a difference quotient.",
        "Where does 1/N enter, once?",
        "The mean is in dZ already, by the loss; a layer only adds up.",
    ],
    net_forward=_forward_with_everything,
)
def divided_in_every_layer(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        A, _ = kept[layer - 1]
        grads[f"W{layer}"] = dZ.T @ A / len(A)
        grads[f"b{layer}"] = dZ.sum(axis=0) / len(A)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"] * _gain(kept[layer - 2][1], act)
    return grads


@mistake(
    net_backward,
    title="The slopes of the biases are 0",
    hints=[
        "Check every key against a difference quotient, not only the weights.",
        "Every bias moves the output, so every bias has a slope.",
        "The three slopes of an affine layer all have their place; one of them is thrown away.",
    ],
    net_forward=_forward_with_everything,
)
def biases_without_slopes(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = np.zeros(dZ.shape[1])
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"] * _gain(kept[layer - 2][1], act)
    return grads


@mistake(
    net_backward,
    title="The slope goes back through dW instead of W",
    hints=[
        "Only the last layer is right. Which matrix carried the signal forward?",
        "An input is multiplied by W on its way forward; its slope is multiplied by the same W.",
        "Two names are nearly the same; look at which one you use to reach the layer below.",
    ],
    net_forward=_forward_with_everything,
)
def back_through_the_gradient(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = dZ @ grads[f"W{layer}"] * _gain(kept[layer - 2][1], act)
    return grads


@mistake(
    net_backward,
    title="The weights are updated before the slope goes back through them",
    hints=[
        "The last layer is right and the ones before it are slightly off: what happens in between?",
        "The slope goes back through the weights that the forward pass used, not through new ones.",
        "Collect all slopes first; the step comes afterwards, outside of this function.",
    ],
    net_forward=_forward_with_everything,
)
def moved_before_use(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = dZ.sum(axis=0)
        W = params[f"W{layer}"] - 0.1 * grads[f"W{layer}"]
        if layer > 1:
            dZ = dZ @ W * _gain(kept[layer - 2][1], act)
    return grads


@mistake(
    net_backward,
    title="The activations are skipped on the way back",
    hints=[
        "The last layer is right, the ones below are not. What lies between two layers?",
        "What was bent on the way forward has a gain on the way back.",
        "Between the slope along A and the slope along Z stands one more function.",
    ],
    net_forward=_forward_with_everything,
)
def gains_skipped(params, caches, dZ):
    _, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"]
    return grads


@mistake(
    net_backward,
    title="The activation's slope is applied to the last layer, too",
    hints=[
        "Is there an activation after the last layer?",
        "On the way back the first thing to cross is the last thing that happened.",
        "Your dZ is multiplied by a gain before it reaches the last weights.",
    ],
    net_forward=_forward_with_everything,
)
def gain_after_last_layer(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        dZ = dZ * _gain(kept[layer - 1][1], act)
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"]
    return grads


@mistake(
    net_backward,
    title="The sigmoid's slope is used whatever the activation was",
    hints=[
        "Your gradients are right for one of the two activations. For which?",
        "`act` is not an argument here: what does the forward pass leave behind?",
        "Keep the word in your caches and ask for it.",
    ],
    net_forward=_forward_with_everything,
)
def always_sigmoid_slope(params, caches, dZ):
    _, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"] * _gain(kept[layer - 2][1], "sigmoid")
    return grads


@mistake(
    net_backward,
    title="The ReLU's slope is used whatever the activation was",
    hints=[
        "Your gradients are right for one of the two activations. For which?",
        "`act` is not an argument here: what does the forward pass leave behind?",
        "Keep the word in your caches and ask for it.",
    ],
    net_forward=_forward_with_everything,
)
def always_relu_slope(params, caches, dZ):
    _, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"b{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"] * _gain(kept[layer - 2][1], "relu")
    return grads


@mistake(
    net_backward,
    title="The weights' slopes are transposed: (in, out) instead of (out, in)",
    hints=[
        "Compare the shape of each gradient with its parameter.",
        "A gradient has the shape of what it belongs to.",
        "The product is right up to the order of its two factors.",
    ],
    net_forward=_forward_with_everything,
)
def weight_slopes_transposed(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"W{layer}"] = kept[layer - 1][0].T @ dZ
        grads[f"b{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"] * _gain(kept[layer - 2][1], act)
    return grads


@mistake(
    net_backward,
    title="The keys have another name than the parameters",
    hints=[
        "Print the keys of your result beside those of params.",
        "Whoever updates a parameter looks its slope up under the same name.",
        "Leave out the letter that you put in front.",
    ],
    net_forward=_forward_with_everything,
)
def other_keys(params, caches, dZ):
    act, kept = caches
    grads = {}
    for layer in reversed(_layers(params)):
        grads[f"dW{layer}"] = dZ.T @ kept[layer - 1][0]
        grads[f"db{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"] * _gain(kept[layer - 2][1], act)
    return grads
