"""Puts a tokenizer without caches into the streaming convention: its window of frames is the only thing it remembers.

The window travels as the cache `window`, with one more channel that is 1 where there is a frame and 0 where there is
none yet (caches start as zeros). Frames that are not there yet are copies of the earliest that is.
"""

import torch
import torch.nn as nn

PATH = "window"


class Windowed(nn.Module):
    """Wraps `model([N, frames, 3, H, W] in -1..1) -> z [N, channels, H/s, W/s]` of the window's last token frame.

    The model may look both ways inside its window: the window ends with the last frame of the token frame.
    """

    def __init__(self, model, frames, chunk=4):
        super().__init__()
        if frames < chunk:
            raise ValueError(f"found a window of {frames} frames, expected at least the {chunk} of a token frame")
        self.model, self.frames, self.chunk = model, frames, chunk

    def forward(self, x, frames, memory):
        past = self.frames - self.chunk
        windows = sliding(remembered(x, frames, past, memory), frames, self.chunk, past)
        return torch.stack([self.model(window) for window in windows], 1).flatten(0, 1)

    def metadata(self):
        return {"mode": "windowed", "window.frames": str(self.frames)}


class WindowedDecoder(nn.Module):
    """Wraps `model([N, tokens, channels, h, w]) -> [N, T, 3, H, W]` around -1..1, the frames of the last token frame."""

    def __init__(self, model, tokens, chunk=4):
        super().__init__()
        self.model, self.tokens, self.chunk = model, tokens, chunk

    def forward(self, q, tokens, memory):
        windows = sliding(remembered(q, tokens, self.tokens - 1, memory), tokens, 1, self.tokens - 1)
        return torch.stack([self.model(window) for window in windows], 1).flatten(0, 2)

    def metadata(self):
        return {"mode": "windowed", "window.frames": str(self.tokens * self.chunk)}


def remembered(x, count, past, memory):
    """[N*count, C, H, W] -> [N, past + count, C, H, W], the earliest frame repeated in front of a clip's start."""
    x = x.reshape(-1, count, *x.shape[1:])
    if past == 0:
        return x
    joined = memory.exchange(PATH, torch.cat([x, torch.ones_like(x[:, :, :1])], 2), past)
    there, filled = joined[:, :, -1:] > 0, [joined[:, past, :-1]]
    for place in range(past - 1, -1, -1):  # chosen, not multiplied: NaN times 0 would be NaN
        filled.append(torch.where(there[:, place], joined[:, place, :-1], filled[-1]))
    return torch.cat([torch.stack(filled[::-1], 1), joined[:, past + 1 :, :-1]], 1)


def sliding(joined, count, step, past):
    """The window that ends with each step."""
    return [joined[:, end - step : end + past] for end in range(step, count + 1, step)]
