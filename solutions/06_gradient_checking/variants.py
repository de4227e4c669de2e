"""Right answers written differently: each of them must earn full marks."""

import math

import numpy as np
from checks import find_bugs, gradcheck, numeric_grad, rel_error

from grader.authoring import variant

# --- 6.1 numeric_grad ----------------------------------------------------------------------


@variant(numeric_grad)
def slopes_of_copies(f, theta, h=1e-5):
    slopes = np.zeros(np.shape(theta))
    for index in np.ndindex(np.shape(theta)):
        plus, minus = np.array(theta, dtype=float), np.array(theta, dtype=float)
        plus[index] += h
        minus[index] -= h
        slopes[index] = (f(plus) - f(minus)) / (2 * h)
    return slopes


@variant(numeric_grad)
def slopes_in_place(f, theta, h=1e-5):
    if theta.dtype.kind != "f":
        theta = theta.astype(float)
    slopes = np.empty(theta.shape)
    walk = np.nditer(theta, flags=["multi_index"])
    for _ in walk:
        index = walk.multi_index
        old = float(theta[index])
        theta[index] = old + h
        right = f(theta)
        theta[index] = old - h
        left = f(theta)
        theta[index] = old
        slopes[index] = (right - left) / (2.0 * h)
    return slopes


@variant(numeric_grad)
def slopes_by_unit_steps(f, theta, h=1e-5):
    theta = np.asarray(theta, dtype=float)
    steps = h * np.eye(theta.size).reshape(theta.size, *theta.shape)
    found = [(f(theta + step) - f(theta - step)) / (2 * h) for step in steps]
    return np.array(found).reshape(theta.shape)


@variant(numeric_grad)
def slopes_flat(f, theta, h=1e-5):
    flat = np.array(theta, dtype=np.float64).ravel()
    slopes = []
    for i in range(flat.size):
        old = flat[i]
        heights = []
        for step in (h, -h):
            flat[i] = old + step
            heights.append(f(flat.reshape(np.shape(theta))))
        flat[i] = old
        slopes.append((heights[0] - heights[1]) / h / 2)
    return np.reshape(slopes, np.shape(theta))


@variant(numeric_grad)
def slopes_richardson(f, theta, h=1e-5):
    theta = np.asarray(theta, dtype=float)

    def central(step):
        slopes = np.zeros(theta.shape)
        for index in np.ndindex(theta.shape):
            move = np.zeros(theta.shape)
            move[index] = step
            slopes[index] = (f(theta + move) - f(theta - move)) / (2 * step)
        return slopes

    return (4 * central(h / 2) - central(h)) / 3


@variant(numeric_grad)
def slopes_complex_step(f, theta, h=1e-5):
    theta = np.asarray(theta, dtype=float)
    slopes = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        moved = theta.astype(complex)
        moved[index] += 1e-20j
        slopes[index] = np.imag(f(moved)) / 1e-20
    return slopes


@variant(numeric_grad)
def slopes_as_lists(f, theta, h=1e-5):
    moved = np.array(theta, dtype=float)
    found = np.zeros(moved.shape)
    for index in np.ndindex(*moved.shape):
        keep = moved[index]
        moved[index] = keep + h
        right = float(f(moved))
        moved[index] = keep - h
        found[index] = (right - float(f(moved))) / (2 * h)
        moved[index] = keep
    return found.tolist()


# --- 6.2 rel_error -------------------------------------------------------------------------


@variant(rel_error)
def error_by_linalg(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / size if size > 0 else 0.0


@variant(rel_error)
def error_flat(a, b):
    a, b = np.ravel(a), np.ravel(b)
    size = np.sqrt(a @ a) + np.sqrt(b @ b)
    return 0.0 if size == 0 else np.sqrt((a - b) @ (a - b)) / size


@variant(rel_error)
def error_early_return(a, b):
    if not np.any(a) and not np.any(b):
        return 0
    return float(np.linalg.norm(np.subtract(a, b)) / (np.linalg.norm(a) + np.linalg.norm(b)))


@variant(rel_error)
def error_loop(a, b):
    above = below_a = below_b = 0.0
    for one, other in zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True):
        above += (one - other) ** 2
        below_a += one**2
        below_b += other**2
    below = math.sqrt(below_a) + math.sqrt(below_b)
    return math.sqrt(above) / below if below else 0.0


@variant(rel_error)
def error_hypot(a, b):
    sizes = math.hypot(*np.ravel(a)) + math.hypot(*np.ravel(b))
    return math.hypot(*np.ravel(a - b)) / max(sizes, 1e-300)


@variant(rel_error)
def error_zero_dimensional(a, b):
    size = np.sqrt(np.square(a).sum()) + np.sqrt(np.square(b).sum())
    return np.array(np.sqrt(np.square(a - b).sum()) / (size or 1.0))


# --- 6.3 gradcheck -------------------------------------------------------------------------


