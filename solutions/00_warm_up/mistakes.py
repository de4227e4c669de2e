"""What students write instead: each is recognised by its answers and met with its own hints."""

import numpy as np
from checks import TASKS, add, outer_sum
from warm_up import TASKS as RIGHT

from grader.authoring import mistake


@mistake(
    add,
    title="The numbers are subtracted",
    hints=[
        "Try 2 and 3.",
        "The sum of two positive numbers is larger than both.",
        "Look at the sign between them.",
    ],
)
def subtracted(x, y):
    return x - y


@mistake(
    add,
    title="The numbers are multiplied",
    hints=[
        "Try 2 and 3; 2 and 2 would not tell.",
        "A sum with 0 is the other number.",
        "Look at the sign between them.",
    ],
)
def multiplied(x, y):
    return x * y


@mistake(
    add,
    title="The first number comes back as it is",
    hints=[
        "Change y: does your answer change?",
        "Both arguments belong in the sum.",
        "Which argument did you never use?",
    ],
)
def first_alone(x, y):
    return x


@mistake(
    add,
    title="The numbers are put side by side as text",
    hints=[
        "Print the type of what you return.",
        "Text behind text makes a longer text; numbers add up.",
        "Leave the numbers as they are; nothing has to become text.",
    ],
)
def side_by_side(x, y):
    return str(x) + str(y)


@mistake(
    add,
    title="The sum is not returned",
    hints=[
        "What does the call give back: a number, or nothing?",
        "Printing shows a number to you, and a variable ends with the function.",
        "The caller gets what stands behind the word return.",
    ],
)
def not_returned(x, y):
    total = x + y  # noqa: F841 -- its mistake


@mistake(
    add,
    title="The mean instead of the sum",
    hints=[
        "Try 2 and 3: does something between them come out?",
        "A sum is not divided by anything.",
        "Your answers are half of the right ones.",
    ],
)
def halved(x, y):
    return (x + y) / 2


def _with(changes):
    """The right labels, other ones where they say so."""
    return {task: changes.get(label, label) for task, label in RIGHT.items()}


@mistake(
    TASKS,
    title="Everything that has a name for a number is called a regression",
    hints=[
        "Look at the digits and the points of the board: are they amounts or names?",
        "In a regression near is nearly right; among classes it is not.",
        "Where something is chosen from a list, the list may be long and have numbers for names.",
    ],
)
def names_as_amounts():
    return _with({"classification": "regression"})


@mistake(
    TASKS,
    title="Whatever is made of words or pictures is called a classification",
    hints=[
        "Could you write down the list from which the answer is chosen?",
        "A class is one of a list that is given beforehand.",
        "A text, a picture or a shape has parts that have to fit together.",
    ],
)
def structures_as_classes():
    return _with({"structured": "classification"})


@mistake(
    TASKS,
    title="Regression and classification are exchanged",
    hints=[
        "What comes out for the price of a flat: a number or a name?",
        "A regression gives a number, a classification one of the given classes.",
        "Exchange the two words everywhere.",
    ],
)
def exchanged():
    return _with({"regression": "classification", "classification": "regression"})


@mistake(
    TASKS,
    title="The label follows what goes in instead of what comes out",
    hints=[
        "A picture of a digit goes in. What comes out?",
        "The kind of a function is the kind of its answer.",
        "Cover the second half of each line and read only what is looked for.",
    ],
)
def by_what_goes_in():
    by_picture = {
        "which of ten digits is in a picture",
        "the blood group, A, B, AB or 0, from a photograph of a test card",
    }
    return {task: "structured" if task in by_picture else v for task, v in RIGHT.items()}


@mistake(
    TASKS,
    title="A Go move is called structured",
    hints=[
        "How many points does the board have?",
        "The lecture's example of a classification with many classes is a board of 19 times 19.",
        "A single point is chosen from a list, however long it is.",
    ],
)
def go_is_structured():
    return {**RIGHT, "the next move on a Go board of 19 x 19 points": "structured"}


@mistake(
    TASKS,
    title="Everything is a regression",
    hints=[
        "Does a number come out each time?",
        "There are three kinds of functions here.",
        "Ask of each: a number, one of a list, or something with parts?",
    ],
)
def all_regression():
    return dict.fromkeys(RIGHT, "regression")


@mistake(
    outer_sum,
    title="The table lies on its side",
    hints=[
        "Use 2 numbers in a and 3 in b: what is the shape of your table?",
        "The first axis belongs to a.",
        "Which of the two arrays did you stand upright?",
    ],
)
def on_its_side(a, b):
    return b[:, None] + a


@mistake(
    outer_sum,
    title="Numbers are added pair by pair",
    hints=[
        "How many sums do 2 and 3 numbers make, if each meets each?",
        "Arrays of one axis are added entry by entry.",
        "Give one of them a second axis before you add.",
    ],
)
def pair_by_pair(a, b):
    return a + b


@mistake(
    outer_sum,
    title="Products instead of sums",
    hints=[
        "Try zeros in a: what should be left?",
        "The table for sums is built like the one for products, with another sign.",
        "The function that you call multiplies.",
    ],
)
def products(a, b):
    return np.outer(a, b)


@mistake(
    outer_sum,
    title="Everything is added up",
    hints=[
        "How many numbers come back?",
        "Each pair has an entry of its own.",
        "Look for a sum over an axis.",
    ],
)
def added_up(a, b):
    return float(np.sum(a[:, None] + b))


@mistake(
    outer_sum,
    title="The table is flattened",
    hints=[
        "Print the shape of what you return.",
        "A table has two axes.",
        "Your numbers are right and in the right order; fold them into rows.",
    ],
)
def flattened(a, b):
    return (a[:, None] + b).ravel()


@mistake(
    outer_sum,
    title="Differences instead of sums",
    hints=[
        "Try zeros in a: what should be left?",
        "Both numbers of a pair count with a plus.",
        "Look at the sign between the arrays.",
    ],
)
def differences(a, b):
    return a[:, None] - b
