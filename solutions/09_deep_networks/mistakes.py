"""What students write instead: each is recognised by what its network cannot do."""

from itertools import pairwise

import numpy as np
from checks import (
    accuracy,
    confusion,
    depth_table,
    init_params,
    overfit_tiny,
    predict_class,
    train_classifier,
    train_drawer,
    train_spiral,
)
from layers import cross_entropy, net_backward, net_forward

from grader.authoring import mistake


def _he(sizes, rng):
    params = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        params[f"W{i}"] = rng.normal(size=(n_out, n_in)) * np.sqrt(2.0 / n_in)
        params[f"b{i}"] = np.zeros(n_out)
    return params


def _train(params, X, y, loss, rng, eta, epochs, batch=32):
    params = {key: value.copy() for key, value in params.items()}
    speed = {key: np.zeros(value.shape) for key, value in params.items()}
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            Z, caches = net_forward(params, X[rows], "relu")
            grads = net_backward(params, caches, loss(Z, y[rows])[1])
            for key in params:
                speed[key] = 0.9 * speed[key] - eta * (1 - epoch / epochs) * grads[key]
                params[key] += speed[key]
    return params


def _pixels(Z, Y):
    return 0.0, (1.0 / (1.0 + np.exp(-np.clip(Z, -500, 500))) - Y) / len(Z)


def _squares(Z, y):
    return 0.0, 2.0 * (Z - y) / Z.size


# --- 9.1 init_params -----------------------------------------------------------------------


@mistake(
    init_params,
    title="All weights are 0, so all neurons of a layer stay the same",
    hints=[
        "Compare two rows of W1 after some training.",
        "Neurons that begin alike get the same slopes and stay alike: they count as one.",
        "Something has to break the symmetry: draw the weights at random.",
    ],
)
def all_zeros(sizes, rng):
    return {key: np.zeros(value.shape) for key, value in _he(sizes, rng).items()}


@mistake(
    init_params,
    title="All weights are the same number",
    hints=[
        "Compare two rows of W1 after some training.",
        "Neurons that begin alike get the same slopes and stay alike: they count as one.",
        "A constant is as bad as zero: draw the weights at random.",
    ],
)
def all_the_same(sizes, rng):
    found = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        found[f"W{i}"] = np.full((n_out, n_in), np.sqrt(2.0 / n_in))
        found[f"b{i}"] = np.zeros(n_out)
    return found


@mistake(
    init_params,
    title="The standard deviation is 0.01 in every layer",
    hints=[
        "Print the standard deviation of what comes out of each layer of a fresh network.",
        "If the weights are too small, the signal dies out on its way through many layers.",
        "How wide the weights are spread depends on how many numbers go into the layer.",
    ],
)
def too_small(sizes, rng):
    return {k: 0.01 * rng.normal(size=v.shape) if k[0] == "W" else v
            for k, v in _he(sizes, rng).items()}  # fmt: skip


@mistake(
    init_params,
    title="The standard deviation is 1 in every layer",
    hints=[
        "What is the first loss of a fresh classifier? It should be near ln C.",
        "If the weights are too large, the signal grows from layer to layer.",
        "How wide the weights are spread depends on how many numbers go into the layer.",
    ],
)
def too_large(sizes, rng):
    return {k: rng.normal(size=v.shape) if k[0] == "W" else v for k, v in _he(sizes, rng).items()}


@mistake(
    init_params,
    title="The spread follows the outputs of a layer instead of its inputs",
    hints=[
        "Look at the layer with many inputs and few neurons.",
        "A neuron adds up as many terms as it has inputs: these make its sum large.",
        "Which of the two sizes of a layer stands under your root?",
    ],
)
def spread_by_outputs(sizes, rng):
    found = _he(sizes, rng)
    for i in range(1, len(sizes)):
        found[f"W{i}"] *= np.sqrt(sizes[i - 1] / sizes[i])
    return found


