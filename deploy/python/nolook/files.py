"""Files of `nolook archive export`, as they are."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any, Dict, Iterable, Iterator, Tuple

import numpy as np


def npz(path: Any) -> Dict[str, Any]:
    """The arrays of a NumPy archive by name; camera and tokenizer_id as text.

    `tokens` is int32 [rows, height, width], or [..., 2] where tokens were factorized; other columns are int64 [rows].
    """
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    for name in ("camera", "tokenizer_id"):
        arrays[name] = arrays[name].tobytes().decode()
    return arrays


def shards(paths: Iterable[Any]) -> Iterator[Tuple[str, np.ndarray, Dict[str, Any]]]:
    """Samples of tar shards: key, tokens int32 [rows, height, width (, 2)], and what the JSON beside them says."""
    for path in paths:
        with tarfile.open(path) as tar:
            parts: Dict[str, bytes] = {}
            for member in tar:
                key, extension = member.name.split(".", 1)
                parts[extension] = tar.extractfile(member).read()  # type: ignore[union-attr]
                if len(parts) == 2:
                    tokens = np.load(io.BytesIO(parts["tokens.npy"]), allow_pickle=False)
                    yield key, tokens, json.loads(parts["json"])
                    parts = {}


def parquet(path: Any) -> Any:
    """A pyarrow table, a row a token frame; tokens are lists in raster order."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path)
