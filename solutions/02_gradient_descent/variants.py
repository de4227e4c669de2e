"""Right answers written differently: each of them must earn full marks."""

import math
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from checks import (
    gd_1d,
    gd_2d,
    grad_mae,
    grad_mse,
    max_stable_eta,
    numeric_slope,
    two_starts,
)

from grader.authoring import variant

# --- 2.1 numeric_slope ---------------------------------------------------------------------


@variant(numeric_slope)
def slope_points_first(f, w, h=1e-5):
    left, right = w - h, w + h
    return (f(right) - f(left)) / (right - left)


@variant(numeric_slope)
def slope_mean_of_both_sides(f, w, h=1e-5):
    ahead = (f(w + h) - f(w)) / h
    behind = (f(w) - f(w - h)) / h
    return (ahead + behind) / 2


@variant(numeric_slope)
def slope_richardson(f, w, h=1e-5):
    def central(step):
        return (f(w + step) - f(w - step)) / (2 * step)

    return (4 * central(h / 2) - central(h)) / 3


@variant(numeric_slope)
def slope_numpy_float(f, w, h=1e-5):
    return np.float64(0.5 / h * (f(w + h) - f(w - h)))


@variant(numeric_slope)
def slope_one_entry(f, w, h=1e-5):
    return np.array([(f(w + h) - f(w - h)) / (2 * h)])


@variant(numeric_slope)
def slope_zero_dimensional(f, w, h=1e-5):
    points = np.array([f(w - h), f(w + h)])
    return np.squeeze(np.diff(points) / (2 * h))


@variant(numeric_slope)
def slope_five_points(f, w, h=1e-5):
    near = 8 * (f(w + h / 2) - f(w - h / 2))
    far = f(w + h) - f(w - h)
    return (near - far) / (6 * h)


# --- 2.2 gd_1d -----------------------------------------------------------------------------


@variant(gd_1d)
def descent_list(dL, w0, eta, n_updates):
    w, path = w0, [w0]
    for _ in range(n_updates):
        w = w - eta * dL(w)
        path.append(w)
    return path


@variant(gd_1d)
def descent_into_zeros(dL, w0, eta, n_updates):
    path = np.zeros(n_updates + 1)
    path[0] = w0
    for i in range(n_updates):
        path[i + 1] = path[i] - eta * dL(path[i])
    return path


@variant(gd_1d)
def descent_while(dL, w0, eta, n_updates):
    path, done = np.array([w0], dtype=float), 0
    while done < n_updates:
        path = np.append(path, path[-1] - eta * dL(path[-1]))
        done += 1
    return path


@variant(gd_1d)
def descent_accumulate(dL, w0, eta, n_updates):
    return list(accumulate(range(n_updates), lambda w, _: w - eta * dL(w), initial=float(w0)))


@variant(gd_1d)
def descent_recursive(dL, w0, eta, n_updates):
    def path_from(w, left):
        return [w] if left == 0 else [w, *path_from(w - eta * dL(w), left - 1)]

    return path_from(float(w0), n_updates)


@variant(gd_1d)
def descent_float_slope(dL, w0, eta, n_updates):
    w, path = float(w0), []
    for _ in range(n_updates + 1):
        path.append(w)
        w -= eta * float(dL(w))
    return tuple(path)


@variant(gd_1d)
def descent_stops_and_pads(dL, w0, eta, n_updates):
    path = [float(w0)]
    while len(path) <= n_updates:
        slope = dL(path[-1])
        if slope == 0:
            path.extend([path[-1]] * (n_updates + 1 - len(path)))
            break
        path.append(path[-1] - eta * slope)
    return np.array(path)


# --- 2.3 two_starts ------------------------------------------------------------------------


@variant(two_starts)
def starts_near_the_hill():
    return 0.2, 0.5


@variant(two_starts)
def starts_in_the_valleys():
    return -2.115, 1.861


@variant(two_starts)
def starts_as_list():
    return [-0.1, 3]


@variant(two_starts)
def starts_as_array():
    return np.array([-1.0, 2.0])