@mistake(
    init_params,
    title="The root is missing: the standard deviation is 2 / inputs",
    hints=[
        "Print the standard deviation of W1 and compare.",
        "2 / n is the variance; the standard deviation is its root.",
        "What do you multiply standard normal numbers with to get that spread?",
    ],
)
def variance_as_deviation(sizes, rng):
    found = _he(sizes, rng)
    for i in range(1, len(sizes)):
        found[f"W{i}"] *= np.sqrt(2.0 / sizes[i - 1])
    return found


@mistake(
    init_params,
    title="The weight matrices lie on their side: (in, out)",
    hints=[
        "Print the shape of W1 for three inputs and five neurons.",
        "Here a row of W belongs to a neuron, a column to an input.",
        "Exchange the two sizes where you draw the matrix.",
    ],
)
def transposed(sizes, rng):
    return {k: v.T if k[0] == "W" else v for k, v in _he(sizes, rng).items()}


@mistake(
    init_params,
    title="Biases do not begin at 0",
    hints=[
        "What are your biases before any training?",
        "The weights break the symmetry; biases may begin at rest.",
        "Biases begin at 0.",
    ],
)
def random_biases(sizes, rng):
    return {k: v if k[0] == "W" else 0.1 * rng.normal(size=v.shape)
            for k, v in _he(sizes, rng).items()}  # fmt: skip


@mistake(
    init_params,
    title="The rng that it is given is not used",
    hints=[
        "Call it with two different rngs: are the weights different?",
        "Whoever calls decides about chance, so that a run can be repeated, or varied.",
        "Which argument does your function never use?",
    ],
)
def own_seed(sizes, rng):
    return _he(sizes, np.random.default_rng(0))


@mistake(
    init_params,
    title="The last layer is missing",
    hints=[
        "How many layers does a network with four sizes have?",
        "Sizes count the numbers between the layers: one more than there are layers.",
        "Your loop ends one layer too early.",
    ],
)
def last_layer_missing(sizes, rng):
    return _he(sizes[:-1], rng)


# --- 9.2 overfit_tiny ----------------------------------------------------------------------


@mistake(
    overfit_tiny,
    title="The training stops long before the examples are known by heart",
    hints=[
        "Print the loss after every 50 updates: does it still fall?",
        "Twenty examples can be learned perfectly; the loss goes to 0.",
        "Make more updates, or larger ones.",
    ],
)
def stops_early(X, y):
    rng = np.random.default_rng(0)
    return _train(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 0.01, 3)


@mistake(
    overfit_tiny,
    title="The learning rate is so large that the training runs away",
    hints=[
        "Print the loss after each update: when does it first rise?",
        "A step that is too large jumps over the valley and lands higher.",
        "Make the learning rate ten times smaller and look again.",
    ],
)
def runs_away(X, y):
    return {
        k: np.full(v.shape, np.nan) for k, v in _he((64, 64, 10), np.random.default_rng(0)).items()
    }


@mistake(
    overfit_tiny,
    title="The network begins with all zeros",
    hints=[
        "Compare the rows of W1 after the training.",
        "Neurons that begin alike stay alike.",
        "Begin with the parameters of 9.1.",
    ],
)
def begins_with_zeros(X, y):
    rng = np.random.default_rng(0)
    start = {k: np.zeros(v.shape) for k, v in _he((64, 64, 10), rng).items()}
    return _train(start, X, y, cross_entropy, rng, 0.05, 60)


@mistake(
    overfit_tiny,
    title="The network has a single output instead of ten",
    hints=[
        "How many classes are there, and how many numbers come out of your network?",
        "A classifier has one score for each class.",
        "The last of your sizes has to be the number of classes.",
    ],
)
def single_output(X, y):
    return _he((64, 64, 1), np.random.default_rng(0))


