"""The quantizer study: one small network, equal steps, four ways to make a token of z.

lfq: as many signs as bits. residual-lfq: three signs of each of a third as many numbers, each sign of what those before
it leave; the same as FSQ with 8 levels a number. vq: a learned codebook. rvq: two learned codebooks of half the bits,
the second for what the first leaves. For each: reconstruction of the validation clips half-way and at the end, codes in
use, and how many bits a token costs a small language model that predicts tokens in raster order from those before them
and the whole previous token frame, the coarse half of a token first.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import measure
import model as net
import train
from bottleneck import Codebook, ResidualCodebooks
from clips import load_folder, to_unit
from configs import build

DIMENSIONS = 8  # of a learned vector
GRID = 16  # tokens a side that the language model sees
HALVINGS = {"residual-lfq": 3}  # signs taken of one number
CODEBOOKS = {"vq": Codebook, "rvq": ResidualCodebooks}
VALIDATION_FRAMES = 33  # of each clip
LANGUAGE_CLIPS = 3  # the language model learns from every third training clip
LANGUAGE_BATCH = 8  # pairs of token frames


class StudyTrainer(train.Trainer):
    """The same training for all quantizers, until the steps are done; a codebook gets z as it is."""

    def __init__(self, options, clips, held_out):
        super().__init__(options, clips)
        self.held_out, self.half, self.spent = held_out, None, 0.0

    def networks(self):
        return build(**self.shape | ({"bits": DIMENSIONS, "halvings": 1} if self.options.quantizer in CODEBOOKS else {}))

    def bottleneck(self):
        kind = CODEBOOKS.get(self.options.quantizer)
        return kind(self.options.bits, DIMENSIONS, seed=self.options.seed) if kind else super().bottleneck()

    def progress(self):
        return min(1.0, self.steps / self.options.steps)

    def step(self):
        began = time.process_time()
        found = super().step()
        self.spent += time.process_time() - began
        if self.steps == self.options.steps // 2:
            self.half = measure.figures(*self.average, self.held_out, self.quantizer)["psnr"]
        return found


class LanguageModel(nn.Module):
    """A transformer over two token frames; a token is a coarse and a fine index, the fine one predicted given the coarse."""

    def __init__(self, sizes, width=96, layers=2):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(size, width) for size in sizes)
        self.places = nn.Parameter(torch.randn(2 * GRID * GRID, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, layers)
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in sizes)
        self.register_buffer("future", torch.triu(torch.full((2 * GRID * GRID,) * 2, -math.inf), 1))

    def forward(self, parts):
        """[N, 2*256, 2] indices -> bits each token of the second frame costs, [N, 256]."""
        tokens = sum(table(parts[..., i]) for i, table in enumerate(self.tables))
        seen = F.pad(tokens, (0, 0, 1, 0))[:, :-1] + self.places
        state = self.layers(seen, self.future)[:, GRID * GRID :]
        target = parts[:, GRID * GRID :]
        costs = [state, state + self.tables[0](target[..., 0])]
        nats = [F.cross_entropy(head(x).transpose(1, 2), target[..., i], reduction="none") for i, (head, x) in enumerate(zip(self.heads, costs))]
        return sum(nats) / math.log(2)


def factors(tokens, sizes, quantizer):
    """Tokens -> [..., 2]: the half that says most of z, then the rest."""
    return np.stack(quantizer.coarse_first(tokens, sizes), -1).astype(np.int64)


@torch.no_grad()
def token_frames(encoder, quantizer, clips):
    """Clip -> [t, 16, 16] tokens of its middle 128 x 128 pixels."""
    encoder.eval()
    found = []
    for clip in clips:
        frames = to_unit(measure.centre_crop(clip, GRID * net.SPATIAL))
        x = net.lead_in(frames[: 1 + (len(frames) - 1) // net.CHUNK * net.CHUNK])
        found.append(quantizer.indices(encoder(x, len(x), net.Memory())).numpy())
    return found


def pairs(clips):
    """[n, 512] of each token frame behind the one before it."""
    return np.concatenate([np.concatenate([c[:-1].reshape(len(c) - 1, -1), c[1:].reshape(len(c) - 1, -1)], 1) for c in clips if len(c) > 1])


def ranks(tokens, bits):
    """Code -> its place when ordered by use: a codebook's own numbers mean nothing, and could not be taken apart."""
    order = np.argsort(-np.bincount(tokens.ravel(), minlength=2**bits), kind="stable")
    rank = np.empty(2**bits, np.int64)
    rank[order] = np.arange(2**bits)
    return rank


