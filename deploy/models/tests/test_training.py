"""Training, its losses and its measurements, on videos made on the spot."""

import argparse
import importlib.util
import math
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

import bottleneck
import configs
import measure
import model as net
import pack
import planted
import sharpen
import train
from clips import Batches, Sampler, decode, load_folder
from grow import grown
from muon import Muon, orthogonal
from weights import load_state

SOURCES = {
    "testsrc": "testsrc=size=64x64:rate=12,gblur=sigma=8",
    "bars": "smptebars=size=64x64:rate=12",
    "mandelbrot": "mandelbrot=size=64x64:rate=12",
}


@pytest.fixture(scope="session")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    for name, source in SOURCES.items():
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "24", "-pix_fmt", "yuv420p"]
        subprocess.run([*command, str(folder / f"{name}_1.mp4")], check=True)
    return folder


@pytest.fixture
def small_networks(monkeypatch):
    """Trainer builds tiny networks."""
    small(monkeypatch)


def small(patch):
    shape = {"channels": planted.CHANNELS, "blocks": planted.BLOCKS}
    patch.setitem(configs.CONFIGS, "small", (shape, shape))


def options(folder, **changes):
    values = {"device": "cpu", "checkpoint": folder / "tokenizer.pt", "minutes": 1.0}
    values |= {"crop": 32, "frames": 5, "batch": 2, "rate": 5e-3}
    defaults = vars(train.arguments().parse_args(["--data", str(folder)]))
    return argparse.Namespace(**{**defaults, **values, **changes})


def mean_use(z, draws=20):
    """Groups of bits are drawn anew at every call."""
    return float(np.mean([bottleneck.entropy_terms(z)[1].item() for _ in range(draws)]))


