import numpy as np


def predict(x, w, b):
    return b + w * x


def mae(y_pred, y):
    raise NotImplementedError("1.2 mae")


def mse(y_pred, y):
    return np.mean((y_pred - y) ** 2)


def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)


def error_surface(ws, bs, x, y, loss):
    return np.array([[loss_at(w, b, x, y, loss) for w in ws] for b in bs])


def best_on_grid(S, ws, bs):
    i, j = np.unravel_index(np.argmin(S), S.shape)
    return ws[j], bs[i], S[i, j]
