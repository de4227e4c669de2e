"""Texts for 01_loss, written from one-line descriptions alone, by somebody who never saw the grader's own mistakes.

REWRITES: (exercise, mistake id) -> a text which, appended to a right module, makes that mistake.
NOVEL: exercise -> texts that are wrong in a way that the list of mistakes does not name.
"""

REWRITES: dict[tuple[str, str], str] = {}
NOVEL: dict[str, list[str]] = {}

# ------------------------------------------------------------------------------------------------ predict
REWRITES["predict", "weight_and_bias_swapped"] = '''
def predict(x, w, b):
    slope, intercept = b, w
    views = []
    for day in x:
        views.append(intercept + slope * day)
    return np.array(views)
'''

REWRITES["predict", "bias_forgotten"] = '''
def predict(x, w, b):
    answer = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        answer[i] = w * x[i]
    return answer
'''

REWRITES["predict", "column_returned"] = '''
def predict(x, w, b):
    design = np.stack([np.ones(len(x)), x], axis=1)
    theta = np.array([[b], [w]])
    return design @ theta
'''

REWRITES["predict", "whole_number_container"] = '''
def predict(x, w, b):
    out = np.zeros_like(x)
    for n, value in enumerate(x):
        out[n] = b + w * value
    return out
'''

REWRITES["predict", "bias_subtracted"] = '''
def predict(x, w, b):
    return np.array([w * x_n - b for x_n in x])
'''

REWRITES["predict", "bias_weighted_too"] = '''
def predict(x, w, b):
    shifted = np.add(x, b)
    return np.multiply(shifted, w)
'''

# ------------------------------------------------------------------------------------------------ mae
REWRITES["mae", "mean_before_absolute"] = '''
def mae(y_pred, y):
    total = 0.0
    n = 0
    for p, t in zip(y_pred, y):
        total += p - t
        n += 1
    return abs(total / n)
'''

REWRITES["mae", "absolute_errors_summed"] = '''
def mae(y_pred, y):
    s = 0.0
    for i in range(len(y)):
        if y_pred[i] > y[i]:
            s += y_pred[i] - y[i]
        else:
            s += y[i] - y_pred[i]
    return s
'''

REWRITES["mae", "signs_kept"] = '''
def mae(y_pred, y):
    errors = [p - t for p, t in zip(y_pred, y)]
    return sum(errors) / len(errors)
'''

REWRITES["mae", "squared_instead_of_absolute"] = '''
def mae(y_pred, y):
    e = y_pred - y
    return np.dot(e, e) / e.size
'''

REWRITES["mae", "table_of_absolute_errors"] = '''
def mae(y_pred, y):
    acc = 0.0
    for p in y_pred:
        for t in y:
            acc += abs(p - t)
    return acc / (len(y_pred) * len(y))
'''

REWRITES["mae", "absolute_errors_not_averaged"] = '''
def mae(y_pred, y):
    out = np.zeros(len(y))
    for i in range(len(y)):
        out[i] = abs(y_pred[i] - y[i])
    return out
'''

REWRITES["mae", "difference_of_sizes"] = '''
def mae(y_pred, y):
    sizes = np.abs(y_pred), np.abs(y)
    return float((sizes[0] - sizes[1]).mean())
'''

REWRITES["mae", "predictions_overwritten"] = '''
def mae(y_pred, y):
    for i in range(len(y_pred)):
        y_pred[i] = abs(y_pred[i] - y[i])
    return y_pred.sum() / len(y_pred)
'''

# ------------------------------------------------------------------------------------------------ mse
REWRITES["mse", "mean_before_square"] = '''
def mse(y_pred, y):
    gap = sum(y_pred) / len(y_pred) - sum(y) / len(y)
    return gap * gap
'''

REWRITES["mse", "squares_summed"] = '''
def mse(y_pred, y):
    residual = y - y_pred
    return float(np.einsum("n,n->", residual, residual))
'''

REWRITES["mse", "half_in_front"] = '''
def mse(y_pred, y):
    n = len(y)
    J = 0
    for i in range(n):
        J = J + (y_pred[i] - y[i]) ** 2
    return J / (2 * n)
'''

