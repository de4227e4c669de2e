"""What students write instead: each is recognised by its numbers and met with its own hints."""

import numpy as np
from checks import best_on_grid, error_surface, loss_at, mae, mse, predict

from grader.authoring import mistake

# --- 1.1 predict ---------------------------------------------------------------------------


@mistake(
    predict,
    title="The weight and the bias have changed places",
    hints=[
        "Set b to 0: at which height does your line cross x = 0?",
        "One of the two parameters is multiplied by the feature, the other one stands alone.",
        "The weight w is the slope: it belongs to x. Which one multiplies x in your formula?",
    ],
)
def weight_and_bias_swapped(x, w, b):
    return w + b * x


@mistake(
    predict,
    title="The bias is missing",
    hints=[
        "What does your function return at x = 0?",
        "The bias is what the line says when the feature is 0; it shifts the whole line.",
        "Your numbers are all off by the same amount. Which argument did you never use?",
    ],
)
def bias_forgotten(x, w, b):
    return w * x


@mistake(
    predict,
    title="The predictions are a column, (N, 1), instead of (N,)",
    hints=[
        "Print the shape of what you return and the shape of x.",
        "A column minus a row is a whole table in numpy: every prediction meets every label.",
        "One number per example in a plain array: the same shape as x, with a single axis.",
    ],
)
def column_returned(x, w, b):
    return (b + w * x).reshape(-1, 1)


@mistake(
    predict,
    title="The results are written into an array of whole numbers",
    hints=[
        "Give it x = [1, 2, 3] and w = 1.5: where did the halves go?",
        "An array that is made like x takes over its dtype; integers cannot hold 3.5.",
        "Look at the dtype of the array you write into before the loop begins.",
    ],
)
def whole_number_container(x, w, b):
    result = np.zeros_like(x)
    for i in range(len(x)):
        result[i] = b + w * x[i]
    return result


@mistake(
    predict,
    title="The bias is subtracted",
    hints=[
        "Set w to 0 and b to 2: what should come out, and what does?",
        "A positive bias lifts the line.",
        "Compare the sign before b with the one in the lecture's formula.",
    ],
)
def bias_subtracted(x, w, b):
    return w * x - b


@mistake(
    predict,
    title="The weight multiplies the bias, too",
    hints=[
        "Set w to 0: your line should then lie at height b. Does it?",
        "The weight says how much of the feature counts; the bias counts whole.",
        "Look at where your brackets open and close.",
    ],
)
def bias_weighted_too(x, w, b):
    return w * (x + b)


# --- 1.2 mae -------------------------------------------------------------------------------


@mistake(
    mae,
    title="The errors are averaged first and made positive afterwards",
    hints=[
        "Try two errors, +1 and -1.",
        "Errors of opposite sign must not cancel: being too high does not excuse being too low.",
        "Two steps are in the wrong order: taking the size and taking the mean.",
    ],
)
def mean_before_absolute(y_pred, y):
    return abs(float(np.mean(y_pred - y)))


@mistake(
    mae,
    title="The errors are summed instead of averaged",
    hints=[
        "Give it the same data twice over: should the loss double?",
        "The course's losses are means, so that they do not depend on the number of examples.",
        "Your answer is exactly N times too large.",
    ],
)
def absolute_errors_summed(y_pred, y):
    return float(np.sum(np.abs(y_pred - y)))


@mistake(
    mae,
    title="The errors keep their sign",
    hints=[
        "Predict too low everywhere: can a loss be negative?",
        "The loss measures how far off, not in which direction.",
        "Before the errors are averaged, something has to happen to their signs.",
    ],
)
def signs_kept(y_pred, y):
    return float(np.mean(y_pred - y))


@mistake(
    mae,
    title="The errors are squared: this is the mean squared error",
    hints=[
        "Make every error 3: what should the mean absolute error be?",
        "The absolute error is measured in k, the squared one in k squared.",
        "Double the errors: yours grows fourfold. Which operation does that?",
    ],
)
def squared_instead_of_absolute(y_pred, y):
    return float(np.mean((y_pred - y) ** 2))


@mistake(
    mae,
    title="Every prediction is compared with every label",
    hints=[
        "Print the shape of your differences: how many are there?",
        "numpy turns a column minus a row into a table of N x N.",
        "Prediction i belongs to label i only; both arrays should have one axis.",
    ],
)
def table_of_absolute_errors(y_pred, y):
    return float(np.mean(np.abs(np.reshape(y_pred, (-1, 1)) - y)))


