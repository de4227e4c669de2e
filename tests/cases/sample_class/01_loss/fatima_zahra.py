import numpy as np


def predict(x, w, b):
    return w + b * x


def mae(y_pred, y):
    return np.mean(np.absolute(y - y_pred))


def mse(y_pred, y):
    return np.mean(np.square(y - y_pred))


def loss_at(w, b, x, y, loss=mae):
    prediction = predict(x, w, b)
    return loss(prediction, y)


def error_surface(ws, bs, x, y, loss):
    # rows: b, columns: w
    return np.array([[loss_at(w, b, x, y, loss=loss) for w in ws] for b in bs])


def best_on_grid(S, ws, bs):
    where = np.argwhere(S == S.min())[0]
    return ws[where[1]], bs[where[0]], S.min()
