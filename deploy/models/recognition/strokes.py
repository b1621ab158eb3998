"""Made-up clips: a drawn hand traces shapes before stills of footage, so that a head can learn motion from any number of them.

Places are [x, y] in sides of the picture, from its upper left corner.
"""

import hashlib
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter

from recognition import data, learn

from clips import decode

RECIPE = "1"  # raised whenever the drawings become others
COURSE = {"steps": 700, "mix": 0.0}  # how a head learns from them
FINE = 2 * data.SIZE  # pixels a side of the drawing
SHAPES = {  # corners in a square from (0, 0), upper left, to (1, 1)
    "carret": [(0, 1), (0.5, 0), (1, 1)],
    "circlecc": [(0.5 - 0.5 * np.sin(angle), 0.5 - 0.5 * np.cos(angle)) for angle in np.linspace(-0.5, 2 * np.pi - 0.4, 24)],
    "del": [(0, 0), (1, 1), (0, 1), (1, 0)],
    "down": [(0.5, 0), (0.5, 1)],
    "left": [(1, 0.5), (0, 0.5)],
    "right": [(0, 0.5), (1, 0.5)],
    "square": [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)],
    "star": [(0, 1), (0.5, 0), (1, 1), (0, 0.4), (1, 0.4), (0, 1)],
    "tick": [(0, 0.5), (0.4, 1), (1, 0)],
    "up": [(0.5, 1), (0.5, 0)],
}


def examples(labels, footage, encoder, rate, count):
    """`count` made-up clips as token frames, every label as often; a label that names no shape is a hand without aim."""
    clips = [data.Clip(Path(str(number)), labels[number % len(labels)], "") for number in range(count)]
    facts = f"{RECIPE} {labels} {footage} {rate} {count}"
    stored = data.CACHE / f"{encoder.digest()}-strokes-{hashlib.sha256(facts.encode()).hexdigest()[:12]}.npz"
    stored.parent.mkdir(parents=True, exist_ok=True)
    targets = np.array([labels.index(clip.label) for clip in clips])
    return learn.Examples([data.prepared(stored, clips, 0, encoder, Drawings(footage, rate), None)], targets, [""] * count)


class Drawings:
    """Stands where `data.Views` does: shows clips that nobody filmed, by their label and number."""

    def __init__(self, footage, rate):
        self.footage, self.rate = footage, rate

    @cached_property
    def stills(self):
        return [Image.fromarray(decode(clip.path, data.ROOM, 1)[0]) for clip in data.background(self.footage, "")]

    def __call__(self, clip, version, is_background):
        """uint8 [T, SIZE, SIZE, 3]."""
        random, aimed = np.random.default_rng([int(clip.path.name), version]), clip.label in SHAPES
        way = traced(SHAPES[clip.label], self.rate, random) if aimed else aimless(random)
        hand, blur, frames = Hand(random, aimed), ImageFilter.GaussianBlur(random.uniform(0.3, 1.6)), []
        for tip, picture in zip(way, backdrop(self.stills, len(way), random)):
            mask = Image.new("L", picture.size)
            drawn = hand.drawn(tip, mask)
            picture.paste(drawn, mask=mask.filter(blur))
            frames.append(np.asarray(picture.resize((data.SIZE, data.SIZE), Image.BOX)))
        return data.colour(torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2).float(), random)


def traced(corners, rate, random):
    """Where the fingertip is in each frame, [T, 2]: somewhere, at some size and pace, slower at the corners, held at the ends."""
    corners = np.array(corners, float)
    lengths = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    seconds = (0.9 + lengths.sum()) * np.exp(random.uniform(-0.6, 0.5))
    ends = np.cumsum([0, *lengths ** random.uniform(0.6, 1)])
    moments = np.linspace(0, ends[-1], max(5, round(seconds * rate)))
    if len(corners) < 10:  # a polygon, no curve
        corners = corners + random.normal(0, 0.06, corners.shape)
        leg = np.clip(np.searchsorted(ends, moments, "right") - 1, 0, len(lengths) - 1)
        part = (moments - ends[leg]) / (ends[leg + 1] - ends[leg])
        moments = ends[leg] + (part + random.uniform(0, 0.8) * (part**2 * (3 - 2 * part) - part)) * (ends[leg + 1] - ends[leg])
    way = np.stack([np.interp(moments, ends, axis) for axis in corners.T], 1)
    angle = random.normal(0, 0.1)
    turned = (way - 0.5) @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    way = turned * random.uniform(0.3, 0.62, 2) + random.uniform((0.36, 0.36), (0.62, 0.56))
    way = np.pad(way, [random.integers(0, 3, 2), (0, 0)], "edge")[: data.LONGEST]
    return way + random.normal(0, 0.006, way.shape)


def aimless(random):
    steps = random.normal(0, 0.02 * random.random(), (random.integers(6, 24), 2))
    return np.cumsum(steps, 0) + random.uniform(0.2, 0.7, 2)


