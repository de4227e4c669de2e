"""What students write instead: each is recognised by its numbers and met with its own hints."""

import numpy as np
from backpropagation import d_sigmoid, sigmoid
from checks import (
    chain,
    chain_paths,
    dC_dW,
    delta_hidden,
    delta_output,
    dz_dw,
    forward_pass,
    reversed_network,
)

from grader.authoring import mistake

# --- 7.1 chain -----------------------------------------------------------------------------


@mistake(
    chain,
    title="The slopes are added",
    hints=[
        "Two links of slope 2 and 3: how far does the end move if the start moves by 1?",
        "Links of one path stand behind each other; each stretches what the one before gives.",
        "Sums belong to several paths; along one path something else is done with the slopes.",
    ],
)
def slopes_added(*factors):
    return float(sum(factors))


@mistake(
    chain,
    title="The product begins with 0",
    hints=[
        "Your answer is the same for all factors. Which number is it?",
        "Whatever is multiplied by 0 stays 0.",
        "Look at the number from which your loop starts.",
    ],
)
def begins_with_zero(*factors):
    product = 0.0
    for factor in factors:
        product *= factor
    return product


@mistake(
    chain,
    title="Only the first two factors count",
    hints=[
        "Try three factors, then four.",
        "A path may have any number of links.",
        "Every factor has to enter the product, however many there are.",
    ],
)
def first_two(*factors):
    return float(np.prod(factors[:2]))


@mistake(
    chain,
    title="The first factor is left out",
    hints=[
        "Try a single factor, such as 5.",
        "All links of the path count, the first one, too.",
        "Look at where your loop begins.",
    ],
)
def first_left_out(*factors):
    return float(np.prod(factors[1:]))


@mistake(
    chain,
    title="Without factors it is 0",
    hints=[
        "Call it without any argument.",
        "No link means that nothing is stretched: the slope of a variable along itself.",
        "The number that changes nothing when it is multiplied is not 0.",
    ],
)
def empty_is_zero(*factors):
    return float(np.prod(factors)) if factors else 0.0


@mistake(
    chain,
    title="The sizes are multiplied, without their signs",
    hints=[
        "Try the factors 2 and -3.",
        "A negative slope turns the direction around.",
        "Look for an absolute value or a square.",
    ],
)
def signs_lost(*factors):
    return float(abs(np.prod(factors)))


# --- 7.1 chain_paths -----------------------------------------------------------------------


@mistake(
    chain_paths,
    title="The paths are multiplied",
    hints=[
        "Two paths with products 6 and -2: what is the whole slope?",
        "Moving the start moves the end along each path, and the movements add up.",
        "Along a path you multiply; over the paths you do something else.",
    ],
)
def paths_multiplied(paths):
    return float(np.prod([np.prod(path) for path in paths]))


@mistake(
    chain_paths,
    title="Slopes are added along a path, and paths are multiplied",
    hints=[
        "Give it a single path of slopes 2 and 3.",
        "Links behind each other multiply, paths beside each other add up.",
        "You have the two rules the wrong way round.",
    ],
)
def rules_swapped(paths):
    return float(np.prod([sum(path) for path in paths]))


@mistake(
    chain_paths,
    title="Only the last path counts",
    hints=[
        "Give it the same path twice: should the slope double?",
        "Each path brings its own part, and none replaces another.",
        "Look for a variable that is set anew in each round instead of growing.",
    ],
)
def last_path_only(paths):
    total = 0.0
    for path in paths:
        total = float(np.prod(path))
    return total


@mistake(
    chain_paths,
    title="Only the first path counts",
    hints=[
        "Give it the same path twice: should the slope double?",
        "Each path brings its own part, and none replaces another.",
        "Something ends your loop after its first round.",
    ],
)
def first_path_only(paths):
    for path in paths:
        return float(np.prod(path))
    return 0.0


@mistake(
    chain_paths,
    title="The paths are averaged",
    hints=[
        "Give it the same path twice: should the slope double?",
        "Paths beside each other add up, however many there are.",
        "Look for a mean or a division by the number of paths.",
    ],
)
def paths_averaged(paths):
    return float(np.mean([np.prod(path) for path in paths])) if paths else 0.0


