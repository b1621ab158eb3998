"""Clips as token frames, as the tokenizing job would send them: drawn and augmented in pixels, then encoded.

A file holds clips of one length: `tokens` uint8 [clips, token frames, rows, columns, 3], the three factors of six bits, the
least significant first; every clip begins with its first token frame, so that its phase is its number.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import generation  # noqa: F401  (finds the tokenizer's modules)
import verify
from clips import Sampler, centre_crop, decode, load_folder
from generation.model import FACTORS

MODELS = Path(__file__).resolve().parents[1]
SIZE = 128  # pixels a side
BITS = 6  # of a factor
BATCH = 4  # clips a run of the encoder
KEPT = 1 << 7  # clips between two writings of the file
HELD = 0.15  # share of clips in which much stands still


def factors(tokens):
    """int [...] -> uint8 [..., 3]: bits 1 to 6, 7 to 12, 13 to 18."""
    tokens = np.asarray(tokens)
    return np.stack([tokens >> BITS * factor & (1 << BITS) - 1 for factor in range(FACTORS)], -1).astype(np.uint8)


def whole(parts):
    """uint8 [..., 3] -> int32 [...]: the inverse of `factors`."""
    return sum(np.asarray(parts)[..., factor].astype(np.int32) << BITS * factor for factor in range(FACTORS))


def encode(session, clips):
    """uint8 [N, 1 + 4 * k, H, W, 3] -> int32 [N, 1 + k, H/8, W/8], each clip from its first frame on."""
    steps = np.concatenate([verify.steps_of(torch.from_numpy(np.ascontiguousarray(clip)), 4) for clip in clips], 1)
    return verify.run_file(session, steps, *clips.shape[2:4], positions=np.zeros(len(clips), np.int64))[0].swapaxes(0, 1)


def draw(options):
    """Writes augmented clips of a folder until there are enough, or the time is over; what is there is gone on from."""
    session = verify.open_session(options.encoder)
    frames = 1 + 4 * (options.token_frames - 1)
    clips = load_folder(options.videos, 144, 400)
    print(f"{sum(map(len, clips.values()))} clips of {len(clips)} sources", flush=True)
    found = list(np.load(options.out)["tokens"]) if options.out.exists() else []
    sampler = Sampler(clips, SIZE, frames, options.seed + len(found), HELD)
    began, first = time.time(), len(found)
    while len(found) < options.clips and time.time() - began < 60 * options.minutes:
        drawn = torch.stack([sampler.draw() for _ in range(BATCH)])
        pixels = drawn.add(1).mul(127.5).round().to(torch.uint8).permute(0, 1, 3, 4, 2).numpy()
        found.extend(factors(encode(session, pixels)))
        if len(found) % KEPT == 0:
            write(options.out, np.stack(found), options)
            print(f"{len(found)} clips, {(time.time() - began) / (len(found) - first):.2f} s each", flush=True)
    write(options.out, np.stack(found), options)


def whole_clips(options):
    """Writes all frames of the clips of a folder, as they are, each under its file's name."""
    session = verify.open_session(options.encoder)
    found = {}
    for path in sorted(Path(options.videos).glob("*.mp4")):
        pixels = centre_crop(decode(path, SIZE), SIZE)
        pixels = pixels[: 1 + (len(pixels) - 1) // 4 * 4]
        found[path.stem] = factors(encode(session, pixels[None])[0])
        print(path.stem, len(found[path.stem]), flush=True)
    np.savez_compressed(options.out, **found)


def write(path, tokens, options):
    about = {"tokenizer": options.encoder.parent.name, "seed": options.seed, "videos": Path(options.videos).name}
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, tokens=tokens, about=json.dumps(about))
    partial.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos")
    parser.add_argument("--out", type=Path, required=True, help=".npz file to write, or to go on with")
    parser.add_argument("--encoder", type=Path, default=MODELS / "nolook-small" / "encoder-int8.onnx")
    parser.add_argument("--whole", action="store_true", help="all frames of each clip, as they are")
    parser.add_argument("--clips", type=int, default=4096)
    parser.add_argument("--token-frames", type=int, default=25, help="of a clip; phases are told by their number")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    whole_clips(options) if options.whole else draw(options)
    print(options.out)


if __name__ == "__main__":
    main()
