"""What 05_mini_batches asks: one declaration per exercise, its edges, and its laws."""

from itertools import pairwise

import numpy as np

from grader.authoring import choices, close, exercise, floats, integers

pack = exercise("params -> theta[P]")
unpack = exercise("theta[P] shapes -> params")
n_updates = exercise(
    "N B n_epochs drop_last? -> updates",
    N=integers(1, 200),
    B=integers(1, 40),
    n_epochs=integers(0, 5),
    drop_last=choices(False, True),
)
minibatches = exercise("X[N,I] y[N] B rng -> batches*", judged_by="laws")
sgd_step = exercise("params grads eta -> new", eta=floats(0.01, 1))
fit = exercise(
    "loss_grad params X[N,I] y[N] eta B n_epochs rng -> params history", judged_by="laws"
)
explain_run = exercise("log -> run")


def _params(rng, sizes):
    params = {}
    for layer, (before, after) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(after, before))
        params[f"b{layer}"] = rng.normal(size=after)
    return params


def _turned_around(params):
    return {key: params[key] for key in reversed(params)}


_TWELVE = (2, 3, 1, 2, 3, 2, 1, 3, 2, 3, 1, 2, 1)


# --- 5.1 pack, unpack ----------------------------------------------------------------------


@pack.sample
def some_parameters(rng):
    """Layers of random widths, the keys in random order."""
    depth = int(rng.integers(1, 5))
    params = _params(rng, rng.permutation([1, 2, 3, 4, 5])[: depth + 1])
    return {"params": {str(key): params[key] for key in rng.permutation(list(params))}}


@pack.edge("twelve layers: W10 comes after W1, before W2", times=2)
def twelve_layers(rng):
    """Texts are sorted letter by letter."""
    return {"params": _params(rng, _TWELVE)}


@pack.edge("the keys in another order", times=2)
def other_order(rng):
    """A dict has no order that could be relied on."""
    return {"params": _turned_around(_params(rng, (3, 4, 2)))}


@pack.edge("arrays of one entry, of three axes, and with other names")
def other_names_and_shapes(rng):
    """Any shape can be read row by row."""
    params = {"gain": rng.normal(size=1), "K": rng.normal(size=(2, 3, 2)), "bias": np.zeros(3)}
    return {"params": params}


@pack.law("Every entry is there exactly once", public=True)
def nothing_is_lost(student, params):
    """theta is as long as all arrays together, and holds their numbers."""
    theta = np.asarray(student.pack(params))
    entries = np.concatenate([np.ravel(value) for value in params.values()])
    close(np.sort(theta), np.sort(entries))


@pack.law("Taken apart again it is what it was", public=True)
def there_and_back(student, params):
    """unpack is the inverse of pack."""
    shapes = {key: np.shape(value) for key, value in params.items()}
    close(student.unpack(np.asarray(student.pack(params)), shapes), params)


@unpack.sample
def some_shapes(rng):
    """Layers of random widths, the keys in random order."""
    depth = int(rng.integers(1, 4))
    return _packed(rng, _params(rng, rng.permutation([1, 2, 3, 4, 5])[: depth + 1]))


def _packed(rng, params):
    keys = [str(key) for key in rng.permutation(list(params))]
    shapes = {key: tuple(int(n) for n in params[key].shape) for key in keys}
    return {
        "theta": rng.normal(size=sum(value.size for value in params.values())),
        "shapes": shapes,
    }


@unpack.assume
def theta_fits(theta, shapes):
    """As many entries as the shapes have places."""
    return len(theta) == sum(int(np.prod(shape)) for shape in shapes.values())


@unpack.edge("twelve layers: W10 comes after W1, before W2", times=2)
def twelve_shapes(rng):
    """Texts are sorted letter by letter."""
    return _packed(rng, _params(rng, _TWELVE))


@unpack.edge("a single array")
def single_array(rng):
    """All of theta."""
    return {"theta": rng.normal(size=6), "shapes": {"W1": (2, 3)}}


