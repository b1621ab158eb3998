"""Puts the tokenizer's modules on the path and keeps PyTorch to one thread."""

import subprocess
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


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Two labels of three people, told apart by what moves, and a background."""
    root = tmp_path_factory.mktemp("labelled")
    moving = {"across": "testsrc=size=64x48:rate=10", "still": "smptebars=size=64x48:rate=10"}
    for label, source in moving.items():
        for person in range(3):
            record(root / "words" / label / f"{label}_s{person:03d}_r01.mp4", f"{source},hue=h={40 * person}", 14 + person)
    for number in range(2):
        record(root / "other" / f"mandelbrot_{number}.mp4", f"mandelbrot=size=64x48:rate=10:start_x=-0.{7 + number}", 16)
    return root


def record(path, source, frames):
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-frames:v", str(frames), "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, check=True)
