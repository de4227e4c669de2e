import numpy as np

def predict(x, w, b):
    y = b + w * x
    return y

def mae(y_pred, y): return np.average(abs(y_pred - y))
def mse(y_pred, y): return np.average((y_pred - y)**2)

def loss_at(w, b, x, y, loss=mae): return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    P = len(ws)
    Q = len(bs)
    S = np.zeros((P, Q))
    for p in range(P):
        for q in range(Q):
            S[p, q] = loss_at(ws[p], bs[q], x, y, loss)
    return S

def best_on_grid(S, ws, bs):
    q, p = np.unravel_index(np.argmin(S), np.shape(S))
    return ws[p], bs[q], S[q, p]
