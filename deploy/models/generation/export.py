"""Exports the predictor as one self-describing ONNX step graph: a token frame in, the bits of each of its tokens out.

The cache is the window of token frames itself, in bytes: exact, so that a checkpoint carries it.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import helper

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import generation  # noqa: F401  (finds the tokenizer's modules)
import verify
from checks import Refused
from generation.model import FACTORS, PERIOD, VALUES, WINDOW, nats, rows_of
from generation.tokens import BITS, SIZE
from generation.train import load
from graph import OPSET

MODELS = Path(__file__).resolve().parents[1]
BATCHES = 1, 2, 3, 5, 8
CLOSE = 2e-3  # largest difference of a token's bits between PyTorch and the file
STEPS = 11  # of the check: more than the window
PER_BIT = float(np.log(2))


def parts(tokens):
    """int [...] -> int [..., 3] in operators that ONNX has for whole numbers."""
    return torch.stack([tokens.div(VALUES**factor, rounding_mode="floor") % VALUES for factor in range(FACTORS)], -1)


class ScoreStep(nn.Module):
    """tokens int32 [N, h, w], phase int32 [N], window uint8 [N, 24, h, w] -> bits float [N, h, w], new window.

    The window holds the factors of eight token frames, the newest first, each number plus one; 0 where there is none.
    """

    def __init__(self, predictor):
        super().__init__()
        self.predictor = predictor
        self.eval()

    def forward(self, tokens, phase, window):
        model = self.predictor
        now = parts(tokens).unsqueeze(1)
        phases = phase.long().view(-1, 1, 1, 1)
        held = window.reshape(-1, WINDOW, FACTORS, *window.shape[2:]).permute(0, 1, 3, 4, 2).long() - 1
        ages = torch.arange(1, WINDOW + 1, device=tokens.device).view(1, -1, 1, 1)
        there = (held[..., :1] >= 0).float()
        known = model.embedding(rows_of(held.clamp(min=0), (phases - ages) % PERIOD))
        padded = (known * there + model.embedding.none() * (1 - there)).flip(1)
        embedded = model.embedding(rows_of(now, phases))
        found = nats(model.logits(now, embedded, padded, phases), now).sum(-1)[:, 0] / PER_BIT
        newest = (now[:, 0] + 1).permute(0, 3, 1, 2).to(torch.uint8)
        return found, torch.cat([newest, window[:, :-FACTORS]], 1)


def export(model, encoder, path, name, version):
    """Writes the file; `encoder` is the metadata of the encoder whose tokens it predicts."""
    space = int(encoder["stride.space"])
    grid = SIZE // space
    step = ScoreStep(model)
    example = (
        torch.zeros(2, grid, grid, dtype=torch.int32),
        torch.zeros(2, dtype=torch.int32),
        torch.zeros(2, WINDOW * FACTORS, grid, grid, dtype=torch.uint8),
    )
    names = ["tokens", "phase", "cache.window"], ["bits", "new_cache.window"]
    torch.onnx.export(
        step, example, str(path), input_names=names[0], output_names=names[1], opset_version=OPSET,
        dynamic_axes={each: {0: "N"} for each in names[0] + names[1]}, do_constant_folding=True,
    )  # fmt: skip
    written = onnx.load(str(path))
    helper.set_model_props(
        written,
        {key: encoder[key] for key in encoder if not key.startswith(("cache.", "check.", "role", "model.", "state."))}
        | {
            "role": "predictor", "model.name": name, "model.version": version, "state.policy": "carry",
            "cache.window.shape": f"{WINDOW * FACTORS},H/{space},W/{space}", "cache.window.type": "uint8", "cache.window.start": "0",
        },
    )  # fmt: skip
    onnx.save(written, str(path))
    proven(model, path, grid)


def proven(model, path, grid):
    """The file says what PyTorch says of whole clips, and of each row what it says of it alone."""
    session = verify.open_session(path)
    drawn = np.random.default_rng(0).integers(0, 1 << FACTORS * BITS, (STEPS, max(BATCHES), grid, grid), np.int32)
    drawn[4:7] = drawn[3]  # what stands still
    drawn[5, :, ::2] |= sum(VALUES // 2 << BITS * factor for factor in range(FACTORS))  # escapes
    found = run(session, drawn)
    clips = torch.from_numpy(drawn).transpose(0, 1)
    told = parts(clips)
    with torch.no_grad():
        expected = nats(model(told), told).sum(-1).transpose(0, 1).numpy() / PER_BIT
    worst = float(np.abs(found - expected).max())
    if worst > CLOSE:
        raise Refused(f"{path.name} differs from PyTorch by {worst:.1e} bits", f"at most {CLOSE}", "export in float32, from eval mode")
    for batch in BATCHES:
        if not np.array_equal(run(session, drawn[:, :batch]), found[:, :batch]):
            raise Refused(f"{path.name} gives other bits in a batch of {batch}", "the same at every size", "see what mixes rows")
    print(f"{path}: {worst:.1e} bits from PyTorch at most, rows the same bits in batches of {BATCHES}")


def run(session, steps):
    """tokens [steps, N, h, w], from their clip's beginning on -> bits of the same shape."""
    window = np.zeros((steps.shape[1], WINDOW * FACTORS, *steps.shape[2:]), np.uint8)
    found = []
    for number, tokens in enumerate(steps):
        phase = np.full(len(tokens), number % PERIOD, np.int32)
        bits, window = session.run(None, {"tokens": np.ascontiguousarray(tokens), "phase": phase, "cache.window": window})
        found.append(bits)
    return np.stack(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--encoder", type=Path, default=MODELS / "nolook-small" / "encoder-int8.onnx")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="nolook-next")
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder = dict(verify.open_session(options.encoder).get_modelmeta().custom_metadata_map)
    export(load(options.weights), encoder, options.out, options.name, options.version)
    session = verify.open_session(options.out)
    for batch in (1, 8):
        tokens = np.random.default_rng(1).integers(0, 1 << 18, (6, batch, 16, 16), np.int32)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            run(session, tokens)
            times.append((time.perf_counter() - began) / tokens.shape[0] / batch)
        print(f"batch {batch}: {1e3 * min(times):.2f} ms a token frame")


if __name__ == "__main__":
    main()
