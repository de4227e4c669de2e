"""Texts for 08_layers, written from one-line descriptions alone; see loss.py next door.

A backward comes with a forward of its own where it unpacks a cache, and a forward with its own backward: what is
not the subject of the text is right in itself.
"""

REWRITES: dict[tuple[str, str], str] = {}
NOVEL: dict[str, list[str]] = {}

# ------------------------------------------------------------------------------------------------ right partners
AFFINE_FORWARD_TUPLE = '''
def affine_forward(X, W, b):
    return X @ W.T + b, (X, W)
'''
AFFINE_FORWARD_DICT = '''
def affine_forward(X, W, b):
    out = np.einsum("ni,oi->no", X, W) + b[None, :]
    return out, {"inp": X, "weights": W, "out": out}
'''
AFFINE_FORWARD_LOOPS = '''
def affine_forward(X, W, b):
    N, O = X.shape[0], W.shape[0]
    Z = np.zeros((N, O))
    for n in range(N):
        for o in range(O):
            Z[n, o] = b[o] + np.dot(W[o], X[n])
    saved = [X.copy(), W.copy(), b.copy(), Z.copy()]
    return Z, saved
'''
AFFINE_BACKWARD_TUPLE = '''
def affine_backward(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0)
'''
SIGMOID_FORWARD_A = '''
def sigmoid_forward(Z):
    e = np.exp(-np.abs(Z))
    A = np.where(Z >= 0, 1 / (1 + e), e / (1 + e))
    return A, A
'''
SIGMOID_FORWARD_Z = '''
def sigmoid_forward(Z):
    A = 0.5 * (1 + np.tanh(Z / 2))
    return A, {"Z": Z, "A": A}
'''
SIGMOID_BACKWARD_A = '''
def sigmoid_backward(dA, cache):
    return dA * cache * (1 - cache)
'''
RELU_FORWARD_Z = '''
def relu_forward(Z):
    A = np.where(Z > 0, Z, 0.0)
    return A, (Z,)
'''
RELU_FORWARD_MASK = '''
def relu_forward(Z):
    mask = Z > 0
    return Z * mask, [mask, Z]
'''
RELU_BACKWARD_Z = '''
def relu_backward(dA, cache):
    (Z,) = cache
    return np.where(Z > 0, dA, 0.0)
'''
# a whole net in one function, with a list of records as its caches
NET_HELPERS = '''
def _squash(z):
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _act(z, act):
    if act == "relu":
        return np.maximum(z, 0.0)
    return _squash(z)


def _gain(z, act):
    if act == "relu":
        return (z > 0) * 1.0
    a = _squash(z)
    return a * (1 - a)

'''
NET_FORWARD = NET_HELPERS + '''
def net_forward(params, X, act):
    depth = len(params) // 2
    records = []
    h = X
    for k in range(1, depth + 1):
        z = h @ params["W%d" % k].T + params["b%d" % k]
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act) if k < depth else z
    return h, records
'''
NET_BACKWARD = '''
def net_backward(params, caches, dZ):
    grads = {}
    d = dZ
    for k in range(len(caches), 0, -1):
        rec = caches[k - 1]
        grads["W%d" % k] = d.T @ rec["inp"]
        grads["b%d" % k] = d.sum(axis=0)
        if k > 1:
            d = (d @ params["W%d" % k]) * _gain(caches[k - 2]["z"], rec["act"])
    return grads
'''

# ------------------------------------------------------------------------------------------------ affine_forward
REWRITES["affine_forward", "weights_not_transposed"] = '''
def affine_forward(X, W, b):
    Z = np.einsum("ni,io->no", X, W) + b
    return Z, (X, W)
''' + AFFINE_BACKWARD_TUPLE

REWRITES["affine_forward", "biases_forgotten"] = '''
def affine_forward(X, W, b):
    rows = [[sum(wi * xi for wi, xi in zip(w, x)) for w in W] for x in X]
    return np.array(rows), (X, W)
''' + AFFINE_BACKWARD_TUPLE

REWRITES["affine_forward", "examples_in_columns"] = '''
def affine_forward(X, W, b):
    scores = W @ X.T
    for o in range(len(b)):
        scores[o] += b[o]
    return scores, (X, W)
''' + AFFINE_BACKWARD_TUPLE

REWRITES["affine_forward", "biases_subtracted"] = '''
def affine_forward(X, W, b):
    thresholds = np.broadcast_to(b, (len(X), len(b)))
    return np.inner(X, W) - thresholds, (X, W)
''' + AFFINE_BACKWARD_TUPLE

REWRITES["affine_forward", "relu_inside"] = '''
def affine_forward(X, W, b):
    Z = X @ W.T + b
    Z[Z < 0] = 0.0
    return Z, (X, W)
''' + AFFINE_BACKWARD_TUPLE

REWRITES["affine_forward", "one_bias_for_all"] = '''
def affine_forward(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[0]))
    for o in range(W.shape[0]):
        Z[:, o] = X.dot(W[o]) + b[0]
    return Z, (X, W)
''' + AFFINE_BACKWARD_TUPLE

# ------------------------------------------------------------------------------------------------ affine_backward
REWRITES["affine_backward", "db_is_a_mean"] = AFFINE_FORWARD_DICT + '''
def affine_backward(dZ, cache):
    dX = np.einsum("no,oi->ni", dZ, cache["weights"])
    dW = np.einsum("no,ni->oi", dZ, cache["inp"])
    db = np.average(dZ, axis=0)
    return dX, dW, db
'''