REWRITES["mse", "root_at_the_end"] = '''
def mse(y_pred, y):
    return np.linalg.norm(y_pred - y) / len(y) ** 0.5
'''

REWRITES["mse", "difference_of_squares"] = '''
def mse(y_pred, y):
    total = 0.0
    for p, t in zip(y_pred, y):
        total += p * p - t * t
    return total / len(y)
'''

REWRITES["mse", "table_of_squares"] = '''
def mse(y_pred, y):
    diff = np.subtract.outer(y_pred, y)
    return (diff * diff).mean()
'''

REWRITES["mse", "absolute_instead_of_squared"] = '''
def mse(y_pred, y):
    return sum(max(p - t, t - p) for p, t in zip(y_pred, y)) / len(y)
'''

REWRITES["mse", "squares_not_averaged"] = '''
def mse(y_pred, y):
    return np.array([np.mean((p - t) ** 2) for p, t in zip(y_pred, y)])
'''

# ------------------------------------------------------------------------------------------------ loss_at
REWRITES["loss_at", "always_mae"] = '''
def loss_at(w, b, x, y, loss=mae):
    total = 0.0
    for x_n, y_n in zip(x, y):
        total += abs(b + w * x_n - y_n)
    return total / len(x)
'''

REWRITES["loss_at", "always_mse"] = '''
def loss_at(w, b, x, y, loss=mae):
    e = b + w * x - y
    return float(e @ e) / len(e)
'''

REWRITES["loss_at", "default_is_mse"] = '''
def loss_at(w, b, x, y, loss=None):
    line = w * x + b
    if loss is None:
        return np.mean(np.square(line - y))
    return loss(line, y)
'''

REWRITES["loss_at", "parameters_swapped"] = '''
def loss_at(w, b, x, y, loss=mae):
    theta = (w, b)
    y_hat = theta[0] + theta[1] * x
    return loss(y_hat, y)
'''

REWRITES["loss_at", "label_before_prediction"] = '''
def loss_at(w, b, x, y, loss=mae):
    guesses = np.array([b + w * v for v in x])
    return loss(y, guesses)
'''

REWRITES["loss_at", "feature_instead_of_prediction"] = '''
def loss_at(w, b, x, y, loss=mae):
    line = b + w * x
    value = loss(x, y)
    return value
'''

# ------------------------------------------------------------------------------------------------ error_surface
REWRITES["error_surface", "axes_swapped"] = '''
def error_surface(ws, bs, x, y, loss):
    table = np.zeros((len(ws), len(bs)))
    for i in range(len(ws)):
        for j in range(len(bs)):
            table[i, j] = loss(bs[j] + ws[i] * x, y)
    return table
'''

REWRITES["error_surface", "filled_in_the_wrong_order"] = '''
def error_surface(ws, bs, x, y, loss):
    values = []
    for w in ws:
        for b in bs:
            values.append(loss(w * x + b, y))
    return np.array(values).reshape(len(bs), len(ws))
'''

REWRITES["error_surface", "loss_not_handed_on"] = '''
def error_surface(ws, bs, x, y, loss):
    lines = bs[:, None, None] + ws[None, :, None] * x
    return np.abs(lines - y).mean(axis=-1)
'''

REWRITES["error_surface", "upside_down"] = '''
def error_surface(ws, bs, x, y, loss):
    rows = []
    for b in bs:
        rows.insert(0, [loss(b + w * x, y) for w in ws])
    return np.array(rows)
'''

REWRITES["error_surface", "weights_used_as_biases"] = '''
def error_surface(ws, bs, x, y, loss):
    surface = np.empty((bs.size, ws.size))
    for (q, p), _ in np.ndenumerate(surface):
        surface[q, p] = loss(ws[p] + bs[q] * x, y)
    return surface
'''

REWRITES["error_surface", "one_long_list"] = '''
def error_surface(ws, bs, x, y, loss):
    grid_w, grid_b = np.meshgrid(ws, bs)
    out = []
    for w, b in zip(grid_w.ravel(), grid_b.ravel()):
        out.append(float(loss(b + w * x, y)))
    return np.array(out)
'''

