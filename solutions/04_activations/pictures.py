"""What 04_activations looks like, drawn from your own functions: `grader show` in this folder.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture

KNEES_X = np.array([1.0, 2.0, 4.0, 5.0])
KNEES_Y = np.array([1.0, 3.0, 2.0, 2.6])
RED, BLUE = "tab:red", "tab:blue"


@picture("The red curve is a constant plus one blue hard sigmoid per piece")
def pieces(student, figure):
    """Knees, the constant, every piece with its height, and their sum."""
    axes = figure.subplots()
    x = np.linspace(0.0, 6.0, 301)
    b, c, start, end = student.pl_to_hard_sigmoids(KNEES_X, KNEES_Y)
    total = np.full(x.shape, float(b))
    for i, height in enumerate(c):
        piece = height * np.asarray(student.hard_sigmoid(x, float(start[i]), float(end[i])))
        axes.plot(x, piece, color=BLUE, label="blue pieces" if i == 0 else None)
        total = total + piece
    axes.axhline(float(b), color="gray", linestyle="--", label="constant b")
    axes.plot(x, total, color=RED, label="sum")
    axes.plot(KNEES_X, KNEES_Y, "o", color=RED)
    axes.set_xlabel("x")
    axes.legend()


@picture("Soft sigmoids in place of the hard ones")
def soft_sigmoids(student, figure):
    """The same curve; each soft sigmoid is as steep in its middle as the hard one, then steeper."""
    axes = figure.subplots()
    x = np.linspace(0.0, 6.0, 301)
    b, c, start, end = (np.asarray(part) for part in student.pl_to_hard_sigmoids(KNEES_X, KNEES_Y))
    axes.plot(x, np.interp(x, KNEES_X, KNEES_Y), color=RED, label="hard")
    for steepness in (1, 3):
        total = np.full(x.shape, float(b))
        for height, left, right in zip(c, start, end, strict=True):
            # The steepest slope of a sigmoid is 1/4.
            w = 4.0 * steepness / (right - left)
            total = total + height * np.asarray(student.sigmoid(w * (x - (left + right) / 2)))
        axes.plot(
            x, total, color=BLUE, alpha=0.4 + 0.2 * steepness, label=f"soft, w times {steepness}"
        )
    axes.set_xlabel("x")
    axes.legend()


@picture("The sine in 2, 4, 8, 16 and 32 straight pieces")
def sine_in_pieces(student, figure):
    """Largest error for each number of pieces; the first three curves."""
    left, right = figure.subplots(1, 2)
    x = np.linspace(0.0, 2 * np.pi, 2001)
    counts, errors = [2, 4, 8, 16, 32], []
    for count in counts:
        knees = np.linspace(0.0, 2 * np.pi, count + 1)
        b, c, start, end = student.pl_to_hard_sigmoids(knees, np.sin(knees))
        y = float(b) + sum(
            height * np.asarray(student.hard_sigmoid(x, float(s), float(e)))
            for height, s, e in zip(c, start, end, strict=True)
        )
        errors.append(np.abs(y - np.sin(x)).max())
        if count <= 8:
            left.plot(x[::20], y[::20], label=f"{count} pieces")
    left.plot(x[::20], np.sin(x[::20]), color="black", linewidth=0.8, label="sin x")
    left.set_xlabel("x")
    left.legend(fontsize="small")
    right.loglog(counts, errors, "o-")
    for count, error in zip(counts, errors, strict=True):
        right.annotate(f" {error:.2g}", (count, error))
    right.set_xlabel("pieces")
    right.set_ylabel("largest error")
    right.set_xticks(counts, [str(count) for count in counts])
    right.minorticks_off()


@picture("What w, b and c do to c sigmoid(b + w x)")
def w_b_and_c(student, figure):
    """One of them changes in each panel."""
    x = np.linspace(-4.0, 4.0, 201)
    panels = figure.subplots(1, 3, sharey=True)
    values = {"w": (0.5, 1.0, 3.0), "b": (-4.0, 0.0, 4.0), "c": (0.5, 1.0, -1.0)}
    for axes, name in zip(panels, values, strict=True):
        for value in values[name]:
            w, b, c = {"w": (value, 0, 1), "b": (2, value, 1), "c": (2, 0, value)}[name]
            y = c * np.asarray(student.sigmoid(b + w * x))
            axes.plot(x, y, label=f"{name} = {value:g}")
        axes.set_title({"w": "w: the slope", "b": "b: shifts", "c": "c: the height"}[name])
        axes.legend(fontsize="small")
