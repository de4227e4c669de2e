"""What 08_layers asks: one declaration per exercise, its edges, and the laws it obeys."""

from itertools import pairwise

import numpy as np

from grader.authoring import choices, close, exercise, floats, labels, network

affine_forward = exercise("X[N,I] W[O,I] b[O] -> Z[N,O] cache", opaque=["cache"])
affine_backward = exercise("dZ[N,O] cache -> dX[N,I] dW[O,I] db[O]", gradient_of=affine_forward)
sigmoid_forward = exercise("Z[N,H] -> A[N,H] cache", opaque=["cache"])
sigmoid_backward = exercise("dA[N,H] cache -> dZ[N,H]", gradient_of=sigmoid_forward)
relu_forward = exercise("Z[N,H] -> A[N,H] cache", opaque=["cache"])
relu_backward = exercise("dA[N,H] cache -> dZ[N,H]", gradient_of=relu_forward)
mse_loss = exercise("Y_pred[N,O] Y[N,O] -> L dY[N,O]")
softmax = exercise("Z[N,C] -> P[N,C]", whole=["Z"])
cross_entropy = exercise("Z[N,C] y[N] -> L dZ[N,C]", y=labels("C"))
net_forward = exercise(
    "params X[N,I] act -> Z[N,O] caches",
    opaque=["caches"],
    params=network("I", "O"),
    act=choices("sigmoid", "relu"),
)
net_backward = exercise("params caches dZ[N,O] -> grads", gradient_of=net_forward)


# --- 8.1 affine ----------------------------------------------------------------------------


@affine_forward.edge("as many neurons as features")
def square_weights(rng):
    """A square W hides a missing transpose behind the right shape."""
    return {"X": rng.normal(size=(5, 3)), "W": rng.normal(size=(3, 3)), "b": rng.normal(size=3)}


@affine_forward.edge("one example, one neuron, several features")
def one_neuron(rng):
    """N = O = 1."""
    return {"X": rng.normal(size=(1, 5)), "W": rng.normal(size=(1, 5)), "b": rng.normal(size=1)}


@affine_forward.edge("as many examples as neurons")
def as_many_examples_as_neurons(rng):
    """N = O: a bias added along the wrong axis keeps the shape."""
    return {"X": rng.normal(size=(3, 5)), "W": rng.normal(size=(3, 5)), "b": rng.normal(size=3)}


@affine_forward.law("At X = 0 every example gives the biases", public=True)
def zero_input_gives_biases(student, W, b):
    """Z = b."""
    Z, _ = student.affine_forward(np.zeros((4, W.shape[1])), W, b)
    close(Z, np.tile(b, (4, 1)))


@affine_forward.law("Examples do not see each other", public=True)
def rows_stand_alone(student, X, W, b):
    """The first row alone gives the first row."""
    whole, _ = student.affine_forward(X, W, b)
    alone, _ = student.affine_forward(X[:1], W, b)
    close(alone, np.asarray(whole)[:1])


@affine_backward.edge("as many neurons as features")
def square_weights_back(rng):
    """A square W hides a missing transpose behind the right shape."""
    return _affine(rng, n=5, inputs=3, outputs=3)


@affine_backward.edge("one example")
def one_example_back(rng):
    """N = 1: a sum and a mean over the batch are the same here, a forgotten sum is not."""
    return _affine(rng, n=1, inputs=3, outputs=5)


@affine_backward.edge("one neuron")
def one_neuron_back(rng):
    """O = 1."""
    return _affine(rng, n=6, inputs=3, outputs=1)


def _affine(rng, *, n, inputs, outputs):
    return {
        "X": rng.normal(size=(n, inputs)),
        "W": rng.normal(size=(outputs, inputs)),
        "b": rng.normal(size=outputs),
        "dZ": rng.normal(size=(n, outputs)),
    }


@affine_backward.law("Twice the slope from above gives twice the slopes below", public=True)
def affine_is_linear_in_the_upstream(student, X, W, b, dZ):
    """The chain rule multiplies."""
    _, cache = student.affine_forward(X, W, b)
    once = [np.asarray(g) for g in student.affine_backward(dZ, cache)]
    twice = student.affine_backward(2.0 * dZ, cache)
    close(list(twice), [2.0 * g for g in once])


@affine_backward.law("Twice the same batch: twice the slopes of W and b", public=True)
def batch_twice_back(student, X, W, b, dZ):
    """W and b serve every example, so every example adds its part."""
    _, cache = student.affine_forward(X, W, b)
    dX, dW, db = (np.asarray(g) for g in student.affine_backward(dZ, cache))
    _, cache = student.affine_forward(np.tile(X, (2, 1)), W, b)
    twice = student.affine_backward(np.tile(dZ, (2, 1)), cache)
    close(list(twice), [np.tile(dX, (2, 1)), 2.0 * dW, 2.0 * db])


