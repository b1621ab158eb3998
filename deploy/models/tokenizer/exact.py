"""Gives an encoder with integer convolutions the same tokens on every processor.

What processors compute otherwise is a sum of floats, whose order is theirs, and an exponential. Here no sum rounds: the
first and the last convolution get weights that are multiples of a power of two, few enough that no partial sum needs
more than the 24 bits of a float. Every activation function becomes a table of 256 entries, none of them near the border
between two results. Caches become the bytes that the next convolution reads of them anyway. What is left are single
operations of IEEE 754 on each element, which are the same everywhere. Tokens are made in `decision.py`.
"""

import numpy as np
from onnx import TensorProto, helper

import escapes
from checks import Refused
from decision import OUT, PIXEL, on_grid, whole_decision
from edit import Graph
from graph import drop_unused

CLEAR = 2e-4  # of a step of the result: least distance of a table's entry from the border; a sigmoid is far better


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


def make_exact(graph, stem_range, bits, period=1):
    """Changes the rest of a graph with `byte_caches`: tables, first and last convolutions, decision; the metadata that says so.

    `stem_range` is (least, largest) of what the first convolution gives; codes have `bits` bits; `period` is that of phases.
    """
    graph = Graph(graph)
    first = first_convolution(graph)
    whole_pixels(graph, first)
    quantized_output(graph, first, stem_range)
    for node in [node for node in graph.graph.node if node.op_type == "Mul"]:
        makers = [graph.maker(value) for value in node.input]
        if any(maker is not None and maker.op_type in ("Sigmoid", "HardSigmoid") for maker in makers):
            as_table(graph, node)
    told = {"arithmetic": "exact", "state.policy": "carry"}
    graph.graph.node.remove(graph.maker("tokens"))
    whole_decision(graph, graph.last_convolutions()[OUT], bits, period > 1)
    if period > 1:
        told |= escapes.standing_still(graph, first.input[0])
        escapes.whole_escapes(graph, period)
    graph.append("Cast", ["escape.chosen" if period > 1 else "decide.token"], "tokens", to=TensorProto.INT32)
    drop_unused(graph.graph)
    return told


def is_known(graph, period=1):
    """Whether first and last convolutions stand where `make_exact` knows them."""
    graph = Graph(graph)
    ways, last = [node.op_type for node in before(graph, first_convolution(graph), 3)], graph.last_convolutions()
    if ways != ["Sub", "Div", "Cast"] or set(last) != ({OUT} if period == 1 else {OUT, *escapes.HEAD}):
        return False
    return period > 1 or {node.op_type for node in graph.takers(last[OUT].output[0])} in ({"Tanh"}, {"Greater"})


def first_convolution(graph):
    last = graph.last_convolutions()
    return next(node for node in graph.graph.node if node.op_type == "Conv" and node.name not in last)


def before(graph, node, count):
    found = []
    for _ in range(count):
        node = graph.maker(node.input[0])
        if node is None:
            break
        found.append(node)
    return found


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
