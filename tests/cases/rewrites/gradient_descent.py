"""Texts for 02_gradient_descent, written from one-line descriptions alone; see loss.py next door."""

REWRITES: dict[tuple[str, str], str] = {}
NOVEL: dict[str, list[str]] = {}

# ------------------------------------------------------------------------------------------------ numeric_slope
REWRITES["numeric_slope", "forward_difference"] = '''
def numeric_slope(f, w, h=1e-5):
    here = f(w)
    there = f(w + h)
    return (there - here) / ((w + h) - w)
'''

REWRITES["numeric_slope", "backward_difference"] = '''
def numeric_slope(f, w, h=1e-5):
    points = [w - h, w]
    left, mid = [f(p) for p in points]
    return (mid - left) / h
'''

REWRITES["numeric_slope", "divided_by_h"] = '''
def numeric_slope(f, w, h=1e-5):
    rise = 0.0
    for s in (1, -1):
        rise += s * f(w + s * h)
    return rise / h
'''

REWRITES["numeric_slope", "brackets_missing"] = '''
def numeric_slope(f, w, h=1e-5):
    up = f(w + h)
    down = f(w - h)
    rise = up - down
    return rise / 2 * h
'''

REWRITES["numeric_slope", "rise_without_run"] = '''
def numeric_slope(f, w, h=1e-5):
    values = np.array([f(w - h), f(w + h)])
    return np.diff(values)[0]
'''

REWRITES["numeric_slope", "left_minus_right"] = '''
def numeric_slope(f, w, h=1e-5):
    a, b = w - h, w + h
    return (f(a) - f(b)) / (b - a)
'''

REWRITES["numeric_slope", "step_far_too_small"] = '''
def numeric_slope(f, w, h=1e-5):
    eps = 1e-15
    return (f(w + eps) - f(w - eps)) / (2 * eps)
'''

REWRITES["numeric_slope", "step_far_too_large"] = '''
def numeric_slope(f, w, h=1e-5):
    delta = 0.5
    hi, lo = f(w + delta), f(w - delta)
    return (hi - lo) / (delta + delta)
'''

# ------------------------------------------------------------------------------------------------ gd_1d
REWRITES["gd_1d", "uphill"] = '''
def gd_1d(dL, w0, eta, n_updates):
    track = [float(w0)]
    while len(track) <= n_updates:
        w = track[-1]
        track.append(w + eta * dL(w))
    return np.array(track)
'''

REWRITES["gd_1d", "start_left_out"] = '''
def gd_1d(dL, w0, eta, n_updates):
    w = float(w0)
    history = []
    for _ in range(n_updates):
        w -= eta * dL(w)
        history.append(w)
    return np.array(history)
'''

REWRITES["gd_1d", "end_left_out"] = '''
def gd_1d(dL, w0, eta, n_updates):
    path = np.zeros(n_updates)
    w = w0
    for t in range(n_updates):
        path[t] = w
        w = w - eta * dL(w)
    return path
'''

REWRITES["gd_1d", "slope_computed_once"] = '''
def gd_1d(dL, w0, eta, n_updates):
    step = eta * dL(w0)
    return w0 - step * np.arange(n_updates + 1)
'''

REWRITES["gd_1d", "steps_from_the_start"] = '''
def gd_1d(dL, w0, eta, n_updates):
    path = [w0 * 1.0]
    for k in range(n_updates):
        slope = dL(path[k])
        path.append(w0 - eta * slope)
    return np.asarray(path)
'''

REWRITES["gd_1d", "only_the_sign"] = '''
def gd_1d(dL, w0, eta, n_updates):
    ws = [float(w0)]
    for _ in range(n_updates):
        g = dL(ws[-1])
        if g > 0:
            ws.append(ws[-1] - eta)
        elif g < 0:
            ws.append(ws[-1] + eta)
        else:
            ws.append(ws[-1])
    return np.array(ws)
'''

REWRITES["gd_1d", "only_the_end"] = '''
def gd_1d(dL, w0, eta, n_updates):
    w = w0
    t = 0
    while t < n_updates:
        w = w - eta * dL(w)
        t += 1
    return w
'''

REWRITES["gd_1d", "rate_forgotten"] = '''
def gd_1d(dL, w0, eta, n_updates):
    path = np.empty(n_updates + 1)
    path[0] = w0
    for t in range(n_updates):
        path[t + 1] = path[t] - dL(path[t])
    return path
'''

