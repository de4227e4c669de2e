"""Right answers written differently: each of them must earn full marks."""

import operator
from collections import OrderedDict

import numpy as np
from checks import TASKS, add, outer_sum
from warm_up import TASKS as RIGHT

from grader.authoring import variant


@variant(add)
def add_turned(x, y):
    return y + x


@variant(add)
def add_operator(x, y):
    return operator.add(x, y)


@variant(add)
def add_numpy(x, y):
    return np.add(x, y)


@variant(add)
def add_list(x, y):
    return sum([x, y])


@variant(add)
def add_minus(x, y):
    return x - -y


@variant(add)
def add_array(x, y):
    return np.array([x, y]).sum(keepdims=True)


@variant(TASKS)
def tasks_upper_case():
    return {task: label.upper() for task, label in RIGHT.items()}


@variant(TASKS)
def tasks_with_learning():
    return {task: label.capitalize() + " learning" for task, label in RIGHT.items()}


@variant(TASKS)
def tasks_turned():
    return dict(reversed(RIGHT.items()))


@variant(TASKS)
def tasks_with_more():
    return {**RIGHT, "the winner of an election": "classification"}


@variant(TASKS)
def tasks_ordered():
    return OrderedDict(RIGHT)


@variant(TASKS)
def tasks_with_spaces():
    return {task: f" {label}\n" for task, label in RIGHT.items()}


@variant(outer_sum)
def outer_ufunc(a, b):
    return np.add.outer(a, b)


@variant(outer_sum)
def outer_reshape(a, b):
    return a.reshape(-1, 1) + b.reshape(1, -1)


@variant(outer_sum)
def outer_loops(a, b):
    table = np.zeros((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            table[i, j] = a[i] + b[j]
    return table


@variant(outer_sum)
def outer_lists(a, b):
    return [[x + y for y in b] for x in a]


@variant(outer_sum)
def outer_turned(a, b):
    return (b[:, None] + a).T


@variant(outer_sum)
def outer_meshgrid(a, b):
    x, y = np.meshgrid(a, b, indexing="ij")
    return x + y


@variant(outer_sum)
def outer_ones(a, b):
    return np.outer(a, np.ones(len(b))) + np.outer(np.ones(len(a)), b)
