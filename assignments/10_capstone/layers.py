"""08 Layers, forward and backward, and the backward pass of a whole network.

Rows are examples. A weight matrix is (out, in): W[i, j] is the weight to neuron i from feature
j. Losses are means, and the mean enters once: in the loss's own gradient. `dX` stands for the
slope of the loss along X and has the shape of X.

A forward function returns its result and a cache: whatever you want to find again in the
backward function. What is in it is your own business.
"""

import numpy as np


def affine_forward(X, W, b):
    """Send a batch through one layer of weights: Z = X W^T + b.

    Args:
        X: The inputs, shape (N, I), float64, one example per row.
        W: The weights, shape (O, I), float64, one neuron per row.
        b: The biases, shape (O,), float64, one per neuron.

    Returns:
        A tuple (Z, cache): Z has shape (N, O); the cache is what `affine_backward` needs.

    Convention:
        No argument is changed, here and in all functions below.

    Example:
        >>> Z, _ = affine_forward(
        ...     np.array([[1.0, -1.0]]), np.array([[1.0, -2.0], [-1.0, 1.0]]), np.array([1.0, 0.0])
        ... )
        >>> Z
        array([[ 4., -2.]])
    """
    return X @ W.T + b, (X, W)


def affine_backward(dZ, cache):
    """Send the slopes back through the layer.

    Args:
        dZ: Slope of the loss along Z, shape (N, O), float64.
        cache: What your `affine_forward` returned beside Z.

    Returns:
        A tuple (dX, dW, db): slopes of the loss along X, shape (N, I); along W, shape (O, I);
        along b, shape (O,).

    Convention:
        Sums over the batch: the mean is in dZ already.
    """
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0)


def sigmoid_forward(Z):
    """Squash every number between 0 and 1: sigmoid(z) = 1 / (1 + e^-z).

    Args:
        Z: What comes out of an affine layer, shape (N, H), float64.

    Returns:
        A tuple (A, cache): A has the shape of Z; the cache is what `sigmoid_backward` needs.

    Convention:
        Finite for every z from -10,000 to 10,000; a warning from numpy is no mistake.

    Example:
        >>> A, _ = sigmoid_forward(np.array([[0.0]]))
        >>> A
        array([[0.5]])
    """
    # e^-|z| never overflows; one of the two forms is right on each side of 0.
    small = np.exp(-np.abs(Z))
    A = np.where(Z >= 0, 1.0, small) / (1.0 + small)
    return A, A


def sigmoid_backward(dA, cache):
    """Send the slopes back through the sigmoid.

    Args:
        dA: Slope of the loss along A, shape (N, H), float64.
        cache: What your `sigmoid_forward` returned beside A.

    Returns:
        Slope of the loss along Z, shape (N, H).

    Convention:
        Each number passes an amplifier; its gain is the sigmoid's slope at the z of the
        forward pass.
    """
    A = cache
    return dA * A * (1.0 - A)


def relu_forward(Z):
    """Let positive numbers pass and replace the others by 0.

    Args:
        Z: What comes out of an affine layer, shape (N, H), float64.

    Returns:
        A tuple (A, cache): A has the shape of Z; the cache is what `relu_backward` needs.

    Example:
        >>> A, _ = relu_forward(np.array([[2.0, -3.0]]))
        >>> A
        array([[2., 0.]])
    """
    return np.maximum(Z, 0.0), Z > 0


def relu_backward(dA, cache):
    """Send the slopes back through the ReLU.

    Args:
        dA: Slope of the loss along A, shape (N, H), float64.
        cache: What your `relu_forward` returned beside A.

    Returns:
        Slope of the loss along Z, shape (N, H).

    Convention:
        The slope of the ReLU at exactly 0 is taken as 0; any number from 0 to 1 is as right.
    """
    is_open = cache
    return dA * is_open


def mse_loss(Y_pred, Y):
    """Mean squared error of a batch of rows, and its slope.

    Args:
        Y_pred: The predictions, shape (N, O), float64.
        Y: The labels, shape (N, O), float64.

    Returns:
        A tuple (L, dY): the loss, a float, and its slope along Y_pred, shape (N, O).

    Convention:
        The mean over all N O entries, without a 1/2.

    Example:
        >>> L, dY = mse_loss(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]]))
        >>> L
        2.0
        >>> dY
        array([[0., 2.]])
    """
    E = Y_pred - Y
    return float(np.mean(E**2)), 2.0 * E / E.size


def softmax(Z):
    """Turn each row of scores into probabilities.

    Args:
        Z: The scores (logits), shape (N, C), float64 or whole numbers, from -10,000 to 10,000.

    Returns:
        The probabilities, shape (N, C), floats; each row adds up to 1.

    Convention:
        Finite for all scores in that range, however far apart the rows are.

    Example:
        >>> softmax(np.array([[0.0, 0.0]]))
        array([[0.5, 0.5]])
    """
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def cross_entropy(Z, y):
    """Cross-entropy of a batch of scores, and its slope.

    Args:
        Z: The scores (logits, not probabilities), shape (N, C), float64, from -10,000 to 10,000.
        y: The right class of each row, shape (N,), ints from 0 to C - 1.

    Returns:
        A tuple (L, dZ): the loss, a float, and its slope along Z, shape (N, C).

    Convention:
        The mean over the N examples of -ln(probability of the right class); natural logarithm,
        no clipping and no epsilon.

    Example:
        >>> Z, y = np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), np.array([2, 0])
        >>> L, _ = cross_entropy(Z, y)
        >>> round(L, 4)
        0.7531
    """
    n = np.arange(len(y))
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dZ = np.exp(log_p)
    dZ[n, y] -= 1.0
    return float(-np.mean(log_p[n, y])), dZ / len(y)


def net_forward(params, X, act):
    """Send a batch through a whole network.

    Args:
        params: {"W1": (H1, I), "b1": (H1,), "W2": (H2, H1), ...}, float64 arrays of one to
            twelve layers, in any order of keys.
        X: The inputs, shape (N, I), float64.
        act: What follows every layer but the last: "sigmoid" or "relu".

    Returns:
        A tuple (Z, caches): Z is what the last affine layer gives, shape (N, O); the caches
        are what `net_backward` needs.

    Convention:
        No activation after the last layer.
    """
    activation = {"sigmoid": sigmoid_forward, "relu": relu_forward}[act]
    n_layers = len(params) // 2
    A, affine_caches, act_caches = X, [], []
    for layer in range(1, n_layers + 1):
        Z, cache = affine_forward(A, params[f"W{layer}"], params[f"b{layer}"])
        affine_caches.append(cache)
        if layer < n_layers:
            A, cache = activation(Z)
            act_caches.append(cache)
    return Z, (act, affine_caches, act_caches)


def net_backward(params, caches, dZ):
    """Send the slopes back through a whole network.

    Args:
        params: As in `net_forward`, the same numbers.
        caches: What your `net_forward` returned beside Z.
        dZ: Slope of the loss along the network's output, shape (N, O), float64.

    Returns:
        The slopes of the loss along all parameters: a dict with the keys and shapes of params.

    Convention:
        `act` is not an argument: if you need to know it here, keep it in your caches.
    """
    act, affine_caches, act_caches = caches
    activation_backward = {"sigmoid": sigmoid_backward, "relu": relu_backward}[act]
    grads = {}
    for layer in range(len(affine_caches), 0, -1):
        dA, grads[f"W{layer}"], grads[f"b{layer}"] = affine_backward(dZ, affine_caches[layer - 1])
        if layer > 1:
            dZ = activation_backward(dA, act_caches[layer - 2])
    return grads
