"""Video clips as uint8 arrays: decoding with the system's ffmpeg, sampling by source, augmentation."""

import json
import os
import random
import shutil
import subprocess
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import model as net

# How often a source is drawn, relative to the others (1): robots at most 40 % of the draws.
SOURCE_WEIGHTS = {"droid": 4.0, "bridge": 2.0, "xce": 2.5, "mdn": 2.0, "sam2": 2.0, "intel": 1.5, "gmdcsa": 1.5, "donkey": 1.5}
# Clips taken of sources with very many alike, and sources left out (no licence file).
SOURCE_LIMITS = {"droid": 70, "bridge": 40, "imageio": 0}


def source_of(path):
    return Path(path).name.split("_")[0]


def decode(path, short_side, max_frames=None, keep_smaller=False):
    """[T, H, W, 3] uint8 RGB, the short side scaled to `short_side` by area averaging.

    By ffmpeg, or where there is none by OpenCV, which must be there then.
    """
    if not shutil.which("ffmpeg"):
        return _decode_with_opencv(path, short_side, max_frames, keep_smaller)
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "json", str(path)]
    stream = json.loads(subprocess.run(probe, capture_output=True, check=True, text=True).stdout)["streams"][0]
    scale = short_side / min(stream["width"], stream["height"])
    if keep_smaller:
        scale = min(1.0, scale)
    width, height = round(stream["width"] * scale), round(stream["height"] * scale)
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-vf", f"scale={width}:{height}:flags=area"]
    command += ["-frames:v", str(max_frames)] if max_frames else []
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.uint8)
    return raw.reshape(-1, height, width, 3)


