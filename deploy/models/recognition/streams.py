"""How often a recognizer is right, and how often it calls for nothing, on streams that nobody trimmed.

Streams with words: for each person left out, background, a word, background, a word. Streams without: whole videos that
no head has learned from. Scores after every token frame become events by the rule of the recognizing job. Recall is the
share of words that are told while they are shown or soon behind; a false alarm is any event where no word is shown.
Each fold's head is measured at thresholds and a temperature that were chosen on the other folds, people and footage.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from recognition import data, events, learn, train  # before the tokenizer's modules, which it puts on the path
from recognition.model import Head

from figures import draw_panels

MODELS = Path(__file__).resolve().parents[1]
GAP = 15, 31  # sampled frames of background between two words: 3 to 6 s at 5 a second
LATE = 1.6  # seconds behind a word's last frame in which it may still be told: two token frames at 5 frames a second
THRESHOLDS = [round(0.3 + 0.02 * step, 2) for step in range(35)] + [0.985, 0.99, 0.995]
RELEASE = 2 / 3  # of the threshold, as in the defaults
DURATIONS = 0.5, 1.0, 2.0  # seconds: one, two, three token frames
DEFAULT = 0.6, 0.5  # of the job's options: threshold, least duration
LONGEST = 600  # sampled frames of a video
RECALLS = 0.5, 0.6, 0.7, 0.8
SHOWN = 120  # false alarms an hour that are drawn at most


@dataclass(frozen=True)
class Stream:
    """Token frames of one gapless run, and what is shown in it: [(label, first second, last second)]."""

    tokens: np.ndarray
    frames: int
    words: tuple = ()
    name: str = ""

    def seconds(self, rate):
        return self.frames / rate


@dataclass(frozen=True)
class Counts:
    """What the events of some streams are worth."""

    words: int = 0
    right: int = 0  # words that were told
    wrong: int = 0  # events of another label while a word is shown
    alarms: int = 0  # events where no word is shown
    seconds: float = 0.0

    def __add__(self, other):
        return Counts(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values())))

    @property
    def recall(self):
        return self.right / max(1, self.words)

    @property
    def per_hour(self):
        return 3600 * self.alarms / max(1e-9, self.seconds)


def judged(found, stream, rate):
    """Counts of a stream's events [(token frame, event)]; an event counts when it is told."""
    told = [(events.spans(stream.frames, rate)[step][1], event) for step, event in found if not event.ended]
    right, wrong, alarms = set(), 0, 0
    for when, event in told:
        shown = [place for place, (_, first, last) in enumerate(stream.words) if first <= when <= last + LATE + 1e-9]
        if not shown:
            alarms += 1
        elif stream.words[shown[-1]][0] == event.label:
            right.add(shown[-1])
        else:
            wrong += 1
    return Counts(len(stream.words), len(right), wrong, alarms, stream.seconds(rate))


def joined(words, gaps, random):
    """Frames of one stream and where its words are: [(label, first frame, last frame)]; `words` are [(label, frames)]."""
    shown, places, length = [], [], 0
    for label, frames in words:
        for part in (gap(gaps, random), frames):
            shown.append(part)
            length += len(part)
        places.append((label, length - len(frames), length - 1))
    return np.concatenate([*shown, gap(gaps, random)]), places


def gap(gaps, random):
    """A piece of background."""
    source, wanted = gaps[random.integers(len(gaps))], int(random.integers(*GAP))
    return source[data.piece(list(range(len(source))), wanted, random.random(), False)]


def grey(frames):
    return np.repeat(frames.mean(3, keepdims=True).astype(np.uint8), 3, 3)


def whole(path, rate):
    """uint8 [T, SIZE, SIZE, 3] of a video at the rate."""
    frames, fps = data.read(path, rate, (data.SIZE,), LONGEST)
    return data.centre_crop(frames[data.SIZE][data.sampled(len(frames[data.SIZE]), fps, rate)], data.SIZE)


def named(folder):
    return "/".join(folder.parts[-2:])


def quiet_videos(folders, course):
    """[(folder's name, path, fold)] of what no head has learned from; a source stays in one fold."""
    learned = {clip.path.resolve() for clip in course.clips}
    found = [(folder, path) for folder in folders for path in sorted(folder.rglob("*.mp4")) if path.resolve() not in learned]
    of_fold = train.folds([data.source_of(path) for _, path in found], course.options.folds)
    return [(named(folder), path, int(fold)) for (folder, path), fold in zip(found, of_fold)]


