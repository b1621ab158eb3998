"""Puts the tokenizer's modules on the path and keeps PyTorch to one thread."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tokenizer"))
sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))
torch.set_num_threads(1)


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="also run tests that take minutes")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; run with --slow")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="run with --slow"))


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