@mistake(
    chain_paths,
    title="A path without links counts as 0",
    hints=[
        "Try one empty path.",
        "A path without links is the variable itself: its slope along itself.",
        "The empty product is not 0.",
    ],
)
def empty_path_is_zero(paths):
    return float(sum(np.prod(path) for path in paths if path))


@mistake(
    chain_paths,
    title="All slopes are added",
    hints=[
        "Give it a single path of slopes 2 and 3.",
        "Links of one path stand behind each other.",
        "Within a path the slopes are not added.",
    ],
)
def everything_added(paths):
    return float(sum(sum(path) for path in paths))


# --- 7.2 forward_pass ----------------------------------------------------------------------


@mistake(
    forward_pass,
    title="The last layer has no sigmoid",
    hints=[
        "Look at the last entry of acts: can it be negative?",
        "In the lecture's drawing every neuron squashes, those of the last layer, too.",
        "Something in your loop treats the last layer in another way.",
    ],
)
def last_layer_bare(x, Ws, bs):
    zs, acts = [], [x]
    for layer, (W, b) in enumerate(zip(Ws, bs, strict=True)):
        zs.append(W @ acts[-1] + b)
        acts.append(zs[-1] if layer == len(Ws) - 1 else sigmoid(zs[-1]))
    return zs, acts


@mistake(
    forward_pass,
    title="The input is missing in acts",
    hints=[
        "How many entries has acts for two layers?",
        "What goes into the network counts as the output of a layer before the first.",
        "Your list of outputs starts one place too late.",
    ],
)
def input_missing(x, Ws, bs):
    zs, acts, a = [], [], x
    for W, b in zip(Ws, bs, strict=True):
        zs.append(W @ a + b)
        a = sigmoid(zs[-1])
        acts.append(a)
    return zs, acts


@mistake(
    forward_pass,
    title="Every layer gets x instead of what the layer before gives",
    hints=[
        "Take a network with layers of different widths: which shapes meet in the second layer?",
        "A layer's inputs are the outputs of the layer before it.",
        "What you multiply the weights by has to change from round to round.",
    ],
)
def always_x(x, Ws, bs):
    zs = [W @ x + b for W, b in zip(Ws, bs, strict=True)]
    return zs, [x, *(sigmoid(z) for z in zs)]


@mistake(
    forward_pass,
    title="The next layer gets z instead of a",
    hints=[
        "Look at the second entry of zs; the first one is right.",
        "What leaves a neuron is squashed.",
        "Which of the two lists do you take the next input from?",
    ],
)
def passes_z_on(x, Ws, bs):
    zs, acts, value = [], [x], x
    for W, b in zip(Ws, bs, strict=True):
        value = W @ value + b
        zs.append(value)
        acts.append(sigmoid(value))
    return zs, acts


@mistake(
    forward_pass,
    title="zs holds what comes out of the neurons",
    hints=[
        "Can an entry of your zs be negative, or larger than 1?",
        "z is what a neuron adds up, before it is squashed.",
        "Keep the number before the sigmoid is applied, not after.",
    ],
)
def squashed_zs(x, Ws, bs):
    zs, acts = [], [x]
    for W, b in zip(Ws, bs, strict=True):
        acts.append(sigmoid(W @ acts[-1] + b))
        zs.append(acts[-1])
    return zs, acts


@mistake(
    forward_pass,
    title="The biases are missing",
    hints=[
        "Send in zeros: what does the first layer add up?",
        "Every neuron adds a number of its own.",
        "Which argument did you never use?",
    ],
)
def biases_missing(x, Ws, bs):
    zs, acts = [], [x]
    for W in Ws:
        zs.append(W @ acts[-1])
        acts.append(sigmoid(zs[-1]))
    return zs, acts


