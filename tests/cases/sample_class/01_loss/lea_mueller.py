# Lösung von Lea Müller, Übung 1
import numpy as np

def predict(x, w, b):
    return b + w * x

def mae(y_pred, y):
    # mittlerer absoluter Fehler, größer = schlechter
    return np.abs(y_pred - y).mean()

def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()

def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    flaeche = [[loss_at(w, b, x, y, loss) for w in ws] for b in bs]
    return np.array(flaeche)

def best_on_grid(S, ws, bs):
    i = S.min(axis=1).argmin()
    j = S[i].argmin()
    return ws[j], bs[i], S[i, j]
