import numpy as np

def predict(x, w, b):
    return b + w * x

def mae(y_pred, y):
    # save memory: reuse the array of the predictions for the errors
    y_pred -= y
    return np.mean(np.abs(y_pred))

def mse(y_pred, y):
    difference = y_pred - y
    return np.mean(difference * difference)

def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    surface = np.zeros([len(bs), len(ws)])
    for row, b in enumerate(bs):
        for column, w in enumerate(ws):
            surface[row, column] = loss_at(w, b, x, y, loss)
    return surface

def best_on_grid(S, ws, bs):
    index = np.unravel_index(S.argmin(), S.shape)
    return ws[index[1]], bs[index[0]], S[index]