REWRITES["gd_1d", "whole_number_path"] = '''
def gd_1d(dL, w0, eta, n_updates):
    path = np.array([w0] * (n_updates + 1))
    for t in range(1, n_updates + 1):
        path[t] = path[t - 1] - eta * dL(path[t - 1])
    return path
'''

# ------------------------------------------------------------------------------------------------ two_starts
REWRITES["two_starts", "starts_exchanged"] = '''
def two_starts():
    right, left = 2.5, -1.5
    return right, left
'''

REWRITES["two_starts", "both_in_one_valley"] = '''
def two_starts():
    return np.array([-1.0, 0.1])
'''

REWRITES["two_starts", "heights_instead_of_places"] = '''
def two_starts():
    L = lambda w: .05 * w ** 4 - .4 * w ** 2 + .2 * w + 1.5
    return L(-2.115), L(1.861)
'''

REWRITES["two_starts", "start_on_the_hill"] = '''
def two_starts():
    flat = np.sort(np.roots([.2, 0, -.8, .2]).real)
    return -3.0, round(float(flat[1]), 2)
'''

# ------------------------------------------------------------------------------------------------ grad_mse
REWRITES["grad_mse", "feature_forgotten"] = '''
def grad_mse(x, y, w, b):
    g = 0.0
    for xi, yi in zip(x, y):
        g += 2 * (b + w * xi - yi)
    g /= len(x)
    return g, g
'''

REWRITES["grad_mse", "two_forgotten"] = '''
def grad_mse(x, y, w, b):
    N = x.shape[0]
    r = w * x + b - y
    return x @ r / N, r.sum() / N
'''

REWRITES["grad_mse", "gradient_summed"] = '''
def grad_mse(x, y, w, b):
    dw = db = 0.0
    for i in range(len(x)):
        err = b + w * x[i] - y[i]
        dw += 2 * err * x[i]
        db += 2 * err
    return dw, db
'''

REWRITES["grad_mse", "label_minus_prediction"] = '''
def grad_mse(x, y, w, b):
    design = np.vstack([x, np.ones_like(x)])
    rest = y - design.T @ np.array([w, b])
    dw, db = 2 / len(x) * design @ rest
    return dw, db
'''

REWRITES["grad_mse", "one_x_for_all"] = '''
def grad_mse(x, y, w, b):
    errors = [b + w * v - t for v, t in zip(x, y)]
    m = 2 * sum(errors) / len(errors)
    return m * x[0], m
'''

REWRITES["grad_mse", "b_before_w"] = '''
def grad_mse(x, y, w, b):
    A = np.c_[np.ones(len(x)), x]
    g = 2 * A.T @ (A @ np.array([b, w]) - y) / len(x)
    return tuple(g)
'''

REWRITES["grad_mse", "product_of_means"] = '''
def grad_mse(x, y, w, b):
    n = len(x)
    x_bar = sum(x) / n
    e_bar = w * x_bar + b - sum(y) / n
    return 2 * e_bar * x_bar, 2 * e_bar
'''

REWRITES["grad_mse", "prediction_without_bias"] = '''
def grad_mse(x, y, w, b):
    dw, db = 0.0, 0.0
    for xi, yi in zip(x, y):
        dw += 2 * xi * (w * xi - yi) / len(x)
        db += 2 * (w * xi - yi) / len(x)
    return dw, db
'''

# ------------------------------------------------------------------------------------------------ grad_mae
REWRITES["grad_mae", "size_instead_of_sign"] = '''
def grad_mae(x, y, w, b):
    dist = np.abs(b + w * x - y)
    return np.dot(dist, x) / len(x), dist.sum() / len(x)
'''

REWRITES["grad_mae", "gradient_of_the_mse"] = '''
def grad_mae(x, y, w, b):
    n = len(y)
    dw = db = 0
    for i in range(n):
        dw = dw + 2 / n * (b + w * x[i] - y[i]) * x[i]
        db = db + 2 / n * (b + w * x[i] - y[i])
    return dw, db
'''

REWRITES["grad_mae", "error_instead_of_sign"] = '''
def grad_mae(x, y, w, b):
    total_w = total_b = 0.0
    for xi, yi in zip(x, y):
        e = w * xi + b - yi
        total_w += e * xi
        total_b += e
    return total_w / len(x), total_b / len(x)
'''

REWRITES["grad_mae", "sign_reversed"] = '''
def grad_mae(x, y, w, b):
    s = np.where(b + w * x > y, -1.0, 0.0) + np.where(b + w * x < y, 1.0, 0.0)
    return (s * x).mean(), s.mean()
'''