REWRITES["affine_backward", "divided_by_batch_size"] = AFFINE_FORWARD_LOOPS + '''
def affine_backward(dZ, cache):
    X, W, b, Z = cache
    m = X.shape[0]
    dW = np.zeros_like(W)
    db = np.zeros_like(b)
    for n in range(m):
        dW += np.outer(dZ[n], X[n]) / m
        db += dZ[n] / m
    dX = np.dot(dZ, W)
    return dX, dW, db
'''

REWRITES["affine_backward", "db_not_summed"] = AFFINE_FORWARD_TUPLE + '''
def affine_backward(dZ, cache):
    inputs, weights = cache
    upstream = dZ
    db = 1.0 * upstream
    dW = np.tensordot(upstream, inputs, axes=(0, 0))
    dX = np.tensordot(upstream, weights, axes=(1, 0))
    return dX, dW, db
'''

REWRITES["affine_backward", "db_over_the_wrong_axis"] = AFFINE_FORWARD_DICT + '''
def affine_backward(dZ, cache):
    db = np.array([row.sum() for row in dZ])
    return dZ @ cache["weights"], dZ.T @ cache["inp"], db
'''

REWRITES["affine_backward", "dw_transposed"] = AFFINE_FORWARD_LOOPS + '''
def affine_backward(dZ, cache):
    X, W = cache[0], cache[1]
    dW = 0
    for n in range(len(X)):
        dW = dW + np.outer(X[n], dZ[n])
    return dZ @ W, dW, np.ones(len(X)) @ dZ
'''

REWRITES["affine_backward", "dx_through_transposed_weights"] = AFFINE_FORWARD_DICT + '''
def affine_backward(dZ, cache):
    dX = np.einsum("no,io->ni", dZ, cache["weights"])
    dW = np.einsum("no,ni->oi", dZ, cache["inp"])
    return dX, dW, np.einsum("no->o", dZ)
'''

REWRITES["affine_backward", "other_order"] = AFFINE_FORWARD_LOOPS + '''
def affine_backward(dZ, cache):
    X, W, b, _ = cache
    out = []
    out.append(dZ.T.dot(X))
    out.append(dZ.sum(0))
    out.append(dZ.dot(W))
    return tuple(out)
'''

REWRITES["affine_backward", "dw_with_the_output"] = AFFINE_FORWARD_DICT + '''
def affine_backward(dZ, cache):
    act = cache["out"]
    dW = np.zeros((dZ.shape[1], act.shape[1]))
    for d, a in zip(dZ, act):
        dW += d[:, None] * a[None, :]
    return dZ @ cache["weights"], dW, dZ.sum(axis=0)
'''

# ------------------------------------------------------------------------------------------------ sigmoid_forward
REWRITES["sigmoid_forward", "mirrored"] = '''
def sigmoid_forward(Z):
    A = 0.5 - 0.5 * np.tanh(Z / 2)
    return A, A
''' + SIGMOID_BACKWARD_A

REWRITES["sigmoid_forward", "two_forms_mixed"] = '''
def sigmoid_forward(Z):
    up, down = np.exp(Z), np.exp(-Z)
    A = up / (1 + down)
    return A, A
''' + SIGMOID_BACKWARD_A

REWRITES["sigmoid_forward", "overflow_to_nan"] = '''
def sigmoid_forward(Z):
    growth = np.exp(Z)
    A = growth / (growth + 1)
    return A, A
''' + SIGMOID_BACKWARD_A

REWRITES["sigmoid_forward", "hyperbolic_tangent"] = '''
def sigmoid_forward(Z):
    q = np.exp(-2 * np.abs(Z))
    A = np.sign(Z) * (1 - q) / (1 + q)
    return A, A
''' + SIGMOID_BACKWARD_A

REWRITES["sigmoid_forward", "hard_instead_of_soft"] = '''
def sigmoid_forward(Z):
    A = np.empty(Z.shape)
    for k, z in np.ndenumerate(Z):
        if z < -2:
            A[k] = 0.0
        elif z > 2:
            A[k] = 1.0
        else:
            A[k] = z / 4 + 0.5
    return A, A
''' + SIGMOID_BACKWARD_A

REWRITES["sigmoid_forward", "math_exp"] = '''
import math


def sigmoid_forward(Z):
    bottom = 1 + math.exp(-Z)
    A = 1 / bottom
    return A, A
''' + SIGMOID_BACKWARD_A

# ------------------------------------------------------------------------------------------------ sigmoid_backward
REWRITES["sigmoid_backward", "upstream_in_the_gain"] = SIGMOID_FORWARD_Z + '''
def sigmoid_backward(dA, cache):
    t = np.tanh(dA / 2)
    return 0.25 * (1 - t * t)
'''

REWRITES["sigmoid_backward", "gain_alone"] = SIGMOID_FORWARD_Z + '''
def sigmoid_backward(dA, cache):
    Z = cache["Z"]
    return 0.25 / np.cosh(np.clip(Z, -300, 300) / 2) ** 2
'''

REWRITES["sigmoid_backward", "squashed_twice"] = SIGMOID_FORWARD_A + '''
def sigmoid_backward(dA, cache):
    s = 1.0 / (1.0 + np.exp(-cache))
    gain = s - s ** 2
    return np.multiply(gain, dA)
'''

REWRITES["sigmoid_backward", "activation_as_gain"] = SIGMOID_FORWARD_Z + '''
def sigmoid_backward(dA, cache):
    dZ = dA.copy()
    dZ *= cache["A"]
    return dZ
'''

