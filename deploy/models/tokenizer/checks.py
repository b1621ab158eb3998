"""What a streaming tokenizer must prove before it is exported: causality, equal steps, a finite receptive field.

A module under test follows the convention of `model.py`: `module(x, count, memory)` with `count` inputs folded into the
batch axis, and everything that crosses from one step to the next in `memory`. Probes are seeded, small and random;
a second kind of probe is NaN, which shows every path that exists, whatever its weights are.
"""

import copy
import dataclasses
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable

import torch

import model as net

AGREEMENT = 0.999  # least share of equal values, full clip against steps
LONGEST = 128  # steps; a receptive field beyond this counts as infinite
FADED, FADING = 1e-3, "fading"  # a memory that ends does so with more than this share of the largest value


class Refused(Exception):
    """The module or file breaks the streaming contract; the message says what was found, what was expected, the fix."""

    def __init__(self, found, expected, fix):
        super().__init__(f"{found}. Expected: {expected}. Fix: {fix}.")


@contextmanager
def refusing(what, fix):
    """Errors of libraries in its block become `Refused`, with their first line."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        said = next(iter(str(error).strip().splitlines()), "")
        raise Refused(f"{what}: {type(error).__name__}: {said[:300]}", "no error", fix) from error


@dataclass(frozen=True)
class Stepped:
    """A module seen as a sequence of steps: `inputs` and `outputs` frames (or token frames) in each."""

    role: str
    module: torch.nn.Module
    inputs: int
    outputs: int
    frames_per_input: int
    probe: Callable  # (count, generator) -> [count, C, H, W]
    decide: Callable  # the module's output -> what leaves the graph, one row per output
    kept: tuple = ()  # channels of an input that say how to read the others: never NaN in a probe

    def clip(self, x, phase=0):
        """The whole clip at once, its first token frame at position `phase`: (output, caches after it)."""
        memory = net.Memory(phase=phase)
        return self.module(x, len(x), memory), memory.new_caches

    def steps(self, x, caches=None, phase=0):
        """The same clip step by step."""
        outputs = []
        for step, chunk in enumerate(x.split(self.inputs)):
            memory = net.Memory(caches, phase + step)
            outputs.append(self.module(chunk, self.inputs, memory))
            caches = memory.new_caches
        return torch.cat(outputs), caches

    def random(self, steps, seed):
        return self.probe(steps * self.inputs, torch.Generator().manual_seed(seed))


def as_encoder(module, spec, grid=4):
    size = grid * spec.space

    def probe(count, generator):
        x = torch.rand(count, 3, size, size, generator=generator) * 2 - 1
        if net.period(module) > 1:  # the left half stands still
            x[:, :, :, : size // 2] = x[:1, :, :, : size // 2].clone()
        return x

    return Stepped("encoder", module, spec.chunk, 1, 1, probe, spec.quantizer.decide)


def as_decoder(module, spec, grid=4):
    def probe(count, generator):
        tokens = torch.randint(0, spec.quantizer.codes, (count, grid, grid), generator=generator, dtype=torch.int32)
        return spec.quantizer.values(standing_still(tokens, module))

    return Stepped("decoder", module, 1, spec.chunk, spec.chunk, probe, to_pixels, getattr(module, "marks", ()))


def standing_still(tokens, module):
    """int32 [..., h, w] with escapes in the left half, where the module knows them."""
    marks = getattr(module, "marks", ())
    if marks:
        tokens = tokens.clone()
        tokens[..., : tokens.shape[-1] // 2] |= sum(1 << channel for channel in marks)
    return tokens


def to_bytes(y):
    """float around -1..1 -> uint8 of the same shape."""
    return ((y.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def to_pixels(y):
    """float [B, 3, H, W] around -1..1 -> uint8 [B, H, W, 3]."""
    return to_bytes(y).permute(0, 2, 3, 1)


def as_role(role, module, spec, grid=4):
    return (as_encoder if role == "encoder" else as_decoder)(module, spec, grid)


@torch.no_grad()
def check_shape(stepped, spec, grid=4):
    """Two steps must give two of what the contract says."""
    found = tuple(stepped.clip(stepped.random(2, 0))[0].shape)
    expected, called = (2, spec.quantizer.channels, grid, grid), "z"
    if stepped.role == "decoder":
        expected, called = (2 * spec.chunk, 3, grid * spec.space, grid * spec.space), "frames"
    if found != expected:
        raise Refused(
            f"The {stepped.role} gives {called} of shape {found} for two steps",
            f"{expected}",
            "correct chunk, space or quantizer of the Spec, or the module's output",
        )


@torch.no_grad()
def check_causality(stepped, steps=5):
    """Later inputs must leave earlier outputs alone, bit for bit, whatever the weights.

    NaN shows every path, those of weight 0 too, and with them paths that a mask closes (0 x NaN is NaN): only numbers tell
    these from one another, once weights of 0 have become others.
    """
    x, others = stepped.random(steps, 1), [stepped.random(steps, seed) for seed in (2, 8)]
    for cut in range(1, steps):
        refuse_ahead(stepped, x, others, cut, "")
        before, after = (stepped.clip(clip)[0] for clip in (x, spliced(x, torch.full_like(x, float("nan")), cut * stepped.inputs)))
        if not torch.equal(before[: cut * stepped.outputs], after[: cut * stepped.outputs]):
            refuse_ahead(opened(stepped), x, others, cut, ", once its weights of 0 are others")


def refuse_ahead(stepped, x, others, cut, when):
    """Refuses a module in which one of the `others` in place of x from step `cut` on changes earlier steps."""
    kept, before = cut * stepped.outputs, stepped.clip(x)[0]
    for other in others:
        after = stepped.clip(spliced(x, other, cut * stepped.inputs))[0]
        if torch.equal(before[:kept], after[:kept]):
            continue
        moved = (before - after)[:kept].abs()
        step = int((moved > 0).flatten(1).any(1).nonzero()[0]) // stepped.outputs
        called = "z" if stepped.role == "encoder" else "its results"
        raise Refused(
            f"The {stepped.role} looks ahead: changing the inputs from step {cut} on changed step {step}{when} "
            f"({int((moved > 0).sum())} of {moved.numel()} values of {called} before it, by up to {moved.max():.2g})",
            "steps that depend on their own and earlier inputs only",
            "no operation may reduce over time (such as a norm over T, H, W) and temporal padding must be in front only",
        )


def spliced(x, other, cut):
    return torch.cat([x[:cut], other[cut:]])


def opened(stepped):
    """The same with random numbers for weights of 0."""
    module, generator = copy.deepcopy(stepped.module), torch.Generator().manual_seed(7)
    for weight in module.parameters():
        weight.copy_(torch.where(weight == 0, 0.1 * torch.randn(weight.shape, generator=generator), weight))
    return dataclasses.replace(stepped, module=module)


@torch.no_grad()
def check_steps(stepped, steps=8):
    """Share of values that agree between the full clip and single steps; at least 99.9 %.

    Where one clip has too few values for that (one of 128 is 0.8 %), ten decide.
    """
    share = agreeing(stepped, stepped.random(steps, 3))
    if share < AGREEMENT:
        share = sum(agreeing(stepped, stepped.random(steps, 30 + seed)) for seed in range(10)) / 10
    if share < AGREEMENT:
        raise Refused(
            f"The {stepped.role} agrees in {share:.2%} of its values between the full clip and single steps",
            f"at least {AGREEMENT:.1%}",
            "keep everything a step needs of earlier ones in its caches, and no statistic of the batch (call eval())",
        )
    return share


def agreeing(stepped, x):
    whole, single = stepped.decide(stepped.clip(x)[0]), stepped.decide(stepped.steps(x)[0])
    return (whole == single).float().mean().item()


@torch.no_grad()
def receptive_field(stepped):
    """R in frames, counted back from a step's last frame: what can reach the step's outputs or new caches.

    NaN in the first inputs of a clip reaches the last step exactly when a path leads there, closed by a mask or not. Where
    there is no end to that, numbers tell: what a mask closes ends at once, what fades (a recurrence) has no end.
    """
    hidden = getattr(stepped.module, "replaced", 0)  # inputs at a clip's start that are not seen, as if out of reach
    field = _field(stepped, hidden, _reaches)
    if field is None:
        field = _field(opened(stepped), hidden, _moves)
    if field is None:
        raise Refused(
            f"The {stepped.role} still remembers an input {LONGEST} steps back",
            "a finite receptive field, so that a window of frames rebuilds the caches",
            "replace recurrences by a finite number of temporal taps, or give Streaming a window",
        )
    return (field + hidden) * stepped.frames_per_input


def _field(stepped, hidden, reaches):
    """Inputs back from the last that reach the last step; None beyond LONGEST steps, or where they fade.

    More inputs at a clip's start never reach less, so bisection finds the first that is out of reach.
    """
    steps = 8
    while steps <= LONGEST:
        x = stepped.random(steps, 4)
        if not reaches(stepped, x, hidden + 1):
            clear, reached = hidden + 1, len(x)
            while reached - clear > 1:
                middle = (clear + reached) // 2
                clear, reached = (clear, middle) if reaches(stepped, x, middle) else (middle, reached)
            return None if reaches(stepped, x, clear + 1) == FADING else len(x) - clear
        steps *= 2
    return None


def _reaches(stepped, x, count):
    """Whether NaN in the first `count` inputs shows in the last step's outputs or new caches, from any position on."""
    lost = torch.full_like(x[:count], float("nan"))
    lost[:, list(stepped.kept)] = x[:count, list(stepped.kept)]
    x = torch.cat([lost, x[count:]])
    return any(value.isnan().any() for value in _ends(stepped, x))


