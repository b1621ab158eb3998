"""The exact encoder once more, in NumPy: whole numbers and single roundings, without a runtime.

Reads weights and scales of a file that `exact.py` made, and computes a step from the network's definition in `model.py`.
Slow; export compares the file's tokens with it, and the check vector is its own.
"""

import numpy as np
import onnx

from decision import PIXEL, TAIL_BOUND, TAIL_UNIT, thresholds
from edit import Graph
from exact import first_quantizer
from graph import empty_caches
from model import PATCH, CausalConv

F32 = np.float32


class IntegerEncoder:
    """Steps of one camera."""

    def __init__(self, model):
        self.graph = Graph(onnx.load_model_from_string(model.SerializeToString()).graph)
        self.metadata = {entry.key: entry.value for entry in model.metadata_props}
        self.convolutions = {self._name(node): node for node in self.graph.graph.node if node.op_type == "Conv"}
        self.bits = int(self.metadata["bits"])

    def tokens(self, steps, first=0):
        """uint8 [steps, T, H, W, 3], from a clip's beginning, the position `first` -> int32 [steps, H/8, W/8]."""
        caches = empty_caches(self.metadata, 1, *steps.shape[2:4])
        self.caches = {name.removeprefix("cache."): cache[0] for name, cache in caches.items()}
        return np.stack([self._step(frames, first + number) for number, frames in enumerate(steps)]).astype(np.int32)

    def _step(self, frames, position):
        """Tokens [H/8, W/8]."""
        x = self._swish("stem", self._stem(frames))
        x = self._stage("quarter", x)
        x = self._stage("half_rate", self._swish("down1", self._temporal("down1", x, 2, 2)))
        x = self._stage("token_rate", self._swish("down2", self._temporal("down2", x, 2, 1)))
        return self._decide(x, frames, position)

    def _decide(self, features, frames, position):
        """The fresh code; what a network with refinement says instead is in `still_integers.py`."""
        numbers = self._fresh(self._whole(features))
        return joined(signs_of(numbers, self.bits // len(numbers)))

    def _fresh(self, whole):
        weight, bias = self._constants("out")
        return self._numbers(whole, weight[:, :, 0, 0], bias)

    def _stage(self, name, x):
        block = 0
        while f"{name}.{block}.second" in self.convolutions:
            first, second = f"{name}.{block}.first", f"{name}.{block}.second"
            inner = self._temporal(first, x, 1, 1) if first in self.caches else self._integer(first, self._bytes(first, x))
            x = (x + self._value(self._integer(second, self._bytes(second, self._swish(first, inner))), second)).astype(F32)
            block += 1
        return x

    @staticmethod
    def _name(node):
        return node.input[1].removeprefix("encoder.").split(".conv.")[0].split(".weight")[0]

    def _stem(self, frames):
        height, width = frames.shape[1:3]
        x = frames.reshape(-1, height // PATCH, PATCH, width // PATCH, PATCH, 3).transpose(0, 5, 2, 4, 1, 3)
        x = x.reshape(len(frames), -1, height // PATCH, width // PATCH).astype(np.int64) * 2 - PIXEL
        weight, bias = self._constants("stem")
        return self._quantize(convolve(x, weight, bias, 1), *self._output("stem"))

    def _temporal(self, name, x, time_stride, space_stride):
        """Bytes of the frames, behind the remembered ones; three frames become one's channels."""
        joined = np.concatenate([self.caches[name], self._bytes(name, x)])
        self.caches[name] = joined[len(joined) - len(self.caches[name]) :]
        count = len(x) // time_stride
        span = (count - 1) * time_stride + 1
        stacked = np.concatenate([joined[tap : tap + span : time_stride] for tap in range(CausalConv.TAPS)], 1)
        return self._integer(name, stacked, space_stride)

    def _integer(self, name, x, stride=1):
        """uint8 -> uint8: sums of whole numbers, one multiplication, one rounding."""
        convolution = self.convolutions[name]
        (scale, zero), (out_scale, out_zero) = self._input(name), self._output(name)
        weight, weight_scale = self._weights(convolution.input[1])
        bias, _ = self._weights(convolution.input[2])
        sums = convolve(x.astype(np.int64) - zero, weight, bias, stride)
        factors = (F32(scale) * weight_scale.astype(F32) / F32(out_scale)).astype(F32)
        rounded = np.rint(sums.astype(F32) * factors.reshape(1, -1, 1, 1)).astype(np.int64) + out_zero
        return rounded.clip(0, 255).astype(np.uint8)

    def _swish(self, name, x):
        """uint8 as the layer gives them -> floats as bytes tell them: a table of 256."""
        inputs = (np.arange(256) - self._output(name)[1]) * np.float64(self._output(name)[0])
        scale, zero = self._swished(name)
        hard = self.metadata.get("activation", "silu") == "hard-swish"
        results = inputs * np.clip(inputs / 4 + 0.5, 0, 1) if hard else inputs / (1 + np.exp(-inputs))
        told = (np.rint(results / np.float64(scale)) + zero).clip(0, 255)
        return ((told - zero).astype(F32) * F32(scale))[x]

    def _value(self, x, name):
        scale, zero = self._output(name)
        return (x.astype(F32) - F32(zero)) * F32(scale)

    def _bytes(self, name, x):
        return self._quantize(x, *self._input(name))

    @staticmethod
    def _quantize(x, scale, zero):
        return (np.rint(x.astype(F32) / F32(scale)).astype(np.int64) + zero).clip(0, 255).astype(np.uint8)

    @staticmethod
    def _whole(features):
        return np.rint(features[0] * F32(TAIL_UNIT)).clip(-TAIL_BOUND, TAIL_BOUND)

    @staticmethod
    def _numbers(whole, weight, bias):
        """[C, h, w] -> [numbers, h, w]: the sum of a coarse and a fine part."""
        coarse, fine = np.split(np.einsum("oc,cyx->oyx", weight, whole) + bias.reshape(-1, 1, 1), 2)
        return coarse.astype(F32) + fine.astype(F32)

    def _constants(self, name):
        return tuple(self.graph.constant(value).astype(np.float64) for value in self.convolutions[name].input[1:])

    def _weights(self, value):
        """Whole numbers behind a DequantizeLinear, and their scales."""
        node = self.graph.maker(value)
        return self.graph.constant(node.input[0]).astype(np.int64), self.graph.constant(node.input[1])

    def _scale(self, node):
        return self.graph.constant(node.input[1]), int(self.graph.constant(node.input[2]))

    def _input(self, name):
        return self._scale(self.graph.maker(self.convolutions[name].input[0]))

    def _output(self, name):
        return self._scale(self._only(self.convolutions[name].output[0], "QuantizeLinear"))

    def _swished(self, name):
        value = self._only(self.convolutions[name].output[0], "QuantizeLinear").output[0]
        product = self._only(self._only(value, "DequantizeLinear").output[0], "Mul")
        return self._scale(first_quantizer(self.graph, product.output[0]))

    def _only(self, value, kind):
        (node,) = [node for node in self.graph.takers(value) if node.op_type == kind]
        return node


def signs_of(numbers, halvings):
    """[n, h, w] -> 0 or 1 [n * halvings, h, w]: first signs of all numbers, then second signs..."""
    passed = (numbers[:, None] > thresholds(halvings).reshape(1, -1, 1, 1)).sum(1)
    return np.concatenate([passed >> halvings - 1 - halving & 1 for halving in range(halvings)])


def joined(signs):
    """[bits, h, w] -> [h, w]: the first sign is the least significant."""
    return sum(sign << place for place, sign in enumerate(signs))


def convolve(x, weight, bias, stride):
    """[B, C, h, w] with [O, C, 3, 3] or [O, C, 1, 1], zeros around: exact while sums stay below 2^53."""
    side = weight.shape[2] // 2
    padded = np.pad(x, ((0, 0), (0, 0), (side, side), (side, side))).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], (2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bcyxij,ocij->boyx", windows, weight.astype(np.float64), optimize=True) + bias.reshape(1, -1, 1, 1)

