"""Published tokenizers as the guide's worked examples bring them: stand-ins always, the packages themselves where they are."""

import importlib
import os
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F

import checks
import export
import published
import verify
from export import Spec, export_streaming
from quantizer import Fsq, Lfq
from streaming import Streaming

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


def published_class(module, name, why):
    """The class, or a skipped test: packages that bring their own PyTorch are not among the requirements."""
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:  # of any kind: some fail deep inside with another PyTorch
        pytest.skip(f"{module}.{name} cannot be had ({type(error).__name__}): {why}")


def from_package(name):
    """The published class at tiny width; skips where it cannot be had."""
    torch.manual_seed(0)
    if name == "magvit2":
        why = "pip install magvit2-pytorch==0.5.1, which needs PyTorch 2 and torchvision"
        VideoTokenizer = published_class("magvit2_pytorch.magvit2_pytorch", "VideoTokenizer", why)
        layers = "residual", ("compress_space", 6), ("compress_time", 6), ("compress_space", 6)
        unused = {"perceptual_loss_weight": 0.0, "use_gan": False, "discr_kwargs": {"dim": 4, "image_size": 24}}
        model = VideoTokenizer(image_size=24, init_dim=4, codebook_size=2**8, layers=layers, input_conv_kernel_size=(3, 3, 3), **unused)
        return lively(model, magvit2_encode, model.quantizers.project_in), "8, 2, 4"
    if name == "vidtok":
        AutoencoderVidTok = published_class("diffusers", "AutoencoderVidTok", "pip install diffusers==0.42.1, which needs PyTorch 2.6")
        sizes = {"ch": 32, "ch_mult": [1, 1, 1], "tempo_ds": [1], "tempo_us": [1], "num_res_blocks": 1, "z_channels": 3}
        model = AutoencoderVidTok(double_z=False, regularizer="fsq", codebook_size=8**3, **sizes)
        return lively(model, lambda model, clip: model.encoder(clip), model.encoder.conv_out.conv), "3, 2, 4"
    TAEHV = published_class("taehv", "TAEHV", "put taehv.py of github.com/madebyollin/taehv on the path")
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


@pytest.mark.parametrize("make", [standing_in, from_package], ids=["stand-in", "package"])
@torch.no_grad()
def test_the_decoder_gives_the_frames_of_the_published_module(tmp_path, make):
    model, sizes = make("magvit2")
    found = run_example("magvit2", model, sizes, tmp_path)
    tokens = np.random.default_rng(1).integers(0, 2**8, (5, 1, 6, 6), np.int32)
    frames = verify.run_file(verify.open_session(tmp_path / "magvit2" / "decoder.onnx"), tokens, 24, 24)[0]
    q = found["spec"].quantizer.values(torch.from_numpy(tokens[:, 0])).permute(1, 0, 2, 3)[None]
    own = model.decode(model.quantizers.project_out(q.movedim(1, 4)).movedim(4, 1))[0].permute(1, 2, 3, 0)
    assert np.abs(frames.reshape(10, 24, 24, 3)[1:].astype(int) - checks.to_bytes(own).numpy()).max() <= 1
    assert own.std() > 0.01


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


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        (lambda frames: np.zeros((9, 6, 6), int), "gives 1 different tokens for 4 clips.*at least 16"),
        (lambda frames: np.zeros((1, 8, 6, 6), int), r"gives int64 of shape \(1, 8, 6, 6\) for 17 frames. Expected: integers \(9, 6, 6\)"),
        (lambda frames: frames.mean(3), "reference fails: RuntimeError.*Fix: let it take frames uint8"),
    ],
)
def test_a_reference_that_proves_nothing_is_refused(tmp_path, reference, reason):
    model, _ = standing_in("magvit2")
    with pytest.raises(export.Refused, match=reason):
        export_streaming(Streaming(model, magvit2_encode), None, MAGVIT2, tmp_path, reference)


def test_other_meanings_of_the_same_weights_have_another_tokenizer_id():
    model, _ = standing_in("magvit2")
    order, first = {"quantizer": Lfq(8, order="msb-first")}, {"first_chunk": "zeros"}
    specs = [Spec("a", "1", **{"quantizer": Lfq(8)} | changed) for changed in ({}, order, first, order | first)]
    assert len({export.tokenizer_id(model, None, spec) for spec in specs}) == 4
    with pytest.raises(ValueError, match="first_chunk: found mirror, expected repeat, zeros, black"):
        Spec("a", "1", first_chunk="mirror")
    with pytest.raises(ValueError, match="order: found big, expected lsb-first or msb-first"):
        Lfq(8, order="big")


@pytest.mark.parametrize("bits", [3, 18, 26])
def test_the_other_order_of_bits_is_the_same_token_read_backwards(bits):
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(0, 2**bits, (1, 20, 20), generator=generator, dtype=torch.int32)
    ours, theirs = Lfq(bits), Lfq(bits, order="msb-first")
    assert torch.equal(theirs.values(tokens), ours.values(tokens).flip(1))
    assert torch.equal(theirs.decide(theirs.values(tokens)), tokens)
    assert ours.metadata() == theirs.metadata()
