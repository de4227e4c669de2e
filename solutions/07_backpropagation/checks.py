"""What 07_backpropagation asks: one declaration per exercise, its edges, and its laws."""

from itertools import pairwise

import numpy as np

from grader.authoring import close, exercise, floats

# Beyond this a sigmoid is flat to the eye, and how a student wrote it would begin to matter.
_Z = floats(-6.0, 6.0)

chain = exercise("*factors[N] -> product")
chain_paths = exercise("paths -> slope")
forward_pass = exercise("x[I] Ws bs -> zs acts")
dz_dw = exercise("acts layer i j -> slope")
delta_output = exercise("z[O] target[O] -> delta[O]", z=_Z, target=floats(-1.0, 2.0))
delta_hidden = exercise("z[H] W_next[O,H] delta_next[O] -> delta[H]", z=_Z)
reversed_network = exercise("zs Ws dC_dy[O] -> deltas")
dC_dW = exercise("deltas acts -> dWs")


def _sigma(z):
    return 0.5 * (1.0 + np.tanh(0.5 * z))


# --- 7.1 chain -----------------------------------------------------------------------------


@chain.edge("no factor at all")
def no_factor():
    """The empty product."""
    return {"factors": np.zeros(0)}


@chain.edge("a single factor", times=2)
def single_factor(rng):
    """Nothing to multiply it with."""
    return {"factors": rng.integers(2, 9, size=1) / 2}


@chain.law("One more link multiplies the slope by its own", public=True, link=floats(-3, 3))
def one_more_link(student, factors, link):
    """The chain rule."""
    close(student.chain(*factors, link), link * student.chain(*factors))


@chain.law("The order of the links does not matter", public=True)
def links_in_any_order(student, factors):
    """A product of numbers."""
    close(student.chain(*factors[::-1]), student.chain(*factors))


# --- 7.1 chain_paths -----------------------------------------------------------------------


def _path(rng, *, easy):
    drawn = rng.integers(-6, 7, size=int(rng.integers(1, 5)))
    return [float(v) / 2 for v in drawn] if easy else [float(v) for v in rng.normal(size=4)]


@chain_paths.sample
def several_paths(rng):
    """One to five paths of one to four links; whole numbers and halves, or any."""
    easy = bool(rng.random() < 0.6)
    return {"paths": [_path(rng, easy=easy) for _ in range(int(rng.integers(1, 6)))]}


@chain_paths.edge("no path at all")
def no_path():
    """Nothing leads from here to there: the slope is 0."""
    return {"paths": []}


@chain_paths.edge("paths without links", times=2)
def path_without_links(rng):
    """The variable itself: its slope along itself is 1."""
    return {"paths": [[], [float(rng.integers(2, 9)) / 2, 3.0], []]}


@chain_paths.law("A single path counts with its product", public=True)
def single_path(student, paths):
    """The chain rule without a fork."""
    close(student.chain_paths(paths[:1]), float(np.prod(paths[0])))


@chain_paths.law("Every path adds its own part", public=True)
def paths_add_up(student, paths):
    """Leaving the last one out takes its product away."""
    without = student.chain_paths(paths[:-1])
    close(student.chain_paths(paths), without + float(np.prod(paths[-1])))


# --- networks ------------------------------------------------------------------------------

_WIDTHS = (2, 3, 5, 6, 7)


def _sizes(rng):
    """One to four layers of different widths; now and then all alike."""
    layers = int(rng.integers(1, 5))
    if rng.random() < 0.2:
        return (3,) * (layers + 1)
    return tuple(int(n) for n in rng.choice(_WIDTHS, size=layers + 1, replace=False))


def _network(rng, sizes):
    """Weights and biases in halves for small networks, so that they can be read; else any."""
    Ws, bs = [], []
    for before, after in pairwise(sizes):
        if sum(sizes) < 9:
            Ws.append(rng.integers(-4, 5, size=(after, before)) / 2)
            bs.append(rng.integers(-2, 3, size=after) / 2)
        else:
            Ws.append(1.5 * rng.normal(size=(after, before)) / np.sqrt(before))
            bs.append(0.5 * rng.normal(size=after))
    return Ws, bs


def _passed(x, Ws, bs):
    zs, acts = [], [x]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(W @ acts[-1] + b)
        acts.append(_sigma(zs[-1]))
    return zs, acts


