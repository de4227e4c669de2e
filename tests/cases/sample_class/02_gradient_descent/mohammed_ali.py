import numpy as np

def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)

def gd_1d(dL, w0, eta, n_updates):
    path = [w0]
    for step in range(n_updates):
        path.append(path[step] - eta * dL(path[step]))
    return np.array(path)

def two_starts():
    return -3, 3

def grad_mse(x, y, w, b):
    e = b + w * x - y
    return 2 * np.mean(e * x), 2 * np.mean(e)

def grad_mae(x, y, w, b):
    e = b + w * x - y
    return np.mean(np.sign(e) * x), np.mean(np.sign(e))

def gd_2d(grad, w0, b0, eta, n_updates):
    path = [(w0, b0)]
    for step in range(n_updates):
        dw, db = grad(path[step][0], path[step][1])
        path.append((path[step][0] - eta * dw, path[step][1] - eta * db))
    return np.array(path)

def max_stable_eta(x):
    """Try it: halve the interval between an eta that converges and one that does not."""
    m, q = np.mean(x), np.mean(x ** 2)
    low, high = 0.0, 1.0
    while high - low > 1e-30:
        eta = (low + high) / 2
        w, b = 1.0, 1.0
        for _ in range(50):
            w, b = w - 2 * eta * (q * w + m * b), b - 2 * eta * (m * w + b)
        if abs(w) + abs(b) < 10:
            low = eta
        else:
            high = eta
    return low
