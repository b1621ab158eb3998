"""What a scene gains from standing still: PSNR by token frame of a held picture, and what that costs clips that move."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch

import measure
import model as net
from bottleneck import SIGNS
from clips import to_unit
from refinement import without_marks
from weights import load_weights

MOVING = 0.05  # clips in which less than this share of all blocks stands still count as moving


@torch.no_grad()
def held(encoder, decoder, picture, count, phase=0):
    """dB of each of `count` token frames of one picture [H, W, 3] held."""
    frames = to_unit(np.repeat(picture[None], count * net.CHUNK, 0))
    z = encoder(frames, len(frames), net.Memory(phase=phase))
    pixels = decoder(net.signs(z), count, net.Memory(phase=phase)).clamp(-1, 1).add(1).mul(127.5).round()
    errors = (pixels - (frames + 1) * 127.5).square().unflatten(0, (count, -1)).mean((1, 2, 3, 4))
    return [10 * math.log10(255**2 / max(error, 1e-9)) for error in errors.tolist()]


@torch.no_grad()
def escapes(encoder, frames):
    """(tokens int32 [t, h, w], bool [t, h, w]: which are escapes)."""
    x = net.lead_in(to_unit(frames[: 1 + (len(frames) - 1) // net.CHUNK * net.CHUNK]))
    z = encoder(x, len(x), net.Memory())
    return net.indices(z).numpy(), without_marks(z)[1].squeeze(1).numpy() & hasattr(encoder, "refine")


def repeated(tokens, lag):
    """(share of tokens equal to the one `lag` token frames before at their place, those that are not), of [t, h, w]."""
    now, before = tokens[lag:], tokens[:-lag]
    return now == before, now[now != before]


def cost(clips, lag):
    """Bits a token costs who first says whether it is the one `lag` back, and then, if not, draws from all that are not."""
    pairs = [repeated(tokens, lag) for tokens in clips if len(tokens) > lag]
    same = np.concatenate([equal.ravel() for equal, _ in pairs])
    new = np.concatenate([other.ravel() for _, other in pairs])
    share = same.mean()
    flag = measure.entropy(np.array([share, 1 - share]))
    return float(flag + (1 - share) * measure.entropy(np.bincount(new))), float(share)


def report(encoder, decoder, validation, count, limit):
    """Figures of one network; `limit` frames of each clip (None: all)."""
    found, tokens, shares, scores = {"held": []}, [], {}, {}
    period = getattr(encoder, "refine", 0)
    for number, (name, frames) in enumerate(validation.items()):
        if count:
            found["held"].append(held(encoder, decoder, frames[0], count, number % max(1, period)))
        codes, escaped = escapes(encoder, frames[:limit])
        tokens.append(codes)
        shares[name] = float(escaped.mean())
        scores[name] = measure.psnr(measure.round_trip(encoder, decoder, frames[:limit], SIGNS)[0], frames[:limit])
    flat = np.concatenate([codes.ravel() for codes in tokens])
    found["held"] = np.mean(found["held"], 0).round(3).tolist() if count else []
    found |= {"psnr": float(np.mean(list(scores.values()))), "psnr_per_clip": scores, "escapes_per_clip": shares}
    found |= {"escapes": float(np.mean(list(shares.values()))), "joint_entropy": measure.entropy(np.bincount(flat))}
    for lag in sorted({1, period or 8}):
        found[f"cost_{lag}_back"], found[f"repeated_{lag}_back"] = cost(tokens, lag)
    return found


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
