"""Streaming: whatever a module puts in front of a clip in time, what no step can make, windows, and layers known to work."""

import pytest
import torch
import torch.nn as nn
import torch.nn.functional as F

import checks
import export
import model as net
import verify
from export import Spec, export_streaming
from quantizer import Lfq
from streaming import Streaming


@torch.no_grad()
def steps_and_clip(run, channels=3, chunk=2, count=8):
    """What `Streaming` gives step by step, and what `run` gives the whole clip at once."""
    spec = Spec("a", "1", Lfq(channels), chunk=chunk, space=4)
    stepped = checks.as_encoder(Streaming(nn.Identity(), lambda model, clip: run(clip)), spec)
    x = stepped.random(count, 3)
    stepped.clip(x)  # as export does first
    return stepped.steps(x)[0], run(x.unsqueeze(0).transpose(1, 2)).transpose(1, 2)[0], stepped


def pixels(x):
    """[N, C, T, H, W] -> [N*H*W, C, T]."""
    return x.permute(0, 3, 4, 1, 2).flatten(0, 2)


def of_pixels(y, x):
    return y.reshape(x.shape[0], *x.shape[3:], y.shape[1], y.shape[2]).permute(0, 3, 4, 1, 2)


KERNEL = torch.randn(3, 3, 3, 1, 1, generator=torch.Generator().manual_seed(8))
FRONTS = {
    "zeros": lambda x: F.conv3d(F.pad(x, (0, 0, 0, 0, 2, 0)), KERNEL),
    "another number": lambda x: F.conv3d(F.pad(x, (0, 0, 0, 0, 2, 0), value=0.5), KERNEL),
    "copies": lambda x: F.conv3d(F.pad(x, (0, 0, 0, 0, 2, 0), mode="replicate"), KERNEL),
    "copies in space too": lambda x: F.conv3d(F.pad(x, (1, 1, 1, 1, 2, 0), mode="replicate"), KERNEL)[..., 1:-1, 1:-1],
    "a module": lambda x: F.conv3d(nn.ReplicationPad3d((0, 0, 0, 0, 2, 0))(x), KERNEL),
    "joined copies": lambda x: F.conv3d(torch.cat([x[:, :, :1], x[:, :, :1], x], 2), KERNEL),
    "joined zeros": lambda x: F.conv3d(torch.cat([torch.zeros_like(x[:, :, :2]), x], dim=2), KERNEL),
    "frames first": lambda x: F.pad(x.transpose(1, 2), (0, 0, 0, 0, 0, 0, 1, 0))[:, :-1].transpose(1, 2) + x,
    "shifted": lambda x: torch.cat([x[:, :1], F.pad(x[:, 1:], (0, 0, 0, 0, 1, -1))], 1),
    "a line for each pixel": lambda x: of_pixels(F.conv1d(F.pad(pixels(x), (2, 0)), KERNEL[..., 0, 0]), x),
    "both sides, then cut": lambda x: F.conv3d(x, KERNEL, padding=(2, 0, 0))[:, :, :-2],
    "cut for each pixel": lambda x: of_pixels(F.conv1d(pixels(x), KERNEL[..., 0, 0], padding=2)[..., :-2], x),
    "far back": lambda x: F.conv3d(F.pad(x, (0, 0, 0, 0, 10, 0), mode="replicate"), KERNEL, dilation=(5, 1, 1)),
}


@pytest.mark.parametrize("front", FRONTS)
def test_whatever_stands_in_front_of_a_clip_comes_out_of_memory(front):
    single, whole, stepped = steps_and_clip(lambda clip: FRONTS[front](clip)[:, :, 1::2])
    assert torch.allclose(single, whole, atol=1e-5)
    assert len(stepped.steps(stepped.random(1, 0))[1]) == (2 if any(name in front for name in ("number", "copies", "module", "far")) else 1)


def test_half_the_rate_with_a_convolution_padded_on_both_sides_streams():
    single, whole, _ = steps_and_clip(lambda clip: F.conv3d(clip, KERNEL, stride=(2, 1, 1), padding=(1, 0, 0)))
    assert torch.allclose(single, whole, atol=1e-5)


