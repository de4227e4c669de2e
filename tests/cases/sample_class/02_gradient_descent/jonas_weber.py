import numpy as np

PATH = []

def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)

def gd_1d(dL, w0, eta, n_updates):
    PATH.append(w0)
    for _ in range(n_updates):
        PATH.append(PATH[-1] - eta * dL(PATH[-1]))
    return np.array(PATH)

def two_starts():
    return -3.0, 2.0

def grad_mse(x, y, w, b):
    e = b + w * x - y
    return 2 * (e * x).mean(), 2 * e.mean()

def grad_mae(x, y, w, b):
    s = np.sign(b + w * x - y)
    return (s * x).mean(), s.mean()

def gd_2d(grad, w0, b0, eta, n_updates):
    points = [(w0, b0)]
    for _ in range(n_updates):
        (w, b), (dw, db) = points[-1], grad(*points[-1])
        points.append((w - eta * dw, b - eta * db))
    return np.array(points)

def max_stable_eta(x):
    return 2 / np.linalg.eigvalsh(2 * np.cov([x, np.ones_like(x)], bias=True)
                                  + 2 * np.outer([x.mean(), 1], [x.mean(), 1]))[-1]
