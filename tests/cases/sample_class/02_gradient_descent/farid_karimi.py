import numpy as np

def numeric_slope(f, w, h=1e-5):
    a = f(w - h)
    c = f(w + h)
    return (c - a) / (2 * h)

def gd_1d(dL, w0, eta, n_updates):
    ws = [w0]
    while len(ws) < n_updates + 1:
        ws.append(ws[-1] - eta * dL(ws[-1]))
    return np.array(ws, dtype=float)

def two_starts():
    return (-2.0, 2.0)

def grad_mse(x, y, w, b):
    e = w * x + b - y
    return np.mean(e * x), np.mean(e)

def grad_mae(x, y, w, b):
    e = w * x + b - y
    return np.mean(np.sign(e) * x), np.mean(np.sign(e))

def gd_2d(grad, w0, b0, eta, n_updates):
    points = [(w0, b0)]
    while len(points) < n_updates + 1:
        (w, b) = points[-1]
        (dw, db) = grad(w, b)
        points.append((w - eta * dw, b - eta * db))
    return np.array(points, dtype=float)

def max_stable_eta(x):
    a = np.mean(x ** 2)
    c = np.mean(x)
    H = [[2 * a, 2 * c], [2 * c, 2]]
    return 2 / np.max(np.linalg.eigvalsh(H))