@mistake(
    mae,
    title="One error per example is returned, not their mean",
    hints=[
        "How many numbers does your function return for five examples?",
        "A loss is a single number for the whole data set.",
        "The sizes of the errors are there; one step is left.",
    ],
)
def absolute_errors_not_averaged(y_pred, y):
    return np.abs(y_pred - y)


@mistake(
    mae,
    title="The sizes of prediction and label are subtracted, not the numbers themselves",
    hints=[
        "Predict -2 where the label is 2: how far off is that?",
        "The error is a difference first; its size is taken afterwards.",
        "Look at what stands inside your absolute value.",
    ],
)
def difference_of_sizes(y_pred, y):
    return float(np.mean(np.abs(np.abs(y_pred) - np.abs(y))))


@mistake(
    mae,
    title="The predictions are overwritten",
    hints=[
        "Print y_pred before and after the call.",
        "An array that is handed to a function is not a copy: writing into it changes it for all.",
        "Look for an assignment that ends in an equals sign with an operator before it.",
    ],
)
def predictions_overwritten(y_pred, y):
    y_pred -= y
    return float(np.mean(np.abs(y_pred)))


# --- 1.3 mse -------------------------------------------------------------------------------


@mistake(
    mse,
    title="The mean is squared instead of the errors",
    hints=[
        "Try two errors, +1 and -1.",
        "Which comes first, squaring or averaging?",
        "Each error is made positive by its own square; only then are they averaged.",
    ],
)
def mean_before_square(y_pred, y):
    return float(np.mean(y_pred - y) ** 2)


@mistake(
    mse,
    title="The squared errors are summed instead of averaged",
    hints=[
        "Give it the same data twice over: should the loss double?",
        "The course's losses are means, so that they do not depend on the number of examples.",
        "Your answer is exactly N times too large.",
    ],
)
def squares_summed(y_pred, y):
    return float(np.sum((y_pred - y) ** 2))


@mistake(
    mse,
    title="There is a 1/2 in front",
    hints=[
        "Make every error 1: what is the mean of their squares?",
        "Other courses put a 1/2 in front of this loss; ours does not.",
        "Your answer is exactly half of the right one.",
    ],
)
def half_in_front(y_pred, y):
    return float(np.mean((y_pred - y) ** 2) / 2)


@mistake(
    mse,
    title="A square root is taken at the end",
    hints=[
        "What is the unit of your answer, k or k squared?",
        "The root of the mean squared error is another loss with a name of its own.",
        "Everything is right but for the last step.",
    ],
)
def root_at_the_end(y_pred, y):
    return float(np.sqrt(np.mean((y_pred - y) ** 2)))


@mistake(
    mse,
    title="Prediction and label are squared one by one, then subtracted",
    hints=[
        "Can a squared error be negative? Yours can.",
        "The square of a difference is not the difference of the squares.",
        "First the error of each example, then its square.",
    ],
)
def difference_of_squares(y_pred, y):
    return float(np.mean(y_pred**2 - y**2))


@mistake(
    mse,
    title="Every prediction is compared with every label",
    hints=[
        "How many differences did you average? Print their shape.",
        "numpy turns a column minus a row into a table of N x N.",
        "Prediction i belongs to label i only; both arrays should have one axis.",
    ],
)
def table_of_squares(y_pred, y):
    return float(np.mean((np.reshape(y_pred, (-1, 1)) - y) ** 2))


@mistake(
    mse,
    title="The errors are not squared: this is the mean absolute error",
    hints=[
        "Make every error 3: what should the mean squared error be?",
        "Large errors count for more here than in the mean absolute error.",
        "Double the errors: yours doubles, but it should grow fourfold.",
    ],
)
def absolute_instead_of_squared(y_pred, y):
    return float(np.mean(np.abs(y_pred - y)))


@mistake(
    mse,
    title="One squared error per example is returned, not their mean",
    hints=[
        "How many numbers does your function return for five examples?",
        "A loss is a single number for the whole data set.",
        "The squares are there; one step is left.",
    ],
)
def squares_not_averaged(y_pred, y):
    return (y_pred - y) ** 2


# --- 1.4 loss_at ---------------------------------------------------------------------------


def _mean_size(y_pred, y):
    return float(np.mean(np.abs(y_pred - y)))