REWRITES["sigmoid_backward", "gain_of_tanh"] = SIGMOID_FORWARD_A + '''
def sigmoid_backward(dA, cache):
    a = cache
    return dA * (1 - a) * (1 + a)
'''

REWRITES["sigmoid_backward", "gain_from_z"] = SIGMOID_FORWARD_Z + '''
def sigmoid_backward(dA, cache):
    z = cache["Z"]
    return dA * z - dA * z * z
'''

# ------------------------------------------------------------------------------------------------ relu_forward
REWRITES["relu_forward", "one_number"] = '''
def relu_forward(Z):
    A = max(0.0, Z.max())
    return A, (Z,)
''' + RELU_BACKWARD_Z

REWRITES["relu_forward", "size_kept"] = '''
def relu_forward(Z):
    A = np.where(Z > 0, Z, -Z)
    return A, (Z,)
''' + RELU_BACKWARD_Z

REWRITES["relu_forward", "leaky"] = '''
def relu_forward(Z):
    A = Z.copy()
    A[A < 0] *= 0.01
    return A, (Z,)
''' + RELU_BACKWARD_Z

REWRITES["relu_forward", "cut_off_above"] = '''
def relu_forward(Z):
    return np.minimum(np.maximum(Z, 0), 1), (Z,)
''' + RELU_BACKWARD_Z

REWRITES["relu_forward", "gate_instead_of_value"] = '''
def relu_forward(Z):
    A = np.zeros_like(Z)
    A[Z > 0] = 1
    return A, (Z,)
''' + RELU_BACKWARD_Z

REWRITES["relu_forward", "smaller_instead_of_larger"] = '''
def relu_forward(Z):
    A = np.array([[z if z < 0 else 0.0 for z in row] for row in Z])
    return A, (Z,)
''' + RELU_BACKWARD_Z

REWRITES["relu_forward", "input_overwritten"] = '''
def relu_forward(Z):
    keep = Z > 0
    np.multiply(Z, keep, out=Z)
    return Z, (Z,)
''' + RELU_BACKWARD_Z

# ------------------------------------------------------------------------------------------------ relu_backward
REWRITES["relu_backward", "gate_from_upstream"] = RELU_FORWARD_MASK + '''
def relu_backward(dA, cache):
    return np.maximum(dA, 0.0)
'''

REWRITES["relu_backward", "both_gates"] = RELU_FORWARD_MASK + '''
def relu_backward(dA, cache):
    mask, _ = cache
    return np.where(mask & (dA > 0), dA, 0.0)
'''

REWRITES["relu_backward", "gate_alone"] = RELU_FORWARD_Z + '''
def relu_backward(dA, cache):
    (z,) = cache
    return np.heaviside(z, 0.0)
'''

REWRITES["relu_backward", "no_gate"] = RELU_FORWARD_Z + '''
def relu_backward(dA, cache):
    dZ = np.zeros(dA.shape)
    dZ += dA
    return dZ
'''

REWRITES["relu_backward", "activation_as_gate"] = RELU_FORWARD_MASK + '''
def relu_backward(dA, cache):
    mask, Z = cache
    return dA * (mask * Z)
'''

REWRITES["relu_backward", "gate_inverted"] = RELU_FORWARD_MASK + '''
def relu_backward(dA, cache):
    mask = cache[0]
    dZ = np.array(dA)
    dZ[mask] = 0
    return dZ
'''

REWRITES["relu_backward", "upstream_overwritten"] = RELU_FORWARD_Z + '''
def relu_backward(dA, cache):
    (Z,) = cache
    for k, z in np.ndenumerate(Z):
        if z <= 0:
            dA[k] = 0.0
    return dA
'''

# ------------------------------------------------------------------------------------------------ mse_loss
REWRITES["mse_loss", "half_squared_error"] = '''
def mse_loss(Y_pred, Y):
    e = (Y_pred - Y).ravel()
    L = e @ e / (2 * e.size)
    return L, (Y_pred - Y) / e.size
'''

REWRITES["mse_loss", "mean_over_examples_only"] = '''
def mse_loss(Y_pred, Y):
    gap = Y_pred - Y
    per_example = [float(g @ g) for g in gap]
    return sum(per_example) / len(per_example), 2 * gap / len(per_example)
'''

REWRITES["mse_loss", "slope_not_averaged"] = '''
def mse_loss(Y_pred, Y):
    dY = np.empty(Y.shape)
    L = 0.0
    for k in np.ndindex(*Y.shape):
        e = Y_pred[k] - Y[k]
        L += e * e / Y.size
        dY[k] = 2 * e
    return L, dY
'''

REWRITES["mse_loss", "slope_divided_by_examples"] = '''
def mse_loss(Y_pred, Y):
    n, o = Y.shape
    e = Y_pred - Y
    return np.sum(e ** 2) / n / o, (e + e) / n
'''

REWRITES["mse_loss", "slope_without_two"] = '''
def mse_loss(Y_pred, Y):
    e = np.subtract(Y_pred, Y)
    weight = 1.0 / np.prod(e.shape)
    return weight * np.linalg.norm(e) ** 2, weight * e
'''

REWRITES["mse_loss", "slope_reversed"] = '''
def mse_loss(Y_pred, Y):
    missing = Y - Y_pred
    return np.mean(missing * missing), 2 * missing / missing.size
'''

REWRITES["mse_loss", "summed_squares"] = '''
def mse_loss(Y_pred, Y):
    diff = Y_pred - Y
    loss = np.einsum("no,no->", diff, diff)
    return loss, 2 * diff
'''

