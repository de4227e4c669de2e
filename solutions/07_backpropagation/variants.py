"""Right answers written differently: each of them must earn full marks."""

import functools
import math
import operator

import numpy as np
from backpropagation import d_sigmoid, sigmoid
from checks import (
    chain,
    chain_paths,
    dC_dW,
    delta_hidden,
    delta_output,
    dz_dw,
    forward_pass,
    reversed_network,
)

from grader.authoring import variant


@variant(chain)
def chain_math(*factors):
    return math.prod(factors)


@variant(chain)
def chain_numpy(*slopes):
    return np.prod(slopes)


@variant(chain)
def chain_reduce(*factors):
    return functools.reduce(operator.mul, factors, 1)


@variant(chain)
def chain_recursive(*factors):
    return factors[0] * chain_recursive.function(*factors[1:]) if factors else 1.0


@variant(chain)
def chain_array(*factors):
    return np.array([1.0, *factors]).cumprod()[-1:]


@variant(chain)
def chain_backwards(*factors):
    product = 1
    for factor in reversed(factors):
        product = product * factor
    return np.float64(product)


@variant(chain_paths)
def paths_math(paths):
    return math.fsum(math.prod(path) for path in paths)


@variant(chain_paths)
def paths_loops(paths):
    total = 0
    for path in paths:
        product = 1
        for slope in path:
            product *= slope
        total += product
    return total


@variant(chain_paths)
def paths_numpy(paths):
    return np.sum([np.prod(path) for path in paths])


@variant(chain_paths)
def paths_recursive(paths):
    if not paths:
        return 0.0
    return math.prod(paths[0]) + paths_recursive.function(paths[1:])


@variant(chain_paths)
def paths_array(paths):
    return np.array([[sum(float(np.prod(p)) for p in paths)]])


@variant(chain_paths)
def paths_reduce(paths):
    return functools.reduce(lambda total, path: total + math.prod(path), paths, 0.0)


@variant(forward_pass)
def forward_naive_sigmoid(x, Ws, bs):
    zs, acts = [], [x]
    for W, b in zip(Ws, bs):
        z = W.dot(acts[-1]) + b
        zs.append(z)
        acts.append(1 / (1 + np.exp(-z)))
    return zs, acts


@variant(forward_pass)
def forward_tuples(x, Ws, bs):
    a, zs, acts = x, (), (x,)
    for layer in range(len(Ws)):
        z = Ws[layer] @ a + bs[layer]
        a = 0.5 * (1 + np.tanh(z / 2))
        zs, acts = (*zs, z), (*acts, a)
    return [zs, acts]


@variant(forward_pass)
def forward_neuron_by_neuron(x, Ws, bs):
    zs, acts = [], [list(x)]
    for W, b in zip(Ws, bs, strict=True):
        z = [sum(w * a for w, a in zip(row, acts[-1])) + bias for row, bias in zip(W, b)]
        zs.append(z)
        acts.append([1 / (1 + math.exp(-v)) for v in z])
    return zs, acts


@variant(forward_pass)
def forward_recursive(x, Ws, bs):
    if len(Ws) == 0:
        return [], [x]
    z = bs[0] + x @ Ws[0].T
    zs, acts = forward_recursive.function(sigmoid(z), Ws[1:], bs[1:])
    return [z, *zs], [x, *acts]


@variant(forward_pass)
def forward_einsum(x, Ws, bs):
    zs, acts = [None] * len(Ws), [x] + [None] * len(Ws)
    for layer, W in enumerate(Ws):
        zs[layer] = np.einsum("oi,i->o", W, acts[layer]) + bs[layer]
        acts[layer + 1] = np.exp(-np.logaddexp(0, -zs[layer]))
    return zs, acts


@variant(forward_pass)
def forward_columns(x, Ws, bs):
    zs, acts, a = [], [x], x.reshape(-1, 1)
    for W, b in zip(Ws, bs):
        z = W @ a + b[:, None]
        a = sigmoid(z)
        zs.append(z.ravel())
        acts.append(a[:, 0])
    return zs, acts


@variant(dz_dw)
def dz_dw_plain(acts, layer, i, j):
    return acts[layer][j]


@variant(dz_dw)
def dz_dw_zero_d(acts, layer, i, j):
    return np.asarray(acts[layer])[j]


@variant(dz_dw)
def dz_dw_length_one(acts, layer, i, j):
    return acts[layer][j : j + 1]


@variant(dz_dw)
def dz_dw_item(acts, layer, i, j):
    return acts[layer].item(j)


@variant(dz_dw)
def dz_dw_table(acts, layer, i, j):
    table = np.tile(acts[layer], (len(acts[layer + 1]), 1))
    return table[i, j]


@variant(dz_dw)
def dz_dw_product(acts, layer, i, j):
    one = np.zeros(len(acts[layer]))
    one[j] = 1
    return one @ acts[layer]


@variant(delta_output)
def delta_output_a(z, target):
    a = 1 / (1 + np.exp(-z))
    return 2 * (a - target) * a * (1 - a)


@variant(delta_output)
def delta_output_turned(z, target):
    return -2 * (target - sigmoid(z)) * d_sigmoid(z)


@variant(delta_output)
def delta_output_loop(z, target):
    delta = np.empty_like(z)
    for o in range(len(z)):
        a = 1 / (1 + math.exp(-z[o]))
        delta[o] = 2 * (a - target[o]) * (a - a**2)
    return delta