@variant(two_starts)
def starts_as_ints():
    return -1, 1


@variant(two_starts)
def starts_as_numpy_floats():
    return np.float64(-2.5), np.float64(1.5)


@variant(two_starts)
def starts_found_by_search():
    def end(w):
        for _ in range(300):
            w -= 0.1 * (0.2 * w**3 - 0.8 * w + 0.2)
        return w

    candidates = np.linspace(-3, 3, 13)
    ends = [end(w) for w in candidates]
    return candidates[int(np.argmin(ends))], candidates[int(np.argmax(ends))]


# --- 2.4 grad_mse --------------------------------------------------------------------------


class Slopes(NamedTuple):
    dw: float
    db: float


@variant(grad_mse)
def mse_slopes_loop(x, y, w, b):
    dw, db = 0.0, 0.0
    for xi, yi in zip(x, y, strict=True):
        e = w * xi + b - yi
        dw += 2 * e * xi
        db += 2 * e
    return dw / len(x), db / len(x)


@variant(grad_mse)
def mse_slopes_dot(x, y, w, b):
    e = w * x + b - y
    return Slopes(2 / x.size * (x @ e), 2 / x.size * e.sum())


@variant(grad_mse)
def mse_slopes_matrix(x, y, w, b):
    A = np.column_stack([x, np.ones_like(x)])
    return 2 / len(y) * A.T @ (A @ np.array([w, b]) - y)


@variant(grad_mse)
def mse_slopes_label_first(x, y, w, b):
    e = y - (b + w * x)
    return [-2 * np.mean(x * e), -2 * np.mean(e)]


@variant(grad_mse)
def mse_slopes_einsum(x, y, w, b):
    e = b + w * x - y
    return np.einsum("n,n->", e, x) * 2 / len(x), np.einsum("n->", e) * 2 / len(x)


@variant(grad_mse)
def mse_slopes_one_entry(x, y, w, b):
    e = (b + w * x - y).reshape(-1, 1)
    return 2 * np.mean(e * x.reshape(-1, 1), axis=0), 2 * np.mean(e, axis=0)


@variant(grad_mse)
def mse_slopes_expanded(x, y, w, b):
    dw = 2 * (w * np.mean(x * x) + b * np.mean(x) - np.mean(x * y))
    return np.asarray(dw), np.asarray(2 * (w * x.mean() + b - y.mean()))


# --- 2.5 grad_mae --------------------------------------------------------------------------


@variant(grad_mae)
def mae_slopes_where(x, y, w, b):
    side = np.where(b + w * x > y, 1.0, -1.0)
    return np.mean(side * x), np.mean(side)


@variant(grad_mae)
def mae_slopes_where_equal_is_up(x, y, w, b):
    side = np.where(b + w * x >= y, 1.0, -1.0)
    return float(np.mean(side * x)), float(np.mean(side))


@variant(grad_mae)
def mae_slopes_loop(x, y, w, b):
    dw = db = 0.0
    for xi, yi in zip(x, y, strict=True):
        e = b + w * xi - yi
        if e > 0:
            dw, db = dw + xi, db + 1
        elif e < 0:
            dw, db = dw - xi, db - 1
    return dw / len(x), db / len(x)


@variant(grad_mae)
def mae_slopes_masks(x, y, w, b):
    too_high, too_low = b + w * x > y, b + w * x < y
    dw = x[too_high].sum() - x[too_low].sum()
    db = too_high.sum() - too_low.sum()
    return dw / len(x), db / len(x)


@variant(grad_mae)
def mae_slopes_label_first(x, y, w, b):
    side = np.sign(y - w * x - b)
    return [-(side @ x) / x.size, -side.mean()]


@variant(grad_mae)
def mae_slopes_copysign(x, y, w, b):
    side = np.array([math.copysign(1.0, e) for e in b + w * x - y])
    return np.array([np.mean(side * x), np.mean(side)])


@variant(grad_mae)
def mae_slopes_matrix(x, y, w, b):
    side = np.sign(b + w * x - y)
    return tuple(np.stack([x, np.ones_like(x)]) @ side / len(side))


