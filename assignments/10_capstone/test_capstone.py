"""10.4: tests of your own, as in 06. Run them with `grader check`.

Under test is the loss of the adder:

    bit_loss(Z, Y) -> (L, dZ)
        Z are scores, shape (N, 5), float64, from -1,000 to 1,000; Y are bits, the same shape,
        0.0 and 1.0. L is the cross-entropy of bits, a float: the mean over all N times 5 of
        ln(1 + e^z) - y z. dZ is its slope along Z, in the shape of Z. No argument is changed.

Your tests run on many versions of it, most of which you have not seen. A right one must pass all
of them, a wrong one must fail at least one. Points are the share of wrong ones that are caught,
none if a right one is rejected.
"""


def test_bit_loss():
    raise NotImplementedError("10.4 test_capstone")
