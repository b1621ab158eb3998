"""Makes a checkpoint small enough to keep: half precision for convolutions, and nothing twice.

What `train.py` resumes from stays in it: the weights as they were trained beside their averages, and the optimizers'
state. Numbers too small for half precision (an optimizer's squared gradients) stay as they are.
"""

import argparse
from pathlib import Path

import torch

from weights import load_state


def halved(value):
    """Half precision where it is a convolution's, by its four axes."""
    return value.half() if torch.is_tensor(value) and value.dim() == 4 and value.is_floating_point() else value


def packed(state):
    """The same checkpoint, smaller. Tensors that did not move are the averages' own, which a file holds once."""
    small = dict(state)
    for role in ("encoder", "decoder"):
        small[role] = {name: halved(value) for name, value in state[role].items()}
        raw = state[f"raw_{role}"].items()
        small[f"raw_{role}"] = {name: small[role][name] if torch.equal(value, state[role][name]) else halved(value) for name, value in raw}
    small["optimizers"] = [
        {**optimizer, "state": {key: {name: halved(value) for name, value in of.items()} for key, of in optimizer["state"].items()}}
        for optimizer in state["optimizers"]
    ]
    return small


def without_resuming(state):
    """Averages alone, to start from."""
    return {key: state[key] for key in ("shape", "encoder", "decoder", "steps", "minutes", "curve") if key in state}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, help="of train.py")
    parser.add_argument("out", type=Path)
    parser.add_argument("--averages", action="store_true", help="keep the averages alone, from which runs start but do not resume")
    options = parser.parse_args()
    state = packed(load_state(options.checkpoint))
    torch.save(without_resuming(state) if options.averages else state, options.out)
    print(f"{options.out} {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
