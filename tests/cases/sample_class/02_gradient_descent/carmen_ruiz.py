import numpy as np


def numeric_slope(f, w, h=1e-5):
    rise = f(w + h) - f(w - h)
    run = 2 * h
    return rise / run


def gd_1d(dL, w0, eta, n_updates):
    path = [float(w0)]
    for _ in range(n_updates):
        step = eta * dL(path[-1])
        path.append(path[-1] + step)
    return np.array(path)


def two_starts():
    # left of the hill, right of the hill
    return 0.0, 0.5


def grad_mse(x, y, w, b):
    e = b + w * x - y
    return (2 * e * x).mean(), (2 * e).mean()


def grad_mae(x, y, w, b):
    e = b + w * x - y
    s = np.where(e > 0, 1, np.where(e < 0, -1, 0))
    return (s * x).mean(), s.mean()


def gd_2d(grad, w0, b0, eta, n_updates):
    theta = np.array([w0, b0], dtype=float)
    path = [theta]
    for _ in range(n_updates):
        theta = theta - eta * np.array(grad(*theta))
        path.append(theta)
    return np.stack(path)


def max_stable_eta(x):
    m1, m2 = x.mean(), (x ** 2).mean()
    biggest = (m2 + 1) + np.sqrt((m2 - 1) ** 2 + 4 * m1 ** 2)
    return 2 / biggest