@mistake(
    overfit_tiny,
    title="The loss is returned beside the parameters",
    hints=[
        "What do you return, and what is asked for?",
        "Only the parameters are asked for.",
        "You return a pair; return its part that holds the network.",
    ],
)
def params_and_loss(X, y):
    return _he((64, 64, 10), np.random.default_rng(0)), 0.001


# --- 9.3 train_classifier ------------------------------------------------------------------


@mistake(
    train_classifier,
    title="There is no hidden layer: the model is linear",
    hints=[
        "How many layers has your network?",
        "A linear model gets not even eighty of a hundred of these images right.",
        "Put a layer with some dozens of neurons between the pixels and the scores.",
    ],
)
def linear(X, y, rng):
    return _train(_he((64, 10), rng), X, y, cross_entropy, rng, 0.05, 10)


@mistake(
    train_classifier,
    title="No better than guessing: are images and labels shuffled apart?",
    hints=[
        "Is row i still the label of image i?",
        "Both have to be reordered in the same way.",
        "Draw one order, and use it for both.",
    ],
)
def shuffled_apart(X, y, rng):
    return _train(_he((64, 64, 10), rng), X, rng.permutation(y), cross_entropy, rng, 0.05, 2)


@mistake(
    train_classifier,
    title="It has not learned enough: too few updates, or too small ones",
    hints=[
        "Print the accuracy after each epoch: does it still rise?",
        "One update for each epoch, or one epoch, is not enough.",
        "Count your updates; the reference makes more than a thousand.",
    ],
)
def too_few_updates(X, y, rng):
    return _train(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 0.02, 2)


@mistake(
    train_classifier,
    title="Only the first few images are used",
    hints=[
        "How many of the images does your network ever see?",
        "It knows those by heart, and has not seen enough to know others.",
        "Look at how your batches run through the data.",
    ],
)
def first_images_only(X, y, rng):
    return _train(_he((64, 64, 10), rng), X[:100], y[:100], cross_entropy, rng, 0.05, 60)


@mistake(
    train_classifier,
    title="All neurons of the hidden layer begin alike",
    hints=[
        "Compare two rows of W1 after the training.",
        "Neurons that begin alike get the same slopes and stay alike: they count as one.",
        "Begin with the parameters of 9.1.",
    ],
)
def hidden_alike(X, y, rng):
    start = _he((64, 64, 10), rng)
    start["W1"][:] = 0.1
    start["W2"][:] = start["W2"][:, :1]
    return _train(start, X, y, cross_entropy, rng, 0.02, 3)


@mistake(
    train_classifier,
    title="The training runs away and leaves nan",
    hints=[
        "Print the loss after each update: when does it first rise?",
        "A step that is too large jumps over the valley and lands higher.",
        "Make the learning rate ten times smaller and look again.",
    ],
)
def classifier_runs_away(X, y, rng):
    return {k: np.full(v.shape, np.nan) for k, v in _he((64, 64, 10), rng).items()}


@mistake(
    train_classifier,
    title="The learning rate is far too large",
    hints=[
        "Plot the loss of the first updates for three learning rates.",
        "A step that is too large throws the neurons to where no image can switch them on again.",
        "Divide the learning rate by ten until the loss falls from the start.",
    ],
)
def rate_too_large(X, y, rng):
    params = _he((64, 64, 10), rng)
    for _ in range(100):
        rows = rng.permutation(len(X))[:32]
        Z, caches = net_forward(params, X[rows], "relu")
        grads = net_backward(params, caches, cross_entropy(Z, y[rows])[1])
        params = {key: params[key] - 10.0 * grads[key] for key in params}
    return params


@mistake(
    train_classifier,
    title="The learning rate is far too small",
    hints=[
        "Plot the loss of the first updates for three learning rates.",
        "With steps that small, thousands of updates lead hardly anywhere.",
        "Multiply the learning rate by ten as long as the loss still falls smoothly.",
    ],
)
def rate_too_small(X, y, rng):
    return _train(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 1e-5, 20)


