"""Exports the base configuration with random weights, at full size: `python base.py FOLDER`, then `nolook check-model`."""

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tokenizer"))

import configs
import export
import planted


def export_base(folder, weights="mixed"):
    """Returns what export found."""
    torch.manual_seed(0)
    encoder, decoder = (module.train() for module in configs.build("base"))
    modules = planted.set_norms(encoder, decoder)
    return export.export_streaming(*modules, export.Spec("nolook-base-untrained", "0", weights=weights), folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder, start = parser.parse_args().folder, time.time()
    export.describe(export_base(folder), folder)
    print(f"{time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