def quiet_streams(videos, encoder, rate, made_grey):
    """{folder's name: [[Stream of each video] of each fold]}."""
    found = {}
    for first in range(0, len(videos), data.BATCH):
        some = videos[first : first + data.BATCH]
        shown = [whole(path, rate) for _, path, _ in some]
        shown = [grey(frames) for frames in shown] if made_grey else shown
        for (name, path, fold), frames, tokens in zip(some, shown, encoder.tokens(shown)):
            found.setdefault(name, {}).setdefault(fold, []).append(Stream(tokens, len(frames), name=path.stem))
    return found


def word_streams(course, videos, encoder, rate, seed):
    """[[Stream of each person] of each fold]: what people of the fold show, with background of the fold's videos between."""
    random, views, found = np.random.default_rng(seed), data.Views(rate, course.grey), {}
    for fold in range(course.options.folds):
        gaps = [whole(path, rate) for _, path, of_fold in videos if of_fold == fold]
        if not gaps:
            raise ValueError(f"fold {fold}: found no video without words, expected one: give --quiet at least {course.options.folds} sources")
        gaps = [grey(frames) if random.random() < course.grey else frames for frames in gaps]
        people = {}
        for place in course.measured[course.folds[course.measured] == fold]:
            people.setdefault(course.clips[place].group, []).append(course.clips[place])
        signed = ([(course.labels.index(clip.label), views(clip, 0)) for clip in random.permutation(shown)] for shown in people.values())
        clips = [joined(words, gaps, random) for words in signed]
        tokens = encoder.tokens([frames for frames, _ in clips])
        found[fold] = [
            Stream(codes, len(frames), tuple((label, first / rate, last / rate) for label, first, last in places), person)
            for codes, (frames, places), person in zip(tokens, clips, people)
        ]
    return found


def rule_of(threshold, min_duration, course):
    background = course.labels.index(course.background) if course.background else -1
    return events.Rule(threshold, min(threshold, round(RELEASE * threshold, 4)), min_duration, background)


def counted(scored, rate, rule):
    """Counts of [(probabilities, Stream)]."""
    return sum((judged(events.detect(p, events.spans(stream.frames, rate), rule), stream, rate) for p, stream in scored), Counts())


def probabilities(head, streams, temperature, opened):
    logits = learn.logits_of(head, [each.tokens for each in streams], opened)
    return [(torch.softmax(z / temperature, 1).tolist(), each) for z, each in zip(logits, streams)]


def swept(words, quiet, rate, course):
    """{(threshold, duration): (Counts of the words, {name: Counts of the quiet footage})} of one head."""
    settings = [(threshold, duration) for duration in DURATIONS for threshold in THRESHOLDS]
    return {
        each: (counted(words, rate, rule_of(*each, course)), {name: counted(some, rate, rule_of(*each, course)) for name, some in quiet.items()})
        for each in settings
    }


def total(tables, setting, names):
    """(Counts of the words, Counts of the quiet footage so named) over the folds' tables."""
    words = sum((table[setting][0] for table in tables), Counts())
    return words, sum((table[setting][1][name] for table in tables for name in names if name in table[setting][1]), Counts())


def chosen(tables, recall, names):
    """The setting with the fewest false alarms of those with the recall, or with the most recall where none has it."""

    def merit(setting):
        words, quiet = total(tables, setting, names)
        return (min(words.recall, recall), -quiet.per_hour, words.recall)

    return max(tables[0], key=merit)


def row(words, quiet):
    return {
        "words": words.words,
        "recall": round(words.recall, 4),
        "wrong_words": words.wrong,
        "false_alarms_between_words": words.alarms,
        "false_alarms": quiet.alarms,
        "hours": round(quiet.seconds / 3600, 3),
        "false_alarms_per_hour": round(quiet.per_hour, 2),
    }


def nested_rows(tables, names, near, recalls=RECALLS):
    """For each recall to reach: settings chosen on the other folds, counts of this fold, added up."""
    found = []
    for recall in recalls:
        settings = [chosen(tables[:fold] + tables[fold + 1 :], recall, names) for fold in range(len(tables))]
        found.append({"recall_asked": recall, "settings": settings} | rows(tables, settings, names, near))
    return found


def curve(tables, names, near):
    """Every setting, the same in all folds: nothing is chosen."""
    return [{"threshold": each[0], "min_duration": each[1]} | rows(tables, [each] * len(tables), names, near) for each in tables[0]]


