"""What an encoder with refinement says of a block that stands still, in sums that do not round (`refinement.py`, `decision.py`).

At each phase six numbers are decided as those of a fresh code are, with weights, thresholds and what they are worth from
tables by phase: at phase 0 the fresh code's own six, else the five or three of a group. Luma and the chunk's mean picture are
sums of whole pixels.
"""

import numpy as np
from onnx import TensorProto

import model as net
from decision import OUT, PIXEL, TAIL_UNIT, in_two_parts, thresholds, worth
from refinement import COARSE, FINE, NUMBERS, SIDE, STILL, UNSEEN, RefiningEncoder, Still, coarse_phases

FEATURES, PIXELS = "/head/features/Conv", "/head/pixels/Conv"  # convolutions that give a group's numbers
HEAD = {"/head/still/Conv", FEATURES, PIXELS}  # all that refinement has
LIMIT = STILL * 64  # of a patch: sixteenths of a grey level, summed over its four quarters
HALVINGS, MORE = 3, 5  # signs of a number, and of one of a coarse group


def standing_still(graph, pixels):
    """`still.stays`, bool [N, h, w], from whole pixels; the metadata of what is remembered, luma as a high and a low byte."""
    axes = [graph.add(f"still.axis{axis}", np.array([axis])) for axis in range(3)]
    weight, byte = Still().weight.numpy(), graph.add("still.byte", np.float32(256))
    middle = np.full(len(weight), PIXEL / 2 * weight[0].sum() + UNSEEN, np.float32)
    constants = graph.add("still.weight", weight / 2), graph.add("still.bias", middle)
    graph.append("Conv", [pixels, *constants], "still.luma", kernel_shape=[1, 1])
    graph.append("Unsqueeze", ["still.luma", axes[1]], "still.wide")
    graph.append("Reshape", ["still.wide", graph.add("still.shape", np.array([-1, net.CHUNK, 0, 0, 0]))], "still.frames")

    graph.append("Cast", ["cache.still"], "still.bytes", to=TensorProto.FLOAT)
    graph.append("Split", ["still.bytes"], "still.high", "still.low", axis=2)
    graph.append("Mul", ["still.high", byte], "still.upper")
    graph.append("Add", ["still.upper", "still.low"], "still.before")

    graph.append("Sub", ["still.frames", "still.before"], "still.difference")
    graph.append("Abs", ["still.difference"], "still.change")
    graph.append("ReduceSum", ["still.change", axes[2]], "still.changes", keepdims=0)
    graph.append("ReduceMax", ["still.changes"], "still.largest", axes=[1], keepdims=1)
    graph.append("MaxPool", ["still.largest"], "still.worst", kernel_shape=[SIDE, SIDE], strides=[SIDE, SIDE])
    graph.append("LessOrEqual", ["still.worst", graph.add("still.limit", np.float32(LIMIT))], "still.now")
    graph.append("Squeeze", ["cache.stood", axes[1]], "still.then_byte")
    graph.append("Cast", ["still.then_byte"], "still.then", to=TensorProto.BOOL)
    graph.append("And", ["still.now", "still.then"], "still.both")
    graph.append("Squeeze", ["still.both", axes[1]], "still.stays")

    ends = graph.add("still.last", np.array([-1])), graph.add("still.end", np.array([net.CHUNK]))
    graph.append("Slice", ["still.frames", *ends, axes[1]], "still.newest")
    graph.append("Div", ["still.newest", byte], "still.parts")
    graph.append("Floor", ["still.parts"], "still.new_high")
    graph.append("Mul", ["still.new_high", byte], "still.new_upper")
    graph.append("Sub", ["still.newest", "still.new_upper"], "still.new_low")
    graph.append("Concat", ["still.new_high", "still.new_low"], "still.new_bytes", axis=2)
    graph.append("Unsqueeze", ["still.now", axes[1]], "still.new_stood")
    return remembered(graph, "cache.still", "still.new_bytes", 2 * len(weight)) | remembered(graph, "cache.stood", "still.new_stood", 1)


def remembered(graph, cache, value, channels):
    """Gives a cache as bytes of `value`; its metadata."""
    for side in (*graph.graph.input, *graph.graph.output):
        if side.name in (cache, f"new_{cache}"):
            side.type.tensor_type.elem_type = TensorProto.UINT8
            side.type.tensor_type.shape.dim[2].dim_value = channels
    graph.graph.node.remove(graph.maker(f"new_{cache}"))
    graph.append("Cast", [value], f"new_{cache}", to=TensorProto.UINT8)
    (sizes,) = [side.type.tensor_type.shape.dim[1:] for side in graph.graph.input if side.name == cache]
    shape = ",".join(size.dim_param or str(size.dim_value) for size in sizes)
    return {f"{cache}.shape": shape, f"{cache}.type": "uint8", f"{cache}.start": "0"}


def by_phase(graph, period):
    """(weights [Q, 12, inputs], biases [Q, 12, 1]): of six numbers at each phase, their coarse parts and then the fine ones.

    Inputs are features times 256, then the chunk's mean of whole pixels in the order of SpaceToDepth. A mean has quarters:
    four times it is a whole number, and so are the weights, in units of theirs that are four times as large.
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
    """`escape.chosen`, as a float: what a block that stands still says, else the fresh code. Needs `standing_still`."""
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
    graph.append("Where", ["still.stays", "escape.token", "decide.token"], "escape.chosen")
