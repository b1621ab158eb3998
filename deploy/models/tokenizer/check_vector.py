"""The check vector: a seeded input and what the full-clip PyTorch module makes of it, for a reader to compare."""

import base64
import hashlib

import numpy as np
import torch

import checks
import model as net
from checks import Refused

MARGIN = 2e-3  # least clearance of z in the check clip, in the mean clearance where that is below 1: far above last bits
CHECK_TOKENS, CHECK_GRID = 3, 2
ENCODER_GRIDS, SEEDS = (4, 2), 500  # tokens of the check clip each way, the second if the first has no clip


def generator_values(seed, count, shift):
    """The top bits of a 64-bit linear congruential generator, stepped before each use."""
    state, values = seed, []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append(state >> shift)
    return values


def vector_for(role, module, spec):
    return (check_encoder if role == "encoder" else check_decoder)(module, spec)


@torch.no_grad()
def check_encoder(encoder, spec):
    """A seeded clip whose z all stay clear of where tokens change, and the SHA-256 of its tokens from the full-clip module."""
    count = 1 + 2 * spec.chunk
    for size in (side * spec.space for side in ENCODER_GRIDS):
        held = size // 2 if net.period(encoder) > 1 else 0
        for seed in range(1, SEEDS + 1):
            frames = hold(check_frames(seed, count, size, size), held)
            clip = net.lead_in(frames.permute(0, 3, 1, 2).float() / 127.5 - 1, spec.chunk)
            z = encoder(clip, len(clip), net.Memory())
            clear = spec.quantizer.clearance(z)
            clearance = clear.min()
            if clearance > MARGIN * min(1, clear.mean()):
                return {
                    "check.seed": str(seed),
                    "check.frames": str(count),
                    "check.height": str(size),
                    "check.width": str(size),
                    **({"check.held": str(held)} if held else {}),
                    "check.margin": f"{clearance:.2g}",
                    "check.digest": digest(spec.quantizer.decide(z).numpy()),
                }
    raise Refused(
        f"No check clip of {SEEDS * len(ENCODER_GRIDS)} keeps z more than {MARGIN} (of its mean, if below 1) clear of where tokens change",
        "a clip whose tokens no runtime's last bits can change",
        "train z away from the borders (commitment loss)",
    )


def check_frames(seed, count, height, width):
    """uint8 [count, height, width, 3], bytes in raster order t, h, w, c."""
    values = generator_values(seed, count * height * width * 3, 56)
    return torch.tensor(values, dtype=torch.uint8).view(count, height, width, 3)


def hold(frames, columns):
    """The same frames, the left `columns` of which stand still from the first frame on."""
    frames = frames.clone()
    frames[:, :, :columns] = frames[:1, :, :columns]
    return frames


def check_tokens(seed, count, height, width, spec):
    """int32 [count, height, width]: the top `bits` bits of the generator's numbers, modulo the number of codes."""
    values = generator_values(seed, count * height * width, 64 - spec.bits)
    return (torch.tensor(values) % spec.quantizer.codes).to(torch.int32).view(count, height, width)


def digest(tokens):
    """Hex SHA-256 of tokens as little-endian int32 in raster order t, h, w."""
    return hashlib.sha256(np.ascontiguousarray(tokens).astype("<i4").tobytes()).hexdigest()


@torch.no_grad()
def check_decoder(decoder, spec, seed=1):
    """Seeded tokens, and their frames (the lead-in included) from the full-clip module; readers allow a difference of 1."""
    tokens = check_tokens(seed, CHECK_TOKENS, CHECK_GRID, CHECK_GRID, spec)
    pixels = checks.to_pixels(decoder(spec.quantizer.values(tokens), CHECK_TOKENS, net.Memory()))
    return {
        "check.seed": str(seed),
        "check.tokens": str(CHECK_TOKENS),
        "check.height": str(CHECK_GRID),
        "check.width": str(CHECK_GRID),
        "check.expected": base64.b64encode(pixels.contiguous().numpy().tobytes()).decode(),
    }