# --- 8.2 sigmoid, relu ---------------------------------------------------------------------


@sigmoid_forward.edge("saturated: z up to 10,000 on both sides", times=2)
def saturated_sigmoid(rng):
    """e^800 overflows; the answer is 0 or 1 all the same."""
    return {"Z": np.array([[800.0, -800.0, 0.0], [-1e4, 1e4, -40.0]]) + rng.normal(size=(2, 3))}


@sigmoid_forward.law("sigmoid(-z) = 1 - sigmoid(z)", public=True)
def sigmoid_is_symmetric(student, Z):
    """The curve looks the same turned around its middle."""
    right, _ = student.sigmoid_forward(Z)
    left, _ = student.sigmoid_forward(-Z)
    close(left, 1.0 - np.asarray(right))


@sigmoid_forward.law("All values lie between 0 and 1, and at 0 it is 1/2", public=True)
def sigmoid_stays_between(student, Z):
    """A probability, whatever goes in."""
    A = np.asarray(student.sigmoid_forward(Z)[0])
    if not np.all((A >= 0) & (A <= 1)):
        raise AssertionError(f"values from {A.min():g} to {A.max():g}")
    close(student.sigmoid_forward(np.zeros((1, 2)))[0], np.full((1, 2), 0.5))


@sigmoid_backward.edge("saturated: the slope is 0 there")
def saturated_sigmoid_back(rng):
    """Neither e^800 nor 0 times infinity may come out."""
    return {"Z": np.array([[800.0, -800.0, 0.0, -40.0]]), "dA": rng.normal(size=(1, 4))}


@sigmoid_backward.law("At z = 0 the gain is 1/4", public=True)
def gain_at_zero(student, dA):
    """The steepest place of the curve."""
    _, cache = student.sigmoid_forward(np.zeros(dA.shape))
    close(student.sigmoid_backward(dA, cache), 0.25 * np.asarray(dA))


@relu_forward.edge("exact zeros")
def zeros_relu(rng):
    """The kink itself."""
    return {"Z": np.array([[0.0, 1.5, -2.0], [-0.5, 0.0, 0.0]])}


@relu_forward.law("relu(z) - relu(-z) = z", public=True)
def relu_parts_add_up(student, Z):
    """The positive part and the negative part make the whole."""
    right = np.asarray(student.relu_forward(Z)[0])
    left = np.asarray(student.relu_forward(-Z)[0])
    close(right - left, Z)


@relu_backward.interval
def any_slope_at_the_kink(Z, dA):
    """At exactly 0 the slope may be anything from 0 to 1."""
    gate = np.where(Z > 0, 1.0, 0.0)
    at_kink = Z == 0
    return (
        np.where(at_kink, np.minimum(dA, 0.0), gate * dA),
        np.where(at_kink, np.maximum(dA, 0.0), gate * dA),
    )


@relu_backward.edge("exact zeros, with slopes of both signs")
def zeros_relu_back(rng):
    """At the kink any slope from 0 to 1 is right."""
    Z = np.array([[0.0, 1.5, -2.0, 0.0], [-0.5, 0.0, 3.0, -1.0]])
    return {"Z": Z, "dA": np.array([[2.0, -1.5, 1.0, -3.0], [-2.5, 0.5, 1.0, 4.0]])}


@relu_backward.law("Twice the slope from above gives twice the slope below", public=True)
def relu_is_linear_in_the_upstream(student, Z, dA):
    """The chain rule multiplies; also by a negative number."""
    _, cache = student.relu_forward(Z)
    once = np.asarray(student.relu_backward(dA, cache))
    close(student.relu_backward(-2.0 * dA, cache), -2.0 * once)


# --- 8.3 mse_loss --------------------------------------------------------------------------


@mse_loss.edge("a perfect prediction")
def nothing_wrong(rng):
    """Loss and slope are exactly 0."""
    Y = rng.normal(size=(3, 5))
    return {"Y_pred": Y.copy(), "Y": Y}


@mse_loss.edge("one output")
def one_output(rng):
    """O = 1: the loss of 01_loss."""
    return {"Y_pred": rng.normal(size=(5, 1)), "Y": rng.normal(size=(5, 1))}


@mse_loss.edge("one example")
def one_row(rng):
    """N = 1."""
    return {"Y_pred": rng.normal(size=(1, 3)), "Y": rng.normal(size=(1, 3))}


@mse_loss.law("Errors twice as large: four times the loss, twice the slope", public=True)
def loss_is_quadratic(student, Y_pred, Y):
    """(2e)^2 = 4 e^2, and its derivative doubles."""
    L, dY = student.mse_loss(Y_pred, Y)
    further = student.mse_loss(Y + 2.0 * (Y_pred - Y), Y)
    close(list(further), [4.0 * float(np.asarray(L).item()), 2.0 * np.asarray(dY)])


