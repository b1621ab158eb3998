"""The recognition head: streaming, the exported file, what export refuses, and training from videos made on the spot."""

import base64
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

import check_vector
import checks
import model as net
from checks import Refused
from recognition import data, export, learn, scores, strokes, train
from recognition.model import Head

LABELS = ("call", "help", "background")
ENCODER = {
    "tokenizer_id": "tiny-1-000000000000",
    "quantizer": "lfq",
    "codes": "262144",
    "bits": "18",
    "bit_order": "lsb-first",
    "threshold": "0",
    "factorization": "9+9,6+12",
    "stride.time": "4",
    "stride.space": "8",
    "chunk.frames": "4",
    "clip.first_chunk": "repeat-first",
    "clip.tail": "repeat-last",
    "input.range": "0..255",
    "input.colour": "RGB",
}


def small_head(labels=3, **changes):
    torch.manual_seed(0)
    head = Head(labels, widths=(8, 8, 12, 16), **changes)
    for norm in (each for each in head.modules() if isinstance(each, torch.nn.BatchNorm2d)):
        norm.running_mean.normal_(0, 0.3)
        norm.running_var.uniform_(0.5, 2)
    return head.eval()


def spec(**changes):
    return export.HeadSpec(**{"name": "words", "version": "1", "labels": LABELS, "encoder": ENCODER, "background": "background"} | changes)


def random_tokens(steps, rows, seed=0):
    return np.random.default_rng(seed).integers(0, 2**18, (steps, rows, 16, 16), np.int32)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("head") / "recognizer.onnx"
    report = export.export_head(small_head(), spec(temperature=1.7), path)
    return path, report


def test_later_token_frames_change_nothing_earlier():
    checks.check_causality(export.as_recognizer(small_head(), spec()))


def test_a_head_that_looks_ahead_is_refused(tmp_path):
    head, forward = small_head(), Head.forward
    head.forward = lambda x, count, memory: forward(head, x.flip(0), count, memory).flip(0)
    with pytest.raises(Refused, match="looks ahead"):
        export.export_head(head, spec(), tmp_path / "recognizer.onnx")
    assert not list(tmp_path.iterdir())


def test_a_clip_at_once_in_steps_and_rebuilt_is_the_same():
    stepped = export.as_recognizer(small_head(), spec())
    x = stepped.random(12, 1)
    with torch.no_grad():
        whole, caches = stepped.clip(x)
        single, single_caches = stepped.steps(x)
    assert torch.allclose(whole, single, atol=1e-5)
    assert all(torch.allclose(caches[path], single_caches[path], atol=1e-5) for path in caches)
    field = checks.receptive_field(stepped)
    assert 8 * 4 <= field <= 16 * 4
    checks.check_rebuild(stepped, field // 4 - 1)


def test_file_streams_bit_for_bit_in_any_company(written):
    session = onnxruntime.InferenceSession(str(written[0]), providers=["CPUExecutionProvider"])
    tokens = random_tokens(12, 8)
    whole, caches = export.run_head(session, tokens)
    head, rest = export.run_head(session, tokens[:5]), None
    rest = export.run_head(session, tokens[5:], head[1])
    assert np.array_equal(np.concatenate([head[0], rest[0]]), whole)
    for rows in range(1, 8):
        part, part_caches = export.run_head(session, tokens[:, 8 - rows :])
        assert np.array_equal(part, whole[:, 8 - rows :])
        assert all(np.array_equal(part_caches[name], caches[name][8 - rows :]) for name in caches)
    steps = written[1]["receptive_field"] // 4 - 1
    rebuilt = export.run_head(session, tokens[12 - steps :])[1]
    assert all(np.array_equal(rebuilt[name], caches[name]) for name in caches)
    assert np.allclose(whole.sum(2), 1, atol=1e-6)


def test_metadata_names_and_shapes(written):
    session = onnxruntime.InferenceSession(str(written[0]), providers=["CPUExecutionProvider"])
    found = session.get_modelmeta().custom_metadata_map
    own = {"contract": "1", "model.name": "words", "model.version": "1", "role": "recognizer", "state.policy": "replay"}
    own |= {"input.size": "128x128", "labels": "call\nhelp\nbackground", "label.background": "background", "temperature": "1.7"}
    own |= {"trained.fps": "5", "clip.decision": "mean-log", "receptive_field": str(written[1]["receptive_field"])}
    assert (ENCODER | own).items() <= found.items()
    names = [key[:-6] for key in found if key.startswith("cache.")]
    assert sorted(i.name for i in session.get_inputs()) == sorted(["tokens", *names])
    assert {o.name: o.shape for o in session.get_outputs()}["probabilities"] == ["N", 3]
    assert {i.name: (i.type, i.shape) for i in session.get_inputs()}["tokens"] == ("tensor(int32)", ["N", 16, 16])
    for value in [*session.get_inputs()[1:], *session.get_outputs()[1:]]:
        assert value.shape == ["N", *map(int, found[f"{value.name.removeprefix('new_')}.shape"].split(","))]


def test_check_vector_is_what_the_file_gives(written):
    session = onnxruntime.InferenceSession(str(written[0]), providers=["CPUExecutionProvider"])
    found = session.get_modelmeta().custom_metadata_map
    shape = [int(found[f"check.{key}"]) for key in ("tokens", "height", "width")]
    tokens = check_vector.check_tokens(int(found["check.seed"]), *shape, spec()).numpy()
    expected = np.frombuffer(base64.b64decode(found["check.expected"]), "<f4").reshape(shape[0], len(LABELS))
    assert np.allclose(export.run_head(session, tokens[:, None])[0][:, 0], expected, atol=1e-5)
    assert np.ptp(expected) > 0.01


def test_graph_has_plain_operators_only(written):
    kinds = {node.op_type for node in onnx.load(str(written[0])).graph.node}
    assert kinds <= {"Concat", "Slice", "Reshape", "Unsqueeze", "Cast", "Constant", "Add", "Sub", "Mul", "Floor", "Sigmoid", "Conv", "Softmax"}


@pytest.mark.parametrize(
    ("head", "changes", "message"),
    [
        ({"grid": 8}, {}, "is for grid 8"),
        ({}, {"size": 256}, "is for grid 16"),
        ({"labels": 2}, {}, "is for labels 2"),
        ({"bits": 10}, {}, "is for bits 10"),
        ({}, {"encoder": ENCODER | {"quantizer": "fsq"}}, "quantizer is fsq"),
    ],
)
def test_a_head_for_something_else_is_refused(tmp_path, head, changes, message):
    with pytest.raises(Refused, match=message):
        export.export_head(small_head(**head), spec(**changes), tmp_path / "recognizer.onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"background": "none"}, "background: found none"),
        ({"labels": ("call", "call", "background")}, "labels: found"),
        ({"labels": ("a\nb", "background")}, "labels: found"),
        ({"temperature": 0.0}, "temperature: found 0.0"),
    ],
)
def test_specs_that_make_no_sense(changes, message):
    with pytest.raises(ValueError, match=message):
        spec(**changes)


