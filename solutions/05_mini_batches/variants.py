"""Right answers written differently: each of them must earn full marks."""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from checks import explain_run, fit, minibatches, n_updates, pack, sgd_step, unpack

from grader.authoring import variant

# --- 5.1 pack, unpack ----------------------------------------------------------------------


@variant(pack)
def pack_hstack(params):
    return np.hstack([params[key].flatten() for key in sorted(params)])


@variant(pack)
def pack_items(params):
    return np.concatenate([value.reshape(-1) for _, value in sorted(params.items())])


@variant(pack)
def pack_list(params):
    theta = []
    for key in sorted(params.keys()):
        theta.extend(params[key].ravel().tolist())
    return theta


@variant(pack)
def pack_into_zeros(params):
    theta, at = np.zeros(sum(value.size for value in params.values())), 0
    for key in sorted(params):
        theta[at : at + params[key].size] = params[key].ravel()
        at += params[key].size
    return theta


@variant(pack)
def pack_append(params):
    theta = np.array([])
    for key in sorted(params):
        theta = np.append(theta, params[key])
    return theta


@variant(pack)
def pack_flat(params):
    return np.fromiter((x for key in sorted(params) for x in params[key].flat), dtype=float)


@variant(pack)
def pack_as_row(params):
    return np.concatenate([params[key] for key in sorted(params)], axis=None)[None, :]


@variant(unpack)
def unpack_split(theta, shapes):
    keys = sorted(shapes)
    ends = np.cumsum([math.prod(shapes[key]) for key in keys])
    parts = np.split(theta, ends[:-1])
    return {key: part.reshape(shapes[key]) for key, part in zip(keys, parts, strict=True)}


@variant(unpack)
def unpack_copies(theta, shapes):
    params, rest = {}, theta.copy()
    for key in sorted(shapes):
        size = int(np.prod(shapes[key]))
        params[key], rest = rest[:size].reshape(shapes[key]).copy(), rest[size:]
    return params


@variant(unpack)
def unpack_lists(theta, shapes):
    numbers = iter(theta.tolist())
    params = {}
    for key in sorted(shapes):
        flat = [next(numbers) for _ in range(math.prod(shapes[key]))]
        params[key] = np.array(flat).reshape(shapes[key]).tolist()
    return params


@variant(unpack)
def unpack_order_of_the_shapes(theta, shapes):
    found, at = {}, 0
    for key, shape in sorted(shapes.items()):
        end = at + math.prod(shape)
        found[key] = np.reshape(theta[at:end], shape)
        at = end
    return {key: found[key] for key in shapes}


@variant(unpack)
def unpack_into_empty(theta, shapes):
    params = {key: np.empty(shape) for key, shape in shapes.items()}
    at = 0
    for key in sorted(params):
        params[key].flat = theta[at : at + params[key].size]
        at += params[key].size
    return params


@variant(unpack)
def unpack_starts(theta, shapes):
    keys = sorted(shapes)
    sizes = [int(np.prod(shapes[key])) for key in keys]
    starts = [sum(sizes[:i]) for i in range(len(keys))]
    return {
        k: theta[s : s + n].reshape(shapes[k]) for k, s, n in zip(keys, starts, sizes, strict=True)
    }


# --- 5.2 n_updates -------------------------------------------------------------------------


@variant(n_updates)
def count_ceil(N, B, n_epochs, drop_last=False):
    return n_epochs * (math.floor(N / B) if drop_last else math.ceil(N / B))


