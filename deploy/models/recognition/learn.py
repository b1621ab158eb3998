"""Fits a head to clips of token frames: batches, augmentation among tokens, loss, running average of the weights."""

import copy
import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

import model as net
from quantizer import Lfq

BATCH = 32  # clips a step
SMOOTHING = 0.1  # of the labels
DECAY = 0.985  # of the running average of the weights


@dataclass(frozen=True)
class Examples:
    """inputs[version][clip] are token frames (or whatever stands for them), targets[clip] numbers of labels."""

    inputs: list
    targets: np.ndarray
    groups: list

    def part(self, places):
        inputs = [[version[place] for place in places] for version in self.inputs]
        return Examples(inputs, self.targets[places], [self.groups[place] for place in places])


@dataclass(frozen=True)
class Recipe:
    """How long and how hard."""

    steps: int = 250
    rate: float = 5e-3
    decay: float = 0.05
    mix: float = 0.5  # share of steps whose clips are mixed in pairs
    joined: float = 0.2  # share of clips behind the end of another
    shift: int = 1  # tokens, both ways
    frames: float = 0.5  # weight of the loss of single token frames beside that of the decision
    longest: int = 6  # token frames of a clip in a batch; a longer clip loses its end
    half: bool = True  # multiplies in bfloat16; a CPU without such instructions is many times slower so
    seed: int = 0


def bits_of(bits=18):
    """Turns int32 [n, h, w] into the +-1 bits [n, bits, h, w] of the index, the least significant first."""
    return Lfq(bits).values


class Batches:
    """Draws (inputs [B*L, ...], targets [B], weights [B, L] of the token frames that count); ends are padded by repetition."""

    def __init__(self, examples, recipe):
        self.examples, self.recipe, self.random = examples, recipe, np.random.default_rng(recipe.seed)
        self.order = np.array([], int)

    def draw(self):
        while len(self.order) < BATCH:
            self.order = np.concatenate([self.order, self.random.permutation(len(self.examples.targets))])
        places, self.order = self.order[:BATCH], self.order[BATCH:]
        clips, before = zip(*(self.clip(place) for place in places))
        longest, weights = max(map(len, clips)), np.zeros((len(places), max(map(len, clips))), np.float32)
        for weight, clip, first in zip(weights, clips, before):
            weight[first : len(clip)] = 1
        padded = [np.concatenate([clip, np.repeat(clip[-1:], longest - len(clip), 0)]) for clip in clips]
        return torch.from_numpy(np.concatenate(padded)), torch.from_numpy(self.examples.targets[places]), torch.from_numpy(weights)

    def clip(self, place):
        """(at most `longest` token frames, how many of them are another clip's end)."""
        clip, before = self.version(place), 0
        if self.random.random() < self.recipe.joined:
            end = self.version(self.random.integers(len(self.examples.targets)))[-int(self.random.integers(1, 4)) :]
            clip, before = np.concatenate([end, clip]), len(end)
        return self.shifted(clip[: self.recipe.longest]), before

    def version(self, place):
        return self.examples.inputs[self.random.integers(len(self.examples.inputs))][place]

    def shifted(self, clip):
        """Moved by whole tokens, the border repeated."""
        side, far = clip.shape[-1], self.recipe.shift
        rows, columns = (np.clip(np.arange(side) + self.random.integers(-far, far + 1), 0, side - 1) for _ in range(2))
        return clip[..., rows, :][..., columns]


def decide(log_probabilities, weights):
    """Clip decision `mean-log`: log-probabilities [B, L, C] averaged over the token frames that count, normalized again."""
    mean = (log_probabilities * weights.unsqueeze(2)).sum(1) / weights.sum(1, keepdim=True).clamp_min(1)
    return F.log_softmax(mean, 1)


def loss_of(logits, soft, weights, frames):
    logs = F.log_softmax(logits.float().view(*weights.shape, -1), 2)
    single = -(logs * soft.unsqueeze(1)).sum(2)
    decision = -(decide(logs, weights) * soft).sum(1).mean()
    return decision + frames * (single * weights).sum() / weights.sum()


def coherence(examples, opened, some=200):
    """[1, bits, 1, 1]: how much each bit agrees with its neighbours, the largest 1. Fine bits agree little: they are mostly noise."""
    frames = np.concatenate([clip[:1] for clip in examples.inputs[-1][:: max(1, len(examples.targets) // some)]])
    x = opened(torch.from_numpy(frames))
    x = x - x.mean((0, 2, 3), keepdim=True)
    along, down = (x[..., 1:] * x[..., :-1]).mean((0, 2, 3)), (x[..., 1:, :] * x[..., :-1, :]).mean((0, 2, 3))
    found = ((along + down) / 2 / x.square().mean((0, 2, 3)).clamp_min(1e-6)).clamp_min(0.01)
    return (found / found.max()).view(1, -1, 1, 1)


def fit(head, examples, recipe, opened):
    """The head after training: the running average of its weights, in eval mode. `opened` makes inputs of what is stored."""
    torch.manual_seed(recipe.seed)
    if hasattr(head, "scale"):
        head.scale.copy_(coherence(examples, opened))
    batches, average = Batches(examples, recipe), copy.deepcopy(head)
    optimizer = torch.optim.AdamW(head.parameters(), recipe.rate, weight_decay=recipe.decay)
    head.train()
    for step in range(recipe.steps):
        warm = min(1.0, (step + 1) / 20)
        optimizer.param_groups[0]["lr"] = recipe.rate * warm * 0.5 * (1 + math.cos(math.pi * step / recipe.steps))
        stored, targets, weights = batches.draw()
        x = opened(stored)
        soft = F.one_hot(targets, head.labels).float() * (1 - SMOOTHING) + SMOOTHING / head.labels
        if batches.random.random() < recipe.mix:
            share = float(batches.random.beta(0.4, 0.4))
            x = share * x + (1 - share) * x.view(*weights.shape, *x.shape[1:]).flip(0).flatten(0, 1)
            soft, weights = share * soft + (1 - share) * soft.flip(0), torch.maximum(weights, weights.flip(0))
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.half):
            logits = head(x, weights.shape[1], net.Memory())
        loss = loss_of(logits, soft, weights, recipe.frames)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        follow(average, head, min(DECAY, (step + 1) / (step + 10)))
    return average.eval()


@torch.no_grad()
def follow(average, head, decay):
    for mine, other in zip(average.state_dict().values(), head.state_dict().values()):
        if mine.is_floating_point():
            mine.lerp_(other, 1 - decay)


@torch.no_grad()
def logits_of(head, clips, opened):
    """Clip -> logits [t, C] of its token frames, each clip by itself."""
    return [head(opened(torch.from_numpy(clip)), len(clip), net.Memory()) for clip in clips]
