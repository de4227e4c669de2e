import numpy as np

def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / 2*h

def gd_1d(dL, w0, eta, n_updates):
    path = [w0]
    for _ in range(n_updates): path.append(path[-1] - eta * dL(path[-1]))
    return np.array(path)

def two_starts(): return -3.0, 3.0

def grad_mse(x, y, w, b):
    e = b + w * x - y
    return float(2 * np.mean(e * x)), float(2 * np.mean(e))

def grad_mae(x, y, w, b):
    e = b + w * x - y
    return float(np.mean(np.sign(e) * x)), float(np.mean(np.sign(e)))

def gd_2d(grad, w0, b0, eta, n_updates):
    path = [(w0, b0)]
    for _ in range(n_updates):
        w, b = path[-1]; dw, db = grad(w, b)
        path.append((w - eta * dw, b - eta * db))
    return np.array(path)

def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])
    return float(2 / np.linalg.eigvalsh(H)[-1])
