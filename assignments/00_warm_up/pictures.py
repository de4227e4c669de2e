"""What 00_warm_up looks like, drawn from your own functions: `grader show` in this folder."""

import numpy as np

from grader.authoring import picture


@picture("outer_sum: every number on the left meets every number above")
def every_pair(student, figure):
    """The table as a picture, with its numbers."""
    axes = figure.subplots()
    a, b = np.array([0.0, 10.0, 20.0]), np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    table = np.asarray(student.outer_sum(a, b))
    axes.imshow(table, cmap="Blues", vmax=1.6 * table.max())
    for i, j in np.ndindex(table.shape):
        axes.text(j, i, f"{table[i, j]:g}", ha="center", va="center")
    axes.set_xticks(range(len(b)), [f"{v:g}" for v in b])
    axes.set_yticks(range(len(a)), [f"{v:g}" for v in a])
    axes.xaxis.tick_top()
    axes.set_xlabel("b")
    axes.xaxis.set_label_position("top")
    axes.set_ylabel("a")
    axes.grid(visible=False)
