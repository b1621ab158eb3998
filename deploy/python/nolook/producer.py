"""Sends frames to nolook."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

import numpy as np

from .records import encode
from .registry import Registry

QUALITY = 90  # of JPEGs, 1 to 95
MOST_HEX_DIGITS = 200
LARGEST_BYTES = 16 << 20
PATIENCE_MILLIS = 120_000  # how long a frame waits for the broker


@dataclass
class _Camera:
    epoch: int
    sequence: int = 0
    partition: Optional[int] = None


class Producer:
    """Sends pictures of cameras to the frames topic: idempotently, in order, numbered without holes.

    A camera's epoch is the clock's milliseconds when its first picture is sent, or one more than its last epoch, which is kept
    in `state` as `nolook ingest` keeps it. One producer at a time sends a camera, and it is used by one thread.

    `encoding` is how pictures travel: JPEG, PNG or RGB24 (no loss, large). `settings` are more of the Kafka client's.
    With `registry` frames are sent in the wire format of Confluent's.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str = "frames",
        *,
        encoding: str = "JPEG",
        state: Optional[Path] = None,
        settings: Optional[Mapping[str, str]] = None,
        registry: Optional[Registry] = None,
    ) -> None:
        if encoding not in ("JPEG", "PNG", "RGB24"):
            raise ValueError(f"found encoding {encoding}, expected JPEG, PNG or RGB24")
        self.topic, self.encoding, self.registry = topic, encoding, registry
        self.state = state or Path.home() / ".nolook" / "epochs"
        self._cameras: Dict[str, _Camera] = {}
        self._failure: Optional[str] = None
        self._client = self._connect(
            {
                "linger.ms": "5",
                "message.max.bytes": str(LARGEST_BYTES),
                "delivery.timeout.ms": str(PATIENCE_MILLIS),
                "reconnect.backoff.ms": "1000",
                **(settings or {}),
                "bootstrap.servers": bootstrap_servers,
                "enable.idempotence": "true",
                "partitioner": "murmur2_random",  # the one that Kafka's Java clients have
            }
        )

    def _connect(self, settings: Mapping[str, str]) -> Any:
        from confluent_kafka import Producer as Client

        return Client(dict(settings))

    def send(
        self,
        camera: str,
        picture: np.ndarray,
        captured_at_micros: Optional[int] = None,
        *,
        colours: str = "RGB",
    ) -> int:
        """Sends a picture and returns its sequence number; blocks while the client's buffer is full.

        `camera` has 1 to 255 characters, `picture` is uint8 [height, width, 3] in the order of `colours`, RGB or BGR (OpenCV's).
        The time is in microseconds since 1970, by default now.

        Raises ValueError for what is no such picture, and RuntimeError when one did not reach the broker within two minutes.
        """
        if not 1 <= len(camera) <= 255:
            raise ValueError(f"found a camera id of {len(camera)} characters, expected 1 to 255")
        height, width = _size(picture)
        if colours not in ("RGB", "BGR"):
            raise ValueError(f"found colours {colours}, expected RGB or BGR")
        if captured_at_micros is not None and (not isinstance(captured_at_micros, (int, np.integer)) or captured_at_micros < 0):
            raise ValueError(f"found the time {captured_at_micros}, expected whole microseconds since 1970")
        payload = self._coded(picture if colours == "RGB" else picture[..., ::-1])
        place = self._cameras.get(camera)
        if place is None:
            place = self._cameras[camera] = _Camera(_next_epoch(self.state, camera))
        now = time.time_ns() // 1000
        value = encode(
            "Frame",
            {
                "camera": camera,
                "epoch": place.epoch,
                "sequence": place.sequence,
                "capturedAtMicros": now if captured_at_micros is None else captured_at_micros,
                "encoding": self.encoding,
                "width": width,
                "height": height,
                "payload": payload,
            },
        )
        self._produce(camera, place, self.registry.outgoing(self.topic, "Frame", value) if self.registry else value)
        place.sequence += 1  # only now: what was not taken leaves no hole
        return place.sequence - 1

    def _produce(self, camera: str, place: _Camera, value: bytes) -> None:
        def told(error: Any, message: Any) -> None:
            if error is not None:
                self._failure = self._failure or f"a frame of {camera}: {error}"
            elif place.partition is None:
                place.partition = message.partition()

        self._check()
        known = {} if place.partition is None else {"partition": place.partition}
        while True:
            try:
                self._client.produce(self.topic, value, camera.encode(), on_delivery=told, **known)
                break
            except BufferError:  # full
                self._client.poll(0.1)
                self._check()
            except Exception as e:  # of the client, whose errors have no other base
                raise ValueError(f"found a frame of {len(value)} bytes that the client does not take: {e}") from e
        self._client.poll(0)
        if place.partition is None:  # where it stays, though the topic may grow
            self.flush()

    def flush(self) -> None:
        """Waits until all that was sent is on the broker.

        Raises RuntimeError when something did not get there.
        """
        self._client.flush()
        self._check()

    def _check(self) -> None:
        if self._failure is not None:
            raise RuntimeError(f"found that topic {self.topic} did not take {self._failure}; begin again with another Producer")

    def _coded(self, picture: np.ndarray) -> bytes:
        if self.encoding == "RGB24":
            return np.ascontiguousarray(picture).tobytes()
        from PIL import Image

        out = io.BytesIO()
        try:
            Image.fromarray(np.ascontiguousarray(picture)).save(out, self.encoding, quality=QUALITY)
        except OSError as e:
            raise ValueError(f"found a picture of {picture.shape[1]}x{picture.shape[0]} that {self.encoding} cannot hold: {e}") from e
        return out.getvalue()

    def __enter__(self) -> Producer:
        return self

    def __exit__(self, *failure: Any) -> None:
        if failure[0] is None:
            self.flush()
        else:
            self._client.flush()


def _size(picture: np.ndarray) -> Any:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise ValueError(f"found {picture.dtype} {list(picture.shape)}, expected a picture: uint8 [height, width, 3]")
    return picture.shape[:2]


def _next_epoch(state: Path, camera: str) -> int:
    """The larger of now and the last epoch + 1, kept before it is returned."""
    state.mkdir(parents=True, exist_ok=True)
    digits = camera.encode().hex()
    if len(digits) > MOST_HEX_DIGITS:
        digits = "long-" + hashlib.sha256(camera.encode()).hexdigest()
    file = state / f"{digits}.epoch"
    try:
        last = int(file.read_text())
    except FileNotFoundError:
        last = -1
    except ValueError as e:
        raise ValueError(f"found no epoch in {file}, expected a number: delete the file to start anew") from e
    epoch = max(time.time_ns() // 1_000_000, last + 1)
    handle, fresh = tempfile.mkstemp(".new", "epoch", state)
    with os.fdopen(handle, "w") as out:
        out.write(str(epoch))
    os.replace(fresh, file)
    return epoch