@mistake(
    train_classifier,
    title="It makes its own chance: no two runs are the same",
    hints=[
        "Call it twice with rngs of the same seed: are the networks the same?",
        "The rng that you are given is the only source of chance.",
        "Look for a generator that you make yourself, or for numpy's global one.",
    ],
)
def own_chance(X, y, rng):
    mine = np.random.default_rng()
    epochs = 20 if len(X) > 100 else 2
    return _train(_he((64, 64, 10), mine), X, y, cross_entropy, mine, 0.05, epochs)


def _biases_forgotten(params, caches, dZ):
    grads = net_backward(params, caches, dZ)
    return {k: v if k[0] == "W" else np.zeros(v.shape) for k, v in grads.items()}


@mistake(
    train_classifier,
    title="The backward pass gives the biases no slope; the accuracy hides it",
    hints=[
        "Check the gradient of every key against the measured slope.",
        "A network can learn a good deal in spite of a wrong gradient.",
        "Which parameters are, after the training, what they were before it?",
    ],
    net_backward=_biases_forgotten,
)
def biases_never_learn(X, y, rng):
    return _train(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 0.05, 20)


# --- 9.4 predict_class, accuracy, confusion ------------------------------------------------


@mistake(
    predict_class,
    title="The largest score of each column is looked for, not of each row",
    hints=[
        "How many answers do you give for seven examples?",
        "One example is one row; it needs one answer.",
        "Along which axis do the scores of one example lie?",
    ],
)
def by_columns(Z):
    return np.argmax(Z, axis=0)


@mistake(
    predict_class,
    title="The largest score itself is returned, not its class",
    hints=[
        "Is your answer a class or a score?",
        "Asked for is which score is largest, not how large it is.",
        "You want the position of the maximum.",
    ],
)
def the_score_itself(Z):
    return np.max(Z, axis=1)


@mistake(
    predict_class,
    title="The smallest score wins",
    hints=[
        "Which class has the largest score in your first row?",
        "A large score speaks for a class.",
        "You look for the wrong end of the row.",
    ],
)
def the_smallest(Z):
    return np.argmin(Z, axis=1)


@mistake(
    predict_class,
    title="One position in the flattened table instead of one for each row",
    hints=[
        "How many answers do you give for seven examples?",
        "Without an axis numpy looks through the whole table.",
        "Say along which axis to look.",
    ],
)
def flat_position(Z):
    return np.argmax(Z)


@mistake(
    predict_class,
    title="Classes are counted from 1",
    hints=[
        "Which class do you name when the first score is largest?",
        "Classes are numbered from 0, like rows and columns.",
        "All of your answers are too large by one.",
    ],
)
def counted_from_one(Z):
    return np.argmax(Z, axis=1) + 1


@mistake(
    predict_class,
    title="A table of zeros and ones instead of the class's number",
    hints=[
        "What is the shape of your answer?",
        "One number for each example is asked for: the class.",
        "You mark the class in each row; return where the mark stands.",
    ],
)
def one_hot(Z):
    return np.eye(Z.shape[1])[np.argmax(Z, axis=1)]


@mistake(
    accuracy,
    title="The share of wrong predictions",
    hints=[
        "What do you return when all predictions are right?",
        "Accuracy is the share of right ones.",
        "You count the differences; count the agreements.",
    ],
)
def share_of_wrong(y_pred, y):
    return float(np.mean(y_pred != y))


@mistake(
    accuracy,
    title="The number of right predictions, not their share",
    hints=[
        "Duplicate the examples: should the accuracy double?",
        "A share is between 0 and 1.",
        "Divide by how many examples there are.",
    ],
)
def a_count(y_pred, y):
    return float(np.sum(y_pred == y))


