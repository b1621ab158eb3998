"""What stands between encoder and decoder in training: the code that the decoder gets, and what keeps its codes in use."""

import torch
import torch.nn.functional as F

import model as net
from refinement import without_marks

GROUP = 9  # bits per entropy group: a 512-way distribution
COMMITMENT = 0.1  # weight of the distance to the code


def choices(z, halvings):
    """Soft membership [positions, numbers, 2^halvings]: to which interval a number belongs, or which sign it has."""
    numbers = z.shape[1] // halvings
    flat = rows(z[:, :numbers]).unsqueeze(2)
    if halvings == 1:
        middles, width = torch.tensor([-1.0, 1.0], device=z.device), 1.0
    else:
        count = 2**halvings
        middles, width = (torch.arange(count, device=z.device) * 2 + 1 - count) / count, 2 / count
    return torch.softmax(-(((flat - middles) / width) ** 2) * 2, 2)


def fresh(z):
    """The positions of z that are no escapes of `refinement.py`, in a row: [1, bits, 1, positions]."""
    flat = rows(z)
    kept = flat[~without_marks(z)[1].flatten()]
    return (kept if len(kept) else flat).t().unsqueeze(1).unsqueeze(0)


def entropy_terms(z, halvings=1):
    """(certainty, use) in bits per bit: mean entropy of a position's choices, entropy of the mean code.

    The use of codes is measured over groups of nine bits drawn anew at every step, so that correlation between any two
    numbers costs; single ones would not see it.
    """
    p = choices(z, halvings).clamp_min(1e-6)
    numbers, bits = p.shape[1], z.shape[1]
    certainty = -(p * p.log2()).sum(2).mean() / halvings
    use = 0.0
    for group in torch.randperm(numbers).split(max(1, GROUP // halvings)):
        joint = torch.ones_like(p[:, 0, :1])
        for number in group.tolist():
            joint = (joint.unsqueeze(2) * p[:, number].unsqueeze(1)).flatten(1)
        mean = joint.mean(0)
        use = use - (mean * (mean + 1e-9).log2()).sum()
    return certainty, use / bits


class Signs:
    """Lookup-free: signs of z (LFQ), or of what is left of bounded numbers (residual LFQ); nothing of it is learned."""

    bits = None  # as many as z has channels

    def __init__(self, halvings=1, entropy=0.0, refine=0):
        self.halvings, self.entropy, self.refine = halvings, entropy, refine

    def __call__(self, z):
        """(what the decoder gets, penalty, figures to follow)."""
        certainty, use = entropy_terms(fresh(z) if self.refine else z, self.halvings)
        penalty = -2 * self.entropy * use
        if self.halvings == 1:  # bounded numbers need neither
            penalty = penalty + COMMITMENT * ((z - net.signs(z).detach()) ** 2).mean() + self.entropy * certainty
        found = {"certainty": certainty.detach(), "use": use.detach()}  # not read at once: an accelerator would wait
        if self.refine:
            found["escapes"] = without_marks(z)[1].float().mean()
        return net.straight_through(z), penalty, found

    def code(self, z):
        return net.signs(z)

    def indices(self, z):
        return net.indices(z)

    def coarse_first(self, tokens, sizes):
        """The bits that come first are the least significant ones."""
        return tokens % sizes[0], tokens // sizes[0]


SIGNS = Signs()


class Codebook:
    """Vector quantization, a baseline: the nearest of 2^bits learned vectors, each a running mean of what chose it.

    van den Oord et al., "Neural Discrete Representation Learning", 2017, appendix A.1. Begun with vectors of the first
    batches; a vector that nothing has chosen for a while gives way to one of the batch (Zeghidour et al., "SoundStream").
    """

    DECAY = 0.99
    BLOCK = 512  # vectors compared at a time: the table of distances stays in a processor's cache
    ROWS = 1024  # positions compared at a time
    IDLE = 50  # steps after which a vector gives way
    REVIVED = 8  # in a step at most one vector for so many positions

    def __init__(self, bits, dimensions, seed=0):
        self.bits, self.codes = bits, 2**bits
        self.generator = torch.Generator().manual_seed(seed)
        self.vectors = torch.full((self.codes, dimensions), 1e3)  # what is not filled yet is out of reach
        self.sums, self.counts, self.filled = torch.zeros_like(self.vectors), torch.zeros(self.codes), 0
        self.idle = torch.zeros(self.codes, dtype=torch.long)

    def __call__(self, z):
        chosen = self.learn(rows(z.detach()))
        return passed(z, self._placed(chosen, z), {"codes": float(chosen.unique().numel())})

    def learn(self, flat):
        """Index of the nearest vector of each row, and the vectors follow."""
        self._fill(flat)
        chosen = self.nearest(flat)
        self._follow(flat, chosen)
        self._revive(flat)
        return chosen

    def nearest(self, flat):
        """Index of the nearest vector of each row; the first of equals."""
        return torch.cat([self._nearest(part) for part in flat.split(self.ROWS)])

    def _nearest(self, rows):
        """The block with the least distance first, without places, which are slow to find; then the place in it."""
        size = min(self.BLOCK, self.codes)
        blocks, squares = self.vectors.view(-1, size, self.vectors.shape[1]), (self.vectors**2).sum(1).view(-1, size)
        least, block, distances = rows.new_full((len(rows),), float("inf")), torch.zeros(len(rows), dtype=torch.long), rows.new_empty(len(rows), size)
        for number in range(len(blocks)):
            nearest = torch.addmm(squares[number], rows, blocks[number].t(), alpha=-2, out=distances).amin(1)
            block = torch.where(nearest < least, number, block)
            least = torch.minimum(nearest, least)
        found = []
        for some, where in zip(rows.split(128), block.split(128)):
            found.append(torch.baddbmm(squares[where].unsqueeze(2), blocks[where], some.unsqueeze(2), alpha=-2).squeeze(2).min(1)[1])
        return block * size + torch.cat(found)

    def code(self, z):
        return self._placed(self.nearest(rows(z)), z)

    def _placed(self, chosen, z):
        return placed(self.vectors[chosen], z)

    def indices(self, z):
        return self.nearest(rows(z)).view(len(z), *z.shape[2:]).to(torch.int32)

    def coarse_first(self, tokens, sizes):
        """Of tokens numbered by use: how common, then which of those."""
        return tokens // sizes[1], tokens % sizes[1]

    def _fill(self, flat):
        if self.filled < self.codes:
            flat = flat[flat.ne(0).any(1)]  # nothing is left of a row that filled an earlier codebook
            some = flat[torch.randperm(len(flat), generator=self.generator)][: self.codes - self.filled]
            self._begin(torch.arange(self.filled, self.filled + len(some)), some)
            self.filled += len(some)

    def _begin(self, places, vectors):
        """As if each had been chosen once."""
        self.vectors[places], self.sums[places], self.counts[places] = vectors, vectors * (1 - self.DECAY), 1 - self.DECAY
        self.idle[places] = 0

    def _follow(self, flat, chosen):
        self.counts.mul_(self.DECAY).index_add_(0, chosen, torch.full((len(chosen),), 1 - self.DECAY))
        self.sums.mul_(self.DECAY).index_add_(0, chosen, flat * (1 - self.DECAY))
        used = chosen.unique()
        self.vectors[used] = self.sums[used] / self.counts[used].unsqueeze(1)
        self.idle[: self.filled] += 1
        self.idle[used] = 0

    def _revive(self, flat):
        tired = (self.idle > self.IDLE).nonzero().flatten()
        tired = tired[torch.randperm(len(tired), generator=self.generator)][: len(flat) // self.REVIVED]
        if len(tired):
            self._begin(tired, flat[torch.randperm(len(flat), generator=self.generator)[: len(tired)]])


class ResidualCodebooks:
    """Residual vector quantization (RVQ): a codebook for z, the next for what the one before leaves; the code is their sum.

    Zeghidour et al., "SoundStream", 2021. The first codebook's number is the most significant part of a token.
    """

    def __init__(self, bits, dimensions, books=2, seed=0):
        if bits % books:
            raise ValueError(f"found {bits} bits in {books} codebooks, expected as many in each")
        self.bits, self.books = bits, [Codebook(bits // books, dimensions, seed + place) for place in range(books)]

    def __call__(self, z):
        flat = rows(z.detach())
        rest, used = flat, {}
        for place, book in enumerate(self.books):
            chosen = book.learn(rest)
            rest = rest - book.vectors[chosen]
            used[f"codes{place + 1}"] = float(chosen.unique().numel())
        return passed(z, placed(flat - rest, z), used)

    def chosen(self, flat):
        """(number in each codebook of each row, their sum)."""
        rest, found = flat, []
        for book in self.books:
            found.append(book.nearest(rest))
            rest = rest - book.vectors[found[-1]]
        return found, flat - rest

    def code(self, z):
        return placed(self.chosen(rows(z))[1], z)

    def indices(self, z):
        token = 0
        for book, chosen in zip(self.books, self.chosen(rows(z))[0]):
            token = token * book.codes + chosen
        return token.view(len(z), *z.shape[2:]).to(torch.int32)

    def coarse_first(self, tokens, sizes):
        return tokens // sizes[1], tokens % sizes[1]


def passed(z, code, found):
    """(the code with the gradient of z, what asks z to stay near its code, figures to follow)."""
    return z + (code - z).detach(), 2.5 * COMMITMENT * F.mse_loss(z, code), found


def placed(flat, z):
    """[B*h*w, C] -> [B, C, h, w], as z lies."""
    return flat.view(len(z), *z.shape[2:], -1).permute(0, 3, 1, 2)


def rows(z):
    """[B, C, h, w] -> [B*h*w, C]."""
    return z.permute(0, 2, 3, 1).flatten(0, 2)
