"""What 08_layers looks like, drawn from your own functions: `grader show` in this folder.

Change the numbers and look again; nothing of this is graded.
"""

from itertools import pairwise

import numpy as np

from grader.authoring import picture

SIZES = (8, 16, 16, 16, 16, 4)


def _problem(sizes=SIZES, n_examples=32):
    """A fresh network, a batch and its labels."""
    rng = np.random.default_rng(0)
    params = {}
    for layer, (before, after) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(after, before)) / np.sqrt(before)
        params[f"b{layer}"] = np.zeros(after)
    X = rng.normal(size=(n_examples, sizes[0]))
    return params, X, rng.integers(0, sizes[-1], size=n_examples)


def _gradients(student, params, X, y, act):
    Z, caches = student.net_forward(params, X, act)
    _, dZ = student.cross_entropy(Z, y)
    return student.net_backward(params, caches, dZ)


@picture("Your gradients less central differences: every entry of every parameter")
def gradient_errors(student, figure):
    """Powers of ten; about -10 is right, -2 is a mistake."""
    params, X, y = _problem((4, 5, 3), 6)
    grads = _gradients(student, params, X, y, "sigmoid")

    def loss(changed):
        return float(student.cross_entropy(student.net_forward(changed, X, "sigmoid")[0], y)[0])

    h, panels = 1e-5, figure.subplots(1, len(params))
    for axes, key in zip(panels, params, strict=True):
        error = np.zeros(params[key].shape)
        for at in np.ndindex(error.shape):
            ends = []
            for step in (h, -h):
                moved = params[key].copy()
                moved[at] += step
                ends.append(loss({**params, key: moved}))
            error[at] = abs(np.asarray(grads[key])[at] - (ends[0] - ends[1]) / (2 * h))
        powers = np.log10(np.maximum(np.atleast_2d(error), 1e-16))
        image = axes.imshow(powers, vmin=-13, vmax=-1, cmap="viridis")
        axes.set_title(key)
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.set_yticks([])
    figure.colorbar(image, ax=list(panels), label="log10 of the difference")


@picture("On the way back the slopes shrink with sigmoids, and not with ReLUs")
def slopes_by_layer(student, figure):
    """The mean size of the slopes of each layer's weights."""
    axes = figure.subplots()
    params, X, y = _problem()
    layers = range(1, len(SIZES))
    for act in ("sigmoid", "relu"):
        grads = _gradients(student, params, X, y, act)
        sizes = [np.abs(np.asarray(grads[f"W{layer}"])).mean() for layer in layers]
        axes.semilogy(layers, sizes, "o-", label=act)
    axes.set_xlabel("layer")
    axes.set_xticks(list(layers))
    axes.set_ylabel("mean size of dW")
    axes.legend()


@picture("What comes out of the neurons, and the slopes of their weights, layer by layer")
def histograms(student, figure):
    """Sigmoids in the upper row, ReLUs in the lower one; outputs left, slopes right."""
    params, X, y = _problem()
    panels = figure.subplots(2, 2)
    for row, act in zip(panels, ("sigmoid", "relu"), strict=True):
        grads = _gradients(student, params, X, y, act)
        A = X
        for layer in range(1, len(SIZES) - 1):
            Z, _ = student.affine_forward(A, params[f"W{layer}"], params[f"b{layer}"])
            A, _ = getattr(student, f"{act}_forward")(np.asarray(Z))
            A = np.asarray(A)
            row[0].hist(A.ravel(), bins=20, histtype="step", label=f"layer {layer}")
            slopes = np.abs(np.asarray(grads[f"W{layer}"])).ravel()
            row[1].hist(np.log10(slopes[slopes > 0]), bins=20, histtype="step")
        row[0].set_ylabel(act)
    panels[0][0].legend(fontsize="x-small")
    panels[1][0].set_xlabel("output of a neuron")
    panels[1][1].set_xlabel("log10 of the size of a slope (zeros left out)")