def _drawn(rng, sizes=None):
    """A network, an input, and what the forward pass gives."""
    sizes = _sizes(rng) if sizes is None else sizes
    Ws, bs = _network(rng, sizes)
    x = np.round(rng.normal(size=sizes[0]), 1) + 0.05
    return x, Ws, bs, *_passed(x, Ws, bs)


def _lecture():
    """The lecture's net with two neurons in each layer."""
    Ws = [
        np.array([[1.0, -2.0], [-1.0, 1.0]]),
        np.array([[2.0, -1.0], [-2.0, -1.0]]),
        np.array([[3.0, -1.0], [-1.0, 4.0]]),
    ]
    bs = [np.array([1.0, 0.0]), np.array([0.0, 0.0]), np.array([-2.0, 2.0])]
    x = np.array([1.0, -1.0])
    return x, Ws, bs, *_passed(x, Ws, bs)


# --- 7.2 forward_pass ----------------------------------------------------------------------


@forward_pass.sample
def any_network(rng):
    """One to four layers."""
    x, Ws, bs, _, _ = _drawn(rng)
    return {"x": x, "Ws": Ws, "bs": bs}


@forward_pass.edge("the lecture's net with x = (1, -1)")
def lecture_forward():
    """0.98 and 0.12, 0.86 and 0.11, 0.62 and 0.83."""
    x, Ws, bs, _, _ = _lecture()
    return {"x": x, "Ws": Ws, "bs": bs}


@forward_pass.edge("the lecture's net with x = (0, 0)")
def lecture_forward_zero():
    """0.73 and 0.50, 0.72 and 0.12, 0.51 and 0.85."""
    _, Ws, bs, _, _ = _lecture()
    return {"x": np.zeros(2), "Ws": Ws, "bs": bs}


@forward_pass.edge("a single layer", times=2)
def single_layer(rng):
    """The last layer is the first one, and it has a sigmoid."""
    x, Ws, bs, _, _ = _drawn(rng, (3, 2))
    return {"x": x, "Ws": Ws, "bs": bs}


@forward_pass.edge("one neuron in each layer")
def one_neuron_each(rng):
    """All arrays have length one."""
    x, Ws, bs, _, _ = _drawn(rng, (1, 1, 1))
    return {"x": x, "Ws": Ws, "bs": bs}


@forward_pass.law("acts begins with x, and there is one more of them than layers", public=True)
def begins_with_x(student, x, Ws, bs):
    """What goes in counts as the output of the layer before the first."""
    zs, acts = student.forward_pass(x, Ws, bs)
    if (len(zs), len(acts)) != (len(Ws), len(Ws) + 1):
        raise AssertionError(f"{len(zs)} zs and {len(acts)} acts for {len(Ws)} layers")
    close(acts[0], x)


@forward_pass.law("Every layer adds up what the layer before it gives", public=True)
def each_layer_adds_up(student, x, Ws, bs):
    """z = W a + b."""
    zs, acts = student.forward_pass(x, Ws, bs)
    for z, a, W, b in zip(zs, acts, Ws, bs, strict=False):
        close(z, W @ np.asarray(a) + b)


@forward_pass.law("Every layer is squashed, the last one, too", public=True)
def each_layer_is_squashed(student, x, Ws, bs):
    """a = sigmoid(z)."""
    zs, acts = student.forward_pass(x, Ws, bs)
    for z, a in zip(zs, acts[1:], strict=True):
        close(a, 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z))))


# --- 7.3 dz_dw -----------------------------------------------------------------------------


@dz_dw.sample
def one_wire(rng):
    """Any wire of any layer."""
    _, Ws, _, _, acts = _drawn(rng)
    layer = int(rng.integers(len(Ws)))
    n_out, n_in = Ws[layer].shape
    return {
        "acts": acts,
        "layer": layer,
        "i": int(rng.integers(n_out)),
        "j": int(rng.integers(n_in)),
    }


@dz_dw.assume
def there_is_such_a_wire(acts, layer, i, j):
    """From neuron j of a layer to neuron i of the next."""
    return layer + 1 < len(acts) and j < len(acts[layer]) and i < len(acts[layer + 1])


