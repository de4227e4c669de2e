import numpy as np

def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)

def gd_1d(dL, w0, eta, n_updates):
    path = []
    w = w0
    for _ in range(n_updates):
        w = w - eta * dL(w)
        path.append(w)
    return np.array(path)

def two_starts():
    return -3.0, 3.0

def grad_mse(x, y, w, b):
    e = b + w * x - y
    return 2 * np.mean(e * x), 2 * np.mean(e)

def grad_mae(x, y, w, b):
    e = b + w * x - y
    return np.mean(np.sign(e) * x), np.mean(np.sign(e))

def gd_2d(grad, w0, b0, eta, n_updates):
    point = np.array([w0, b0], dtype=float)
    path = [point]
    for _ in range(n_updates):
        point -= eta * np.array(grad(point[0], point[1]))
        path.append(point)
    return np.array(path)

def max_stable_eta(x):
    H = 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])
    return 2 / np.linalg.eigvalsh(H)[-1]
