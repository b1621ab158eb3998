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
FORBIDDEN = -1e4  # a score that no place can have


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
        return F.embedding(rows, self.table).sum(-2)

    def none(self):
        return self.table[NONE]


class Past(nn.Module):
    """Attention of a place to itself in the token frames before; scores and values of a frame are the same for all that look back."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm = Norm(width)
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * width, bias=False)
        self.age = nn.Parameter(torch.zeros(WINDOW, heads))
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x, past):
        """x [B, P, d], past: WINDOW tensors [B, P, d], the newest first."""
        q = parted(self.query(self.norm(x)), self.heads)
        scores, values = [], []
        for age, frame in enumerate(past):
            key, value = frame.chunk(2, -1)
            scores.append((q * parted(key, self.heads)).sum(-1) / math.sqrt(q.shape[-1]) + self.age[age])
            values.append(parted(value, self.heads))
        weights = torch.stack(scores, -1).float().softmax(-1).to(x.dtype)
        seen = sum(weights[..., age : age + 1] * value for age, value in enumerate(values))
        return self.out(seen.flatten(-2))


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

    def forward(self, x, offsets, forbidden):
        q, k, v = parted(self.query_key_value(self.norm(x)), 3 * self.heads).transpose(-2, -3).chunk(3, -3)
        bias = self.bias[offsets].permute(2, 0, 1) + forbidden
        scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2) + bias.to(q.dtype)
        return self.out((scores.float().softmax(-1).to(v.dtype) @ v).transpose(-2, -3).flatten(-2))


class Layer(nn.Module):
    def __init__(self, width, heads, looks_back, dropout):
        super().__init__()
        self.past = Past(width, heads) if looks_back else None
        self.around = Around(width, heads)
        self.norm = Norm(width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, past, offsets, forbidden):
        if self.past is not None:
            x = x + self.dropout(self.past(x, past))
        x = x + self.dropout(self.around(x, offsets, forbidden))
        return x + self.dropout(self.narrow(F.relu(self.widen(self.norm(x))).square()))


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
        self.looks_back = (0, layers // 2)  # layers that attend to the frames before, too
        self.embedding = Embedding(width)
        self.before = nn.ModuleList([nn.Conv2d(2 * width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)])
        self.beside = nn.ModuleList(nn.Conv2d(width, width, 3, stride=2) for _ in GROUPS[1:])
        self.phase = nn.Parameter(torch.randn(PERIOD, width) * 0.1)
        self.group = nn.Parameter(torch.randn(len(GROUPS), width) * 0.1)
        self.layers = nn.ModuleList(Layer(width, heads, number in self.looks_back, dropout) for number in range(layers))
        self.heads = Heads(width)

    def forward(self, tokens):
        count, length, rows, columns, _ = tokens.shape
        phases = (torch.arange(length, device=tokens.device) % PERIOD).view(1, -1, 1, 1)
        embedded = self.embedding(rows_of(tokens, phases))  # [B, T, rows, columns, d]
        none = self.embedding.none().to(embedded.dtype).expand(count, WINDOW, rows, columns, -1)
        padded = torch.cat([none, embedded[:, : length - 1]], 1)
        return self.logits(tokens, embedded, padded, phases)

    def logits(self, tokens, embedded, padded, phases):
        """Of token frames and the embeddings of those before them: T + WINDOW - 1, oldest first."""
        hidden = self.hidden(self.context(padded, phases), embedded)
        return torch.stack([self.heads(hidden, factor, tokens) for factor in range(FACTORS)], -2)

    def context(self, padded, phases):
        """What the token frames before give each place: (sums [B * T, P, d], keys and values by layer)."""
        length = padded.shape[1] - WINDOW + 1
        past = {}
        for number in self.looks_back:
            keys_values = self.layers[number].past.key_value(padded).flatten(2, 3)
            past[number] = [keys_values[:, WINDOW - 1 - age : WINDOW - 1 - age + length].flatten(0, 1) for age in range(WINDOW)]
        return self.newest(padded[:, WINDOW - 2 :], phases), past

    def newest(self, padded, phases):
        """What the last two of token frames' embeddings give each place: T + 1, oldest first -> [B * T, P, d]."""
        newest, older = padded[:, 1:], padded[:, :-1]
        both = torch.cat([newest, older], -1).flatten(0, 1).permute(0, 3, 1, 2)
        seen = self.before[1](F.gelu(self.before[0](both))).permute(0, 2, 3, 1)
        x = seen.reshape(newest.shape) + newest + self.phase[phases]
        return x.flatten(0, 1).flatten(1, 2)

    def hidden(self, context, embedded):
        """What is known of each place when its turn comes: [B, T, rows, columns, d]."""
        x, past = context
        count, length, rows, columns, width = embedded.shape
        x = x + self.told_beside(embedded.flatten(0, 1)).flatten(1, 2)
        offsets, forbidden = order(rows, columns, Around.REACH, x.device)
        for number, layer in enumerate(self.layers):
            x = layer(x, past.get(number), offsets, forbidden)
        return x.view(count, length, rows, columns, width)

    def told_beside(self, embedded):
        """Embeddings [B, rows, columns, d] of a frame -> what each place is told of the groups before its own."""
        rows, columns = embedded.shape[1:3]
        group = group_of(rows, columns, embedded.device)
        told = []
        for number in range(1, len(GROUPS)):
            known = (embedded * (group < number).unsqueeze(-1)).permute(0, 3, 1, 2)
            top, left = GROUPS[number]
            shifted = F.pad(known, (1, 1, 1, 1))[:, :, top:, left:]
            told.append(self.beside[number - 1](shifted)[:, :, : rows // 2, : columns // 2])
        first = torch.zeros_like(told[0])
        parts = [first, *told]
        places = {parity: parts[number] for number, parity in enumerate(GROUPS)}
        lines = [torch.stack([places[(row, 0)], places[(row, 1)]], -1).flatten(3) for row in range(2)]
        whole = torch.stack(lines, 3).flatten(2, 3)  # [B, d, rows, columns]
        return whole.permute(0, 2, 3, 1) + self.group[group]


def group_of(rows, columns, device=None):
    """int64 [rows, columns]."""
    row = torch.arange(rows, device=device).view(-1, 1) % 2
    column = torch.arange(columns, device=device) % 2
    number = torch.tensor([[0, 2], [3, 1]], device=device)
    return number[row, column]


def order(rows, columns, reach, device=None):
    """(int64 [P, P]: which distance a place is at from another, float [P, P]: 0 where it may be looked at)."""
    places = torch.arange(rows * columns, device=device)
    row, column = places // columns, places % columns
    down = (row.view(-1, 1) - row).clamp(-reach, reach) + reach
    right = (column.view(-1, 1) - column).clamp(-reach, reach) + reach
    group = group_of(rows, columns, device).flatten()
    return down * (2 * reach + 1) + right, (group.view(-1, 1) < group).float() * FORBIDDEN


def nats(logits, tokens):
    """Cross entropies of the factors [..., 3]; their sum is a token's."""
    return F.cross_entropy(logits.float().flatten(0, -2), tokens.long().flatten(), reduction="none").view(tokens.shape)
