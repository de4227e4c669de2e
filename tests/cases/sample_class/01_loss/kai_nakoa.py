# saved with Notepad on Windows
import numpy as np

def predict(x, w, b):
	return b + w * x

def mae(y_pred, y):
	return np.mean(np.abs(y_pred - y))

def mse(y_pred, y):
	return np.mean(np.power(y_pred - y, 2))

def loss_at(w, b, x, y, loss=mae):
	return loss(predict(x, w, b), y)

def error_surface(ws, bs, x, y, loss):
	W, B = np.meshgrid(ws, bs)
	S = np.zeros_like(W)
	for k in np.ndindex(S.shape):
		S[k] = loss_at(W[k], B[k], x, y, loss)
	return S

def best_on_grid(S, ws, bs):
	k = np.unravel_index(np.argmin(S), S.shape)
	return float(ws[k[1]]), float(bs[k[0]]), float(S[k])
