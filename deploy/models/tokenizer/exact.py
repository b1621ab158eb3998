"""Gives an encoder with integer convolutions the same tokens on every processor.

What processors compute otherwise is a sum of floats, whose order is theirs, and an exponential. Here no sum rounds: the
first and the last convolution get weights that are multiples of a power of two, few enough that no partial sum needs
more than the 24 bits of a float. Every activation function becomes a table of 256 entries, none of them near the border
between two results. Caches become the bytes that the next convolution reads of them anyway. What is left are single
operations of IEEE 754 on each element, which are the same everywhere.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from checks import Refused

WHOLE = 2**24  # below it every whole number is a float32
PIXEL = 255  # twice a pixel less 255: whole numbers of which 0 is the padding
TAIL_UNIT, TAIL_BOUND = 256, 2048  # the last convolution reads multiples of 1/256, within -8..8
CLEAR = 2e-4  # of a step of the result: least distance of a table's entry from the border; a sigmoid is far better
MOVES = ("Slice", "Reshape", "Squeeze", "Unsqueeze", "Concat", "Transpose")


class Graph:
    """An ONNX graph under change: who makes a value, who takes it."""

    def __init__(self, graph):
        self.graph = graph
        del graph.value_info[:]  # shapes and types of what is between are no longer true

    def maker(self, value):
        return next((node for node in self.graph.node if value in node.output), None)

    def takers(self, value):
        return [node for node in self.graph.node if value in node.input]

    def constant(self, name):
        found = next((tensor for tensor in self.graph.initializer if tensor.name == name), None)
        if found is not None:
            return numpy_helper.to_array(found)
        maker = self.maker(name)
        return numpy_helper.to_array(maker.attribute[0].t) if maker is not None and maker.op_type == "Constant" else None

    def add(self, name, array):
        self.graph.initializer.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def set(self, name, array):
        next(tensor for tensor in self.graph.initializer if tensor.name == name).CopyFrom(numpy_helper.from_array(array, name))

    def insert_after(self, node, *nodes):
        for new in reversed(nodes):
            self.graph.node.insert(self.place(node) + 1, new)

    def place(self, node):
        return next(number for number, other in enumerate(self.graph.node) if other.output[:1] == node.output[:1])

    def redirect(self, nodes, old, new):
        for node in nodes:
            for number, value in enumerate(node.input):
                if value == old:
                    node.input[number] = new

    def quantizers(self, value):
        """The QuantizeLinear nodes that `value` comes to, itself or moved about; None where something else takes it, too."""
        found = {node.output[0]: node for node in self.reached(value)}
        return list(found.values()) if all(node.op_type == "QuantizeLinear" for node in found.values()) else None

    def reached(self, value):
        """The nodes that take `value`, itself or moved about, nearest first; a node that it reaches twice comes twice."""
        waiting = [value]
        while waiting:
            for node in self.takers(waiting.pop(0)):
                if node.op_type in MOVES:
                    waiting += node.output
                else:
                    yield node


def byte_caches(graph):
    """Caches of bytes where a cache's only way is into an integer convolution; the metadata that says so."""
    graph, told = Graph(graph), {}
    outputs = {output.name: output for output in graph.graph.output}
    for cache in [each for each in graph.graph.input if each.name.startswith("cache.")]:
        takers = graph.takers(cache.name)
        joins = len(takers) == 1 and takers[0].op_type == "Concat" and takers[0].input[0] == cache.name
        found = graph.quantizers(takers[0].output[0]) if joins else None
        if not found:
            continue
        scale, zero = found[0].input[1:]
        newest = takers[0].input[1]
        quantize = helper.make_node("QuantizeLinear", [newest, scale, zero], [f"{newest}_bytes"], name=f"bytes.{cache.name}")
        graph.graph.node.insert(graph.place(takers[0]), quantize)
        takers[0].input[1] = quantize.output[0]
        for node in found:
            graph.redirect(graph.takers(node.output[0]), node.output[0], node.input[0])
            graph.graph.node.remove(node)
        for value in (cache, outputs[f"new_{cache.name}"]):
            value.type.tensor_type.elem_type = TensorProto.UINT8
        told |= {f"{cache.name}.type": "uint8", f"{cache.name}.start": str(int(graph.constant(zero)))}
    return told


