"""What a scene gains from standing still: PSNR by token frame of a held picture, and what that costs clips that move."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch

import measure
import model as net
from clips import to_unit
from weights import load_weights

PERIOD = 8  # that a network without refinement is compared at
MOVING = 0.05  # clips in which less than this share of all blocks stands still count as moving


@torch.no_grad()
def held(encoder, decoder, picture, count, phase=0):
    """dB of each of `count` token frames of one picture [H, W, 3] held."""
    frames = to_unit(np.repeat(picture[None], count * net.CHUNK, 0))
    z = encoder(frames, len(frames), net.Memory(phase=phase))
    pixels = decoder(net.signs(z), count, net.Memory(phase=phase)).clamp(-1, 1).add(1).mul(127.5).round()
    errors = (pixels - (frames + 1) * 127.5).square().unflatten(0, (count, -1)).mean((1, 2, 3, 4))
    return [10 * math.log10(255**2 / max(error, 1e-9)) for error in errors.tolist()]


def escapes(encoder, codes):
    """bool like `codes` [t, h, w]: which tokens are escapes; none of a network without refinement."""
    marks = sum(1 << channel for channel in getattr(encoder, "marks", ()))
    return (codes & marks == marks) & (marks > 0)


def symbols(codes, escaped, period):
    """Of each token from the `period`th token frame on (all [t, h, w]): what it is called if it was there before, and the token.

    0 new, 1 the one a token frame before at its place, 2 the one `period` before; 3 more for escapes, 6 more behind an escape.
    """
    now, last, before = codes[period:], codes[period - 1 : -1], codes[:-period]
    kind = np.where(now == last, 1, np.where(now == before, 2, 0))
    return (kind + 3 * escaped[period:] + 6 * escaped[period - 1 : -1]).ravel(), now.ravel()


def cost(clips, period):
    """Bits a token costs who says which of `symbols` it is, knowing whether the last was an escape, and draws new ones from
    all new fresh codes or all new escapes. Stands in for an archive's coder, which knows more."""
    found = [symbols(codes, escaped, period) for codes, escaped in clips if len(codes) > period]
    kinds, tokens = (np.concatenate(parts) for parts in zip(*found))
    counts = np.bincount(kinds, minlength=12).reshape(2, 6)
    bits = sum(row.sum() * measure.entropy(row) for row in counts if row.any())
    for kind in (0, 3):
        new = tokens[kinds % 6 == kind]
        bits += len(new) * measure.entropy(np.bincount(new)) if len(new) else 0
    return {"bits": float(bits / len(tokens)), "new": float(np.mean(kinds % 3 == 0))}


def report(encoder, decoder, validation, count, limit):
    """Figures of one network; `limit` frames of each clip (None: all)."""
    found, tokens, shares, scores = {"held": []}, [], {}, {}
    period = getattr(encoder, "refine", 0)
    for number, (name, frames) in enumerate(validation.items()):
        if count:
            found["held"].append(held(encoder, decoder, frames[0], count, number % max(1, period)))
        pixels, codes = measure.round_trip(encoder, decoder, frames[:limit])
        tokens.append((codes, escapes(encoder, codes)))
        shares[name] = float(tokens[-1][1].mean())
        scores[name] = measure.psnr(pixels, frames[:limit])
    flat = np.concatenate([codes.ravel() for codes, _ in tokens])
    found["held"] = np.mean(found["held"], 0).round(3).tolist() if count else []
    found |= {"psnr": float(np.mean(list(scores.values()))), "psnr_per_clip": scores, "escapes_per_clip": shares}
    found |= {"escapes": float(np.mean(list(shares.values()))), "joint_entropy": measure.entropy(np.bincount(flat))}
    return found | {"cost": cost(tokens, period or PERIOD)}


def by_movement(scores, shares):
    """Mean dB of the clips that move and of those that (partly) stand still, by another network's escapes."""
    kinds = {"moving": [], "still": []}
    for name, score in scores.items():
        kinds["moving" if shares[name] < MOVING else "still"].append(score)
    return {kind: (len(values), round(float(np.mean(values)), 3)) for kind, values in kinds.items() if values}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--validation", type=Path, required=True, help="folder of .mp4 files kept out of training")
    parser.add_argument("--held", type=int, default=24, help="token frames that a picture is held")
    parser.add_argument("--frames", type=int, help="of each clip (all of them)")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth clip only")
    parser.add_argument("--shares", type=Path, help="a file of --out whose escapes say which clips move")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder, decoder, _ = load_weights(options.weights)
    validation = dict(list(measure.load_validation(options.validation, max_frames=options.frames).items())[:: options.every])
    found = report(encoder, decoder, validation, options.held, options.frames)
    shares = json.loads(options.shares.read_text())["escapes_per_clip"] if options.shares else found["escapes_per_clip"]
    found["by_movement"] = by_movement(found["psnr_per_clip"], shares)
    options.out.write_text(json.dumps(found, indent=1))
    print({key: value for key, value in found.items() if not key.endswith("_per_clip")})
    print(options.out)


if __name__ == "__main__":
    main()