@torch.no_grad()
def test_rows_of_other_ages_share_a_batch():
    """One row begins its clip while the other goes on: copies, and the first chunk that the Spec asks for."""
    spec = Spec("a", "1", Lfq(3), chunk=2, space=4, first_chunk="black")
    module = Streaming(nn.Identity(), lambda model, clip: FRONTS["far back"](clip)[:, :, 1::2])
    stepped = checks.as_encoder(export.begun("encoder", module, spec), spec)
    old, young = stepped.random(5, 1), stepped.random(2, 2)
    apart, caches = stepped.steps(old)[0][3:], stepped.steps(old[:6])[1]
    together = []
    caches = {path: torch.cat([cache, torch.zeros_like(cache)]) for path, cache in caches.items()}
    for step in range(2):
        memory = net.Memory(caches)
        chunks = [old[6 + 2 * step : 8 + 2 * step], young[2 * step : 2 * step + 2]]
        together.append(stepped.module(torch.cat(chunks), 2, memory))
        caches = memory.new_caches
    assert torch.allclose(torch.stack([rows[0] for rows in together]), apart, atol=1e-5)
    assert torch.allclose(torch.stack([rows[1] for rows in together]), stepped.steps(young)[0], atol=1e-5)


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (lambda x: F.pad(x, (0, 0, 0, 0, 2, 0), mode="reflect")[:, :, 1:-1:2], "A padding in time with reflect. Expected: zeros or copies"),
        (lambda x: F.pad(x.mean((3, 4)), (2, 0)), "A padding in time of a tensor with axes .*Expected: axes for N, T, H, W"),
        (lambda x: x if x.shape[2] > 4 else F.pad(x, (0, 0, 0, 0, 1, 0)), "pads another number of times for clips of other sizes"),
        (lambda x: x if x.shape[2] > 2 else F.pad(x, (0, 0, 0, 0, 1, 0)), "pads 1 times in a step and 0 times in a clip"),
    ],
)
def test_paddings_that_no_step_can_make_are_refused(run, reason):
    with pytest.raises(export.Refused, match=reason):
        steps_and_clip(run, count=2)


class Attending(nn.Module):
    """[N, 3, T, H, W] -> [N, 4, T/2, H/4, W/4]: every frame attends to all before it, without an end."""

    def __init__(self):
        super().__init__()
        self.patches, self.out = nn.Conv3d(3, 4, (1, 4, 4), (1, 4, 4)), nn.Conv3d(4, 4, (2, 1, 1), (2, 1, 1))

    def forward(self, clip):
        x = self.patches(clip)
        n, c, t, h, w = x.shape
        x = x.permute(0, 3, 4, 2, 1).reshape(-1, t, c)
        closed = torch.ones(x.shape[1], x.shape[1]).triu(1) > 0
        x = torch.softmax((x @ x.transpose(1, 2)).masked_fill(closed, float("-inf")), -1) @ x
        return self.out(x.reshape(n, h, w, t, c).permute(0, 4, 3, 1, 2))


def test_attention_over_all_time_needs_a_window(tmp_path):
    torch.manual_seed(0)
    model, run, spec = Attending().eval(), lambda model, clip: model(clip), Spec("attending", "1", Lfq(4), chunk=2, space=4)
    with pytest.raises(export.Refused, match="agrees in .* between the full clip and single steps"):
        export_streaming(Streaming(model, run), None, spec, tmp_path)
    report = export_streaming(Streaming(model, run, window=6, step=2), None, spec, tmp_path)
    assert report["encoder"]["receptive_field"] == 6
    found = verify.open_session(tmp_path / "encoder.onnx").get_modelmeta().custom_metadata_map
    assert {"mode": "windowed", "window.frames": "6"}.items() <= found.items()
    with pytest.raises(ValueError, match="window of 1 inputs, expected at least the 2"):
        Streaming(model, run, window=1, step=2)


