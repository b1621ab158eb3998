"""What a block that stands still says next: groups of finer numbers, one a token frame, round and round.

A token of 18 bits is six numbers of three signs. One eighth of them, those whose number six has all signs set, are set
aside as ESCAPES: a fresh code never takes them. An encoder writes an escape where a block did not change in
this and the last token frame; what its other 15 bits say depends on the token frame's position modulo Q, the `phase`, which both
sides are given: at phase 0 the fresh code again (three numbers of it without their last signs), else one of Q - 1 groups
of finer numbers. A decoder keeps what still holds: the newest fresh code and the groups since the block last changed, none
older than Q - 1 token frames, so that everything rests on a finite window.

The groups are principal components of 8 x 8 blocks (and what training adds to them). A sign more of a component halves
the interval in which it lies; the decoder sees the intervals, and brings the components of its own picture into them. The
strongest components have five signs, the others three.
"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import model as net

NUMBERS = 6  # of a fresh code, three signs each
FINE, COARSE = 5, 3  # numbers of a group of 15 bits: five of three signs, or three of five
FRESH, AGAIN, GROUP = 1.0, 2.0, 3.0  # kinds of tokens that a decoder remembers; 0 is none
STILL = 2.0  # largest mean difference of a 4 x 4 patch, in grey levels of 255, that counts as standing still
UNSEEN = 8192.0  # added to luma in the cache, so that zeros differ from every picture
SIDE = net.SPATIAL // net.PATCH  # patches along a block
MIDDLES = 31  # most half intervals from 0 to the middle of one: numbers of five signs have 32 intervals
OUTERMOST = 0.9995  # where the last intervals of a number end, instead of at 1: the components are its inverse hyperbolic tangent


def coarse_phases(period):
    """Of phases 0 .. Q - 1, which have a group of three numbers of five signs: every fourth."""
    return torch.arange(period) % 4 == 2


def half_intervals(period):
    """[5 * (Q - 1)]: half the interval that a number's signs leave it; 0 for the last two of a coarse group, which say nothing."""
    coarse = [2.0**-5] * COARSE + [0.0] * (FINE - COARSE)
    return torch.tensor([half for each in coarse_phases(period)[1:] for half in (coarse if each else [2.0**-3] * FINE)])


def picked(groups, places):
    """groups [B, Q, C, h, w], places [B, K] -> [B, K, C, h, w]: each row's own choice along the second axis."""
    flat = places + torch.arange(places.shape[0], device=places.device).unsqueeze(1) * groups.shape[1]
    channels, height, width = groups.shape[2:]
    return groups.reshape(-1, channels, height, width)[flat.reshape(-1)].reshape(-1, places.shape[1], channels, height, width)


def components(numbers):
    """The inverse of the hyperbolic tangent that bounds numbers, in operations that ONNX has."""
    return 0.5 * (torch.log(1 + numbers) - torch.log(1 - numbers))


def by_phase(phases, period, again, coarse, fine):
    """Of each row [C, h, w] what its phase calls for."""
    phases = phases.view(-1, 1, 1, 1)
    is_coarse = coarse_phases(period).to(phases.device)[phases]
    return torch.where(phases == 0, again, torch.where(is_coarse, coarse, fine))


def with_marks(code, marks):
    """code [B, 15, h, w] -> [B, 18, h, w] with marks [B, 1, h, w] in the places of number six."""
    return torch.cat([part for five in code.split(FINE, 1) for part in (five, marks)], 1)


def without_marks(code):
    """[B, 18, h, w] -> ([B, 15, h, w], bool [B, 1, h, w]: whether all signs of number six are set)."""
    parts = code.split(NUMBERS, 1)
    escaped = (parts[0][:, FINE:] > 0) & (parts[1][:, FINE:] > 0) & (parts[2][:, FINE:] > 0)
    return torch.cat([part[:, :FINE] for part in parts], 1), escaped


