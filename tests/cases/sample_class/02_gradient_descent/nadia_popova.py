import numpy as np


def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)


def gd_1d(dL, w0, eta, n_updates):
    w_list = [w0]
    for _ in range(n_updates):
        w_list.append(w_list[-1] - eta * dL(w_list[-1]))
    return np.asarray(w_list)


def two_starts():
    w0_global = -3.0
    w0_local = 3.0
    return w0_global, w0_local


def grad_mse(x, y, w, b):
    e = b + w * x - y
    dw = 2 * np.mean(e * x)
    db = 2 * np.mean(e)
    return dw, db


def grad_mae(x, y, w, b):
    e = np.abs(b + w * x - y)
    dw = np.mean(e * x)
    db = np.mean(e)
    return dw, db


def gd_2d(grad, w0, b0, eta, n_updates):
    path = np.zeros((n_updates + 1, 2))
    w, b = w0, b0
    path[0] = w, b
    for i in range(n_updates):
        dw, db = grad(w, b)
        w = w - eta * dw
        b = b - eta * db
        path[i + 1] = w, b
    return path


def max_stable_eta(x):
    a, c = np.mean(x ** 2), np.mean(x)
    hessian = np.array([[2 * a, 2 * c], [2 * c, 2.0]])
    return 2.0 / np.linalg.eigvalsh(hessian)[-1]
