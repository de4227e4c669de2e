import numpy as np

def numeric_slope(f, w, h=1e-5):
    return (f(w+h) - f(w-h)) / (2*h)

def gd_1d(dL, w0, eta, n_updates):
    history = []
    w = w0
    for _ in range(n_updates):
        history.append(w)
        w = w - eta*dL(w)
    history.append(w)
    return np.array(history)

def two_starts():
    return -1, 1

def grad_mse(x, y, w, b):
    residual = (w*x + b) - y
    return np.mean(2*residual*x), np.mean(2*residual)

def grad_mae(x, y, w, b):
    residual = (w*x + b) - y
    return np.mean(np.sign(residual)*x), np.mean(np.sign(residual))

def gd_2d(grad, w0, b0, eta, n_updates):
    history = []
    w, b = w0, b0
    for _ in range(n_updates):
        history.append([w, b])
        w = w - eta*grad(w, b)[0]
        b = b - eta*grad(w, b)[1]
    history.append([w, b])
    return np.array(history)

def max_stable_eta(x):
    H = np.array([[2*np.mean(x**2), 2*np.mean(x)],
                  [2*np.mean(x),    2.0        ]])
    eigenvalues, _ = np.linalg.eigh(H)
    return 2/eigenvalues.max()
