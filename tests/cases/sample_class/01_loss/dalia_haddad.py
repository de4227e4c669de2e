import numpy as np

def predict(x, w, b):
    return b + w*x

def mae(y_pred, y):
    error = y_pred - y
    return abs(np.mean(error))

def mse(y_pred, y):
    error = y_pred - y
    return np.mean(error**2)

def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    S = np.empty((bs.size, ws.size))
    for (i, j), _ in np.ndenumerate(S):
        S[i, j] = loss_at(ws[j], bs[i], x, y, loss)
    return S

def best_on_grid(S, ws, bs):
    i, j = np.unravel_index(np.argmin(S), S.shape)
    return (ws[j], bs[i], S[i, j])

# looks good!
print(mae(np.array([2, 3.5, 5, 6.5]), np.array([2., 4, 5, 9])))   # 0.75
