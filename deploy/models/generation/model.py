"""Predicts the tokens of a token frame from the eight before it and, group by group, from the frame's own.

Places of the grid are of four groups by parity (`GROUPS`). A place of a group knows all of the frames before and, of its own
frame, the tokens of the groups before its own; so one pass gives the exact likelihood of a token frame, and four passes
sample one. Within a token the three factors follow one another, coarse signs first.

The past is a finite window of token frames: nothing else crosses from one step to the next.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

FACTORS, VALUES = 3, 64  # a token is three numbers of six bits
WINDOW = 8  # token frames that are looked back on: as many as a period of the phase
PERIOD = 8
MARK = VALUES // 2  # set in all factors of an escape
GROUPS = ((0, 0), (1, 1), (0, 1), (1, 0))  # parity of (row, column), in the order they are told
NONE = (1 + PERIOD) * FACTORS * VALUES  # row of the table for a token that is not there


def parted(x, parts):
    """[..., d] -> [..., parts, d / parts]."""
    return x.reshape(*x.shape[:-1], parts, x.shape[-1] // parts)


class Norm(nn.Module):
    """Root mean square over channels, in float32."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


def rows_of(tokens, phases):
    """uint8 or int [..., 3], phases like [...] -> int64 [..., 3]: rows of the table; escapes mean something else at each phase."""
    tokens = tokens.long()
    escaped = (tokens >= MARK).all(-1, keepdim=True)
    kind = escaped.long() * (1 + phases.unsqueeze(-1))
    return (kind * FACTORS + torch.arange(FACTORS, device=tokens.device)) * VALUES + tokens


class Embedding(nn.Module):
    """The sum of the embeddings of a token's factors."""

    def __init__(self, width):
        super().__init__()
        self.table = nn.Parameter(torch.randn(NONE + 1, width) * 0.3)

    def forward(self, rows):
        return sum(F.embedding(rows[..., factor], self.table) for factor in range(FACTORS))

    def none(self):
        return self.table[NONE]


class Past(nn.Module):
    """Attention of a place to itself in the token frames before.

    Keys and values are linear in the embeddings, so they are not made: queries are taken to embeddings, and what is seen
    of embeddings is taken to values.
    """

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm = Norm(width)
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * width, bias=False)
        self.age = nn.Parameter(torch.zeros(WINDOW, heads))
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x, past):
        """x [B, P, d], past [B, P, WINDOW, d]: embeddings, the newest first."""
        query, key, value = (parted(w.t(), self.heads).transpose(0, 1) for w in (self.query.weight, *self.key_value.weight.chunk(2)))
        out = parted(self.out.weight, self.heads).permute(1, 2, 0)  # [heads, d / heads, d]
        looks = (query @ key.transpose(1, 2)).transpose(0, 1).flatten(1) / math.sqrt(query.shape[-1])  # [d, heads * d]
        gives = (value @ out).flatten(0, 1)  # [heads * d, d]
        scores = parted(self.norm(x) @ looks, self.heads) @ past.transpose(-1, -2) + self.age.t()
        return ((scores.float().softmax(-1).to(past.dtype) @ past).flatten(-2)) @ gives


class Around(nn.Module):
    """Attention to the places of the same group and of those before it, by their distance."""

    REACH = 15  # places; what is farther counts as that far

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm = Norm(width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.bias = nn.Parameter(torch.zeros((2 * self.REACH + 1) ** 2, heads))
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x, biases, before=None):
        """
        x [B, P, d]: groups of as many places, in order; biases of each, [heads, P / groups, places up to its last];
        before: keys and values that earlier groups of the frame left -> (what is seen [B, P, d], keys and values of all).
        """
        q, *known = parted(self.query_key_value(self.norm(x)), 3 * self.heads).transpose(-2, -3).chunk(3, -3)
        if before is not None:
            known = [torch.cat(pair, -2) for pair in zip(before, known)]
        seen = []
        for group, bias in zip(q.chunk(len(biases), -2), biases):
            keys, values = (of_all[..., : bias.shape[-1], :] for of_all in known)
            scores = (group / math.sqrt(q.shape[-1])) @ keys.transpose(-1, -2) + bias.to(q.dtype)
            seen.append(scores.float().softmax(-1).to(values.dtype) @ values)
        return self.out(torch.cat(seen, -2).transpose(-2, -3).flatten(-2)), known