def rows(tables, settings, names, near):
    """Counts at a setting for each fold, and of the near footage beside them."""

    def added(wanted):
        parts = [total([table], setting, wanted) for table, setting in zip(tables, settings)]
        return [sum(each, Counts()) for each in zip(*parts)]

    return row(*added(names)) | {name: row(*added([name])) for name in near}


def measure(options):
    course, encoder = train.Course(options), data.Encoder(options.encoder)
    plain, examples = course.examples(encoder, options.versions)
    recipe, opened = learn.Recipe(steps=options.steps, seed=options.seed), learn.bits_of()
    heads = [fold_of(fold, course, examples, recipe, opened, options.heads) for fold in range(options.folds)]
    temperatures = temperatures_of(course, plain, heads, opened)
    videos = quiet_videos(options.quiet, course)
    words = word_streams(course, videos, encoder, options.rate, options.seed)
    quiet = quiet_streams(videos + quiet_videos(options.near, course), encoder, options.rate, options.grey)
    tables = []
    for fold, (head, temperature) in enumerate(zip(heads, temperatures)):
        mine = {name: probabilities(head, streams.get(fold, []), temperature, opened) for name, streams in quiet.items()}
        tables.append(swept(probabilities(head, words[fold], temperature, opened), mine, options.rate, course))
        print(f"fold {fold}: {sum(map(len, mine.values()))} videos without words, {len(words[fold])} people", flush=True)
    return found_of(tables, temperatures, encoder, options)


def fold_of(fold, course, examples, recipe, opened, folder):
    def build():
        return Head(len(course.labels))

    return train.fold_head(fold, course, examples, build, recipe, opened, folder)


def temperatures_of(course, plain, heads, opened):
    """For each fold, chosen on the clips of the others, each judged by the head of its own fold."""
    of_fold = course.folds[course.measured]
    logits = [learn.logits_of(heads[fold], [plain[place]], opened)[0] for place, fold in zip(course.measured, of_fold)]
    return train.nested(logits, course.targets[course.measured], of_fold)


def found_of(tables, temperatures, encoder, options):
    names, near = ([named(folder) for folder in folders] for folders in (options.quiet, options.near))
    found = {"tokenizer_id": encoder.metadata["tokenizer_id"], "steps": options.steps, "seed": options.seed, "made_grey": options.grey}
    found |= {"temperatures": temperatures, "release": RELEASE, "late_seconds": LATE, "nested": nested_rows(tables, names, near)}
    found["default"] = rows(tables, [DEFAULT] * len(tables), names, names + near)
    found["curve"] = curve(tables, names, near)
    return found


def draw(streams, out):
    """Recall over false alarms an hour, a line for each least duration."""
    panels = {}
    for kind, found in streams.items():
        lines = {}
        for each in found["curve"]:
            if each["false_alarms_per_hour"] <= SHOWN:
                line = lines.setdefault(f"least duration {each['min_duration']:g} s", [[]])
                line[0].append((each["false_alarms_per_hour"], 100 * each["recall"]))
        panels[f"words told, %; other footage {'made grey' if kind == 'grey' else kind}"] = lines
    draw_panels(panels, ["false alarms a camera-hour"] * len(panels), out)


def arguments():
    parser = train.arguments()
    parser.description = __doc__
    quiet = "folders of videos that show none of the words; background that heads learn from is left out"
    parser.add_argument("--quiet", type=Path, nargs="+", required=True, help=quiet)
    parser.add_argument("--near", type=Path, nargs="*", default=[], help="folders of videos that show something like the words: counted apart")
    parser.add_argument("--grey", action="store_true", help="make those videos grey, as the words are")
    parser.add_argument("--heads", type=Path, help="folder of the folds' heads, kept by evaluate.py --heads, or by this where there are none")
    parser.set_defaults(steps=600, out=MODELS / "recognition.json")
    return parser


def main():
    options = arguments().parse_args()
    torch.set_num_threads(options.threads)
    found = measure(options)
    table = json.loads(options.out.read_text()) if options.out.exists() else {"rows": []}
    table["streams"] = table.get("streams", {}) | {"grey" if options.grey else "as recorded": found}
    options.out.write_text(json.dumps(table, indent=1) + "\n")
    draw(table["streams"], MODELS / "images" / "recognition-streams.png")
    print(json.dumps({key: found[key] for key in ("nested", "default")}, indent=1))
    print(options.out)


if __name__ == "__main__":
    main()
