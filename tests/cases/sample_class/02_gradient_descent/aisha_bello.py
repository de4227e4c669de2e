"""Gradient descent, one parameter and two. Aisha Bello."""
import numpy as np


def L(w):
    return 0.05 * w**4 - 0.4 * w**2 + 0.2 * w + 1.5


def dL(w):
    return 0.2 * w**3 - 0.8 * w + 0.2


def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)


def gd_1d(dL, w0, eta, n_updates):
    w = w0
    path = [w]
    for i in range(n_updates):
        w = w - eta * dL(w)
        path.append(w)
    return np.array(path)


def two_starts():
    return -3.0, 3.0


def grad_mse(x, y, w, b):
    error = b + w * x - y
    dw = 2 * np.mean(error * x)
    db = 2 * np.mean(error)
    return dw, db


def grad_mae(x, y, w, b):
    sign = np.sign(b + w * x - y)
    return np.mean(sign * x), np.mean(sign)


def gd_2d(grad, w0, b0, eta, n_updates):
    w, b = w0, b0
    path = [(w, b)]
    for i in range(n_updates):
        dw, db = grad(w, b)
        w, b = w - eta * dw, b - eta * db
        path.append((w, b))
    return np.array(path)


def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]])
    return 2 / max(np.linalg.eigvalsh(H))