class Layer(nn.Module):
    def __init__(self, width, heads, looks_back, dropout):
        super().__init__()
        self.past = Past(width, heads) if looks_back else None
        self.around = Around(width, heads)
        self.norm = Norm(width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, past, biases, before=None):
        """As `Around`; past as `Past` has it."""
        if self.past is not None:
            x = x + self.dropout(self.past(x, past))
        seen, known = self.around(x, biases, before)
        x = x + self.dropout(seen)
        return x + self.dropout(self.narrow(F.relu(self.widen(self.norm(x))).square())), known


class Heads(nn.Module):
    """Logits of the factors, each told those before it."""

    def __init__(self, width):
        super().__init__()
        self.norm = Norm(width)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(FACTORS))
        self.told = nn.ModuleList(nn.Embedding(factor * VALUES, width) if factor else nn.Identity() for factor in range(FACTORS))
        self.out = nn.ModuleList(nn.Linear(width, VALUES) for _ in range(FACTORS))

    def forward(self, x, factor, tokens):
        """x [..., d]; tokens int [..., 3], of which those before `factor` are looked at -> [..., VALUES]."""
        x = self.hidden[factor](self.norm(x))
        for before in range(factor):
            x = x + F.embedding(tokens[..., before].long() + before * VALUES, self.told[factor].weight)
        return self.out[factor](F.gelu(x))


