"""07 Backpropagation on the lecture's drawing: one example, layer by layer, neuron by neuron.

Ws[l] has a row per neuron of layer l and a column per input: shape (out, in). Layers are counted
from 0. Every layer ends in a sigmoid, the last one included. `zs[l]` and `acts[l + 1]` belong to
layer l, and `acts[0]` is the input x. C is the loss of one example, and delta stands for dC/dz.
No argument is changed.
"""

import numpy as np


def sigmoid(z):
    """Squash every number between 0 and 1, given."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def d_sigmoid(z):
    """Slope of the sigmoid at z, given: the gain of a neuron whose input is z."""
    return sigmoid(z) * (1.0 - sigmoid(z))


def lecture_net():
    """Weights and biases of the lecture's net of three layers with two neurons each, given."""
    Ws = [
        np.array([[1.0, -2.0], [-1.0, 1.0]]),
        np.array([[2.0, -1.0], [-2.0, -1.0]]),
        np.array([[3.0, -1.0], [-1.0, 4.0]]),
    ]
    bs = [np.array([1.0, 0.0]), np.array([0.0, 0.0]), np.array([-2.0, 2.0])]
    return Ws, bs


def chain(*factors):
    """Multiply the slopes along one path.

    Args:
        factors: The slopes of the links, any number of floats, each an argument of its own.

    Returns:
        Their product, a float.

    Convention:
        Without any link nothing changes: chain() is 1.0.

    Example:
        >>> chain(2.0, 3.0, -0.5)
        -3.0
    """
    product = 1.0
    for factor in factors:
        product *= factor
    return product


def chain_paths(paths):
    """Add up over all paths from a wire to the loss: each counts with its product.

    Args:
        paths: A list of paths; each is a list of floats, the slopes along it.

    Returns:
        The whole slope, a float.

    Convention:
        No path at all gives 0.0; a path without links counts as 1.0.

    Example:
        >>> chain_paths([[2.0, 3.0], [0.5, -4.0]])
        4.0
    """
    return sum((chain(*path) for path in paths), 0.0)


def forward_pass(x, Ws, bs):
    """Send one example through the network and keep everything on the way.

    Args:
        x: The example, shape (I,), float64.
        Ws: The weights, a list with an array (out, in), float64, for each layer, first layer first.
        bs: The biases, a list with an array (out,), float64, for each layer.

    Returns:
        A tuple (zs, acts) of lists of arrays: zs[l], shape (out,), is what the neurons of layer
        l add up; acts[0] is x, and acts[l + 1] is what comes out of layer l.

    Convention:
        The sigmoid follows every layer, the last one included.

    Example:
        >>> _, acts = forward_pass(np.array([1.0, -1.0]), *lecture_net())
        >>> [a.round(2).tolist() for a in acts]
        [[1.0, -1.0], [0.98, 0.12], [0.86, 0.11], [0.62, 0.83]]
    """
    zs, acts = [], [x]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(W @ acts[-1] + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def dz_dw(acts, layer, i, j):
    """The forward pass of one weight: how z_i moves if the weight from input j moves.

    Args:
        acts: As `forward_pass` gives them: acts[0] is x.
        layer: Which layer the weight belongs to, an int from 0.
        i: The neuron of that layer that the wire leads to, an int from 0.
        j: The input of that layer that the wire comes from, an int from 0.

    Returns:
        The derivative of zs[layer][i] by Ws[layer][i, j], a float.

    Example:
        >>> dz_dw([np.array([1.0, -1.0]), np.array([0.98, 0.12])], 0, 0, 1)
        -1.0
    """
    return float(acts[layer][j])


def delta_output(z, target):
    """Backward pass, case 1: dC/dz of the last layer.

    Args:
        z: What the neurons of the last layer add up, shape (O,), float64.
        target: What should come out of them, shape (O,), float64.

    Returns:
        dC/dz, shape (O,).

    Convention:
        C is the sum over the outputs of (sigmoid(z) - target)^2, without a 1/2.

    Example:
        >>> delta_output(np.array([0.0, 0.0]), np.array([0.5, 1.0]))
        array([ 0.  , -0.25])
    """
    return 2.0 * (sigmoid(z) - target) * d_sigmoid(z)


def delta_hidden(z, W_next, delta_next):
    """Backward pass, case 2: dC/dz of a layer, from that of the layer after it.

    Args:
        z: What the neurons of this layer add up, shape (H,), float64.
        W_next: The weights of the next layer, shape (O, H), float64.
        delta_next: dC/dz of the next layer, shape (O,), float64.

    Returns:
        dC/dz of this layer, shape (H,).

    Example:
        >>> delta_hidden(np.array([0.0]), np.array([[3.0], [4.0]]), np.array([1.0, 2.0]))
        array([2.75])
    """
    return d_sigmoid(z) * (W_next.T @ delta_next)


def reversed_network(zs, Ws, dC_dy):
    """Run the network backwards: its neurons are amplifiers, and dC/dy goes in at the end.

    Args:
        zs: As `forward_pass` gives them, a list with an array (out,) for each layer.
        Ws: The weights, a list with an array (out, in) for each layer.
        dC_dy: dC/da of the last layer, shape (O,), float64.

    Returns:
        dC/dz of every layer: a list of arrays shaped like those of zs, first layer first.

    Convention:
        The gain of a neuron is the sigmoid's slope at its z; it is known from the forward pass.

    Example:
        >>> zs, Ws = [np.array([0.0]), np.array([0.0])], [np.eye(1), np.array([[8.0]])]
        >>> [delta.tolist() for delta in reversed_network(zs, Ws, np.array([1.0]))]
        [[0.5], [0.25]]
    """
    deltas = [d_sigmoid(zs[-1]) * dC_dy]
    for layer in range(len(zs) - 2, -1, -1):
        deltas.insert(0, d_sigmoid(zs[layer]) * (Ws[layer + 1].T @ deltas[0]))
    return deltas


def dC_dW(deltas, acts):
    """Forward pass times backward pass: the slope of C along every weight.

    Args:
        deltas: dC/dz of every layer, a list of arrays (out,), first layer first.
        acts: As `forward_pass` gives them: acts[0] is x, and there is one more than layers.

    Returns:
        A list with an array (out, in) for each layer, shaped like the weights.

    Example:
        >>> dC_dW([np.array([2.0, -1.0])], [np.array([1.0, 0.0, 3.0]), np.array([0.5, 0.5])])
        [array([[ 2.,  0.,  6.],
               [-1., -0., -3.]])]
    """
    return [np.outer(delta, a) for delta, a in zip(deltas, acts, strict=False)]
