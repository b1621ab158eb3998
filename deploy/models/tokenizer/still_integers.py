"""Refinement once more in NumPy's whole numbers: what an exact encoder says of a block that stands still.

Thresholds, kinds of groups and places of signs are those of `refinement.py`, not the tables of the file; of the file are
the weights.
"""

import numpy as np

from decision import PIXEL
from integers import IntegerEncoder, joined, signs_of
from model import CHUNK, PATCH, SPATIAL
from refinement import COARSE, FINE, NUMBERS, STILL, UNSEEN

SIXTEENTHS = 16  # luma of a grey level, summed over 2 x 2 pixels


def reference(model):
    """Steps of one camera of any exact encoder."""
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    return StillIntegers(model) if "phase.period" in metadata else IntegerEncoder(model)


class StillIntegers(IntegerEncoder):
    """Steps of one camera of an encoder with refinement."""

    def _decide(self, features, frames, position):
        whole = self._whole(features)
        code = signs_of(self._fresh(whole), 3)
        code[-1] &= 1 - code[NUMBERS - 1 :: NUMBERS].all(0)  # a fresh code never is an escape
        phase = position % int(self.metadata["phase.period"])
        return np.where(self._still(frames), joined(marked(self._turn(code, whole, frames, phase))), joined(code))

    def _turn(self, code, whole, frames, phase):
        """0 or 1 [15, h, w]: what a block that stands still says at this phase."""
        if phase == 0:
            return code[: 3 * FINE]
        inputs = np.concatenate([whole, mean_pixels(frames)])
        weight, bias = (self.graph.constant(f"escape.all_{name}")[phase].astype(np.float64) for name in ("weights", "biases"))
        numbers = self._numbers(inputs, weight, bias)
        return signs_of(numbers[:COARSE], 5) if phase % 4 == 2 else signs_of(numbers[:FINE], 3)

    def _still(self, frames):
        """bool [h, w]: as in the last frame of the chunk before, now and then."""
        luma, stood = luma_of(frames), self.caches["stood"][0, 0]
        high, low = np.split(self.caches["still"][0].astype(np.int64), 2)
        change = np.abs(luma - (high * 256 + low)).sum(1).max(0)
        height, width = (size * PATCH // SPATIAL for size in change.shape)
        still = change.reshape(height, -1, width, SPATIAL // PATCH).max((1, 3)) <= STILL * PATCH**2 // 4 * SIXTEENTHS
        self.caches |= {"still": np.concatenate(np.divmod(luma[-1:], 256), 1), "stood": still[None, None]}
        return still & (stood > 0)


def luma_of(frames):
    """uint8 [T, H, W, 3] -> [T, 4, H/4, W/4]: R + 2G + B summed over the four quarters of each patch."""
    luma = frames.astype(np.int64) @ np.array([1, 2, 1])
    count, height, width = luma.shape
    quarters = luma.reshape(count, height // PATCH, 2, PATCH // 2, width // PATCH, 2, PATCH // 2).sum((3, 6))
    return quarters.transpose(0, 2, 4, 1, 3).reshape(count, 4, height // PATCH, width // PATCH) + int(UNSEEN)


def mean_pixels(frames):
    """uint8 [T, H, W, 3] -> [192, h, w]: means of twice a pixel less 255, patch by patch of a block, colours before rows before columns."""
    mean = (frames.astype(np.int64) * 2 - PIXEL).sum(0) / CHUNK
    height, width, side = mean.shape[0] // SPATIAL, mean.shape[1] // SPATIAL, SPATIAL // PATCH
    return mean.reshape(height, side, PATCH, width, side, PATCH, 3).transpose(1, 4, 6, 2, 5, 0, 3).reshape(-1, height, width)


def marked(signs):
    """[15, h, w] -> [18, h, w]: set behind every five."""
    mark = np.ones_like(signs[:1])
    return np.concatenate([part for five in np.split(signs, 3) for part in (five, mark)])