class Predictor(nn.Module):
    """Token frames [B, T, rows, columns, 3] of clips that begin at phase 0 -> logits [B, T, rows, columns, 3, 64]."""

    def __init__(self, width=128, layers=5, heads=4, dropout=0.0):
        super().__init__()
        self.told = {"width": width, "layers": layers, "heads": heads}
        looks_back = (0, layers // 2)  # layers that attend to the frames before, too
        self.embedding = Embedding(width)
        self.before = nn.ModuleList([nn.Conv2d(2 * width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)])
        self.beside = nn.ModuleList(nn.Conv2d(width, width, 3, stride=2) for _ in GROUPS[1:])
        self.phase = nn.Parameter(torch.randn(PERIOD, width) * 0.1)
        self.group = nn.Parameter(torch.randn(len(GROUPS), width) * 0.1)
        self.layers = nn.ModuleList(Layer(width, heads, number in looks_back, dropout) for number in range(layers))
        self.heads = Heads(width)

    def forward(self, tokens):
        phases = (torch.arange(tokens.shape[1], device=tokens.device) % PERIOD).view(1, -1, 1, 1)
        embedded = self.embedding(rows_of(tokens, phases))  # [B, T, rows, columns, d]
        found = self.logits(tokens.flatten(0, 1), embedded.flatten(0, 1), self.before_each(embedded), phases)
        return found.view(*tokens.shape, VALUES)

    def before_each(self, embedded):
        """Embeddings [B, T, rows, columns, d] of clips -> those before each token frame, [B * T, rows, columns, WINDOW, d], newest first."""
        count, length = embedded.shape[:2]
        none = self.embedding.none().to(embedded.dtype).expand(count, WINDOW, *embedded.shape[2:])
        padded = torch.cat([none, embedded[:, : length - 1]], 1)
        return torch.stack([padded[:, WINDOW - 1 - age : WINDOW - 1 - age + length] for age in range(WINDOW)], -2).flatten(0, 1)

    def logits(self, tokens, embedded, past, phases):
        """Of token frames [B, rows, columns, 3], their embeddings and those before them [B, rows, columns, WINDOW, d], newest first."""
        hidden = self.hidden(self.context(past, phases), past, embedded)
        return torch.stack([self.heads(hidden, factor, tokens) for factor in range(FACTORS)], -2)

    def context(self, past, phases):
        """What the token frames before give each place: [B, rows, columns, d]. `phases` repeat over B."""
        newest, older = past[..., 0, :], past[..., 1, :]
        both = torch.cat([newest, older], -1).permute(0, 3, 1, 2)
        x = self.before[1](F.gelu(self.before[0](both))).permute(0, 2, 3, 1) + newest
        phase = self.phase[phases.flatten()].view(1, -1, 1, 1, self.phase.shape[1])
        return (x.view(-1, phase.shape[1], *x.shape[1:]) + phase).flatten(0, 1)

    def hidden(self, context, past, embedded):
        """What is known of each place when its turn comes: [B, rows, columns, d]."""
        rows, columns = embedded.shape[1:3]
        x = by_groups(context + self.told_beside(embedded))
        past = by_groups(past)
        for layer, biases in zip(self.layers, self.biases(rows, columns)):
            x, _ = layer(x, past, biases)
        return together([part.reshape(-1, rows // 2, columns // 2, x.shape[-1]) for part in x.chunk(len(GROUPS), 1)])

    def biases(self, rows, columns):
        """Of each layer and group, what is added to the scores: [heads, P / 4, places up to the group's last]."""
        far = distances(rows, columns, Around.REACH, self.phase.device)
        every = torch.cat([layer.around.bias for layer in self.layers], -1)
        size = rows * columns // len(GROUPS)
        blocks = [every[far[n * size : (n + 1) * size, : (n + 1) * size]].permute(2, 0, 1) for n in range(len(GROUPS))]
        return list(zip(*(block.chunk(len(self.layers)) for block in blocks)))

    def told_beside(self, embedded):
        """Embeddings [B, rows, columns, d] of a frame -> what each place is told of the groups before its own."""
        parts = [of_group(embedded, number) for number in range(len(GROUPS))]
        told = [self.told_group(parts[:number], number) for number in range(1, len(GROUPS))]
        beside = together([torch.zeros_like(told[0]), *told])
        return beside + together([part.expand(1, *told[0].shape[1:3], -1) for part in self.group.view(len(GROUPS), 1, 1, 1, -1)])

    def told_group(self, parts, number):
        """Embeddings of the groups before, [B, rows / 2, columns / 2, d] each -> what the group is told, of the same shape."""
        known = together([*parts, *[torch.zeros_like(parts[0])] * (len(GROUPS) - number)])
        top, left = GROUPS[number]
        shifted = F.pad(known.permute(0, 3, 1, 2), (1, 1, 1, 1))[:, :, top:, left:]
        return self.beside[number - 1](shifted)[:, :, : parts[0].shape[1], : parts[0].shape[2]].permute(0, 2, 3, 1)


def of_group(grid, number):
    """[B, rows, columns, ...] -> [B, rows / 2, columns / 2, ...]."""
    row, column = GROUPS[number]
    return grid[:, row::2, column::2]


def together(parts):
    """Parts of the groups in order, [B, rows / 2, columns / 2, ...] each -> [B, rows, columns, ...]."""
    places = dict(zip(GROUPS, parts))
    lines = [torch.stack([places[(row, 0)], places[(row, 1)]], 3).flatten(2, 3) for row in range(2)]
    return torch.stack(lines, 2).flatten(1, 2)


def by_groups(grid):
    """[B, rows, columns, ...] -> [B, P, ...]: group after group, each in raster order."""
    return torch.cat([of_group(grid, number).flatten(1, 2) for number in range(len(GROUPS))], 1)


def distances(rows, columns, reach, device=None):
    """int64 [P, P], places group after group: which distance a place is at from another."""
    places = by_groups(torch.arange(rows * columns, device=device).view(1, rows, columns))[0]
    row, column = places // columns, places % columns
    down = (row.view(-1, 1) - row).clamp(-reach, reach) + reach
    right = (column.view(-1, 1) - column).clamp(-reach, reach) + reach
    return down * (2 * reach + 1) + right


def nats(logits, tokens):
    """Cross entropies of the factors [..., 3]; their sum is a token's."""
    return F.cross_entropy(logits.float().flatten(0, -2), tokens.long().flatten(), reduction="none").view(tokens.shape)
