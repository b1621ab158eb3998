"""Cross-validates the head beside its baselines, over subjects, and keeps one row a run in a JSON table.

Rows: tokens; pixels (the same frames, the same head behind one layer that makes 18 channels of 4 x 8 x 8 pixels); tokens
of a tokenizer with random weights; one token frame of a single frame; another task, whose classes need motion, and whose
heads have first learned from made-up clips.
"""

import argparse
import copy
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from recognition import data, learn, scores, strokes, train  # before the tokenizer's modules, which it puts on the path
from recognition.export import multiply_adds
from recognition.figures import draw
from recognition.model import Head

import configs
import export as tokenizer_export
import model as net
from checks import Stepped
from clips import to_unit

MODELS = Path(__file__).resolve().parents[1]
ROWS = ("tokens", "pixels", "random", "single", "gestures")


class PixelHead(nn.Module):
    """The head behind a learned linear code: one layer from the pixels of a place to as many channels as a token has bits."""

    def __init__(self, labels, bits, channels=256):
        super().__init__()
        self.labels, self.embed, self.head = labels, nn.Conv2d(channels, bits, 1), Head(labels, bits)
        self.norm = nn.BatchNorm2d(bits)

    def forward(self, x, count, memory):
        return self.head(self.norm(self.embed(x)), count, memory)


def pixels_of(stored):
    return stored.float() / 127.5 - 1


