"""The predictor as step graphs: one scores a token frame, in one pass; the other draws the next one, group by group.

The window is the cache: uint8 [N, 1, 24, h, w], the factors of eight token frames, the newest first, each number plus one; 0 where
there is none.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from generation.model import FACTORS, GROUPS, NONE, PERIOD, VALUES, WINDOW, nats, of_group, rows_of, together

PER_BIT = math.log(2)
PLANES = WINDOW * FACTORS


def parts_of(tokens):
    """int [...] -> int [..., 3] in operators that ONNX has for whole numbers."""
    return torch.stack([tokens.div(VALUES**factor, rounding_mode="floor") % VALUES for factor in range(FACTORS)], -1)


def embedded_past(model, window, phases):
    """The window, and phases of the frame that comes next [N, 1, 1] -> embeddings [N, h, w, WINDOW, d], newest first."""
    held = window.reshape(-1, WINDOW, FACTORS, *window.shape[-2:]).permute(0, 3, 4, 1, 2).long() - 1
    ages = torch.arange(1, WINDOW + 1, device=window.device)
    rows = rows_of(held.clamp(min=0), (phases.unsqueeze(-1) - ages) % PERIOD)
    absent = torch.tensor([NONE, NONE + 1, NONE + 1], device=window.device)  # with a row of zeros behind the table
    rows = torch.where(held >= 0, rows, absent)
    table = F.pad(model.embedding.table, (0, 0, 0, 1))
    return sum(F.embedding(rows[..., factor], table) for factor in range(FACTORS))


def pushed(window, newest):
    """The window with one more token frame, int [N, h, w, 3], in front."""
    return torch.cat([(newest + 1).permute(0, 3, 1, 2).to(torch.uint8).unsqueeze(1), window[:, :, :-FACTORS]], 2)


def by_group(model, window, phases, turn):
    """Calls `turn(group, hidden [N, h / 2, w / 2, d])` for each group, which answers with its tokens [N, h / 2, w / 2, 3]."""
    past = embedded_past(model, window, phases)
    context = model.context(past, phases)
    biases = model.biases(*context.shape[1:3])
    told, left = [], [None] * len(model.layers)
    for number in range(len(GROUPS)):
        x = of_group(context, number) + model.group[number]
        if told:
            x = x + model.told_group(told, number)
        shape, x = x.shape, x.flatten(1, 2)
        seen = of_group(past, number).flatten(1, 2)
        for at, layer in enumerate(model.layers):
            x, left[at] = layer(x, seen, biases[at][number : number + 1], left[at])
        told.append(model.embedding(rows_of(turn(number, x.view(shape)), phases)))


class ScoreStep(nn.Module):
    """tokens int32 [N, h, w], phase int32 [N], window -> bits float [N, h, w], new window."""

    INPUTS, OUTPUTS = ("tokens", "phase", "cache.window"), ("bits", "new_cache.window")

    def __init__(self, predictor):
        super().__init__()
        self.predictor = predictor
        self.eval()

    def forward(self, tokens, phase, window):
        model, now, phases = self.predictor, parts_of(tokens), phase.long().view(-1, 1, 1)
        past = embedded_past(model, window, phases)
        logits = model.logits(now, model.embedding(rows_of(now, phases)), past, phases)
        return nats(logits, now).sum(-1) / PER_BIT, pushed(window, now)


class DrawStep(nn.Module):
    """Draws a token frame: tokens int32 [N, h, w], new window.

    draws float [N, 3, h, w] in [0, 1): one for each factor of each place; temperature float [N], above 0; kept int32 [N]: of
    each factor only so many of its likeliest numbers, 1 to 64; first int32 [N]: phase of the first frame that is drawn after
    begin uint8 [N, 24, h, w], the window to begin with, or zeros to go on; phase int32 [N]: frames drawn since.
    """

    INPUTS = ("draws", "temperature", "kept", "first", "begin", "phase", "cache.window")
    OUTPUTS = ("tokens", "new_cache.window")

    def __init__(self, predictor):
        super().__init__()
        self.predictor = predictor
        self.eval()

    def forward(self, draws, temperature, kept, first, begin, phase, window):
        goes_on = (begin.long().amax((1, 2, 3)) == 0).view(-1, 1, 1, 1, 1)
        window = torch.where(goes_on, window, begin.unsqueeze(1))
        wanted = draws.permute(0, 2, 3, 1)
        drawn = []

        def draw(number, hidden):
            at = of_group(wanted, number)
            tokens = torch.zeros(at.shape, dtype=torch.int64, device=at.device)
            for factor in range(FACTORS):
                logits = self.predictor.heads(hidden, factor, tokens)
                picked = pick(logits, at[..., factor], temperature.view(-1, 1, 1, 1), kept.long().view(-1, 1, 1, 1))
                tokens = torch.cat([tokens[..., :factor], picked.unsqueeze(-1), tokens[..., factor + 1 :]], -1)
            drawn.append(tokens)
            return tokens

        by_group(self.predictor, window, ((first + phase) % PERIOD).long().view(-1, 1, 1), draw)
        tokens = together(drawn)
        whole = sum(tokens[..., factor] * VALUES**factor for factor in range(FACTORS))
        return whole.to(torch.int32), pushed(window, tokens)


def pick(logits, draws, temperature, kept):
    """logits [..., 64], draws [...] in [0, 1) -> int64 [...]: by the inverse of the distribution function."""
    ranked = logits.topk(VALUES, -1).values
    least = ranked.gather(-1, (kept - 1).expand(*ranked.shape[:-1], 1))
    chances = torch.where(logits >= least, logits / temperature, torch.full_like(logits, -1e9)).softmax(-1)
    below = (chances.cumsum(-1) <= draws.unsqueeze(-1)).long().sum(-1)
    return torch.minimum(below, last_possible(chances))


def last_possible(chances):
    """Of each row the last index that can be drawn at all: rounding may leave the sum below a draw."""
    index = torch.arange(VALUES, device=chances.device)
    return (index * (chances > 0)).amax(-1)
