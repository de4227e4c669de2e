"""Some of the versions that your tests are to tell apart; there are others.

`grader check` tries your tests on these. A @wheat is right, a @chaff is wrong.
"""

from __future__ import annotations

import numpy as np
from grader.authoring.suspects import chaff, wheat


@wheat('bit_loss', 'as it stands in the handout, with logarithms that do not overflow')
def with_logaddexp(Z, Y):
    L = float(np.mean(np.logaddexp(0.0, Z) - Y * Z))
    return (L, (0.5 * (1.0 + np.tanh(0.5 * Z)) - Y) / Z.size)


@wheat('bit_loss', 'through the larger of 0 and z')
def with_maximum(Z, Y):
    L = np.maximum(Z, 0.0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    small = np.exp(-np.abs(Z))
    P = np.where(Z >= 0, 1.0, small) / (1.0 + small)
    return (L.mean(), (P - Y) / Z.size)


@chaff('bit_loss', 'The loss is a mean over examples only: a sum over the bits')
def sum_over_bits(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return (L * Z.shape[1], dZ)


@chaff('bit_loss', 'The slope is a sum over the examples: right for a single one')
def slope_is_a_sum(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return (L, dZ * len(Z))


@chaff('bit_loss', 'The slope has the wrong sign')
def slope_turned_around(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return (L, -dZ)