def random_encoder(course, folder=data.CACHE / "random"):
    """The shipped network with random weights, its batch norms set by some of the clips; written once."""
    path = folder / "encoder.onnx"
    if not path.exists():
        torch.manual_seed(0)
        encoder, decoder = configs.build()
        views = data.Views(course.options.rate)
        for norm in (each for each in encoder.modules() if isinstance(each, nn.BatchNorm2d)):
            norm.momentum = None  # the plain mean over all clips
        encoder.train()
        with torch.no_grad():
            for clip in course.clips[:: len(course.clips) // 24]:
                x = net.lead_in(to_unit(views(clip, 0)[:9]))
                encoder(x[:12], 12, net.Memory())
        tokenizer_export.export_streaming(encoder, decoder, tokenizer_export.Spec("random", "0"), folder)
    return data.Encoder(path)


def run(row, options):
    """One row of the table, from cross-validation."""
    began = time.process_time()
    course = train.Course(course_options(row, options))
    encoder = {"pixels": data.Pixels, "random": lambda: random_encoder(course)}.get(row, lambda: data.Encoder(options.encoder))()
    plain, examples = course.examples(encoder, options.versions, single=row == "single")
    opened = pixels_of if row == "pixels" else learn.bits_of()
    own = {"single": {"joined": 0.0}, "gestures": {"longest": 11, "joined": 0.0}}.get(row, {})
    recipe = learn.Recipe(steps=options.steps, seed=options.seed, **own)

    def build():
        return PixelHead(len(course.labels), 18) if row == "pixels" else Head(len(course.labels), places=4 if row == "gestures" else 1)

    if row == "gestures" and options.strokes:
        build = after_strokes(build, course, encoder, recipe, opened, options)
    heads = options.heads if row == "tokens" else None
    held_out = train.cross_validate(course, plain, examples, build, recipe, opened, heads)
    logits, targets = [held_out[place] for place in course.measured], course.targets[course.measured]
    decided = scores.decisions(logits)
    found = {"row": row, "tokenizer_id": "" if row == "pixels" else encoder.metadata["tokenizer_id"], "labels": len(course.labels)}
    found |= train.summary(course, held_out) | cost(build(), plain[0], opened, course.options.rate)
    found |= {"majority": float(np.bincount(targets).max() / len(targets)), "seed": options.seed, "versions": options.versions, "steps": options.steps}
    found["right"] = "".join(str(int(right)) for right in decided.argmax(1) == targets)
    found["confusion"] = confusion(decided.argmax(1), targets, len(course.labels))
    found["label_names"] = list(course.labels)
    found["by_token_frames"] = by_token_frames(logits, targets)
    found["cpu_seconds"] = round(time.process_time() - began)
    return found, [course.clips[place].group for place in course.measured]


def after_strokes(build, course, encoder, recipe, opened, options):
    """Builds heads that have learned from made-up clips already: all of them from the same, as no recording is among them."""
    examples = strokes.examples(course.labels, options.background, encoder, course.options.rate, options.strokes)
    learned = learn.fit(build(), examples, replace(recipe, **strokes.COURSE), opened)
    return lambda: copy.deepcopy(learned)


def course_options(row, options):
    """The options of train.py for this row's task."""
    if row == "gestures":
        own = ["--data", *map(str, options.gestures), "--rate", str(options.gesture_rate), "--folds", "5", "--group", r"\d+$"]
    else:
        own = ["--data", *map(str, options.words), "--rate", str(options.rate), "--folds", str(options.folds)]
        own += ["--background", str(options.background)]
    return train.arguments().parse_args(own)


def cost(head, clip, opened, rate):
    """Parameters, and multiply-adds of the head a second of video; the tokens are there already."""
    head = head.eval()

    def probe(count, generator):
        return opened(torch.from_numpy(clip[:1])).expand(count, -1, -1, -1)

    macs = multiply_adds(Stepped("recognizer", head, 1, 1, net.CHUNK, probe, lambda logits: logits))
    parameters = sum(weight.numel() for weight in head.parameters())
    return {"parameters": parameters, "macs_per_token_frame": macs, "macs_per_second": round(macs * rate / net.CHUNK)}


def confusion(decided, targets, labels):
    return [[int(((targets == true) & (decided == label)).sum()) for label in range(labels)] for true in range(labels)]


def by_token_frames(logits, targets):
    """Accuracy of the decision over a clip's first 1, 2, 3... token frames; shorter clips count with what they have."""
    longest = max(map(len, logits))
    return [scores.top1(scores.decisions([clip[:count] for clip in logits]), targets) for count in range(1, longest + 1)]


def compare(table):
    """Paired differences of the tokens to the other rows of the same clips, where both are there."""
    rows = {row["row"]: row for row in table["rows"]}
    for name, row in rows.items():
        if "tokens" in rows and name in ("pixels", "random", "single"):
            first, second = ([int(right) for right in each["right"]] for each in (rows["tokens"], row))
            mean, low, high = scores.paired_interval(first, second, table["groups"])
            row["tokens_minus_this"] = {"points": round(mean, 2), "low": round(low, 2), "high": round(high, 2)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--words", type=Path, nargs="+", required=True, help="folders of label/*.mp4 with sNNN in the names")
    parser.add_argument("--gestures", type=Path, nargs="+", default=[], help="folders of the other task, a number at the end of the names")
    parser.add_argument("--background", type=Path, required=True, help="folder of videos that show none of the words")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS, help="to run; others stay in the table as they are")
    parser.add_argument("--encoder", type=Path, default=MODELS / "nolook-small" / "encoder.onnx")
    parser.add_argument("--rate", type=float, default=5.0, help="frames a second of the words")
    parser.add_argument("--gesture-rate", type=float, default=6.0, help="frames a second of the gestures")
    parser.add_argument("--strokes", type=int, default=1536, help="made-up clips that gestures are learned from first")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--versions", type=int, default=5, help="augmented versions of each clip")
    parser.add_argument("--steps", type=int, default=learn.Recipe.steps)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--heads", type=Path, help="folder that keeps the heads of `tokens` for streams.py; those there are not trained again")
    parser.add_argument("--out", type=Path, default=MODELS / "recognition.json")
    return parser


def main():
    options = arguments().parse_args()
    torch.set_num_threads(1)
    for name in options.rows:
        row, groups = run(name, options)
        table = json.loads(options.out.read_text()) if options.out.exists() else {"rows": []}
        table["rows"] = sorted([each for each in table["rows"] if each["row"] != name] + [row], key=lambda each: ROWS.index(each["row"]))
        if name != "gestures":
            table["groups"] = groups
        compare(table)
        options.out.write_text(json.dumps(table, indent=1) + "\n")
        print({key: row[key] for key in ("row", "top1.mean-log", "top1.last", "ece", "cpu_seconds")}, flush=True)
    draw(table, MODELS / "images" / "recognition.png")
    print(options.out)


if __name__ == "__main__":
    main()