def _mean_square(y_pred, y):
    return float(np.mean((y_pred - y) ** 2))


@mistake(
    loss_at,
    title="The mean absolute error is used whatever `loss` is",
    hints=[
        "Call it twice with different losses: does the answer change?",
        "`loss` is a function that you are given; it decides how errors are counted.",
        "Look for the place where a particular loss is named in the body.",
    ],
)
def always_mae(w, b, x, y, loss=_mean_size):
    return _mean_size(b + w * x, y)


@mistake(
    loss_at,
    title="The mean squared error is used whatever `loss` is",
    hints=[
        "Call it without `loss`: you should get the mean absolute error.",
        "`loss` is a function that you are given; it decides how errors are counted.",
        "Look for the place where a particular loss is named in the body.",
    ],
)
def always_mse(w, b, x, y, loss=_mean_size):
    return _mean_square(b + w * x, y)


@mistake(
    loss_at,
    title="Without `loss` the mean squared error is used",
    hints=[
        "Call it without `loss`: which of the two losses do you get?",
        "A default is what the function takes when the caller says nothing.",
        "Compare the first line of your function with the one you were given.",
    ],
)
def default_is_mse(w, b, x, y, loss=_mean_square):
    return loss(b + w * x, y)


@mistake(
    loss_at,
    title="The weight and the bias have changed places",
    hints=[
        "Call it with w = 0 and b = 1, then the other way round.",
        "The order of arguments differs: here w and b come first, in `predict` the feature does.",
        "Compare the order in which you hand over w and b with the one `predict` expects.",
    ],
)
def parameters_swapped(w, b, x, y, loss=_mean_size):
    return loss(w + b * x, y)


@mistake(
    loss_at,
    title="The label is handed to the loss before the prediction",
    hints=[
        "Which of the two arguments of `loss` is the prediction?",
        "Some losses punish too low more than too high: for them the order matters.",
        "`mae` cannot tell the difference, but another loss can. Look at the order of the two.",
    ],
)
def label_before_prediction(w, b, x, y, loss=_mean_size):
    return loss(y, b + w * x)


@mistake(
    loss_at,
    title="The feature is compared with the label, without the line",
    hints=[
        "Change w and b: does your answer change?",
        "The loss belongs to a line; the line has to predict before it can be wrong.",
        "What stands where the predictions should be?",
    ],
)
def feature_instead_of_prediction(w, b, x, y, loss=_mean_size):
    return loss(x, y)


# --- 1.5 error_surface ---------------------------------------------------------------------


def _surface(ws, bs, x, y, loss):
    return np.array([[loss(b + w * x, y) for w in ws] for b in bs]).reshape(len(bs), len(ws))


@mistake(
    error_surface,
    title="Rows and columns are exchanged",
    hints=[
        "Use 3 weights and 5 biases and print the shape.",
        "Rows run over the biases, columns over the weights, as in the lecture's picture.",
        "Your table is the right one, lying on its side.",
    ],
)
def axes_swapped(ws, bs, x, y, loss):
    return _surface(ws, bs, x, y, loss).T


@mistake(
    error_surface,
    title="The losses are in the table in the wrong order",
    hints=[
        "Use 2 weights and 3 biases, and look at the first row: which parameters made it?",
        "The shape is right, but a shape does not say which number went where.",
        "In your list of losses one parameter changes fastest: is it the one of the columns?",
    ],
)
def filled_in_the_wrong_order(ws, bs, x, y, loss):
    return np.array([loss(b + w * x, y) for w in ws for b in bs]).reshape(len(bs), len(ws))


@mistake(
    error_surface,
    title="The mean absolute error is used whatever `loss` is",
    hints=[
        "Make the surface of two different losses: are they different?",
        "`loss` is a function that you are given; it decides how errors are counted.",
        "Something has to be handed on to the function that computes a single point.",
    ],
)
def loss_not_handed_on(ws, bs, x, y, loss):
    return _surface(ws, bs, x, y, _mean_size)


@mistake(
    error_surface,
    title="The surface is upside down: the first row belongs to the last bias",
    hints=[
        "Which bias does row 0 of your table belong to?",
        "Pictures are often drawn with the first row at the top; an array knows no up or down.",
        "Row i belongs to entry i of bs, for every i.",
    ],
)
def upside_down(ws, bs, x, y, loss):
    return _surface(ws, bs, x, y, loss)[::-1]