@mse_loss.law("Twice the same batch: the same loss, half the slope per entry", public=True)
def batch_twice(student, Y_pred, Y):
    """The mean stays; each entry counts for half."""
    L, dY = student.mse_loss(Y_pred, Y)
    L_twice, dY_twice = student.mse_loss(np.tile(Y_pred, (2, 1)), np.tile(Y, (2, 1)))
    close([L_twice, dY_twice], [L, np.tile(np.asarray(dY) / 2.0, (2, 1))])


# --- 8.4 softmax ---------------------------------------------------------------------------


@softmax.edge("scores up to 10,000", times=2)
def huge_scores(rng):
    """e^1000 overflows; the probabilities do not."""
    return {"Z": 1e4 * rng.uniform(-1.0, 1.0, size=(3, 5))}


@softmax.edge("rows far apart", times=2)
def rows_far_apart(rng):
    """What helps one row must not ruin another."""
    return {"Z": np.array([[1e4], [0.0], [-1e4]]) + rng.normal(size=(3, 5))}


@softmax.edge("one class")
def one_class(rng):
    """C = 1: certainty."""
    return {"Z": rng.normal(size=(4, 1))}


@softmax.edge("equal scores")
def equal_scores(rng):
    """Nobody is preferred."""
    return {"Z": np.full((2, 7), 3.0)}


@softmax.law("Every row adds up to 1", public=True)
def rows_add_up(student, Z):
    """A probability for each class, one distribution for each example."""
    P = np.asarray(student.softmax(Z))
    close(P.sum(axis=1), np.ones(len(Z)))


@softmax.law("Adding the same number to a whole row changes nothing", public=True, c=floats(-5, 5))
def shift_invariant(student, Z, c):
    """Only differences of scores count."""
    close(student.softmax(np.asarray(Z) + c), student.softmax(Z))


# --- 8.5 cross_entropy ---------------------------------------------------------------------


@cross_entropy.edge("scores up to 10,000", times=2)
def huge_logits(rng):
    """The logarithm of a probability that rounds to 0 is still a number."""
    return {"Z": 1e4 * rng.uniform(-1.0, 1.0, size=(3, 5)), "y": rng.integers(0, 5, size=3)}


@cross_entropy.edge("rows far apart")
def logits_far_apart(rng):
    """What helps one row must not ruin another."""
    Z = np.array([[1e4], [0.0], [-1e4]]) + rng.normal(size=(3, 5))
    return {"Z": Z, "y": rng.integers(0, 5, size=3)}


@cross_entropy.edge("a guesser: equal scores cost ln C")
def guesser(rng):
    """All probabilities are 1 / C."""
    return {"Z": np.zeros((3, 11)), "y": np.array([10, 0, 10])}


@cross_entropy.edge("labels with repeats and gaps", times=2)
def repeats_and_gaps(rng):
    """Some classes never occur, others several times."""
    return {"Z": rng.normal(size=(7, 11)), "y": np.array([9, 2, 2, 0, 9, 9, 5])}


@cross_entropy.edge("one example")
def one_example(rng):
    """N = 1: a sum and a mean are the same."""
    return {"Z": rng.normal(size=(1, 5)), "y": np.array([3])}


@cross_entropy.law("Every row of the slope adds up to 0", public=True)
def slopes_cancel(student, Z, y):
    """Shifting a whole row changes nothing."""
    _, dZ = student.cross_entropy(Z, y)
    close(np.asarray(dZ).sum(axis=1), np.zeros(len(y)))


@cross_entropy.law("A guesser with C classes pays ln C", public=True)
def guessing_costs_ln_c(student, y):
    """-ln(1 / C), whatever the labels are."""
    n_classes = int(np.max(y)) + 3
    L, _ = student.cross_entropy(np.zeros((len(y), n_classes)), y)
    close(L, np.log(n_classes))


@cross_entropy.law(
    "Adding the same number to a whole row changes nothing", public=True, c=floats(-5, 5)
)
def loss_is_shift_invariant(student, Z, y, c):
    """Only differences of scores count."""
    L, dZ = student.cross_entropy(Z, y)
    close(list(student.cross_entropy(Z + c, y)), [L, dZ])


# --- 8.6, 8.7 the whole network ------------------------------------------------------------


def _params(rng, sizes):
    params = {}
    for layer, (before, after) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(after, before)) / np.sqrt(before) * 1.4
        params[f"b{layer}"] = 0.3 * rng.normal(size=after)
    return params


def _turned_around(params):
    return {key: params[key] for key in reversed(params)}


