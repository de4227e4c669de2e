"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

from itertools import pairwise
import numpy as np
from grader.authoring.laws import close


def one_more_link(student, factors, link):
    """The chain rule."""
    close(student.chain(*factors, link), link * student.chain(*factors))


def links_in_any_order(student, factors):
    """A product of numbers."""
    close(student.chain(*factors[::-1]), student.chain(*factors))


def single_path(student, paths):
    """The chain rule without a fork."""
    close(student.chain_paths(paths[:1]), float(np.prod(paths[0])))


def paths_add_up(student, paths):
    """Leaving the last one out takes its product away."""
    without = student.chain_paths(paths[:-1])
    close(student.chain_paths(paths), without + float(np.prod(paths[-1])))


def begins_with_x(student, x, Ws, bs):
    """What goes in counts as the output of the layer before the first."""
    zs, acts = student.forward_pass(x, Ws, bs)
    if (len(zs), len(acts)) != (len(Ws), len(Ws) + 1):
        raise AssertionError(f"{len(zs)} zs and {len(acts)} acts for {len(Ws)} layers")
    close(acts[0], x)


def each_layer_adds_up(student, x, Ws, bs):
    """z = W a + b."""
    zs, acts = student.forward_pass(x, Ws, bs)
    for z, a, W, b in zip(zs, acts, Ws, bs, strict=False):
        close(z, W @ np.asarray(a) + b)


def each_layer_is_squashed(student, x, Ws, bs):
    """a = sigmoid(z)."""
    zs, acts = student.forward_pass(x, Ws, bs)
    for z, a in zip(zs, acts[1:], strict=True):
        close(a, 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z))))


def whichever_neuron(student, acts, layer, j):
    """All neurons of a layer see the same inputs."""
    n_out = len(acts[layer + 1])
    found = [student.dz_dw(acts, layer, i, j) for i in range(n_out)]
    close(found, [found[0]] * n_out)


def layer_itself_does_not_enter(student, acts, layer, i, j):
    """Only what comes in on the wire."""
    other = [a + 1.0 if at > layer else a for at, a in enumerate(acts)]
    close(student.dz_dw(other, layer, i, j), student.dz_dw(acts, layer, i, j))


def nothing_to_change(student, z):
    """The bottom of the parabola."""
    close(student.delta_output(z, 0.5 * (1.0 + np.tanh(0.5 * z))), np.zeros(len(z)))


def slope_of_c(student, z, target):
    """C = sum of (sigmoid(z) - target)^2; each z enters one term."""
    h = 1e-4
    ends = [(0.5 * (1.0 + np.tanh(0.5 * (z + step))) - target) ** 2 for step in (h, -h)]
    close(student.delta_output(z, target), (ends[0] - ends[1]) / (2 * h), within=1e-6)


def linear_in_what_comes_back(student, z, W_next, delta_next):
    """An amplifier has a fixed gain."""
    twice = student.delta_hidden(z, W_next, 2.0 * delta_next)
    close(twice, 2.0 * np.asarray(student.delta_hidden(z, W_next, delta_next)))


def wires_add_up(student, z, W_next, delta_next):
    """One wire after the other, then all together."""
    parts = [
        np.asarray(student.delta_hidden(z, W_next[o : o + 1], delta_next[o : o + 1]))
        for o in range(len(delta_next))
    ]
    close(student.delta_hidden(z, W_next, delta_next), sum(parts))


def delta_for_every_z(student, zs, Ws, dC_dy):
    """The same shapes in the same order."""
    deltas = student.reversed_network(zs, Ws, dC_dy)
    if [np.size(delta) for delta in deltas] != [np.size(z) for z in zs]:
        raise AssertionError(f"sizes {[np.size(d) for d in deltas]} for {[np.size(z) for z in zs]}")


def last_is_amplified(student, zs, Ws, dC_dy):
    """Case 1."""
    a = 0.5 * (1.0 + np.tanh(0.5 * zs[-1]))
    close(student.reversed_network(zs, Ws, dC_dy)[-1], a * (1.0 - a) * dC_dy)


def way_back_is_linear(student, zs, Ws, dC_dy):
    """Amplifiers in a row."""
    twice = student.reversed_network(zs, Ws, 2.0 * dC_dy)
    close(list(twice), [2.0 * np.asarray(d) for d in student.reversed_network(zs, Ws, dC_dy)])


def product_of_both(student, deltas, acts):
    """The first and the last entry of each layer."""
    for dW, delta, a in zip(student.dC_dW(deltas, acts), deltas, acts, strict=False):
        table = np.asarray(dW)
        close([table[0, 0], table[0, -1], table[-1, 0]],
              [delta[0] * a[0], delta[0] * a[-1], delta[-1] * a[0]])


def whole_network(student):
    """The lecture's net: one weight of the first layer, looked at from both sides."""
    Ws = [np.array([[1.0, -2.0], [-1.0, 1.0]]), np.array([[2.0, -1.0], [-2.0, -1.0]])]
    bs, x, target = [np.array([1.0, 0.0]), np.zeros(2)], np.array([1.0, -1.0]), np.array([1.0, 0.0])
    zs, acts = student.forward_pass(x, Ws, bs)
    dC_dy = 2.0 * (np.asarray(acts[-1]) - target)
    found = student.dC_dW(student.reversed_network(zs, Ws, dC_dy), acts)
    h, losses = 1e-4, []
    for step in (h, -h):
        moved = [Ws[0] + step * np.array([[0.0, 1.0], [0.0, 0.0]]), Ws[1]]
        losses.append(float(np.sum((student.forward_pass(x, moved, bs)[1][-1] - target) ** 2)))
    close(np.asarray(found[0])[0, 1], (losses[0] - losses[1]) / (2 * h), within=1e-7)
