"""Assignment 1, Amara Okafor"""
import numpy as np


def predict(x, w, b):
    # y = b + w x
    return w * x + b


def mae(y_pred, y):
    # average size of the error
    return np.mean(np.abs(y_pred - y))


def mse(y_pred, y):
    return np.mean((y_pred - y) ** 2)


def loss_at(w, b, x, y, loss=mae):
    y_pred = predict(x, w, b)
    return loss(y_pred, y)


def error_surface(ws, bs, x, y, loss):
    S = np.zeros((len(bs), len(ws)))
    for i in range(len(bs)):
        for j in range(len(ws)):
            S[i, j] = loss_at(ws[j], bs[i], x, y, loss)
    return S


def best_on_grid(S, ws, bs):
    i, j = np.unravel_index(S.argmin(), S.shape)
    return ws[j], bs[i], S[i, j]
