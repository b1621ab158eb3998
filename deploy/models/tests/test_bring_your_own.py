"""Other quantizers, windows, weights of half precision, and the two tokenizers of third_party.py."""

import dataclasses
import os
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
import torch
import torch.nn as nn
from onnx import TensorProto

import base
import check_vector
import checks
import configs
import export
import fold
import graph
import model as net
import planted
import third_party
import verify
from quantizer import Fsq, Lfq, digits
from windowed import Windowed, WindowedDecoder


def metadata(path):
    return {entry.key: entry.value for entry in onnx.load(str(path)).metadata_props}


def all_tokens(quantizer):
    return torch.arange(quantizer.codes, dtype=torch.int32).view(1, 1, -1)


@pytest.mark.parametrize(("levels", "bits"), [((8, 8, 8, 5, 5, 5), 16), ((8, 6, 5), 8), ((3, 5), 4), ((2, 2, 2), 3), ((4,), 2)])
def test_fsq_counts_the_first_channel_as_least_significant(levels, bits):
    quantizer, tokens = Fsq(levels), all_tokens(Fsq(levels))
    found = digits(tokens, levels)[0, :, 0].T.numpy()
    expected = np.stack(np.unravel_index(np.arange(quantizer.codes), levels[::-1]), 1)[:, ::-1]
    assert np.array_equal(found, expected)
    assert (quantizer.bits, quantizer.channels) == (bits, len(levels))


