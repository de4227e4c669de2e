"""What 99_template looks like, drawn from your own functions: `grader show` in this folder."""

import numpy as np

from grader.authoring import picture


@picture("What an error costs, for three weights")
def cost_of_an_error(student, figure):
    """One example whose label is 0; the prediction is minus the error."""
    axes = figure.subplots()
    errors = np.linspace(-2.0, 2.0, 81)
    for q in (0.25, 0.5, 0.75):
        costs = [student.pinball(np.array([-e]), np.zeros(1), q) for e in errors]
        axes.plot(errors, costs, label=f"q = {q}")
    axes.set_xlabel("error e")
    axes.set_ylabel("cost")
    axes.legend()