@mistake(
    error_surface,
    title="The weights are used as biases and the biases as weights",
    hints=[
        "Use a single weight of 0: every column entry should be the loss of a flat line.",
        "Rows are biases: moving down changes the height of the line, moving right its slope.",
        "In the loop: which of the two is multiplied by x?",
    ],
)
def weights_used_as_biases(ws, bs, x, y, loss):
    return np.array([[loss(w + b * x, y) for w in ws] for b in bs])


@mistake(
    error_surface,
    title="The losses come as one long list",
    hints=[
        "How many axes has your answer?",
        "A surface has two directions: the bias goes down, the weight to the right.",
        "The numbers are all there; they want rows and columns.",
    ],
)
def one_long_list(ws, bs, x, y, loss):
    return _surface(ws, bs, x, y, loss).ravel()


@mistake(
    error_surface,
    title="The label is handed to the loss before the prediction",
    hints=[
        "Which of the two arguments of `loss` is the prediction?",
        "Some losses punish too low more than too high: for them the order matters.",
        "`mae` and `mse` cannot tell the difference, but another loss can.",
    ],
)
def label_before_prediction_on_the_grid(ws, bs, x, y, loss):
    return np.array([[loss(y, b + w * x) for w in ws] for b in bs])


# --- 1.6 best_on_grid ----------------------------------------------------------------------


@mistake(
    best_on_grid,
    title="The position of the minimum is returned as one number",
    hints=[
        "Your argmin is one number; the grid has two axes.",
        "numpy counts through the whole table, row after row, unless it is told otherwise.",
        "Turn the running number into a row and a column, then look up what stands there.",
    ],
)
def flat_position(S, ws, bs):
    return int(np.argmin(S))


@mistake(
    best_on_grid,
    title="Row and column are returned, not the parameters that belong to them",
    hints=[
        "Is your w one of the numbers in ws?",
        "An index says where the best weight stands; asked for is the weight itself.",
        "You know the column and the row: one look-up in each list is left.",
    ],
)
def indices_returned(S, ws, bs):
    row, column = np.unravel_index(np.argmin(S), S.shape)
    return float(column), float(row), float(S[row, column])


@mistake(
    best_on_grid,
    title="The row is looked up in ws and the column in bs",
    hints=[
        "Use 2 biases and 4 weights: does every index fit into its list?",
        "Row i belongs to a bias, column j to a weight.",
        "numpy gives the row first. Which list belongs to the rows?",
    ],
)
def row_looked_up_in_ws(S, ws, bs):
    row, column = np.unravel_index(np.argmin(S), S.shape)
    return float(ws[row]), float(bs[column]), float(S[row, column])


@mistake(
    best_on_grid,
    title="The bias is returned before the weight",
    hints=[
        "In which order are the three numbers asked for?",
        "The course always names w before b.",
        "The first number you return comes from bs.",
    ],
)
def bias_returned_first(S, ws, bs):
    row, column = np.unravel_index(np.argmin(S), S.shape)
    return float(bs[row]), float(ws[column]), float(S[row, column])


@mistake(
    best_on_grid,
    title="The largest loss is looked for",
    hints=[
        "Compare your L with the smallest number in S.",
        "The best parameters are those with the least loss.",
        "You are standing on the peak of the surface instead of in its valley.",
    ],
)
def highest_point(S, ws, bs):
    row, column = np.unravel_index(np.argmax(S), S.shape)
    return float(ws[column]), float(bs[row]), float(S[row, column])


@mistake(
    best_on_grid,
    title="Only the first row is searched",
    hints=[
        "Put the lowest number into the last row: do you find it?",
        "The minimum of a surface is looked for in both directions at once.",
        "Your bias is always the same. Why?",
    ],
)
def only_the_first_row(S, ws, bs):
    column = int(np.argmin(S[0]))
    return float(ws[column]), float(bs[0]), float(S[0, column])


@mistake(
    best_on_grid,
    title="The best row and the best column are looked for separately",
    hints=[
        "Is the L you return the smallest number in the whole table?",
        "The row with the lowest average need not hold the lowest point.",
        "It takes one search over all entries, not one per axis.",
    ],
)
def axes_searched_separately(S, ws, bs):
    row, column = int(np.argmin(S.mean(axis=1))), int(np.argmin(S.mean(axis=0)))
    return float(ws[column]), float(bs[row]), float(S[row, column])