def test_sampling_takes_frames_a_full_interval_apart():
    assert data.sampled(13, 30, 10) == [0, 3, 6, 9, 12]
    assert data.sampled(5, 5, 5) == [0, 1, 2, 3, 4]
    assert data.sampled(7, 12, 5) == [0, 3, 6]
    assert data.sampled(3, 4, 5) == [0, 1, 2], "a slower clip stays as it is"


def test_folds_keep_a_group_together():
    groups = [f"s{number % 7}" for number in range(40)]
    found = train.folds(groups, 3)
    assert {fold for fold in found} == {0, 1, 2}
    assert all(len({fold for fold, each in zip(found, groups) if each == group}) == 1 for group in groups)
    assert max(np.bincount(found)) - min(np.bincount(found)) <= 6


def test_scores_of_known_answers():
    targets = np.array([0, 1, 1, 0])
    logits = [torch.tensor([[4.0, 0.0]]), torch.tensor([[4.0, 0.0], [0.0, 9.0]]), torch.tensor([[0.0, 4.0]]), torch.tensor([[0.0, 4.0]])]
    decided = scores.decisions(logits)
    assert scores.top1(decided, targets) == 0.75
    assert scores.top1(scores.decisions(logits, rule="last"), targets) == 0.75
    assert scores.ece(decided, targets) == pytest.approx(abs(0.75 - decided.max(1).mean()), abs=0.05)
    assert scores.best_temperature(logits, targets) > 1, "sure and wrong once in four"
    mean, low, high = scores.paired_interval([1, 1, 1, 1], [1, 0, 1, 0], ["a", "a", "b", "b"])
    assert (mean, low, high) == (50.0, 50.0, 50.0)


def test_batches_count_only_the_clip_itself():
    inputs = [[np.full((length, 2, 2), place, np.int32) for place, length in enumerate((3, 9, 1))] * 12]
    examples = learn.Examples(inputs, np.arange(36) % 3, ["a"] * 36)
    for joined in (0.0, 1.0):
        stored, targets, weights = learn.Batches(examples, learn.Recipe(joined=joined)).draw()
        clips = stored.view(*weights.shape, 2, 2)
        for clip, target, weight in zip(clips, targets, weights):
            assert weight.sum() >= 1
            assert (clip[weight > 0] == target).all()


