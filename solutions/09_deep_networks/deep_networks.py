"""09 Deep networks: the parts of 08_layers, put together and trained.

`layers.py` beside this file holds all of 08_layers, complete. Use it as it is, or put your own in
its place.

Networks here have ReLUs after every layer but the last, whose output is used as it comes out:
`net_forward(params, X, "relu")`. params is {"W1": (H1, I), "b1": (H1,), "W2": ...} as in 08, of
one to twelve layers. What a training returns is judged by what its network does on data that it
has not seen, never by the digits of its numbers.

`rng`, an np.random.Generator, is the only source of chance: the same data and an rng of the same
seed give the same network. No argument is changed.
"""

import numpy as np
from layers import cross_entropy, net_backward, net_forward


def init_params(sizes, rng):
    """Make the parameters of a network before it has learned anything.

    Args:
        sizes: How many numbers go in, how many neurons each layer has: (I, H1, ..., O), a tuple
            of at least two ints.
        rng: The source of chance, an np.random.Generator.

    Returns:
        A dict {"W1": (H1, I), "b1": (H1,), "W2": ...}, float64.

    Convention:
        He's rule: a weight of a layer with n inputs is drawn with mean 0 and standard deviation
        sqrt(2 / n), from a normal distribution or a uniform one; biases are 0.

    Example:
        >>> params = init_params((3, 4, 2), np.random.default_rng(0))
        >>> {key: value.shape for key, value in params.items()}
        {'W1': (4, 3), 'b1': (4,), 'W2': (2, 4), 'b2': (2,)}
    """
    params = {}
    for layer in range(1, len(sizes)):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        params[f"W{layer}"] = np.sqrt(2.0 / n_in) * rng.normal(size=(n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


def overfit_tiny(X, y):
    """Learn a few examples by heart: whoever cannot do that has a bug, not too little data.

    Args:
        X: Images, shape (20, 64), float64 from 0 to 1.
        y: What they show, shape (20,), ints from 0 to 9.

    Returns:
        Parameters of a network with 64 inputs and 10 outputs (logits), whose cross-entropy on
        exactly these examples is below 0.01.

    Convention:
        There is no rng: make one with a seed of your own, so that the answer is the same each
        time.
    """
    rng = np.random.default_rng(0)
    return _descend(init_params(_TINY_SIZES, rng), X, y, cross_entropy, _TINY, rng)


def train_classifier(X, y, rng):
    """Train a network that tells ten digits apart.

    Args:
        X: Images, shape (N, 64), float64 from 0 to 1; N is about 2,000 when it is graded.
        y: What they show, shape (N,), ints from 0 to 9.
        rng: The source of chance, an np.random.Generator.

    Returns:
        Parameters of a network with 64 inputs and 10 outputs (logits).

    Convention:
        At least 90 of 100 new images must be classified right. Sizes, learning rate and number
        of epochs are your choice, within the time limit of 10 s for two such trainings (are they
        alike?); the reference needs less than one for each.
    """
    return _descend(init_params(_DIGITS_SIZES, rng), X, y, cross_entropy, _DIGITS, rng)


def predict_class(Z):
    """Say which class each row of scores stands for.

    Args:
        Z: The scores (logits), shape (N, C), float64.

    Returns:
        The class with the largest score for each row, shape (N,), ints.

    Example:
        >>> predict_class(np.array([[0.1, 2.0, -1.0], [-3.0, -2.0, -1.0]]))
        array([1, 2])
    """
    return np.argmax(Z, axis=1)


def accuracy(y_pred, y):
    """Measure how many predictions are right.

    Args:
        y_pred: Predicted classes, shape (N,), ints.
        y: True classes, shape (N,), ints.

    Returns:
        The share of right ones, a float from 0 to 1.

    Example:
        >>> accuracy(np.array([1, 2, 0, 2]), np.array([1, 2, 1, 2]))
        0.75
    """
    return float(np.mean(y_pred == y))


def confusion(y_pred, y, n_classes):
    """Count which class is taken for which.

    Args:
        y_pred: Predicted classes, shape (N,), ints from 0 to n_classes - 1.
        y: True classes, shape (N,), ints from 0 to n_classes - 1.
        n_classes: How many classes there are, an int.

    Returns:
        A table of counts, shape (n_classes, n_classes), ints: row = truth, column = prediction.

    Example:
        >>> confusion(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
        array([[1, 1],
               [0, 1]])
    """
    table = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(table, (y, y_pred), 1)
    return table


def train_spiral(X, y, rng):
    """Train a network that tells two arms of a spiral apart.

    Args:
        X: Points of the plane, shape (300, 2), float64 from -1 to 1.
        y: Their arms, shape (300,), ints 0 and 1.
        rng: The source of chance, an np.random.Generator.

    Returns:
        Parameters of a network with 2 inputs and 2 outputs (logits).

    Convention:
        At least 97 of 100 of these points must be classified right, and 93 of 100 new ones.
    """
    return _descend(init_params(_SPIRAL_SIZES, rng), X, y, cross_entropy, _SPIRAL, rng)


def train_drawer(T, Y):
    """Train a network that draws: structured learning, the answer is a whole image.

    Args:
        T: Orders, shape (80, 16), float64: a 1 among the first ten numbers says which digit, one
            among the next four how far right, one among the last two how far down.
        Y: The images, shape (80, 64), float64, 1.0 for ink and 0.0 for paper.

    Returns:
        Parameters of a network with 16 inputs and 64 outputs, one for each pixel.

    Convention:
        An output is read as ink where its sigmoid is above 1/2. Train with the cross-entropy of
        each pixel; the sigmoid belongs to the loss, not to the network. All 80 images must come
        out right in every pixel. There is no rng, as in 9.2.
    """
    rng = np.random.default_rng(0)
    return _descend(init_params(_DRAWER_SIZES, rng), T, Y, _pixel_loss, _DRAWER, rng)


def depth_table(X_tr, y_tr, X_te, y_te, depths, rng):
    """Measure what depth is good for: errors on seen days and on unseen ones.

    Args:
        X_tr: Views of the seven days before, shape (N, 7), float64, scaled to mean 0 and standard
            deviation 1: the days to learn from.
        y_tr: The views that followed, in k, shape (N,), float64.
        X_te: The same for the days that are not to be learned from, shape (M, 7).
        y_te: Their views, shape (M,).
        depths: Numbers of hidden layers, a tuple of ints; 0 stands for the linear model.
        rng: The source of chance, an np.random.Generator.

    Returns:
        A dict {depth: (mae_seen, mae_unseen)}: for each depth a network is trained on the seen
        days; both are mean absolute errors in k, floats.

    Convention:
        How wide the layers are is your choice; the reference has 64 neurons in each.
    """
    table = {}
    for depth in depths:
        start = init_params((X_tr.shape[1], *[_WIDTH] * depth, 1), rng)
        start[f"W{depth + 1}"][:] = 0.0  # it begins at the mean of what was seen
        start[f"b{depth + 1}"][:] = np.mean(y_tr)
        params = _descend(start, X_tr, y_tr[:, None], _square_loss, _VIEWS, rng)
        table[int(depth)] = (_mae(params, X_tr, y_tr), _mae(params, X_te, y_te))
    return table


# --- how the reference trains --------------------------------------------------------------

_TINY_SIZES = (64, 64, 10)
_TINY = {"eta": 0.1, "batch": 20, "epochs": 400}
_DIGITS_SIZES = (64, 64, 10)
_DIGITS = {"eta": 0.05, "batch": 32, "epochs": 20}
_SPIRAL = {"eta": 0.1, "batch": 32, "epochs": 300}
_SPIRAL_SIZES = (2, 32, 32, 2)
_DRAWER_SIZES = (16, 64, 64)
_DRAWER = {"eta": 0.1, "batch": 16, "epochs": 300}
_WIDTH = 64
_VIEWS = {"eta": 0.01, "batch": 64, "epochs": 90}
_MOMENTUM = 0.9


def _descend(params, X, y, loss, recipe, rng):
    """Mini-batches with momentum; the learning rate falls in a straight line to zero."""
    params = {key: value.copy() for key, value in params.items()}
    speed = {key: np.zeros(value.shape) for key, value in params.items()}
    for epoch in range(recipe["epochs"]):
        eta = recipe["eta"] * (1.0 - epoch / recipe["epochs"])
        order = rng.permutation(len(X))
        for first in range(0, len(X), recipe["batch"]):
            rows = order[first : first + recipe["batch"]]
            Z, caches = net_forward(params, X[rows], "relu")
            _, dZ = loss(Z, y[rows])
            grads = net_backward(params, caches, dZ)
            for key in params:
                speed[key] = _MOMENTUM * speed[key] - eta * grads[key]
                params[key] += speed[key]
    return params


def _pixel_loss(Z, Y):
    """Cross-entropy of each pixel, summed over an image, averaged over images."""
    L = np.sum(np.logaddexp(0.0, Z) - Y * Z) / len(Z)
    return float(L), (1.0 / (1.0 + np.exp(-Z)) - Y) / len(Z)


def _square_loss(Z, y):
    return float(np.mean((Z - y) ** 2)), 2.0 * (Z - y) / Z.size


def _mae(params, X, y):
    Z, _ = net_forward(params, X, "relu")
    return float(np.mean(np.abs(Z[:, 0] - y)))
