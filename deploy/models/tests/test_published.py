"""Published tokenizers as the guide's worked examples bring them: stand-ins always, the packages themselves where they are."""

import importlib.util
import os
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import torch.nn as nn
import torch.nn.functional as F

import checks
import export
import model as net
import published
import verify
from export import Spec, export_streaming
from quantizer import Fsq, Lfq
from streaming import Streaming, find_paddings

PAGE = Path(__file__).parents[2] / "docs" / "own-tokenizer.md"
IMPORTED = {"torch": torch, "Spec": Spec, "export_streaming": export_streaming, "Lfq": Lfq, "Fsq": Fsq, "Streaming": Streaming}


def example(name):
    return re.search(rf"<!-- example {name} -->\n```python\n(.*?)```", PAGE.read_text(), re.DOTALL).group(1)


def run_example(name, model, sizes, folder):
    """What the example defines, having run in `folder` with a model of other sizes than its first line states."""
    names, before = {**IMPORTED, "model": model}, os.getcwd()
    os.chdir(folder)
    try:
        exec(re.sub(r"(= )[\d, ]+$", rf"\g<1>{sizes}", example(name), 1, re.MULTILINE), names)
    finally:
        os.chdir(before)
    return names


@torch.no_grad()
def lively(model, encode, last):
    """Sets the last layer so that every channel of z has mean 0 and deviation 1, over noise and smooth clips."""
    clips = [F.interpolate(torch.rand(2, 3, 8, 24 // k, 24 // k) * 2 - 1, size=(8, 24, 24)) for k in (1, 4, 12)]
    z = torch.cat([encode(model, clip) for clip in clips])
    axes = 0, 2, 3, 4
    last.weight.div_(z.std(axes).view(-1, *[1] * (last.weight.dim() - 1)))
    last.bias.sub_(z.mean(axes)).div_(z.std(axes))
    return model.eval()


def magvit2_encode(model, clip):
    return model.quantizers.project_in(model.encode(clip, video_contains_first_frame=False).movedim(1, 4)).movedim(4, 1)


def taehv_encode(model, clip):
    return model.encode_video(clip.transpose(1, 2) / 2 + 0.5, show_progress_bar=False).transpose(1, 2)


def standing_in(name):
    """(model, sizes for the first line of the example)."""
    torch.manual_seed(0)
    if name == "magvit2":
        model = published.VideoTokenizer()
        return lively(model, magvit2_encode, model.quantizers.project_in), f"{published.BITS}, 2, 4"
    if name == "vidtok":
        model = published.AutoencoderVidTok()
        return lively(model, lambda model, clip: model.encoder(clip), model.encoder.out), "3, 2, 4"
    model = published.TAEHV()
    return lively(model, taehv_encode, model.latents), "16, 4, 4"


def needs(package, why):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"found no package {package}: {why}")


def from_package(name):
    """The published class at tiny width; skips where it cannot be had."""
    torch.manual_seed(0)
    if name == "magvit2":
        needs("magvit2_pytorch", "pip install magvit2-pytorch==0.5.1, which needs PyTorch 2 and torchvision")
        from magvit2_pytorch.magvit2_pytorch import VideoTokenizer

        layers = "residual", ("compress_space", 6), ("compress_time", 6), ("compress_space", 6)
        unused = {"perceptual_loss_weight": 0.0, "use_gan": False, "discr_kwargs": {"dim": 4, "image_size": 24}}
        model = VideoTokenizer(image_size=24, init_dim=4, codebook_size=2**8, layers=layers, input_conv_kernel_size=(3, 3, 3), **unused)
        return lively(model, magvit2_encode, model.quantizers.project_in), "8, 2, 4"
    if name == "vidtok":
        needs("diffusers", "pip install diffusers==0.42.1, which needs PyTorch 2.6")
        from diffusers import AutoencoderVidTok

        sizes = {"ch": 32, "ch_mult": [1, 1, 1], "tempo_ds": [1], "tempo_us": [1], "num_res_blocks": 1, "z_channels": 3}
        model = AutoencoderVidTok(double_z=False, regularizer="fsq", codebook_size=8**3, **sizes)
        return lively(model, lambda model, clip: model.encoder(clip), model.encoder.conv_out.conv), "3, 2, 4"
    needs("taehv", "put taehv.py of github.com/madebyollin/taehv on the path")
    from taehv import TAEHV

    model = TAEHV(checkpoint_path=None)
    return lively(model, taehv_encode, model.encoder[-1]), "16, 4, 8"


@pytest.mark.parametrize("make", [standing_in, from_package], ids=["stand-in", "package"])
@pytest.mark.parametrize("name", ["magvit2", "vidtok", "taehv"])
def test_the_examples_give_the_tokens_of_the_published_module(tmp_path, name, make):
    found = run_example(name, *make(name), tmp_path)
    assert found["report"]["encoder"]["reference"] >= 0.999
    assert found["report"]["encoder"]["agreement"] >= 0.999
    lines = [line for line in example(name).splitlines() if line.strip()]
    assert len(lines) <= 10
    stated = {entry.key: entry.value for entry in onnx.load(str(tmp_path / name / "encoder.onnx")).metadata_props}
    assert {"mode": "streaming", "clip.first_chunk": "repeat-first"}.items() <= stated.items()
    assert (tmp_path / name / "decoder.onnx").exists() == (name == "magvit2")


MAGVIT2 = Spec("magvit2", "1", Lfq(published.BITS, order="msb-first"), 2, 4, first_chunk="zeros")


def magvit2_tokens(model):
    return lambda frames: model.encode(frames.permute(3, 0, 1, 2)[None] / 127.5 - 1, quantize=True)[1]


def with_norm(model, clip):
    """With the norm that `encode` never applies."""
    x = model.norm(model.encode(clip, video_contains_first_frame=False).movedim(1, 4))
    return model.quantizers.project_in(x).movedim(4, 1)


@pytest.mark.parametrize(
    ("encode", "changed", "reason"),
    [
        (with_norm, {}, r"% of the tokens are the module's own; token frames 0 to 8 of 0 to 8 differ.*at least 99.9%.*never applied"),
        (magvit2_encode, {"quantizer": Lfq(published.BITS)}, r"token frames 0 to 8 of 0 to 8 differ.*Fix: Lfq\(bits, order='msb-first'\)"),
        (magvit2_encode, {"first_chunk": "repeat"}, r"token frames 0 to 2 of 0 to 8 differ.*first_chunk of the Spec"),
        (magvit2_encode, {"first_chunk": "black"}, r"token frames 0 to 2 of 0 to 8 differ.*first_chunk of the Spec"),
    ],
)
def test_a_mistake_in_the_adapter_is_refused_by_the_reference(tmp_path, encode, changed, reason):
    model, _ = standing_in("magvit2")
    spec = Spec(**{**{key: getattr(MAGVIT2, key) for key in ("name", "version", "quantizer", "chunk", "space", "first_chunk")}, **changed})
    with pytest.raises(export.Refused, match=reason):
        export_streaming(Streaming(model, encode), None, spec, tmp_path, magvit2_tokens(model))
    assert list(tmp_path.iterdir()) == []


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
