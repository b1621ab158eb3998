"""Records of nolook's topics: Avro single objects, 0xC3 0x01, the schema's CRC-64-AVRO, the body."""

from __future__ import annotations

import functools
import io
import json
from pathlib import Path
from typing import Any, Dict, Mapping, cast

SCHEMAS = Path(__file__).parent / "schemas"
MARK = b"\xc3\x01"
HEADER = 10  # bytes: the mark and the fingerprint


def schema(name: str) -> Dict[str, Any]:
    """A record's newest Avro schema, such as that of `TokenFrame`."""
    return json.loads((SCHEMAS / "newest" / f"{name}.avsc").read_text(encoding="utf-8"))


def record(value: bytes, of: Mapping[str, Any]) -> Dict[str, Any]:
    """The fields of a record by name; those that an older release lacks have their defaults.

    Raises ValueError for anything but one whole record of a released version of the schema `of`.
    """
    import fastavro

    if value[:1] == b"\0":
        raise ValueError(
            f"found a record in the wire format of Confluent's registry, of schema {int.from_bytes(value[1:5], 'big')}, which is not"
            " known here; expected a single object, or registry=Registry(...) to know it"
        )
    if value[:2] != MARK or len(value) < HEADER:
        raise ValueError(f"found {value[:2].hex()}, expected an Avro single object, c301")
    written = _versions(of["name"]).get(value[2:HEADER])
    if written is None:
        raise ValueError(
            f"found schema fingerprint {value[2:HEADER].hex()}, expected a released version of {of['name']}; upgrade this"
            " package if the writer is newer"
        )
    stream = io.BytesIO(value[HEADER:])
    try:
        fields = cast(Dict[str, Any], fastavro.schemaless_reader(stream, written, _parsed(of["name"])))
    except (EOFError, IndexError, ValueError) as e:
        raise ValueError(f"found a record of {of['name']} that ends early or is broken: {e}") from e
    if stream.read(1):
        raise ValueError("found bytes after the record")
    return fields


def encode(name: str, fields: Mapping[str, Any]) -> bytes:
    """A record of the newest schema of this name."""
    import fastavro

    stream = io.BytesIO()
    stream.write(MARK + fingerprint(schema(name)))
    fastavro.schemaless_writer(stream, _parsed(name), fields)
    return stream.getvalue()


@functools.lru_cache(maxsize=None)
def _parsed(name: str) -> Any:
    import fastavro

    return fastavro.parse_schema(schema(name))


@functools.lru_cache(maxsize=None)
def _versions(name: str) -> Dict[bytes, Any]:
    """Every schema that was written by, by its fingerprint."""
    released = [json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob(f"released/*/{name}.avsc")]
    return {fingerprint(version): version for version in [*released, schema(name)]}


def fingerprint(version: Any) -> bytes:
    """CRC-64-AVRO of the parsing canonical form, little-endian."""
    from fastavro.schema import fingerprint, to_parsing_canonical_form

    return bytes.fromhex(fingerprint(to_parsing_canonical_form(version), "CRC-64-AVRO"))
