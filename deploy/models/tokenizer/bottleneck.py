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
    """Lookup-free: signs of z, or successive signs of bounded numbers; nothing of it is learned."""

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


SIGNS = Signs()


class Codebook:
    """Vector quantization, the baseline: the nearest of 2^bits learned vectors, each a running mean of what chose it.

    van den Oord et al., "Neural Discrete Representation Learning", 2017, appendix A.1; begun with vectors of the first
    batches, as is usual against codes that nothing ever chooses. No code is revived later.
    """

    DECAY = 0.99
    BLOCK = 1024  # positions, and vectors, compared at a time: the table of distances stays in a processor's cache

    def __init__(self, bits, dimensions, seed=0):
        self.bits, self.codes = bits, 2**bits
        self.generator = torch.Generator().manual_seed(seed)
        self.vectors = torch.zeros(self.codes, dimensions)
        self.sums, self.counts, self.filled = torch.zeros_like(self.vectors), torch.zeros(self.codes), 0

    def __call__(self, z):
        flat = rows(z.detach())
        self._fill(flat)
        chosen = self.nearest(flat)
        code = self._placed(chosen, z)
        self._follow(flat, chosen)
        penalty = 2.5 * COMMITMENT * F.mse_loss(z, code)
        return z + (code - z).detach(), penalty, {"codes": float(chosen.unique().numel())}

    def nearest(self, flat):
        """Index of the nearest vector of each row; the first of equals."""
        squares = (self.vectors**2).sum(1)
        return torch.cat([self._nearest(part, squares) for part in flat.split(self.BLOCK)])

    def _nearest(self, rows, squares):
        least, nearest = rows.new_full((len(rows),), float("inf")), torch.zeros(len(rows), dtype=torch.long)
        for first in range(0, self.codes, self.BLOCK):
            some = slice(first, first + self.BLOCK)
            distance, place = torch.addmm(squares[some], rows, self.vectors[some].t(), alpha=-2).min(1)
            closer = distance < least
            least, nearest = torch.where(closer, distance, least), torch.where(closer, place + first, nearest)
        return nearest

    def code(self, z):
        return self._placed(self.nearest(rows(z)), z)

    def _placed(self, chosen, z):
        return self.vectors[chosen].view(len(z), *z.shape[2:], -1).permute(0, 3, 1, 2)

    def indices(self, z):
        return self.nearest(rows(z)).view(len(z), *z.shape[2:]).to(torch.int32)

    def _fill(self, flat):
        if self.filled == self.codes:
            return
        taken = flat[torch.randperm(len(flat), generator=self.generator)][: self.codes - self.filled]
        end = self.filled + len(taken)
        self.vectors[self.filled : end] = taken
        self.sums[self.filled : end], self.counts[self.filled : end] = taken, 1.0
        self.filled = end
        if end < self.codes:  # what is not filled yet is out of reach
            self.vectors[end:] = 1e3

    def _follow(self, flat, chosen):
        self.counts.mul_(self.DECAY).index_add_(0, chosen, torch.full((len(chosen),), 1 - self.DECAY))
        self.sums.mul_(self.DECAY).index_add_(0, chosen, flat * (1 - self.DECAY))
        used = chosen.unique()
        self.vectors[used] = self.sums[used] / self.counts[used].unsqueeze(1)


def rows(z):
    """[B, C, h, w] -> [B*h*w, C]."""
    return z.permute(0, 2, 3, 1).flatten(0, 2)
