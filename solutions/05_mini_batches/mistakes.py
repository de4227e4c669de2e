"""What students write instead: each is recognised by its numbers and met with its own hints."""

import re

import numpy as np
from checks import explain_run, fit, minibatches, n_updates, pack, sgd_step, unpack

from grader.authoring import mistake

# --- 5.1 pack, unpack ----------------------------------------------------------------------


@mistake(
    pack,
    title="The arrays follow one another as they stand in the dict",
    hints=[
        "Turn the order of the keys around: does theta change?",
        "A dict has no order that could be relied on; names can be sorted.",
        "Loop over the sorted names instead of the dict as it comes.",
    ],
)
def order_of_the_dict(params):
    return np.concatenate([value.ravel() for value in params.values()])


@mistake(
    pack,
    title="The arrays are read column by column",
    hints=[
        "Pack a single array of two rows, and print both.",
        "C order reads row by row, Fortran order column by column.",
        "Something transposes the arrays, or an order is given that should not be.",
    ],
)
def column_by_column(params):
    return np.concatenate([params[key].ravel(order="F") for key in sorted(params)])


def _as_numbers(key):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", key)]


@mistake(
    pack,
    title="The names are sorted by their numbers: W2 before W10",
    hints=[
        "Try a network of ten layers or more.",
        "Here names are texts and nothing else: the letter 1 comes before the letter 2.",
        "Plain sorting does it; you sort by something more clever.",
    ],
)
def sorted_by_number(params):
    return np.concatenate([params[key].ravel() for key in sorted(params, key=_as_numbers)])


@mistake(
    pack,
    title="Layer by layer: W1, b1, W2, b2",
    hints=[
        "In which order do your names come? Print them.",
        "Sorted as texts, all names with W come before all with b.",
        "You sort by the number first; sort the whole name.",
    ],
)
def layer_by_layer(params):
    def by_layer(key):
        letters, *number = _as_numbers(key)
        return (*number[:1],), letters

    return np.concatenate([params[key].ravel() for key in sorted(params, key=by_layer)])


@mistake(
    pack,
    title="The names are sorted backwards",
    hints=[
        "Which name comes first in your theta?",
        "W1 comes before b1, and capital letters before small ones.",
        "Your order is the right one turned around.",
    ],
)
def sorted_backwards(params):
    return np.concatenate([params[key].ravel() for key in sorted(params, reverse=True)])


@mistake(
    pack,
    title="The names are sorted without regard to capitals: b1 before W1",
    hints=[
        "Which of W1 and b1 comes first in your theta?",
        "Sorted as texts, every capital letter comes before every small one.",
        "Do not change the names before you sort them.",
    ],
)
def capitals_ignored(params):
    return np.concatenate([params[key].ravel() for key in sorted(params, key=str.lower)])


@mistake(
    pack,
    title="A column comes back instead of a flat array",
    hints=[
        "Print the shape of theta.",
        "theta has a single axis.",
        "Flatten what you return.",
    ],
)
def column_of_parameters(params):
    return np.concatenate([params[key].reshape(-1, 1) for key in sorted(params)])


def _filled(theta, shapes, keys, order="C"):
    params, at = {}, 0
    for key in keys:
        size = int(np.prod(shapes[key]))
        params[key] = theta[at : at + size].reshape(shapes[key], order=order)
        at += size
    return params


@mistake(
    unpack,
    title="The arrays are filled as the names stand in the dict",
    hints=[
        "Turn the order of the shapes around: do the numbers change places?",
        "A dict has no order that could be relied on; names can be sorted.",
        "Loop over the sorted names, as in pack.",
    ],
)
def order_of_the_shapes(theta, shapes):
    return _filled(theta, shapes, shapes)


@mistake(
    unpack,
    title="The arrays are filled column by column",
    hints=[
        "Unpack 1 to 6 into two rows of three, and print it.",
        "C order fills row by row, Fortran order column by column.",
        "Reshape without another order, and without transposing.",
    ],
)
def filled_by_columns(theta, shapes):
    return _filled(theta, shapes, sorted(shapes), order="F")


