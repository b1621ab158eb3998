"""The head: a small causal network over the bits of tokens that names the action after every token frame.

It follows the convention of the tokenizer's modules: token frames folded into the batch axis, and everything that
crosses from one step to the next in `memory`, under the layer's module path. Zeros stand before a clip's start.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

GRID = 16  # tokens a side
TAPS = 3  # token frames that a temporal layer sees: the newest and the two before it


class Layer(nn.Module):
    """Convolution over `taps` token frames stacked into channels, batch norm, SiLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, taps=1, groups=1):
        super().__init__()
        self.taps, self.path = taps, None
        self.conv = nn.Conv2d(taps * inputs, outputs, kernel, stride, (kernel - 1) // 2 if kernel < 4 else 0, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-4)

    def forward(self, x, count, memory):
        if self.taps > 1:
            channels, height, width = map(int, x.shape[1:])  # plain numbers, so that an exported graph computes no shapes
            joined = memory.exchange(self.path, x.reshape(-1, count, channels, height, width), self.taps - 1)
            x = torch.cat([joined[:, tap : tap + count] for tap in range(self.taps)], 2)
            x = x.reshape(-1, self.taps * channels, height, width)
        return F.silu(self.norm(self.conv(x)))


class Head(nn.Module):
    """+-1 bits [N*count, bits, 16, 16] -> logits [N*count, labels] after every token frame."""

    def __init__(self, labels, bits=18, widths=(32, 48, 64, 96), dropout=0.2, places=1, grid=GRID):
        super().__init__()
        self.labels, self.bits, self.grid, self.dropout = labels, bits, grid, dropout
        self.register_buffer("scale", torch.ones(1, bits, 1, 1))  # of each bit: bits without structure are turned down
        self.stem = Layer(bits, widths[0])
        self.eighth = Layer(widths[0], widths[1], stride=2)
        self.motion = Layer(widths[1], widths[2], stride=2, taps=TAPS)
        self.course = Layer(widths[2], widths[2], taps=TAPS)
        self.pool = Layer(widths[2], places * widths[2], kernel=grid // 4, groups=widths[2])  # where, some ways for each channel
        self.phrase = Layer(places * widths[2], widths[3], kernel=1, taps=TAPS)
        self.sentence = Layer(widths[3], widths[3], kernel=1, taps=TAPS)
        self.out = nn.Conv2d(widths[3], labels, 1)
        for path, child in self.named_modules():
            if isinstance(child, Layer):
                child.path = path

    def forward(self, x, count, memory):
        x = self.eighth(self.stem(x * self.scale, count, memory), count, memory)
        x = self.motion(self.drop(x), count, memory)
        x = x + self.course(self.drop(x), count, memory)
        x = self.phrase(self.drop(self.pool(x, count, memory)), count, memory)
        x = x + self.sentence(self.drop(x), count, memory)
        return self.out(self.drop(x)).reshape(-1, self.labels)

    def drop(self, x):
        """Whole channels at once, so that neighbours do not give away what was dropped."""
        return F.dropout2d(x, self.dropout, self.training)