def test_use_of_codes_sees_correlated_bits():
    torch.manual_seed(0)
    independent = torch.where(torch.rand(64, 18, 8, 8) > 0.5, 3.0, -3.0)
    pairs = independent[:, torch.arange(18) // 2]
    copied = independent[:, :1].expand(-1, 18, -1, -1)
    assert mean_use(independent) > 0.97
    assert mean_use(pairs) < 0.9, "each bit alone is fair here: entropy of single bits would see nothing"
    assert mean_use(copied) == pytest.approx(1 / 9, abs=0.01), "one bit in each group of nine"


def test_use_of_codes_sees_numbers_that_keep_to_few_intervals():
    torch.manual_seed(0)
    spread = net.remainders(torch.atanh(torch.rand(64, 6, 8, 8) * 1.99 - 0.995), 3)
    narrow = net.remainders(torch.rand(64, 6, 8, 8) * 0.2, 3)
    equal = net.remainders(torch.atanh(torch.rand(64, 1, 8, 8) * 1.99 - 0.995).expand(-1, 6, -1, -1), 3)
    use = [bottleneck.entropy_terms(z, 3)[1].item() for z in (spread, narrow, equal)]
    assert use[0] > 0.97 and use[1] < 0.45
    assert use[2] < 0.8, "each number alone is spread here: one of three in a group says all"


def test_certainty_falls_as_z_leaves_the_threshold():
    far, near = (bottleneck.entropy_terms(torch.full((2, 18, 2, 2), value))[0].item() for value in (3.0, 0.0))
    assert far < 0.01 and near == pytest.approx(1.0)


def test_entropy_pushes_copied_bits_apart():
    torch.manual_seed(0)
    z = (torch.randn(16, 1, 4, 4) + 0.01 * torch.randn(16, 18, 4, 4)).requires_grad_()
    before, optimizer = mean_use(z.detach()), torch.optim.Adam([z], 0.1)
    for _ in range(40):
        optimizer.zero_grad()
        (-bottleneck.entropy_terms(z)[1]).backward()
        optimizer.step()
    assert mean_use(net.signs(z.detach()) * 3) > before + 0.1


def test_clips_are_drawn_in_range_and_repeatably(videos):
    clips = load_folder(videos, 64, 20)
    assert sorted(clips) == sorted(SOURCES) and all(len(frames) == 20 for source in clips.values() for frames in source)
    one, two = (Sampler(clips, 32, 9, seed=3) for _ in range(2))
    for _ in range(20):
        a = one.draw()
        assert a.shape == (9, 3, 32, 32) and a.abs().max() <= 1
        assert torch.equal(a, two.draw())


def test_other_processes_draw_other_clips_and_follow_the_run(videos):
    """Each draws its own, and sees when true colours are wanted (by the mean of a channel: half of the clips are changed)."""
    source = Batches(load_folder(videos, 64, 20), 32, [(0.0, 9, 8), (1.0, 5, 2)], seed=3)
    drawn = iter(DataLoader(source, batch_size=None, num_workers=2, prefetch_factor=1, multiprocessing_context="fork"))
    batches = [next(drawn) for _ in range(4)]
    assert [(x.dtype, tuple(x.shape), count) for x, count in batches[0]] == [
        (torch.uint8, (8 * 12, 3, 32, 32), 8),
        (torch.uint8, (2 * 8, 3, 32, 32), 2),
    ]
    assert len({x.float().mean().item() for (x, _), _ in batches}) == 4
    grey = [is_grey(x) for (x, _), _ in (next(drawn) for _ in range(12))]
    source.true_colours.fill_(True)
    settled = [is_grey(x) for (x, _), _ in (next(drawn) for _ in range(16))][4:]  # what was ahead is used up
    assert any(grey) and not any(settled)


def is_grey(x):
    """Whether any clip of a batch lost its colours, which one in twenty does."""
    return bool((x.float().std(1).flatten(1).amax(1) == 0).any())


@pytest.mark.skipif(not importlib.util.find_spec("cv2"), reason="OpenCV is not needed where ffmpeg is")
def test_opencv_decodes_the_same(videos, monkeypatch):
    by_ffmpeg = decode(videos / "testsrc_1.mp4", 32, 20)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert np.abs(decode(videos / "testsrc_1.mp4", 32, 20).astype(int) - by_ffmpeg).mean() < 6  # of 255: they make colours of every second pixel in ways of their own


def test_training_reduces_the_loss(videos, tmp_path, small_networks):
    """On one drawn batch again and again: other batches differ by more than eighty steps can gain."""
    torch.manual_seed(0), random.seed(0)
    trainer = train.Trainer(options(tmp_path, rate=2e-2), load_folder(videos, 64, 24))
    drawn = trainer.batches()
    trainer.batches = lambda: drawn
    scores = [trainer.step()["psnr"] for _ in range(80)]
    assert np.mean(scores[-5:]) > np.mean(scores[:5]) + 2


def test_finishing_the_decoder_keeps_the_encoder(videos, tmp_path, small_networks):
    torch.manual_seed(0), random.seed(0)
    trainer = train.Trainer(options(tmp_path, rate=2e-2, decoder_only=True), load_folder(videos, 64, 24))
    before = {name: value.clone() for name, value in trainer.encoder.state_dict().items()}
    drawn = trainer.batches()
    trainer.batches = lambda: drawn
    scores = [trainer.step()["psnr"] for _ in range(40)]
    assert np.mean(scores[-5:]) > np.mean(scores[:5])
    for name, value in trainer.encoder.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_sharpening_moves_the_decoder_towards_detail(videos, tmp_path, small_networks):
    """On one drawn batch: pictures gain detail while the encoder stays; the discriminator joins when it is time."""
    torch.manual_seed(0), random.seed(0)
    given = options(tmp_path, rate=2e-2, minutes=1, adversarial=0.3, after=0.5, texture=0.5)
    trainer = sharpen.Sharpening(given, load_folder(videos, 64, 24))
    before = {name: value.clone() for name, value in trainer.encoder.state_dict().items()}
    drawn = trainer.batches()
    trainer.batches = lambda: drawn
    early = [trainer.step() for _ in range(60)]
    assert "judge" not in early[-1] and early[-1]["likeness"] > early[0]["likeness"]
    trainer.minutes = 0.3
    assert "judge" in trainer.step()
    trainer.minutes = 0.6
    weight = trainer.decoder.out.weight.detach().clone()
    late = [trainer.step() for _ in range(30)]
    assert not torch.equal(trainer.decoder.out.weight, weight)
    assert np.mean([abs(1 - each["share"]) for each in late[-5:]]) < abs(1 - early[0]["share"])
    for name, value in trainer.encoder.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_similarity_knows_the_same_pictures_and_blur():
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    blurred = torch.nn.functional.avg_pool2d(x, 3, 1, 1)
    assert sharpen.similarity(x, x) == pytest.approx(1, abs=1e-4)
    assert sharpen.similarity(blurred, x) < 0.9 and sharpen.energy(blurred) < 0.3 * sharpen.energy(x)
    moved = torch.roll(x, (3, 5), (2, 3))
    of = {name: torch.stack([each.mean() for each in sharpen.texture(picture)]) for name, picture in (("x", x), ("moved", moved), ("blurred", blurred))}
    assert torch.allclose(of["moved"], of["x"], rtol=0.05), "wherever it is"
    assert (of["blurred"] < 0.7 * of["x"]).all()


def test_pairs_are_frames_of_one_clip():
    frames = torch.arange(6.0).view(6, 1, 1, 1).expand(6, 3, 8, 8)
    found = sharpen.pairs(frames, 2)
    assert found[:, [0, 3], 0, 0].tolist() == [[0, 1], [1, 2], [3, 4], [4, 5]]


def test_a_run_that_diverges_ends_and_keeps_the_last_checkpoint(videos, tmp_path, small_networks, monkeypatch):
    trainer = train.Trainer(options(tmp_path, minutes=5), load_folder(videos, 64, 24))
    trainer.save()
    before = (tmp_path / "tokenizer.pt").read_bytes()
    monkeypatch.setattr(trainer, "step", lambda: setattr(trainer, "steps", trainer.steps + 1) or {"psnr": torch.tensor(math.nan)})
    with pytest.raises(SystemExit, match="at step 50.*--rate"):
        trainer.run(None)
    assert (tmp_path / "tokenizer.pt").read_bytes() == before


def test_training_stops_on_time_and_resumes(videos, tmp_path, small_networks):
    clips = load_folder(videos, 64, 24)
    first = train.Trainer(options(tmp_path, minutes=2 / 60), clips)
    began = time.monotonic()
    first.run(None)
    assert time.monotonic() - began < 60, "on a busy machine, too"
    assert first.minutes >= 2 / 60
    second = train.Trainer(options(tmp_path, minutes=3 / 60), clips)
    assert (second.steps, second.minutes) == (first.steps, first.minutes)
    for a, b in zip(first.encoder.state_dict().values(), second.encoder.state_dict().values()):
        assert torch.equal(a, b)
    for a, b in zip(first.optimizers, second.optimizers):
        assert a.state_dict()["state"].keys() == b.state_dict()["state"].keys() != set()
    second.run(None)
    assert second.steps > first.steps
    assert train.Trainer(options(tmp_path, minutes=3 / 60), clips).steps == second.steps


@pytest.mark.parametrize("shape", [(12, 50), (50, 12), (9, 9)])
def test_muon_makes_singular_values_alike(shape):
    torch.manual_seed(0)
    matrix = torch.randn(shape) @ torch.diag(torch.linspace(0.1, 3, shape[1]))
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert values.min() > 0.5 and values.max() < 1.3
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    assert (u @ v * orthogonal(matrix)).sum() > 0.95 * (u @ v).norm() * orthogonal(matrix).norm(), "the nearest such matrix"


def test_muon_steps_weights_of_one_shape_together():
    """As each alone, and one without a gradient is left."""
    torch.manual_seed(0)
    values = [torch.randn(shape) for shape in ((6, 4, 3, 3), (6, 4, 3, 3), (3, 4, 1, 1), (6, 4, 3, 3))]
    gradients = [torch.randn_like(value) for value in values[:3]] + [None]
    together = [value.clone() for value in values]
    for weight, gradient in zip(together, gradients):
        weight.grad = gradient
    optimizer = Muon(together, 0.1)
    optimizer.step(), optimizer.step()
    for weight, value, gradient in zip(together, values, gradients):
        alone = value.clone()
        alone.grad = gradient
        single = Muon([alone], 0.1)
        single.step(), single.step()
        assert torch.allclose(weight, alone, atol=1e-6)
        assert (gradient is None) == torch.equal(weight, value)


def test_training_starts_with_the_weights_that_fit(videos, tmp_path, small_networks, capsys):
    clips = load_folder(videos, 64, 24)
    first = train.Trainer(options(tmp_path, halvings=1), clips)
    first.save()
    second = train.Trainer(options(tmp_path, start=tmp_path / "tokenizer.pt", checkpoint=tmp_path / "other.pt"), clips)
    assert torch.equal(first.encoder.stem.conv.weight, second.encoder.stem.conv.weight)
    assert second.encoder.out.weight.shape[0] == 6
    assert "encoder: started with " in capsys.readouterr().out


def test_training_starts_from_a_deeper_network(videos, tmp_path, small_networks, monkeypatch):
    clips = load_folder(videos, 64, 24)
    train.Trainer(options(tmp_path), clips).save()
    shallow = {"channels": planted.CHANNELS, "blocks": (0, 1, 1)}
    monkeypatch.setitem(configs.CONFIGS, "small", (shallow, shallow))
    started = train.Trainer(options(tmp_path, start=tmp_path / "tokenizer.pt", checkpoint=tmp_path / "other.pt"), clips)
    stored = load_state(tmp_path / "tokenizer.pt")["encoder"]["stem.conv.weight"]
    assert torch.equal(started.encoder.stem.conv.weight, stored)


def test_a_larger_decoder_begins_as_the_smaller_one():
    torch.manual_seed(3)
    small = planted.set_norms(net.Encoder((4, 4, 6), (1, 1, 1)), net.Decoder((4, 4, 6), (1, 1, 1)))[1]
    large = net.Decoder((6, 5, 9), (2, 1, 3), temporal=(1, 1, 1)).eval()
    large.load_state_dict(grown(large, small.state_dict()))
    q = net.signs(torch.randn(5, 18, 4, 4))
    with torch.no_grad():
        expected, found = (module(q, 5, net.Memory()) for module in (small, large))
    assert torch.allclose(expected, found, atol=1e-4), "but for the order of sums"
    assert all(weight.requires_grad for weight in large.parameters())


def test_training_command_writes_a_checkpoint_and_a_curve(videos, tmp_path):
    script = Path(train.__file__)
    command = [sys.executable, str(script), "--data", str(videos), "--validation", str(videos), "--minutes", "0.01"]
    command += ["--checkpoint", str(tmp_path / "c.pt"), "--device", "cpu", "--threads", "1"]
    command += ["--batch", "1", "--frames", "5", "--crop", "32"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == str(tmp_path / "c.pt")
    assert (tmp_path / "c.csv").read_text().startswith("step,minutes,psnr,joint_entropy")
    encoder, _, state = measure.load_weights(tmp_path / "c.pt")
    assert state["steps"] >= 1 and not encoder.training


@pytest.mark.parametrize("count", [1, 2, 4, 5, 17])
def test_round_trip_keeps_the_number_of_frames(tiny, count):
    frames = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), np.uint8)
    pixels, tokens = measure.round_trip(*tiny, frames)
    assert pixels.shape == frames.shape and pixels.dtype == np.uint8
    assert tokens.shape == (1 + math.ceil((count - 1) / 4), 4, 4)


