"""What the Python peers share: records in, pictures, the encoder, records out.

Written as the documentation of each library recommends, and no more: state is in memory, and neither gaps nor
duplicates are known.
"""

import argparse
import io
import json
from pathlib import Path

import cv2
import fastavro
import numpy as np
import onnxruntime
import simplejpeg

HEADER_BYTES = 10  # an Avro single object: C3 01, the schema's fingerprint


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bootstrap", required=True, help="host:port of the broker")
    parser.add_argument("--frames", required=True, help="topic that is read from its beginning")
    parser.add_argument("--tokens", required=True, help="topic that is written")
    parser.add_argument("--group", required=True, help="consumer group")
    parser.add_argument("--model", required=True, help="encoder, an .onnx file")
    parser.add_argument("--schemas", required=True, type=Path, help="folder with Frame.avsc and TokenFrame.avsc")
    parser.add_argument("--size", required=True, help="WIDTHxHEIGHT that the model sees")
    parser.add_argument("--keyframe-interval", required=True, type=int, help="token frames of a clip")
    parser.add_argument("--threads", required=True, type=int, help="of one model run")
    parser.add_argument("--batch", required=True, type=int, help="most cameras of one model run")
    parser.add_argument("--cameras", type=int, default=0, help="how many there are, where all of the topic is to be read")
    return parser.parse_args()


class Records:
    """Frames as they come, and token frames as they go."""

    def __init__(self, schemas: Path):
        self.frame = fastavro.parse_schema(json.loads((schemas / "Frame.avsc").read_text()))
        written = json.loads((schemas / "TokenFrame.avsc").read_text())
        self.token_frame = fastavro.parse_schema(written)
        canonical = fastavro.schema.to_parsing_canonical_form(written)
        fingerprint = bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))
        self.header = b"\xc3\x01" + fingerprint

    def read(self, value: bytes) -> dict:
        return fastavro.schemaless_reader(io.BytesIO(value[HEADER_BYTES:]), self.frame, None)

    def write(self, token_frame: dict) -> bytes:
        out = io.BytesIO(self.header)
        out.seek(HEADER_BYTES)
        fastavro.schemaless_writer(out, self.token_frame, token_frame)
        return out.getvalue()


class Pictures:
    """JPEG to RGB of the model's size: its middle, scaled while decoding as far as that goes."""

    def __init__(self, size: str):
        self.width, self.height = map(int, size.split("x"))

    def fit(self, frame: dict) -> np.ndarray:
        scale = max(self.width / frame["width"], self.height / frame["height"])
        rgb = simplejpeg.decode_jpeg(
            frame["payload"],
            min_width=int(np.ceil(frame["width"] * scale)),
            min_height=int(np.ceil(frame["height"] * scale)),
        )
        height, width = rgb.shape[:2]
        if (width, height) == (self.width, self.height):
            return rgb
        scale = max(self.width / width, self.height / height)
        inner_width, inner_height = round(self.width / scale), round(self.height / scale)
        left, top = (width - inner_width) // 2, (height - inner_height) // 2
        middle = rgb[top : top + inner_height, left : left + inner_width]
        return cv2.resize(middle, (self.width, self.height), interpolation=cv2.INTER_AREA)


class Encoder:
    """The step of a batch of cameras; each is told the phase of its position where the model asks for it."""

    def __init__(self, model: str, threads: int, size: str):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.metadata = self.session.get_modelmeta().custom_metadata_map
        self.chunk_frames = int(self.metadata["chunk.frames"])
        self.bits = int(self.metadata["bits"])
        self.period = int(self.metadata.get("phase.period", 1))
        self.outputs = [output.name for output in self.session.get_outputs()]
        width, height = map(int, size.split("x"))
        self.zeros = {
            "cache." + name[len("cache.") : -len(".shape")]: np.zeros(
                [side_of(side, height, width) for side in shape.split(",")], np.float32
            )
            for name, shape in self.metadata.items()
            if name.startswith("cache.") and name.endswith(".shape")
        }

    def step(self, cameras: list["Camera"]) -> tuple[list[np.ndarray], list[dict]]:
        inputs = {name: np.stack([camera.cache[name] for camera in cameras]) for name in self.zeros}
        inputs["frames"] = np.stack([camera.chunk() for camera in cameras])
        if self.period > 1:
            inputs["phase"] = np.array([camera.position % self.period for camera in cameras], np.int32)
        outputs = dict(zip(self.outputs, self.session.run(self.outputs, inputs)))
        rows = range(len(cameras))
        new = [{name: outputs["new_" + name][row] for name in self.zeros} for row in rows]
        return [outputs["tokens"][row] for row in rows], new

    def pack(self, tokens: np.ndarray) -> bytes:
        bits = tokens.reshape(-1, 1) >> np.arange(self.bits, dtype=np.int32) & 1
        return np.packbits(bits.astype(np.uint8).reshape(-1), bitorder="little").tobytes()


def side_of(side: str, height: int, width: int) -> int:
    """A number, or a side of the picture divided: H/8."""
    letter, _, divisor = side.strip().partition("/")
    whole = {"H": height, "W": width}.get(letter)
    return int(letter) if whole is None else whole // int(divisor or 1)


class Camera:
    """A camera's chunk as it fills, and its activations."""

    def __init__(self, name: str, encoder: Encoder, keyframe_interval: int):
        self.name = name
        self.encoder = encoder
        self.keyframe_interval = keyframe_interval
        self.cache = encoder.zeros
        self.frames = []
        self.position = 0
        self.clip = 0
        self.last = 0

    def add(self, frame: dict, rgb: np.ndarray) -> bool:
        """Whether the chunk is full. The first one of a clip is its first frame, repeated."""
        first = self.position == 0
        self.frames.extend([rgb] * (self.encoder.chunk_frames if first else 1))
        self.last = frame["sequence"]
        if first:
            self.clip = self.last
            self.cache = self.encoder.zeros
        return len(self.frames) == self.encoder.chunk_frames

    def chunk(self) -> np.ndarray:
        return np.stack(self.frames)

    def done(self, tokens: np.ndarray, cache: dict) -> dict:
        """The record of the chunk; the next one begins."""
        count = 1 if self.position == 0 else self.encoder.chunk_frames
        record = {
            "camera": self.name,
            "epoch": 1,
            "tokenizerId": self.encoder.metadata["tokenizer_id"],
            "encoderHash": "",
            "runtimeId": "onnxruntime-" + onnxruntime.__version__,
            "clip": self.clip,
            "position": self.position,
            "firstSequence": self.last - count + 1,
            "lastSequence": self.last,
            "frames": count,
            "firstCapturedAtMicros": 0,
            "lastCapturedAtMicros": 0,
            "timeCorrected": False,
            "sourceWidth": 0,
            "sourceHeight": 0,
            "fit": "CROP",
            "height": tokens.shape[0],
            "width": tokens.shape[1],
            "bits": self.encoder.bits,
            "tokens": self.encoder.pack(tokens),
        }
        self.cache = cache
        self.frames = []
        self.position = (self.position + 1) % self.keyframe_interval
        return record
