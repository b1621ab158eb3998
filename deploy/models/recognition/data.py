"""Labelled clips as tokens: decoded, sampled to one rate, augmented in pixels, and put through the tokenizer's encoder.

Tokens are kept in `checkpoints/`, by encoder, clips, version of the augmentation: version 0 is the clip as it is.
"""

import hashlib
import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import verify
from clips import centre_crop, decode, source_of
from graph import empty_caches

SIZE = 128  # pixels a side
ROOM = 160  # short side that augmented views are cut from
CACHE = Path(__file__).parents[1] / "checkpoints" / "recognition"
BATCH = 8  # clips a run of the encoder: more are not faster on a CPU
RECIPE = "1"  # raised whenever the views become others
LONGEST = 40  # sampled frames kept of a clip


@dataclass(frozen=True)
class Clip:
    """A video file, what it shows, and who: clips of one group never stand on both sides of a split."""

    path: Path
    label: str
    group: str

    @property
    def key(self):
        return f"{self.label}/{self.path.name}"


def labelled(folders, pattern=r"s\d+"):
    """Clips of folder/label/*.mp4; the group is what `pattern` finds in the name, else the name."""
    found = []
    for path in sorted(path for folder in folders for path in Path(folder).glob("*/*.mp4")):
        group = re.search(pattern, path.stem)
        found.append(Clip(path, path.parent.name, group[0] if group else path.stem))
    if not found:
        raise ValueError(f"{', '.join(map(str, folders))}: found no clip, expected folder/label/*.mp4")
    return found


def background(folder, label, most=6, total=80):
    """Clips that show none of the labels, at most `most` of a source; each is a group of its own."""
    taken = {}
    for path in sorted(Path(folder).glob("*.mp4"), key=lambda path: hashlib.sha256(path.name.encode()).digest()):
        taken.setdefault(source_of(path), []).append(Clip(path, label, path.stem))
    return sorted((clip for clips in taken.values() for clip in clips[:most]), key=lambda clip: clip.path.name)[:total]


def read(path, rate, sides=(SIZE, ROOM), longest=LONGEST):
    """({short side: uint8 [T, H, W, 3]}, frames a second), at most as long as so many frames at the rate."""
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,avg_frame_rate"]
    facts = subprocess.run([*probe, "-of", "json", str(path)], capture_output=True, check=True).stdout
    stream = json.loads(facts)["streams"][0]
    count, _, seconds = stream["avg_frame_rate"].partition("/")
    fps, short = float(count) / float(seconds or 1), min(stream["width"], stream["height"])
    sizes = {side: [round(stream[axis] * side / short) for axis in ("width", "height")] for side in sides}
    with tempfile.TemporaryDirectory() as folder:
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path)]
        for side, (width, height) in sizes.items():
            command += ["-vf", f"scale={width}:{height}:flags=area", "-frames:v", str(round(longest * max(1.0, fps / rate)))]
            command += ["-f", "rawvideo", "-pix_fmt", "rgb24", f"{folder}/{side}"]
        subprocess.run(command, check=True)
        raw = {side: np.fromfile(f"{folder}/{side}", np.uint8) for side in sizes}
    return {side: raw[side].reshape(-1, height, width, 3) for side, (width, height) in sizes.items()}, fps


def sampled(count, fps, rate, speed=1.0):
    """Indices of the frames that are taken: the first, then each that lies a full interval behind the one before."""
    taken, last = [], -np.inf
    for index in range(count):
        if index / fps / speed - last >= 1 / rate - 1e-4:
            taken.append(index)
            last = index / fps / speed
    return taken


