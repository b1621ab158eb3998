"""Figures of a tokenizer on held-out video: PSNR, bits alive, joint entropy, and the PCA code to beat."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch

import model as net
from bottleneck import SIGNS
from clips import centre_crop, decode, to_unit
from weights import load_weights


def load_validation(folder, size=128, max_frames=None):
    """Name -> [T, size, size, 3]: short side to `size` by area, centre crop."""
    return {path.name: centre_crop(decode(path, size, max_frames), size) for path in sorted(Path(folder).glob("*.mp4"))}


def psnr(a, b):
    """Of one clip, from its pooled RGB mean squared error; inputs in 0..255."""
    error = np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)
    return 10 * math.log10(255**2 / max(error, 1e-9))


@torch.no_grad()
def round_trip(encoder, decoder, frames, quantizer=SIGNS):
    """uint8 frames -> (uint8 reconstruction, token indices), padded and cut as the contract says."""
    tail = -(len(frames) - 1) % net.CHUNK
    padded = np.concatenate([frames, np.repeat(frames[-1:], tail, 0)])
    x = net.lead_in(to_unit(padded))
    z = encoder(x, len(x), net.Memory())
    y = decoder(quantizer.code(z), len(z), net.Memory())[net.CHUNK - 1 :][: len(frames)]
    pixels = ((y.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return pixels, quantizer.indices(z).numpy()


def entropy(counts):
    p = counts[counts > 0] / counts.sum()
    return float(-(p * np.log2(p)).sum())


def figures(encoder, decoder, validation, quantizer=SIGNS):
    """Plug-in estimates over all tokens of all clips; PSNR per clip, then the mean."""
    encoder.eval(), decoder.eval()
    scores, tokens, code_bits = {}, [], quantizer.bits or encoder.bits
    for name, frames in validation.items():
        pixels, indices = round_trip(encoder, decoder, frames, quantizer)
        scores[name] = psnr(pixels, frames)
        tokens.append(indices.ravel())
    tokens = np.concatenate(tokens)
    bits = [(tokens >> bit) & 1 for bit in range(code_bits)]
    return {
        "psnr": float(np.mean(list(scores.values()))),
        "psnr_per_clip": scores,
        "tokens": int(tokens.size),
        "distinct_tokens": int(np.unique(tokens).size),
        "joint_entropy_bits": entropy(np.bincount(tokens, minlength=2**code_bits)),
        "bit_entropy": [entropy(np.bincount(bit, minlength=2)) for bit in bits],
    }


def blocks_of(frames):
    """[T, H, W, 3] -> [n, 4*8*8*3]: the pixels one token stands for."""
    frames = frames[: len(frames) // 4 * 4]
    t, h, w = len(frames) // 4, frames.shape[1] // 8, frames.shape[2] // 8
    return frames.reshape(t, 4, h, 8, w, 8, 3).transpose(0, 2, 4, 1, 3, 5, 6).reshape(t * h * w, -1).astype(np.float32)


def pca_sign_code(training_clips, validation):
    """Mean PSNR of the code `sign of 18 principal components` of 4x8x8 blocks, each decoded to its mean given the signs."""
    rng = np.random.default_rng(0)
    sample = np.concatenate([blocks_of(clip[:, : clip.shape[1] // 8 * 8, : clip.shape[2] // 8 * 8]) for clip in training_clips])
    sample = sample[rng.choice(len(sample), min(len(sample), 60_000), replace=False)]
    mean = sample.mean(0)
    components = np.linalg.svd(np.cov((sample - mean).T))[0][:, : net.BITS]
    signs = np.where((sample - mean) @ components > 0, 1.0, -1.0).astype(np.float32)
    decode_matrix = np.linalg.lstsq(signs, sample - mean, rcond=None)[0]
    scores = []
    for frames in validation.values():
        blocks = blocks_of(frames)
        rebuilt = np.where((blocks - mean) @ components > 0, 1.0, -1.0) @ decode_matrix + mean
        scores.append(psnr(np.clip(np.round(rebuilt), 0, 255), blocks))
    return float(np.mean(scores))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--validation", type=Path, required=True, help="folder of .mp4 files kept out of training")
    parser.add_argument("--training", type=Path, help="folder of training video: also measures the PCA sign code fitted to it")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    options = parser.parse_args()
    encoder, decoder, _ = load_weights(options.weights)
    validation = load_validation(options.validation)
    result = figures(encoder, decoder, validation)
    if options.training:
        from clips import load_folder

        clips = [clip for source in load_folder(options.training, 128, 40).values() for clip in source]
        result["pca_sign_code_psnr"] = pca_sign_code(clips, validation)
    options.out.write_text(json.dumps(result, indent=1))
    print({key: value for key, value in result.items() if key != "psnr_per_clip"})
    print(options.out)


if __name__ == "__main__":
    main()
