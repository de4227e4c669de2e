import numpy as np


def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)


def gd_1d(dL, w0, eta, n_updates):
    path = np.full(n_updates + 1, w0)
    for i in range(n_updates):
        path[i + 1] = path[i] - eta * dL(path[i])
    return path


def two_starts():
    return -1.5, 1.5


def grad_mse(x, y, w, b):
    e = b + w * x - y
    return 2 * np.mean(e * x), 2 * np.mean(e)


def grad_mae(x, y, w, b):
    e = b + w * x - y
    return np.mean(np.sign(e) * x), np.mean(np.sign(e))


def gd_2d(grad, w0, b0, eta, n_updates):
    path = np.empty((n_updates + 1, 2))
    path[0, 0], path[0, 1] = w0, b0
    for i in range(n_updates):
        dw, db = grad(path[i, 0], path[i, 1])
        path[i + 1, 0] = path[i, 0] - eta * dw
        path[i + 1, 1] = path[i, 1] - eta * db
    return path


def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])
    return 2 / np.linalg.eigvalsh(H).max()
