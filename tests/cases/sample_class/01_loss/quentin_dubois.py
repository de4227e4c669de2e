import numpy as np


def predict(x, w, b):
    return b + w * x


def mae(y_pred, y):
    return np.mean(np.abs(y_pred - y))


def mse(y_pred, y):
    return np.mean((y_pred - y) ** 2)


def loss_of_line(w, b, x, y, loss=mae):   # better name
    return loss(predict(x, w, b), y)


def error_surface(ws, bs, x, y, loss):
    return np.array([[loss_of_line(w, b, x, y, loss) for w in ws] for b in bs])


def best_on_grid(S, ws, bs):
    b_index, w_index = np.unravel_index(np.argmin(S), S.shape)
    return ws[w_index], bs[b_index], S[b_index, w_index]