@mistake(
    accuracy,
    title="In percent",
    hints=[
        "What do you return when all predictions are right?",
        "The share is asked for, from 0 to 1.",
        "Your answers are a hundred times too large.",
    ],
)
def in_percent(y_pred, y):
    return 100.0 * float(np.mean(y_pred == y))


@mistake(
    accuracy,
    title="Every prediction is compared with every truth",
    hints=[
        "Print the shape of your comparison.",
        "A column against a row makes a whole table.",
        "Both have to be of shape (N,) when you compare them.",
    ],
)
def whole_table(y_pred, y):
    return float(np.mean(y_pred[:, None] == y))


@mistake(
    accuracy,
    title="1 only if all predictions are right, else 0",
    hints=[
        "What do you return when three of four are right?",
        "Each example counts for itself.",
        "Take the mean of the comparisons, not whether all of them hold.",
    ],
)
def all_or_nothing(y_pred, y):
    return float(np.array_equal(y_pred, y))


@mistake(
    accuracy,
    title="How close the classes' numbers are, as if they were amounts",
    hints=[
        "Is class 3 nearer to class 4 than to class 9?",
        "Numbers of classes are names; only equal or not equal counts.",
        "You use the size of a difference; use whether there is one.",
    ],
)
def as_amounts(y_pred, y):
    return 1.0 - float(np.mean(np.abs(y_pred - y)))


def _table(y_pred, y, n_classes):
    table = np.zeros((n_classes, n_classes), dtype=int)
    for p, t in zip(y_pred, y, strict=True):
        table[t, p] += 1
    return table


@mistake(
    confusion,
    title="Rows are predictions and columns are truths",
    hints=[
        "In which row does an image of a 3 that is taken for an 8 count?",
        "Row = truth, column = prediction; other libraries do it the other way round.",
        "Exchange the two indices.",
    ],
)
def rows_are_predictions(y_pred, y, n_classes):
    return _table(y_pred, y, n_classes).T


@mistake(
    confusion,
    title="Several examples of one kind count once",
    hints=[
        "What is the sum of your table?",
        "Adding to a list of places at once adds only once to a place that stands twice in it.",
        "Count in a loop, or with numpy's function that adds at every place, repeats included.",
    ],
)
def counts_once(y_pred, y, n_classes):
    return np.minimum(_table(y_pred, y, n_classes), 1)


@mistake(
    confusion,
    title="Shares of each row instead of counts",
    hints=[
        "Are the entries of your table whole numbers?",
        "Asked for is how often, not which share.",
        "You divide the rows by their sums; leave that out.",
    ],
)
def shares_of_rows(y_pred, y, n_classes):
    table = _table(y_pred, y, n_classes)
    return table / np.maximum(table.sum(axis=1, keepdims=True), 1)


@mistake(
    confusion,
    title="The table is only as large as the largest class that occurs",
    hints=[
        "What is the shape of your table when a class does not occur?",
        "Classes without examples have rows and columns of zeros.",
        "You are told how many classes there are.",
    ],
)
def only_what_occurs(y_pred, y, n_classes):
    largest = int(max(np.max(y_pred, initial=0), np.max(y, initial=0))) + 1
    return _table(y_pred, y, largest)


@mistake(
    confusion,
    title="Right predictions are left out: the diagonal is 0",
    hints=[
        "Where do the right predictions stand in your table?",
        "The diagonal counts how often each class is recognised.",
        "Every example counts, right ones, too.",
    ],
)
def diagonal_left_out(y_pred, y, n_classes):
    table = _table(y_pred, y, n_classes)
    return table - np.diag(np.diag(table))


@mistake(
    confusion,
    title="Only right predictions are counted",
    hints=[
        "What stands beside the diagonal of your table?",
        "What is taken for what is the whole point of this table.",
        "Every example counts, wrong ones, too.",
    ],
)
def diagonal_only(y_pred, y, n_classes):
    return np.diag(np.diag(_table(y_pred, y, n_classes)))


# --- 9.5 train_spiral ----------------------------------------------------------------------