@unpack.edge("arrays of one entry, of three axes, and with other names")
def shapes_of_all_kinds(rng):
    """Any shape can be filled row by row."""
    return {"theta": rng.normal(size=16), "shapes": {"gain": (1,), "K": (2, 3, 2), "bias": (3,)}}


@unpack.law("Packed again it is theta", public=True)
def back_and_there(student, theta, shapes):
    """pack is the inverse of unpack."""
    params = student.unpack(theta, shapes)
    close(student.pack({key: np.asarray(params[key]) for key in shapes}), theta)


@unpack.law("Every array has the shape that was asked for", public=True)
def shapes_as_asked(student, theta, shapes):
    """Names and shapes."""
    params = student.unpack(theta, shapes)
    for key, shape in shapes.items():
        if key not in params or np.shape(params[key]) != tuple(shape):
            raise AssertionError(f"{key} is missing or has another shape than {tuple(shape)}")


# --- 5.2 n_updates -------------------------------------------------------------------------


@n_updates.edge("the batches come out even", times=2)
def even(rng):
    """N is a multiple of B: nothing is short."""
    B, batches = int(rng.integers(2, 20)), int(rng.integers(2, 9))
    return {"N": B * batches, "B": B, "n_epochs": 3, "drop_last": bool(rng.integers(0, 2))}


@n_updates.edge("more in a batch than there are examples", times=2)
def one_short_batch(rng):
    """One short batch per epoch, or none where it is dropped."""
    N = int(rng.integers(1, 9))
    return {"N": N, "B": N + 3, "n_epochs": 4, "drop_last": bool(rng.integers(0, 2))}


@n_updates.edge("a short batch is dropped", times=2)
def short_batch_dropped(rng):
    """floor instead of ceil."""
    B = int(rng.integers(3, 20))
    return {"N": 5 * B + 2, "B": B, "n_epochs": 2, "drop_last": True}


@n_updates.edge("no epoch at all")
def no_epoch(rng):
    """No updates."""
    return {"N": 10, "B": 3, "n_epochs": 0}


@n_updates.edge("one example at a time")
def one_at_a_time(rng):
    """B = 1."""
    return {"N": 17, "B": 1, "n_epochs": 2}


@n_updates.edge("the lecture's runs: 10,000 in tens, 1,000 in hundreds", times=2)
def from_the_lecture(rng):
    """1,000 and 10 updates per epoch."""
    return {"N": 10_000, "B": 10, "n_epochs": 1} if rng.random() < 0.7 else {
        "N": 1000, "B": 100, "n_epochs": 1
    }  # fmt: skip


@n_updates.law("Twice as many epochs are twice as many updates", public=True)
def epochs_multiply(student, N, B, n_epochs):
    """Every epoch has the same number of batches."""
    close(student.n_updates(N, B, 2 * n_epochs), 2 * np.asarray(student.n_updates(N, B, n_epochs)))


@n_updates.law("With whole batches alone, one epoch has N / B updates", public=True)
def whole_batches(student, B):
    """Nothing to round."""
    close(student.n_updates(7 * B, B, 1), 7)


# --- 5.3 minibatches -----------------------------------------------------------------------


@minibatches.sample
def some_examples(rng):
    """Enough rows that two orders are never the same by chance."""
    n, inputs = int(rng.integers(13, 24)), int(rng.integers(1, 4))
    return {
        "X": rng.normal(size=(n, inputs)),
        "y": rng.normal(size=n),
        "B": int(rng.integers(2, 6)),
        "rng": {"rng": int(rng.integers(0, 1000))},
    }


def _pairs(batches):
    """The batches as arrays; one that is no pair breaks the law."""
    if not isinstance(batches, (list, tuple)):
        raise AssertionError("what came back cannot be looped over")
    pairs = []
    for batch in batches:
        if not isinstance(batch, (list, tuple)) or len(batch) != 2:
            raise AssertionError("a batch is no pair (Xb, yb)")
        pairs.append((np.asarray(batch[0], float), np.asarray(batch[1], float)))
    return pairs


