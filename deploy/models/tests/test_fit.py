"""From videos to files in one command, and on from the files."""

import json

import pytest
import torch

import export
import fit
import measure
import model as net
from test_training import small, small_networks, videos  # noqa: F401 (fixtures)
from weights import exported, load_state, load_weights


def options(videos, out, *more):
    words = ["--data", videos, "--out", out, "--minutes", 0.03, "--batch", 2, "--threads", 1, "--no-admission", *more]
    return fit.arguments().parse_args([str(word) for word in words])


@pytest.fixture(scope="module")
def fitted(videos, tmp_path_factory):  # noqa: F811
    """Files that all tests start from; none changes them."""
    out = tmp_path_factory.mktemp("fitted") / "mine"
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        fit.fit(options(videos, out))
    return out


def test_videos_become_files(fitted):
    assert (fitted / "encoder.onnx").exists() and (fitted / "decoder.onnx").exists()
    trained, finished = (load_state(fitted / "training" / f"{name}.pt") for name in ("train", "finish"))
    for name, value in trained["encoder"].items():
        assert torch.equal(value, finished["encoder"][name]), "finishing moves the decoder only"
    assert any(not torch.equal(value, finished["decoder"][name]) for name, value in trained["decoder"].items())


def test_a_finished_fit_trains_no_further(fitted, videos, small_networks, capsys):  # noqa: F811
    before = load_state(fitted / "training" / "finish.pt")["steps"]
    fit.fit(options(videos, fitted))
    assert capsys.readouterr().out.count("has had its") == 2
    assert load_state(fitted / "training" / "finish.pt")["steps"] == before


@torch.no_grad()
def test_weights_come_back_from_the_files(fitted, small_networks):  # noqa: F811
    x = net.lead_in(torch.rand(9, 3, 32, 32) * 2 - 1)
    checkpoint, files = load_weights(fitted / "training" / "finish.pt"), load_weights(fitted)
    assert checkpoint[2]["shape"] == files[2]["shape"]
    z = [modules[0](x, len(x), net.Memory()) for modules in (checkpoint, files)]
    assert torch.allclose(z[0], z[1], atol=1e-4)
    y = [modules[1](net.signs(z[0]), 3, net.Memory()) for modules in (checkpoint, files)]
    assert torch.allclose(y[0], y[1], atol=1e-4)


def test_fine_tuning_starts_from_the_files_and_says_what_it_gained(fitted, videos, small_networks, tmp_path):  # noqa: F811
    tuned = tmp_path / "tuned"
    fit.fit(options(videos, tuned, "--start", fitted, "--validation", videos))
    found = json.loads((tuned / "figures.json").read_text())
    expected = measure.figures(*load_weights(fitted)[:2], measure.load_validation(videos))["psnr"]
    assert found["before"]["psnr"] == pytest.approx(expected)
    assert found["after"]["psnr"] != found["before"]["psnr"]
    before, after = (load_weights(folder)[0].stem.norm for folder in (fitted, tuned))
    assert torch.equal(before.running_mean, after.running_mean)


def test_a_decoder_alone_keeps_the_tokens(fitted, videos, small_networks, tmp_path, monkeypatch):  # noqa: F811
    out = tmp_path / "sharper"
    found = fit.fit(options(videos, out, "--start", fitted, "--decoder-only", "--version", "2"))
    assert (out / "encoder.onnx").read_bytes() == (fitted / "encoder.onnx").read_bytes()
    before, after = (exported(folder / "decoder.onnx") for folder in (fitted, out))
    assert found["tokenizer_id"] == before[1]["tokenizer_id"] == after[1]["tokenizer_id"]
    assert (before[1]["model.version"], after[1]["model.version"]) == ("1", "2")
    assert any(not torch.equal(value, after[0][name]) for name, value in before[0].items())
    assert load_weights(out), "both files fit together"

    command = ["export.py", str(out / "training" / "finish.pt"), "--decoder-of", str(fitted), "--out", str(tmp_path / "alone")]
    monkeypatch.setattr("sys.argv", command)
    export.main()
    assert exported(tmp_path / "alone" / "decoder.onnx")[1]["tokenizer_id"] == found["tokenizer_id"]
    assert [path.name for path in (tmp_path / "alone").iterdir()] == ["decoder.onnx"]


def test_a_decoder_alone_needs_the_files_of_an_encoder(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["fit.py", "--data", "videos", "--out", str(tmp_path), "--decoder-only", "--start", str(tmp_path)])
    with pytest.raises(SystemExit):
        fit.main()
    assert "expected a folder with encoder.onnx" in capsys.readouterr().err
