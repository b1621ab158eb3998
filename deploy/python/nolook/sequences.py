"""Windows of ids, records of the sequences topic.

Where tokens are factorized the input of a model at a place is the sum of the embeddings of its two ids, that of PADDING
being zero, and its output has a head for each. An autoregressive model predicts the ids of a place from those before it;
a masked one puts MASK in place of some visual ids and finds them again. No loss is taken where an id is PADDING.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

PADDING, BEGIN_CLIP, END_CLIP, FRAME, KEYFRAME, GAP, MASK, DOCUMENT = range(8)
FIRST_VISUAL = 256


def places(window: Mapping[str, Any]) -> np.ndarray:
    """The ids of a TokenSequence: int32 [places, 1 or 2]."""
    ids = np.frombuffer(window["ids"], "<i4")
    return ids.reshape(window["places"], -1)


def tokens(windows: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """The token frames of a run of windows, in order: int32 [frames, height, width]; the inverse of what wrote them."""
    first = windows[0]
    whole = np.concatenate([places(window)[window["overlap"] :] for window in windows])
    area = first["height"] * first["width"]
    frames = []
    at = 0
    while at < len(whole):
        at += 1
        if whole[at - 1, 0] in (FRAME, KEYFRAME):
            visual = whole[at : at + area] - FIRST_VISUAL
            if first["lowBits"]:
                low = 1 << first["lowBits"]
                visual = visual[:, :1] | visual[:, 1:] - low << first["lowBits"]
            frames.append(visual.reshape(first["height"], first["width"]))
            at += area
    return np.stack(frames)
