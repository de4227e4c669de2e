"""01 A function with unknown parameters, and how wrong it is."""

import numpy as np


def predict(x, w, b):
    """Predict with a straight line, y = b + w x."""
    raise NotImplementedError("1.1 predict")


def mae(y_pred, y):
    """Mean absolute error: how far off the predictions are on average."""
    raise NotImplementedError("1.2 mae")


def mse(y_pred, y):
    """Mean squared error: like `mae`, but large errors count for more."""
    raise NotImplementedError("1.3 mse")


def loss_at(w, b, x, y, loss=mae):
    """Loss of the line with these parameters: L is a function of w and b."""
    raise NotImplementedError("1.4 loss_at")


def error_surface(ws, bs, x, y, loss):
    """Loss at every point of a grid of parameters: the lecture's error surface."""
    raise NotImplementedError("1.5 error_surface")


def best_on_grid(S, ws, bs):
    """Find the lowest point of an error surface."""
    raise NotImplementedError("1.6 best_on_grid")