# --- 2.6 gd_2d -----------------------------------------------------------------------------


@variant(gd_2d)
def plane_list_of_tuples(grad, w0, b0, eta, n_updates):
    w, b = w0, b0
    path = [(w, b)]
    for _ in range(n_updates):
        dw, db = grad(w, b)
        w, b = w - eta * dw, b - eta * db
        path.append((w, b))
    return path


@variant(gd_2d)
def plane_into_zeros(grad, w0, b0, eta, n_updates):
    path = np.zeros((n_updates + 1, 2))
    path[0] = w0, b0
    for i in range(n_updates):
        path[i + 1] = path[i] - eta * np.array(grad(path[i, 0], path[i, 1]))
    return path


@variant(gd_2d)
def plane_theta_copies(grad, w0, b0, eta, n_updates):
    theta = np.array([w0, b0], dtype=float)
    path = [theta.copy()]
    for _ in range(n_updates):
        theta -= eta * np.asarray(grad(*theta))
        path.append(theta.copy())
    return np.array(path)


@variant(gd_2d)
def plane_two_lists(grad, w0, b0, eta, n_updates):
    ws, bs = [w0], [b0]
    for _ in range(n_updates):
        dw, db = grad(ws[-1], bs[-1])
        ws.append(ws[-1] - eta * dw)
        bs.append(bs[-1] - eta * db)
    return np.column_stack([ws, bs])


@variant(gd_2d)
def plane_vstack(grad, w0, b0, eta, n_updates):
    path = np.array([[w0, b0]], dtype=float)
    for _ in range(n_updates):
        last = path[-1]
        path = np.vstack([path, last - eta * np.array(grad(last[0], last[1]))])
    return path


@variant(gd_2d)
def plane_old_values_kept(grad, w0, b0, eta, n_updates):
    w, b = w0, b0
    path = [[w, b]]
    for _ in range(n_updates):
        old_w, old_b = w, b
        w = old_w - eta * grad(old_w, old_b)[0]
        b = old_b - eta * grad(old_w, old_b)[1]
        path.append([w, b])
    return path


@variant(gd_2d)
def plane_complex(grad, w0, b0, eta, n_updates):
    points = [complex(w0, b0)]
    for _ in range(n_updates):
        here = points[-1]
        points.append(here - eta * complex(*grad(here.real, here.imag)))
    return [[p.real, p.imag] for p in points]


# --- 2.7 max_stable_eta --------------------------------------------------------------------


@variant(max_stable_eta)
def eta_closed_form(x):
    a, c = np.mean(x**2), np.mean(x)
    return 2 / ((a + 1) + np.sqrt((a - 1) ** 2 + 4 * c**2))


@variant(max_stable_eta)
def eta_design_matrix(x):
    A = np.column_stack([np.ones_like(x), x])
    return 2 / np.linalg.eigvalsh(2 * A.T @ A / len(x)).max()


@variant(max_stable_eta)
def eta_singular_value(x):
    A = np.stack([x, np.ones(x.size)], axis=1)
    return x.size / np.linalg.norm(A, 2) ** 2


@variant(max_stable_eta)
def eta_general_eigenvalues(x):
    n = len(x)
    H = np.array([[2 * sum(x * x) / n, 2 * sum(x) / n], [2 * sum(x) / n, 2.0]])
    return float(2 / max(np.linalg.eigvals(H).real))


@variant(max_stable_eta)
def eta_svd(x):
    A = np.vstack([np.ones(len(x)), x])
    return np.array([1 / (np.linalg.svd(A, compute_uv=False)[0] ** 2 / len(x))])


@variant(max_stable_eta)
def eta_spectral_norm(x):
    A = np.c_[x, np.ones_like(x)]
    return np.asarray(1 / np.linalg.norm(A.T.dot(A) / A.shape[0], ord=2))


@variant(max_stable_eta)
def eta_trace_and_determinant(x):
    a, c = np.mean(x**2), np.mean(x)
    half_trace, root = a + 1, math.hypot(a - 1, 2 * c)
    return 2 / (half_trace + root)
