"""The check vector: a seeded input and what the full-clip PyTorch module makes of it, for a reader to compare."""

import base64
import hashlib

import numpy as np
import torch

import checks
import model as net
from checks import Refused

MARGIN = 2e-3  # least |z| in the encoder's check clip: far above the last bits in which runtimes differ
CHECK_FRAMES, CHECK_SIZE, CHECK_TOKENS, CHECK_GRID = 9, 32, 3, 2


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
    """A seeded clip whose z all stay clear of the threshold, and the SHA-256 of its tokens from the full-clip module."""
    for seed in range(1, 1000):
        clip = net.lead_in(check_frames(seed).permute(0, 3, 1, 2).float() / 127.5 - 1)
        z = encoder(clip, len(clip), net.Memory())
        if z.abs().min() > MARGIN:
            return {
                "check.seed": str(seed),
                "check.frames": str(CHECK_FRAMES),
                "check.height": str(CHECK_SIZE),
                "check.width": str(CHECK_SIZE),
                "check.margin": f"{z.abs().min():.2g}",
                "check.digest": digest(net.indices(z).numpy()),
            }
    raise Refused(
        f"No check clip of 999 keeps |z| above {MARGIN}",
        "a clip whose tokens no runtime's last bits can change",
        "train z away from the threshold (commitment loss)",
    )


def check_frames(seed):
    """uint8 [9, 32, 32, 3], bytes in raster order t, h, w, c."""
    values = generator_values(seed, CHECK_FRAMES * CHECK_SIZE * CHECK_SIZE * 3, 56)
    return torch.tensor(values, dtype=torch.uint8).view(CHECK_FRAMES, CHECK_SIZE, CHECK_SIZE, 3)


def digest(tokens):
    """Hex SHA-256 of tokens as little-endian int32 in raster order t, h, w."""
    return hashlib.sha256(np.ascontiguousarray(tokens).astype("<i4").tobytes()).hexdigest()


@torch.no_grad()
def check_decoder(decoder, spec, seed=1):
    """Seeded tokens, and their frames (the lead-in included) from the full-clip module; readers allow a difference of 1."""
    values = generator_values(seed, CHECK_TOKENS * CHECK_GRID**2, 64 - spec.bits)
    tokens = torch.tensor(values, dtype=torch.int32).view(CHECK_TOKENS, CHECK_GRID, CHECK_GRID)
    pixels = checks.to_pixels(decoder(net.codes(tokens, spec.bits), CHECK_TOKENS, net.Memory()))
    return {
        "check.seed": str(seed),
        "check.tokens": str(CHECK_TOKENS),
        "check.height": str(CHECK_GRID),
        "check.width": str(CHECK_GRID),
        "check.expected": base64.b64encode(pixels.contiguous().numpy().tobytes()).decode(),
    }
