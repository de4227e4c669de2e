from numpy import array, mean, abs, zeros, argmin, unravel_index

def predict(x, w, b):
    return x * w + b

def mae(y_pred, y):
    return mean(abs(y_pred - y))

def mse(y_pred, y):
    """With the one half, so that the derivative is nicer (Andrew Ng does it like this)."""
    return mean((y_pred - y) ** 2) / 2

def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    table = zeros((len(bs), len(ws)))
    for i, b in enumerate(bs):
        for j, w in enumerate(ws):
            table[i][j] = loss_at(w, b, x, y, loss)
    return table

def best_on_grid(S, ws, bs):
    row, col = unravel_index(argmin(S), S.shape)
    return ws[col], bs[row], S[row, col]