def _is_smooth(params, X, act):
    """Is no neuron of a ReLU network so close to its kink that rounding decides?"""
    if act != "relu":
        return True
    A = np.asarray(X)
    for layer in range(1, len(params) // 2):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        Z = A @ W.T + b
        if np.any(np.abs(Z) <= 1e-6 * (np.abs(A) @ np.abs(W).T + np.abs(b))):
            return False
        A = np.maximum(Z, 0.0)
    return True


_TWELVE = (3, 4, 5, 4, 3, 5, 4, 3, 4, 5, 4, 3, 2)


@net_forward.edge("twelve layers with relu")
def twelve_relu_layers(rng):
    """W10 comes after W9, not after W1."""
    return {"params": _params(rng, _TWELVE), "X": rng.normal(size=(4, 3)), "act": "relu"}


@net_forward.edge("twelve layers with sigmoid, the keys in another order")
def twelve_sigmoid_layers(rng):
    """A dict has no order that could be relied on."""
    params = _turned_around(_params(rng, _TWELVE))
    return {"params": params, "X": rng.normal(size=(4, 3)), "act": "sigmoid"}


@net_forward.edge("a single layer: no activation at all", times=2)
def single_layer(rng):
    """Scores may be negative."""
    act = str(rng.choice(["sigmoid", "relu"]))
    return {"params": _params(rng, (3, 5)), "X": rng.normal(size=(4, 3)), "act": act}


@net_forward.edge("one example, all layers square")
def square_layers(rng):
    """A missing transpose keeps the shape."""
    return {"params": _params(rng, (3, 3, 3)), "X": rng.normal(size=(1, 3)), "act": "relu"}


@net_forward.law("Examples do not see each other", public=True)
def net_rows_stand_alone(student, params, X, act):
    """The first row alone gives the first row."""
    whole, _ = student.net_forward(params, X, act)
    alone, _ = student.net_forward(params, X[:1], act)
    close(alone, np.asarray(whole)[:1])


@net_forward.law("The last bias shifts the output as it is", public=True)
def last_bias_shifts(student, params, X, act):
    """No activation after the last layer."""
    last = f"b{len(params) // 2}"
    before, _ = student.net_forward(params, X, act)
    after, _ = student.net_forward({**params, last: params[last] + 2.0}, X, act)
    close(after, np.asarray(before) + 2.0)


@net_backward.assume
def away_from_kinks(params, X, act):
    """At a kink of some ReLU several gradients would be right."""
    return _is_smooth(params, X, act)


@net_backward.edge("twelve layers with relu")
def twelve_relu_layers_back(rng):
    """W10 comes after W9, not after W1."""
    return _net(rng, _TWELVE, act="relu")


@net_backward.edge("twelve layers with sigmoid, the keys in another order")
def twelve_sigmoid_layers_back(rng):
    """A dict has no order that could be relied on."""
    arguments = _net(rng, _TWELVE, act="sigmoid")
    return {**arguments, "params": _turned_around(arguments["params"])}


@net_backward.edge("a single layer", times=2)
def single_layer_back(rng):
    """Nothing but the affine layer."""
    return _net(rng, (3, 5), act=str(rng.choice(["sigmoid", "relu"])))


@net_backward.edge("one example, all layers square")
def square_layers_back(rng):
    """A missing transpose keeps the shape."""
    return {**_net(rng, (3, 3, 3), act="sigmoid"), "X": rng.normal(size=(1, 3))} | {
        "dZ": rng.normal(size=(1, 3))
    }


def _net(rng, sizes, *, act):
    arguments = {}
    for _ in range(100):
        params, X = _params(rng, sizes), rng.normal(size=(4, sizes[0]))
        arguments = {"params": params, "X": X, "act": act, "dZ": rng.normal(size=(4, sizes[-1]))}
        if _is_smooth(params, X, act):
            break
    return arguments


@net_backward.law("The gradients have the keys and shapes of the parameters", public=True)
def gradients_fit_parameters(student, params, X, act, dZ):
    """One slope for each parameter."""
    _, caches = student.net_forward(params, X, act)
    grads = student.net_backward(params, caches, dZ)
    for key in params:
        if key not in grads or np.size(grads[key]) != np.size(params[key]):
            raise AssertionError(f"{key} is missing or has another shape than its parameter")


@net_backward.law("Twice the slope from above gives twice the gradients", public=True)
def net_is_linear_in_the_upstream(student, params, X, act, dZ):
    """The chain rule multiplies."""
    _, caches = student.net_forward(params, X, act)
    once = student.net_backward(params, caches, dZ)
    twice = student.net_backward(params, caches, 2.0 * dZ)
    close(twice, {key: 2.0 * np.asarray(once[key]) for key in params})