@variant(delta_output)
def delta_output_list(z, target):
    return [2 * (a - t) * a * (1 - a) for a, t in zip(sigmoid(z), target)]


@variant(delta_output)
def delta_output_tanh(z, target):
    h = np.tanh(z / 2)
    return (1 + h - 2 * target) * (1 - h**2) / 4


@variant(delta_output)
def delta_output_diagonal(z, target):
    return np.diag(d_sigmoid(z)) @ (2 * (sigmoid(z) - target))


@variant(delta_output)
def delta_output_row(z, target):
    return (2 * (sigmoid(z) - target) * d_sigmoid(z)).reshape(1, -1)


@variant(delta_hidden)
def delta_hidden_other_side(z, W_next, delta_next):
    return (delta_next @ W_next) * d_sigmoid(z)


@variant(delta_hidden)
def delta_hidden_a(z, W_next, delta_next):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a) * np.dot(W_next.T, delta_next)


@variant(delta_hidden)
def delta_hidden_loops(z, W_next, delta_next):
    delta = []
    for i in range(len(z)):
        back = 0.0
        for o in range(len(delta_next)):
            back += W_next[o, i] * delta_next[o]
        a = 1 / (1 + math.exp(-z[i]))
        delta.append(a * (1 - a) * back)
    return delta


@variant(delta_hidden)
def delta_hidden_einsum(z, W_next, delta_next):
    return np.einsum("h,oh,o->h", d_sigmoid(z), W_next, delta_next)


@variant(delta_hidden)
def delta_hidden_sum(z, W_next, delta_next):
    return d_sigmoid(z) * (W_next * delta_next[:, None]).sum(axis=0)


@variant(delta_hidden)
def delta_hidden_column(z, W_next, delta_next):
    return (d_sigmoid(z)[:, None] * (W_next.T @ delta_next.reshape(-1, 1))).ravel()


def _gain(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


@variant(reversed_network)
def reversed_append(zs, Ws, dC_dy):
    deltas = [_gain(zs[-1]) * dC_dy]
    for z, W in zip(zs[-2::-1], Ws[:0:-1]):
        deltas.append(_gain(z) * (deltas[-1] @ W))
    return deltas[::-1]


@variant(reversed_network)
def reversed_slope(zs, Ws, dC_dy):
    deltas, slope = [None] * len(zs), dC_dy
    for layer in reversed(range(len(zs))):
        deltas[layer] = d_sigmoid(zs[layer]) * slope
        slope = Ws[layer].T @ deltas[layer]
    return deltas


@variant(reversed_network)
def reversed_recursive(zs, Ws, dC_dy):
    last = d_sigmoid(zs[-1]) * dC_dy
    if len(zs) == 1:
        return [last]
    return [*reversed_recursive.function(zs[:-1], Ws[:-1], Ws[-1].T @ last), last]


@variant(reversed_network)
def reversed_tuple(zs, Ws, dC_dy):
    deltas = (d_sigmoid(zs[-1]) * dC_dy,)
    for layer in range(len(zs) - 1, 0, -1):
        deltas = (d_sigmoid(zs[layer - 1]) * np.einsum("oi,o->i", Ws[layer], deltas[0]), *deltas)
    return deltas


@variant(reversed_network)
def reversed_lists(zs, Ws, dC_dy):
    deltas, slope = [], list(dC_dy)
    for z, W in zip(reversed(zs), reversed(Ws)):
        delta = [float(g) * s for g, s in zip(_gain(z), slope)]
        slope = [sum(W[o, i] * delta[o] for o in range(len(delta))) for i in range(W.shape[1])]
        deltas.insert(0, delta)
    return deltas


@variant(reversed_network)
def reversed_diagonal(zs, Ws, dC_dy):
    deltas = {len(zs) - 1: np.diag(d_sigmoid(zs[-1])) @ dC_dy}
    for layer in range(len(zs) - 2, -1, -1):
        deltas[layer] = np.diag(d_sigmoid(zs[layer])) @ Ws[layer + 1].T @ deltas[layer + 1]
    return [deltas[layer] for layer in range(len(zs))]


@variant(dC_dW)
def weights_broadcast(deltas, acts):
    return [delta[:, None] * a for delta, a in zip(deltas, acts[:-1], strict=True)]


@variant(dC_dW)
def weights_matrix_product(deltas, acts):
    return [d.reshape(-1, 1) @ a.reshape(1, -1) for d, a in zip(deltas, acts)]


@variant(dC_dW)
def weights_loops(deltas, acts):
    grads = []
    for layer, delta in enumerate(deltas):
        dW = np.zeros((len(delta), len(acts[layer])))
        for i in range(len(delta)):
            for j in range(len(acts[layer])):
                dW[i, j] = delta[i] * acts[layer][j]
        grads.append(dW)
    return grads


@variant(dC_dW)
def weights_lists(deltas, acts):
    return [[[d * a for a in acts[layer]] for d in deltas[layer]] for layer in range(len(deltas))]


@variant(dC_dW)
def weights_einsum(deltas, acts):
    return tuple(np.einsum("i,j->ij", d, a) for d, a in zip(deltas, acts))


@variant(dC_dW)
def weights_turned(deltas, acts):
    return [np.outer(a, d).T for a, d in zip(acts, deltas)]