def _decode_with_opencv(path, short_side, max_frames, keep_smaller):
    import cv2

    video, frames = cv2.VideoCapture(str(path)), []
    while max_frames is None or len(frames) < max_frames:
        found, frame = video.read()
        if not found:
            break
        height, width = frame.shape[:2]
        scale = short_side / min(height, width)
        if scale != 1 and not (keep_smaller and scale > 1):
            frame = cv2.resize(frame, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
        frames.append(frame[..., ::-1])
    return np.stack(frames)


def centre_crop(frames, size):
    top, left = (frames.shape[1] - size) // 2, (frames.shape[2] - size) // 2
    return frames[:, top : top + size, left : left + size]


def load_folder(folder, short_side, max_frames, seed=0):
    """Source -> list of clips, decoded once; at most `SOURCE_LIMITS` of a source."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix in (".mp4", ".webm", ".mkv", ".mov", ".avi"))
    random.Random(seed).shuffle(paths)
    taken = defaultdict(list)
    for path in paths:
        source = source_of(path)
        if len(taken[source]) < SOURCE_LIMITS.get(source, 10**9):
            taken[source].append(path)
    chosen = [path for source in sorted(taken) for path in taken[source]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        decoded = pool.map(lambda path: decode(path, short_side, max_frames), chosen)
        clips = defaultdict(list)
        for path, frames in zip(chosen, decoded):
            if len(frames) >= 9:
                clips[source_of(path)].append(frames)
    return dict(clips)


class Sampler:
    """Draws augmented float clips [T, 3, S, S] in -1..1 from decoded clips; its generator is seeded.

    `held` is the share of clips in which much stands still: a frame held, alone or from some moment on, or behind a
    moving patch.
    """

    def __init__(self, clips, size, frames, seed, held=0.0):
        self.clips = clips
        self.size = size
        self.frames = frames
        self.held = held
        self.true_colours = False
        self.sources = list(clips)
        self.weights = [SOURCE_WEIGHTS.get(source, 0.8) for source in self.sources]
        self.seed(seed)

    def seed(self, seed):
        self.random = random.Random(seed)
        self.numpy = np.random.default_rng(seed)

    def draw(self):
        if self.held and self.random.random() < self.held:
            return self._with_noise(self._hold(self._colour(self._any())))
        return self._colour(self._any())

    def _any(self):
        frames = self.random.choice(self.clips[self.random.choices(self.sources, self.weights)[0]])
        return self._still_with_motion(frames) if self.random.random() < 0.12 else self._crop(frames)

    def _hold(self, clip):
        """The clip stands still: from its beginning, from a later moment on, or but for a patch of another clip."""
        kind, first = self.random.random(), 0
        if kind > 0.6:
            first = self.random.randrange(self.frames // 2)
        held = torch.cat([clip[:first], clip[first : first + 1].expand(self.frames - first, -1, -1, -1)])
        if kind > 0.8:
            held = held.clone()
            height, width = (self.random.randint(self.size // 6, self.size // 2) for _ in range(2))
            top, left = self.random.randint(0, self.size - height), self.random.randint(0, self.size - width)
            patch = (slice(None), slice(None), slice(top, top + height), slice(left, left + width))
            held[patch] = self._any()[patch]
        return held

    def _with_noise(self, clip):
        """Half of the clips as they are, half with a sensor's noise of up to 2.5 of 255."""
        if self.random.random() < 0.5:
            return clip
        level = self.random.uniform(0, 0.02)
        return (clip + level * torch.from_numpy(self.numpy.standard_normal(clip.shape, np.float32))).clamp(-1, 1)

    def _steps(self, count):
        stride = self.random.choice([1, 1, 1, 2, 2, 3])
        while stride > 1 and count < (self.frames - 1) * stride + 1:
            stride -= 1
        if count < self.frames:
            steps = np.minimum(np.arange(self.frames), count - 1)
        else:
            steps = self.random.randint(0, count - (self.frames - 1) * stride - 1) + np.arange(self.frames) * stride
        return steps[::-1] if self.random.random() < 0.15 else steps

    def _crop(self, frames):
        height, width = frames.shape[1:3]
        side = self.size if self.random.random() < 0.6 else self.random.randint(self.size, min(height, width))
        moving = self.random.random() < 0.3
        tops = np.linspace(*(self.random.randint(0, height - side) for _ in range(2)), self.frames).astype(int)
        lefts = np.linspace(*(self.random.randint(0, width - side) for _ in range(2)), self.frames).astype(int)
        if not moving:
            tops[:], lefts[:] = tops[0], lefts[0]
        picked = [frames[i, t : t + side, x : x + side] for i, t, x in zip(self._steps(len(frames)), tops, lefts)]
        clip = to_unit(np.stack(picked))
        return clip if side == self.size else F.interpolate(clip, self.size, mode="area")

    def _still_with_motion(self, frames):
        """One frame seen by a moving camera: pan, zoom, roll and shake."""
        still = to_unit(frames[self.random.randrange(len(frames))][None])
        time = torch.linspace(0, 1, self.frames)
        uniform = self.random.uniform
        angle = uniform(-0.3, 0.3) + time * uniform(-0.4, 0.4)
        zoom = 0.5 * torch.exp(uniform(-0.4, 0.3) + time * uniform(-0.4, 0.4))
        shake = torch.from_numpy(self.numpy.normal(0, uniform(0, 0.01), (2, self.frames))).float()
        x = uniform(-0.3, 0.3) + time * uniform(-0.3, 0.3) + shake[0]
        y = uniform(-0.3, 0.3) + time * uniform(-0.3, 0.3) + shake[1]
        aspect = still.shape[3] / still.shape[2]
        cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
        rows = torch.stack([torch.stack([cos / aspect, -sin / aspect, x], 1), torch.stack([sin, cos, y], 1)], 1)
        grid = F.affine_grid(rows, (self.frames, 3, self.size, self.size), align_corners=False)
        seen = F.grid_sample(still.expand(self.frames, -1, -1, -1), grid, padding_mode="reflection", align_corners=False)
        return seen

    def _colour(self, clip):
        if self.random.random() < 0.5:
            clip = clip.flip(3)
        if self.true_colours:
            return clip
        if self.random.random() < 0.4:
            clip = clip * self.random.uniform(0.7, 1.3) + self.random.uniform(-0.2, 0.2)
        if self.random.random() < 0.15:
            clip = clip[:, torch.from_numpy(self.numpy.permutation(3))]
        if self.random.random() < 0.05:
            clip = clip.mean(1, keepdim=True).expand(-1, 3, -1, -1)
        if self.random.random() < 0.1:
            clip = clip + torch.from_numpy(self.numpy.normal(0, self.random.uniform(0.01, 0.05), clip.shape)).float()
        return clip.clamp(-1, 1)


class Batches(torch.utils.data.IterableDataset):
    """Draws batches for ever: [(frames of all clips, uint8 [N*T, 3, S, S], N)], clips of one length each.

    `kinds` is [(share that stands still, frames, clips)]. As a dataset, so that other processes can draw where the network
    is faster than one drawing of its clips; each of them has a seed of its own.
    """

    def __init__(self, clips, size, kinds, seed):
        self.kinds = kinds
        self.samplers = [Sampler(clips, size, frames, seed + number, held) for number, (held, frames, _) in enumerate(kinds)]
        self.true_colours = torch.zeros(1, dtype=torch.bool).share_memory_()

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        if worker:
            for number, sampler in enumerate(self.samplers):
                sampler.seed(worker.seed + 1000 * number)
        while True:
            yield [self._draw(sampler, count) for sampler, (_, _, count) in zip(self.samplers, self.kinds)]

    def _draw(self, sampler, count):
        sampler.true_colours = bool(self.true_colours)
        clips = [net.lead_in(sampler.draw()) for _ in range(count)]
        return torch.cat(clips).add(1).mul(127.5).round().to(torch.uint8), count


def to_unit(frames):
    """uint8 [T, H, W, 3] -> float [T, 3, H, W] in -1..1."""
    return torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2).float() / 127.5 - 1