@torch.no_grad()
def test_a_window_of_a_decoder_ends_with_its_token_frame():
    spec = Spec("a", "1", Lfq(3), chunk=2, space=4)
    run = lambda model, clip: F.interpolate(clip, scale_factor=(2.0, 4.0, 4.0))
    stepped = checks.as_decoder(Streaming(nn.Identity(), run, window=3, step=1), spec)
    x = stepped.random(4, 1)
    assert torch.equal(stepped.steps(x)[0], run(None, x.unsqueeze(0).transpose(1, 2)).transpose(1, 2)[0])
    checks.check_shape(stepped, spec)
    assert stepped.module.metadata() == {"mode": "windowed", "window.frames": "6"}


class Layered(nn.Module):
    """Patches of two frames, one layer over [N, T, 8, h, w] that looks at single frames, z of 4 channels."""

    def __init__(self, layer):
        super().__init__()
        self.patches, self.layer, self.out = nn.Conv3d(3, 8, (2, 4, 4), (2, 4, 4)), layer, nn.Conv3d(8, 4, 1)

    def forward(self, clip):
        return 5 * self.out(self.layer(self.patches(clip).transpose(1, 2)).transpose(1, 2))


class Over(nn.Module):
    """A layer for another order of axes."""

    def __init__(self, layer, there, back):
        super().__init__()
        self.layer, self.there, self.back = layer, there, back

    def forward(self, x):
        return self.back(self.layer(self.there(x)), x)


def last(layer):
    """Over channels that come last."""
    return Over(layer, lambda x: x.permute(0, 1, 3, 4, 2), lambda y, x: y.permute(0, 1, 4, 2, 3))


def frames(layer):
    """Over [N*T, C, H, W]."""
    return Over(layer, lambda x: x.flatten(0, 1), lambda y, x: y.reshape(-1, *x.shape[1:]))


def places(layer):
    """Over [N*T, h*w, C]."""
    return Over(layer, lambda x: x.flatten(0, 1).flatten(2).transpose(1, 2), lambda y, x: y.transpose(1, 2).reshape(x.shape))


class Attention(nn.Module):
    """One head over the places of a frame."""

    def __init__(self):
        super().__init__()
        self.all = nn.Linear(8, 24)

    def forward(self, x):
        q, k, v = self.all(x).chunk(3, -1)
        return x + torch.softmax(q @ k.transpose(1, 2) / 8**0.5, -1) @ v


WORKING = {
    "LayerNorm": lambda: last(nn.LayerNorm(8)),
    "Linear and GELU": lambda: last(nn.Sequential(nn.Linear(8, 8), nn.GELU())),
    "unit length": lambda: Over(nn.Identity(), lambda x: F.normalize(x, dim=2), lambda y, x: y),
    "GroupNorm of a frame": lambda: frames(nn.GroupNorm(2, 8)),
    "attention in a frame": lambda: places(Attention()),
    "pixel shuffle": lambda: frames(nn.Sequential(nn.PixelShuffle(2), nn.ELU(), nn.Conv2d(2, 8, 2, 2))),
}


@pytest.mark.parametrize("name", WORKING)
def test_what_is_known_to_work(tmp_path, name):
    torch.manual_seed(0)
    model, spec = Layered(WORKING[name]()).eval(), Spec("a", "1", Lfq(4), chunk=2, space=4)
    report = export_streaming(Streaming(model, lambda model, clip: model(clip)), None, spec, tmp_path)
    assert report["encoder"]["receptive_field"] == 2


def test_einops_is_known_to_work(tmp_path):
    einops = pytest.importorskip("einops")
    torch.manual_seed(0)
    there = lambda x: einops.rearrange(x, "b t c h w -> (b h w) t c")
    back = lambda y, x: einops.rearrange(y, "(b h w) t c -> b t c h w", h=x.shape[3], w=x.shape[4])
    model, spec = Layered(Over(nn.LayerNorm(8), there, back)).eval(), Spec("a", "1", Lfq(4), chunk=2, space=4)
    export_streaming(Streaming(model, lambda model, clip: model(clip)), None, spec, tmp_path)