# ------------------------------------------------------------------------------------------------ softmax
REWRITES["softmax", "columns_add_up"] = '''
def softmax(Z):
    P = np.exp(Z - Z.max(axis=0))
    for c in range(P.shape[1]):
        P[:, c] = P[:, c] / P[:, c].sum()
    return P
'''

REWRITES["softmax", "table_adds_up"] = '''
def softmax(Z):
    top = Z.max()
    powers = np.exp(Z - top)
    return np.divide(powers, powers.sum())
'''

REWRITES["softmax", "scores_not_shifted"] = '''
def softmax(Z):
    rows = []
    for z in Z:
        e = np.exp(z)
        rows.append(e / e.sum())
    return np.stack(rows)
'''

REWRITES["softmax", "shifted_by_global_maximum"] = '''
def softmax(Z):
    out = np.zeros(Z.shape)
    highest = max(Z.ravel())
    for n in range(len(Z)):
        e = np.exp(Z[n] - highest)
        out[n] = e / e.sum()
    return out
'''

REWRITES["softmax", "whole_number_probabilities"] = '''
def softmax(Z):
    P = np.zeros_like(Z)
    for i, row in enumerate(Z):
        e = np.exp(row - row.max())
        P[i] = e / e.sum()
    return P
'''

REWRITES["softmax", "not_normalised"] = '''
def softmax(Z):
    biggest = np.amax(Z, axis=-1, keepdims=True)
    return np.exp(np.subtract(Z, biggest))
'''

REWRITES["softmax", "logarithms_returned"] = '''
def softmax(Z):
    m = Z.max(axis=1)[:, None]
    lse = m + np.log(np.exp(Z - m).sum(axis=1))[:, None]
    return Z - lse
'''

# ------------------------------------------------------------------------------------------------ cross_entropy
REWRITES["cross_entropy", "whole_columns_picked"] = '''
def cross_entropy(Z, y):
    N = len(y)
    S = Z - Z.max(axis=1, keepdims=True)
    logp = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    L = -logp[:, y].mean()
    d = np.exp(logp)
    d[:, y] -= 1
    return L, d / N
'''

REWRITES["cross_entropy", "losses_summed"] = '''
def cross_entropy(Z, y):
    L = 0.0
    dZ = np.zeros(Z.shape)
    for n, k in enumerate(y):
        s = Z[n] - np.max(Z[n])
        lse = np.log(np.sum(np.exp(s)))
        L += lse - s[k]
        dZ[n] = np.exp(s - lse)
        dZ[n, k] -= 1.0
    return L, dZ
'''

REWRITES["cross_entropy", "averaged_over_all_entries"] = '''
def cross_entropy(Z, y):
    onehot = np.eye(Z.shape[1])[y]
    S = Z - Z.max(axis=1, keepdims=True)
    logp = S - np.log(np.sum(np.exp(S), axis=1, keepdims=True))
    L = np.mean(-onehot * logp)
    dZ = (np.exp(logp) - onehot) / onehot.size
    return L, dZ
'''

REWRITES["cross_entropy", "logarithm_to_base_two"] = '''
def cross_entropy(Z, y):
    n = np.arange(len(y))
    S = Z - Z.max(1, keepdims=True)
    E = np.exp(S)
    tot = E.sum(1)
    bits = np.log2(tot) - S[n, y] * np.log2(np.e)
    dZ = E / tot[:, None]
    dZ[n, y] -= 1
    return bits.mean(), dZ / len(y)
'''

REWRITES["cross_entropy", "minus_missing"] = '''
def cross_entropy(Z, y):
    shifted = (Z.T - Z.max(axis=1)).T
    sums = np.exp(shifted).sum(axis=1)
    picked = np.take_along_axis(shifted, y[:, None], axis=1)[:, 0]
    L = float(np.mean(picked - np.log(sums)))
    hot = (np.arange(Z.shape[1])[None, :] == y[:, None])
    dZ = (np.exp(shifted) / sums[:, None] - hot) / len(y)
    return L, dZ
'''

REWRITES["cross_entropy", "binary_cross_entropy"] = '''
def cross_entropy(Z, y):
    N, C = Z.shape
    T = np.zeros((N, C))
    T[range(N), y] = 1
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    terms = T * np.log(P) + (1 - T) * np.log(1 - P)
    return -terms.sum() / N, (P - T) / N
'''

REWRITES["cross_entropy", "softmax_twice"] = '''
def _rowwise(T):
    E = np.exp(T - T.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def cross_entropy(Z, y):
    probs = _rowwise(Z)
    again = _rowwise(probs)
    ids = np.arange(len(y))
    L = -np.log(again[ids, y]).mean()
    d = again.copy()
    d[ids, y] -= 1
    return L, d / len(y)
'''

REWRITES["cross_entropy", "probabilities_clipped"] = '''
def cross_entropy(Z, y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    right = P[np.arange(len(y)), y]
    L = -np.mean(np.log(np.maximum(right, 1e-12)))
    dZ = P.copy()
    for n, k in enumerate(y):
        dZ[n, k] -= 1
    return L, dZ / len(y)
'''

REWRITES["cross_entropy", "slope_not_divided_by_n"] = '''
def cross_entropy(Z, y):
    losses, slopes = [], []
    for z, k in zip(Z, y):
        z = z - z.max()
        p = np.exp(z) / np.exp(z).sum()
        losses.append(np.log(np.exp(z).sum()) - z[k])
        p[k] -= 1
        slopes.append(p)
    return np.mean(losses), np.array(slopes)
'''

