"""06 Gradient checking: tests that you write yourself. Run them with `grader check`.

Functions under test come from the module `under_test`, which is there when the tests are run:

    loss_and_grads(params, X, y) -> (L, grads)
        The mean squared error of a network with one hidden layer of sigmoids, and its slopes.
        params is {"W1": (H, I), "b1": (H,), "W2": (1, H), "b2": (1,)}, X is (N, I), y is (N,);
        all float64. L is a float; grads holds a slope under each key of params, in its shape.
        No argument is changed. In formulas: A = sigmoid(X W1^T + b1), y_pred = A W2^T + b2,
        L = mean of (y_pred - y)^2, without a 1/2.
    sigmoid(z), relu(z)      like z, for arrays of any shape, finite up to 10,000
    softmax(Z)               the probabilities of each row of scores, shape (N, C)

Your tests run on many versions of each function. A right one must pass all of them; a wrong one
must fail at least one. Right versions differ in the last digits, in the order of the keys, and
may return keys of their own besides.

6.5: each wrong version of loss_and_grads that a test catches earns its share of the points; if a
right one is rejected, there are none.
6.6: the same for sigmoid, relu and softmax. Write properties with hypothesis. A test whose name
begins with test_sigmoid, test_relu or test_softmax is about that function; all other tests are
about loss_and_grads.

You may import your own functions: from gradient_checking import gradcheck. One run of the tests
may make 10,000 calls, and has the time that `limits` in the handout says.
"""

from hypothesis import given
from hypothesis import strategies as st


def test_gradients():
    raise NotImplementedError("6.5 test_mine")


@given(st.floats(-30, 30))
def test_sigmoid_property(z):
    raise NotImplementedError("6.6 test_properties")


@given(st.floats(-30, 30))
def test_relu_property(z):
    raise NotImplementedError("6.6 test_properties")


def test_softmax_property():
    raise NotImplementedError("6.6 test_properties")