def test_figures_of_known_tokens():
    assert measure.entropy(np.bincount([0, 0, 1, 1], minlength=4)) == 1
    assert measure.psnr(np.zeros((2, 4, 4, 3), np.uint8), np.full((2, 4, 4, 3), 255, np.uint8)) == 0
    assert measure.psnr(np.zeros(10, np.uint8), np.full(10, 1, np.uint8)) == pytest.approx(48.13, abs=0.01)


def test_pca_sign_code_beats_the_mean_and_knows_a_one_component_world():
    """Blocks of mean +- one pattern: their sign code is exact. Noise is not."""
    rng = np.random.default_rng(0)
    pattern = np.where(rng.random((4, 8, 8, 3)) > 0.5, 40, -40)

    def clip(count):
        signs = np.where(rng.random((count, 4, 4)) > 0.5, 1, -1)
        blocks = 128 + signs[..., None, None, None, None] * pattern
        return blocks.transpose(0, 3, 1, 4, 2, 5, 6).reshape(count * 4, 32, 32, 3).astype(np.uint8)

    assert measure.pca_sign_code([clip(40)], {"held-out": clip(8)}) > 45
    noise = rng.integers(0, 256, (40, 32, 32, 3), np.uint8)
    assert measure.pca_sign_code([noise], {"held-out": noise}) < 15


