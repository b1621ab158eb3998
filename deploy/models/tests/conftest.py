"""Puts the tokenizer's modules on the path and keeps PyTorch to one thread."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tokenizer"))
sys.path.insert(0, str(Path(__file__).parent))
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny():
    import planted

    return planted.tiny_modules()


@pytest.fixture(scope="session")
def spec():
    import export

    return export.Spec("tiny", "1")


@pytest.fixture(scope="session")
def exported(tiny, spec, tmp_path_factory):
    """A folder with encoder.onnx and decoder.onnx of the tiny pair."""
    import export

    folder = tmp_path_factory.mktemp("exported")
    export.export_streaming(*tiny, spec, folder)
    return folder
