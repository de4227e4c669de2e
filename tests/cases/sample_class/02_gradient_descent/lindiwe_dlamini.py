import numpy as np


def numeric_slope(f, w, h=1e-5):
    """Measure the slope of f at w by looking a little to both sides."""
    return (f(w + h) - f(w - h)) / (2.0 * h)


def gd_1d(dL, w0, eta, n_updates):
    """Descend along a slope: w <- w - eta dL(w), n_updates times."""
    path = [float(w0)]
    for _ in range(n_updates):
        w = path[-1]
        path.append(w - eta * dL(w))
    return np.array(path)


def two_starts():
    """Choose two starts from which gradient descent on `L` ends in different valleys."""
    return -2.115, 1.861


def grad_mse(x, y, w, b):
    """Gradient of the mean squared error of the line b + w x."""
    y_pred = b + w * x
    return 2 * np.mean((y_pred - y) * x), 2 * np.mean(y_pred - y)


def grad_mae(x, y, w, b):
    """Gradient of the mean absolute error of the line b + w x."""
    y_pred = b + w * x
    above = (y_pred > y).astype(float)
    below = (y_pred < y).astype(float)
    return np.mean((above - below) * x), np.mean(above - below)


def gd_2d(grad, w0, b0, eta, n_updates):
    """Descend in two parameters at once."""
    path = [(float(w0), float(b0))]
    for _ in range(n_updates):
        w, b = path[-1]
        dw, db = grad(w, b)
        path.append((w - eta * dw, b - eta * db))
    return np.array(path)


def max_stable_eta(x):
    """Find the learning rate at which gradient descent on the MSE of a line stops converging."""
    # challenge, no time :(
    raise NotImplementedError("2.7 max_stable_eta")