def _measured(f, theta, h=1e-5):
    slopes = np.zeros(np.shape(theta))
    for index in np.ndindex(np.shape(theta)):
        step = np.zeros(np.shape(theta))
        step[index] = h
        slopes[index] = (f(theta + step) - f(theta - step)) / (2 * h)
    return slopes


def _relative(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / size if size else 0.0


@variant(gradcheck)
def check_unravelled(f, grad, theta, tol=1e-6):
    g, n = np.asarray(grad(theta)), _measured(f, theta)
    apart = abs(g - n)
    return _relative(g, n) <= tol, np.unravel_index(apart.argmax(), apart.shape), _relative(g, n)


@variant(gradcheck)
def check_loop(f, grad, theta, tol=1e-6):
    g, n = np.asarray(grad(theta)), _measured(f, theta)
    worst, largest = None, -1.0
    for index in np.ndindex(np.shape(g)):
        if worst is None or abs(g[index] - n[index]) > largest:
            worst, largest = index, abs(g[index] - n[index])
    err = _relative(g, n)
    return err <= tol, worst, err


@variant(gradcheck)
def check_list(f, grad, theta, tol=1e-6):
    g, n = np.asarray(grad(theta)), _measured(f, theta)
    err = float(_relative(g, n))
    ok = bool(np.isfinite(err)) and err <= tol
    apart = np.abs(g - n)
    return [ok, [int(i[0]) for i in np.nonzero(np.atleast_1d(apart == apart.max()))][: apart.ndim]
            if np.isfinite(err) else [0] * apart.ndim, err]  # fmt: skip


@variant(gradcheck)
def check_transposed_index(f, grad, theta, tol=1e-6):
    g, n = np.asarray(grad(theta)), _measured(f, theta)
    err = _relative(g, n)
    apart = np.abs(g - n)
    places = np.argwhere(apart == np.max(apart))
    worst = tuple(places[0].tolist()) if len(places) else (0,) * apart.ndim
    return np.bool_(err <= tol), worst, np.float64(err)


@variant(gradcheck)
def check_numpy_scalars(f, grad, theta, tol=1e-6):
    g, n = np.asarray(grad(theta)), _measured(f, theta)
    err = np.linalg.norm(g - n) / (np.linalg.norm(g) + np.linalg.norm(n))
    flat = int(np.argmax(np.abs(g - n)))
    worst = []
    for length in reversed(np.shape(g)):
        worst.append(flat % length)
        flat //= length
    return not (err > tol or math.isnan(err)), tuple(worst[::-1]), err


@variant(gradcheck)
def check_finer_steps(f, grad, theta, tol=1e-6):
    g = np.asarray(grad(theta))
    n = (4 * _measured(f, theta, 5e-6) - _measured(f, theta)) / 3
    apart = np.abs(g - n)
    return (
        bool(_relative(g, n) <= tol),
        np.unravel_index(np.argmax(apart), apart.shape),
        float(_relative(g, n)),
    )


# --- 6.4 find_bugs -------------------------------------------------------------------------


def _error(candidate, theta):
    return _relative(candidate(theta)[1], _measured(lambda t: candidate(t)[0], theta))


@variant(find_bugs)
def bugs_at_one_point(candidates):
    theta = np.random.default_rng(7).normal(size=6)
    return {name for name, c in candidates.items() if _error(c, theta) > 1e-5}


@variant(find_bugs)
def bugs_at_a_chosen_point(candidates):
    theta = np.array([0.31, -1.27, 0.74, -0.45, 1.13, -0.86])
    return set(filter(lambda name: _error(candidates[name], theta) > 1e-6, candidates))


@variant(find_bugs)
def bugs_as_a_list(candidates):
    thetas = np.random.default_rng(1).uniform(-2, 2, size=(3, 6))
    return [n for n in candidates if any(_error(candidates[n], t) > 1e-6 for t in thetas)]


@variant(find_bugs)
def bugs_without_the_right(candidates):
    theta = np.random.default_rng(2).normal(size=6)
    right = {name for name, c in candidates.items() if _error(c, theta) < 1e-4}
    return set(candidates) - right


@variant(find_bugs)
def bugs_frozen(candidates):
    theta = np.linspace(-1.5, 1.2, 6)
    return frozenset(name for name, c in candidates.items() if not _error(c, theta) < 3e-6)


@variant(find_bugs)
def bugs_along_directions(candidates):
    rng = np.random.default_rng(3)
    theta, wrong = rng.normal(size=6), set()
    for name, candidate in candidates.items():
        _, g = candidate(theta)
        for _ in range(4):
            v = rng.normal(size=6)
            rise = candidate(theta + 1e-5 * v)[0] - candidate(theta - 1e-5 * v)[0]
            scale = np.linalg.norm(g) * np.linalg.norm(v)
            if abs(rise / 2e-5 - g @ v) > 1e-5 * scale:
                wrong.add(name)
    return wrong
