"""What an encoder with refinement says of a block that stands still, in sums that do not round (`refinement.py`, `decision.py`).

At each phase six numbers are decided as those of a fresh code are, with weights, thresholds and what they are worth from
tables by phase: at phase 0 the fresh code's own six, else the five or three of a group. Luma and the chunk's mean picture are
sums of whole pixels.
"""

import numpy as np
from onnx import TensorProto, helper

import model as net
from decision import OUT, PIXEL, TAIL_UNIT, in_two_parts, thresholds, worth
from refinement import COARSE, FINE, NUMBERS, UNSEEN, RefiningEncoder, Still, coarse_phases

HEAD = STILL, FEATURES, PIXELS = "/head/still/Conv", "/head/features/Conv", "/head/pixels/Conv"  # convolutions beside `OUT`
HALVINGS, MORE = 3, 5  # signs of a number, and of one of a coarse group


def whole_luma(graph, pixels):
    """What standing still is judged by, as one sum of whole pixels."""
    luma = graph.takers("cache.still")[0].input[1]
    while graph.maker(luma).op_type in ("Reshape", "Unsqueeze"):
        luma = graph.maker(luma).input[0]
    weight = Still().weight.numpy()
    middle = PIXEL / 2 * weight[0].sum() + UNSEEN
    constants = graph.add("still.weight", weight / 2), graph.add("still.bias", np.full(len(weight), middle, np.float32))
    graph.insert_after(graph.maker(pixels), helper.make_node("Conv", [pixels, *constants], ["still.luma"], name="still.luma", kernel_shape=[1, 1]))
    graph.redirect(graph.takers(luma), luma, "still.luma")


def by_phase(graph, period):
    """(weights [Q, 12, inputs], biases [Q, 12, 1]): of six numbers at each phase, their coarse parts and then the fine ones.

    Inputs are features in multiples of 1/256, then the chunk's mean of whole pixels in the order of SpaceToDepth.
    """
    out, features, pixels = (graph.last_convolutions()[name] for name in (OUT, FEATURES, PIXELS))
    fresh, fresh_bias, group, picture, group_bias = (
        graph.constant(name).astype(np.float64) for name in (*out.input[1:], features.input[1], *pixels.input[1:])
    )
    picture = picture.transpose(0, 2, 3, 1).reshape(len(picture), -1) / (PIXEL * net.CHUNK)
    weights = np.zeros((period, NUMBERS, group.shape[1] + picture.shape[1]))
    biases = np.zeros((period, NUMBERS))
    weights[0, :, : fresh.shape[1]], biases[0] = fresh[:, :, 0, 0] / TAIL_UNIT, fresh_bias
    rows = np.concatenate([group[:, :, 0, 0] / TAIL_UNIT, picture], 1)
    weights[1:, :FINE], biases[1:, :FINE] = rows.reshape(period - 1, FINE, -1), group_bias.reshape(period - 1, FINE)
    parts = in_two_parts(weights.reshape(period * NUMBERS, -1), biases.flatten())
    weights, biases = (np.stack([each.reshape(period, NUMBERS, -1) for each in pair], 1) for pair in zip(*parts))
    weights[..., group.shape[1] :] *= net.CHUNK
    return weights.reshape(period, 2 * NUMBERS, -1), biases.reshape(period, 2 * NUMBERS, 1)


def turns(period):
    """(thresholds [Q, 31, 6, 1], worth [Q, 1, 31 * 6]): of an escape's six numbers at each phase; infinite and 0 where there are fewer."""
    passed = np.full((period, 2**MORE - 1, NUMBERS, 1), np.inf, np.float32)
    gained = np.zeros((period, 2**MORE - 1, NUMBERS), np.float32)
    channels = np.arange(FINE * HALVINGS)
    values = 2.0 ** (channels + channels // FINE)  # behind every five signs comes a mark
    for phase, coarse in enumerate(coarse_phases(period).tolist()):
        numbers = COARSE if coarse else FINE if phase else NUMBERS
        halvings = MORE if coarse else HALVINGS
        passed[phase, : 2**halvings - 1, :numbers] = thresholds(halvings).reshape(-1, 1, 1)
        gained[phase, : 2**halvings - 1, :numbers] = worth(numbers, halvings, values)
    return passed, gained.reshape(period, 1, -1)


def whole_escapes(graph, period):
    """`escape.chosen`, as a float: what a block that stands still says, else the fresh code."""
    tables = dict(zip(("weights", "biases", "thresholds", "worth"), (*by_phase(graph, period), *turns(period))))
    for name, table in tables.items():
        graph.append("Gather", [graph.add(f"escape.all_{name}", table), "phase"], f"escape.{name}", axis=0)
    graph.append("SpaceToDepth", [graph.last_convolutions()[PIXELS].input[0]], "escape.pixels", blocksize=2)
    graph.append("Concat", ["decide.whole", "escape.pixels"], "escape.inputs", axis=1)
    flat = graph.add("escape.flat", np.array([0, tables["weights"].shape[2], -1]))
    graph.append("Reshape", ["escape.inputs", flat], "escape.whole")
    graph.append("MatMul", ["escape.weights", "escape.whole"], "escape.products")
    graph.append("Add", ["escape.products", "escape.biases"], "escape.parts")
    graph.append("Split", ["escape.parts"], "escape.coarse", "escape.fine", axis=1)
    graph.append("Add", ["escape.coarse", "escape.fine"], "escape.sum")
    graph.append("Unsqueeze", ["escape.sum", "decide.axis"], "escape.numbers")
    graph.append("Greater", ["escape.numbers", "escape.thresholds"], "escape.passed")
    graph.append("Cast", ["escape.passed"], "escape.ones", to=TensorProto.FLOAT)
    each = graph.add("escape.each", np.array([0, tables["worth"].shape[2], -1]))
    graph.append("Reshape", ["escape.ones", each], "escape.column")
    graph.append("MatMul", ["escape.worth", "escape.column"], "escape.gained")
    marks = np.float32(sum(2**channel for channel in RefiningEncoder.marks))
    graph.append("Add", ["escape.gained", graph.add("escape.marks", marks)], "escape.marked")
    graph.append("Shape", ["decide.token"], "escape.shape")
    graph.append("Reshape", ["escape.marked", "escape.shape"], "escape.token")
    (still,) = [node.output[0] for node in graph.graph.node if node.op_type == "And"]  # now and in the chunk before
    graph.append("Squeeze", [still, "decide.axis"], "escape.still")
    graph.append("Where", ["escape.still", "escape.token", "decide.token"], "escape.chosen")
