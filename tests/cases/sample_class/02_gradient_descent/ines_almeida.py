#!/usr/bin/env python3
import argparse
import sys

import numpy as np


def numeric_slope(f, w, h=1e-5):
    return (f(w + h) - f(w - h)) / (2 * h)


def gd_1d(dL, w0, eta, n_updates):
    path = [w0]
    for _ in range(n_updates):
        path += [path[-1] - eta * dL(path[-1])]
    return np.array(path)


def two_starts():
    return np.array([-3.0, 3.0])


def grad_mse(x, y, w, b):
    X = np.stack([x, np.ones(len(x))])
    e = b + w * x - y
    return tuple(2 * X @ e / len(x))


def grad_mae(x, y, w, b):
    X = np.stack([x, np.ones(len(x))])
    s = np.sign(b + w * x - y)
    return tuple(X @ s / len(x))


def gd_2d(grad, w0, b0, eta, n_updates):
    w, b = w0, b0
    path = [(w, b)]
    for _ in range(n_updates):
        dw, db = grad(w, b)
        w -= eta * dw
        b -= eta * db
        path += [(w, b)]
    return np.array(path)


def max_stable_eta(x):
    X = np.stack([x, np.ones(len(x))])
    return 2 / np.linalg.eigvalsh(2 * X @ X.T / len(x)).max()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", help="csv file with the views")
    args = parser.parse_args()
    print(args.data)
    return 0


sys.exit(main())
