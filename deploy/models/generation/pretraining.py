"""Does next-token prediction help to learn from few clips? Words told by the predictor's layers, pre-trained or not.

Rows: `probe` and `tuned` begin with the pre-trained predictor, `random` and `scratch` with the same network and random
weights. `probe` and `random` train a small layer on top and nothing else; `tuned` and `scratch` go on from there and train
everything. `convolutional` is the recognizer that is shipped, trained as it is, from the same clips.

Three sets of people share no person: some to learn from, some to choose rates on, some to test on.
"""

import argparse
import copy
import hashlib
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import generation  # noqa: F401  (finds the tokenizer's modules)
from generation.figures import draw
from generation.model import PERIOD, Predictor, by_groups, rows_of
from generation.tokens import factors
from generation.train import load, rows
from recognition import data, learn, scores
from recognition.learning_curve import taken
from recognition.model import Head

MODELS = Path(__file__).resolve().parents[1]
ROWS = ("convolutional", "random", "scratch", "probe", "tuned")
PAIRS = (("probe", "random"), ("tuned", "scratch"), ("tuned", "probe"), ("tuned", "convolutional"), ("probe", "convolutional"))
EACH = (1, 2, 4)  # clips of each word to learn from
PEOPLE = (8, 4, 8)  # to learn from, to choose rates on, to test on
FRAMES = 3  # token frames of a clip that all rows see, its first ones
VIEWS = 4  # of a clip to learn from: as it is, and augmented in pixels
SIDE = 8  # blocks of the grid a side: a block of 2 x 2 places has one place of each group
SHARE = 0.5  # of the blocks that a step of training the whole network looks at
PROBE_RATES, RATES = (1e-3, 3e-3, 1e-2), (1e-4, 3e-4, 1e-3)
PROBE_STEPS, PROBE_BATCH = 150, 32
STEPS, BATCH = 24, 8
LONGER = 5  # times as many steps, for one run of `scratch`: does it lack time?
CHOICES = 3  # draws that probes' rates are chosen on; the whole network's on the first of them


class Sent(data.Encoder):
    """Tokens as they are sent, escapes among them: the predictor knows those."""

    def __init__(self, path):
        super().__init__(path)
        self.escape = 0

    def digest(self):
        return f"{super().digest()}-sent"


class Probe(nn.Module):
    """States [N, layers, blocks, d] of token frames -> logits [N, labels]: a mean of the layers, looked at by a few queries."""

    def __init__(self, width, layers, labels, queries=4):
        super().__init__()
        self.labels = labels
        self.mix = nn.Parameter(torch.zeros(layers))
        self.where = nn.Parameter(torch.zeros(SIDE * SIDE, width))
        self.query = nn.Linear(width, queries)
        self.out = nn.Linear(queries * width, labels)
        self.dropout = nn.Dropout(0.2)

    def forward(self, states, blocks=slice(None)):
        x = F.layer_norm(states.float(), states.shape[-1:])
        x = (x * self.mix.softmax(0).view(-1, 1, 1)).sum(1) + self.where[blocks]
        seen = self.query(x).softmax(1).transpose(1, 2) @ x
        return self.out(self.dropout(seen.flatten(1)))


class Recognizer(nn.Module):
    """Token frames [N, T, rows, columns, 3] -> logits [N * T, labels]."""

    def __init__(self, trunk, probe):
        super().__init__()
        self.trunk, self.probe, self.labels = trunk, probe, probe.labels

    def forward(self, tokens):
        blocks = torch.randperm(SIDE * SIDE)[: round(SHARE * SIDE * SIDE)] if self.training else torch.arange(SIDE * SIDE)
        return self.probe(states(self.trunk, tokens, blocks).flatten(0, 1), blocks)


def states(trunk, tokens, blocks):
    """[N, T, rows, columns, 3] -> [N, T, 1 + layers, blocks, d]: means over blocks of the embeddings and of every layer's output."""
    count, length, height, width, _ = tokens.shape
    phases = (torch.arange(length) % PERIOD).view(1, -1, 1, 1)
    embedded = trunk.embedding(rows_of(tokens, phases))
    past = trunk.before_each(embedded)
    embedded = embedded.flatten(0, 1)
    chosen, places = places_of(blocks, height, width)
    x = by_groups(trunk.context(past, phases) + trunk.told_beside(embedded))[:, chosen]
    found, past = [by_groups(embedded)[:, chosen]], by_groups(past)[:, chosen]
    for layer, biases in zip(trunk.layers, trunk.biases(height, width)):
        x, _ = layer(x, past, among(biases, chosen))
        found.append(x)
    return torch.stack([each[:, places].reshape(count, length, len(blocks), -1, x.shape[-1]).mean(3) for each in found], 2)