def _stacked(pairs):
    """All examples of the batches, one per row, the label last."""
    for Xb, yb in pairs:
        if Xb.ndim != 2 or yb.ndim != 1 or len(Xb) != len(yb):
            raise AssertionError("Xb and yb are not of shapes (n, I) and (n,)")
    return np.concatenate([np.column_stack([Xb, yb]) for Xb, yb in pairs])


def _in_order(rows):
    return rows[np.lexsort(rows.T[::-1])]


@minibatches.law("The batches have B examples, the last one what is left", public=True)
def sizes_of_batches(student, X, y, B, rng):
    """And no batch is empty."""
    sizes = [len(yb) for _, yb in _pairs(student.minibatches(X, y, B, rng))]
    _same_sizes(sizes, len(y), B)


def _same_sizes(sizes, n, B):
    wanted = [min(B, n - start) for start in range(0, n, B)]
    if sizes != wanted:
        raise AssertionError(f"sizes {sizes}, not {wanted}, for {n} examples and B = {B}")


@minibatches.law("Every example comes exactly once", public=True)
def each_example_once(student, X, y, B, rng):
    """A permutation: nothing is lost and nothing repeated."""
    pairs = _pairs(student.minibatches(X, y, B, rng))
    first = [Xb[: len(pairs[-1][0])] for Xb, _ in pairs]
    if len(pairs) > 1 and all(np.array_equal(rows, first[0]) for rows in first):
        raise AssertionError("all batches hold the same examples")
    found = np.concatenate([Xb for Xb, _ in pairs]) if pairs else np.zeros((0, 1))
    _same_rows(found, X, "examples")


def _same_rows(found, rows, name):
    if len(found) != len(rows):
        raise AssertionError(f"{len(found)} {name} came, there are {len(rows)}")
    if found.shape != rows.shape:
        raise AssertionError(f"the {name} have another shape")
    if not np.allclose(_in_order(found), _in_order(rows), rtol=1e-5, atol=1e-5):
        raise AssertionError(f"some {name} came twice, and others not at all")


@minibatches.law("Every example keeps its label", public=True)
def pairs_stay_together(student, X, y, B, rng):
    """Row i of the features and label i belong together."""
    known = {tuple(np.round(row, 4)): label for row, label in zip(X, y, strict=True)}
    rows = _stacked(_pairs(student.minibatches(X, y, B, rng)))
    for *row, label in rows:
        wanted = known.get(tuple(np.round(row, 4)))
        if wanted is None or not abs(wanted - label) <= 1e-5:
            raise AssertionError("an example came with another label than its own")


@minibatches.law(
    "The order is random, and rng alone decides it", public=True, seed=integers(0, 999)
)
def rng_decides(student, X, y, B, seed):
    """The same seed, the same order; another seed, another order."""
    orders = [
        _stacked(_pairs(student.minibatches(X, y, B, np.random.default_rng(s))))
        for s in (seed, seed, seed + 1)
    ]
    if not np.array_equal(orders[0], orders[1]):
        raise AssertionError("two generators of the same seed gave different orders")
    if orders[2].shape == orders[0].shape and np.array_equal(orders[0], orders[2]):
        raise AssertionError("two generators of different seeds gave the same order")


@minibatches.law("Where B is N or more there is a single batch", public=True)
def a_single_batch(student, X, y, rng):
    """All examples, in a random order."""
    for n, B in ((len(y), len(y)), (3, 5), (1, 2)):
        pairs = _pairs(student.minibatches(X[:n], y[:n], B, rng))
        _same_sizes([len(yb) for _, yb in pairs], n, B)
        _same_rows(_stacked(pairs), np.column_stack([X[:n], y[:n]]), "examples")