def _moves(stepped, x, count):
    """The same of other numbers; FADING where they move nothing by more than a thousandth."""
    other = spliced(stepped.random(len(x) // stepped.inputs, 5), x, count)
    moved = [(a - b).abs().max() / b.abs().max().clamp(min=1e-9) for a, b in zip(_ends(stepped, other), _ends(stepped, x))]
    return False if max(moved) == 0 else FADING if max(moved) < FADED else True


def _ends(stepped, x):
    """The last step's outputs and all new caches, from any position on."""
    found = (stepped.clip(x, phase) for phase in range(net.period(stepped.module)))
    return [value for output, caches in found for value in (output[-stepped.outputs :], *caches.values())]


def preceding_chunks(field, chunk):
    """P: how many whole chunks before a chunk rebuild its caches."""
    return -(-field // chunk) - 1


@torch.no_grad()
def check_rebuild(stepped, chunks):
    """The caches after the last `chunks` steps, from zeros, must equal those after a longer history, bit for bit."""
    x = stepped.random(chunks + 3, 5)
    caches = stepped.steps(x)[1]
    rebuilt = stepped.steps(x[3 * stepped.inputs :], phase=3)[1]
    wrong = [path for path in caches if not torch.equal(caches[path], rebuilt[path])]
    if wrong:
        raise Refused(
            f"The {stepped.role}'s caches {', '.join(wrong)} differ when rebuilt from {chunks} chunks",
            "the same bits as after a longer history",
            "the module must be a pure function of its inputs and caches, with finite memory",
        )
