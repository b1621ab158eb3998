"""Token frames, from a topic or from files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Union

import numpy as np

from . import files, topics
from .records import record, schema
from .registry import Registry


@dataclass(frozen=True, eq=False)
class TokenFrame:
    """The tokens of one step of one camera; (camera, epoch, clip, position) is unique.

    `clip` is the sequence number of the clip's first frame, `position` counts token frames since the keyframe, which is 0.
    Times are microseconds since 1970, of the first and last real frame. `tokens` are int32 [height, width], 0 to 2^bits - 1.
    """

    camera: str
    epoch: int
    clip: int
    position: int
    first_captured_at_micros: int
    last_captured_at_micros: int
    tokenizer_id: str
    bits: int
    tokens: np.ndarray


def read(
    source: Union[str, Path],
    bootstrap_servers: Optional[str] = None,
    *,
    camera: Optional[str] = None,
    follow: bool = False,
    settings: Optional[Mapping[str, str]] = None,
    registry: Optional[Registry] = None,
) -> Iterator[TokenFrame]:
    """Token frames, those of a camera in order.

    With `bootstrap_servers`, `source` is a topic such as `tokens`: its committed records from the first on, up to the end, or for
    ever with `follow`; `settings` are more of the Kafka client's, `registry` is where schemas are of records in the wire format of
    Confluent's. Without, it is a file, or a folder of files: `.npz`, `.tar` and
    `.parquet` of `nolook archive export`, `.avro` of `nolook tokenize`. `camera` leaves out all others.

    Raises ValueError for a folder without such files, for numbers that are no tokens, and for records that are no token frames.
    """
    frames = _files(Path(source)) if bootstrap_servers is None else _topic(
        str(source), bootstrap_servers, follow, settings, registry
    )
    return (frame for frame in frames if camera is None or frame.camera == camera)


def _topic(
    topic: str,
    bootstrap_servers: str,
    follow: bool,
    settings: Optional[Mapping[str, str]],
    registry: Optional[Registry],
) -> Iterator[TokenFrame]:
    newest = schema("TokenFrame")
    for place, value in topics.values(topic, bootstrap_servers, follow=follow, settings=settings):
        try:
            yield of_record(record(registry.incoming(value) if registry else value, newest))
        except ValueError as e:
            raise ValueError(f"{place}: {e}") from e


def _files(source: Path) -> Iterator[TokenFrame]:
    found = sorted(path for path in source.rglob("*") if path.suffix in READERS) if source.is_dir() else [source]
    if not found or found[0].suffix not in READERS:
        raise ValueError(f"found no {', '.join(READERS)} in {source}, expected what nolook archive export or tokenize writes")
    for path in found:
        try:
            yield from READERS[path.suffix](path)
        except (OSError, ImportError):
            raise
        except Exception as e:  # files are anybody's, and each library has errors of its own
            if isinstance(e, ValueError) and str(path) in str(e):
                raise
            raise ValueError(f"{path}: found what nolook does not write: {type(e).__name__}: {e}") from e


def of_record(fields: Mapping[str, Any]) -> TokenFrame:
    """The token frame of a record's fields."""
    height, width, bits = fields["height"], fields["width"], fields["bits"]
    packed = np.frombuffer(fields["tokens"], np.uint8)
    count = height * width * bits
    if len(packed) != (count + 7) // 8:
        raise ValueError(f"found {len(packed)} bytes of tokens, expected {(count + 7) // 8}")
    planes = np.unpackbits(packed, count=count, bitorder="little").reshape(height, width, bits)
    return TokenFrame(
        fields["camera"],
        fields["epoch"],
        fields["clip"],
        fields["position"],
        fields["firstCapturedAtMicros"],
        fields["lastCapturedAtMicros"],
        fields["tokenizerId"],
        bits,
        planes @ (1 << np.arange(bits, dtype=np.int32)),
    )


def _npz(path: Path) -> Iterator[TokenFrame]:
    arrays = files.npz(path)
    about = {**arrays, "bits": int(arrays["bits"][0]), "vocabulary": int(arrays["vocabulary"][0])}
    return _rows(path, arrays["tokens"], about)


def _tar(path: Path) -> Iterator[TokenFrame]:
    for _, tokens, about in files.shards([path]):
        yield from _rows(path, tokens, about)


def _rows(path: Path, tokens: np.ndarray, about: Mapping[str, Any]) -> Iterator[TokenFrame]:
    if tokens.ndim != 3 or about["vocabulary"] != 1 << about["bits"]:
        raise _no_tokens(path)
    for row, values in enumerate(tokens):
        yield TokenFrame(
            about["camera"],
            int(about["epoch"][row]),
            int(about["clip"][row]),
            int(about["position"][row]),
            int(about["first_captured_at_micros"][row]),
            int(about["last_captured_at_micros"][row]),
            about["tokenizer_id"],
            about["bits"],
            values,
        )


def _parquet(path: Path) -> Iterator[TokenFrame]:
    table = files.parquet(path)
    told = table.schema.metadata or {}
    if told.get(b"nolook.numbers_a_token") != b"1" or told.get(b"nolook.first_number", b"0") != b"0":
        raise _no_tokens(path)
    for row in table.to_pylist():
        yield TokenFrame(
            row["camera"],
            row["epoch"],
            row["clip"],
            row["position"],
            row["first_captured_at_micros"],
            row["last_captured_at_micros"],
            row["tokenizer_id"],
            row["bits"],
            np.array(row["tokens"], np.int32).reshape(row["height"], row["width"]),
        )


def _avro(path: Path) -> Iterator[TokenFrame]:
    import fastavro

    with open(path, "rb") as stream:
        for fields in fastavro.reader(stream):
            yield of_record(fields)  # type: ignore[arg-type]


def _no_tokens(path: Path) -> ValueError:
    return ValueError(
        f"found ids or factors in {path}, expected tokens: export without --vocabulary and --factors, or read the file's own"
        " numbers with nolook.npz, shards or parquet"
    )


READERS: Dict[str, Callable[[Path], Iterator[TokenFrame]]] = {
    ".npz": _npz,
    ".tar": _tar,
    ".parquet": _parquet,
    ".avro": _avro,
}
