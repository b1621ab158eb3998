"""Weights of a tokenizer: from a checkpoint of training, or back from the files it was exported to."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

import model as net
from configs import CONFIGS, build

EPSILON = net.Conv(1, 1).norm.eps  # of batch norm


def load_weights(path):
    """(encoder, decoder, state), ready for inference."""
    state = load_state(path)
    encoder, decoder = build(**state["shape"])
    encoder.load_state_dict({key: value.float() for key, value in state["encoder"].items()})
    decoder.load_state_dict({key: value.float() for key, value in state["decoder"].items()})
    return encoder.eval(), decoder.eval(), state


def load_state(path):
    """Of a checkpoint, or of a folder with encoder.onnx and decoder.onnx."""
    if not Path(path).is_dir():
        return torch.load(path, map_location="cpu")
    encoder, metadata = exported(Path(path) / "encoder.onnx")
    decoder, _ = exported(Path(path) / "decoder.onnx")
    bits = int(metadata["bits"])
    more = {"refine": int(metadata["phase.period"])} if "phase.period" in metadata else {}
    if metadata.get("activation", "silu") != "silu":
        more["activation"] = metadata["activation"]
    for config in CONFIGS:
        shape = {"config": config, "bits": bits, "halvings": bits // len(encoder["out.weight"]), **more}
        own = [module.state_dict() for module in build(**shape)]
        if all(fits(folded, state) for folded, state in zip((encoder, decoder), own)):
            return {"shape": shape, "encoder": unfold(encoder, own[0]), "decoder": unfold(decoder, own[1])}
    raise ValueError(f"{path}: found a network of another shape, expected one of {', '.join(CONFIGS)}; start from its checkpoint")


def fits(folded, own):
    """Whether the weights in a file are those of this network."""
    weights = {key: value.shape for key, value in own.items() if ".norm." not in key}
    return weights == {key: folded[key].shape for key in weights if key in folded} and len(folded) == len(weights) + norms(own)


def norms(own):
    """How many biases batch norms leave in the convolutions they are folded into."""
    return sum(key.endswith(".running_mean") for key in own)


def exported(path):
    """(parameter name -> tensor, metadata) of an exported file."""
    model = onnx.load(str(path))
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    role = metadata["role"] + "."
    found = {
        tensor.name.removesuffix("_half")[len(role) :]: torch.from_numpy(numpy_helper.to_array(tensor).copy()).float()
        for tensor in model.graph.initializer
        if tensor.name.startswith(role)
    }
    return found, metadata


def unfold(folded, own):
    """A state like `own` whose batch norms add what was folded into the convolutions, and do nothing else."""
    state = {}
    for key, value in own.items():
        module, _, kind = key.rpartition(".")
        layer = module.removesuffix(".norm")
        if not module.endswith(".norm"):
            state[key] = folded[key]
        elif kind == "bias":
            state[key] = folded[f"{layer}.conv.bias"]
        else:
            neutral = {"weight": 1.0, "running_mean": 0.0, "running_var": 1 - EPSILON, "num_batches_tracked": 0}
            state[key] = torch.full_like(value, neutral[kind])
    return state