def backdrop(stills, count, random):
    """One still, or one blurred pattern, from somewhere, in half of the clips a little shaken: `count` images of FINE x FINE."""
    if random.random() < 0.8:
        still = stills[random.integers(len(stills))]
    else:
        pattern = random.integers(0, 256, (*random.integers(1, 5, 2), 3), np.uint8)
        still = Image.fromarray(pattern).resize((data.ROOM, data.ROOM), Image.BICUBIC)
    side = min(still.size) * random.uniform(0.5, 0.92)
    left, top = (random.uniform(0.03 * side, length - 1.03 * side) for length in still.size)
    if random.random() < 0.5:
        still = still.transpose(Image.FLIP_LEFT_RIGHT)
    shake = np.cumsum(random.normal(0, 0.004, (count, 2)), 0) * (random.random() < 0.5)
    boxes = [(left + x, top + y, left + x + side, top + y + side) for x, y in side * shake.clip(-0.03, 0.03)]
    return [still.resize((FINE, FINE), Image.BILINEAR, box) for box in boxes]


class Hand:
    """One hand: its sizes, its tones, where its arm comes from, and how it opens and turns where it has no aim."""

    def __init__(self, random, aimed):
        self.random, self.aimed, self.open = random, aimed, not aimed and random.random() < 0.7
        self.size, self.finger, self.thick = random.uniform(0.85, 1.65), random.uniform(0.06, 0.13), random.uniform(0.013, 0.022)
        self.elbow, self.lean = np.array([random.uniform(0.6, 1.5), random.uniform(1.3, 2.0)]), random.normal(-0.15, 0.25)
        self.follow, self.cuff = random.uniform(0.2, 0.7), random.uniform(0.15, 0.6)
        tone = random.choice([random.uniform(0.05, 0.3), random.uniform(0.3, 0.95)], p=[0.25, 0.75])
        skin = np.array([1, random.uniform(0.65, 0.85), random.uniform(0.5, 0.75)]) * tone * 255 + random.normal(0, 8, 3)
        self.skin, self.lit = (tuple(np.clip(skin * light, 0, 255).astype(int)) for light in (1, random.uniform(0.75, 1.3)))
        self.sleeve = tuple(random.integers(0, 256, 3)) if random.random() < 0.3 else None
        self.thumb = random.uniform(-0.3, 0.9) if random.random() < 0.4 else None

    def drawn(self, tip, mask):
        """The hand with its fingertip there; what it covers is set in the mask."""
        picture = Image.new("RGB", mask.size, self.skin)
        pens = ImageDraw.Draw(picture), ImageDraw.Draw(mask)
        for outline, tone in self.parts(tip):
            for pen, fill in zip(pens, (tone, 255)):
                (pen.ellipse if len(outline) == 2 else pen.polygon)([tuple(FINE * corner) for corner in outline], fill)
        if not self.aimed:
            self.finger = float(np.clip(self.finger + self.random.normal(0, 0.015), 0.02, 0.2))
            self.lean += self.random.normal(0, 0.05)
            self.open ^= self.random.random() < 0.15
        return picture

    def parts(self, tip):
        """(outline, colour), from the back to the front: four corners, or two of a disc's box."""
        size, skin = self.size, self.skin
        right, down = tip - self.elbow
        angle = self.follow * np.arctan2(right, -down) + self.lean
        up, side = np.array([np.sin(angle), -np.cos(angle)]), np.array([np.cos(angle), np.sin(angle)])
        reach = (self.finger + 0.06) * size
        fist = tip - up * reach
        wrist = fist - 0.03 * size * up + 0.03 * (self.elbow - fist)
        middle, cuff = (wrist + part * (self.elbow - wrist) for part in (0.5, self.cuff))
        yield limb(wrist, self.elbow, 0.05 * size, 0.11 * size), skin
        yield limb(wrist + 0.02 * size * side, middle + 0.03 * size * side, 0.018 * size, 0.03 * size), self.lit
        if self.sleeve:
            yield limb(cuff, self.elbow, 0.085 * size, 0.13 * size), self.sleeve
        yield disc(fist, 0.062 * size), skin
        yield disc(fist + 0.04 * size * up, 0.055 * size), skin
        yield disc(fist + 0.025 * size * side + 0.01 * size * up, 0.03 * size), self.lit
        for spread in (-0.8, -0.35, 0, 0.3, 0.6) if self.open else (0,):
            end = fist + reach * (up * np.cos(spread) + side * np.sin(spread))
            yield limb(fist + 0.4 * (end - fist), end, 1.25 * self.thick * size, self.thick * size), skin
            yield disc(end, self.thick * size), skin
        if self.thumb is not None:
            end = fist - 0.085 * size * side + 0.04 * size * self.thumb * up
            yield limb(fist, end, 0.03 * size, 0.018 * size), skin
            yield disc(end, 0.018 * size), skin


def limb(start, end, wide, narrow):
    across = (end - start)[::-1] * (1, -1) / (np.linalg.norm(end - start) + 1e-6)
    return [start + across * wide, start - across * wide, end - across * narrow, end + across * narrow]


def disc(centre, radius):
    return [centre - radius, centre + radius]