@variant(n_updates)
def count_added(N, B, n_epochs, drop_last=False):
    return n_epochs * (N // B + (0 if drop_last or N % B == 0 else 1))


@variant(n_updates)
def count_loop(N, B, n_epochs, drop_last=False):
    count = 0
    for _ in range(n_epochs):
        for start in range(0, N, B):
            if start + B <= N or not drop_last:
                count += 1
    return count


@variant(n_updates)
def count_numpy(N, B, n_epochs, drop_last=False):
    return np.int64(n_epochs) * int((np.floor if drop_last else np.ceil)(N / B))


@variant(n_updates)
def count_range(N, B, n_epochs, drop_last=False):
    return n_epochs * len(range(0, N - B + 1 if drop_last else N, B))


@variant(n_updates)
def count_divmod(N, B, n_epochs, drop_last=False):
    whole, rest = divmod(N, B)
    return float(n_epochs * (whole + bool(rest and not drop_last)))


@variant(n_updates)
def count_shifted(N, B, n_epochs, drop_last=False):
    if not drop_last:
        N = N + B - 1
    return np.array([N // B * n_epochs])


# --- 5.3 minibatches -----------------------------------------------------------------------


@variant(minibatches)
def batches_list(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[order[i : i + B]], y[order[i : i + B]]) for i in range(0, len(y), B)]


@variant(minibatches)
def batches_shuffled_indices(X, y, B, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    for i in range(0, len(X), B):
        yield X[order[i : i + B], :], y[order[i : i + B]]


@variant(minibatches)
def batches_sorted_keys(X, y, B, rng):
    order = np.argsort(rng.random(y.shape[0]))
    X, y = X[order], y[order]
    return ((X[i : i + B], y[i : i + B]) for i in range(0, len(y), B))


@variant(minibatches)
def batches_split(X, y, B, rng):
    order = rng.permutation(len(y))
    ends = np.arange(B, len(y), B)
    return zip(np.split(X[order], ends), np.split(y[order], ends), strict=True)


@variant(minibatches)
def batches_together(X, y, B, rng):
    rows = rng.permutation(np.column_stack([X, y]))
    return [[rows[i : i + B, :-1], rows[i : i + B, -1]] for i in range(0, len(rows), B)]


@variant(minibatches)
def batches_drawn_without_replacement(X, y, B, rng):
    left = rng.choice(len(y), size=len(y), replace=False)
    while len(left):
        now, left = left[:B], left[B:]
        yield X[now], y[now]


class Batch(NamedTuple):
    X: np.ndarray
    y: np.ndarray


@variant(minibatches)
def batches_one_by_one(X, y, B, rng):
    Xb, yb = [], []
    for row in rng.permutation(len(y)):
        Xb.append(X[row])
        yb.append(y[row])
        if len(yb) == B:
            yield Batch(np.array(Xb), np.array(yb))
            Xb, yb = [], []
    if yb:
        yield Batch(np.array(Xb), np.array(yb))


@variant(minibatches)
def batches_from_the_end(X, y, B, rng):
    order = list(rng.permutation(len(y)))
    while order:
        rows = [order.pop() for _ in range(min(B, len(order)))]
        yield X[rows], y[rows]


@variant(minibatches)
def batches_in_one_buffer(X, y, B, rng):
    order = rng.permutation(len(y))
    room, labels = np.empty((B, X.shape[1])), np.empty(B)
    for i in range(0, len(y), B):
        rows = order[i : i + B]
        room[: len(rows)], labels[: len(rows)] = X[rows], y[rows]
        yield room[: len(rows)], labels[: len(rows)]


# --- 5.4 sgd_step --------------------------------------------------------------------------


@variant(sgd_step)
def step_items(params, grads, eta):
    return {key: value - eta * grads[key] for key, value in params.items()}


@variant(sgd_step)
def step_loop(params, grads, eta):
    new = {}
    for key in params:
        new[key] = np.subtract(params[key], np.multiply(eta, grads[key]))
    return new


@variant(sgd_step)
def step_copies(params, grads, eta):
    new = {key: value.copy() for key, value in params.items()}
    for key, grad in grads.items():
        new[key] -= eta * grad
    return new


@variant(sgd_step)
def step_sorted(params, grads, eta):
    return {key: params[key] + -eta * grads[key] for key in sorted(grads)}


@variant(sgd_step)
def step_dict_call(params, grads, eta):
    return dict(zip(params, (params[k] - grads[k] * eta for k in params), strict=True))


@variant(sgd_step)
def step_lists(params, grads, eta):
    return {key: (params[key] - eta * grads[key]).tolist() for key in params}


@variant(sgd_step)
def step_through_theta(params, grads, eta):
    theta = np.concatenate([value.ravel() for value in params.values()])
    slope = np.concatenate([grads[key].ravel() for key in params])
    theta, new, at = theta - eta * slope, {}, 0
    for key, value in params.items():
        new[key] = theta[at : at + value.size].reshape(value.shape)
        at += value.size
    return new


# --- 5.5 fit -------------------------------------------------------------------------------


def _epoch(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[order[i : i + B]], y[order[i : i + B]]) for i in range(0, len(y), B)]


@variant(fit)
def fit_own_batches(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        order = rng.permutation(len(y))
        for i in range(0, len(y), B):
            loss, grads = loss_grad(params, X[order[i : i + B]], y[order[i : i + B]])
            params = {key: params[key] - eta * grads[key] for key in params}
            history.append(loss)
    return params, history


@variant(fit)
def fit_on_copies(loss_grad, params, X, y, eta, B, n_epochs, rng):
    params, history = {key: value.copy() for key, value in params.items()}, []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            for key in params:
                params[key] -= eta * grads[key]
    return [params, np.array(history)]


@variant(fit)
def fit_asks_twice(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            history.append(loss_grad(params, Xb, yb)[0])
            grads = loss_grad(params, Xb, yb)[1]
            params = {key: params[key] - eta * grads[key] for key in params}
    return params, np.asarray(history)


@variant(fit)
def fit_watches_the_whole_loss(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history, watched = [], []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            params = {key: value - eta * grads[key] for key, value in params.items()}
        watched.append(loss_grad(params, X, y)[0])
    return params, np.array(history)


@variant(fit)
def fit_into_zeros(loss_grad, params, X, y, eta, B, n_epochs, rng):
    per_epoch = -(-len(y) // B)
    history = np.zeros(n_epochs * per_epoch)
    for update in range(len(history)):
        if update % per_epoch == 0:
            batches = _epoch(X, y, B, rng)
        Xb, yb = batches[update % per_epoch]
        history[update], grads = loss_grad(params, Xb, yb)
        params = {key: params[key] - eta * grads[key] for key in params}
    return params, history


@variant(fit)
def fit_reversed_rows(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb[::-1], yb[::-1])
            history.append(float(loss))
            params = {key: params[key] - eta * np.asarray(grads[key]) for key in params}
    return params, tuple(history)


@variant(fit)
def fit_spawned_orders(loss_grad, params, X, y, eta, B, n_epochs, rng):
    orders = [np.argsort(rng.random(len(y))) for _ in range(n_epochs)]
    history = []
    for order in orders:
        for rows in np.split(order, np.arange(B, len(y), B)):
            loss, grads = loss_grad(params, X[rows], y[rows])
            history.append(loss)
            params = {key: params[key] - eta * grads[key] for key in params}
    return dict(params), np.array(history)


# --- 5.6 explain_run -----------------------------------------------------------------------


@variant(explain_run)
def run_by_loop(log):
    N, changes, before = 0, [], log[0]["eta"]
    for number, entry in enumerate(log, start=1):
        if entry["epoch"] == 1:
            N += entry["rows"]
        if entry["eta"] != before:
            changes.append(number)
        before = entry["eta"]
    B = max(entry["rows"] for entry in log)
    epochs = len({entry["epoch"] for entry in log})
    return {"N": N, "B": B, "n_epochs": epochs, "n_updates": len(log), "eta_changed_at": changes}


@variant(explain_run)
def run_divided(log):
    epochs = max(entry["epoch"] for entry in log)
    pairs = zip(log[1:], log[:-1], strict=True)
    return {
        "eta_changed_at": [i for i, (a, b) in enumerate(pairs, 2) if a["eta"] != b["eta"]],
        "n_updates": len(log),
        "n_epochs": epochs,
        "B": log[0]["rows"],
        "N": sum(entry["rows"] for entry in log) // epochs,
    }


@variant(explain_run)
def run_numpy(log):
    epoch = np.array([entry["epoch"] for entry in log])
    rows = np.array([entry["rows"] for entry in log])
    eta = np.array([entry["eta"] for entry in log])
    return {
        "N": rows[epoch == 1].sum(),
        "B": rows.max(),
        "n_epochs": epoch[-1],
        "n_updates": np.int64(len(log)),
        "eta_changed_at": np.flatnonzero(np.diff(eta)) + 2,
    }


@variant(explain_run)
def run_last_epoch(log):
    last = log[-1]["epoch"]
    whole = [entry["rows"] for entry in log if entry["epoch"] == last]
    changed = tuple(i + 1 for i in range(1, len(log)) if log[i]["eta"] != log[i - 1]["eta"])
    return dict(N=sum(whole), B=whole[0], n_epochs=last, n_updates=len(log), eta_changed_at=changed)


@variant(explain_run)
def run_with_more_keys(log):
    changes = [n for n in range(2, len(log) + 1) if log[n - 1]["eta"] != log[n - 2]["eta"]]
    first = [entry for entry in log if entry["epoch"] == log[0]["epoch"]]
    return {
        "N": sum(entry["rows"] for entry in first),
        "B": first[0]["rows"],
        "batches": len(first),
        "n_epochs": len(log) // len(first),
        "n_updates": len(log),
        "eta_changed_at": changes,
        "last_loss": log[-1]["loss"],
    }


@variant(explain_run)
def run_floats(log):
    etas = [entry["eta"] for entry in log]
    changed = [float(i + 2) for i, (a, b) in enumerate(pairwise(etas)) if a != b]
    rows = [float(entry["rows"]) for entry in log if entry["epoch"] == 1]
    return {
        "N": float(sum(rows)),
        "B": max(rows),
        "n_epochs": float(log[-1]["epoch"]),
        "n_updates": float(len(log)),
        "eta_changed_at": changed,
    }
