"""Trains the predictor on files of `tokens.py`; stops on time, and writes averaged weights in half precision."""

import argparse
import copy
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from generation.model import Predictor, nats

WARM = 0.02  # share of the time in which the rate rises
KEEP = 0.999  # of the averaged weights a step, once they are many
REPORTS = 16  # in the whole run
BITS = 1 / math.log(2)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("tokens", type=Path, nargs="+", help="files of clips of one length")
    parser.add_argument("--validation", type=Path, help="file of whole clips, for the curve alone")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights.pt and train.json")
    parser.add_argument("--seconds", type=float, default=300, help="of the clock, all in all")
    parser.add_argument("--batch", type=int, default=32, help="clips a step")
    parser.add_argument("--length", type=int, default=25, help="most token frames of a clip")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--dropout", type=float, default=0.05)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def load(path, device="cpu"):
    """A predictor of written weights."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model = Predictor(**saved["told"])
    model.load_state_dict({name: value.float() for name, value in saved["weights"].items()})
    return model.to(device).eval()


def save(model, path):
    torch.save({"told": model.told, "weights": {name: value.half() for name, value in model.state_dict().items()}}, path)


def rows(model, decay):
    """Matrices decay, all else does not."""
    matrices = [p for name, p in model.named_parameters() if p.dim() > 1 and "table" not in name and "bias" not in name]
    known = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in known]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


@torch.no_grad()
def validate(model, clips, device):
    """Mean bits a token by factor over whole clips."""
    total, count = torch.zeros(3, dtype=torch.float64), 0
    for clip in clips:
        clip = torch.from_numpy(clip[None]).to(device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            found = nats(model(clip), clip)
        total += found.double().sum((0, 1, 2, 3)).cpu()
        count += found.numel() // 3
    return (total * BITS / count).tolist()


def main():
    options = arguments().parse_args()
    began = time.time()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    options.out.mkdir(parents=True, exist_ok=True)
    data = torch.from_numpy(np.concatenate([np.load(path)["tokens"] for path in options.tokens])).to(device)
    checked = list(np.load(options.validation).values()) if options.validation else []
    model = load(options.start) if options.start else Predictor(options.width, options.layers)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = options.dropout
    model = model.to(device).train()
    averaged = copy.deepcopy(model).eval()
    step_of = torch.compile(model) if options.compile else model
    watch = torch.cuda.max_memory_allocated if device == "cuda" else lambda: 0
    optimizer = torch.optim.AdamW(rows(model, options.decay), lr=options.rate, betas=(0.9, 0.98))
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters} parameters, {tuple(data.shape)} on {device}, ready after {time.time() - began:.0f} s", flush=True)
    curve, steps, seen, last, mean = [], 0, 0, 0.0, None
    while True:
        done = (time.time() - began) / options.seconds
        if done >= 0.97:
            break
        rate = options.rate * min(1, (done + 1e-3) / WARM) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, done / 0.97))))
        for group in optimizer.param_groups:
            group["lr"] = rate
        clips = data[torch.randint(len(data), (options.batch,), device=device), : options.length]
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            loss = nats(step_of(clips), clips).sum(-1).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        keep = min(KEEP, (steps + 1) / (steps + 10))
        with torch.no_grad():
            for mine, theirs in zip(averaged.parameters(), model.parameters()):
                mine.lerp_(theirs, 1 - keep)
        steps, seen = steps + 1, seen + clips[..., 0].numel()
        mean = loss.detach() if mean is None else mean.lerp(loss.detach(), 0.02)
        if done - last > 1 / REPORTS:
            last = done
            found = validate(averaged, checked, device) if checked else [math.nan]
            entry = {"seconds": time.time() - began, "steps": steps, "tokens": seen, "train": float(mean) * BITS, "validation": found}
            curve.append(entry)
            print(
                f"{entry['seconds']:.0f} s, step {steps}, {seen / 1e6:.1f} M tokens: {entry['train']:.3f} bits,"
                f" validation {sum(found):.3f} ({', '.join(f'{bits:.2f}' for bits in found)}), {watch() >> 20} MiB",
                flush=True,
            )
            save(averaged, options.out / "weights.pt")
    save(averaged, options.out / "weights.pt")
    found = validate(averaged, checked, device) if checked else []
    about = {key: str(value) for key, value in vars(options).items()}
    (options.out / "train.json").write_text(json.dumps({"options": about, "curve": curve, "validation": found, "steps": steps}, indent=1))
    print(f"{steps} steps, validation {sum(found):.3f} bits, {time.time() - began:.0f} s: {options.out / 'weights.pt'}")


if __name__ == "__main__":
    main()
