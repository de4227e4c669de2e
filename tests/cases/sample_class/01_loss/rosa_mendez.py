import numpy as np
import seaborn_but_prettier as sns      # only on my laptop
import matplotlib.pyplot as plt

def predict(x, w, b):
    return b + w * x

def mae(y_pred, y):
    return float(np.mean(np.abs(y_pred - y)))

def mse(y_pred, y):
    return float(np.mean((y_pred - y) ** 2))

def loss_at(w, b, x, y, loss=mae):
    return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
    S = np.zeros((len(bs), len(ws)))
    for i in range(len(bs)):
        for j in range(len(ws)):
            S[i, j] = loss(predict(x, ws[j], bs[i]), y)
    return S

def best_on_grid(S, ws, bs):
    return np.argmin(S)      # the smallest entry

x = np.linspace(1, 5, 30)
y = 0.4 + 0.9 * x
sns.set_theme()
S = error_surface(np.linspace(0, 2, 21), np.linspace(-1, 1, 11), x, y, mae)
plt.imshow(S)
plt.show()