@mistake(
    unpack,
    title="The names are sorted by their numbers: W2 before W10",
    hints=[
        "Try a network of ten layers or more.",
        "Here names are texts and nothing else: the letter 1 comes before the letter 2.",
        "Plain sorting does it; you sort by something more clever.",
    ],
)
def unpacked_by_number(theta, shapes):
    return _filled(theta, shapes, sorted(shapes, key=_as_numbers))


@mistake(
    unpack,
    title="The arrays stay flat",
    hints=[
        "Print the shape of each array that you return.",
        "A matrix has rows; theta has none.",
        "Each piece of theta must be brought into its shape.",
    ],
)
def left_flat(theta, shapes):
    return {key: value.ravel() for key, value in _filled(theta, shapes, sorted(shapes)).items()}


@mistake(
    unpack,
    title="Every array begins at the start of theta",
    hints=[
        "Print the first entry of each array: they are all the same.",
        "The pieces lie one behind the other.",
        "After each piece, remember how far you have come.",
    ],
)
def always_from_the_start(theta, shapes):
    return {k: theta[: int(np.prod(s))].reshape(s) for k, s in sorted(shapes.items())}


@mistake(
    unpack,
    title="The pieces are taken from the end of theta",
    hints=[
        "Which array holds the first entry of theta?",
        "The first name in the sorted order gets the first piece.",
        "You walk through theta or through the names the wrong way round.",
    ],
)
def from_the_end(theta, shapes):
    return _filled(theta, shapes, sorted(shapes, reverse=True))


# --- 5.2 n_updates -------------------------------------------------------------------------


