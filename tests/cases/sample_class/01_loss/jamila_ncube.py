import numpy as np

def predict(x, w, b):
    return b + np.multiply(w, x)

def mae(y_pred, y):
    return np.sum(np.abs(y_pred - y)) / np.size(y)

def mse(y_pred, y):
    return np.sum((y_pred - y) ** 2) / np.size(y)

def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    S = []
    for b in bs:
        S.append([loss_at(w, b, x, y, loss) for w in ws])
    return np.array(S)

def best_on_grid(S, ws, bs):
    flat = list(S.ravel())
    k = 0
    smallest = 0
    while k < len(flat):
        if flat[k] < flat[smallest]:
            smallest = k
            k += 1          # the step belongs to the loop, not to the if
    row, col = divmod(smallest, len(ws))
    return ws[col], bs[row], S[row, col]
