"""The tokenizer network: a causal encoder, lookup-free quantization, a causal decoder.

One forward serves training (a whole clip) and streaming (one chunk at a time): frames travel folded into the batch
axis as [N*T, C, H, W], and every temporal layer takes what it remembers from `memory` and puts what it must remember
back, under its own module path. Nothing else reaches across time, and nothing reaches forward.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

BITS = 18
HALVINGS = 3  # signs taken of one number, each halving the interval it can be in
CHUNK = 4  # frames per token frame (temporal stride)
SPATIAL = 8  # pixels per token, both ways
PATCH = 4  # pixels folded into channels before the first and after the last convolution


class Memory:
    """What temporal layers remember between chunks: module path -> [N, frames, C, H, W].

    `phase` is the position of the first token frame, one for all or int [N], for networks that count (refinement.py).
    """

    def __init__(self, caches=None, phase=0):
        self.caches = caches or {}
        self.new_caches = {}
        self.phase = phase

    def phases(self, rows, each, period):
        """int64 [rows]: the position modulo `period` of every token frame, `each` of a clip behind one another."""
        if each == 1 and torch.is_tensor(self.phase):
            return self.phase.long()
        first = torch.as_tensor(self.phase).long().expand(rows // each).unsqueeze(1)
        return ((first + torch.arange(each, device=first.device)) % period).flatten()

    def exchange(self, path, frames, depth, start=None):
        """Puts the remembered frames (zeros at a clip's start) before `frames` and remembers the last `depth`.

        `start` = (first, values) puts `values` there instead for rows where `first`, bool [N, 1, 1, 1, 1].
        """
        past = self.caches.get(path)
        if past is None:
            past = frames.new_zeros((frames.shape[0], depth, *frames.shape[2:]))
        if start is not None:
            past = torch.where(*start, past)
        joined = torch.cat([past, frames], 1)
        self.new_caches[path] = joined[:, -depth:]
        return joined


class Line(torch.autograd.Function):
    """From 0 to 1 with a slope of 1/4: in a graph the one operator that a runtime keeps beside its convolutions."""

    @staticmethod
    def forward(context, x):
        return (x * 0.25 + 0.5).clamp(0, 1)

    @staticmethod
    def symbolic(graph, x):
        return graph.op("HardSigmoid", x, alpha_f=0.25, beta_f=0.5)


def hard_swish(x):
    """SiLU with a line of slope 1/4 from 0 to 1 for the sigmoid: exact in integers, so the same on every processor."""
    return x * (Line.apply(x) if torch.onnx.is_in_onnx_export() else Line.forward(None, x))


ACTIVATIONS = {"silu": F.silu, "hard-swish": hard_swish}


def activate(module, name):
    """Gives all convolutions in `module` this activation."""
    module.activation_name = name
    for child in module.modules():
        if isinstance(child, (Conv, CausalConv)):
            child.activation = ACTIVATIONS[name]


class Conv(nn.Module):
    """Convolution within a frame, batch norm, optional activation."""

    activation = staticmethod(F.silu)

    def __init__(self, inputs, outputs, activate=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-4)
        self.activate = activate

    def forward(self, x):
        x = self.norm(self.conv(x))
        return self.activation(x) if self.activate else x


class CausalConv(nn.Module):
    """3 x 3 x 3 convolution over a frame and the two before it, as a 2-D convolution over three stacked frames.

    With a temporal stride of 2, output j sees inputs 2j-1, 2j, 2j+1: the newest is the last of its own pair.
    """

    TAPS = 3
    activation = staticmethod(F.silu)

    def __init__(self, inputs, outputs, time_stride=1, space_stride=1):
        super().__init__()
        self.time_stride = time_stride
        self.depth = self.TAPS - time_stride
        self.conv = nn.Conv2d(self.TAPS * inputs, outputs, 3, space_stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-4)
        self.path = None

    def forward(self, x, frames, memory, told=None):
        """`told`, if there is any, is added to the sums."""
        channels, (height, width) = self.conv.in_channels // self.TAPS, x.shape[2:]
        x = memory.exchange(self.path, x.reshape(-1, frames, channels, height, width), self.depth)
        count = frames // self.time_stride
        if count > 1:  # else the three frames are the three taps
            span = (count - 1) * self.time_stride + 1
            x = torch.cat([x[:, tap : tap + span : self.time_stride] for tap in range(self.TAPS)], 2)
        x = x.reshape(-1, self.TAPS * channels, height, width)
        sums = self.norm(self.conv(x))
        return self.activation(sums if told is None else sums + told)


class Residual(nn.Module):
    """A (causal) convolution and one within the frame, added to the input."""

    def __init__(self, channels, temporal=True):
        super().__init__()
        self.temporal = temporal
        self.first = CausalConv(channels, channels) if temporal else Conv(channels, channels)
        self.second = Conv(channels, channels, activate=False)
        nn.init.constant_(self.second.norm.weight, 0.3)

    def forward(self, x, frames, memory):
        return x + self.second(self.first(x, frames, memory) if self.temporal else self.first(x))


class Stage(nn.ModuleList):
    """Residual blocks in a row, the first `temporal` of them with temporal taps."""

    def __init__(self, channels, blocks, temporal):
        super().__init__(Residual(channels, block < temporal) for block in range(blocks))

    def forward(self, x, frames, memory):
        for block in self:
            x = block(x, frames, memory)
        return x


class Encoder(nn.Module):
    """[N*T, 3, H, W] in -1..1 -> z [N*T/4, bits, H/8, W/8]; temporal taps at 1/4 resolution and below."""

    def __init__(self, channels=(48, 96, 160), blocks=(1, 2, 3), bits=BITS, halvings=HALVINGS, temporal=(0, 9, 9)):
        super().__init__()
        self.bits, self.halvings = bits, halvings
        self.stem = Conv(48, channels[0])
        self.quarter = Stage(channels[0], blocks[0], temporal[0])
        self.down1 = CausalConv(channels[0], channels[1], 2, 2)
        self.half_rate = Stage(channels[1], blocks[1], temporal[1])
        self.down2 = CausalConv(channels[1], channels[2], 2, 1)
        self.token_rate = Stage(channels[2], blocks[2], temporal[2])
        self.out = nn.Conv2d(channels[2], bits // halvings, 1)
        name_paths(self)

    def forward(self, x, frames, memory):
        return self.encode_patches(F.pixel_unshuffle(x, PATCH), frames, memory)

    def encode_patches(self, x, frames, memory):
        """The same from [N*T, 3*4*4, H/4, W/4], which an exported graph makes from bytes in one transposition."""
        return remainders(self.out(self.features(x, frames, memory)), self.halvings)

    def features(self, x, frames, memory):
        x = self.stem(x)
        x = self.quarter(x, frames, memory)
        x = self.half_rate(self.down1(x, frames, memory), frames // 2, memory)
        return self.token_rate(self.down2(x, frames // 2, memory), frames // 4, memory)


class Decoder(nn.Module):
    """q [N*t, bits, h, w] of +-1 -> [N*4t, 3, 8h, 8w] around -1..1."""

    def __init__(self, channels=(48, 112, 160), blocks=(2, 2, 3), bits=BITS, halvings=HALVINGS, temporal=(1, 9, 9)):
        super().__init__()
        self.halvings = halvings
        self.stem = CausalConv(bits // halvings, channels[2])
        self.token_rate = Stage(channels[2], blocks[2], temporal[2])
        self.up2 = Conv(channels[2], channels[1] * 2)
        self.half_rate = Stage(channels[1], blocks[1], temporal[1])
        self.up1 = Conv(channels[1], channels[0] * 2 * 4)
        self.quarter = Stage(channels[0], blocks[0], temporal[0])
        self.out = nn.Conv2d(channels[0], 48, 3, 1, 1)
        name_paths(self)

    def forward(self, q, tokens, memory):
        return F.pixel_shuffle(self.decode_patches(q, tokens, memory), PATCH)

    def decode_patches(self, q, tokens, memory):
        """The same before pixels leave the channels: [N*4t, 3*4*4, 2h, 2w]."""
        return self.picture(self.stem(numbers(q, self.halvings), tokens, memory), tokens, memory)

    def picture(self, x, tokens, memory):
        """What the first layer made of the numbers -> patches."""
        x = self.token_rate(x, tokens, memory)
        x = self.half_rate(double_rate(self.up2(x)), tokens * 2, memory)
        x = double_rate(F.pixel_shuffle(self.up1(x), 2))
        return self.out(self.quarter(x, tokens * 4, memory))


def double_rate(x):
    """[B, 2C, H, W] -> [2B, C, H, W]: the first half of the channels is the earlier frame."""
    height, width = x.shape[2:]
    return x.reshape(-1, int(x.shape[1]) // 2, height, width)


def period(module):
    """How many positions of token frames a module tells apart; 1 where it does not ask."""
    return getattr(module, "refine", 1)


def name_paths(module):
    for path, child in module.named_modules():
        if isinstance(child, CausalConv):
            child.path = path


def remainders(z, halvings):
    """What is left of each of the numbers `z` after 0, 1, 2... of its signs are known: the channels to take signs of.

    A bounded number lies in -1..1; its sign says in which half, the sign of the distance to that half's middle in which
    quarter, and so on: the signs of one number are its binary digits. Channels [z1, z2, ..., z1', z2', ...]. This is
    residual LFQ, and the same as FSQ with 2^halvings levels a number.
    """
    if halvings == 1:
        return z
    rest, channels = torch.tanh(z), []
    for halving in range(halvings):
        channels.append(rest)
        rest = rest - 0.5 ** (halving + 1) * signs(rest).detach()
    return torch.cat(channels, 1)


def numbers(q, halvings):
    """The middles of the intervals that the signs `q` of `remainders` name: [B, bits, h, w] -> [B, bits/halvings, h, w]."""
    if halvings == 1:
        return q
    parts = q.chunk(halvings, 1)
    return sum(0.5 ** (halving + 1) * part for halving, part in enumerate(parts))


def signs(z):
    """Lookup-free quantization: +1 where z > 0, else -1."""
    return torch.where(z > 0, torch.ones_like(z), -torch.ones_like(z))


def straight_through(z):
    """`signs`, with the gradient of the identity."""
    return z + (signs(z) - z).detach()


def indices(z):
    """z [B, bits, h, w] -> int32 [B, h, w]; channel 1 is the least significant bit."""
    bits = z.shape[1]
    weights = (2 ** torch.arange(bits, dtype=torch.int32, device=z.device)).view(1, -1, 1, 1)
    return ((z > 0).to(torch.int32) * weights).sum(1).to(torch.int32)


def codes(tokens, bits=BITS):
    """int32 [B, h, w] -> float +-1 [B, bits, h, w], the inverse of `indices`."""
    weights = (2 ** torch.arange(bits, dtype=torch.int32, device=tokens.device)).view(1, -1, 1, 1)
    odd = torch.div(tokens.unsqueeze(1), weights, rounding_mode="floor").remainder(2)
    return odd.to(torch.float32) * 2 - 1


def lead_in(clip, chunk=CHUNK):
    """[T, ...] -> [T + 3, ...]: chunk - 1 copies of frame 0 in front, so that frame 0 alone is one token frame."""
    return torch.cat([clip[:1]] * (chunk - 1) + [clip], 0)