def among(biases, chosen):
    """The biases of each group, of chosen places alone: as many of every group."""
    every, size = len(chosen) // len(biases), biases[0].shape[1]
    rows = [chosen[number * every : (number + 1) * every] - number * size for number in range(len(biases))]
    return [bias[:, rows[number]][:, :, chosen[: (number + 1) * every]] for number, bias in enumerate(biases)]


def places_of(blocks, height, width):
    """
    int64 [P']: which places, counted group after group, are in the blocks; int64 [P']: where among them those of each block
    are, block after block.
    """
    grid = torch.arange(height * width).view(SIDE, height // SIDE, SIDE, width // SIDE)
    wanted = grid.permute(0, 2, 1, 3).reshape(SIDE * SIDE, -1)[blocks].flatten()
    order = by_groups(torch.arange(height * width).view(1, height, width))[0]
    chosen = torch.isin(order, wanted).nonzero().flatten()
    where = torch.empty(height * width, dtype=torch.int64)
    where[order[chosen]] = torch.arange(len(chosen))
    return chosen, where[wanted]


@dataclass(frozen=True)
class Material:
    """Clips [clips], and of each in every view: token frames [views][clips, FRAMES, rows, columns] as they are sent."""

    clips: list
    targets: np.ndarray
    views: list
    escape: int

    def people(self):
        return {clip.group for clip in self.clips}

    def factors(self):
        """uint8 [views, clips, FRAMES, rows, columns, 3]."""
        return torch.from_numpy(np.stack([factors(view) for view in self.views]))

    def examples(self, places):
        """For the convolutional network, which reads the newest code of a block in the place of an escape."""
        inputs = [[data.resolved(view[place], self.escape) for place in places] for view in self.views]
        return learn.Examples(inputs, self.targets[places], [self.clips[place].group for place in places])


def parted(people, counts=PEOPLE):
    """Sets of people that have nobody in common, in an order drawn once."""
    drawn = np.random.default_rng(0).permutation(sorted(people))
    if sum(counts) > len(drawn):
        raise ValueError(f"found {len(drawn)} people, expected {sum(counts)}: {counts} to learn from, to choose on, to test on")
    return [set(part) for part in np.split(drawn, np.cumsum(counts))[: len(counts)]]


def material(folders, encoder, rate):
    """(to learn from, to choose on, to test on)."""
    clips = data.labelled(folders)
    labels = sorted({clip.label for clip in clips})
    found = []
    for people, views in zip(parted({clip.group for clip in clips}), (VIEWS, 1, 1)):
        some = [clip for clip in clips if clip.group in people]
        tokens = data.prepare(some, views, encoder, data.Views(rate))
        targets = np.array([labels.index(clip.label) for clip in some])
        found.append(Material(some, targets, [np.stack([begun(clip) for clip in view]) for view in tokens], data.escape_mask(encoder.metadata)))
    return labels, found


def begun(clip):
    """Its first token frames; the last of a shorter clip is repeated."""
    return clip[np.minimum(np.arange(FRAMES), len(clip) - 1)]


def drawn(learned, each, seed):
    """Places of `each` clips of every word, of as many people as may be."""
    random, found = np.random.default_rng(seed), []
    for label in np.unique(learned.targets):
        places = np.flatnonzero(learned.targets == label)
        clips = [learned.clips[place] for place in places]
        found += [int(places[part]) for part in taken(clips, sorted(learned.people()), each, random)]
    return np.array(found)


def fit(model, inputs, targets, rate, steps, batch, seed):
    """The running average of the weights after training on inputs [views, clips, ...]: of each clip a view drawn anew."""
    torch.manual_seed(seed)
    average, order_of = copy.deepcopy(model), torch.tensor([], dtype=torch.long)
    optimizer = torch.optim.AdamW(rows(model, 0.05), lr=rate, betas=(0.9, 0.98))
    model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / (0.1 * steps)) * 0.5 * (1 + math.cos(math.pi * step / steps))
        while len(order_of) < batch:
            order_of = torch.cat([order_of, torch.randperm(len(targets))])
        places, order_of = order_of[:batch], order_of[batch:]
        x = inputs[torch.randint(len(inputs), (batch,)), places]
        soft = F.one_hot(targets[places], model.labels).float() * (1 - learn.SMOOTHING) + learn.SMOOTHING / model.labels
        logits = model(x if isinstance(model, Recognizer) else x.flatten(0, 1))
        loss = learn.loss_of(logits, soft, torch.ones(batch, FRAMES), learn.Recipe.frames)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        learn.follow(average, model, min(learn.DECAY, (step + 1) / (step + 10)))
    return average.eval()


