"""Tokens from the last layers of an encoder in sums that do not round: weights on a grid, comparisons, tables of bits.

A number's bounded value lies in an interval where the number itself lies between two thresholds, so that no hyperbolic
tangent is needed: each threshold that a number passes changes its token by a whole number.
"""

import numpy as np
from onnx import TensorProto

OUT = "/out/Conv"  # the convolution that gives the numbers of a fresh code
PIXEL = 255  # twice a pixel less 255: whole numbers of which 0 is the padding
WHOLE = 2**24  # below it every whole number is a float32
TAIL_UNIT, TAIL_BOUND = 256, 2048  # the last convolution reads multiples of 1/256, within -8..8


def on_grid(weight, bias, largest):
    """`weight` [O, ...] and `bias` [O] as multiples of a power of two an output, so that sums over inputs up to `largest` are exact."""
    weights, biases = np.zeros(weight.shape), np.zeros(bias.shape)
    for row, (values, offset) in enumerate(zip(weight.astype(np.float64), bias.astype(np.float64))):
        unit = 2.0**40
        while largest * np.abs(np.round(values * unit)).sum() + abs(np.round(offset * unit)) >= WHOLE:
            unit /= 2
        weights[row], biases[row] = np.round(values * unit) / unit, np.round(offset * unit) / unit
    return weights.astype(np.float32), biases.astype(np.float32)


def in_two_parts(weight, bias):
    """((weight, bias) of the coarse, of the fine part): each on a grid, their sum far nearer to what they stand for."""
    coarse = on_grid(weight, bias, TAIL_BOUND)
    return coarse, on_grid(weight - coarse[0], bias - coarse[1], TAIL_BOUND)


def thresholds(halvings):
    """Where the signs of a number, taken one after another, change: of the number before it is bounded."""
    if halvings == 1:
        return np.zeros(1, np.float32)
    count = 2**halvings
    return np.arctanh(np.arange(1, count) * 2 / count - 1).astype(np.float32)


def worth(numbers, halvings, values):
    """[thresholds, numbers]: what a token gains where a number passes a threshold.

    Channels are first signs of all numbers, then second signs...; the token gains `values` [channels] of those that are set.
    """
    gained = np.zeros((2**halvings - 1, numbers), np.float32)
    for channel, value in enumerate(values):
        number, digit = channel % numbers, halvings - 1 - channel // numbers
        for passed in range(1, 2**halvings):
            gained[passed - 1, number] += value * ((passed >> digit & 1) - (passed - 1 >> digit & 1))
    return gained


def whole_decision(graph, convolution, bits, refining=False):
    """`decide.token`, as a float: the last convolution on whole numbers, its weights in a coarse and a fine part; then comparisons and a sum."""
    weight, bias = (graph.constant(name).astype(np.float64) for name in convolution.input[1:])
    numbers = len(weight)
    passed = np.repeat(thresholds(bits // numbers).reshape(1, -1, 1, 1, 1), numbers if refining else 1, 2)
    if refining:
        passed[0, -1, -1] = np.inf  # a fresh code never is an escape
    graph.append("Mul", [convolution.input[0], graph.add("decide.unit", np.float32(TAIL_UNIT))], "decide.scaled")
    graph.append("Round", ["decide.scaled"], "decide.rounded")
    limits = [graph.add("decide.least", np.float32(-TAIL_BOUND)), graph.add("decide.largest", np.float32(TAIL_BOUND))]
    graph.append("Clip", ["decide.rounded", *limits], "decide.whole")
    pairs = zip(convolution.input[1:], *in_two_parts(weight / TAIL_UNIT, bias))
    parts = [graph.add(f"{name}_exact", np.concatenate(pair)) for name, *pair in pairs]
    graph.append("Conv", ["decide.whole", *parts], "decide.parts", kernel_shape=[1, 1])
    graph.append("Split", ["decide.parts"], "decide.coarse", "decide.fine", axis=1)
    graph.append("Add", ["decide.coarse", "decide.fine"], "decide.sum")
    graph.append("Unsqueeze", ["decide.sum", graph.add("decide.axis", np.array([1]))], "decide.numbers")
    graph.append("Greater", ["decide.numbers", graph.add("decide.thresholds", passed)], "decide.passed")
    graph.append("Cast", ["decide.passed"], "decide.ones", to=TensorProto.FLOAT)
    gained = worth(numbers, bits // numbers, 2.0 ** np.arange(bits))[None, ..., None, None]
    graph.append("Mul", ["decide.ones", graph.add("decide.worth", gained)], "decide.gained")
    graph.append("ReduceSum", ["decide.gained", graph.add("decide.axes", np.array([1, 2]))], "decide.token", keepdims=0)