@pytest.mark.parametrize("levels", [(8, 8, 8, 5, 5, 5), (7, 4, 2)])
def test_fsq_gives_each_token_back_from_its_level_centres(levels):
    quantizer = Fsq(levels)
    values = quantizer.values(all_tokens(quantizer))
    assert values.min() >= -1 and values.max() <= 1
    centres = torch.tensor([count // 2 for count in levels]).view(1, -1, 1, 1)
    quantizer.bound = lambda z: z
    assert torch.equal(quantizer.decide(values * centres), all_tokens(quantizer))
    assert torch.all(quantizer.clearance(values * centres) > 0.499)


def test_fsq_bounds_any_z_to_its_levels_with_zero_in_the_middle():
    quantizer = Fsq((8, 5, 2))
    z = torch.tensor([-100.0, -1.0, 0.0, 1.0, 100.0]).repeat(3, 1).T.reshape(5, 3, 1, 1)
    found = digits(quantizer.decide(z), quantizer.levels).view(5, 3).tolist()
    assert found[0] == [0, 0, 0] and found[2] == [4, 2, 1] and found[4] == [7, 4, 1]
    near = quantizer.clearance(torch.tensor([0.0, 30.0, 0.0]).view(1, 3, 1, 1)).flatten()
    assert near[0] == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("bits", [1, 10, 18, 24, 26, 30])
def test_lfq_is_exact_at_every_number_of_bits(bits):
    quantizer, generator = Lfq(bits), torch.Generator().manual_seed(1)
    tokens = torch.randint(0, 2**bits, (1, 50, 50), generator=generator, dtype=torch.int32)
    tokens[0, 0, :2] = torch.tensor([0, 2**bits - 1])
    assert torch.equal(quantizer.values(tokens), net.codes(tokens, bits))
    assert torch.equal(quantizer.decide(quantizer.values(tokens)), tokens)


def test_levels_and_options_that_make_no_sense_are_named():
    with pytest.raises(ValueError, match=r"found levels \(8, 1\), expected at least 2"):
        Fsq((8, 1))
    with pytest.raises(ValueError, match="factorization: found 9\\+8, expected factors of 16 bits"):
        export.Spec("a", "1", Fsq((8, 8, 8, 5, 5, 5)), factorization="8+8,9+8")
    with pytest.raises(ValueError, match="weights: found int8, expected fp32, mixed, fp16"):
        export.Spec("a", "1", weights="int8")
    with pytest.raises(ValueError, match="window of 3 frames, expected at least the 4"):
        Windowed(nn.Identity(), 3)


@pytest.fixture(scope="session")
def guide(tmp_path_factory):
    """What the code of the two pages defines (but for the worked examples: test_published.py), having run in `folder`."""
    pages = [(Path(__file__).parents[2] / "docs" / name).read_text() for name in ("own-tokenizer.md", "own-tokenizer-more.md")]
    names, folder, before = {}, tmp_path_factory.mktemp("guide"), os.getcwd()
    os.chdir(folder)
    try:
        exec("\n".join(re.findall(r"(?<!-->\n)```python\n(.*?)```", "\n".join(pages), re.DOTALL)), names)
    finally:
        os.chdir(before)
    return SimpleNamespace(**names, folder=folder)


def test_the_code_of_the_guide_exports_what_it_says(guide):
    pairs, own, volumes = (metadata(guide.folder / name / "encoder.onnx") for name in ("pairs", "own-caches", "volumes"))
    stated = {"stride.time": "2", "stride.space": "16", "receptive_field": "4", "trained.size": "256x256"}
    assert stated.items() <= pairs.items() and (stated | {"trained.size": "64x64"}).items() <= own.items()
    assert {"mode": "windowed", "window.frames": "8", "receptive_field": "8", "codes": "64000"}.items() <= volumes.items()
    assert all((guide.folder / name / "decoder.onnx").exists() for name in ("pairs", "own-caches", "volumes", "brightness"))


def test_a_quantizer_of_ones_own_and_a_model_without_memory(guide):
    path = guide.folder / "brightness" / "encoder.onnx"
    found = metadata(path)
    stated = {"quantizer": "grey", "codes": "10", "bits": "4", "factorization": "4", "receptive_field": "4"}
    assert (stated | {"grey.order": "dark-first"}).items() <= found.items()
    assert not {"threshold", "bit_order"} & found.keys()
    grey = np.full((1, 1, 4, 16, 16, 3), 255 * 7 // 9, np.uint8)
    assert (verify.run_file(verify.open_session(path), grey, 16, 16)[0] == 7).all()


@pytest.fixture(scope="session")
def theirs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("theirs")
    third_party.write_all(folder)
    return folder


def test_third_party_files_say_what_they_are(theirs):
    found = metadata(theirs / "fsq-windowed-encoder.onnx")
    stated = {
        "quantizer": "fsq",
        "fsq.levels": "8,8,8,5,5,5",
        "fsq.order": "first-channel-least-significant",
        "codes": "64000",
        "bits": "16",
        "factorization": "16",
        "mode": "windowed",
        "window.frames": "8",
        "state.policy": "replay",
        "receptive_field": "8",
        "cache.window.shape": "4,4,H,W",
    }
    assert stated.items() <= found.items()
    stated = {"mode": "windowed", "window.frames": "12", "receptive_field": "12", "cache.window.shape": "2,7,H/8,W/8"}
    assert stated.items() <= metadata(theirs / "fsq-windowed-decoder.onnx").items()
    stated = {"quantizer": "lfq", "stride.time": "2", "stride.space": "16", "receptive_field": "4", "weights": "fp32"}
    assert stated.items() <= metadata(theirs / "lfq16-encoder.onnx").items()
    assert metadata(theirs / "lfq16-decoder.onnx")["weights"] == "fp16"
    assert all(path.stat().st_size < 100_000 for path in theirs.glob("*.onnx"))


def test_graphs_of_fsq_decide_and_decode_every_token_exactly(tmp_path):
    """Through ONNX Runtime: the decoder shows a token's digits as grey values, the encoder reads them back."""
    quantizer = Fsq((8, 8, 8, 5, 5, 5))

    class Reads(nn.Module):
        def forward(self, x, frames, memory):
            grey = ((x[:, :, ::8, ::8] + 1) * 127.5)[3::4]  # digit * 30 in the channels of the first two rows
            second = ((x[:, :, 1::8, ::8] + 1) * 127.5)[3::4]
            return torch.cat([grey, second], 1) / 30

    class Shows(nn.Module):
        def forward(self, q, tokens, memory):
            halves = torch.tensor([4.0, 4, 4, 2, 2, 2]).view(1, -1, 1, 1)
            y = nn.functional.interpolate((q * halves + halves) * 30 / 127.5 - 1, scale_factor=(1.0, 8.0))
            rows = torch.cat([y[:, :3], y[:, 3:]] * 4, 1).reshape(-1, 8, 3, *y.shape[2:]).permute(0, 2, 3, 1, 4)
            frame = rows.reshape(-1, 3, 8 * y.shape[2], y.shape[3])
            return torch.stack([frame] * 4, 1).flatten(0, 1)

    class Centred(Fsq):
        def bound(self, z):
            return z - torch.tensor([4.0, 4, 4, 2, 2, 2]).view(1, -1, 1, 1)

    spec = export.Spec("all", "1", Centred(quantizer.levels))
    for role, module in (("decoder", Shows()), ("encoder", Reads())):
        stepped = checks.as_role(role, module, spec)
        found = {"check.digest": ""} if role == "encoder" else {}
        caches = {"receptive_field": 4, "caches": {}}
        graph.write_graph(stepped, spec, export.common_metadata(role, "all", spec, caches) | found, tmp_path / f"{role}.onnx")
    tokens = np.arange(64_000, dtype=np.int32).reshape(1, 1, 160, 400)
    shown, _ = verify.run_file(verify.open_session(tmp_path / "decoder.onnx"), tokens, 1280, 3200)
    read, _ = verify.run_file(verify.open_session(tmp_path / "encoder.onnx"), shown, 1280, 3200)
    assert np.array_equal(read, tokens)


class Recorder(nn.Module):
    """Keeps the windows it is shown."""

    def forward(self, window):
        self.seen = [*getattr(self, "seen", []), window]
        return window[:, -1:, :1, ::8, ::8].flatten(1, 2)


@pytest.mark.parametrize("frames", [4, 6, 8, 11])
@torch.no_grad()
def test_windows_end_at_the_step_and_repeat_the_earliest_frame(frames):
    clip = torch.arange(1, 17.0).view(16, 1, 1, 1) * torch.ones(1, 3, 8, 8)
    whole, single = Windowed(Recorder(), frames), Windowed(Recorder(), frames)
    stepped = checks.as_encoder(single, export.Spec("w", "1"))
    assert torch.equal(whole(clip, 16, net.Memory()), stepped.steps(clip)[0])
    for k, (a, b) in enumerate(zip(whole.model.seen, single.model.seen, strict=True)):
        expected = [max(1, 4 * k + 5 - frames + i) for i in range(frames)]
        assert a[0, :, 0, 0, 0].tolist() == b[0, :, 0, 0, 0].tolist() == expected
    assert ("window" in stepped.steps(clip)[1]) == (frames > 4)


@torch.no_grad()
def test_rows_with_windows_of_other_ages_share_a_batch():
    model = Windowed(Recorder(), 8)
    old, young = net.Memory(), net.Memory()
    model(torch.full((4, 3, 8, 8), 5.0), 4, old)
    caches = {"window": torch.cat([old.new_caches["window"], torch.zeros(1, 4, 4, 8, 8)])}
    model(torch.full((8, 3, 8, 8), 7.0), 4, net.Memory(caches))
    window = model.model.seen[-1][:, :, 0, 0, 0]
    assert window.tolist() == [[5.0] * 4 + [7.0] * 4, [7.0] * 8]


@pytest.mark.parametrize("name", third_party.ALL)
def test_third_party_files_agree_with_pytorch(theirs, name):
    encoder, decoder, spec = third_party.ALL[name]()
    for role, module in (("encoder", encoder), ("decoder", decoder)):
        written = export.as_written(role, module, spec)
        verify.verify_file(checks.as_role(role, written, spec), spec, theirs / f"{name}-{role}.onnx", ((6, 7), (2, 3)), 6)


def test_a_model_that_gives_another_shape_is_refused(tiny, guide, tmp_path):
    with pytest.raises(export.Refused, match=r"encoder gives z of shape \(2, 18, 4, 4\).*\(2, 6, 4, 4\)"):
        export.export_streaming(*tiny, export.Spec("a", "1", Fsq((8, 8, 8, 5, 5, 5))), tmp_path)
    with pytest.raises(export.Refused, match="decoder gives frames of shape"):
        export.export_streaming(tiny[0], guide.Flat(), export.Spec("a", "1"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@torch.no_grad()
def test_folding_keeps_the_function_and_leaves_no_norm(tiny):
    for role, module in zip(("encoder", "decoder"), tiny):
        folded = fold.fold_norms(module)
        assert not [child for child in folded.modules() if isinstance(child, nn.BatchNorm2d)]
        assert [child for child in module.modules() if isinstance(child, nn.BatchNorm2d)], "the original is left alone"
        assert fold.check_unchanged(role, module, folded, export.Spec("a", "1")) <= 1e-4
        assert not fold.same_weights(module, folded) and fold.same_weights(folded, fold.fold_norms(folded))
        assert not fold.same_weights(folded, fold.round_weights(folded))


@torch.no_grad()
def test_folding_takes_sequences_and_transposed_convolutions():
    block = nn.Sequential(nn.ConvTranspose2d(4, 6, 2, 2), nn.BatchNorm2d(6), nn.SiLU(), nn.Conv3d(1, 1, 1))
    block[1].running_mean.uniform_(-1, 1), block[1].running_var.uniform_(0.5, 2)
    x = torch.randn(2, 4, 5, 5)
    folded = fold.fold_norms(block[:3].eval())
    assert isinstance(folded[1], nn.Identity)
    assert torch.allclose(folded(x), block[:3](x), atol=1e-6)


def test_rounding_leaves_numbers_of_half_precision(tiny):
    rounded = fold.round_weights(fold.fold_norms(tiny[1]))
    for child in rounded.modules():
        if isinstance(child, nn.Conv2d):
            assert torch.equal(child.weight, child.weight.half().float())
    large = nn.Sequential(nn.Conv2d(1, 1, 1))
    large[0].weight.data.fill_(1e6)
    with pytest.raises(export.Refused, match="0 has weights up to 1e\\+06.*65504"):
        fold.round_weights(large)


@pytest.fixture(scope="session")
def coarse():
    """The tiny encoder with weights that half precision holds exactly, so that its tokens stay."""
    encoder, decoder = planted.tiny_modules(2)
    return fold.round_weights(fold.fold_norms(encoder)), decoder


@pytest.mark.parametrize("weights", ["fp16", "mixed", "fp32"])
def test_weights_are_stored_as_asked_and_computed_in_single_precision(coarse, tmp_path, weights):
    spec = export.Spec("coarse", "1", weights=weights)
    report = export.export_streaming(*coarse, spec, tmp_path)
    for role in ("encoder", "decoder"):
        model = onnx.load(str(tmp_path / f"{role}.onnx"))
        halves = {tensor.name for tensor in model.graph.initializer if tensor.data_type == TensorProto.FLOAT16}
        convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
        assert len(halves) == (len(convolutions) if spec.halves(role) else 0)
        assert metadata(tmp_path / f"{role}.onnx")["weights"] == ("fp16" if spec.halves(role) else "fp32")
        assert report[role]["changed"] <= fold.CHANGED
        session = verify.open_session(tmp_path / f"{role}.onnx")
        assert {value.type for value in session.get_inputs()[1:]} == {"tensor(float)"}
    ids = {metadata(tmp_path / f"{role}.onnx")["tokenizer_id"] for role in ("encoder", "decoder")}
    assert ids == {export.tokenizer_id(*coarse, dataclasses.replace(spec, weights="fp32"))}, "the codes mean the same"


def test_weights_whose_rounding_changes_tokens_are_refused(tiny, tmp_path):
    encoder, decoder, spec = third_party.lfq16()
    reason = "0.15% of the encoder's tokens differ with float16 weights.*at most 0.1%.*weights=mixed"
    with pytest.raises(export.Refused, match=reason):
        export.export_streaming(encoder, decoder, dataclasses.replace(spec, weights="fp16"), tmp_path)
    loud = planted.tiny_modules()[1]
    loud.out.weight.data.mul_(300)
    with pytest.raises(export.Refused, match="decoder's pixel values differ by more than 1 of 255 with float16 weights"):
        export.export_streaming(tiny[0], loud, export.Spec("loud", "1", weights="mixed"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_check_tokens_stay_inside_the_codes():
    spec = export.Spec("a", "1", Fsq((8, 6, 5)))
    tokens = check_vector.check_tokens(1, 40, 8, 8, spec)
    assert tokens.min() == 0 and tokens.max() == 239
    lfq = check_vector.check_tokens(7, 1, 1, 2, export.Spec("a", "1"))
    assert lfq.flatten().tolist() == check_vector.generator_values(7, 2, 46)


def test_windowed_decoder_metadata_counts_frames():
    assert WindowedDecoder(nn.Identity(), 3, 2).metadata() == {"mode": "windowed", "window.frames": "6"}


@torch.no_grad()
def test_configurations_stay_within_their_activations():
    spec = export.Spec("base", "1")
    for role, module in zip(("encoder", "decoder"), configs.build("base")):
        shapes = export.cache_shapes(checks.as_role(role, module, spec), spec)
        assert export.activation_bytes(shapes, 128, 128) <= 3 * 2**20
    small = configs.build("small")
    assert small[0].state_dict().keys() == net.Encoder().state_dict().keys()


@pytest.mark.slow
def test_base_is_exported_at_full_size(tmp_path):
    report = base.export_base(tmp_path)
    for role in ("encoder", "decoder"):
        assert report[role]["agreement"] > 0.999
        assert export.activation_bytes(report[role]["caches"], 128, 128) <= 3 * 2**20
        assert 2e9 < report[role]["multiply_adds"] < 8e9