REWRITES["error_surface", "label_before_prediction_on_the_grid"] = '''
def error_surface(ws, bs, x, y, loss):
    S = np.full((len(bs), len(ws)), np.nan)
    for col, w in enumerate(ws):
        wx = w * x
        for row, b in enumerate(bs):
            S[row, col] = loss(y, wx + b)
    return S
'''

# ------------------------------------------------------------------------------------------------ best_on_grid
REWRITES["best_on_grid", "flat_position"] = '''
def best_on_grid(S, ws, bs):
    best = 0
    flat = list(S.ravel())
    for k, value in enumerate(flat):
        if value < flat[best]:
            best = k
    return best
'''

REWRITES["best_on_grid", "indices_returned"] = '''
def best_on_grid(S, ws, bs):
    hits = np.argwhere(S == S.min())
    q, p = hits[0]
    return p, q, S[q, p]
'''

REWRITES["best_on_grid", "row_looked_up_in_ws"] = '''
def best_on_grid(S, ws, bs):
    where = divmod(int(S.argmin()), S.shape[1])
    return ws[where[0]], bs[where[1]], S[where]
'''

REWRITES["best_on_grid", "bias_returned_first"] = '''
def best_on_grid(S, ws, bs):
    best = (np.inf, None, None)
    for q, b in enumerate(bs):
        for p, w in enumerate(ws):
            if S[q, p] < best[0]:
                best = (S[q, p], b, w)
    lowest, b, w = best
    return b, w, lowest
'''

REWRITES["best_on_grid", "highest_point"] = '''
def best_on_grid(S, ws, bs):
    top = -np.inf
    for q in range(len(bs)):
        for p in range(len(ws)):
            if S[q, p] > top:
                top = S[q, p]
                w, b = ws[p], bs[q]
    return w, b, top
'''

REWRITES["best_on_grid", "only_the_first_row"] = '''
def best_on_grid(S, ws, bs):
    row = 0
    col = 0
    for p in range(len(ws)):
        if S[row, p] < S[row, col]:
            col = p
    return ws[col], bs[row], S[row, col]
'''

REWRITES["best_on_grid", "axes_searched_separately"] = '''
def best_on_grid(S, ws, bs):
    per_bias = S.mean(axis=1)
    per_weight = S.mean(axis=0)
    q = np.argmin(per_bias)
    p = np.argmin(per_weight)
    return ws[p], bs[q], S[q, p]
'''

# ================================================================================================ novel
NOVEL["predict"] = [
    # views cannot be negative and are counted in tens: "repairs" the line
    '''
def predict(x, w, b):
    return np.maximum(w * x + b, 1.0)
''',
    # the feature is centred first
    '''
def predict(x, w, b):
    return w * (x - x.mean()) + b
''',
    # a running total
    '''
def predict(x, w, b):
    out = []
    so_far = b
    for v in x:
        so_far = so_far + w * v
        out.append(so_far)
    return np.array(out)
''',
    # ^ meant as a power: the feature is squared
    '''
def predict(x, w, b):
    return b + w * x ** 2
''',
    # the loop starts at 1
    '''
def predict(x, w, b):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = b + w * x[i - 1]
    return y
''',
]

NOVEL["mae"] = [
    '''
def mae(y_pred, y):
    return float(np.median(np.abs(y_pred - y)))
''',
    '''
def mae(y_pred, y):
    return float(np.max(np.abs(y_pred - y)))
''',
    # relative error
    '''
def mae(y_pred, y):
    return float(np.mean(np.abs(y_pred - y) / np.abs(y)))
''',
    # the last example is left out of the sum, not out of the count
    '''
def mae(y_pred, y):
    total = 0.0
    for i in range(len(y) - 1):
        total += abs(y_pred[i] - y[i])
    return total / len(y)
''',
    # abs of the sum of both
    '''
def mae(y_pred, y):
    return np.mean(np.abs(y_pred + y))
''',
    # only overshoots count
    '''
def mae(y_pred, y):
    return np.mean(np.maximum(y_pred - y, 0.0))
''',
]

