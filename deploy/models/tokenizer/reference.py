"""Compares an exported encoder with the tokens that the published module itself gives, first frames included."""

import numpy as np
import torch
import torch.nn.functional as F

from checks import Refused, refusing
from quantizer import Lfq
from verify import open_session, run_file, steps_of

EQUAL = 0.999  # least share of equal tokens
GRID, TOKEN_FRAMES, CLIPS = 6, 9, 4
LEAST = 16  # different tokens
FRONT = "say what stands in front of a clip (first_chunk of the Spec), and compare what `run` does to a clip's first frames"
ORDER = "Lfq(bits, order={!r})"
EVERYWHERE = (
    "let `run` give what the module quantizes: compare it, layer by layer and without layers never applied, with what encodes; "
    "where memory is long, a wrong beginning shows everywhere too"
)


@torch.no_grad()
def check_reference(path, spec, reference):
    """The share of equal tokens between the file at `path`, in steps, and `reference(frames)`.

    `reference` takes frames uint8 [1 + k * chunk, H, W, 3], RGB, and gives k + 1 token frames of whole numbers, [k + 1, h, w]
    or [1, k + 1, h, w]: the first is of frame 0 alone. Refused below 99.9 %.
    """
    session, clips = open_session(path), [clip_of(seed, spec) for seed in range(CLIPS)]
    side = GRID * spec.space
    found = np.stack([run_file(session, steps_of(clip, spec.chunk), side, side)[0][:, 0] for clip in clips])
    own = np.stack([own_tokens(reference, clip) for clip in clips])
    different, enough = len(np.unique(own)), min(spec.quantizer.codes, 2 * LEAST) // 2
    if different < enough:
        what = f"The reference gives {different} different tokens for {len(clips)} clips of noise and patches"
        raise Refused(what, f"at least {enough}, or equal tokens prove little", "compare with trained weights")
    equal = own == found
    if equal.mean() < EQUAL:
        differing = np.flatnonzero(~equal.all((0, 2, 3)))
        where = f"token frames {differing[0]} to {differing[-1]} of 0 to {TOKEN_FRAMES - 1} differ"
        raise Refused(f"{equal.mean():.2%} of the tokens are the module's own; {where}", f"at least {EQUAL:.1%}", fix_of(spec, own, found))
    return float(equal.mean())


def clip_of(seed, spec):
    """uint8 [1 + 8 * chunk, H, W, 3]: noise where the seed is even, else patches that change slowly."""
    count, side, generator = 1 + (TOKEN_FRAMES - 1) * spec.chunk, GRID * spec.space, torch.Generator().manual_seed(200 + seed)
    if seed % 2 == 0:
        return torch.randint(0, 256, (count, side, side, 3), generator=generator, dtype=torch.uint8)
    coarse = torch.rand(1, 3, TOKEN_FRAMES, GRID + 1, GRID + 1, generator=generator)
    smooth = F.interpolate(coarse, size=(count, side, side), mode="trilinear", align_corners=True)
    return (smooth[0].permute(1, 2, 3, 0) * 255).round().to(torch.uint8)


def own_tokens(reference, clip):
    with refusing("The reference fails", "let it take frames uint8 [T, H, W, 3], a tensor, and give tokens [t, h, w]"):
        tokens = np.asarray(reference(clip.clone()))
    expected = TOKEN_FRAMES, GRID, GRID
    if tokens.shape not in (expected, (1, *expected)) or not np.issubdtype(tokens.dtype, np.integer):
        fix = "let frame 0 be a token frame by itself, and give whole numbers"
        raise Refused(f"The reference gives {tokens.dtype} of shape {tokens.shape} for {len(clip)} frames", f"integers {expected}", fix)
    return tokens.reshape(expected)


def fix_of(spec, own, found):
    """What to look at: the order of bits if that is all, the beginning if only that differs, else all that makes z."""
    if isinstance(spec.quantizer, Lfq) and (own == reversed_bits(found, spec.bits)).mean() >= EQUAL:
        return ORDER.format(spec.quantizer.other_order())
    return FRONT if (own[:, -1] == found[:, -1]).mean() >= EQUAL else EVERYWHERE


def reversed_bits(tokens, bits):
    return sum((tokens >> place & 1) << (bits - 1 - place) for place in range(bits))
