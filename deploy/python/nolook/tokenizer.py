"""Runs an encoder's ONNX file as nolook does."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple, Union

import numpy as np


class Step(NamedTuple):
    """A token frame: number of its clip's first frame, token frames since then, tokens int32 [height, width]."""

    clip: int
    position: int
    tokens: np.ndarray


class Tokenizer:
    """Frames of one camera to tokens: on the CPU those of `nolook tokenize`, bit for bit, where pixels are equal.

    `model` is an encoder's file, or a folder that has one: `encoder-int8.onnx`, which nolook takes on the CPU, or else
    `encoder.onnx`. `keyframe_interval` is that of the job: token frames from a keyframe to the next.

    Raises ValueError for a file that is no encoder of this contract.
    """

    def __init__(self, model: Union[str, Path], *, keyframe_interval: int = 60, threads: int = 1) -> None:
        import onnxruntime

        if keyframe_interval < 1:
            raise ValueError(f"found keyframe_interval {keyframe_interval}, expected at least 1")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        path = _encoder(Path(model))
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.metadata: Dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        for key, expected in {"contract": "1", "role": "encoder", "mode": "streaming"}.items():
            if self.metadata.get(key) != expected:
                raise ValueError(f"found {key} {self.metadata.get(key)} in {path}, expected {expected}")
        self.tokenizer_id = self.metadata["tokenizer_id"]
        self.bits = int(self.metadata["bits"])
        self.chunk = int(self.metadata["chunk.frames"])
        self.stride = int(self.metadata["stride.space"])
        self.keyframe_interval = keyframe_interval

    def tokenize(self, frames: Iterable[np.ndarray]) -> Iterator[Step]:
        """Token frames of pictures uint8 [height, width, 3], RGB; each as soon as its last picture is there.

        All pictures have one size, a multiple of the model's stride. A keyframe is one picture, what follows are
        chunks of `chunk`; the last one repeats its last picture.

        Raises ValueError for a picture of another kind or size.
        """
        caches: Dict[str, np.ndarray] = {}
        pending: List[np.ndarray] = []
        clip = position = 0
        shape = None
        for number, frame in enumerate(frames):
            shape = self._checked(frame, number, shape)
            if position == self.keyframe_interval:
                position = 0
            pending.append(frame)
            if position == 0:
                clip, caches = number, self._empty(*shape[:2])
                pending *= self.chunk  # a keyframe stands alone
            if len(pending) == self.chunk:
                yield Step(clip, position, self._run(pending, position, caches))
                pending = []
                position += 1
        if pending:
            pending += [pending[-1]] * (self.chunk - len(pending))
            yield Step(clip, position, self._run(pending, position, caches))

    def _run(self, chunk: List[np.ndarray], position: int, caches: Dict[str, np.ndarray]) -> np.ndarray:
        """One step; `caches` become those after it."""
        inputs = {"frames": np.stack(chunk)[None], **caches}
        period = int(self.metadata.get("phase.period", 1))
        if period > 1:
            inputs["phase"] = np.array([position % period], np.int32)
        names = ["tokens", *(f"new_{name}" for name in caches)]
        tokens, *after = self._session.run(names, inputs)
        caches.update(zip(list(caches), after))
        return tokens[0]

    def _empty(self, height: int, width: int) -> Dict[str, np.ndarray]:
        """What a clip begins with, by input name."""
        caches = {}
        for key, shape in self.metadata.items():
            if key.startswith("cache.") and key.endswith(".shape"):
                name = key[: -len(".shape")]
                depth, channels, *sides = shape.split(",")
                rows, columns = (
                    whole // int(side.partition("/")[2] or 1) for side, whole in zip(sides, (height, width))
                )
                start = int(self.metadata.get(f"{name}.start", 0))
                kind = self.metadata.get(f"{name}.type", "float32")
                caches[name] = np.full((1, int(depth), int(channels), rows, columns), start, kind)
        return caches

    def _checked(self, frame: np.ndarray, number: int, shape: object) -> tuple:
        height, width = frame.shape[:2] if frame.ndim == 3 else (0, 0)
        right = frame.dtype == np.uint8 and frame.shape[2:] == (3,) and height % self.stride == width % self.stride == 0
        if not right or not height * width or shape not in (None, frame.shape):
            raise ValueError(
                f"found frame {number} of {frame.dtype} {list(frame.shape)}, expected uint8 [height, width, 3] of one size, sides"
                f" multiples of {self.stride}: resize first, to frame.size for the job's tokens"
            )
        return frame.shape


def _encoder(model: Path) -> Path:
    if not model.is_dir():
        return model
    for name in ("encoder-int8.onnx", "encoder.onnx"):
        if (model / name).is_file():
            return model / name
    raise ValueError(f"found no encoder-int8.onnx or encoder.onnx in {model}, expected one")