@dz_dw.edge("a wire that comes from x", times=2)
def from_the_input(rng):
    """The very first layer."""
    _, _, _, _, acts = _drawn(rng, (5, 3, 2))
    return {"acts": acts, "layer": 0, "i": 1, "j": 4}


@dz_dw.edge("a wire that leads to an output", times=2)
def to_the_output(rng):
    """The very last layer."""
    _, _, _, _, acts = _drawn(rng, (2, 5, 3))
    return {"acts": acts, "layer": 1, "i": 2, "j": 3}


@dz_dw.edge("the lecture's net")
def lecture_wire():
    """The weight from the second input to the first neuron: -1."""
    *_, acts = _lecture()
    return {"acts": acts, "layer": 0, "i": 0, "j": 1}


@dz_dw.law("It does not matter which neuron the wire leads to", public=True)
def whichever_neuron(student, acts, layer, j):
    """All neurons of a layer see the same inputs."""
    n_out = len(acts[layer + 1])
    found = [student.dz_dw(acts, layer, i, j) for i in range(n_out)]
    close(found, [found[0]] * n_out)


@dz_dw.law("What the layer itself gives does not enter", public=True)
def layer_itself_does_not_enter(student, acts, layer, i, j):
    """Only what comes in on the wire."""
    other = [a + 1.0 if at > layer else a for at, a in enumerate(acts)]
    close(student.dz_dw(other, layer, i, j), student.dz_dw(acts, layer, i, j))


# --- 7.4 delta_output ----------------------------------------------------------------------


@delta_output.edge("the last layer of the lecture's net, target (1, 0)")
def lecture_output():
    """-0.1806 and 0.2349."""
    _, _, _, zs, _ = _lecture()
    return {"z": zs[-1], "target": np.array([1.0, 0.0])}


@delta_output.edge("z = 0: the gain is 1/4", times=2)
def halfway(rng):
    """Every output is 1/2."""
    return {"z": np.zeros(3), "target": rng.integers(-2, 5, size=3) / 2}


@delta_output.law("Where the output hits the target, nothing is to be changed", public=True)
def nothing_to_change(student, z):
    """The bottom of the parabola."""
    close(student.delta_output(z, 0.5 * (1.0 + np.tanh(0.5 * z))), np.zeros(len(z)))


@delta_output.law("It is the slope of C, looked at from both sides", public=True)
def slope_of_c(student, z, target):
    """C = sum of (sigmoid(z) - target)^2; each z enters one term."""
    h = 1e-4
    ends = [(0.5 * (1.0 + np.tanh(0.5 * (z + step))) - target) ** 2 for step in (h, -h)]
    close(student.delta_output(z, target), (ends[0] - ends[1]) / (2 * h), within=1e-6)


# --- 7.5 delta_hidden ----------------------------------------------------------------------


@delta_hidden.edge("as many neurons here as in the next layer", times=2)
def square_weights(rng):
    """A missing transpose keeps the shape."""
    return {
        "z": rng.normal(size=3),
        "W_next": rng.normal(size=(3, 3)),
        "delta_next": rng.normal(size=3),
    }


@delta_hidden.edge("the middle layer of the lecture's net")
def lecture_hidden():
    """-0.0915 and 0.1103."""
    _, Ws, _, zs, acts = _lecture()
    delta = 2.0 * (acts[-1] - np.array([1.0, 0.0])) * acts[-1] * (1.0 - acts[-1])
    return {"z": zs[1], "W_next": Ws[2], "delta_next": delta}


@delta_hidden.edge("one neuron, several wires")
def several_wires(rng):
    """The slopes that come back add up."""
    return {"z": np.zeros(1), "W_next": rng.normal(size=(5, 1)), "delta_next": rng.normal(size=5)}


@delta_hidden.law("Twice the delta of the next layer gives twice the delta here", public=True)
def linear_in_what_comes_back(student, z, W_next, delta_next):
    """An amplifier has a fixed gain."""
    twice = student.delta_hidden(z, W_next, 2.0 * delta_next)
    close(twice, 2.0 * np.asarray(student.delta_hidden(z, W_next, delta_next)))


@delta_hidden.law("Every wire brings its own part", public=True)
def wires_add_up(student, z, W_next, delta_next):
    """One wire after the other, then all together."""
    parts = [
        np.asarray(student.delta_hidden(z, W_next[o : o + 1], delta_next[o : o + 1]))
        for o in range(len(delta_next))
    ]
    close(student.delta_hidden(z, W_next, delta_next), sum(parts))


