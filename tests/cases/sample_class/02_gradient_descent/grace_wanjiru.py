# Everything without numpy where I could. -- Grace
import math


def numeric_slope(f, w, h=1e-5):
    # Richardson, more accurate than asked
    def d(s):
        return (f(w + s) - f(w - s)) / (2 * s)
    return (4 * d(h / 2) - d(h)) / 3


def gd_1d(dL, w0, eta, n_updates):
    path = [w0]
    for _ in range(n_updates):
        path.append(path[-1] - eta * float(dL(path[-1])))
    return tuple(path)


def two_starts():
    return [-0.5, 0.75]


def grad_mse(x, y, w, b):
    dw = db = 0.0
    for xi, yi in zip(x, y):
        dw += 2 * (b + w * xi - yi) * xi
        db += 2 * (b + w * xi - yi)
    return [dw / len(x), db / len(x)]


def grad_mae(x, y, w, b):
    dw = db = 0.0
    for xi, yi in zip(x, y):
        s = 1 if b + w * xi >= yi else -1
        dw += s * xi
        db += s
    return [dw / len(x), db / len(x)]


def gd_2d(grad, w0, b0, eta, n_updates):
    path = [(w0, b0)]
    for _ in range(n_updates):
        w, b = path[-1]
        g = grad(w, b)
        path.append((w - eta * float(g[0]), b - eta * float(g[1])))
    return path


def max_stable_eta(x):
    n = len(x)
    p = sum(v * v for v in x) / n
    q = sum(x) / n
    return 2 / (p + 1 + math.sqrt((p - 1) ** 2 + 4 * q * q))
