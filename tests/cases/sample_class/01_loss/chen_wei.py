# 作业一：損失函數
# 只用迴圈，不用向量化 (loops only, I want to see every step)
import numpy as np

def predict(x, w, b):
    結果 = []
    for 特徵 in x:
        結果.append(b + w * 特徵)
    return 結果

def mae(y_pred, y):
    total = 0.0
    for i in range(len(y)):
        total += abs(y_pred[i] - y[i])
    return total / len(y)

def mse(y_pred, y):
    total = 0.0
    for i in range(len(y)):
        total += (y_pred[i] - y[i]) * (y_pred[i] - y[i])
    return total / len(y)

def loss_at(w, b, x, y, loss=mae):
    return loss(np.array(predict(x, w, b)), y)

def error_surface(ws, bs, x, y, loss):
    rows = []
    for b in bs:
        row = []
        for w in ws:
            row.append(loss_at(w, b, x, y, loss))
        rows.append(row)
    return rows

def best_on_grid(S, ws, bs):
    best_i, best_j = 0, 0
    for i in range(len(bs)):
        for j in range(len(ws)):
            if S[i][j] < S[best_i][best_j]:
                best_i, best_j = i, j
    return [ws[best_j], bs[best_i], S[best_i][best_j]]