class Views:
    """What is shown of clips in each version: version 0 as it is, the others augmented by a seeded generator."""

    def __init__(self, rate, grey_share=0.0, single=False):
        self.rate, self.grey_share, self.single, self.kept = rate, grey_share, single, {}

    def facts(self):
        return f"{self.rate} {self.grey_share} {self.single}"

    def __call__(self, clip, version, is_background=False):
        """uint8 [T, SIZE, SIZE, 3]."""
        seed = hashlib.sha256(f"{clip.key} {version}".encode()).digest()
        random = np.random.default_rng(np.frombuffer(seed, np.uint32))
        plain = version == 0
        frames, fps = self.decoded(clip, SIZE if plain else ROOM)
        steps = sampled(len(frames), fps, self.rate) if plain else self.moments(random, len(frames), fps, is_background)
        if is_background:
            steps = piece(steps, random.integers(9, 22), 0 if plain else random.random(), not plain and random.random() < 0.25)
        if self.single:
            steps = [steps[len(steps) // 2 if plain else random.integers(len(steps))]]
        frames = frames[steps]
        if is_background and random.random() < self.grey_share:
            frames = np.repeat(frames.mean(3, keepdims=True).astype(np.uint8), 3, 3)
        return centre_crop(frames, SIZE) if plain else colour(seen(frames, random), random)

    def decoded(self, clip, side):
        """(frames, their rate), thinned to two to four times the rate where augmentation picks among them; read once."""
        if clip not in self.kept:
            facts = f"{clip.path.resolve()} {clip.path.stat().st_size} {clip.path.stat().st_mtime_ns} {self.rate}"
            stored = CACHE / "frames" / f"{hashlib.sha256(facts.encode()).hexdigest()[:24]}.npz"
            if not stored.exists():
                frames, fps = read(clip.path, self.rate)
                thin = max(1, int(fps / self.rate / 2))
                stored.parent.mkdir(parents=True, exist_ok=True)
                np.savez(stored, plain=frames[SIZE], fps=fps, room=frames[ROOM][::thin], room_fps=fps / thin)
            with np.load(stored) as found:
                self.kept[clip] = {SIZE: (found["plain"], float(found["fps"])), ROOM: (found["room"], float(found["room_fps"]))}
        return self.kept[clip][side]

    def moments(self, random, count, fps, is_background):
        """Other speed, frames lost, a later start (sometimes amid the action, as behind a keyframe), an earlier end, a wait."""
        speed = np.exp(random.uniform(-0.25, 0.25))
        steps = sampled(count, fps, self.rate, speed) if speed < 1 else resampled(count, fps, self.rate, speed)
        if is_background:
            return steps
        start = random.choice([0.0, random.uniform(0, 0.25), random.uniform(0.2, 0.6)], p=[0.4, 0.4, 0.2])
        end = random.choice([1.0, random.uniform(0.7, 1.0)], p=[0.6, 0.4])
        first = int(start * len(steps))
        steps = steps[first : max(first + 4, round(end * len(steps)))]
        lost = random.choice([0.0, 0.12], p=[0.6, 0.4])
        steps = [step for step in steps if random.random() >= lost] or steps[:1]
        return [steps[0]] * random.choice([0, random.integers(1, 5)], p=[0.6, 0.4]) + steps


def resampled(count, fps, rate, speed):
    """Nearest frames at the rate, of a clip played faster or slower."""
    return [min(count - 1, round(step)) for step in np.arange(0, count - 0.5, fps * speed / rate)]


def piece(steps, length, start, still):
    """Some of the steps, from a place between the first (0) and the last (1) possible; or one of them, held."""
    first = int(start * max(0, len(steps) - length + 1))
    return [steps[first]] * length if still else steps[first : first + length]


def seen(frames, random):
    """The frames from elsewhere: zoomed, shifted, turned, stretched; drifting a little in some clips. -> float [T, 3, S, S]."""
    x = torch.from_numpy(frames).permute(0, 3, 1, 2).float()
    height, width = x.shape[2:]
    short, time = min(height, width), torch.linspace(-1, 1, len(x))
    drift = random.normal(0, 0.02, 3) * (random.random() < 0.3)
    zoom = torch.exp(torch.tensor(random.uniform(-0.22, 0.18)) + drift[0] * time)
    angle = random.normal(0, 0.1) + drift[1] * time
    stretch = np.exp(random.normal(0, 0.05))
    across, up = random.normal(0, 0.1) + drift[2] * time, random.normal(0, 0.1) + 0 * time
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    rows = [torch.stack([cos * stretch, -sin, across], 1) * short / width, torch.stack([sin, cos / stretch, up], 1) * short / height]
    grid = F.affine_grid(torch.stack(rows, 1), (len(x), 3, SIZE, SIZE), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def colour(x, random):
    """Brightness, contrast, gamma, a tint, noise. -> uint8 [T, S, S, 3]."""
    x = (x / 255).clamp(0, 1) ** float(np.exp(random.normal(0, 0.2)))
    x = (x - 0.5) * float(np.exp(random.normal(0, 0.2))) + 0.5 + float(random.normal(0, 0.07))
    if random.random() < 0.3:
        x = x * torch.tensor(random.uniform(0.85, 1.15, 3)).float().view(1, 3, 1, 1)
    if random.random() < 0.3:
        x = x + torch.from_numpy(random.normal(0, random.uniform(0.005, 0.03), tuple(x.shape))).float()
    return (x.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def is_grey(frames):
    return bool(np.abs(frames.max(3).astype(int) - frames.min(3)).mean() < 2)


def grey_share(clips, some=24):
    """Share of clips without colour: the background gets as many, or colour alone would tell it."""
    chosen = clips[:: max(1, len(clips) // some)]
    return float(np.mean([is_grey(decode(clip.path, 64, 1)) for clip in chosen]))


def escape_mask(metadata):
    """The bits that are all set in a token of a block that stands still; 0 for a tokenizer that says the same again."""
    return sum(1 << int(bit) - 1 for bit in metadata.get("escape.bits", "").split(",") if bit)


def resolved(tokens, escape):
    """int32 [t, h, w] with the last token of its block that was none in the place of every escape; a head reads no others."""
    if not escape:
        return tokens
    tokens = tokens.copy()
    for before, now in zip(tokens, tokens[1:]):
        still = now & escape == escape
        now[still] = before[still]
    return tokens


class Encoder:
    """The exported encoder, run over whole clips, several at a time; tokens are `resolved`."""

    def __init__(self, path):
        self.path, self.session = Path(path), verify.open_session(path)
        self.metadata = self.session.get_modelmeta().custom_metadata_map
        self.chunk = int(self.metadata["chunk.frames"])
        self.period = int(self.metadata.get("phase.period", 1))
        self.escape = escape_mask(self.metadata)
        self.outputs = [output.name for output in self.session.get_outputs()]

    def chunks(self, frames):
        """uint8 [T, S, S, 3] -> [t, chunk, S, S, 3]: the first frame leads in, the last completes the last chunk."""
        tail = -(len(frames) - 1) % self.chunk
        padded = np.concatenate([frames[:1]] * (self.chunk - 1) + [frames] + [frames[-1:]] * tail)
        return padded.reshape(-1, self.chunk, *frames.shape[1:])

    def tokens(self, clips):
        """List of uint8 [T, S, S, 3] -> list of int32 [t, S/s, S/s]."""
        chunked = [self.chunks(frames) for frames in clips]
        order = sorted(range(len(clips)), key=lambda place: -len(chunked[place]))
        found = [None] * len(clips)
        for first in range(0, len(order), BATCH):
            places = order[first : first + BATCH]
            for place, tokens in zip(places, self.run([chunked[place] for place in places])):
                found[place] = tokens
        return found

    def run(self, chunked):
        """Clips side by side, the longest first; each leaves when it is over."""
        caches = empty_caches(self.metadata, len(chunked), SIZE, SIZE)
        found = [[] for _ in chunked]
        for step in range(len(chunked[0])):
            frames = np.stack([chunks[step] for chunks in chunked if len(chunks) > step])
            caches = {name: cache[: len(frames)] for name, cache in caches.items()}
            phase = verify.told_phase(self.period, [step] * len(frames))
            result = dict(zip(self.outputs, self.session.run(self.outputs, {"frames": frames, **phase, **caches})))
            caches = {name: result[f"new_{name}"] for name in caches}
            for tokens, row in zip(found, result["tokens"]):
                tokens.append(row)
        return [resolved(np.stack(tokens), self.escape) for tokens in found]

    def digest(self):
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:12]


class Pixels:
    """Stands where an encoder does, and keeps the pixels: brightness of 4 frames x 8 x 8 as the channels of one place."""

    chunk, space = 4, 8
    chunks = Encoder.chunks

    def tokens(self, clips):
        """List of uint8 [T, S, S, 3] -> list of uint8 [t, 256, S/8, S/8]."""
        return [self.patches(self.chunks(frames.mean(3).astype(np.uint8))) for frames in clips]

    def patches(self, x):
        side = SIZE // self.space
        x = x.reshape(len(x), self.chunk, side, self.space, side, self.space)
        return x.transpose(0, 1, 3, 5, 2, 4).reshape(len(x), -1, side, side)

    def digest(self):
        return "pixels"


def prepare(clips, versions, encoder, views, background_label=None):
    """[version][clip] -> its token frames, from the cache where they are there."""
    CACHE.mkdir(parents=True, exist_ok=True)
    facts = "\n".join(f"{clip.key} {clip.path.stat().st_size}" for clip in clips) + views.facts() + RECIPE
    name = f"{encoder.digest()}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"
    return [prepared(CACHE / f"{name}-{version}.npz", clips, version, encoder, views, background_label) for version in range(versions)]


def prepared(path, clips, version, encoder, views, background_label):
    if not path.exists():
        found = []
        for first in range(0, len(clips), 8 * BATCH):
            some = clips[first : first + 8 * BATCH]
            found += encoder.tokens([views(clip, version, clip.label == background_label) for clip in some])
        lengths = np.array([len(tokens) for tokens in found])
        np.savez(path.with_suffix(".partial.npz"), tokens=np.concatenate(found), lengths=lengths)
        path.with_suffix(".partial.npz").replace(path)
        print(f"version {version}: {lengths.sum()} token frames of {len(clips)} clips", flush=True)
    with np.load(path) as stored:
        return np.split(stored["tokens"], np.cumsum(stored["lengths"])[:-1])