NOVEL["mse"] = [
    # the spread of the errors around their own mean
    '''
def mse(y_pred, y):
    return float(np.var(y_pred - y))
''',
    # precedence: only the label is squared
    '''
def mse(y_pred, y):
    return np.mean(np.abs(y_pred - y ** 2))
''',
    # third power
    '''
def mse(y_pred, y):
    return np.mean(np.abs(y_pred - y) ** 3)
''',
    # squared error of the logarithms
    '''
def mse(y_pred, y):
    return np.mean((np.log1p(np.abs(y_pred)) - np.log1p(np.abs(y))) ** 2)
''',
    # relative to the variance of the labels
    '''
def mse(y_pred, y):
    return np.sum((y_pred - y) ** 2) / np.sum((y - y.mean()) ** 2)
''',
]

NOVEL["loss_at"] = [
    # no bias
    '''
def loss_at(w, b, x, y, loss=mae):
    return loss(w * x, y)
''',
    # a penalty on the weight
    '''
def loss_at(w, b, x, y, loss=mae):
    return loss(w * x + b, y) + 0.01 * (w ** 2 + b ** 2)
''',
    # the line is laid through the labels
    '''
def loss_at(w, b, x, y, loss=mae):
    return loss(w * y + b, x)
''',
    # tomorrow's label: shifted by one
    '''
def loss_at(w, b, x, y, loss=mae):
    return loss((w * x + b)[:-1], y[1:])
''',
]

NOVEL["error_surface"] = [
    # the running sum is never set back to 0
    '''
def error_surface(ws, bs, x, y, loss):
    S = np.zeros((len(bs), len(ws)))
    total = 0.0
    for q in range(len(bs)):
        for p in range(len(ws)):
            total += loss(ws[p] * x + bs[q], y)
            S[q, p] = total
    return S
''',
    # only where both indices agree
    '''
def error_surface(ws, bs, x, y, loss):
    S = np.zeros((len(bs), len(ws)))
    for i, (w, b) in enumerate(zip(ws, bs)):
        S[i, i] = loss(w * x + b, y)
    return S
''',
    # logarithm, as in the plot
    '''
def error_surface(ws, bs, x, y, loss):
    return np.array([[np.log(loss(w * x + b, y)) for w in ws] for b in bs])
''',
    # the b of the outer loop is changed in the inner loop
    '''
def error_surface(ws, bs, x, y, loss):
    S = np.zeros((len(bs), len(ws)))
    for q, b in enumerate(bs):
        for p, w in enumerate(ws):
            b = b + w * x
            S[q, p] = loss(b, y)
    return S
''',
    # every row is measured from its own lowest point
    '''
def error_surface(ws, bs, x, y, loss):
    S = np.array([[loss(w * x + b, y) for w in ws] for b in bs])
    return S - S.min(axis=1, keepdims=True)
''',
]

NOVEL["best_on_grid"] = [
    # the search starts at 0, which no loss undercuts
    '''
def best_on_grid(S, ws, bs):
    best, w, b = 0.0, ws[0], bs[0]
    for q in range(len(bs)):
        for p in range(len(ws)):
            if S[q, p] < best:
                best, w, b = S[q, p], ws[p], bs[q]
    return w, b, best
''',
    # the second smallest: the order is counted from 1
    '''
def best_on_grid(S, ws, bs):
    order = np.argsort(S, axis=None)
    q, p = divmod(int(order[1]), len(ws))
    return ws[p], bs[q], S[q, p]
''',
    # the average loss is returned
    '''
def best_on_grid(S, ws, bs):
    q, p = np.unravel_index(S.argmin(), S.shape)
    return ws[p], bs[q], S.mean()
''',
    # one too far
    '''
def best_on_grid(S, ws, bs):
    q, p = np.unravel_index(S.argmin(), S.shape)
    return ws[(p + 1) % len(ws)], bs[q], S[q, p]
''',
    # the comparison is with the entry before, not with the best so far
    '''
def best_on_grid(S, ws, bs):
    w, b, L = ws[0], bs[0], S[0, 0]
    flat = S.ravel()
    for k in range(1, flat.size):
        if flat[k] < flat[k - 1]:
            q, p = divmod(k, S.shape[1])
            w, b, L = ws[p], bs[q], flat[k]
    return w, b, L
''',
]