def test_blocks_are_the_pixels_of_one_token():
    frames = np.arange(8 * 16 * 24 * 3).reshape(8, 16, 24, 3) % 251
    blocks = measure.blocks_of(frames)
    assert blocks.shape == (2 * 2 * 3, 4 * 8 * 8 * 3)
    assert np.array_equal(blocks[3 + 1].reshape(4, 8, 8, 3), frames[:4, 8:16, 8:16])


def test_a_packed_checkpoint_starts_and_resumes(videos, tmp_path, small_networks):
    clips = load_folder(videos, 64, 24)
    first = train.Trainer(options(tmp_path), clips)
    for _ in range(3):
        first.step()
    first.save()
    small = pack.packed(load_state(tmp_path / "tokenizer.pt"))
    (tmp_path / "small").mkdir()
    torch.save(small, tmp_path / "small" / "tokenizer.pt")
    resumed = train.Trainer(options(tmp_path / "small"), clips)
    assert resumed.steps == 3
    for a, b in zip(first.decoder.state_dict().values(), resumed.decoder.state_dict().values()):
        assert a.dtype == b.dtype and torch.allclose(a.float(), b.float(), atol=1e-3)
    resumed.step()
    torch.save(pack.without_resuming(small), tmp_path / "averages.pt")
    started = train.Trainer(options(tmp_path, start=tmp_path / "averages.pt", checkpoint=tmp_path / "other.pt"), clips)
    assert torch.equal(started.decoder.stem.conv.weight, small["decoder"]["stem.conv.weight"].float())


