"""What students' tests are to tell apart: right versions and wrong ones of the loss of bits."""

import numpy as np

from grader.authoring.suspects import chaff, wheat


@wheat("bit_loss", "as it stands in the handout, with logarithms that do not overflow", public=True)
def with_logaddexp(Z, Y):
    L = float(np.mean(np.logaddexp(0.0, Z) - Y * Z))
    return L, (0.5 * (1.0 + np.tanh(0.5 * Z)) - Y) / Z.size


@wheat("bit_loss", "through the larger of 0 and z", public=True)
def with_maximum(Z, Y):
    L = np.maximum(Z, 0.0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    small = np.exp(-np.abs(Z))
    P = np.where(Z >= 0, 1.0, small) / (1.0 + small)
    return L.mean(), (P - Y) / Z.size


@wheat("bit_loss", "entry after entry, the sums in another order")
def entry_after_entry(Z, Y):
    total, dZ = 0.0, np.zeros(Z.shape)
    for index in reversed(list(np.ndindex(Z.shape))):
        z, y = float(Z[index]), float(Y[index])
        total += float(np.logaddexp(0.0, z)) - y * z
        dZ[index] = (0.5 * (1.0 + np.tanh(0.5 * z)) - y) / Z.size
    return total / Z.size, dZ


@wheat("bit_loss", "the loss comes as an array without a shape")
def loss_without_a_shape(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return np.array(L), dZ


@wheat("bit_loss", "signs instead of bits: the loss of a margin")
def by_margins(Z, Y):
    S = 2.0 * Y - 1.0
    L = np.logaddexp(0.0, -S * Z).mean()
    return float(L), -S * 0.5 * (1.0 - np.tanh(0.5 * S * Z)) / Z.size


@wheat("bit_loss", "rounding moves the last digits")
def last_digits_moved(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return L * (1.0 + 3e-16), dZ * (1.0 - 4e-15)


@chaff("bit_loss", "The loss is a mean over examples only: a sum over the bits", public=True)
def sum_over_bits(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return L * Z.shape[1], dZ


@chaff("bit_loss", "The slope is a sum over the examples: right for a single one", public=True)
def slope_is_a_sum(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return L, dZ * len(Z)


@chaff("bit_loss", "The slope has the wrong sign", public=True)
def slope_turned_around(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return L, -dZ


@chaff("bit_loss", "Only bits that are 1 count in the loss")
def ones_only(Z, Y):
    _, dZ = with_logaddexp.function(Z, Y)
    return float(np.mean(Y * np.logaddexp(0.0, -Z))), dZ


@chaff("bit_loss", "Large scores are cut off, so the loss stops growing")
def scores_cut_off(Z, Y):
    _, dZ = with_logaddexp.function(Z, Y)
    return with_logaddexp.function(np.clip(Z, -15.0, 15.0), Y)[0], dZ


@chaff("bit_loss", "Probabilities round to 0, and their logarithm is cut off there")
def probabilities_clipped(Z, Y):
    P = np.clip(0.5 * (1.0 + np.tanh(0.5 * Z)), 1e-7, 1.0 - 1e-7)
    _, dZ = with_logaddexp.function(Z, Y)
    return float(-np.mean(Y * np.log(P) + (1.0 - Y) * np.log(1.0 - P))), dZ


@chaff("bit_loss", "The gain of the sigmoid enters a second time")
def gain_twice(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    P = 0.5 * (1.0 + np.tanh(0.5 * Z))
    return L, dZ * P * (1.0 - P)


@chaff("bit_loss", "The logarithm to base 2")
def base_two(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    return L / np.log(2.0), dZ


@chaff("bit_loss", "The slope of the last bit is forgotten")
def last_bit_forgotten(Z, Y):
    L, dZ = with_logaddexp.function(Z, Y)
    dZ = dZ.copy()
    dZ[:, -1] = 0.0
    return L, dZ


@chaff("bit_loss", "The scores are changed by the call")
def scores_changed(Z, Y):
    found = with_logaddexp.function(Z.copy(), Y)
    if Z.flags.writeable:
        Z -= Y
    return found