# --- 5.4 sgd_step --------------------------------------------------------------------------


@sgd_step.sample
def some_step(rng):
    """Layers of random widths, the gradients in another order than the parameters."""
    depth = int(rng.integers(1, 4))
    sizes = rng.permutation([1, 2, 3, 4, 5])[: depth + 1]
    grads = _params(rng, sizes)
    if rng.random() < 0.5:
        grads = _turned_around(grads)
    eta = float(rng.choice([0.01, 0.1, 0.25, 0.5]))
    return {"params": _params(rng, sizes), "grads": grads, "eta": eta}


@sgd_step.assume
def gradients_fit(params, grads):
    """The same names and shapes."""
    return {k: v.shape for k, v in params.items()} == {k: v.shape for k, v in grads.items()}


@sgd_step.edge("all gradients are 0")
def zero_gradients(rng):
    """Nothing moves."""
    params = _params(rng, (3, 2))
    return {"params": params, "grads": {k: 0.0 * v for k, v in params.items()}, "eta": 0.1}


@sgd_step.edge("twelve layers, the gradients in another order")
def twelve_layers_step(rng):
    """Names decide, not places."""
    grads = _turned_around(_params(rng, _TWELVE))
    return {"params": _params(rng, _TWELVE), "grads": grads, "eta": 0.1}


@sgd_step.edge("other names than W and b", times=2)
def other_names_step(rng):
    """All keys are parameters."""
    params = {"c": rng.normal(size=4), "gain": rng.normal(size=1), "K": rng.normal(size=(2, 2, 3))}
    grads = {key: rng.normal(size=value.shape) for key, value in params.items()}
    return {"params": params, "grads": grads, "eta": 0.5}


@sgd_step.law("A step there and a step back lead home", public=True)
def there_and_home(student, params, grads, eta):
    """theta - eta g + eta g."""
    moved = student.sgd_step(params, grads, eta)
    moved = {key: np.asarray(moved[key]) for key in params}
    close(student.sgd_step(moved, {key: -value for key, value in grads.items()}, eta), params)


@sgd_step.law("It is theta - eta g, all parameters in one array", public=True)
def a_step_of_theta(student, params, grads, eta):
    """What the lecture writes in one line."""
    moved = student.sgd_step(params, grads, eta)
    for key in params:
        close(np.ravel(moved[key]), np.ravel(params[key]) - eta * np.ravel(grads[key]))


# --- 5.5 fit -------------------------------------------------------------------------------


@fit.sample
def some_run(rng):
    """Enough rows that two orders are never the same by chance; the last batch is short."""
    n, inputs, B = int(rng.integers(10, 16)), int(rng.integers(1, 4)), int(rng.integers(3, 6))
    return {
        "loss_grad": {"function": "log_cosh_line", "rate": float(rng.choice([0.5, 1.0, 1.5]))},
        "params": {"W1": rng.normal(size=(1, inputs)), "b1": rng.normal(size=1)},
        "X": rng.normal(size=(n, inputs)),
        "y": rng.normal(size=n),
        "eta": float(rng.choice([0.1, 0.25, 0.5])),
        "B": B,
        "n_epochs": 3,
        "rng": {"rng": int(rng.integers(0, 1000))},
    }


@fit.assume
def batches_are_uneven(y, B):
    """A short batch shows what becomes of it."""
    return len(y) % B != 0


def _watched(loss_grad, seen):
    """The same function; what it is called with, and what it answers, is kept."""

    def watching(params, Xb, yb):
        now = {key: np.array(value, float) for key, value in params.items()}
        loss, grads = loss_grad(now, np.asarray(Xb, float), np.asarray(yb, float))
        seen.append((now, np.array(Xb, float), np.array(yb, float), loss, grads))
        return loss, grads

    return watching


def _run(student, loss_grad, *arguments):
    """What loss_grad was asked, what it answered, and what came back."""
    seen = []
    params, history = student.fit(_watched(loss_grad, seen), *arguments)
    return seen, params, np.asarray(history, float)


