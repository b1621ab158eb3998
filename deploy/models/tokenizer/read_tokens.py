"""Reads what nolook exports and sends: token archives, tar shards, Parquet files, and records of the sequences topic.

    arrays = npz("out/gate-00000.npz")          # arrays["tokens"]: int32 [rows, height, width]
    for key, tokens, about in shards(files): ...  # a stretch of a clip a sample
    table = parquet("out/tokens-00000.parquet")   # needs pyarrow
    window = record(value, schema("TokenSequence"))
    ids = places(window)                          # int32 [places, 1], or [places, 2] where tokens are factorized

Where tokens are factorized the input of a model at a place is the sum of the embeddings of its two ids, that of PADDING
being zero, and its output has a head for each. An autoregressive model predicts the ids of a place from those before it;
a masked one puts MASK in place of some visual ids and finds them again. No loss is taken where an id is PADDING.
"""

import io
import json
import struct
import tarfile
from pathlib import Path

import numpy as np

PADDING, BEGIN_CLIP, END_CLIP, FRAME, KEYFRAME, GAP, MASK, DOCUMENT = range(8)
FIRST_VISUAL = 256
SCHEMAS = Path(__file__).parents[3] / "schemas/src/main/avro"


def npz(path):
    """The arrays of a NumPy archive by name; camera and tokenizer_id as text."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    for name in ("camera", "tokenizer_id"):
        arrays[name] = arrays[name].tobytes().decode()
    return arrays


def shards(paths):
    """Samples of tar shards: key, tokens, and what the JSON beside them says."""
    for path in paths:
        with tarfile.open(path) as tar:
            parts = {}
            for member in tar:
                key, extension = member.name.split(".", 1)
                parts[extension] = tar.extractfile(member).read()
                if len(parts) == 2:
                    tokens = np.load(io.BytesIO(parts["tokens.npy"]), allow_pickle=False)
                    yield key, tokens, json.loads(parts["json"])
                    parts = {}


def parquet(path):
    """A pyarrow table, a row a token frame; tokens are lists in raster order."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path)


def schema(name):
    """A record's Avro schema."""
    return json.loads((SCHEMAS / f"{name}.avsc").read_text())


def record(value, of):
    """The fields of an Avro single object, as a dict; its schema is taken for the one given, or an older one of it: fields at
    the end that it lacks take their defaults."""
    if value[:2] != b"\xc3\x01":
        raise ValueError(f"found {value[:2].hex()}, expected an Avro single object, c301")
    stream = io.BytesIO(value[10:])
    fields = {}
    for field in of["fields"]:
        lacking = "default" in field and stream.tell() == len(value) - 10
        fields[field["name"]] = field["default"] if lacking else _value(field["type"], stream)
    if stream.read(1):
        raise ValueError("found bytes after the record")
    return fields


def places(window):
    """The ids of a TokenSequence: int32 [places, 1 or 2]."""
    ids = np.frombuffer(window["ids"], "<i4")
    return ids.reshape(window["places"], -1)


def tokens(windows):
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


def _value(kind, stream):
    if isinstance(kind, list):
        return _value(kind[_long(stream)], stream)
    name = kind["type"] if isinstance(kind, dict) else kind
    if isinstance(name, dict):
        return _value(name, stream)
    if name == "record":
        return {field["name"]: _value(field["type"], stream) for field in kind["fields"]}
    if name == "enum":
        return kind["symbols"][_long(stream)]
    if name == "array":
        items = []
        while count := _long(stream):
            if count < 0:
                count, _ = -count, _long(stream)
            items += [_value(kind["items"], stream) for _ in range(count)]
        return items
    if name in ("int", "long"):
        return _long(stream)
    if name in ("bytes", "string"):
        value = _exactly(stream, _long(stream))
        return value.decode() if name == "string" else value
    if name == "boolean":
        return _exactly(stream, 1) == b"\x01"
    if name == "double":
        return struct.unpack("<d", _exactly(stream, 8))[0]
    if name == "null":
        return None
    raise ValueError(f"found type {name}, expected one that nolook's schemas use")


def _long(stream):
    value = shift = 0
    while True:
        byte = _exactly(stream, 1)[0]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value >> 1 ^ -(value & 1)
        shift += 7


def _exactly(stream, count):
    value = stream.read(count)
    if count < 0 or len(value) < count:
        raise ValueError("found a record that ends early")
    return value