@torch.no_grad()
def remembered(trunk, tokens, some=8):
    """States of all token frames in half precision: [views, clips, FRAMES, layers, blocks, d]. The trunk stays as it is."""
    flat, blocks = tokens.flatten(0, 1), torch.arange(SIDE * SIDE)
    found = torch.cat([states(trunk, part, blocks).half() for part in flat.split(some)])
    return found.view(*tokens.shape[:2], *found.shape[1:])


class Trunk:
    """A predictor that recognizers begin with, and its states of the clips."""

    def __init__(self, predictor, materials, labels):
        self.predictor, self.labels = predictor.eval().requires_grad_(False), labels
        self.tokens = [each.factors() for each in materials]
        self.states = [remembered(self.predictor, tokens) for tokens in self.tokens]
        self.targets = [torch.from_numpy(each.targets) for each in materials]

    def probe(self, places, rate, seed):
        torch.manual_seed(seed)
        width, layers = self.predictor.told["width"], 1 + self.predictor.told["layers"]
        model = Probe(width, layers, len(self.labels))
        return fit(model, self.states[0][:, places], self.targets[0][places], rate, PROBE_STEPS, PROBE_BATCH, seed)

    def tuned(self, places, probe, rate, seed, times=1):
        """Everything trained, from a probe that is trained already."""
        model = Recognizer(copy.deepcopy(self.predictor).requires_grad_(True), copy.deepcopy(probe))
        return fit(model, self.tokens[0][:, places], self.targets[0][places], rate, times * STEPS, BATCH, seed)

    @torch.no_grad()
    def right(self, model, part):
        """bool [clips] of the materials' part."""
        if isinstance(model, Recognizer):
            logits = torch.cat([model(some) for some in self.tokens[part][0].split(8)])
        else:
            logits = model(self.states[part][0].flatten(0, 1))
        logits = logits.view(-1, FRAMES, len(self.labels))
        return scores.decisions(list(logits)).argmax(1) == self.targets[part].numpy()


def chosen(trunk, learned, each=2):
    """{what: its rate, and the top-1 at each rate of the people to choose on}; the clips are drawn by seeds that are not tested."""
    seeds, found, probes = range(1000, 1000 + CHOICES), {}, {}
    places = {seed: drawn(learned, each, seed) for seed in seeds}
    for rate in PROBE_RATES:
        probes[rate] = [trunk.probe(places[seed], rate, seed) for seed in seeds]
        found[rate] = float(np.mean([trunk.right(probe, 1) for probe in probes[rate]]))
    best = max(found, key=found.get)
    tuned = {rate: float(trunk.right(trunk.tuned(places[1000], probes[best][0], rate, 1000), 1).mean()) for rate in RATES}
    return {"probe": {"rate": best, "top1": found}, "tuned": {"rate": max(tuned, key=tuned.get), "top1": tuned}}


def convolutional(learned, tested, places, labels, steps, seed):
    """bool [tested clips] of the recognizer's network and recipe."""
    torch.manual_seed(seed)
    opened, held_out = learn.bits_of(), tested.examples(np.arange(len(tested.clips)))
    head = learn.fit(Head(len(labels)), learned.examples(places), learn.Recipe(steps=steps, half=False, seed=seed), opened)
    return scores.decisions(learn.logits_of(head, held_out.inputs[0], opened)).argmax(1) == tested.targets


def measure(options):
    began, encoder = time.time(), Sent(options.encoder)
    labels, materials = material(options.words, encoder, options.rate)
    predictor = load(options.weights)
    torch.manual_seed(0)
    trunks = {"pre-trained": predictor, "random": Predictor(**predictor.told)}
    trunks = {name: Trunk(each, materials, labels) for name, each in trunks.items()}
    print(f"{time.time() - began:.0f} s: states of {[len(each.clips) for each in materials]} clips", flush=True)
    table = kept(options.out, settings(encoder, labels, materials, options))
    rates = table.get("rates") or {name: chosen(trunk, materials[0]) for name, trunk in trunks.items()}
    table["rates"], before = rates, table["seconds"]
    print(f"{time.time() - began:.0f} s: {rates}", flush=True)
    done = {(run["clips_a_word"], run["draw"]) for run in table["runs"]}
    for seed, each in ((seed, each) for seed in range(options.draws) for each in EACH if (each, seed) not in done):
        places = drawn(materials[0], each, seed)
        for row, right in one(trunks, rates, materials, places, labels, options.steps, seed):
            run = {"row": row, "clips_a_word": each, "draw": seed, "top1": round(float(right.mean()), 4)}
            table["runs"].append(run | {"right": "".join(str(int(each)) for each in right)})
            print(f"{time.time() - began:.0f} s: {run}", flush=True)
        table["seconds"] = before + round(time.time() - began)
        options.out.write_text(json.dumps(table | summary(table), indent=1) + "\n")
    if "longer" not in table:
        table["longer"] = longer(trunks["random"], rates["random"], drawn(materials[0], EACH[-1], 0))
        options.out.write_text(json.dumps(table | summary(table), indent=1) + "\n")
    return table | summary(table)