REWRITES["cross_entropy", "right_class_not_subtracted"] = '''
def cross_entropy(Z, y):
    m = Z.max(axis=1, keepdims=True)
    E = np.exp(Z - m)
    total = E.sum(axis=1, keepdims=True)
    lse = np.log(total) + m
    L = (lse[:, 0] - np.choose(y, Z.T)).mean()
    return L, E / (total * len(Z))
'''

REWRITES["cross_entropy", "slope_turned_around"] = '''
def cross_entropy(Z, y):
    N, C = Z.shape
    S = Z - Z.max(axis=1).reshape(N, 1)
    logp = S - np.log(np.exp(S).sum(axis=1)).reshape(N, 1)
    target = np.identity(C)[y]
    L = -(target * logp).sum() / N
    return L, (target - np.exp(logp)) / N
'''

REWRITES["cross_entropy", "diagonal_jacobian"] = '''
def cross_entropy(Z, y):
    N = len(y)
    idx = np.arange(N)
    S = Z - Z.max(axis=1, keepdims=True)
    logp = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    p = np.exp(logp)
    dP = np.zeros_like(p)
    dP[idx, y] = -1 / (N * np.maximum(p[idx, y], 1e-300))
    return -logp[idx, y].mean(), dP * p * (1 - p)
'''

# ------------------------------------------------------------------------------------------------ net_forward
REWRITES["net_forward", "activation_after_last_layer"] = NET_HELPERS + '''
def net_forward(params, X, act):
    records, h = [], X
    k = 1
    while f"W{k}" in params:
        z = h @ params[f"W{k}"].T + params[f"b{k}"]
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act)
        k += 1
    return h, records
''' + NET_BACKWARD

REWRITES["net_forward", "hidden_activations_missing"] = NET_HELPERS + '''
def net_forward(params, X, act):
    depth = sum(1 for key in params if key.startswith("W"))
    signal, records = X, []
    for layer in range(depth):
        W, b = params["W" + str(layer + 1)], params["b" + str(layer + 1)]
        z = np.einsum("oi,ni->no", W, signal) + b
        records.append({"inp": signal, "z": z, "act": act})
        signal = z
    return signal, records
''' + NET_BACKWARD

REWRITES["net_forward", "always_sigmoid"] = NET_HELPERS + '''
def net_forward(params, X, act):
    n_layers = len(params) // 2
    trace = [X]
    records = []
    for i in range(1, n_layers + 1):
        z = trace[-1] @ params[f"W{i}"].T + params[f"b{i}"]
        records.append({"inp": trace[-1], "z": z, "act": "sigmoid"})
        trace.append(_squash(z))
    return records[-1]["z"], records
''' + NET_BACKWARD

REWRITES["net_forward", "always_relu"] = NET_HELPERS + '''
def net_forward(params, X, act):
    n_layers = len(params) // 2
    records = []
    a = X
    for i in range(1, n_layers):
        z = a.dot(params[f"W{i}"].T) + params[f"b{i}"]
        records.append({"inp": a, "z": z, "act": "relu"})
        a = np.clip(z, 0, None)
    out = a.dot(params[f"W{n_layers}"].T) + params[f"b{n_layers}"]
    records.append({"inp": a, "z": out, "act": "relu"})
    return out, records
''' + NET_BACKWARD

REWRITES["net_forward", "alphabetical_layers"] = NET_HELPERS + '''
def net_forward(params, X, act):
    names = sorted(key for key in params if key[0] == "W")
    h, records = X, []
    for name in names:
        z = h @ params[name].T + params["b" + name[1:]]
        records.append({"inp": h, "z": z, "act": act})
        h = z if name == names[-1] else _act(z, act)
    return h, records
''' + NET_BACKWARD

REWRITES["net_forward", "layers_in_dict_order"] = NET_HELPERS + '''
def net_forward(params, X, act):
    weights = [v for k, v in params.items() if k.startswith("W")]
    biases = [v for k, v in params.items() if k.startswith("b")]
    h, records = X, []
    for n, (W, b) in enumerate(zip(weights, biases)):
        z = h @ W.T + b
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act) if n + 1 < len(weights) else z
    return h, records
''' + NET_BACKWARD

REWRITES["net_forward", "always_two_layers"] = NET_HELPERS + '''
def net_forward(params, X, act):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    z1 = X @ W1.T + b1
    a1 = _act(z1, act)
    z2 = a1 @ W2.T + b2
    return z2, [{"inp": X, "z": z1, "act": act}, {"inp": a1, "z": z2, "act": act}]
''' + NET_BACKWARD

REWRITES["net_forward", "hidden_biases_missing"] = NET_HELPERS + '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth):
        z = h @ params["W%d" % k].T
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act)
    z = h @ params["W%d" % depth].T + params["b%d" % depth]
    records.append({"inp": h, "z": z, "act": act})
    return z, records
''' + NET_BACKWARD

# ------------------------------------------------------------------------------------------------ net_backward
REWRITES["net_backward", "divided_in_every_layer"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads = {}
    d = dZ
    N = len(dZ)
    for k in reversed(range(1, len(caches) + 1)):
        x = caches[k - 1]["inp"]
        grads[f"W{k}"] = sum(np.outer(d[n], x[n]) for n in range(N)) / N
        grads[f"b{k}"] = sum(d[n] for n in range(N)) / N
        if k > 1:
            prev = caches[k - 2]
            d = d @ params[f"W{k}"] * _gain(prev["z"], prev["act"])
    return grads
'''

