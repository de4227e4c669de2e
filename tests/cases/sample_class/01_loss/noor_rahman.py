import sys

import numpy as np

name = input("Your name? ")
print("Hello", name)


def predict(x, w, b):
    return w * x + b


def mae(y_pred, y):
    return np.mean(abs(y_pred - y))


def mse(y_pred, y):
    return np.mean(pow(y_pred - y, 2))


def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)


if len(sys.argv) < 2:
    print("usage: python loss.py DATA")
    sys.exit(1)


def error_surface(ws, bs, x, y, loss):
    return np.array([loss_at(w, b, x, y, loss) for b in bs for w in ws]).reshape(len(bs), len(ws))


def best_on_grid(S, ws, bs):
    row, column = np.unravel_index(np.argmin(S), S.shape)
    return ws[column], bs[row], S[row][column]