class Still(nn.Module):
    """Where the picture stands still: whole numbers of luma, compared with the last frame of the chunk before.

    It must have stood still in the chunk before, too: the fresh code of that chunk then tells of the block as it stays.
    """

    WEIGHTS = (1.0, 2.0, 1.0)  # of red, green, blue: sixteenths of a grey level when summed over 2 x 2 pixels

    def __init__(self):
        super().__init__()
        self.path, self.before_path = "still", "stood"
        corners = torch.arange(net.PATCH) // 2
        cell = (corners.view(-1, 1) * 2 + corners).flatten()  # of each pixel of a patch
        weight = torch.stack([(cell == number).float() * colour for colour in self.WEIGHTS for number in range(4)])
        self.register_buffer("weight", weight.view(3, 4, -1).transpose(0, 1).reshape(4, -1, 1, 1), persistent=False)

    def forward(self, patches, frames, memory):
        """[N*T, 48, H/4, W/4] -> bool [N*T/4, 1, H/8, W/8]."""
        with torch.autocast(patches.device.type, enabled=False):
            luma = torch.round(F.conv2d(patches.float(), self.weight) * 127.5 + 16 * 127.5) + UNSEEN
        height, width = luma.shape[2:]
        joined = memory.exchange(self.path, luma.reshape(-1, frames, 4, height, width), 1)
        before = joined[:, : -1 : net.CHUNK].reshape(-1, 1, 4, height, width)
        now = luma.reshape(-1, net.CHUNK, 4, height, width)
        change = (now - before).abs().sum(2).amax(1, keepdim=True)
        still = F.max_pool2d(change, SIDE) <= STILL * 64
        stood = memory.exchange(self.before_path, still.float().reshape(-1, frames // net.CHUNK, 1, height // SIDE, width // SIDE), 1)
        return still & (stood[:, :-1].reshape(-1, 1, height // SIDE, width // SIDE) > 0)


class Head(nn.Module):
    """The encoder's part: 18 channels to take signs of, of a fresh code or of an escape with what its turn is."""

    def __init__(self, channels, period):
        super().__init__()
        self.period = period
        self.still = Still()
        self.features = nn.Conv2d(channels, FINE * (period - 1), 1, bias=False)
        self.pixels = nn.Conv2d(3 * net.PATCH**2, FINE * (period - 1), SIDE, SIDE)
        nn.init.zeros_(self.features.weight)
        self.pixels.requires_grad_(False)

    def forward(self, fresh, features, patches, frames, memory):
        """fresh [B, 6, h, w] unbounded, features [B, C, h, w], patches [B*4, 48, 2h, 2w]."""
        still = self.still(patches, frames, memory)
        phases = memory.phases(len(fresh), frames // net.CHUNK, self.period)
        seen = patches.reshape(-1, net.CHUNK, *patches.shape[1:]).mean(1)
        groups = (self.features(features) + self.pixels(seen)).float()
        groups = groups.reshape(-1, self.period - 1, FINE, *groups.shape[2:])
        turn = picked(groups, (phases - 1).clamp(min=0).unsqueeze(1))[:, 0]
        code = net.remainders(below_escape(fresh.float()), 3)
        fine, coarse = net.remainders(turn, 3), net.remainders(turn[:, :COARSE], 5)
        escape = by_phase(phases, self.period, code[:, : FINE * COARSE], coarse, fine)
        return torch.where(still, with_marks(escape, torch.ones_like(turn[:, :1])), code)


def below_escape(fresh):
    """Number six kept below the eighth that is set aside; its gradient passes."""
    last = fresh[:, FINE:]
    return torch.cat([fresh[:, :FINE], last - (last - last.clamp(max=0.97)).detach()], 1)  # tanh(0.97) is just below 3/4


class Slots(nn.Module):
    """The decoder's part: what is known of each block, from its last Q tokens."""

    def __init__(self, period):
        super().__init__()
        self.period, self.path = period, "slots"

    def forward(self, q, tokens, memory):
        """q [B, 18, h, w] of +-1 -> the fresh code's numbers [B, 6, h, w], those of the groups [B, Q - 1, 5, h, w], and
        which groups are known [B, Q - 1, 1, h, w] (0 or 1); zeros where nothing is known."""
        period, phases = self.period, memory.phases(len(q), tokens, self.period)
        window = self._window(self._numbers(q, phases), tokens, memory)
        kinds = window[:, :, NUMBERS:]
        holds, fresh, valid = torch.ones_like(kinds[:, 0]) > 0, torch.zeros_like(window[:, 0, :NUMBERS]), []
        told = torch.zeros_like(kinds[:, 0]) > 0
        for age in range(period):
            kind = kinds[:, age]
            code = holds & ((kind == FRESH) | (kind == AGAIN)) & ~told
            fresh, told = torch.where(code, window[:, age, :NUMBERS], fresh), told | code
            valid.append(holds & (kind == GROUP))
            holds = holds & (kind >= AGAIN)
        valid = torch.stack(valid, 1)
        groups = torch.where(valid, window[:, :, :FINE], torch.zeros_like(window[:, :, :FINE]))
        ages = (phases.unsqueeze(1) - torch.arange(1, period, device=q.device) + period) % period
        turned = picked(torch.cat([groups, valid.float()], 2), ages)
        return fresh, turned[:, :, :FINE], turned[:, :, FINE:]

    def _numbers(self, q, phases):
        """[B, 7, h, w]: a token's numbers and its kind."""
        code, escaped = without_marks(q)
        again = net.numbers(torch.cat([code, torch.zeros_like(code[:, :COARSE])], 1), 3)
        coarse = F.pad(net.numbers(code, 5), (0, 0, 0, 0, 0, NUMBERS - COARSE))
        fine = F.pad(net.numbers(code, 3), (0, 0, 0, 0, 0, NUMBERS - FINE))
        numbers = torch.where(escaped, by_phase(phases, self.period, again, coarse, fine), net.numbers(q, 3))
        kind = torch.where(phases == 0, AGAIN, GROUP).to(q.dtype).view(-1, 1, 1, 1)
        return torch.cat([numbers, torch.where(escaped, kind, torch.full_like(kind, FRESH))], 1)

    def _window(self, x, tokens, memory):
        """[N*t, 7, h, w] -> [N*t, Q, 7, h, w], the newest first."""
        past = self.period - 1
        joined = memory.exchange(self.path, x.reshape(-1, tokens, *x.shape[1:]), past)
        return torch.stack([joined[:, past - age : past - age + tokens] for age in range(self.period)], 2).flatten(0, 1)


class Sharpener(nn.Module):
    """Tells the decoder's first layer what is known, and brings the picture's components into the known intervals."""

    def __init__(self, channels, period):
        super().__init__()
        self.slots = Slots(period)
        count = FINE * (period - 1)
        self.known = nn.Conv2d(count + period - 1, channels, 3, 1, 1, bias=False)
        self.analysis = nn.Conv2d(3 * net.PATCH**2, count, SIDE, SIDE)
        self.synthesis = nn.Conv2d(count, 3 * net.SPATIAL**2, 1, bias=False)
        self.slack = nn.Parameter(torch.full((count, 1, 1), 0.8))  # share of an interval in which the picture's own component may stay
        self.analysis.requires_grad_(False)
        self.register_buffer("interval", half_intervals(period).view(-1, 1, 1), persistent=False)
        self.register_buffer("per_interval", torch.where(self.interval > 0, 1 / self.interval, torch.zeros(())), persistent=False)
        self.register_buffer("rows", torch.arange(count).view(-1, 1, 1) * (2 * MIDDLES + 1) + MIDDLES, persistent=False)
        self.register_buffer("middles", torch.arange(-MIDDLES, MIDDLES + 1.0).view(1, -1, 1), persistent=False)
        with torch.no_grad():
            self.known.weight.mul_(0.3)

    def forward(self, q, tokens, memory):
        """(numbers for the stem [B, 6, h, w], what to add to its sums, (group numbers [B, C, h, w], where they are known))."""
        fresh, groups, valid = self.slots(q, tokens, memory)
        groups, where = groups.flatten(1, 2), valid.expand(-1, -1, FINE, -1, -1).flatten(1, 2)
        told = self.known(torch.cat([self._components(groups, 0.0), valid.flatten(1, 2)], 1))
        return fresh, told, (groups, where * (self.interval > 0))

    def _components(self, numbers, moved):
        """What numbers bound, moved by a share of half their interval.

        From a table where nothing is trained: the last bit of a logarithm may depend on where in a batch a row stands.
        """
        middles = numbers * self.per_interval
        if numbers.requires_grad:
            return self._bounds(middles, moved)
        places = middles.round().long().clamp(-MIDDLES, MIDDLES) + self.rows
        return self._bounds(self.middles, moved).flatten()[places] + 0 * numbers  # what is no number stays none

    def _bounds(self, middles, moved):
        return components(((middles + moved) * self.interval).clamp(-OUTERMOST, OUTERMOST))

    def bound(self, y, found):
        """y [B*4, 48, 2h, 2w] -> y with its components in the intervals that the numbers name, where they are known."""
        numbers, where = found
        slack = self.slack + 0 * where.flatten()[:1]  # no constant, or export would fold it away: it stays a weight in the file
        low, high = (self._components(numbers, moved) for moved in (-slack, slack))
        low, high, where = (each.unsqueeze(1).expand(-1, net.CHUNK, -1, -1, -1).flatten(0, 1) for each in (low, high, where))
        own = self.analysis(y).float()
        missing = torch.where(where > 0, torch.maximum(torch.minimum(own, high), low) - own, torch.zeros_like(own))
        return y + F.pixel_shuffle(self.synthesis(missing), SIDE)


class Refining:
    """What both sides say of themselves."""

    marks = (5, 11, 17)  # channels of number six, all of whose signs an escape has set

    def metadata(self):
        told = {"phase.period": str(self.refine), "escape.bits": ",".join(str(channel + 1) for channel in self.marks)}
        return {"mode": "streaming", **told, "escape.meaning": "stands still; the other bits are of group `phase`"}


class RefiningEncoder(Refining, net.Encoder):
    """The encoder that says more of what stands still."""

    def __init__(self, channels=(48, 96, 160), refine=8, **shape):
        super().__init__(channels, **shape)
        self.refine = refine
        self.head = Head(channels[2], refine)

    def encode_patches(self, patches, frames, memory):
        features = self.features(patches, frames, memory)
        return self.head(self.out(features), features, patches, frames, memory)


class RefiningDecoder(Refining, net.Decoder):
    """The decoder that remembers what was said of what stands still."""

    def __init__(self, channels=(48, 112, 160), refine=8, **shape):
        super().__init__(channels, **shape)
        self.refine = refine
        self.sharpener = Sharpener(channels[2], refine)

    def decode_patches(self, q, tokens, memory):
        fresh, told, found = self.sharpener(q, tokens, memory)
        patches = self.picture(self.stem(fresh, tokens, memory, told), tokens, memory)
        return self.sharpener.bound(patches, found)


def owns(name):
    """Whether a parameter of this name is the refinement's, in either module."""
    return name.startswith(("head.", "sharpener."))


def places(period):
    """Where the principal components go, strongest first: the coarse groups, then in turn round the fine ones."""
    coarse = coarse_phases(period)[1:].tolist()
    first = [group * FINE + number for group in range(period - 1) if coarse[group] for number in range(COARSE)]
    return first + [group * FINE + number for number in range(FINE) for group in range(period - 1) if not coarse[group]]


def principal(clips, count=200, seed=0):
    """(mean [192], components [192, 192] in columns, deviations [192]) of 8 x 8 blocks of the first frames, in -1..1.

    Channels in the order in which two foldings of 4 and of 2 pixels put them.
    """
    rng, blocks = np.random.default_rng(seed), []
    for number in rng.permutation(len(clips))[:count]:
        frame = clips[number][0]
        height, width = (size // net.SPATIAL * net.SPATIAL for size in frame.shape[:2])
        x = torch.from_numpy(frame[:height, :width].copy()).permute(2, 0, 1).unsqueeze(0).float() / 127.5 - 1
        blocks.append(F.pixel_unshuffle(F.pixel_unshuffle(x, net.PATCH), SIDE)[0].flatten(1).t().numpy())
    blocks = np.concatenate(blocks).astype(np.float64)
    mean = blocks.mean(0)
    basis, variances, _ = np.linalg.svd(np.cov((blocks - mean).T))
    return mean, basis, np.sqrt(variances)


@torch.no_grad()
def begin(encoder, decoder, clips, spread=0.4):
    """Sets the groups to principal components, told in units in which most lie between -`spread` and `spread`."""
    mean, basis, deviations = principal(clips)
    where = torch.tensor(places(encoder.refine))
    forth = torch.from_numpy(basis[:, : len(where)] / deviations[: len(where)] * spread).float().t()
    for layer in (encoder.head.pixels, decoder.sharpener.analysis):
        layer.weight.zero_(), layer.bias.zero_()
        layer.weight[where] = forth.view(-1, 3 * net.PATCH**2, SIDE, SIDE)
        layer.bias[where] = -forth @ torch.from_numpy(mean).float()
    back = torch.from_numpy(basis[:, : len(where)] * deviations[: len(where)] / spread).float()
    decoder.sharpener.synthesis.weight.zero_()
    decoder.sharpener.synthesis.weight[:, where] = back.view(*back.shape, 1, 1)