def test_training_goes_on_with_the_refinement_of_its_start(videos, tmp_path, small_networks):
    clips = load_folder(videos, 64, 24)
    first = train.Trainer(options(tmp_path, refine=4, activation="hard-swish"), clips)
    first.decoder.sharpener.slack.data.fill_(0.3)
    first.average = first.encoder, first.decoder
    first.save()
    second = train.Trainer(options(tmp_path, start=tmp_path / "tokenizer.pt", checkpoint=tmp_path / "other.pt"), clips)
    assert second.shape == first.shape and second.shape["refine"] == 4
    assert torch.equal(second.decoder.sharpener.slack, first.decoder.sharpener.slack)
    plain = train.Trainer(options(tmp_path, start=tmp_path / "tokenizer.pt", checkpoint=tmp_path / "other.pt", refine=0), clips)
    assert "refine" not in plain.shape and plain.shape["activation"] == "hard-swish"


def test_training_stops_when_the_clock_says_so(videos, tmp_path, small_networks, monkeypatch):
    clips = load_folder(videos, 64, 24)
    trainer = train.Trainer(options(tmp_path, until="23:59"), clips)
    assert train.clock("23:59") - train.clock("22:29") == 90 * 60
    assert 0 <= trainer.progress() < 1
    trainer.began, trainer.until = time.time() - 30, time.time() + 10
    assert trainer.progress() == pytest.approx(0.75, abs=0.05), "three quarters of the time, whatever the minutes of training"
    trainer.until = time.time() - 1
    trainer.run(None)
    assert trainer.steps == 0 and (tmp_path / "tokenizer.pt").exists()
