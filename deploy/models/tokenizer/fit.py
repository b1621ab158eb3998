"""From a folder of videos to admitted model files, in one command; stops on time, and goes on where it stopped.

Trains encoder and decoder for most of the budget, finishes the decoder on the encoder's final codes, measures, exports,
and lets nolook admit the files. With `--start` the weights are those of an exported model, and this is fine-tuning.
With `--decoder-only` too the encoder's files are copied as they are: tokens, and all that was trained on them, stay.
"""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

import torch

import export
import measure
import train
from weights import load_weights

FINISH = 0.15  # share of the budget in which only the decoder moves
NOLOOK = Path(__file__).resolve().parents[3] / "nolook"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of videos, searched recursively")
    parser.add_argument("--out", type=Path, required=True, help="folder for encoder.onnx, decoder.onnx and training/, which holds what resumes")
    parser.add_argument("--minutes", type=float, default=240, help="of training, over all resumed runs (default: %(default)s)")
    parser.add_argument("--start", type=Path, help="folder of an exported model, or a checkpoint, to fine-tune (default: noise)")
    parser.add_argument("--decoder-only", action="store_true", help="with a folder as --start: train pictures, keep tokens")
    parser.add_argument("--validation", type=Path, help="folder of .mp4 files never trained on, to measure before and after")
    parser.add_argument("--name", help="of the model (default: the name of --out)")
    parser.add_argument("--version", default="1", help="of the model (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="clips per step (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="on a CPU (default: %(default)s)")
    parser.add_argument("--rate", type=float, help="peak learning rate (default: 2e-3; 1e-3 with --start; 5e-4 with --decoder-only)")
    parser.add_argument("--no-admission", action="store_true", help="leave out nolook check-model, which needs Java")
    return parser


def fit(options):
    """Runs what has not run yet; returns what export found."""
    work = options.out / "training"
    work.mkdir(parents=True, exist_ok=True)
    (train_decoder if options.decoder_only else train_both)(options, work)
    encoder, decoder, _ = load_weights(work / "finish.pt")
    if options.validation:
        report(options, encoder, decoder)
    spec = export.Spec(options.name or options.out.resolve().name, options.version)
    if options.decoder_only:
        found = export.export_decoder(decoder, options.start, spec, options.out)
        for encoder in options.start.glob("encoder*.onnx"):
            shutil.copy(encoder, options.out)
    else:
        found = export.export_streaming(encoder, decoder, spec, options.out)
    print(found["tokenizer_id"])
    if not options.no_admission:
        for role in ("encoder", "decoder"):
            subprocess.run([NOLOOK, "check-model", (options.out / f"{role}.onnx").resolve()], check=True)
    return found


def common(options):
    return ["--data", options.data, "--batch", options.batch, "--threads", options.threads]


def train_both(options, work):
    rate = options.rate or (1e-3 if options.start else 2e-3)
    start = ["--start", options.start, "--frozen-norm", "--plain", 0] if options.start else []
    stage(work / "train.pt", options.minutes * (1 - FINISH), *common(options), *start, "--rate", rate)
    finish = ["--start", work / "train.pt", "--decoder-only", "--frames", 21, "--seed", 1]
    stage(work / "finish.pt", options.minutes * FINISH, *common(options), *finish, "--rate", rate / 5)


def train_decoder(options, work):
    finish = ["--start", options.start, "--decoder-only", "--frames", 21, "--seed", 1]
    stage(work / "finish.pt", options.minutes, *common(options), *finish, "--rate", options.rate or 5e-4)


def stage(checkpoint, minutes, *arguments):
    """One run of training, left out when its minutes are used up."""
    if checkpoint.exists() and torch.load(checkpoint, map_location="cpu")["minutes"] >= minutes:
        print(f"{checkpoint} has had its {minutes:.1f} minutes", flush=True)
        return
    words = ["--checkpoint", checkpoint, "--minutes", minutes, *arguments]
    train.train(train.arguments().parse_args([str(word) for word in words]))


def report(options, encoder, decoder):
    """Figures on the validation videos, of the start too."""
    validation = measure.load_validation(options.validation)
    found = {"after": measure.figures(encoder, decoder, validation)}
    if options.start:
        found["before"] = measure.figures(*load_weights(options.start)[:2], validation)
    for when, figures in sorted(found.items(), reverse=True):
        print(f"{when}: PSNR {figures['psnr']:.2f} dB, joint entropy {figures['joint_entropy_bits']:.2f} bits a token", flush=True)
    path = options.out / "figures.json"
    path.write_text(json.dumps(found, indent=1))
    print(path)


def main():
    parser = arguments()
    options = parser.parse_args()
    if options.decoder_only and not (options.start and (options.start / "encoder.onnx").exists()):
        parser.error(f"--decoder-only: found --start {options.start}, expected a folder with encoder.onnx, whose tokens stay")
    fit(options)
    for role in ("encoder", "decoder"):
        print(options.out / f"{role}.onnx")


if __name__ == "__main__":
    main()
