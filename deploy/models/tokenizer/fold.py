"""Batch norms into the convolutions before them, weights into half precision: the module that a graph is written from."""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.nn.utils.fusion import fuse_conv_bn_eval

import checks
from checks import Refused

CHANGED = 0.001  # largest share of tokens, and of pixel values by more than 1 of 255, that folding and rounding may change


def fold_norms(module):
    """A copy in which norms are part of the convolution before them: `.conv` with `.norm`, or neighbours in a Sequential."""
    module = copy.deepcopy(module).eval()
    for parent in list(module.modules()):
        for conv, norm in list(_pairs(parent)):
            convolution = getattr(parent, conv)
            fused = fuse_conv_bn_eval(convolution, getattr(parent, norm), isinstance(convolution, _ConvTransposeNd))
            setattr(parent, conv, fused)
            setattr(parent, norm, nn.Identity())
    return module


def _pairs(parent):
    children = dict(parent.named_children())
    names = list(children) if isinstance(parent, nn.Sequential) else [name for name in ("conv", "norm") if name in children]
    for first, second in zip(names, names[1:]):
        norm = children[second]
        if isinstance(children[first], _ConvNd) and isinstance(norm, _BatchNorm) and norm.running_mean is not None:
            yield first, second


@torch.no_grad()
def round_weights(module):
    """A copy whose convolution weights are numbers of half precision."""
    module = copy.deepcopy(module)
    for path, child in module.named_modules():
        if isinstance(child, _ConvNd):
            rounded = child.weight.half().float()
            if not rounded.isfinite().all():
                largest = f"{path} has weights up to {child.weight.abs().max():.3g}"
                raise Refused(largest, "at most 65504, the largest of float16", "weights=fp32")
            child.weight.copy_(rounded)
    return module


@torch.no_grad()
def check_unchanged(role, module, written, spec, grid=16, steps=4):
    """Share of tokens (of pixel values, by more than 1) that differ between two modules, on noise and on smooth clips."""
    if same_weights(module, written):
        return 0.0
    before, after = (checks.as_role(role, each, spec, grid) for each in (module, written))
    differing = []
    for seed in range(4):
        x = before.random(steps, 100 + seed)
        if role == "encoder" and seed % 2:
            small = F.avg_pool2d(x, spec.space)
            x = F.interpolate(small / small.abs().max(), size=x.shape[2:], mode="bilinear", align_corners=False)
        a, b = (each.decide(each.clip(x)[0]).int() for each in (before, after))
        differing.append(((a - b).abs() > (role == "decoder")).float().mean())
    share = float(sum(differing) / len(differing))
    if share > CHANGED:
        what = "tokens differ" if role == "encoder" else "pixel values differ by more than 1 of 255"
        precision = "float16 weights" if spec.halves(role) else "norms folded"
        raise Refused(
            f"{share:.2%} of the {role}'s {what} with {precision}",
            f"at most {CHANGED:.1%}",
            "weights=mixed (float16 in the decoder only) or weights=fp32",
        )
    return share


def same_weights(module, copied):
    """Whether nothing was folded or rounded in a copy."""
    ours, theirs = module.state_dict(), copied.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[key], theirs[key]) for key in ours)