REWRITES["net_backward", "biases_without_slopes"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    delta = dZ
    k = len(caches)
    while k:
        grads[f"W{k}"] += np.einsum("no,ni->oi", delta, caches[k - 1]["inp"])
        if k > 1:
            delta = (delta @ params[f"W{k}"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
        k -= 1
    return grads
'''

REWRITES["net_backward", "back_through_the_gradient"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    out = {}
    for k in range(len(caches), 0, -1):
        rec = caches[k - 1]
        W = dZ.T @ rec["inp"]
        out.update({f"W{k}": W, f"b{k}": dZ.sum(axis=0)})
        dX = dZ @ W
        if k > 1:
            dZ = dX * _gain(caches[k - 2]["z"], rec["act"])
    return out
'''

REWRITES["net_backward", "gains_skipped"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    depth = len(caches)
    deltas = {depth: dZ}
    for k in range(depth, 1, -1):
        deltas[k - 1] = np.einsum("no,oi->ni", deltas[k], params[f"W{k}"])
    grads = {}
    for k, d in deltas.items():
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = d.sum(axis=0)
    return grads
'''

REWRITES["net_backward", "gain_after_last_layer"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads = {}
    dA = dZ
    for k in range(len(caches), 0, -1):
        rec = caches[k - 1]
        d = dA * _gain(rec["z"], rec["act"])
        grads[f"W{k}"], grads[f"b{k}"] = d.T @ rec["inp"], np.sum(d, axis=0)
        dA = d @ params[f"W{k}"]
    return grads
'''

REWRITES["net_backward", "always_sigmoid_slope"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        a = caches[k - 1]["inp"]
        grads[f"W{k}"] = d.T @ a
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ params[f"W{k}"]) * (a - a ** 2)
    return grads
'''

REWRITES["net_backward", "always_relu_slope"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            back = d @ params[f"W{k}"]
            back[caches[k - 2]["z"] <= 0] = 0.0
            d = back
    return grads
'''

REWRITES["net_backward", "weight_slopes_transposed"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = np.einsum("ni,no->io", caches[k - 1]["inp"], d)
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ params[f"W{k}"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
'''

REWRITES["net_backward", "other_keys"] = NET_FORWARD + '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"grad_W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"grad_b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ params[f"W{k}"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
'''

# ================================================================================================ novel
NOVEL["affine_forward"] = [
    text + AFFINE_BACKWARD_TUPLE
    for text in (
        # the bias is a factor, too
        '''
def affine_forward(X, W, b):
    return (X @ W.T) * b + b, (X, W)
''',
        # the bias reaches the first example only
        '''
def affine_forward(X, W, b):
    Z = X @ W.T
    Z[0] += b
    return Z, (X, W)
''',
        # the first feature is skipped
        '''
def affine_forward(X, W, b):
    Z = np.zeros((len(X), len(W)))
    for i in range(1, X.shape[1]):
        Z += np.outer(X[:, i], W[:, i])
    return Z + b, (X, W)
''',
        # inputs are averaged instead of summed
        '''
def affine_forward(X, W, b):
    return X @ W.T / X.shape[1] + b, (X, W)
''',
        # the sum of all biases
        '''
def affine_forward(X, W, b):
    return X @ W.T + b.sum() + b, (X, W)
''',
        # inputs are centred over the batch
        '''
def affine_forward(X, W, b):
    return (X - X.mean(axis=0) * 0.5) @ W.T + b, (X, W)
''',
    )
]

NOVEL["affine_backward"] = [
    AFFINE_FORWARD_TUPLE + text
    for text in (
        # the sums are multiplied
        '''
def affine_backward(dZ, cache):
    X, W = cache
    return dZ @ W, np.outer(dZ.sum(0), X.sum(0)), dZ.sum(0)
''',
        # = instead of +=
        '''
def affine_backward(dZ, cache):
    X, W = cache
    for n in range(len(X)):
        dW = np.outer(dZ[n], X[n])
        db = dZ[n]
    return dZ @ W, dW, db
''',
        # a gate where there is none
        '''
def affine_backward(dZ, cache):
    X, W = cache
    return (dZ @ W) * (X > 0), dZ.T @ X, dZ.sum(0)
''',
        # db weighted with the output
        '''
def affine_backward(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, (dZ * (X @ W.T)).sum(0)
''',
        # weight decay
        '''
def affine_backward(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X + 0.1 * W, dZ.sum(0)
''',
        # clipped slopes
        '''
def affine_backward(dZ, cache):
    X, W = cache
    cut = np.clip(dZ, -0.5, 0.5)
    return cut @ W, cut.T @ X, cut.sum(0)
''',
    )
]

NOVEL["sigmoid_forward"] = [
    text + SIGMOID_BACKWARD_A
    for text in (
        # tanh without the half in its argument
        '''
def sigmoid_forward(Z):
    A = 0.5 * (1 + np.tanh(Z))
    return A, A
''',
        # softsign
        '''
def sigmoid_forward(Z):
    A = 0.5 * (1 + Z / (1 + np.abs(Z)))
    return A, A
''',
        # the even curve
        '''
def sigmoid_forward(Z):
    A = 1 / (1 + np.exp(-np.abs(Z)))
    return A, A
''',
        # clipped far too early
        '''
def sigmoid_forward(Z):
    A = 1 / (1 + np.exp(-np.clip(Z, -1, 1)))
    return A, A
''',
        # brackets: 1 / 1 + exp(-z)
        '''
def sigmoid_forward(Z):
    A = 1 / 1 + np.exp(-np.clip(Z, -50, 50))
    return A, A
''',
        # each row adds up to 1
        '''
def sigmoid_forward(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    A = E / (1 + E.sum(axis=-1, keepdims=True))
    return A, A
''',
    )
]

NOVEL["sigmoid_backward"] = [
    SIGMOID_FORWARD_A + text
    for text in (
        '''
def sigmoid_backward(dA, cache):
    return dA + cache * (1 - cache)
''',
        '''
def sigmoid_backward(dA, cache):
    return dA * (1 - cache)
''',
        '''
def sigmoid_backward(dA, cache):
    return dA * cache - cache ** 2
''',
        # one gain for the whole batch
        '''
def sigmoid_backward(dA, cache):
    gain = (cache * (1 - cache)).mean(axis=0)
    return dA * gain
''',
        # ds/dz of s(z)^2
        '''
def sigmoid_backward(dA, cache):
    return dA * cache ** 2 * (1 - cache)
''',
        # divides by the gain
        '''
def sigmoid_backward(dA, cache):
    return dA / (cache * (1 - cache) + 1e-12)
''',
    )
]

NOVEL["relu_forward"] = [
    text + RELU_BACKWARD_Z
    for text in (
        '''
def relu_forward(Z):
    return np.log1p(np.exp(np.minimum(Z, 30))) + np.maximum(Z - 30, 0), (Z,)
''',
        '''
def relu_forward(Z):
    return np.where(Z > 0, Z, np.exp(np.minimum(Z, 0)) - 1), (Z,)
''',
        # compared with 1
        '''
def relu_forward(Z):
    return np.where(Z > 1, Z, 0.0), (Z,)
''',
        # max(1, z)
        '''
def relu_forward(Z):
    return np.maximum(1, Z), (Z,)
''',
        # a whole row is switched off by its mean
        '''
def relu_forward(Z):
    return Z * (Z.mean(axis=-1, keepdims=True) > 0), (Z,)
''',
        # squared
        '''
def relu_forward(Z):
    return np.maximum(Z, 0) * Z, (Z,)
''',
    )
]

NOVEL["relu_backward"] = [
    RELU_FORWARD_Z + text
    for text in (
        # negative slope instead of none
        '''
def relu_backward(dA, cache):
    (Z,) = cache
    return np.where(Z > 0, dA, -dA)
''',
        # leaks on the way back only
        '''
def relu_backward(dA, cache):
    (Z,) = cache
    return np.where(Z > 0, dA, 0.1 * dA)
''',
        # the gate of the whole row
        '''
def relu_backward(dA, cache):
    (Z,) = cache
    return dA * (Z.sum(axis=-1, keepdims=True) > 0)
''',
        # compared with the mean
        '''
def relu_backward(dA, cache):
    (Z,) = cache
    return dA * (np.abs(Z) > np.abs(Z).mean())
''',
        # maximum of slope and score
        '''
def relu_backward(dA, cache):
    (Z,) = cache
    return np.minimum(dA, np.maximum(Z, 0))
''',
        # the gate of the neighbouring example
        '''
def relu_backward(dA, cache):
    (Z,) = cache
    return dA * (np.roll(Z, 1, axis=0) > 0)
''',
    )
]

NOVEL["mse_loss"] = [
    # the slope of the absolute error
    '''
def mse_loss(Y_pred, Y):
    e = Y_pred - Y
    return np.mean(e ** 2), np.sign(e) / e.size
''',
    # root
    '''
def mse_loss(Y_pred, Y):
    e = Y_pred - Y
    L = np.sqrt(np.mean(e ** 2))
    return L, e / (e.size * L)
''',
    # the label is left out of the slope
    '''
def mse_loss(Y_pred, Y):
    e = Y_pred - Y
    return np.mean(e ** 2), 2 * Y_pred / e.size
''',
    # averaged twice: one slope per output
    '''
def mse_loss(Y_pred, Y):
    e = Y_pred - Y
    return np.mean(e ** 2), np.broadcast_to(2 * e.mean(axis=0) / e.size, e.shape).copy()
''',
    # only the first output counts
    '''
def mse_loss(Y_pred, Y):
    e = Y_pred - Y
    return np.mean(e[:, 0] ** 2), 2 * e / e.size * (np.arange(e.shape[1]) == 0)
''',
    # (p - t)^2 written as p^2 - t^2 in the loss
    '''
def mse_loss(Y_pred, Y):
    return np.mean(Y_pred ** 2 - Y ** 2), 2 * (Y_pred - Y) / Y.size
''',
]

NOVEL["softmax"] = [
    # sizes instead of exponentials
    '''
def softmax(Z):
    A = np.abs(Z)
    return A / A.sum(axis=1, keepdims=True)
''',
    # powers of 2
    '''
def softmax(Z):
    E = 2.0 ** (Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)
''',
    # divided by the largest
    '''
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / (E.max(axis=1, keepdims=True) + E.sum(axis=1, keepdims=True))
''',
    # sigmoids
    '''
def softmax(Z):
    S = 0.5 * (1 + np.tanh(Z / 2))
    return S / S.sum(axis=1, keepdims=True)
''',
    # a running sum
    '''
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / np.cumsum(E, axis=1).clip(1e-300)
''',
    # scaled by the range of the row
    '''
def softmax(Z):
    S = (Z - Z.max(axis=1, keepdims=True)) / (1e-9 + np.ptp(Z, axis=1)[:, None])
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)
''',
    # exact winner
    '''
def softmax(Z):
    return (Z == Z.max(axis=1, keepdims=True)).astype(float)
''',
]

NOVEL["cross_entropy"] = [
    '''
def _probs(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)

''' + text
    for text in (
        # labels counted from 1
        '''
def cross_entropy(Z, y):
    P, n = _probs(Z), np.arange(len(y))
    L = -np.log(P[n, y - 1] + 1e-300).mean()
    P[n, y - 1] -= 1
    return L, P / len(y)
''',
        # squared error of the probabilities
        '''
def cross_entropy(Z, y):
    P = _probs(Z)
    T = np.eye(Z.shape[1])[y]
    D = P - T
    L = np.mean(np.sum(D ** 2, axis=1))
    return L, 2 * P * (D - np.sum(D * P, axis=1, keepdims=True)) / len(y)
''',
        # smoothed labels
        '''
def cross_entropy(Z, y):
    P = _probs(Z)
    C = Z.shape[1]
    T = 0.9 * np.eye(C)[y] + 0.1 / C
    return -np.mean(np.sum(T * np.log(P + 1e-300), axis=1)), (P - T) / len(y)
''',
        # the class with the largest score is taken for the right one
        '''
def cross_entropy(Z, y):
    P, n = _probs(Z), np.arange(len(y))
    guess = Z.argmax(axis=1)
    L = -np.log(P[n, guess]).mean()
    P[n, guess] -= 1
    return L, P / len(y)
''',
        # the maximum is not added again after the logarithm
        '''
def cross_entropy(Z, y):
    n = np.arange(len(y))
    m = Z.max(axis=1, keepdims=True)
    L = np.mean(np.log(np.exp(Z - m).sum(axis=1)) - Z[n, y])
    P = _probs(Z)
    P[n, y] -= 1
    return L, P / len(y)
''',
        # entropy of the prediction
        '''
def cross_entropy(Z, y):
    P, n = _probs(Z), np.arange(len(y))
    L = -np.mean(np.sum(P * np.log(P + 1e-300), axis=1))
    P[n, y] -= 1
    return L, P / len(y)
''',
        # the logarithm of the mean probability; the label itself is subtracted
        '''
def cross_entropy(Z, y):
    P, n = _probs(Z), np.arange(len(y))
    L = -np.log(P[n, y].mean() + 1e-300)
    return L, (P - y[:, None]) / len(y)
''',
    )
]

NOVEL["net_forward"] = [
    NET_HELPERS + text + NET_BACKWARD
    for text in (
        # the inputs are squashed before the first layer
        '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth + 1):
        h = _act(h, act)
        z = h @ params[f"W{k}"].T + params[f"b{k}"]
        records.append({"inp": h, "z": z, "act": act})
        h = z
    return h, records
''',
        # the bias is added after the activation
        '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth + 1):
        z = h @ params[f"W{k}"].T
        records.append({"inp": h, "z": z, "act": act})
        h = (_act(z, act) if k < depth else z) + params[f"b{k}"]
    return h, records
''',
        # the last bias is missing
        '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth + 1):
        z = h @ params[f"W{k}"].T
        if k < depth:
            z = z + params[f"b{k}"]
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act) if k < depth else z
    return h, records
''',
        # hidden values are centred over the batch
        '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth + 1):
        z = h @ params[f"W{k}"].T + params[f"b{k}"]
        if k < depth:
            z = z - z.mean(axis=0)
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act) if k < depth else z
    return h, records
''',
        # the activation is applied twice, with a shift
        '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth + 1):
        z = h @ params[f"W{k}"].T + params[f"b{k}"]
        records.append({"inp": h, "z": z, "act": act})
        h = _act(_act(z, act) - 0.5, act) if k < depth else z
    return h, records
''',
        # softmax on top
        '''
def net_forward(params, X, act):
    depth = len(params) // 2
    h, records = X, []
    for k in range(1, depth + 1):
        z = h @ params[f"W{k}"].T + params[f"b{k}"]
        records.append({"inp": h, "z": z, "act": act})
        h = _act(z, act) if k < depth else z
    E = np.exp(h - h.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True), records
''',
    )
]

NOVEL["net_backward"] = [
    NET_FORWARD + text
    for text in (
        # the scores instead of the activations as inputs of the next layer
        '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        inp = caches[k - 2]["z"] if k > 1 else caches[0]["inp"]
        grads[f"W{k}"] = d.T @ (inp + 0.0)
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ params[f"W{k}"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
''',
        # the slope of another curve is a further factor
        '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ params[f"W{k}"]) * np.tanh(caches[k - 2]["z"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
''',
        # the sum over the batch goes back, one slope for all examples
        '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = d.mean(axis=0, keepdims=True) + 0 * d
            d = (d @ params[f"W{k}"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
''',
        # the slopes stop at the last layer
        '''
def net_backward(params, caches, dZ):
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    k = len(caches)
    grads[f"W{k}"] = dZ.T @ caches[-1]["inp"]
    grads[f"b{k}"] = dZ.sum(axis=0)
    return grads
''',
        # the biases get the slope before the gain
        '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    before = dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = before.sum(axis=0)
        if k > 1:
            before = d @ params[f"W{k}"]
            d = before * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
''',
        # sizes of the weights on the way back
        '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ np.abs(params[f"W{k}"])) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
    return grads
''',
        # slopes are clipped between the layers
        '''
def net_backward(params, caches, dZ):
    grads, d = {}, dZ
    for k in range(len(caches), 0, -1):
        grads[f"W{k}"] = d.T @ caches[k - 1]["inp"]
        grads[f"b{k}"] = d.sum(axis=0)
        if k > 1:
            d = (d @ params[f"W{k}"]) * _gain(caches[k - 2]["z"], caches[k - 2]["act"])
            d = np.clip(d, -0.01, 0.01)
    return grads
''',
    )
]