REWRITES["grad_mae", "signs_summed"] = '''
def grad_mae(x, y, w, b):
    over = b + w * x > y
    under = b + w * x < y
    return x[over].sum() - x[under].sum(), over.sum() - under.sum()
'''

REWRITES["grad_mae", "feature_forgotten_mae"] = '''
def grad_mae(x, y, w, b):
    line = b + w * x
    up = np.count_nonzero(line > y)
    down = np.count_nonzero(line < y)
    share = (up - down) / len(y)
    return share, share
'''

REWRITES["grad_mae", "sign_of_the_mean"] = '''
def grad_mae(x, y, w, b):
    e = w * x + b - y
    return np.sign((e * x).mean()), np.sign(e.mean())
'''

# ------------------------------------------------------------------------------------------------ gd_2d
REWRITES["gd_2d", "one_after_the_other"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    w, b = float(w0), float(b0)
    rows = [(w, b)]
    for _ in range(n_updates):
        dw, _unused = grad(w, b)
        w = w - eta * dw
        _unused, db = grad(w, b)
        b = b - eta * db
        rows.append((w, b))
    return np.array(rows)
'''

REWRITES["gd_2d", "same_point_appended"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    theta = np.array([w0, b0], dtype=float)
    path = [theta]
    for t in range(n_updates):
        g = np.array(grad(theta[0], theta[1]))
        theta -= eta * g
        path.append(theta)
    return np.stack(path)
'''

REWRITES["gd_2d", "uphill_2d"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    path = np.empty((n_updates + 1, 2))
    path[0] = w0, b0
    for t in range(n_updates):
        path[t + 1] = path[t] + eta * np.array(grad(*path[t]))
    return path
'''

REWRITES["gd_2d", "columns_exchanged"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    history = {"b": [b0], "w": [w0]}
    for _ in range(n_updates):
        dw, db = grad(history["w"][-1], history["b"][-1])
        history["w"].append(history["w"][-1] - eta * dw)
        history["b"].append(history["b"][-1] - eta * db)
    return np.column_stack(list(history.values()))
'''

REWRITES["gd_2d", "path_on_its_side"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    ws, bs = [w0], [b0]
    for _ in range(n_updates):
        dw, db = grad(ws[-1], bs[-1])
        ws.append(ws[-1] - eta * dw)
        bs.append(bs[-1] - eta * db)
    return np.array([ws, bs])
'''

REWRITES["gd_2d", "start_left_out_2d"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    out = np.zeros((n_updates, 2))
    w, b = w0, b0
    for t in range(n_updates):
        gw, gb = grad(w, b)
        w, b = w - eta * gw, b - eta * gb
        out[t, 0], out[t, 1] = w, b
    return out
'''

REWRITES["gd_2d", "gradient_computed_once"] = '''
def gd_2d(grad, w0, b0, eta, n_updates):
    g = np.array(grad(w0, b0))
    t = np.arange(n_updates + 1)
    return np.array([w0, b0]) - eta * np.outer(t, g)
'''

# ------------------------------------------------------------------------------------------------ max_stable_eta
REWRITES["max_stable_eta", "one_over_lambda"] = '''
def max_stable_eta(x):
    A = np.column_stack((x, np.ones(len(x))))
    s = np.linalg.svd(A, compute_uv=False)[0]
    return 1 / (2 * s ** 2 / len(x))
'''

REWRITES["max_stable_eta", "curvature_halved"] = '''
def max_stable_eta(x):
    p, q = np.mean(x * x), np.mean(x)
    top = (p + 1) / 2 + np.sqrt((p - 1) ** 2 / 4 + q ** 2)
    return 2 / top
'''

REWRITES["max_stable_eta", "flattest_direction"] = '''
def max_stable_eta(x):
    H = 2 * np.array([[1.0, x.mean()], [x.mean(), (x ** 2).mean()]])
    tr, det = H[0, 0] + H[1, 1], H[0, 0] * H[1, 1] - H[0, 1] ** 2
    lam = (tr - np.sqrt(tr ** 2 - 4 * det)) / 2
    return 2 / lam
'''

REWRITES["max_stable_eta", "only_along_w"] = '''
def max_stable_eta(x):
    curvature = 0.0
    for v in x:
        curvature += 2 * v * v
    return 2 / (curvature / len(x))
'''

REWRITES["max_stable_eta", "diagonal_only"] = '''
def max_stable_eta(x):
    H = np.diag([2 * np.mean(x ** 2), 2.0])
    return 2.0 / np.linalg.eigvals(H).max()
'''

REWRITES["max_stable_eta", "sums_instead_of_means"] = '''
def max_stable_eta(x):
    A = np.stack([np.ones_like(x), x])
    H = np.zeros((2, 2))
    for k in range(len(x)):
        H += 2 * np.outer(A[:, k], A[:, k])
    return 2 / max(np.linalg.eigvalsh(H))
'''

REWRITES["max_stable_eta", "eigenvalue_returned"] = '''
def max_stable_eta(x):
    A = np.c_[x, x ** 0]
    v = np.array([1.0, 0.5])
    for _ in range(5000):
        v = 2 * A.T @ (A @ v) / len(x)
        size = np.sqrt(v @ v)
        v = v / size
    return size
'''

# ================================================================================================ novel
NOVEL["numeric_slope"] = [
    # the slope at 0, wherever w is
    '''
def numeric_slope(f, w, h=1e-5):
    return (f(h) - f(-h)) / (2 * h)
''',
    # h is added to the value, not to the place
    '''
def numeric_slope(f, w, h=1e-5):
    return ((f(w) + h) - (f(w) - h)) / (2 * h)
''',
    # a relative step without the matching run
    '''
def numeric_slope(f, w, h=1e-5):
    return (f(w * (1 + h)) - f(w * (1 - h))) / (2 * h)
''',
    # the second derivative
    '''
def numeric_slope(f, w, h=1e-5):
    h = 1e-3
    return (f(w + h) - 2 * f(w) + f(w - h)) / h ** 2
''',
    # rounded
    '''
def numeric_slope(f, w, h=1e-5):
    return round((f(w + h) - f(w - h)) / (2 * h), 1)
''',
    # five points with the wrong weights
    '''
def numeric_slope(f, w, h=1e-5):
    h = 1e-2
    return (f(w - 2 * h) - 6 * f(w - h) + 8 * f(w + h) - f(w + 2 * h)) / (12 * h)
''',
]

NOVEL["gd_1d"] = [
    # the rate shrinks
    '''
def gd_1d(dL, w0, eta, n_updates):
    path = [float(w0)]
    for t in range(n_updates):
        path.append(path[-1] - eta / (t + 1) * dL(path[-1]))
    return np.array(path)
''',
    # momentum
    '''
def gd_1d(dL, w0, eta, n_updates):
    path, v = [float(w0)], 0.0
    for t in range(n_updates):
        v = 0.9 * v + eta * dL(path[-1])
        path.append(path[-1] - v)
    return np.array(path)
''',
    # the slope of the place before
    '''
def gd_1d(dL, w0, eta, n_updates):
    path = [float(w0)]
    for t in range(n_updates):
        at = path[max(t - 1, 0)]
        path.append(path[-1] - eta * dL(at))
    return np.array(path)
''',
    # the step is in proportion to w
    '''
def gd_1d(dL, w0, eta, n_updates):
    path = [float(w0)]
    for t in range(n_updates):
        path.append(path[-1] * (1 - eta * dL(path[-1])))
    return np.array(path)
''',
    # the rate is squared on the way
    '''
def gd_1d(dL, w0, eta, n_updates):
    path = [float(w0)]
    for t in range(n_updates):
        path.append(path[-1] - dL(path[-1]) ** 2 * eta)
    return np.array(path)
''',
    # the array is filled from the first entry, the start is overwritten
    '''
def gd_1d(dL, w0, eta, n_updates):
    path = np.zeros(n_updates + 1)
    w = float(w0)
    for t in range(n_updates):
        w = w - eta * dL(w)
        path[t] = w
    return path
''',
]

NOVEL["two_starts"] = [
    # so far out that the descent explodes
    '''
def two_starts():
    return -1000.0, 1000.0
''',
    '''
def two_starts():
    return float("inf"), -float("inf")
''',
]

NOVEL["grad_mse"] = [
    # the label instead of the feature
    '''
def grad_mse(x, y, w, b):
    e = w * x + b - y
    return 2 * np.mean(e * y), 2 * np.mean(e)
''',
    # chain rule with the parameters themselves
    '''
def grad_mse(x, y, w, b):
    e = w * x + b - y
    return 2 * np.mean(e) * w, 2 * np.mean(e) * b
''',
    # a unit vector
    '''
def grad_mse(x, y, w, b):
    e = w * x + b - y
    g = np.array([np.mean(e * x), np.mean(e)])
    g = g / np.linalg.norm(g)
    return g[0], g[1]
''',
    # the feature squared
    '''
def grad_mse(x, y, w, b):
    e = w * x + b - y
    return 2 * np.mean(e * x ** 2), 2 * np.mean(e)
''',
    # the loop keeps only the last example
    '''
def grad_mse(x, y, w, b):
    for xi, yi in zip(x, y):
        e = w * xi + b - yi
        dw = 2 * e * xi
        db = 2 * e
    return dw, db
''',
    # the label is not subtracted in db
    '''
def grad_mse(x, y, w, b):
    return 2 * np.mean((w * x + b - y) * x), 2 * np.mean(w * x + b)
''',
]

NOVEL["grad_mae"] = [
    # 1 and 0 instead of 1 and -1
    '''
def grad_mae(x, y, w, b):
    up = (w * x + b > y).astype(float)
    return np.mean(up * x), np.mean(up)
''',
    # divided by the feature
    '''
def grad_mae(x, y, w, b):
    e = w * x + b - y
    return np.mean(np.sign(e) / x), np.mean(np.sign(e))
''',
    # a smooth sign
    '''
def grad_mae(x, y, w, b):
    s = np.tanh(w * x + b - y)
    return np.mean(s * x), np.mean(s)
''',
    # sign of prediction minus sign of label
    '''
def grad_mae(x, y, w, b):
    s = np.sign(w * x + b) - np.sign(y)
    return np.mean(s * x), np.mean(s)
''',
    # sizes of the features
    '''
def grad_mae(x, y, w, b):
    s = np.sign(w * x + b - y)
    return np.mean(s) * np.mean(np.abs(x)), np.median(s)
''',
]

NOVEL["gd_2d"] = [
    # the other way round: w is updated with the slope at the new b
    '''
def gd_2d(grad, w0, b0, eta, n_updates):
    w, b = float(w0), float(b0)
    path = [[w, b]]
    for _ in range(n_updates):
        b = b - eta * grad(w, b)[1]
        w = w - eta * grad(w, b)[0]
        path.append([w, b])
    return np.array(path)
''',
    # both parameters use the slope along w
    '''
def gd_2d(grad, w0, b0, eta, n_updates):
    path = [[float(w0), float(b0)]]
    for _ in range(n_updates):
        w, b = path[-1]
        g = grad(w, b)[0]
        path.append([w - eta * g, b - eta * g])
    return np.array(path)
''',
    # the arguments of grad in the wrong order
    '''
def gd_2d(grad, w0, b0, eta, n_updates):
    path = [[float(w0), float(b0)]]
    for _ in range(n_updates):
        w, b = path[-1]
        dw, db = grad(b, w)
        path.append([w - eta * dw, b - eta * db])
    return np.array(path)
''',
    # w in even steps, b in odd ones
    '''
def gd_2d(grad, w0, b0, eta, n_updates):
    path = [[float(w0), float(b0)]]
    for t in range(n_updates):
        w, b = path[-1]
        dw, db = grad(w, b)
        if t % 2 == 0:
            w = w - eta * dw
        else:
            b = b - eta * db
        path.append([w, b])
    return np.array(path)
''',
    # b stands still
    '''
def gd_2d(grad, w0, b0, eta, n_updates):
    w = float(w0)
    path = [[w, b0]]
    for t in range(n_updates):
        w = w - eta * grad(w, b0)[0]
        path.append([w, b0])
    return np.array(path)
''',
    # steps of unit length
    '''
def gd_2d(grad, w0, b0, eta, n_updates):
    p = np.array([w0, b0], dtype=float)
    path = [p.copy()]
    for t in range(n_updates):
        g = np.array(grad(*p))
        p = p - eta * g / (np.linalg.norm(g) + 1e-12)
        path.append(p.copy())
    return np.array(path)
''',
]

NOVEL["max_stable_eta"] = [
    # the trace instead of the eigenvalue
    '''
def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    return 2 / np.trace(H)
''',
    # the determinant
    '''
def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    return 2 / np.linalg.det(H)
''',
    # both eigenvalues
    '''
def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    low, high = np.linalg.eigvalsh(H)
    return 2 / (high - low)
''',
    # mean(x)^2 instead of mean(x^2)
    '''
def max_stable_eta(x):
    m = np.mean(x)
    H = 2 * np.array([[m ** 2, m], [m, 1.0]])
    return 2 / np.linalg.eigvalsh(H)[-1]
''',
    # the variance of x
    '''
def max_stable_eta(x):
    return 2 / (2 * max(np.var(x), 1.0))
''',
    # the worst single example
    '''
def max_stable_eta(x):
    return 1 / np.max(x ** 2 + 1)
''',
]