def predictability(training, validation, quantizer, bits, steps):
    """Bits a token of the validation costs a language model that has learned from the training tokens for so many steps."""
    sizes = (2 ** (bits - bits // 2), 2 ** (bits // 2))
    training, validation = (torch.from_numpy(factors(tokens, sizes, quantizer)) for tokens in (training, validation))
    torch.manual_seed(0)
    model = LanguageModel(sizes)
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.05)
    for step in range(steps):
        done = step / steps
        optimizer.param_groups[0]["lr"] = 2e-3 * min(1.0, 0.05 + 20 * done) * 0.5 * (1 + math.cos(math.pi * done))
        loss = model(training[torch.randint(len(training), (LANGUAGE_BATCH,))]).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    with torch.no_grad():
        costs = [model(part).mean(1) for part in validation.split(16)]
    return torch.cat(costs).mean().item()


def predicted(clips, held_out, encoder, quantizer, options):
    """What the language model makes of the tokens."""
    training, validation = (pairs(token_frames(encoder, quantizer, each)) for each in (clips, held_out))
    if options.quantizer == "vq":
        rank = ranks(training, options.bits)
        training, validation = rank[training], rank[validation]
    bits = predictability(training, validation, quantizer, options.bits, options.language_steps)
    return {"language_model_bits": bits, "language_model_steps": options.language_steps, "bits_per_pixel": bits / (net.CHUNK * net.SPATIAL**2)}


def study(options):
    """Trains one quantizer, measures it, and adds a row to the table."""
    if options.checkpoint.exists():
        raise SystemExit(f"found {options.checkpoint}, expected no checkpoint: a run of the study is not resumed; name another")
    options.halvings = HALVINGS.get(options.quantizer, 1)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed), random.seed(options.seed)
    clips = load_folder(options.data, 128, options.max_frames)
    held_out = measure.load_validation(options.validation, max_frames=VALIDATION_FRAMES)
    trainer = StudyTrainer(options, clips, held_out)
    trainer.run(None)
    quantizer, encoder, decoder = trainer.quantizer, *trainer.average
    figures = measure.figures(encoder, decoder, held_out, quantizer)
    row = {"config": options.config, "quantizer": options.quantizer, "bits": options.bits, "seed": options.seed, "steps": trainer.steps}
    row |= {"cpu_minutes": round(trainer.spent / 60, 2), "psnr_half": trainer.half, "psnr": figures["psnr"]}
    row |= {key: figures[key] for key in ("tokens", "distinct_tokens", "joint_entropy_bits")}
    if options.language_steps:
        row |= predicted([clip for source in clips.values() for clip in source][::LANGUAGE_CLIPS], held_out.values(), encoder, quantizer, options)
    rows = json.loads(options.out.read_text()) if options.out.exists() else []
    options.out.write_text(json.dumps([*rows, row], indent=1) + "\n")
    print(row)
    print(options.out)


def arguments():
    parser = train.arguments()
    parser.description = __doc__
    parser.add_argument("--quantizer", choices=("lfq", "residual-lfq", "vq", "rvq"), default="lfq")
    parser.add_argument("--steps", type=int, default=800, help="of training; minutes, halvings and clocks are not asked")
    parser.add_argument("--language-steps", type=int, default=250, help="of the language model's training; 0 for none")
    parser.add_argument("--out", type=Path, required=True, help="JSON table that the row is added to")
    parser.set_defaults(config="study", batch=4, max_frames=64)
    return parser


if __name__ == "__main__":
    study(arguments().parse_args())
