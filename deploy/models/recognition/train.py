"""Trains a head on a folder of labelled clips, cross-validates it over subjects, and exports it: one command, on a CPU.

Clips lie as folder/label/*.mp4. The held-out folds give the accuracy to expect, and the temperature.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from recognition import data, learn, scores
from recognition.export import HeadSpec, export_head
from recognition.model import Head

MODELS = Path(__file__).resolve().parents[1]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of label/*.mp4")
    parser.add_argument("--background", type=Path, help="folder of videos that show none of the labels")
    parser.add_argument("--background-label", default="background", help="their label; a folder of that name counts too")
    parser.add_argument("--encoder", type=Path, default=MODELS / "nolook-small" / "encoder.onnx", help="whose tokens the head reads")
    parser.add_argument("--out", type=Path, help="the .onnx file to write; without it, cross-validation only")
    parser.add_argument("--name", default="recognizer", help="of the model")
    parser.add_argument("--version", default="1", help="of the model")
    parser.add_argument("--rate", type=float, default=5.0, help="frames a second that clips are sampled to")
    parser.add_argument("--group", default=r"s\d+", help="what in a file's name says who is seen; those stay on one side of a split")
    parser.add_argument("--folds", type=int, default=6, help="of the cross-validation; 0 for none")
    parser.add_argument("--temperature", type=float, help="to write without a cross-validation of this run, such as evaluate.py's")
    parser.add_argument("--versions", type=int, default=5, help="augmented versions of each clip")
    parser.add_argument("--steps", type=int, default=learn.Recipe.steps, help="of 32 clips")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    return parser


class Course:
    """The clips of one task, their labels, and the folds they are held out in."""

    def __init__(self, options):
        clips = data.labelled(options.data, options.group)
        known = {clip.label for clip in clips} | ({options.background_label} if options.background else set())
        self.background = options.background_label if options.background_label in known else ""
        self.labels = tuple(sorted(known - {self.background})) + ((self.background,) if self.background else ())
        self.grey = data.grey_share(clips)
        self.clips = clips + (data.background(options.background, self.background) if options.background else [])
        self.targets = np.array([self.labels.index(clip.label) for clip in self.clips])
        self.measured = np.arange(len(clips))  # cross-validation counts the labelled folders only
        self.folds = folds([clip.group for clip in self.clips], options.folds)
        self.options = options

    def examples(self, encoder, versions, single=False):
        """(clips as they are, their augmented versions)."""
        views = data.Views(self.options.rate, self.grey, single)
        prepared = data.prepare(self.clips, versions + 1, encoder, views, self.background)
        groups = [clip.group for clip in self.clips]
        return prepared[0], learn.Examples(prepared, self.targets, groups)


def folds(groups, count):
    """Number of the fold of each clip; a group stays together, and folds are as even as that allows."""
    sizes = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    filled, chosen = [0] * max(1, count), {}
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        chosen[group] = filled.index(min(filled))
        filled[chosen[group]] += sizes[group]
    return np.array([chosen[group] for group in groups])


def fold_head(fold, course, examples, build, recipe, opened, folder=None):
    """A head that has seen nobody of the fold: read from the folder where it is there, else trained, and kept there."""
    path = folder and folder / f"fold-{fold}.pt"
    torch.manual_seed(recipe.seed + fold)
    head = build()
    if path and path.exists():
        head.load_state_dict(torch.load(path))
        return head.eval()
    head = learn.fit(head, examples.part(np.flatnonzero(course.folds != fold)), recipe, opened)
    if path:
        folder.mkdir(parents=True, exist_ok=True)
        torch.save(head.state_dict(), path)
    return head


def cross_validate(course, plain, examples, build, recipe, opened, heads=None):
    """Clip -> logits [t, labels] from a head that has seen nobody of its group. The heads are kept in a folder, or discarded."""
    held_out = [None] * len(plain)
    for fold in range(course.options.folds):
        out = np.flatnonzero(course.folds == fold)
        head = fold_head(fold, course, examples, build, recipe, opened, heads)
        for place, logits in zip(out, learn.logits_of(head, [plain[place] for place in out], opened)):
            held_out[place] = logits
        done = [place for place in course.measured if held_out[place] is not None]
        right = scores.top1(scores.decisions([held_out[place] for place in done]), course.targets[done])
        print(f"fold {fold}: {right:.1%} of the {len(done)} clips held out so far", flush=True)
    return held_out


def summary(course, held_out):
    """Figures of the labelled clips. The temperature is chosen on all that were held out, but for `ece.nested`: see `nested`."""
    places = [place for place in course.measured if held_out[place] is not None]
    logits, targets = [held_out[place] for place in places], course.targets[places]
    found = {"clips": len(places), "groups": len({course.clips[place].group for place in places})}
    for rule in scores.DECISIONS:
        found[f"top1.{rule}"] = scores.top1(scores.decisions(logits, 1.0, rule), targets)
    found["temperature"] = scores.best_temperature(logits, targets)
    found["ece.uncalibrated"] = scores.ece(scores.decisions(logits), targets)
    found["ece"] = scores.ece(scores.decisions(logits, found["temperature"]), targets)
    found["temperatures.nested"] = nested(logits, targets, course.folds[places])
    found["ece.nested"] = scores.ece(calibrated(logits, course.folds[places], found["temperatures.nested"]), targets)
    return found


def nested(logits, targets, of_fold):
    """The temperature for each fold, chosen on the clips of the others."""
    chosen = []
    for fold in range(max(of_fold) + 1):
        others = np.flatnonzero(of_fold != fold)
        chosen.append(scores.best_temperature([logits[place] for place in others], targets[others]))
    return chosen


def calibrated(logits, of_fold, temperatures):
    """Decisions [clips, labels] at the temperature of each clip's fold."""
    return scores.decisions([clip / temperatures[fold] for clip, fold in zip(logits, of_fold)])


def main():
    options = arguments().parse_args()
    torch.set_num_threads(options.threads)
    course, encoder = Course(options), data.Encoder(options.encoder)
    bits = int(encoder.metadata["bits"])
    plain, examples = course.examples(encoder, options.versions)
    recipe, opened = learn.Recipe(steps=options.steps, seed=options.seed), learn.bits_of(bits)
    grid = data.SIZE // int(encoder.metadata["stride.space"])

    def build():
        return Head(len(course.labels), bits, grid=grid)

    found = {"temperature": options.temperature or 1.0}
    if options.folds:
        found = summary(course, cross_validate(course, plain, examples, build, recipe, opened))
        print(json.dumps(found, indent=1))
    if options.out:
        torch.manual_seed(options.seed)
        head = learn.fit(build(), examples, recipe, opened)
        spec = HeadSpec(
            options.name, options.version, course.labels, encoder.metadata, course.background, found["temperature"], options.rate
        )
        report = export_head(head, spec, options.out)
        print(f"{report['parameters']} parameters, {report['multiply_adds'] / 1e6:.1f} MMAC a token frame, sees {report['receptive_field']} frames")
        print(options.out)


if __name__ == "__main__":
    main()
