# Wanjiku Kamau: all by hand, lists of lists, no broadcasting.
import math
import numpy as np


class Cache:
    """Whatever I want to remember."""

    def __init__(self, **things):
        self.__dict__.update(things)


def affine_forward(X, W, b):
    Z = [[sum(x * w for x, w in zip(row, weights)) + bias for weights, bias in zip(W, b)] for row in X]
    return [Z, Cache(X=X, W=W)]


def affine_backward(dZ, cache):
    dZ = np.asarray(dZ)
    dX = [[sum(d * cache.W[o][i] for o, d in enumerate(row)) for i in range(len(cache.W[0]))] for row in dZ]
    dW = sum(np.outer(d, x) for d, x in zip(dZ, np.asarray(cache.X)))
    db = [sum(column) for column in zip(*dZ)]
    return dX, dW, db


def sigmoid_forward(Z):
    def s(z):
        if z < -500:
            return 0.0
        return 1.0 / (1.0 + math.exp(-z))
    A = [[s(z) for z in row] for row in Z]
    return A, Cache(A=np.array(A))


def sigmoid_backward(dA, cache):
    return np.asarray(dA) * cache.A * (1 - cache.A)


def relu_forward(Z):
    A = [[max(z, 0.0) for z in row] for row in Z]
    return A, Cache(A=np.array(A))


def relu_backward(dA, cache):
    return np.where(cache.A > 0, dA, 0)


def mse_loss(Y_pred, Y):
    errors = [p - t for p_row, t_row in zip(Y_pred, Y) for p, t in zip(p_row, t_row)]
    n = len(errors)
    return sum(e * e for e in errors) / n, np.array([2 * e / n for e in errors]).reshape(np.shape(Y))


def softmax(Z):
    P = []
    for row in Z:
        top = max(row)
        e = [math.exp(z - top) for z in row]
        P.append([v / sum(e) for v in e])
    return P


def cross_entropy(Z, y):
    L, dZ = 0.0, []
    for row, label in zip(Z, y):
        top = max(row)
        L += math.log(sum(math.exp(z - top) for z in row)) - (row[label] - top)
        p = softmax([row])[0]
        p[label] -= 1
        dZ.append([v / len(y) for v in p])
    return L / len(y), dZ


def net_forward(params, X, act):
    depth = max(int(key[1:]) for key in params)
    cache = Cache(affine={}, act={}, backward=sigmoid_backward if act == "sigmoid" else relu_backward)
    A = X
    for n in range(1, depth + 1):
        Z, cache.affine[n] = affine_forward(A, params["W" + str(n)], params["b" + str(n)])
        if n < depth:
            A, cache.act[n] = sigmoid_forward(Z) if act == "sigmoid" else relu_forward(Z)
    return Z, cache


def net_backward(params, caches, dZ):
    grads = {}
    for n in sorted(caches.affine, reverse=True):
        dA, dW, db = affine_backward(dZ, caches.affine[n])
        grads["W" + str(n)], grads["b" + str(n)] = dW, db
        if n > 1:
            dZ = caches.backward(dA, caches.act[n - 1])
    return grads
