"""What 07_backpropagation looks like, drawn from your own functions: `grader show` here.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture

WS = [
    np.array([[1.0, -2.0], [-1.0, 1.0]]),
    np.array([[2.0, -1.0], [-2.0, -1.0]]),
    np.array([[3.0, -1.0], [-1.0, 4.0]]),
]
BS = [np.array([1.0, 0.0]), np.array([0.0, 0.0]), np.array([-2.0, 2.0])]
X, TARGET = np.array([1.0, -1.0]), np.array([1.0, 0.0])


def _wires(axes):
    """The weights on the wires, the biases below the neurons; layer l stands at x = l + 1."""
    for layer, W in enumerate(WS):
        for i, j in np.ndindex(W.shape):
            axes.plot([layer, layer + 1], [-j, -i], color="gray", linewidth=0.8, zorder=1)
            share = 0.3 if i == j else 0.22
            axes.text(
                layer + share, -j + share * (j - i), f"{W[i, j]:g}", color="gray",
                ha="center", va="center", backgroundcolor="white", fontsize="small", zorder=2,
            )  # fmt: skip
    axes.set_xlim(-0.4, len(WS) + 0.4)
    axes.set_ylim(-1.55, 0.5)
    axes.set_axis_off()


def _back(student):
    zs, acts = student.forward_pass(X, WS, BS)
    zs = [np.asarray(z) for z in zs]
    return student.reversed_network(zs, WS, 2.0 * (np.asarray(acts[-1]) - TARGET))


@picture("The way right: what comes out of every neuron of the lecture's net")
def way_right(student, figure):
    """Inputs as squares, neurons as circles."""
    axes = figure.subplots()
    _wires(axes)
    _, acts = student.forward_pass(X, WS, BS)
    for place, a in enumerate(acts):
        for i, value in enumerate(np.asarray(a)):
            marker = "s" if place == 0 else "o"
            axes.plot(place, -i, marker, color="tab:blue", markersize=34, zorder=3)
            axes.text(place, -i, f"{value:.2f}", color="white", ha="center", va="center", zorder=4)
            if place:
                text = f"b = {BS[place - 1][i]:g}"
                axes.text(place, -i - 0.33, text, ha="center", fontsize="small", zorder=4)


@picture("The way left: the reversed net, its neurons amplifiers, with every delta")
def way_left(student, figure):
    """dC/dy goes in at the right; triangles point to the left."""
    axes = figure.subplots()
    _wires(axes)
    for place, delta in enumerate(_back(student), start=1):
        for i, value in enumerate(np.asarray(delta)):
            axes.plot(place, -i, "<", color="tab:red", markersize=34, zorder=3)
            axes.text(place, -i - 0.33, f"{value:.4f}", ha="center", zorder=4)


@picture("The size of delta in each layer: the first layer hears little of the loss")
def vanishing(student, figure):
    """One bar per neuron."""
    axes = figure.subplots()
    ticks, labels = [], []
    for layer, delta in enumerate(_back(student), start=1):
        for i, size in enumerate(np.abs(np.asarray(delta))):
            axes.bar(layer + 0.3 * i - 0.15, size, width=0.28, color="tab:red")
            axes.text(layer + 0.3 * i - 0.15, size, f"{size:.4f}", ha="center", va="bottom")
        ticks.append(layer)
        labels.append(f"layer {layer}")
    axes.set_xticks(ticks, labels)
    axes.set_ylabel("size of delta")