@mistake(
    forward_pass,
    title="The weights are transposed",
    hints=[
        "Use layers of 3, 5 and 2 neurons.",
        "A row holds the weights of one neuron, one entry for each input.",
        "The sum runs over the second axis of the weights.",
    ],
)
def weights_transposed(x, Ws, bs):
    zs, acts = [], [x]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(W.T @ acts[-1] + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


@mistake(
    forward_pass,
    title="The input is squashed before the first layer",
    hints=[
        "Look at the first entry of acts: is it x?",
        "Neurons squash what they add up; the input has not met a neuron yet.",
        "One sigmoid too many stands before your loop.",
    ],
)
def input_squashed(x, Ws, bs):
    zs, acts = [], [sigmoid(x)]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(W @ acts[-1] + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


# --- 7.3 dz_dw -----------------------------------------------------------------------------


@mistake(
    dz_dw,
    title="The output of the layer instead of its input",
    hints=[
        "For a weight of the first layer: is your answer an entry of x?",
        "z is a sum of weights times inputs; what multiplies this weight?",
        "Look one entry earlier in acts.",
    ],
)
def output_of_the_layer(acts, layer, i, j):
    return float(acts[layer + 1][i])


@mistake(
    dz_dw,
    title="The input with the number of the neuron that the wire leads to",
    hints=[
        "Change i and keep j: should your answer change?",
        "All neurons of a layer see the same inputs.",
        "The first index names where the wire ends, the second where it begins. Which one matters?",
    ],
)
def index_of_the_neuron(acts, layer, i, j):
    return float(acts[layer][i])


@mistake(
    dz_dw,
    title="The slope is always 1",
    hints=[
        "Wiggle the weight: by what factor does z move?",
        "The weight is multiplied by something before it enters the sum.",
        "Ask what stands beside the weight in the sum, not beside the bias.",
    ],
)
def always_one(acts, layer, i, j):
    return 1.0


@mistake(
    dz_dw,
    title="The gain of the sigmoid is in it already",
    hints=[
        "The sigmoid comes after z. Does it enter the slope of z?",
        "Each pass gives one factor of the slope; the gain belongs to the backward pass.",
        "What you multiplied the input by comes in later.",
    ],
)
def gain_included(acts, layer, i, j):
    a = acts[layer + 1][i]
    return float(acts[layer][j] * a * (1.0 - a))


@mistake(
    dz_dw,
    title="The input of the layer before",
    hints=[
        "For a weight of the second layer: is your answer an entry of x?",
        "The first entry of acts is x, so the list is one longer than the list of layers.",
        "Layer 0 takes its input from entry 0.",
    ],
)
def one_layer_early(acts, layer, i, j):
    return float(acts[layer - 1][j])


@mistake(
    dz_dw,
    title="All inputs of the layer are added up",
    hints=[
        "Change an input that is not on this wire: should your answer change?",
        "Only one wire carries this weight.",
        "Pick one entry instead of adding them all.",
    ],
)
def all_inputs(acts, layer, i, j):
    return float(np.sum(acts[layer]))


@mistake(
    dz_dw,
    title="The whole layer's input instead of one number",
    hints=[
        "How many numbers come back?",
        "The slope along one weight is one number.",
        "Choose the entry that belongs to the wire.",
    ],
)
def whole_input(acts, layer, i, j):
    return np.array(acts[layer])


# --- 7.4 delta_output ----------------------------------------------------------------------


@mistake(
    delta_output,
    title="The gain is missing",
    hints=[
        "How far does the output move if z moves a little?",
        "In the reversed network each neuron is an amplifier.",
        "What is the gain of the triangle? One factor is missing.",
    ],
)
def gain_missing(z, target):
    return 2.0 * (sigmoid(z) - target)


@mistake(
    delta_output,
    title="The gain is taken at a instead of z",
    hints=[
        "Try z = 0: the gain there is 1/4.",
        "The sigmoid's slope asks for what goes into the sigmoid.",
        "Which of z and a did you hand over?",
    ],
)
def gain_at_a(z, target):
    return 2.0 * (sigmoid(z) - target) * d_sigmoid(sigmoid(z))


@mistake(
    delta_output,
    title="The factor 2 is missing",
    hints=[
        "Differentiate the square of e on paper.",
        "C has no 1/2 in front, so nothing cancels.",
        "Your answers are exactly half of the right ones.",
    ],
)
def factor_missing(z, target):
    return (sigmoid(z) - target) * d_sigmoid(z)


@mistake(
    delta_output,
    title="The sign is wrong",
    hints=[
        "Wiggle z upwards where the output is above its target: does C rise or fall?",
        "Delta is the slope of C, not the direction to go.",
        "Which of the two do you subtract from which?",
    ],
)
def target_minus_output(z, target):
    return 2.0 * (target - sigmoid(z)) * d_sigmoid(z)


@mistake(
    delta_output,
    title="z is compared with the target",
    hints=[
        "Which number should hit the target: what goes into the neuron or what comes out?",
        "The error is made by the output.",
        "Squash before you subtract.",
    ],
)
def z_minus_target(z, target):
    return 2.0 * (z - target) * d_sigmoid(z)


@mistake(
    delta_output,
    title="The mean over the outputs is taken",
    hints=[
        "Give a network with one output, then with two that are alike: should delta change?",
        "C is a sum over the outputs here.",
        "Look for a division by their number.",
    ],
)
def divided_by_outputs(z, target):
    return 2.0 * (sigmoid(z) - target) * d_sigmoid(z) / len(z)


@mistake(
    delta_output,
    title="The slopes of all outputs are added up",
    hints=[
        "How many numbers should come back for three outputs?",
        "Every output has a delta of its own.",
        "Nothing is to be summed here: each z enters one term of C.",
    ],
)
def outputs_added(z, target):
    return np.sum(2.0 * (sigmoid(z) - target) * d_sigmoid(z))


# --- 7.5 delta_hidden ----------------------------------------------------------------------


@mistake(
    delta_hidden,
    title="The gain is missing",
    hints=[
        "What comes back on the wires is the slope along the output. How far is it to z?",
        "In the reversed network each neuron is an amplifier.",
        "What is the gain of the triangle? One factor is missing.",
    ],
)
def hidden_gain_missing(z, W_next, delta_next):
    return W_next.T @ delta_next


@mistake(
    delta_hidden,
    title="The gain is taken at a instead of z",
    hints=[
        "Try z = 0: the gain there is 1/4.",
        "The sigmoid's slope asks for what goes into the sigmoid.",
        "Which of z and a did you hand over?",
    ],
)
def hidden_gain_at_a(z, W_next, delta_next):
    return d_sigmoid(sigmoid(z)) * (W_next.T @ delta_next)


@mistake(
    delta_hidden,
    title="The weights are used in the direction of the forward pass",
    hints=[
        "Use layers of 3, 5 and 2 neurons and print the shapes.",
        "On the way back a wire leads from the next layer to this one.",
        "A column holds the wires that leave one neuron; the sum runs over the other axis.",
    ],
)
def not_transposed(z, W_next, delta_next):
    return d_sigmoid(z) * (W_next @ delta_next)


@mistake(
    delta_hidden,
    title="Only the last wire counts",
    hints=[
        "How many wires leave this neuron?",
        "The slopes that come back on the wires add up.",
        "Look for a variable that is set anew in each round instead of growing.",
    ],
)
def last_wire_only(z, W_next, delta_next):
    total = np.zeros(len(z))
    for o in range(len(delta_next)):
        total = W_next[o] * delta_next[o]
    return d_sigmoid(z) * total


@mistake(
    delta_hidden,
    title="Only the first wire counts",
    hints=[
        "How many wires leave this neuron?",
        "The slopes that come back on the wires add up.",
        "You used one row of the weights; each row brings a part.",
    ],
)
def first_wire_only(z, W_next, delta_next):
    return d_sigmoid(z) * W_next[0] * delta_next[0]


@mistake(
    delta_hidden,
    title="The weights are left out",
    hints=[
        "Make one wire twice as strong: should delta change?",
        "On the way back the wires have the same weights as on the way forth.",
        "Which argument did you never use?",
    ],
)
def weights_left_out(z, W_next, delta_next):
    return d_sigmoid(z) * np.sum(delta_next)


@mistake(
    delta_hidden,
    title="The wires are averaged",
    hints=[
        "Double every wire: should what comes back double?",
        "The slopes that come back on the wires add up.",
        "Look for a mean or a division by the number of wires.",
    ],
)
def wires_averaged(z, W_next, delta_next):
    return d_sigmoid(z) * (W_next.T @ delta_next) / len(delta_next)


@mistake(
    delta_hidden,
    title="z is multiplied in instead of the gain",
    hints=[
        "Try z = 0: can delta be different from 0 there?",
        "The gain is the slope of the sigmoid at z.",
        "One factor is z itself where its gain is meant.",
    ],
)
def z_for_the_gain(z, W_next, delta_next):
    return z * (W_next.T @ delta_next)


# --- 7.6 reversed_network ------------------------------------------------------------------


def _back(zs, Ws, first, gain):
    """Go back from the last delta with some gain."""
    deltas = [first]
    for layer in range(len(zs) - 2, -1, -1):
        deltas.insert(0, gain(zs[layer]) * (Ws[layer + 1].T @ deltas[0]))
    return deltas


@mistake(
    reversed_network,
    title="The deltas come last layer first",
    hints=[
        "Compare the shapes of your list with those of zs.",
        "You meet the layers on the way back, but they are to be handed over forwards.",
        "Turn the list around at the end.",
    ],
)
def last_layer_first(zs, Ws, dC_dy):
    return _back(zs, Ws, d_sigmoid(zs[-1]) * dC_dy, d_sigmoid)[::-1]


@mistake(
    reversed_network,
    title="The gain of the last layer is missing",
    hints=[
        "Try a network of one layer.",
        "What is handed in is the slope along the output; a delta is the slope along z.",
        "The neurons of the last layer are amplifiers, too.",
    ],
)
def output_gain_missing(zs, Ws, dC_dy):
    return _back(zs, Ws, np.array(dC_dy), d_sigmoid)


@mistake(
    reversed_network,
    title="The gains of the hidden layers are missing",
    hints=[
        "The last delta is right. Look at the one before it.",
        "Every neuron of the reversed network is an amplifier.",
        "What is the gain of the triangle, and where do you use it?",
    ],
)
def hidden_gains_missing(zs, Ws, dC_dy):
    return _back(zs, Ws, d_sigmoid(zs[-1]) * dC_dy, np.ones_like)


@mistake(
    reversed_network,
    title="There are no gains at all",
    hints=[
        "Try a network of one layer whose z is 0.",
        "Every neuron of the reversed network amplifies; its gain is the sigmoid's slope.",
        "Which argument did you never use the numbers of?",
    ],
)
def no_gains(zs, Ws, dC_dy):
    return _back(zs, Ws, np.array(dC_dy), np.ones_like)


@mistake(
    reversed_network,
    title="The gains are taken at a instead of z",
    hints=[
        "Try z = 0: the gain there is 1/4.",
        "The sigmoid's slope asks for what goes into the sigmoid.",
        "Which of z and a did you hand over?",
    ],
)
def gains_at_a(zs, Ws, dC_dy):
    return _back(zs, Ws, d_sigmoid(sigmoid(zs[-1])) * dC_dy, lambda z: d_sigmoid(sigmoid(z)))


@mistake(
    reversed_network,
    title="The weights of the wrong layer carry the slopes back",
    hints=[
        "Use layers of 3, 5 and 2 neurons and print the shapes.",
        "Between layer 0 and layer 1 lie the weights of layer 1.",
        "Your index into the weights is one too small.",
    ],
)
def weights_of_this_layer(zs, Ws, dC_dy):
    deltas = [d_sigmoid(zs[-1]) * dC_dy]
    for layer in range(len(zs) - 2, -1, -1):
        deltas.insert(0, d_sigmoid(zs[layer]) * (Ws[layer].T @ deltas[0]))
    return deltas


@mistake(
    reversed_network,
    title="The weights are used in the direction of the forward pass",
    hints=[
        "Use layers of 3, 5 and 2 neurons and print the shapes.",
        "On the way back a wire leads from the next layer to this one.",
        "The sum runs over the neurons of the next layer: the first axis of its weights.",
    ],
)
def all_weights_not_transposed(zs, Ws, dC_dy):
    deltas = [d_sigmoid(zs[-1]) * dC_dy]
    for layer in range(len(zs) - 2, -1, -1):
        deltas.insert(0, d_sigmoid(zs[layer]) * (Ws[layer + 1] @ deltas[0]))
    return deltas


@mistake(
    reversed_network,
    title="The gain of the next layer is used",
    hints=[
        "Use layers of 3, 5 and 2 neurons and print the shapes.",
        "A neuron amplifies what reaches it by its own gain.",
        "Your index into zs is one too large.",
    ],
)
def gain_of_the_next_layer(zs, Ws, dC_dy):
    deltas = [d_sigmoid(zs[-1]) * dC_dy]
    for layer in range(len(zs) - 2, -1, -1):
        deltas.insert(0, d_sigmoid(zs[layer + 1]) * (Ws[layer + 1].T @ deltas[0]))
    return deltas


# --- 7.7 dC_dW -----------------------------------------------------------------------------


@mistake(
    dC_dW,
    title="The tables lie on their sides",
    hints=[
        "Compare the shapes with those of the weights.",
        "A row belongs to one neuron, as in the weights.",
        "Exchange the two factors of your product.",
    ],
)
def on_their_sides(deltas, acts):
    return [np.outer(a, delta) for delta, a in zip(deltas, acts, strict=False)]


@mistake(
    dC_dW,
    title="The output of each layer instead of its input",
    hints=[
        "Where in your result does x enter?",
        "The forward pass gives the input on the wire.",
        "Pair each delta with the entry of acts before its own layer's.",
    ],
)
def outputs_for_inputs(deltas, acts):
    return [np.outer(delta, a) for delta, a in zip(deltas, acts[1:], strict=True)]


@mistake(
    dC_dW,
    title="The deltas are paired with the wrong layers",
    hints=[
        "Use layers of 3, 5 and 2 neurons and print the shapes.",
        "Both lists begin with the first layer.",
        "Something turns one of the two lists around.",
    ],
)
def deltas_turned_around(deltas, acts):
    return [np.outer(delta, a) for delta, a in zip(deltas[::-1], acts, strict=False)]


@mistake(
    dC_dW,
    title="One number per layer",
    hints=[
        "How many weights has a layer, and how many slopes do you give?",
        "Every pair of a neuron and an input has a weight of its own.",
        "Nothing is to be summed: each entry is one product.",
    ],
)
def one_number_per_layer(deltas, acts):
    return [np.sum(delta) * np.sum(a) for delta, a in zip(deltas, acts, strict=False)]


@mistake(
    dC_dW,
    title="The sign is turned around",
    hints=[
        "Is this the slope, or the step that goes downhill?",
        "Gradient descent subtracts later.",
        "Look for a minus.",
    ],
)
def turned_into_steps(deltas, acts):
    return [-np.outer(delta, a) for delta, a in zip(deltas, acts, strict=False)]


@mistake(
    dC_dW,
    title="The gain is multiplied in a second time",
    hints=[
        "What is in delta already?",
        "Delta is the slope along z, behind the amplifier; between z and the weight there is none.",
        "Only the two factors of forward pass and backward pass belong into the product.",
    ],
)
def gain_twice(deltas, acts):
    return [
        np.outer(delta * after * (1.0 - after), a)
        for delta, a, after in zip(deltas, acts, acts[1:], strict=False)
    ]


@mistake(
    dC_dW,
    title="The first layer is left out",
    hints=[
        "How many tables come back for three layers?",
        "The wires from x have weights, too.",
        "Your loop begins one layer too late.",
    ],
)
def first_layer_missing(deltas, acts):
    return [np.outer(delta, a) for delta, a in zip(deltas[1:], acts[1:], strict=False)]
