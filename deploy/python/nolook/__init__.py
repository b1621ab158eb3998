"""Visual tokens in Python: read them, feed them to PyTorch, send frames, and tokenize as nolook does.

    for frame in read("tokens", "localhost:9092"): ...   # or read("npz/"): files of nolook archive export
    with Producer("localhost:9092") as producer: producer.send("gate", picture)
    for step in Tokenizer("deploy/models/nolook-small").tokenize(frames): ...

NumPy is all that `npz` and `shards` need. What else is needed comes with the extras `kafka`, `producer`, `tokenizer`, `parquet`
and `torch` of this package, and is imported when it is used.
"""

from typing import TYPE_CHECKING, Any

from .files import npz, parquet, shards
from .frames import TokenFrame, read
from .producer import Producer
from .records import record, schema
from .registry import Registry
from .sequences import places, tokens
from .tokenizer import Step, Tokenizer

if TYPE_CHECKING:
    from .dataset import Clips

__all__ = [
    "Clips",
    "Producer",
    "Registry",
    "Step",
    "TokenFrame",
    "Tokenizer",
    "npz",
    "parquet",
    "places",
    "read",
    "record",
    "schema",
    "shards",
    "tokens",
]


def __getattr__(name: str) -> Any:
    if name == "Clips":  # imports PyTorch
        from .dataset import Clips

        return Clips
    raise AttributeError(f"module 'nolook' has no attribute {name!r}")
