"""How z becomes tokens and tokens become what a decoder takes: an object of the `Spec`, asked by everything that exports.

Your own: extend `Quantizer`, and say what the five members below say. It goes into the graph, so `decide` and `values`
must be exact: integers, or floats whose whole numbers stay below 2^24.
"""

import math

import torch

import model as net

EXACT_FLOAT_BITS = 24  # whole numbers below 2^24 are exact in float32


class Quantizer:
    """z float [B, channels, h, w] <-> tokens int32 [B, h, w] in [0, codes)."""

    name = None  # what the metadata calls it
    channels = None  # of z, and of what the decoder takes
    codes = None  # how many tokens there are, 2 to 2^30

    @property
    def bits(self):
        """The fewest that hold every token."""
        return (self.codes - 1).bit_length()

    def decide(self, z):
        """z -> tokens."""
        raise NotImplementedError

    def values(self, tokens):
        """tokens -> float [B, channels, h, w] for the decoder."""
        raise NotImplementedError

    def clearance(self, z):
        """How far each value of z is from where its token would change; any shape, in a unit of the quantizer's own."""
        raise NotImplementedError

    def meaning(self):
        """What, beside the weights, gives tokens another meaning and so another `tokenizer_id`; "" as usual."""
        return ""

    def metadata(self):
        """What a reader must know beside name, codes and bits; keys begin with the name."""
        return {}


class Lfq(Quantizer):
    """Lookup-free quantization: one bit a channel, its sign (Yu et al. 2024).

    Channel 1 is the least significant bit; `order="msb-first"`: the most significant, as in vector-quantize-pytorch.
    """

    name = "lfq"
    ORDERS = ("lsb-first", "msb-first")

    def __init__(self, bits=net.BITS, order=ORDERS[0]):
        if order not in self.ORDERS:
            raise ValueError(f"order: found {order}, expected {' or '.join(self.ORDERS)}")
        self.channels, self.codes, self.order = bits, 2**bits, order

    def other_order(self):
        return self.ORDERS[self.order == self.ORDERS[0]]

    def ordered(self, x):
        """[B, bits, h, w] with the least significant first, or from that back to the order of the model."""
        return x if self.order == self.ORDERS[0] else x[:, torch.arange(self.bits - 1, -1, -1)]

    def decide(self, z):
        z = self.ordered(z)
        if self.bits > EXACT_FLOAT_BITS:
            return net.indices(z)
        weights = (2.0 ** torch.arange(self.bits)).view(1, -1, 1, 1)
        return ((z > 0).float() * weights).sum(1).to(torch.int32)

    def values(self, tokens):
        return self.ordered(self.signs(tokens))

    def signs(self, tokens):
        """+-1 for each bit, the least significant first."""
        if self.bits > EXACT_FLOAT_BITS:
            return digits(tokens, [2] * self.bits).float() * 2 - 1
        weights = (0.5 ** torch.arange(self.bits)).view(1, -1, 1, 1)
        shifted = torch.floor(tokens.unsqueeze(1).float() * weights)
        odd = shifted - 2 * torch.floor(shifted * 0.5)
        return odd * 2 - 1

    def clearance(self, z):
        return z.abs()

    def meaning(self):
        return "" if self.order == self.ORDERS[0] else self.order

    def metadata(self):
        """Of the tokens: in them the bit of the first channel in the graph's order is the least significant."""
        return {"bit_order": "lsb-first", "threshold": "0"}


class Fsq(Quantizer):
    """Finite scalar quantization: each channel rounded to one of its levels (Mentzer et al. 2023).

    index = sum over i of digit_i * product over j < i of levels_j: the first channel is the least significant.
    The decoder takes (digit - levels // 2) / (levels // 2).

    Published implementations differ in how they bound z (arctangent or tangent in the shift, sign of `eps`). This is the
    one that maps z = 0 to the middle level exactly; extend the class and override `bound` for weights trained with another.
    """

    name = "fsq"

    def __init__(self, levels, eps=1e-3):
        if not levels or min(levels) < 2:
            raise ValueError(f"found levels {levels}, expected at least 2 in each channel")
        self.levels, self.eps = tuple(levels), eps
        self.channels, self.codes = len(levels), math.prod(levels)

    def bound(self, z):
        """z -> the same in units of one level, whole numbers being level centres, 0 the digit levels // 2."""
        half = _channels([(count - 1) * (1 + self.eps) / 2 for count in self.levels])
        offset = _channels([0.0 if count % 2 else 0.5 for count in self.levels])
        shift = _channels([0.0 if count % 2 else math.atanh(1 / ((count - 1) * (1 + self.eps))) for count in self.levels])
        return torch.tanh(z + shift) * half - offset

    def decide(self, z):
        centres = _channels([count // 2 for count in self.levels])
        found = (torch.round(self.bound(z)) + centres).to(torch.int32)
        return (found * _channels(_products(self.levels), torch.int32)).sum(1).to(torch.int32)

    def values(self, tokens):
        centres = _channels([float(count // 2) for count in self.levels])
        return (digits(tokens, self.levels).float() - centres) / centres

    def clearance(self, z):
        """In levels: rounding changes half-way between two of them."""
        bounded = self.bound(z)
        return (bounded - torch.floor(bounded) - 0.5).abs()

    def metadata(self):
        return {"fsq.levels": ",".join(map(str, self.levels)), "fsq.order": "first-channel-least-significant"}


def digits(tokens, levels):
    """int32 [B, h, w] -> int32 digits [B, len(levels), h, w], the least significant first."""
    shifted = torch.div(tokens.unsqueeze(1), _channels(_products(levels), torch.int32), rounding_mode="trunc")
    counts = _channels(levels, torch.int32)
    return shifted - counts * torch.div(shifted, counts, rounding_mode="trunc")


def _products(levels):
    return [math.prod(levels[:place]) for place in range(len(levels))]


def _channels(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype).view(1, -1, 1, 1)