def make_exact(graph, stem_range, bits):
    """Changes the rest of a graph with `byte_caches`: tables, first and last convolution, decision.

    `stem_range` is (least, largest) of what the first convolution gives; codes have `bits` bits.
    """
    graph = Graph(graph)
    convolutions = [node for node in graph.graph.node if node.op_type == "Conv"]
    whole_pixels(graph, convolutions[0])
    quantized_output(graph, convolutions[0], stem_range)
    for node in [node for node in graph.graph.node if node.op_type == "Mul"]:
        makers = [graph.maker(value) for value in node.input]
        if any(maker is not None and maker.op_type in ("Sigmoid", "HardSigmoid") for maker in makers):
            as_table(graph, node)
    whole_decision(graph, convolutions[-1], bits)


def is_plain(graph):
    """Whether first and last convolution stand where `make_exact` knows them."""
    graph = Graph(graph)
    convolutions = [node for node in graph.graph.node if node.op_type == "Conv"]
    ways = [node.op_type for node in before(graph, convolutions[0], 3)]
    behind = {node.op_type for node in graph.takers(convolutions[-1].output[0])}
    return ways == ["Sub", "Div", "Cast"] and behind in ({"Tanh"}, {"Greater"})


def before(graph, node, count):
    found = []
    for _ in range(count):
        node = graph.maker(node.input[0])
        if node is None:
            break
        found.append(node)
    return found


def on_grid(weight, bias, largest):
    """`weight` [O, ...] and `bias` [O] as multiples of a power of two an output, so that sums over inputs up to `largest` are exact."""
    weights, biases = np.zeros(weight.shape), np.zeros(bias.shape)
    for row, (values, offset) in enumerate(zip(weight.astype(np.float64), bias.astype(np.float64))):
        unit = 2.0**40
        while largest * np.abs(np.round(values * unit)).sum() + abs(np.round(offset * unit)) >= WHOLE:
            unit /= 2
        weights[row], biases[row] = np.round(values * unit) / unit, np.round(offset * unit) / unit
    return weights.astype(np.float32), biases.astype(np.float32)


def whole_pixels(graph, convolution):
    """Pixels as whole numbers; the scale goes into the weights."""
    subtract, divide, _ = before(graph, convolution, 3)
    weight, bias = on_grid(graph.constant(convolution.input[1]) / PIXEL, graph.constant(convolution.input[2]), PIXEL)
    divide.op_type = "Mul"
    divide.input[1] = graph.add("pixel.two", np.float32(2))
    subtract.input[1] = graph.add("pixel.middle", np.float32(PIXEL))
    replace_weights(graph, convolution, weight, bias)


def replace_weights(graph, convolution, weight, bias):
    names = [f"{name}_exact" for name in convolution.input[1:]]
    convolution.input[1], convolution.input[2] = graph.add(names[0], weight), graph.add(names[1], bias)
    drop_unused_weights(graph)


def drop_unused_weights(graph):
    used = {value for node in graph.graph.node for value in node.input}
    for tensor in [tensor for tensor in graph.graph.initializer if tensor.name not in used]:
        graph.graph.initializer.remove(tensor)


def quantized_output(graph, convolution, limits):
    least, largest = min(limits[0], 0.0), max(limits[1], 0.0)
    scale = np.float32((largest - least) / 255)
    names = graph.add("stem.scale", scale), graph.add("stem.zero", np.uint8(round(-least / scale)))
    through_bytes(graph, convolution, graph.takers(convolution.output[0]), names)


def through_bytes(graph, node, takers, scale_and_zero):
    """Lets `takers` of what `node` gives read it as bytes tell it."""
    value = node.output[0]
    quantize = helper.make_node("QuantizeLinear", [value, *scale_and_zero], [f"{value}_q"], name=f"{value}_q")
    back = helper.make_node("DequantizeLinear", [f"{value}_q", *scale_and_zero], [f"{value}_dq"], name=f"{value}_dq")
    graph.redirect(takers, value, back.output[0])
    graph.insert_after(node, quantize, back)


def as_table(graph, product):
    """An activation function whose 256 results are clear of the borders, and are bytes for all who take them."""
    value = product.output[0]
    residual = [node for node in graph.takers(value) if node.op_type == "Add"]
    scale_and_zero = list(first_quantizer(graph, value).input[1:])
    keep_clear(graph, table(graph, product), scale_and_zero[0])
    if residual:
        through_bytes(graph, product, residual, scale_and_zero)


def first_quantizer(graph, value):
    """The first that makes bytes of `value`, itself or moved about."""
    for node in graph.reached(value):
        if node.op_type == "QuantizeLinear":
            return node
    raise Refused(f"No integer convolution reads {value}", "one behind every activation function", "use the network of model.py")


def table(graph, product):
    """The 256 results of an activation function whose input comes in bytes."""
    makers = {maker.op_type: maker for maker in map(graph.maker, product.input)}
    scale, zero = (graph.constant(name) for name in makers["DequantizeLinear"].input[1:])
    x = (np.arange(256) - int(zero)) * np.float64(scale)
    return x * np.clip(x / 4 + 0.5, 0, 1) if "HardSigmoid" in makers else x / (1 + np.exp(-x))


