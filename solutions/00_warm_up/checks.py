"""What 00_warm_up asks: one declaration per exercise, its edges, and its laws."""

import numpy as np

from grader.authoring import close, exercise

add = exercise("x y -> total")
TASKS = exercise("-> labels", judged_by="laws")
outer_sum = exercise("a[I] b[J] -> table[I,J]")


@add.law("The order does not matter", public=True)
def either_order(student, x, y):
    """x + y = y + x."""
    close(student.add(x, y), student.add(y, x))


@add.law("Adding 0 changes nothing", public=True)
def adding_zero(student, x):
    """0 is the neutral number."""
    close(student.add(x, 0.0), x)


# For each situation: what speaks against each label that does not fit.
AGAINST = {
    "tomorrow's PM2.5 from the measurements of this week": {
        "classification": "there is no list of classes; 41.5 lies between 41 and 42",
        "structured": "a single number comes out, and it has no parts",
    },
    "whether an e-mail is spam": {
        "regression": "yes and no are two classes; nothing lies between them",
        "structured": "one of two words comes out, and it has no parts",
    },
    "the next move on a Go board of 19 x 19 points": {
        "regression": "point 7 is not more than point 6; they are names, not amounts",
        "structured": "one of 361 given points comes out: many classes, but a list of them",
    },
    "a picture from a sentence that describes it": {
        "regression": "a picture is many numbers that have to fit together",
        "classification": "nobody has a list of all pictures to choose from",
    },
    "the price of a flat from its size and its street": {
        "classification": "there is no list of prices to choose from, and near is better than far",
        "structured": "a single number comes out, and it has no parts",
    },
    "the text that is spoken in a recording": {
        "regression": "words are not amounts",
        "classification": "nobody has a list of all texts to choose from",
    },
    "which of ten digits is in a picture": {
        "regression": "a picture of a 7 is not more than one of a 6; the digits are names here",
        "structured": "a picture goes in; what comes out is one of ten",
    },
    "how many views a video will have tomorrow": {
        "classification": "there is no list of classes, and 5.2k is nearly right where 5.3k is",
        "structured": "a single number comes out, and it has no parts",
    },
    "a translation of a whole document": {
        "regression": "words are not amounts",
        "classification": "nobody has a list of all documents to choose from",
    },
    "the blood group, A, B, AB or 0, from a photograph of a test card": {
        "regression": "0 is the name of a group, not an amount",
        "structured": "a picture goes in; what comes out is one of four",
    },
    "in how many minutes the next bus arrives": {
        "classification": "there is no list of classes; 2 minutes are nearly 3",
        "structured": "a single number comes out, and it has no parts",
    },
    "the shape of a protein from the sequence of its parts": {
        "regression": "a shape is many numbers that have to fit together",
        "classification": "nobody has a list of all shapes to choose from",
    },
}


@TASKS.law("Every situation has the label that fits", public=True)
def every_label_fits(student):
    """What speaks against each label that does not."""
    labels = student.TASKS()
    if not isinstance(labels, dict):
        raise AssertionError("a dict from situations to labels is asked for")
    said = [_objection(situation, labels.get(situation)) for situation in AGAINST]
    if any(said):
        raise AssertionError("\n" + "\n".join(text for text in said if text))


def _objection(situation, label):
    """What is wrong with a label, in a line; empty if it fits."""
    if not isinstance(label, str):
        return f"{situation}: not labelled yet"
    plain = label.strip().lower().removesuffix(" learning")
    if plain not in ("regression", "classification", "structured"):
        return f"{situation}: {label[:40]!r} is none of the three labels"
    objection = AGAINST[situation].get(plain)
    return f"{situation}: {plain}? {objection}" if objection else ""


@outer_sum.edge("as many in one as in the other", times=2)
def square(rng):
    """A table that lies on its side has the same shape."""
    return {"a": rng.normal(size=3), "b": rng.normal(size=3)}


@outer_sum.edge("one number in each")
def one_each(rng):
    """A table of one entry: still a table."""
    return {"a": rng.normal(size=1), "b": rng.normal(size=1)}


@outer_sum.law("Each row is b, shifted by a number of a", public=True)
def rows_are_shifted(student, a, b):
    """Row 0."""
    close(np.asarray(student.outer_sum(a, b))[0], a[0] + b)


@outer_sum.law("Exchanging the arrays turns the table on its side", public=True)
def turned(student, a, b):
    """a_i + b_j = b_j + a_i."""
    close(student.outer_sum(b, a), np.asarray(student.outer_sum(a, b)).T)
