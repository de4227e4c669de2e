import numpy as np

def numeric_slope(f, w, h=1e-5):
    # slope = rise / run
    return (f(w + h) - f(w)) / h

def gd_1d(dL, w0, eta, n_updates):
    path = np.zeros(n_updates + 1)
    path[0] = w0
    for k in range(1, n_updates + 1):
        path[k] = path[k-1] - eta * dL(path[k-1])
    return path

def two_starts():
    return (-2.5, 2.5)

def grad_mse(x, y, w, b):
    N = len(x)
    e = w*x + b - y
    return 2/N * np.dot(e, x), 2/N * np.sum(e)

def grad_mae(x, y, w, b):
    N = len(x)
    s = np.sign(w*x + b - y)
    return np.dot(s, x)/N, np.sum(s)/N

def gd_2d(grad, w0, b0, eta, n_updates):
    path = np.zeros((n_updates + 1, 2))
    path[0] = [w0, b0]
    for k in range(1, n_updates + 1):
        g = grad(path[k-1, 0], path[k-1, 1])
        path[k] = path[k-1] - eta * np.array(g)
    return path

def max_stable_eta(x):
    A = np.c_[np.ones_like(x), x]
    lam = np.linalg.eigvalsh(2 * A.T @ A / len(x))
    return 2 / lam[-1]
