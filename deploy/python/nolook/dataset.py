"""Token frames for PyTorch."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from .frames import TokenFrame, read


class Clips(IterableDataset):
    """Stretches of clips: `length` consecutive token frames of one clip, every `stride`.

    An item is a dict: `tokens` int64 [length, height, width], `camera`, `epoch`, `clip`, and `position` of the first. What is
    shorter than `length` is left out. Source and options are those of `nolook.read`. Of several workers each takes
    cameras of its own, but reads everything.
    """

    def __init__(
        self,
        source: Union[str, Path],
        bootstrap_servers: Optional[str] = None,
        *,
        length: int = 16,
        stride: Optional[int] = None,
        **options: Any,
    ) -> None:
        if length < 1 or (stride is not None and stride < 1):
            raise ValueError(f"found length {length} and stride {stride}, expected at least 1")
        self.source, self.bootstrap_servers, self.options = source, bootstrap_servers, options
        self.length, self.stride = length, stride or length

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        open_: Dict[str, List[TokenFrame]] = {}
        for frame in read(self.source, self.bootstrap_servers, **self.options):
            if not _mine(frame.camera):
                continue
            pending = open_.setdefault(frame.camera, [])
            if pending and _place(frame) != _place(pending[-1], 1):
                pending.clear()
            pending.append(frame)
            # a stride longer than a stretch leaves out what lies between
            if len(pending) >= self.length and (pending[-1].position - self.length + 1) % self.stride == 0:
                yield _item(pending[-self.length :])
            del pending[: -self.length]


def _mine(camera: str) -> bool:
    worker = get_worker_info()
    return worker is None or zlib.crc32(camera.encode()) % worker.num_workers == worker.id


def _place(frame: TokenFrame, ahead: int = 0) -> Tuple[int, int, int]:
    return frame.epoch, frame.clip, frame.position + ahead


def _item(frames: List[TokenFrame]) -> Dict[str, Any]:
    first = frames[0]
    tokens = torch.from_numpy(np.stack([frame.tokens for frame in frames]).astype(np.int64))
    return {
        "tokens": tokens,
        "camera": first.camera,
        "epoch": first.epoch,
        "clip": first.clip,
        "position": first.position,
    }