# --- 7.6 reversed_network ------------------------------------------------------------------


@reversed_network.sample
def any_way_back(rng):
    """The z of a forward pass, and any slope from above."""
    _, Ws, _, zs, _ = _drawn(rng)
    return {"zs": zs, "Ws": Ws, "dC_dy": np.round(rng.normal(size=len(zs[-1])), 2) + 0.005}


@reversed_network.assume
def slope_for_every_output(zs, dC_dy):
    """What goes in at the end has an entry for each of the last neurons."""
    return np.shape(dC_dy) == np.shape(zs[-1])


@reversed_network.edge("a single layer", times=2)
def single_layer_back(rng):
    """Nothing but the gain."""
    _, Ws, _, zs, _ = _drawn(rng, (2, 3))
    return {"zs": zs, "Ws": Ws, "dC_dy": rng.normal(size=3)}


@reversed_network.edge("all layers alike", times=2)
def square_layers_back(rng):
    """A missing transpose keeps the shape."""
    _, Ws, _, zs, _ = _drawn(rng, (3, 3, 3, 3))
    return {"zs": zs, "Ws": Ws, "dC_dy": rng.normal(size=3)}


@reversed_network.edge("the lecture's net")
def lecture_back():
    """-0.0071 and -0.0020, -0.0915 and 0.1103, -0.1806 and 0.2349."""
    _, Ws, _, zs, acts = _lecture()
    return {"zs": zs, "Ws": Ws, "dC_dy": 2.0 * (acts[-1] - np.array([1.0, 0.0]))}


@reversed_network.law("There is a delta for every z", public=True)
def delta_for_every_z(student, zs, Ws, dC_dy):
    """The same shapes in the same order."""
    deltas = student.reversed_network(zs, Ws, dC_dy)
    if [np.size(delta) for delta in deltas] != [np.size(z) for z in zs]:
        raise AssertionError(f"sizes {[np.size(d) for d in deltas]} for {[np.size(z) for z in zs]}")


@reversed_network.law("The last delta is the slope from above times the gain", public=True)
def last_is_amplified(student, zs, Ws, dC_dy):
    """Case 1."""
    a = 0.5 * (1.0 + np.tanh(0.5 * zs[-1]))
    close(student.reversed_network(zs, Ws, dC_dy)[-1], a * (1.0 - a) * dC_dy)


@reversed_network.law("Twice the slope from above gives twice the deltas", public=True)
def way_back_is_linear(student, zs, Ws, dC_dy):
    """Amplifiers in a row."""
    twice = student.reversed_network(zs, Ws, 2.0 * dC_dy)
    close(list(twice), [2.0 * np.asarray(d) for d in student.reversed_network(zs, Ws, dC_dy)])


# --- 7.7 dC_dW -----------------------------------------------------------------------------


@dC_dW.sample
def both_passes(rng):
    """What both passes gave."""
    *_, zs, acts = _drawn(rng)
    return {"deltas": [np.round(rng.normal(size=len(z)), 2) + 0.005 for z in zs], "acts": acts}


@dC_dW.edge("all layers alike", times=2)
def square_layers(rng):
    """A table lying on its side has the same shape."""
    *_, zs, acts = _drawn(rng, (3, 3, 3))
    return {"deltas": [rng.normal(size=3) for _ in zs], "acts": acts}


@dC_dW.edge("one layer, one neuron, one input")
def one_weight(rng):
    """A table of one entry."""
    *_, acts = _drawn(rng, (1, 1))
    return {"deltas": [rng.normal(size=1)], "acts": acts}


@dC_dW.law("Every entry is delta of its neuron times the input on its wire", public=True)
def product_of_both(student, deltas, acts):
    """The first and the last entry of each layer."""
    for dW, delta, a in zip(student.dC_dW(deltas, acts), deltas, acts, strict=False):
        table = np.asarray(dW)
        close([table[0, 0], table[0, -1], table[-1, 0]],
              [delta[0] * a[0], delta[0] * a[-1], delta[-1] * a[0]])  # fmt: skip


@dC_dW.law("Forward, backward, product: the slope that wiggling a weight measures", public=True)
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