@mistake(
    train_spiral,
    title="There is no hidden layer: a straight line cannot follow a spiral",
    hints=[
        "How many layers has your network?",
        "Without a hidden layer the border between the classes is a straight line.",
        "Two hidden layers with some dozens of neurons are a good start.",
    ],
)
def straight_line(X, y, rng):
    return _train(_he((2, 2), rng), X, y, cross_entropy, rng, 0.1, 20)


@mistake(
    train_spiral,
    title="The spiral is not found yet: too few updates, or too few neurons",
    hints=[
        "Print the accuracy every ten epochs: does it still rise?",
        "The border has to wind; that takes many small steps.",
        "Make many more epochs; the data are few.",
    ],
)
def spiral_stops_early(X, y, rng):
    return _train(_he((2, 32, 32, 2), rng), X, y, cross_entropy, rng, 0.01, 5)


@mistake(
    train_spiral,
    title="The training runs away and leaves nan",
    hints=[
        "Print the loss after each update: when does it first rise?",
        "A step that is too large jumps over the valley and lands higher.",
        "Make the learning rate ten times smaller and look again.",
    ],
)
def spiral_runs_away(X, y, rng):
    return {k: np.full(v.shape, np.nan) for k, v in _he((2, 16, 2), rng).items()}


@mistake(
    train_spiral,
    title="The network has ten outputs, as for digits",
    hints=[
        "How many classes are there here?",
        "One score for each class, and there are two.",
        "The last of your sizes has to be the number of classes.",
    ],
)
def ten_outputs(X, y, rng):
    return _he((2, 32, 10), rng)


@mistake(
    train_spiral,
    title="It makes its own chance: no two runs are the same",
    hints=[
        "Call it twice with rngs of the same seed: are the networks the same?",
        "The rng that you are given is the only source of chance.",
        "Look for a generator that you make yourself, or for numpy's global one.",
    ],
)
def spiral_own_chance(X, y, rng):
    mine = np.random.default_rng()
    epochs = 300 if len(X) > 100 else 2
    return _train(_he((2, 48, 48, 2), mine), X, y, cross_entropy, mine, 0.1, epochs)


# --- 9.6 train_drawer ----------------------------------------------------------------------


@mistake(
    train_drawer,
    title="There is no hidden layer: a linear drawer cannot move a digit",
    hints=[
        "How many layers has your network?",
        "Which pixel is inked depends on the digit and its place together, not on their sum.",
        "Put a hidden layer between the order and the pixels.",
    ],
)
def linear_drawer(T, Y):
    rng = np.random.default_rng(0)
    return _train(_he((16, 64), rng), T, Y, _pixels, rng, 0.1, 60, 16)


@mistake(
    train_drawer,
    title="The training stops before the drawings are right",
    hints=[
        "Draw some images after 10 and after 100 epochs.",
        "A pixel counts as ink above one half; many are still in doubt.",
        "Make more epochs.",
    ],
)
def drawer_stops_early(T, Y):
    rng = np.random.default_rng(0)
    return _train(_he((16, 64, 64), rng), T, Y, _pixels, rng, 0.05, 12, 16)


@mistake(
    train_drawer,
    title="Ink and paper are exchanged",
    hints=[
        "Draw one of your images.",
        "Ink is 1 and paper is 0.",
        "Look at the sign of the slope that you send back: prediction less truth.",
    ],
)
def negative(T, Y):
    rng = np.random.default_rng(0)
    return _train(_he((16, 64, 64), rng), T, 1.0 - Y, _pixels, rng, 0.1, 200, 16)


@mistake(
    train_drawer,
    title="Nothing is drawn: the network was not trained",
    hints=[
        "Draw one of your images.",
        "Most pixels are paper, so drawing nothing at all has a small loss, too.",
        "Do your parameters change from epoch to epoch?",
    ],
)
def blank_paper(T, Y):
    params = _he((16, 64, 64), np.random.default_rng(0))
    params["b2"] = params["b2"] - 50.0
    return params


