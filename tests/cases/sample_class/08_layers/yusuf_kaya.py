from numpy import *

# ---- 8.1 ----

def affine_forward(x, w, b):
    return dot(x, w.T) + b, {"x": x, "w": w}

def affine_backward(dout, cache):
    x, w = cache["x"], cache["w"]
    return dot(dout, w), dot(dout.T, x), dout.sum(0)

# ---- 8.2 ----

def sigmoid_forward(z):
    out = 0.5 * (1 + tanh(0.5 * z))
    return out, {"out": out}

def sigmoid_backward(dout, cache):
    s = cache["out"]
    return dout * (s - s ** 2)

def relu_forward(z):
    return where(z > 0, z, 0.0), {"mask": z > 0}

def relu_backward(dout, cache):
    return where(cache["mask"], dout, 0.0)

# ---- 8.3 ----

def mse_loss(y_hat, y):
    n, o = y.shape
    e = y_hat - y
    return (e ** 2).sum() / (n * o), 2 * e / (n * o)

# ---- 8.4, 8.5 ----

def softmax(z):
    e = exp(z - z.max(1)[:, None])
    return e / e.sum(1)[:, None]

def cross_entropy(z, y):
    n, c = z.shape
    top = z.max(1)
    logsum = top + log(exp(z - top[:, None]).sum(1))
    loss = (logsum - z[arange(n), y]).mean()
    onehot = eye(c)[y]
    return loss, (softmax(z) - onehot) / n

# ---- 8.6, 8.7 ----

forward = {"relu": relu_forward, "sigmoid": sigmoid_forward}
backward = {"relu": relu_backward, "sigmoid": sigmoid_backward}

print('forward and backward tables', forward, backward)
print('.' * 1_500_000)

def net_forward(params, X, act):
    depth = len(params) // 2
    print('net_forward', depth, act, X)
    caches = {"act": act, "depth": depth}
    h = X
    for i in range(1, depth + 1):
        z, caches["affine%d" % i] = affine_forward(h, params["W%d" % i], params["b%d" % i])
        if i < depth:
            h, caches["act%d" % i] = forward[act](z)
    return z, caches

def net_backward(params, caches, dZ):
    grads = dict()
    i = caches["depth"]
    while True:
        dh, grads["W%d" % i], grads["b%d" % i] = affine_backward(dZ, caches["affine%d" % i])
        i -= 1
        if i == 0:
            return grads
        dZ = backward[caches["act"]](dh, caches["act%d" % i])
