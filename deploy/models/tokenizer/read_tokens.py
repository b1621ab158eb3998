"""Reads what nolook exports and sends, by the names that it has in the package of deploy/python, installed or not."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "python"))

from nolook import npz, parquet, places, record, schema, shards, tokens  # noqa: E402
from nolook.sequences import BEGIN_CLIP, DOCUMENT, END_CLIP, FIRST_VISUAL, FRAME, GAP, KEYFRAME, MASK, PADDING  # noqa: E402

__all__ = [
    "BEGIN_CLIP",
    "DOCUMENT",
    "END_CLIP",
    "FIRST_VISUAL",
    "FRAME",
    "GAP",
    "KEYFRAME",
    "MASK",
    "PADDING",
    "npz",
    "parquet",
    "places",
    "record",
    "schema",
    "shards",
    "tokens",
]