def test_views_are_repeatable_and_as_long_as_the_rate_says(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(data, "CACHE", tmp_path)
    clip = data.labelled([folder / "words"])[0]
    assert (clip.label, clip.group) == ("across", "s000")
    views = data.Views(5.0)
    plain = views(clip, 0)
    assert plain.shape == (7, 128, 128, 3) and np.array_equal(plain, data.Views(5.0)(clip, 0))
    augmented = [views(clip, version) for version in range(1, 9)]
    assert np.array_equal(augmented[0], data.Views(5.0)(clip, 1))
    assert len({len(view) for view in augmented}) > 1
    assert all(view.shape[1:] == (128, 128, 3) and view.dtype == np.uint8 for view in augmented)
    assert data.Views(5.0, single=True)(clip, 3).shape == (1, 128, 128, 3)
    assert data.labelled([folder / "words"], r"_r\d+")[0].group == "_r01"


@pytest.mark.parametrize("label", [*strokes.SHAPES, "background"])
def test_made_up_clips_are_repeatable_and_move(folder, label):
    drawings = strokes.Drawings(folder / "other", 6.0)
    clip = data.Clip(Path("3"), label, "")
    shown = drawings(clip, 0, False)
    assert shown.shape[1:] == (128, 128, 3) and shown.dtype == np.uint8 and 5 <= len(shown) <= data.LONGEST
    assert np.array_equal(shown, strokes.Drawings(folder / "other", 6.0)(clip, 0, False))
    assert not np.array_equal(shown[0], drawings(data.Clip(Path("4"), label, ""), 0, False)[0])
    assert (shown[1:] != shown[:-1]).any((1, 2, 3)).mean() > 0.5


def test_a_traced_shape_goes_where_its_corners_say():
    for seed in range(20):
        ways = {label: strokes.traced(corners, 6.0, np.random.default_rng(seed)) for label, corners in strokes.SHAPES.items()}
        right, down, left, up = (ways[label][-1] - ways[label][0] for label in ("right", "down", "left", "up"))
        assert right[0] > 0.1 and down[1] > 0.1 and left[0] < -0.1 and up[1] < -0.1
        assert np.linalg.norm(ways["square"][-1] - ways["square"][0]) < 0.5 * np.ptp(ways["square"], 0).max()


def test_made_up_clips_are_drawn_once(folder, exported, monkeypatch, tmp_path):
    monkeypatch.setattr(data, "CACHE", tmp_path)
    asked = ("up", "background"), folder / "other", data.Encoder(exported / "encoder.onnx"), 6.0, 3
    found = strokes.examples(*asked)
    assert list(found.targets) == [0, 1, 0] and len(found.inputs) == 1
    monkeypatch.delattr(strokes, "traced")
    assert all(np.array_equal(one, other) for one, other in zip(found.inputs[0], strokes.examples(*asked).inputs[0]))


def test_clips_side_by_side_have_the_tokens_of_each_alone(exported):
    encoder = data.Encoder(exported / "encoder.onnx")
    clips = [np.random.default_rng(frames).integers(0, 256, (frames, 128, 128, 3), np.uint8) for frames in (1, 9, 6)]
    found = encoder.tokens(clips)
    assert [len(tokens) for tokens in found] == [1, 3, 3]
    assert all(np.array_equal(tokens, encoder.tokens([clip])[0]) for tokens, clip in zip(found, clips))


def test_from_a_folder_to_a_file(folder, exported, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    command = ["train.py", "--data", str(folder / "words"), "--background", str(folder / "other"), "--versions", "1", "--steps", "2"]
    command += ["--folds", "3", "--encoder", str(exported / "encoder.onnx"), "--out", str(tmp_path / "head" / "recognizer.onnx")]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(learn, "BATCH", 8)
    train.main()
    session = onnxruntime.InferenceSession(str(tmp_path / "head" / "recognizer.onnx"), providers=["CPUExecutionProvider"])
    found = session.get_modelmeta().custom_metadata_map
    assert found["labels"] == "across\nstill\nbackground" and found["label.background"] == "background"
    assert found["tokenizer_id"] == data.Encoder(exported / "encoder.onnx").metadata["tokenizer_id"]
    assert '"clips": 6' in capsys.readouterr().out
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 2, "one file for each version"


def test_a_folder_without_clips_says_so(tmp_path):
    with pytest.raises(ValueError, match="expected folder/label"):
        data.labelled([tmp_path])


def test_train_starts_as_a_file():
    program = Path(train.__file__)
    shown = subprocess.run([sys.executable, str(program), "--help"], capture_output=True, text=True, check=True).stdout
    assert "folder/label" in shown


def test_the_shipped_head_reads_the_shipped_tokenizer():
    folder = Path(export.__file__).parents[1]
    session = onnxruntime.InferenceSession(str(folder / "nolook-words" / "recognizer.onnx"), providers=["CPUExecutionProvider"])
    found = session.get_modelmeta().custom_metadata_map
    encoder = {entry.key: entry.value for entry in onnx.load(str(folder / "nolook-small" / "encoder.onnx")).metadata_props}
    assert all(found[key] == encoder[key] for key in export.COPIED), "train the head again for another tokenizer"
    labels = found["labels"].split("\n")
    tokens = check_vector.check_tokens(int(found["check.seed"]), int(found["check.tokens"]), 16, 16, spec()).numpy()
    expected = np.frombuffer(base64.b64decode(found["check.expected"]), "<f4").reshape(-1, len(labels))
    assert np.allclose(export.run_head(session, tokens[:, None])[0][:, 0], expected, atol=1e-4)