def _batches(seen, n, B):
    """The calls for batches: not those for all examples, and two for one batch count once."""
    calls = [call for call in seen if B >= n or len(call[2]) != n]
    found = calls[:1]
    for before, call in pairwise(calls):
        if not (np.array_equal(before[1], call[1]) and np.array_equal(before[2], call[2])):
            found.append(call)
    return found


def _epochs(calls, n, B, n_epochs):
    """The calls, epoch by epoch; their number must be that of 5.2."""
    each = -(-n // B)
    if len(calls) != each * n_epochs:
        text = f"{len(calls)} batches in {n_epochs} epochs of {n} examples with B = {B}"
        raise AssertionError(f"loss_grad saw {text}, not {each * n_epochs}")
    return [calls[i : i + each] for i in range(0, len(calls), each)]


@fit.law("Batches have B examples, the last of an epoch what is left", public=True)
def sizes_in_each_epoch(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """As minibatches deals them."""
    seen, _, _ = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    for calls in _epochs(_batches(seen, len(y), B), len(y), B, n_epochs):
        _same_sizes([len(call[2]) for call in calls], len(y), B)


@fit.law("Each epoch shows every example once, with its label", public=True)
def each_epoch_shows_all(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """No example is lost, none comes twice, and pairs stay together."""
    seen, _, _ = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    for calls in _epochs(_batches(seen, len(y), B), len(y), B, n_epochs):
        rows = _stacked([(call[1], call[2]) for call in calls])
        _same_rows(rows, np.column_stack([X, y]), "examples")


@fit.law("Each epoch deals them anew, and rng decides how", public=True, seed=integers(0, 999))
def epochs_differ(student, loss_grad, params, X, y, eta, B, seed):
    """One generator for all epochs: it goes on where it stopped."""
    orders = []
    for s in (seed, seed, seed + 1):
        rng = np.random.default_rng(s)
        seen, _, _ = _run(student, loss_grad, params, X, y, eta, B, 2, rng)
        calls = _batches(seen, len(y), B)
        orders.append([_stacked([(call[1], call[2]) for call in calls])])
    rows = orders[0][0]
    half = len(rows) // 2
    if len(rows) % 2 == 0 and np.array_equal(rows[:half], rows[half:]):
        raise AssertionError("both epochs showed the examples in the same order")
    if not np.array_equal(rows, orders[1][0]):
        raise AssertionError("two generators of the same seed gave different orders")
    if np.array_equal(rows, orders[2][0]):
        raise AssertionError("two generators of different seeds gave the same order")


@fit.law("Each update is params - eta times the gradient of its batch", public=True)
def each_update_steps(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """From the start, one after the other, to what comes back."""
    seen, last, _ = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    now = params
    for number, (at, _, _, _, grads) in enumerate(_batches(seen, len(y), B), start=1):
        if not _alike(at, now):
            raise AssertionError(f"batch {number} was tried with other parameters than it should")
        now = {key: now[key] - eta * grads[key] for key in now}
    if not _alike(last, now):
        why = "; they are those of the start" if _alike(last, params) else ""
        raise AssertionError(f"what comes back are not the parameters after the last update{why}")


def _alike(found, wanted):
    return all(
        key in found
        and np.size(found[key]) == np.size(wanted[key])
        and np.allclose(np.ravel(found[key]), np.ravel(wanted[key]), rtol=1e-5, atol=1e-7)
        for key in wanted
    )


@fit.law("The history holds the loss of each batch before its update", public=True)
def history_of_batches(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """One entry per update."""
    seen, _, history = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    losses = np.array([call[3] for call in _batches(seen, len(y), B)])
    if history.shape != losses.shape:
        raise AssertionError(f"{history.size} entries for {losses.size} batches")
    if not np.allclose(history, losses, rtol=1e-5, atol=1e-7):
        raise AssertionError("an entry is not the loss of its batch before the update")


@fit.law("Without an epoch nothing happens", public=True)
def no_epoch_no_update(student, loss_grad, params, X, y, eta, B, rng):
    """An empty history, and the parameters as they were."""
    seen, last, history = _run(student, loss_grad, params, X, y, eta, B, 0, rng)
    if history.size or _batches(seen, len(y), B):
        raise AssertionError("there was an update")
    if not _alike(last, params):
        raise AssertionError("the parameters are not what they were")


@fit.law("A batch of all examples is one update per epoch", public=True)
def full_batches(student, loss_grad, params, X, y, eta, rng):
    """B = N, and B > N."""
    for B in (len(y), len(y) + 4):
        _, _, history = _run(student, loss_grad, params, X, y, eta, B, 2, rng)
        if history.shape != (2,):
            raise AssertionError(f"{history.size} entries after 2 epochs with B = {B}")


# --- 5.6 explain_run -----------------------------------------------------------------------


@explain_run.sample
def some_log(rng):
    """A run whose learning rate changes now and then."""
    return _log(
        rng, N=int(rng.integers(3, 20)), B=int(rng.integers(2, 9)), n_epochs=int(rng.integers(1, 4))
    )


def _log(rng, *, N, B, n_epochs, change=0.3):
    log, eta = [], 0.1
    for epoch in range(1, n_epochs + 1):
        for start in range(0, N, B):
            if log and rng.random() < change:
                eta = round(eta * float(rng.choice([0.5, 2.0])), 6)
            loss = round(float(3.0 / (1 + len(log)) + 0.1 * rng.random()), 3)
            log.append({"epoch": epoch, "rows": min(B, N - start), "eta": eta, "loss": loss})
    return {"log": log}


@explain_run.assume
def a_log_of_a_run(log):
    """Epochs from 1 on, each of the same batches, of which only the last may be short."""
    epochs = {}
    for entry in log:
        epochs.setdefault(entry["epoch"], []).append(entry["rows"])
    first, *others = epochs.values()
    return (
        list(epochs) == list(range(1, len(epochs) + 1))
        and [entry["epoch"] for entry in log] == sorted(entry["epoch"] for entry in log)
        and all(rows == first for rows in others)
        and all(rows == first[0] for rows in first[:-1])
        and 1 <= first[-1] <= first[0]
        and all(entry["eta"] > 0 for entry in log)
    )


@explain_run.edge("the learning rate never changes")
def never_changed(rng):
    """An empty list."""
    return _log(rng, N=7, B=3, n_epochs=2, change=0.0)


@explain_run.edge("the batches come out even", times=2)
def even_run(rng):
    """No short batch shows where an epoch ends."""
    return _log(rng, N=8, B=int(rng.choice([2, 4])), n_epochs=3)


@explain_run.edge("one batch per epoch", times=2)
def one_batch_per_epoch(rng):
    """Epochs and updates are the same number; nothing is larger than the batch."""
    return _log(rng, N=5, B=5, n_epochs=4)


@explain_run.edge("a single update")
def single_update(rng):
    """The shortest log."""
    return _log(rng, N=4, B=6, n_epochs=1)


@explain_run.edge("the learning rate changes with every update")
def always_changed(rng):
    """All updates but the first."""
    return _log(rng, N=9, B=2, n_epochs=2, change=1.0)


@explain_run.law("It agrees with n_updates", public=True)
def agrees_with_n_updates(student, log):
    """5.2, the other way round."""
    run = student.explain_run(log)
    close(student.n_updates(int(run["N"]), int(run["B"]), int(run["n_epochs"])), len(log))
    close(run["n_updates"], len(log))


@explain_run.law("Losses do not matter for it", public=True)
def losses_do_not_matter(student, log):
    """What was set is in the other columns."""
    other = [{**entry, "loss": 1.0} for entry in log]
    close(student.explain_run(other), student.explain_run(log))