def keep_clear(graph, results, scale):
    """Widens a scale by parts of ten thousand until no result lies near the border of two bytes."""
    found = graph.constant(scale)
    for attempt in range(1000):
        widened = np.float32(found * (1 + attempt * 1e-4))
        steps = results / np.float64(widened)
        if np.abs(steps - np.floor(steps) - 0.5).min() > CLEAR:
            return set_scale(graph, scale, widened)
    raise Refused(f"No scale near {found} keeps a table {CLEAR} clear of its borders", "one", "give other clips")


def set_scale(graph, name, scale):
    """Another scale of activations, and the biases that were whole multiples of it and of their weights' scales."""
    ratio = np.float64(graph.constant(name)) / np.float64(scale)
    graph.set(name, np.float32(scale))
    for quantize in [node for node in graph.graph.node if node.op_type == "DequantizeLinear" and node.input[1] == name]:
        for convolution in [node for node in graph.takers(quantize.output[0]) if node.op_type == "Conv"]:
            bias = graph.maker(convolution.input[2])
            graph.set(bias.input[0], np.round(graph.constant(bias.input[0]) * ratio).astype(np.int32))
            graph.set(bias.input[1], (graph.constant(bias.input[1]) / ratio).astype(np.float32))


def thresholds(halvings):
    """Where the signs of a number, taken one after another, change: of the number before it is bounded."""
    if halvings == 1:
        return np.zeros(1, np.float32)
    count = 2**halvings
    return np.arctanh(np.arange(1, count) * 2 / count - 1).astype(np.float32)


def worth(numbers, halvings):
    """[thresholds, numbers]: what a token gains where a number passes a threshold."""
    gained = np.zeros((2**halvings - 1, numbers), np.float32)
    for passed in range(1, 2**halvings):
        for halving in range(halvings):
            digit = halvings - 1 - halving
            change = (passed >> digit & 1) - (passed - 1 >> digit & 1)
            gained[passed - 1] += change * 2.0 ** (halving * numbers + np.arange(numbers))
    return gained


def whole_decision(graph, convolution, bits):
    """The last convolution on whole numbers, its weights in a coarse and a fine part; then comparisons and a sum."""
    weight, bias = (graph.constant(name).astype(np.float64) for name in convolution.input[1:])
    coarse = on_grid(weight / TAIL_UNIT, bias, TAIL_BOUND)
    fine = on_grid(weight / TAIL_UNIT - coarse[0], bias - coarse[1], TAIL_BOUND)
    numbers = len(weight)
    passed = thresholds(bits // numbers)
    for node in list(graph.graph.node)[graph.place(convolution) :]:
        graph.graph.node.remove(node)

    def node(kind, inputs, *outputs, **attributes):
        graph.graph.node.append(helper.make_node(kind, inputs, list(outputs), name=outputs[0], **attributes))

    node("Mul", [convolution.input[0], graph.add("decide.unit", np.float32(TAIL_UNIT))], "decide.scaled")
    node("Round", ["decide.scaled"], "decide.rounded")
    limits = [graph.add("decide.least", np.float32(-TAIL_BOUND)), graph.add("decide.largest", np.float32(TAIL_BOUND))]
    node("Clip", ["decide.rounded", *limits], "decide.whole")
    parts = [graph.add(f"{name}_exact", np.concatenate(pair)) for name, pair in zip(convolution.input[1:], zip(coarse, fine))]
    node("Conv", ["decide.whole", *parts], "decide.parts", kernel_shape=[1, 1])
    node("Split", ["decide.parts"], "decide.coarse", "decide.fine", axis=1)
    node("Add", ["decide.coarse", "decide.fine"], "decide.sum")
    node("Unsqueeze", ["decide.sum", graph.add("decide.axis", np.array([1]))], "decide.numbers")
    node("Greater", ["decide.numbers", graph.add("decide.thresholds", passed.reshape(1, -1, 1, 1, 1))], "decide.passed")
    node("Cast", ["decide.passed"], "decide.ones", to=TensorProto.FLOAT)
    node("Mul", ["decide.ones", graph.add("decide.worth", worth(numbers, bits // numbers)[None, ..., None, None])], "decide.gained")
    node("ReduceSum", ["decide.gained", graph.add("decide.axes", np.array([1, 2]))], "decide.token", keepdims=0)
    node("Cast", ["decide.token"], "tokens", to=TensorProto.INT32)
    drop_unused_weights(graph)