@mistake(
    train_drawer,
    title="The squared error of outputs: right above one half, but read as a sigmoid",
    hints=[
        "Which outputs does your network give for paper, and which for ink?",
        "An output is read as ink where its sigmoid is above one half: where it is above 0.",
        "Your loss pulls outputs towards 0 and 1; the sigmoid belongs into the loss.",
    ],
)
def squared_pixels(T, Y):
    rng = np.random.default_rng(0)
    return _train(_he((16, 64, 64), rng), T, Y * 1.0 + 0.02, _squares, rng, 0.5, 20, 16)


# --- 9.7 depth_table -----------------------------------------------------------------------


def _honest(X_tr, y_tr, X_te, y_te, depths, rng, epochs=25, width=64):
    table = {}
    for depth in depths:
        start = _he((X_tr.shape[1], *[width] * depth, 1), rng)
        params = _train(start, X_tr, y_tr[:, None], _squares, rng, 0.01, epochs)
        table[int(depth)] = tuple(
            float(np.mean(np.abs(net_forward(params, X, "relu")[0][:, 0] - y)))
            for X, y in ((X_tr, y_tr), (X_te, y_te))
        )
    return table


@mistake(
    depth_table,
    title="The two errors are exchanged: unseen first",
    hints=[
        "Which of your two errors gets smaller with every layer?",
        "The first is measured on the days that the network has learned from.",
        "Exchange the two numbers of each pair.",
    ],
)
def exchanged(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _honest(X_tr, y_tr, X_te, y_te, depths, rng)
    return {depth: pair[::-1] for depth, pair in table.items()}


@mistake(
    depth_table,
    title="Both errors are measured on the seen days",
    hints=[
        "Are your two errors equal?",
        "Only days that were not learned from say what the network is good for.",
        "Which data do you use for the second number?",
    ],
)
def seen_twice(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _honest(X_tr, y_tr, X_te, y_te, depths, rng)
    return {depth: (pair[0], pair[0]) for depth, pair in table.items()}


@mistake(
    depth_table,
    title="The errors are squared",
    hints=[
        "What is the unit of your errors?",
        "Asked for is the mean absolute error, in k.",
        "Train with squares if you like, but report sizes.",
    ],
)
def squared_errors(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _honest(X_tr, y_tr, X_te, y_te, depths, rng)
    return {depth: (pair[0] ** 2, pair[1] ** 2) for depth, pair in table.items()}


@mistake(
    depth_table,
    title="Every depth is the same network",
    hints=[
        "How many layers has the network that you train for each depth?",
        "The depth is the number of hidden layers.",
        "Which argument does your network not depend on?",
    ],
)
def one_depth(X_tr, y_tr, X_te, y_te, depths, rng):
    pair = _honest(X_tr, y_tr, X_te, y_te, (0,), rng)[0]
    return {int(depth): pair for depth in depths}


@mistake(
    depth_table,
    title="The training stops so early that depth cannot show",
    hints=[
        "Print the seen error after each epoch: does it still fall?",
        "A deep network fits the seen days better, if it is given the time.",
        "Make more epochs.",
    ],
)
def table_stops_early(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _honest(X_tr, y_tr, X_te, y_te, depths, rng)
    first = table[min(table)]
    return {depth: (first[0] - 0.005 * depth, first[1]) for depth in table}


@mistake(
    depth_table,
    title="A list of rows instead of a dict",
    hints=[
        "What kind of thing do you return?",
        "Asked for is a dict: the depth is the key, the two errors are the value.",
        "You have all numbers; put them under their depths.",
    ],
)
def list_of_rows(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _honest(X_tr, y_tr, X_te, y_te, depths, rng, epochs=2)
    return [[depth, *pair] for depth, pair in table.items()]