def longer(trunk, rates, places):
    """The first draw of most clips for `scratch` once more, with more steps."""
    probe = trunk.probe(places, rates["probe"]["rate"], 0)
    right = trunk.right(trunk.tuned(places, probe, rates["tuned"]["rate"], 0, LONGER), 2)
    return {"row": "scratch", "clips_a_word": EACH[-1], "draw": 0, "steps": LONGER * STEPS, "top1": round(float(right.mean()), 4)}


def settings(encoder, labels, materials, options):
    """What runs of one table have in common."""
    return {
        "tokenizer_id": encoder.metadata["tokenizer_id"], "weights": hashlib.sha256(options.weights.read_bytes()).hexdigest()[:12],
        "labels": labels, "people": [sorted(each.people()) for each in materials], "clips": [len(each.clips) for each in materials],
        "groups": [clip.group for clip in materials[2].clips], "frames": FRAMES, "views": VIEWS,
        "steps": {"probe": PROBE_STEPS, "tuned": STEPS, "convolutional": options.steps},
    }  # fmt: skip


def kept(path, told):
    """The table of runs that are there already; of none where they were made with other settings."""
    table = json.loads(path.read_text()) if path.exists() else {}
    return table if all(table.get(name) == value for name, value in told.items()) else told | {"seconds": 0, "runs": []}


def one(trunks, rates, materials, places, labels, steps, seed):
    """(row, bool [tested clips]) of all rows, from the same clips."""
    yield "convolutional", convolutional(materials[0], materials[2], places, labels, steps, seed)
    for name, frozen, trained in (("pre-trained", "probe", "tuned"), ("random", "random", "scratch")):
        trunk = trunks[name]
        probe = trunk.probe(places, rates[name]["probe"]["rate"], seed)
        yield frozen, trunk.right(probe, 2)
        yield trained, trunk.right(trunk.tuned(places, probe, rates[name]["tuned"]["rate"], seed), 2)


def summary(table):
    """Means and spreads over the draws, and paired differences."""
    right = {}
    for run in table["runs"]:
        right.setdefault((run["row"], run["clips_a_word"]), []).append([int(each) for each in run["right"]])
    right = {key: np.array(found) for key, found in right.items()}
    return {
        "rows": [
            {"row": row, "clips_a_word": each} | spread(100 * right[row, each].mean(1)) for row in ROWS for each in EACH if (row, each) in right
        ],
        "differences": [
            {"row": row, "minus": other, "clips_a_word": each} | paired(right[row, each], right[other, each], table["groups"])
            for row, other in PAIRS
            for each in EACH
            if (row, each) in right and (other, each) in right
        ],
    }


def spread(found):
    """Of percentages: mean, standard deviation, least and most."""
    deviation = float(np.std(found, ddof=1)) if len(found) > 1 else 0.0
    mean, low, high = (round(float(each), 2) for each in (np.mean(found), min(found), max(found)))
    return {"draws": len(found), "mean": mean, "deviation": round(deviation, 2), "range": [low, high]}


def paired(first, second, groups):
    """Of right [draws, clips]: the difference in points, in how many draws it is more, and 95 % over the people tested."""
    _, low, high = scores.paired_interval(first.mean(0), second.mean(0), groups)
    difference = 100 * (first.mean(1) - second.mean(1))
    return spread(difference) | {"more": int((difference > 0).sum()), "people": [round(low, 2), round(high, 2)]}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--words", type=Path, nargs="+", required=True, help="folders of label/*.mp4 with sNNN in the names")
    parser.add_argument("--weights", type=Path, default=MODELS / "generation" / "weights.pt", help="of the predictor")
    parser.add_argument("--encoder", type=Path, default=MODELS / "nolook-small" / "encoder-int8.onnx")
    parser.add_argument("--rate", type=float, default=5.0, help="frames a second that clips are sampled to")
    parser.add_argument("--draws", type=int, default=5, help="of the clips to learn from")
    parser.add_argument("--steps", type=int, default=150, help="of the convolutional network")
    parser.add_argument("--out", type=Path, default=MODELS / "generation" / "pretraining.json")
    return parser


def main():
    options = arguments().parse_args()
    torch.set_num_threads(1)
    table = measure(options)
    draw(table, MODELS / "images" / "pretraining.png")
    for each in table["rows"] + table["differences"]:
        print(each)
    print(options.out)


if __name__ == "__main__":
    main()
