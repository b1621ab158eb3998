"""Starts a larger network from a trained smaller one: at first it computes the same, then training has room.

Old channels stay the first of the wider layers and hear nothing of new ones; further blocks of a stage add nothing.
What the new channels make begins as noise, so that it can be listened to at once.
"""

import torch

import model as net

FRAMES_UP = 2  # frames behind one another in the output channels of a layer that doubles the rate


def grown(module, old):
    """A state for `module` that holds `old`, the state of a network none of whose layers is larger.

    Layers of other shapes that no growth explains (kernels, numbers of a token) keep the beginning `module` has.
    """
    layers = dict(module.named_modules())
    state = {}
    for key, value in module.state_dict().items():
        if key in old:
            state[key] = inside(value, old[key].to(value.dtype), layer_runs(key, layers))
        else:
            state[key] = torch.zeros_like(value) if key.endswith("second.conv.weight") else value
    return state


def layer_runs(key, layers):
    """(runs of output channels, runs of input channels) of the layer that a weight belongs to."""
    name = key.rsplit(".", 2)[0] if ".conv." in key or ".norm." in key else key.rsplit(".", 1)[0]
    doubles = name in ("up1", "up2") and isinstance(layers[name], net.Conv)
    return FRAMES_UP if doubles else 1, net.CausalConv.TAPS if isinstance(layers[name], net.CausalConv) else 1


def inside(value, old, runs):
    """`value` with `old` in the first channels of each run, and nothing from new inputs to old outputs."""
    pairs = list(zip(value.shape, old.shape))
    if value.dim() != old.dim() or value.shape[2:] != old.shape[2:] or any(new < small for new, small in pairs):
        return value
    if value.shape == old.shape:
        return old
    value, outputs = value.clone(), places(*pairs[0], runs[0])
    if value.dim() == 1:
        value[outputs] = old
    else:
        value[outputs] = 0
        value[outputs.unsqueeze(1), places(*pairs[1], runs[1])] = old
    return value


def places(count, old, runs):
    """Where `old` channels are among `count`, both in so many runs of like length."""
    return (torch.arange(runs).unsqueeze(1) * (count // runs) + torch.arange(old // runs)).flatten()
