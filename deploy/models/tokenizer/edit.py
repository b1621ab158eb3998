"""An ONNX graph under change: who makes a value, who takes it, and what is put in its place."""

import numpy as np
from onnx import helper, numpy_helper

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

    def append(self, kind, inputs, *outputs, **attributes):
        """A node at the end, called as what it gives first."""
        self.graph.node.append(helper.make_node(kind, inputs, list(outputs), name=outputs[0], **attributes))

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

    def last_convolutions(self):
        """Name -> node of the convolutions behind which there is no other."""
        leading, last = set(), {}
        for node in reversed(self.graph.node):
            leads, convolves = not leading.isdisjoint(node.output), node.op_type == "Conv"
            if leads or convolves:
                leading.update(node.input)
            if convolves and not leads:
                last[node.name] = node
        return last
