"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

from itertools import pairwise
import numpy as np
from grader.authoring.laws import close


def nothing_is_lost(student, params):
    """theta is as long as all arrays together, and holds their numbers."""
    theta = np.asarray(student.pack(params))
    entries = np.concatenate([np.ravel(value) for value in params.values()])
    close(np.sort(theta), np.sort(entries))


def there_and_back(student, params):
    """unpack is the inverse of pack."""
    shapes = {key: np.shape(value) for key, value in params.items()}
    close(student.unpack(np.asarray(student.pack(params)), shapes), params)


def back_and_there(student, theta, shapes):
    """pack is the inverse of unpack."""
    params = student.unpack(theta, shapes)
    close(student.pack({key: np.asarray(params[key]) for key in shapes}), theta)


def shapes_as_asked(student, theta, shapes):
    """Names and shapes."""
    params = student.unpack(theta, shapes)
    for key, shape in shapes.items():
        if key not in params or np.shape(params[key]) != tuple(shape):
            raise AssertionError(f"{key} is missing or has another shape than {tuple(shape)}")


def epochs_multiply(student, N, B, n_epochs):
    """Every epoch has the same number of batches."""
    close(student.n_updates(N, B, 2 * n_epochs), 2 * np.asarray(student.n_updates(N, B, n_epochs)))


def whole_batches(student, B):
    """Nothing to round."""
    close(student.n_updates(7 * B, B, 1), 7)


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


def sizes_of_batches(student, X, y, B, rng):
    """And no batch is empty."""
    sizes = [len(yb) for _, yb in _pairs(student.minibatches(X, y, B, rng))]
    _same_sizes(sizes, len(y), B)


def _same_sizes(sizes, n, B):
    wanted = [min(B, n - start) for start in range(0, n, B)]
    if sizes != wanted:
        raise AssertionError(f"sizes {sizes}, not {wanted}, for {n} examples and B = {B}")


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


def pairs_stay_together(student, X, y, B, rng):
    """Row i of the features and label i belong together."""
    known = {tuple(np.round(row, 4)): label for row, label in zip(X, y, strict=True)}
    rows = _stacked(_pairs(student.minibatches(X, y, B, rng)))
    for *row, label in rows:
        wanted = known.get(tuple(np.round(row, 4)))
        if wanted is None or not abs(wanted - label) <= 1e-5:
            raise AssertionError("an example came with another label than its own")


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


def a_single_batch(student, X, y, rng):
    """All examples, in a random order."""
    for n, B in ((len(y), len(y)), (3, 5), (1, 2)):
        pairs = _pairs(student.minibatches(X[:n], y[:n], B, rng))
        _same_sizes([len(yb) for _, yb in pairs], n, B)
        _same_rows(_stacked(pairs), np.column_stack([X[:n], y[:n]]), "examples")


def there_and_home(student, params, grads, eta):
    """theta - eta g + eta g."""
    moved = student.sgd_step(params, grads, eta)
    moved = {key: np.asarray(moved[key]) for key in params}
    close(student.sgd_step(moved, {key: -value for key, value in grads.items()}, eta), params)


def a_step_of_theta(student, params, grads, eta):
    """What the lecture writes in one line."""
    moved = student.sgd_step(params, grads, eta)
    for key in params:
        close(np.ravel(moved[key]), np.ravel(params[key]) - eta * np.ravel(grads[key]))


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


def sizes_in_each_epoch(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """As minibatches deals them."""
    seen, _, _ = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    for calls in _epochs(_batches(seen, len(y), B), len(y), B, n_epochs):
        _same_sizes([len(call[2]) for call in calls], len(y), B)


def each_epoch_shows_all(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """No example is lost, none comes twice, and pairs stay together."""
    seen, _, _ = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    for calls in _epochs(_batches(seen, len(y), B), len(y), B, n_epochs):
        rows = _stacked([(call[1], call[2]) for call in calls])
        _same_rows(rows, np.column_stack([X, y]), "examples")


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


def history_of_batches(student, loss_grad, params, X, y, eta, B, n_epochs, rng):
    """One entry per update."""
    seen, _, history = _run(student, loss_grad, params, X, y, eta, B, n_epochs, rng)
    losses = np.array([call[3] for call in _batches(seen, len(y), B)])
    if history.shape != losses.shape:
        raise AssertionError(f"{history.size} entries for {losses.size} batches")
    if not np.allclose(history, losses, rtol=1e-5, atol=1e-7):
        raise AssertionError("an entry is not the loss of its batch before the update")


def no_epoch_no_update(student, loss_grad, params, X, y, eta, B, rng):
    """An empty history, and the parameters as they were."""
    seen, last, history = _run(student, loss_grad, params, X, y, eta, B, 0, rng)
    if history.size or _batches(seen, len(y), B):
        raise AssertionError("there was an update")
    if not _alike(last, params):
        raise AssertionError("the parameters are not what they were")


def full_batches(student, loss_grad, params, X, y, eta, rng):
    """B = N, and B > N."""
    for B in (len(y), len(y) + 4):
        _, _, history = _run(student, loss_grad, params, X, y, eta, B, 2, rng)
        if history.shape != (2,):
            raise AssertionError(f"{history.size} entries after 2 epochs with B = {B}")


def agrees_with_n_updates(student, log):
    """5.2, the other way round."""
    run = student.explain_run(log)
    close(student.n_updates(int(run["N"]), int(run["B"]), int(run["n_epochs"])), len(log))
    close(run["n_updates"], len(log))


def losses_do_not_matter(student, log):
    """What was set is in the other columns."""
    other = [{**entry, "loss": 1.0} for entry in log]
    close(student.explain_run(other), student.explain_run(log))
