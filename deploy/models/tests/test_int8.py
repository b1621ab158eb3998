"""The encoder with integer convolutions: the same contract, nearly the same tokens, and what is refused."""

import numpy as np
import onnx
import pytest
import torch

import int8
import verify
from checks import Refused
from verify import open_session, run_file


@pytest.fixture(scope="module")
def clips():
    generator = np.random.default_rng(5)
    coarse = generator.integers(0, 256, (3, 21, 4, 4, 3), np.uint8)
    return [clip.repeat(8, 1).repeat(8, 2) for clip in coarse]


@pytest.fixture(scope="module")
def integers(exported, clips, tmp_path_factory):
    path = tmp_path_factory.mktemp("int8") / "encoder-int8.onnx"
    int8.quantize(exported / "encoder.onnx", clips, path, size=32)
    return path


def steps_of(clip):
    return verify.steps_of(torch.from_numpy(clip.copy()), 4)


def metadata(path):
    return {entry.key: entry.value for entry in onnx.load(str(path)).metadata_props}


def test_says_what_it_is_and_means_the_same(exported, integers):
    before, after = metadata(exported / "encoder.onnx"), metadata(integers)
    assert after["weights"] == "int8"
    changed = {key for key in before if before[key] != after.get(key)}
    assert changed <= {"weights", "check.seed", "check.margin", "check.digest", "check.height", "check.width"}
    operators = [node.op_type for node in onnx.load(str(integers)).graph.node]
    assert operators.count("Conv") > 2 and operators.count("QuantizeLinear") >= operators.count("Conv") - 2


def test_its_weights_leave_room_for_saturating_products(integers):
    weights = [w for w in onnx.load(str(integers)).graph.initializer if w.data_type == onnx.TensorProto.INT8]
    assert weights
    for weight in weights:
        assert np.abs(onnx.numpy_helper.to_array(weight).astype(int)).max() <= 64


def test_most_bits_of_its_tokens_are_those_of_the_floats(exported, integers, clips):
    steps = steps_of(clips[0][:, :32, :32])
    floats, _ = run_file(open_session(exported / "encoder.onnx"), steps, 32, 32)
    whole, _ = run_file(open_session(integers), steps, 32, 32)
    different = np.unpackbits((floats ^ whole).astype("<i4").view(np.uint8)).sum() / (18 * floats.size)
    assert 0 < different < 0.1


def test_rows_of_a_batch_do_not_meet(integers, clips):
    steps = np.concatenate([steps_of(clip[:, :32, :32]) for clip in clips], 1)
    together, _ = run_file(open_session(integers), steps, 32, 32)
    for row in range(len(clips)):
        alone, _ = run_file(open_session(integers), steps[:, row : row + 1], 32, 32)
        assert np.array_equal(alone[:, 0], together[:, row])


def test_export_wants_clips_for_integers(monkeypatch, capsys, tmp_path):
    import export

    for arguments in (["--weights", "int8"], ["--clips", str(tmp_path)]):
        monkeypatch.setattr("sys.argv", ["export.py", "checkpoint.pt", "--out", str(tmp_path), *arguments])
        with pytest.raises(SystemExit):
            export.main()
        assert "go together" in capsys.readouterr().err


def test_a_folder_without_videos_is_refused(exported, tmp_path):
    with pytest.raises(Refused, match="holds no video"):
        int8.quantize_folder(exported / "encoder.onnx", tmp_path, tmp_path / "out.onnx")


def test_a_decoder_and_what_is_integer_already_are_refused(exported, integers, clips, tmp_path):
    for path in (exported / "decoder.onnx", integers):
        with pytest.raises(Refused, match="an encoder with lfq in floating point"):
            int8.quantize(path, clips, tmp_path / "out.onnx", size=32)
    assert not list(tmp_path.iterdir())
