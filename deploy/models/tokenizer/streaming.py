"""Makes a published [N, C, T, H, W] module run in steps: what it puts in front of a clip in time comes out of memory.

Causal modules pad in front: `F.pad` with zeros or copies of the first frame, `torch.cat` of such frames and the clip, or a
convolution that pads on both sides and then drops what looks ahead. In a step the frames of the calls before stand there
instead. Which paddings are in time is found by running the module on clips of other lengths and sizes: an axis that changes
its length with the clip's is time.
"""

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from checks import Refused, refusing
from windowed import remembered, sliding

FIRST = "first"  # what stands in front of a clip: copies of its first frame (else a number)
SEEN = "seen"  # the cache that is 0 at a clip's start, then 1
CLIP, FRONT_ONLY = "NTHW", "pad in front only, with zeros or copies of the first frame, or use window="


class Streaming(nn.Module):
    """Wraps `run(model, clip) -> result`, both float [N, C, T, H, W], in the convention of `model.py`.

    An encoder's `run` takes RGB in -1..1 and returns z before quantization; a decoder's takes what the quantizer's
    `values` give and returns RGB around -1..1. It must take a clip whose first chunk is a whole one (`Spec.first_chunk`
    says what stands in it) and add no frames of its own to that.

    `window`: instead of routing, each step runs the last `window` inputs anew and keeps the results of its own last `step`
    (inputs of a step: the chunk's frames for an encoder, 1 for a decoder); for modules whose memory has no end.
    """

    def __init__(self, model, run, window=None, step=4):
        super().__init__()
        if window is not None and window < step:
            raise ValueError(f"found a window of {window} inputs, expected at least the {step} of a step")
        self.model, self.run, self.window, self.step = model, run, window, step
        self.paddings, self.frames = None, window  # the first call tells

    def forward(self, x, count, memory):
        if self.window:
            return self.windows(x, count, memory)
        clip = x.reshape(-1, count, *x.shape[1:]).transpose(1, 2)
        if self.paddings is None:
            self.paddings = find_paddings(lambda clip: self.run(self.model, clip), clip)
        with Routed(self.paddings, clip, memory) as routed:
            result = self.run(self.model, clip)
        routed.finish()
        return result.transpose(1, 2).flatten(0, 1)

    def windows(self, x, count, memory):
        past, results = self.window - self.step, []
        for window in sliding(remembered(x, count, past, memory), count, self.step, past):
            result = self.run(self.model, window.transpose(1, 2)).transpose(1, 2)
            own = max(1, result.shape[1] * self.step // self.window)
            self.frames = max(self.window, int(result.shape[1]))  # a decoder gives more than it takes
            results.append(result[:, -own:])
        return torch.cat(results, 1).flatten(0, 1)

    def metadata(self):
        return {"mode": "windowed", "window.frames": str(self.frames)} if self.window else {"mode": "streaming"}


class Begun(nn.Module):
    """An encoder whose clips begin with `chunk - 1` frames of one value, where nolook gives copies of the first frame."""

    def __init__(self, encoder, chunk, space, value):
        super().__init__()
        self.encoder, self.chunk, self.space, self.value = encoder, chunk, space, value
        self.replaced = chunk - 1  # inputs at a clip's start that nothing sees: receptive_field counts them in

    def forward(self, x, frames, memory):
        clip = x.reshape(-1, frames, *x.shape[1:])
        lead = clip[:, : self.replaced].masked_fill(begins(clip, memory, "begun", self.space), self.value)
        return self.encoder(torch.cat([lead, clip[:, self.replaced :]], 1).flatten(0, 1), frames, memory)

    def metadata(self):
        return self.encoder.metadata() if hasattr(self.encoder, "metadata") else {"mode": "streaming"}


def begins(clip, memory, path, space):
    """bool [N, 1, 1, 1, 1]: whether clip [N, T, C, H, W] is a clip's first; remembered in one cell for space x space."""
    seen = memory.exchange(path, torch.ones_like(clip[:, :1, :1, ::space, ::space]), 1)
    return seen[:, :1, :, :1, :1] == 0


@dataclass(frozen=True)
class Padding:
    """One padding in time: what the module does there, and how its tensor is laid out."""

    axis: int  # of the tensor, which is time
    letters: tuple  # for each axis, which of the clip's N, T, H, W it is made of; "" is channels
    scale: Fraction  # the tensor's height for one of the clip's
    depth: int  # frames
    fill: object  # a number, or FIRST

    def cells(self, x, clip):
        """x -> [N, T, C, H, W], clip [N, C, T, H, W] being what the module runs on."""
        up, down = self.scale.numerator, self.scale.denominator
        sizes = {"N": clip.shape[0], "H": clip.shape[3] * up // down, "W": clip.shape[4] * up // down}
        shape = [[size] if len(letters) < 2 else [sizes[one] for one in letters] for letters, size in zip(self.letters, x.shape)]
        x = x.reshape(list(itertools.chain(*shape))) if self.merged() else x
        x = x.permute(self.order())
        return x if "C" in self.names() else x.unsqueeze(2)

    def back(self, cells):
        """The inverse, with any number of frames."""
        x, order = cells if "C" in self.names() else cells.squeeze(2), self.order()
        x = x.permute([order.index(place) for place in range(len(order))])
        for axis in self.merged():
            x = x.flatten(axis, axis + len(self.letters[axis]) - 1)
        return x

    def names(self):
        """The letters of all axes in order, C for channels: `NHWCT`."""
        return "".join(letters or "C" for letters in self.letters)

    def order(self):
        """Where each of N, T, C, H, W is in `names`."""
        return [self.names().index(name) for name in "NTCHW" if name in self.names()]

    def merged(self):
        """Axes that are several in one, such as [N*H*W, C, T]."""
        return [axis for axis, letters in enumerate(self.letters) if len(letters) > 1]


class Calls(TorchFunctionMode):
    """Sees every `F.pad`, `torch.cat` and padded convolution, by whatever name and from whatever module it is called."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs, name = kwargs or {}, getattr(function, "__name__", "")
        if name == "pad":
            return self.pad(function, *padded(*args, **kwargs))
        if name in ("cat", "concat", "concatenate"):
            return self.cat(function, *joined(*args, **kwargs))
        if name in ("conv1d", "conv3d"):
            return self.conv(function, *args, **kwargs)
        return function(*args, **kwargs)

    def conv(self, function, x, weight, bias=None, stride=1, padding=0, *others, **named):
        """What it pads in its first axis, which may be time, becomes a padding by itself."""
        axes = weight.dim() - 2
        sides = (padding,) * axes if isinstance(padding, (int, str)) else tuple(padding)
        if isinstance(padding, str) or not sides[0]:
            return function(x, weight, bias, stride, padding, *others, **named)
        x = self.pad(F.pad, x, (0, 0) * (axes - 1) + (sides[0], sides[0]), "constant", None)
        return function(x, weight, bias, stride, (0, *sides[1:]), *others, **named)


def padded(input, pad, mode="constant", value=None):
    return input, tuple(pad), mode, value


def joined(tensors, dim=0, axis=None, **ignored):
    return tuple(tensors), dim if axis is None else axis


class Seen(Calls):
    """Writes down every call: [(shape of what is padded, {axis: (entries in front, fill)})]."""

    def __init__(self):
        super().__init__()
        self.found = []

    def pad(self, function, x, pads, mode, value):
        fill = {"constant": value or 0, "replicate": FIRST}.get(mode, mode)
        fronts = {x.dim() - 1 - place: int(front) for place, front in enumerate(pads[::2])}
        self.found.append((tuple(x.shape), {axis: (front, fill) for axis, front in fronts.items() if front > 0}))
        return function(x, pads, mode, value)

    def cat(self, function, tensors, axis):
        *front, x = tensors
        front = torch.cat(front, axis) if front else x[:0]
        fill = None
        if front.dim() == x.dim() and front.numel():
            first = x.narrow(axis, 0, 1)
            fill = 0 if not front.any() else FIRST if torch.equal(front, first.expand_as(front)) else None
        self.found.append((tuple(x.shape), {} if fill is None else {axis % x.dim(): (front.shape[axis], fill)}))
        return function(tensors, axis)


@torch.no_grad()
def find_paddings(run, clip):
    """`run(clip [N, C, T, H, W])` -> a `Padding` or None for each of its calls in order, from random clips like `clip`."""
    sizes = dict(zip(CLIP, (1, *(int(size) for size in clip.shape[2:]))))
    plain = calls(run, clip, sizes)
    longer = {letter: calls(run, clip, {**sizes, letter: 2 * sizes[letter]}) for letter in CLIP}
    if any(len(found) != len(plain) for found in longer.values()):
        raise Refused("The module pads another number of times for clips of other sizes", "the same calls for every clip", FRONT_ONLY)
    return [padding(call, {letter: found[place] for letter, found in longer.items()}, sizes) for place, call in enumerate(plain)]


def calls(run, clip, sizes):
    """What `Seen` finds in a random clip of these sizes."""
    shape = sizes["N"], clip.shape[1], sizes["T"], sizes["H"], sizes["W"]
    fails = f"The module fails for a clip of shape {shape}"
    with refusing(fails, "let `run` take clips of any size in whole tokens, and of any number of whole chunks"), Seen() as seen:
        run(torch.rand(shape, generator=torch.Generator().manual_seed(6)) * 2 - 1)
    return seen.found


def padding(call, longer, sizes):
    """The `Padding` of one call, given the same call for clips twice as long in N, T, H or W; None if it is not in time."""
    shape, axes = call
    letters = tuple("".join(letter for letter in CLIP if longer[letter][0][axis] != size) for axis, size in enumerate(shape))
    times = [axis for axis in axes if "T" in letters[axis] and longer["T"][1].get(axis) == axes[axis]]
    if not times:
        return None
    depth, fill = axes[times[0]]
    plain = Padding(times[0], letters, scale(shape, letters, sizes), depth, fill)
    if letters[times[0]] != "T" or sorted(plain.names().replace("C", "")) != sorted(CLIP) or plain.names().count("C") > 1:
        raise Refused(f"A padding in time of a tensor with axes {letters}", "axes for N, T, H, W (T by itself) and channels", FRONT_ONLY)
    if not (fill == FIRST or isinstance(fill, (int, float))):
        raise Refused(f"A padding in time with {fill}", "zeros or copies of the first frame", FRONT_ONLY)
    return plain


def scale(shape, letters, sizes):
    """The tensor's height for one of the clip's, from the first axis that tells."""
    for size, found in zip(shape, letters):
        if "H" in found and "W" in found:
            return Fraction(math.isqrt(size * sizes["H"] // sizes["W"]), sizes["H"])
        if "H" in found or "W" in found:
            side = "H" if "H" in found else "W"
            return Fraction(size, sizes[side])
    return Fraction(1)


class Routed(Calls):
    """Puts the frames of the calls before where the module pads in time."""

    def __init__(self, paddings, clip, memory):
        super().__init__()
        self.paddings, self.place, self.clip, self.memory, self.first = paddings, 0, clip, memory, None
        filled = [padding.scale for padding in paddings if padding and padding.fill != 0]
        if filled:
            self.first = begins(clip.transpose(1, 2), memory, SEEN, max(1, min(filled).denominator))

    def next(self):
        """The `Padding` of this call, or None."""
        self.place += 1
        return self.paddings[self.place - 1] if self.place <= len(self.paddings) else None

    def finish(self):
        """Refuses a step that made other calls than a clip."""
        if self.place != len(self.paddings):
            raise Refused(
                f"The module pads {self.place} times in a step and {len(self.paddings)} times in a clip", "the same calls", FRONT_ONLY
            )

    def pad(self, function, x, pads, mode, value):
        padding = self.next()
        if padding is None:
            return function(x, pads, mode, value)
        x, place = self.preceded(x, padding), 2 * (x.dim() - 1 - padding.axis)
        rest = (*pads[:place], 0, *pads[place + 1 :])
        return function(x, rest, mode, value) if any(rest) else x

    def cat(self, function, tensors, axis):
        padding = self.next()
        return function(tensors, axis) if padding is None else self.preceded(tensors[-1], padding)

    def preceded(self, x, padding):
        """x with `depth` frames in front: those before it, or at a clip's start what the module would put there."""
        cells, start = padding.cells(x, self.clip), None
        if padding.fill != 0:
            start = self.first, cells[:, :1] if padding.fill == FIRST else torch.full_like(cells[:, :1], padding.fill)
        return padding.back(self.memory.exchange(f"pad{self.place - 1}", cells, padding.depth, start))