@mistake(
    n_updates,
    title="A last, shorter batch is not counted",
    hints=[
        "1,003 examples in batches of 100: who sees the last 3?",
        "A short batch is a batch, unless it is dropped.",
        "Round up instead of down where nothing is dropped.",
    ],
)
def rounded_down(N, B, n_epochs, drop_last=False):
    return n_epochs * (N // B)


@mistake(
    n_updates,
    title="An epoch is counted as one update",
    hints=[
        "How many batches are in one pass over the data?",
        "An update belongs to a batch, an epoch to the whole data.",
        "Neither N nor B occurs in your answer, and both matter.",
    ],
)
def epochs_for_updates(N, B, n_epochs, drop_last=False):
    return n_epochs


@mistake(
    n_updates,
    title="The batches run on over the end of an epoch",
    hints=[
        "7 examples, B = 3, two epochs: deal them out with pencil and paper.",
        "Each epoch begins with a new batch.",
        "Round within one epoch, then multiply.",
    ],
)
def rounded_at_the_end(N, B, n_epochs, drop_last=False):
    return N * n_epochs // B if drop_last else -(-N * n_epochs // B)


@mistake(
    n_updates,
    title="The short batch is never dropped",
    hints=[
        "Does your answer change with drop_last?",
        "A dropped batch makes no update.",
        "Round down instead of up where the last batch is dropped.",
    ],
)
def never_dropped(N, B, n_epochs, drop_last=False):
    return n_epochs * -(-N // B)


@mistake(
    n_updates,
    title="The short batch is dropped where it should be kept, and the other way round",
    hints=[
        "Try 7 examples with B = 3, with and without drop_last.",
        "Without drop_last every example is seen.",
        "Your two cases have changed places.",
    ],
)
def drop_turned_around(N, B, n_epochs, drop_last=False):
    return n_epochs * (-(-N // B) if drop_last else N // B)


@mistake(
    n_updates,
    title="One is added even where the batches come out even",
    hints=[
        "6 examples in batches of 3: how many batches?",
        "There is a short batch only if something is left over.",
        "Rounding up is not the same as rounding down and adding 1.",
    ],
)
def always_one_more(N, B, n_epochs, drop_last=False):
    return n_epochs * (N // B + (not drop_last))


@mistake(
    n_updates,
    title="The epochs are left out: the updates of a single pass",
    hints=[
        "Does your answer change with n_epochs?",
        "Every epoch deals all examples again.",
        "Multiply by the number of passes.",
    ],
)
def a_single_epoch(N, B, n_epochs, drop_last=False):
    return N // B if drop_last else -(-N // B)


@mistake(
    n_updates,
    title="Where all is dropped, one update is counted nevertheless",
    hints=[
        "More in a batch than there are examples, and the last one dropped: what is left?",
        "0 is a possible answer.",
        "Something in your function makes sure of at least one batch; nothing has to.",
    ],
)
def at_least_one(N, B, n_epochs, drop_last=False):
    return n_epochs * (max(1, N // B) if drop_last else -(-N // B))


# --- 5.3 minibatches -----------------------------------------------------------------------


def _dealt(X, y, B, order):
    return [(X[order[i : i + B]], y[order[i : i + B]]) for i in range(0, len(order), B)]


@mistake(
    minibatches,
    title="The last, shorter batch is left out",
    hints=[
        "Count the rows in all of your batches.",
        "Every example is shown in every epoch, also if the numbers do not come out even.",
        "Look at where your loop stops when N is no multiple of B.",
    ],
)
def short_batch_left_out(X, y, B, rng):
    order = rng.permutation(len(y))
    return _dealt(X, y, B, order[: len(y) // B * B])


@mistake(
    minibatches,
    title="Features and labels are shuffled apart",
    hints=[
        "Is row i still the example of label i?",
        "One permutation serves both: it is the pairs that are shuffled.",
        "You draw an order twice; draw it once and use it for both.",
    ],
)
def shuffled_apart(X, y, B, rng):
    X, y = X[rng.permutation(len(y))], y[rng.permutation(len(y))]
    return _dealt(X, y, B, np.arange(len(y)))


@mistake(
    minibatches,
    title="The order does not come from the rng that is given",
    hints=[
        "Print the first label of two epochs.",
        "A generator of your own, or the one of numpy, knows nothing of the caller's seed.",
        "Use the generator that you are given.",
    ],
)
def generator_made_inside(X, y, B, rng):
    return _dealt(X, y, B, np.random.default_rng(0).permutation(len(y)))


@mistake(
    minibatches,
    title="What shuffle returns is used, and it returns nothing",
    hints=[
        "Print what rng.shuffle gives back.",
        "Some functions change their argument and return None.",
        "Draw a permutation of the row numbers instead: it leaves X and y as they are.",
    ],
)
def shuffle_returns_nothing(X, y, B, rng):
    order = rng.shuffle(np.arange(len(y)))
    return _dealt(X, y, B, order)


@mistake(
    minibatches,
    title="Nothing is shuffled",
    hints=[
        "Print the labels of the first batch, for two seeds.",
        "Batches in the order of the data learn the order of the data.",
        "The generator does not occur in your function.",
    ],
)
def not_shuffled(X, y, B, rng):
    return _dealt(X, y, B, np.arange(len(y)))


@mistake(
    minibatches,
    title="Rows are drawn with replacement",
    hints=[
        "Count how often each label comes in one epoch.",
        "An epoch shows every example exactly once.",
        "Draw an order of all rows, not a row number for each place.",
    ],
)
def drawn_with_replacement(X, y, B, rng):
    return _dealt(X, y, B, rng.integers(0, len(y), size=len(y)))


@mistake(
    minibatches,
    title="Each batch is drawn from all examples anew",
    hints=[
        "Does the second batch hold an example of the first?",
        "Within an epoch an example that was dealt is gone.",
        "Draw one order before the loop, and cut it into pieces.",
    ],
)
def each_batch_anew(X, y, B, rng):
    sizes = [min(B, len(y) - start) for start in range(0, len(y), B)]
    rows = [rng.permutation(len(y))[:size] for size in sizes]
    return [(X[r], y[r]) for r in rows]


@mistake(
    minibatches,
    title="The examples are spread evenly instead of B by B",
    hints=[
        "7 examples with B = 3: your batches have 3, 2 and 2. What is asked for?",
        "All batches but the last have exactly B examples.",
        "A function that splits into equal parts is not what is wanted; cut after every B rows.",
    ],
)
def spread_evenly(X, y, B, rng):
    parts = np.array_split(rng.permutation(len(y)), -(-len(y) // B))
    return [(X[rows], y[rows]) for rows in parts]


@mistake(
    minibatches,
    title="The last batch is filled up with examples from the beginning",
    hints=[
        "Count the rows in all of your batches.",
        "A short batch stays short.",
        "Nothing has to be added where the examples are used up.",
    ],
)
def filled_up(X, y, B, rng):
    order = rng.permutation(len(y))
    missing = -len(y) % B
    return _dealt(X, y, B, np.append(order, np.resize(order, missing)))


@mistake(
    minibatches,
    title="The short batch comes first",
    hints=[
        "Print the sizes of your batches.",
        "What is left over is left over at the end.",
        "Begin with whole batches.",
    ],
)
def short_batch_first(X, y, B, rng):
    return _dealt(X, y, B, rng.permutation(len(y)))[::-1]


@mistake(
    minibatches,
    title="Batches overlap: each begins one row after the one before",
    hints=[
        "How many batches are there of 7 examples with B = 3?",
        "The next batch begins where the last one ended.",
        "Go on by B rows, not by one.",
    ],
)
def batches_overlap(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[order[i : i + B]], y[order[i : i + B]]) for i in range(len(y))]


@mistake(
    minibatches,
    title="The caller's data is shuffled",
    hints=[
        "Print X before and after the call.",
        "An array belongs to whoever made it; shuffling it in place changes it for everybody.",
        "Shuffle row numbers, and pick rows by them.",
    ],
)
def callers_data_shuffled(X, y, B, rng):
    order = rng.permutation(len(y))
    X[:], y[:] = X[order], y[order]
    return _dealt(X.copy(), y.copy(), B, np.arange(len(y)))


# --- 5.4 sgd_step --------------------------------------------------------------------------


@mistake(
    sgd_step,
    title="The old parameters are changed in place",
    hints=[
        "Print the parameters that you passed in after the call.",
        "An array belongs to whoever made it; an in-place operation changes it for everybody.",
        "Compute a new array for every name instead of writing into the old one.",
    ],
)
def changed_in_place(params, grads, eta):
    for key in params:
        params[key] -= eta * grads[key]
    return params


@mistake(
    sgd_step,
    title="The step goes uphill",
    hints=[
        "If a gradient is positive, should its parameter grow or shrink?",
        "The gradient points to where the loss rises.",
        "Look at the sign in front of eta.",
    ],
)
def step_uphill(params, grads, eta):
    return {key: params[key] + eta * grads[key] for key in params}


@mistake(
    sgd_step,
    title="The learning rate is left out",
    hints=[
        "Halve eta: does your step change?",
        "How far to go is eta times the gradient.",
        "eta does not occur in what you compute.",
    ],
)
def without_eta(params, grads, eta):
    return {key: params[key] - grads[key] for key in params}


@mistake(
    sgd_step,
    title="Only the step comes back, not where it leads",
    hints=[
        "With all gradients 0, what should come back?",
        "An update is the old place plus a step.",
        "The old parameters do not occur in what you return.",
    ],
)
def step_alone(params, grads, eta):
    return {key: -eta * grads[key] for key in params}


@mistake(
    sgd_step,
    title="The biases are never updated",
    hints=[
        "Check every key: which of them do not move?",
        "A bias is a parameter like a weight.",
        "Loop over all names, whatever letter they begin with.",
    ],
)
def biases_left_alone(params, grads, eta):
    return {k: v if k.startswith("b") else v - eta * grads[k] for k, v in params.items()}


@mistake(
    sgd_step,
    title="Gradients are taken by their place instead of their name",
    hints=[
        "Turn the order of the gradients around: does your answer change?",
        "A dict has no order that could be relied on.",
        "Look the gradient of each parameter up by its name.",
    ],
)
def gradients_by_place(params, grads, eta):
    pairs = zip(params.items(), grads.values(), strict=True)
    return {key: value - eta * grad for (key, value), grad in pairs}


@mistake(
    sgd_step,
    title="Only the keys of layers W1, b1, W2 and so on are kept",
    hints=[
        "Try parameters with other names.",
        "The keys are whatever the model calls its parameters.",
        "Loop over the names that are there.",
    ],
)
def only_known_names(params, grads, eta):
    names = [key for key in params if re.fullmatch(r"[Wb]\d+", key)]
    return {key: params[key] - eta * grads[key] for key in names}


@mistake(
    sgd_step,
    title="The gradient is divided by its length",
    hints=[
        "Double all gradients: does your step double?",
        "Steps become smaller near the bottom because the gradient does.",
        "Multiply by the gradient as it is.",
    ],
)
def steps_of_equal_length(params, grads, eta):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    return {key: params[key] - eta * grads[key] / (norm or 1.0) for key in params}


# --- 5.5 fit -------------------------------------------------------------------------------


def _stepped(params, grads, eta):
    return {key: params[key] - eta * grads[key] for key in params}


def _epoch(X, y, B, rng):
    return _dealt(X, y, B, rng.permutation(len(y)))


@mistake(
    fit,
    title="Gradients pile up: those of earlier batches are never forgotten",
    hints=[
        "Where do the gradients of this batch start from?",
        "A step goes against the gradient of its own batch.",
        "What you add up over the batches has to begin anew with each of them.",
    ],
)
def gradients_pile_up(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history, total = [], {key: np.zeros(value.shape) for key, value in params.items()}
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            total = {key: total[key] + grads[key] for key in params}
            history.append(loss)
            params = _stepped(params, total, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="There is one update per epoch, with its first batch",
    hints=[
        "How many updates does 5.2 count, and how many are in your history?",
        "Every batch of an epoch makes an update.",
        "Something leaves the loop over the batches after the first of them.",
    ],
)
def first_batch_only(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        loss, grads = loss_grad(params, *_epoch(X, y, B, rng)[0])
        history.append(loss)
        params = _stepped(params, grads, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="Every update uses all examples",
    hints=[
        "How many rows does loss_grad get from you?",
        "A batch is a few examples: that is what makes an update cheap.",
        "You deal batches, if at all, but pass on the whole data.",
    ],
)
def all_examples_each_time(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for _ in range(-(-len(y) // B)):
            loss, grads = loss_grad(params, X, y)
            history.append(loss)
            params = _stepped(params, grads, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="The history has one entry per epoch: the mean of its batches",
    hints=[
        "How many entries are asked for, and how many do you have?",
        "Batches of different sizes would not weigh the same, either.",
        "Put the loss of each batch into the history, as it comes.",
    ],
)
def entry_per_epoch(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        losses = []
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            losses.append(loss)
            params = _stepped(params, grads, eta)
        history.append(np.mean(losses))
    return params, np.array(history)


@mistake(
    fit,
    title="The history holds the loss of each batch after its update",
    hints=[
        "What is the first entry: the loss of the parameters that came in?",
        "The loss and the gradient of one call belong to the same place.",
        "Keep the loss before you step.",
    ],
)
def loss_after_the_update(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            _, grads = loss_grad(params, Xb, yb)
            params = _stepped(params, grads, eta)
            history.append(loss_grad(params, Xb, yb)[0])
    return params, np.array(history)


@mistake(
    fit,
    title="The gradient is always taken at the parameters of the start",
    hints=[
        "Which parameters do you pass to loss_grad in the second update?",
        "Each update starts from where the last one led.",
        "The new parameters have to replace the old ones for the next batch.",
    ],
)
def gradient_at_the_start(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history, now = [], params
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            now = _stepped(now, grads, eta)
    return now, np.array(history)


@mistake(
    fit,
    title="The parameters of the start come back",
    hints=[
        "Are the parameters that you return other ones than those that came in?",
        "An update makes new parameters; the old ones stay as they are.",
        "What your update returns has to be kept, and returned in the end.",
    ],
)
def start_comes_back(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history, now = [], params
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(now, Xb, yb)
            history.append(loss)
            now = _stepped(now, grads, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="The caller's parameters are changed",
    hints=[
        "Print the parameters that you passed in after training.",
        "Training makes new parameters; whoever called may still need the old ones.",
        "Somewhere an array is changed in place: make a new one for each update.",
    ],
)
def callers_parameters_changed(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            for key in params:
                params[key] -= eta * grads[key]
    return params, np.array(history)


@mistake(
    fit,
    title="All epochs deal the examples in the same order",
    hints=[
        "Print the labels of the first batch of two epochs.",
        "An epoch is dealt anew: the generator goes on where it stopped.",
        "Deal inside the loop over the epochs, with the generator that you are given.",
    ],
)
def dealt_once(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history, batches = [], _epoch(X, y, B, rng)
    for _ in range(n_epochs):
        for Xb, yb in batches:
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            params = _stepped(params, grads, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="Each epoch makes a generator with the same seed",
    hints=[
        "Print the labels of the first batch of two epochs, and for two seeds.",
        "A generator of your own, or the one of numpy, knows nothing of the caller's seed.",
        "Pass on the generator that you are given.",
    ],
)
def generator_made_anew(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, np.random.default_rng(0)):
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            params = _stepped(params, grads, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="Each update goes uphill",
    hints=[
        "Does your history fall?",
        "The gradient points to where the loss rises.",
        "Look at the sign in front of eta.",
    ],
)
def trained_uphill(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            params = _stepped(params, grads, -eta)
    return params, np.array(history)


@mistake(
    fit,
    title="The last, shorter batch of each epoch makes no update",
    hints=[
        "How many updates does 5.2 count, and how many are in your history?",
        "Every example is shown in every epoch.",
        "Something passes over batches of fewer than B examples.",
    ],
)
def short_batch_skipped(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history = []
    for _ in range(n_epochs):
        for Xb, yb in _epoch(X, y, B, rng):
            if len(yb) < B:
                continue
            loss, grads = loss_grad(params, Xb, yb)
            history.append(loss)
            params = _stepped(params, grads, eta)
    return params, np.array(history)


@mistake(
    fit,
    title="n_epochs is taken for the number of updates",
    hints=[
        "How many updates does 5.2 count, and how many are in your history?",
        "An epoch is one pass over all examples, an update one step on one batch.",
        "Your training stops long before every example was seen n_epochs times.",
    ],
)
def epochs_taken_for_updates(loss_grad, params, X, y, eta, B, n_epochs, rng):
    history, batches = [], _epoch(X, y, B, rng)
    for i in range(n_epochs):
        loss, grads = loss_grad(params, *batches[i % len(batches)])
        history.append(loss)
        params = _stepped(params, grads, eta)
    return params, np.array(history)


# --- 5.6 explain_run -----------------------------------------------------------------------


def _read(log):
    etas = [entry["eta"] for entry in log]
    return {
        "N": sum(entry["rows"] for entry in log if entry["epoch"] == 1),
        "B": log[0]["rows"],
        "n_epochs": log[-1]["epoch"],
        "n_updates": len(log),
        "eta_changed_at": [i + 1 for i in range(1, len(log)) if etas[i] != etas[i - 1]],
    }


@mistake(
    explain_run,
    title="N counts the rows of all epochs",
    hints=[
        "How often does one example stand in the log?",
        "Every epoch shows all examples once.",
        "Add up the rows of a single epoch.",
    ],
)
def rows_of_all_epochs(log):
    return {**_read(log), "N": sum(entry["rows"] for entry in log)}


@mistake(
    explain_run,
    title="N is B times the number of batches, as if the last one were full",
    hints=[
        "7 examples in batches of 3: what does your function say?",
        "The last batch of an epoch may be shorter.",
        "Add up the rows that are in the log.",
    ],
)
def last_batch_taken_for_full(log):
    run = _read(log)
    return {**run, "N": run["B"] * sum(entry["epoch"] == 1 for entry in log)}


@mistake(
    explain_run,
    title="B is the size of the last batch",
    hints=[
        "Which batch of an epoch may be shorter?",
        "The batch size is that of a whole batch.",
        "Look at the first entry, not at the last one.",
    ],
)
def size_of_the_last_batch(log):
    return {**_read(log), "B": log[-1]["rows"]}


@mistake(
    explain_run,
    title="Updates and epochs have changed places",
    hints=[
        "How many entries has the log?",
        "An entry is an update; an epoch is a pass over all examples.",
        "Both numbers are right; each stands under the other's name.",
    ],
)
def updates_for_epochs(log):
    run = _read(log)
    return {**run, "n_epochs": run["n_updates"], "n_updates": run["n_epochs"]}


@mistake(
    explain_run,
    title="Updates are counted from 0 where eta changes",
    hints=[
        "In the example, what is the number of the first entry with the new eta?",
        "The first update has number 1.",
        "Python counts places from 0; your numbers are all one too small.",
    ],
)
def counted_from_zero(log):
    run = _read(log)
    return {**run, "eta_changed_at": [i - 1 for i in run["eta_changed_at"]]}


@mistake(
    explain_run,
    title="The epochs in which eta changes are given instead of the updates",
    hints=[
        "Can eta change within an epoch? What would you answer then?",
        "An update has its own number, counted through the whole run.",
        "Give the place in the log, not the epoch that stands there.",
    ],
)
def epochs_of_changes(log):
    run = _read(log)
    return {**run, "eta_changed_at": [log[i - 1]["epoch"] for i in run["eta_changed_at"]]}


@mistake(
    explain_run,
    title="The first update counts as a change of eta",
    hints=[
        "What is your list where eta never changes?",
        "The first update has nothing before it.",
        "Compare from the second update on.",
    ],
)
def first_counts_as_change(log):
    run = _read(log)
    return {**run, "eta_changed_at": [1, *run["eta_changed_at"]]}


@mistake(
    explain_run,
    title="The learning rates are listed instead of the updates",
    hints=[
        "Are the numbers in your list updates or learning rates?",
        "Asked is when, not what.",
        "Keep the number of the update whose eta is another.",
    ],
)
def rates_listed(log):
    run = _read(log)
    return {**run, "eta_changed_at": [log[i - 1]["eta"] for i in run["eta_changed_at"]]}


@mistake(
    explain_run,
    title="Only the first change of eta is found",
    hints=[
        "Let eta change twice: what is your list?",
        "Every update is compared with the one before it.",
        "Your search stops too early, or compares with the first eta for ever.",
    ],
)
def first_change_only(log):
    run = _read(log)
    return {**run, "eta_changed_at": run["eta_changed_at"][:1]}


@mistake(
    explain_run,
    title="Every eta is compared with the first one",
    hints=[
        "Let eta change once: is every later update in your list?",
        "A change is a difference from the update before.",
        "Compare neighbours.",
    ],
)
def compared_with_the_first(log):
    etas = [entry["eta"] for entry in log]
    return {**_read(log), "eta_changed_at": [i + 1 for i, e in enumerate(etas) if e != etas[0]]}
