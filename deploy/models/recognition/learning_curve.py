"""How many clips of how many people a word needs: heads trained on parts of the clips, tested on people left out.

Each seed leaves other people out and takes other clips of the rest. Every word gets as many clips, spread over the people
as evenly as they have them; a quarter as many clips as all words have show background. All heads train equally long.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from recognition import data, learn, scores, train
from recognition.model import Head

MODELS = Path(__file__).resolve().parents[1]
POINTS = ((3, 1), (3, 4), (8, 4), (8, 8), (15, 8), (15, 30))  # people, clips of each word


def split(people, seed, left_out):
    """(people to learn from in a drawn order, people left out): seeds leave others out, as long as there are others."""
    shuffled = np.random.default_rng(0).permutation(sorted(people))
    first = seed * left_out % len(shuffled)
    out = [shuffled[(first + place) % len(shuffled)] for place in range(left_out)]
    rest = [person for person in shuffled if person not in out]
    return list(np.random.default_rng(seed + 1).permutation(rest)), out


def taken(clips, people, each, random):
    """Places of `each` clips of a word from these people: first one of everybody, then a second; fewer where there are no more."""
    rounds = []
    for person in random.permutation(people):
        own = random.permutation([place for place, clip in enumerate(clips) if clip.group == person])
        rounds += [(turn, len(rounds), int(place)) for turn, place in enumerate(own)]
    return [place for _, _, place in sorted(rounds)[:each]]


def chosen(course, people, each, random):
    """Places of the clips that a head learns from."""
    found = []
    for label in course.labels:
        if label != course.background:
            places = [place for place in course.measured if course.clips[place].label == label]
            found += [places[part] for part in taken([course.clips[place] for place in places], people, each, random)]
    others = np.setdiff1d(np.arange(len(course.clips)), course.measured)
    return np.array(found + list(random.permutation(others)[: max(1, len(found) // 4)]), int)


def measure(options):
    course, encoder = train.Course(options), data.Encoder(options.encoder)
    plain, examples = course.examples(encoder, options.versions)
    people, opened, found = {course.clips[place].group for place in course.measured}, learn.bits_of(), {}
    for seed in range(options.seeds):
        pool, out = split(people, seed, options.left_out)
        tested = [place for place in course.measured if course.clips[place].group in out]
        for count, each in options.points:
            part = chosen(course, pool[:count], each, np.random.default_rng(seed))
            torch.manual_seed(seed)
            head = learn.fit(Head(len(course.labels)), examples.part(part), learn.Recipe(steps=options.steps, seed=seed), opened)
            decided = scores.decisions(learn.logits_of(head, [plain[place] for place in tested], opened))
            found.setdefault((count, each), []).append((len(part), len(tested), scores.top1(decided, course.targets[tested])))
            print(f"seed {seed}: {each} clips a word from {count} people: {found[count, each][-1][2]:.1%} of {len(tested)}", flush=True)
        points = [point(count, each, runs) for (count, each), runs in found.items()]
        write(options.out, options.steps, {"tokenizer_id": encoder.metadata["tokenizer_id"], "left_out": options.left_out, "points": points})


def write(out, steps, found):
    """Beside what was measured with other steps."""
    table = json.loads(out.read_text()) if out.exists() else {"rows": []}
    table["learning_curve"] = table.get("learning_curve", {}) | {str(steps): found}
    out.write_text(json.dumps(table, indent=1) + "\n")


def point(people, clips, runs):
    sizes, tested, right = zip(*runs)
    return {"people": people, "clips_a_word": clips, "learned_from": sizes, "tested": tested, "top1": right, "mean": float(np.mean(right))}


def asked(text):
    people, clips = map(int, text.split("x"))
    return people, clips


def arguments():
    parser = train.arguments()
    parser.description = __doc__
    parser.add_argument("--points", type=asked, nargs="+", default=POINTS, help="PEOPLExCLIPS: from how many people, how many clips of each word")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--left-out", type=int, default=5, help="people that a seed tests on")
    parser.set_defaults(steps=150, out=MODELS / "recognition.json")
    return parser


def main():
    options = arguments().parse_args()
    torch.set_num_threads(options.threads)
    measure(options)
    print(options.out)


if __name__ == "__main__":
    main()
