"""The encoder with integer convolutions: the same contract, nearly the same tokens, and what is refused."""

import numpy as np
import onnx
import pytest
import torch

import check_vector
import decision
import edit
import exact
import export
import int8
import model as net
import planted
import verify
from checks import Refused
from integers import IntegerEncoder
from verify import open_session, run_file

PERIOD = 8
ESCAPE = 0b100000100000100000  # bits 6, 12 and 18


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


@pytest.fixture(scope="module")
def refining(clips, tmp_path_factory):
    """A folder with encoder.onnx and integers.onnx of a tiny refining pair."""
    folder = tmp_path_factory.mktemp("refining")
    export.export_streaming(*planted.refining_modules(PERIOD), export.Spec("tiny", "1"), folder)
    int8.quantize(folder / "encoder.onnx", clips, folder / "integers.onnx", size=32)
    return folder


@pytest.fixture(scope="module")
def halting(clips):
    """[6 steps, 8 rows, ...], a row for each phase: clips whose left half moves, stands still, and moves again."""
    rows = [clip[:, :16, :32].copy() for clip in clips]
    for row in rows:
        row[1:17, :, :16] = row[1:2, :, :16]
    return np.concatenate([steps_of(rows[row % len(rows)]) for row in range(PERIOD)], 1)


def steps_of(clip):
    return verify.steps_of(torch.from_numpy(clip.copy()), 4)


def metadata(path):
    return {entry.key: entry.value for entry in onnx.load(str(path)).metadata_props}


def test_says_what_it_is_and_means_the_same(exported, integers):
    before, after = metadata(exported / "encoder.onnx"), metadata(integers)
    assert after["weights"] == "int8"
    changed = {key for key in before if before[key] != after.get(key)}
    checks = {f"check.{key}" for key in ("seed", "margin", "digest", "height", "width", "held")}
    assert changed <= checks | {"weights", "state.policy"}
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


@pytest.mark.parametrize("halvings", [1, 3])
def test_whole_numbers_without_a_runtime_give_the_same_tokens_and_caches(halvings, clips, tmp_path):
    torch.manual_seed(4)
    pair = net.Encoder((4, 4, 6), (1, 1, 2), halvings=halvings), net.Decoder((4, 4, 6), (1, 1, 1), halvings=halvings)
    export.export_streaming(*planted.set_norms(*pair), export.Spec("tiny", "1"), tmp_path)
    int8.quantize(tmp_path / "encoder.onnx", clips, tmp_path / "integers.onnx", size=32)
    steps = steps_of(clips[1][:, :32, :24])
    found, caches = run_file(open_session(tmp_path / "integers.onnx"), steps, 32, 24)
    reference = IntegerEncoder(onnx.load(str(tmp_path / "integers.onnx")))
    assert np.array_equal(reference.tokens(steps[:, 0]), found[:, 0])
    assert all(cache.dtype == np.uint8 for cache in caches.values())
    for name, cache in caches.items():
        assert np.array_equal(reference.caches[name.removeprefix("cache.")], cache[0]), name


def test_what_it_says_of_itself_is_exact(integers):
    told = metadata(integers)
    assert told["arithmetic"] == "exact" and told["check.margin"] == "exact"
    starts = {key: told[key] for key in told if key.endswith(".start")}
    assert len(starts) == len([key for key in told if key.endswith(".shape")]) and set(starts.values()) != {"0"}


def test_another_scale_is_seen_by_the_reference(integers, clips, tmp_path):
    model = onnx.load(str(integers))
    scale = next(tensor for tensor in model.graph.initializer if tensor.name == "stem.scale")
    scale.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(scale) * np.float32(1.02), "stem.scale"))
    steps = steps_of(clips[0][:, :32, :32])
    found, _ = run_file(open_session(integers), steps, 32, 32)
    assert not np.array_equal(IntegerEncoder(model).tokens(steps[:, 0]), found[:, 0])


def test_no_sum_of_weights_on_a_grid_needs_more_than_a_float_has():
    generator = np.random.default_rng(6)
    weight, bias = generator.normal(size=(5, 40, 3, 3)), generator.normal(size=5) * 10
    weights, biases = decision.on_grid(weight, bias, 255)
    for row in range(5):
        values = np.append(weights[row].ravel(), biases[row]).astype(np.float64)
        unit = 2.0 ** next(k for k in range(60) if np.array_equal(values * 2.0**k, np.round(values * 2.0**k)))
        assert (np.abs(weights[row]).sum() * 255 + abs(biases[row])) * unit < 2**24
    assert np.abs(weights - weight).max() < 0.01 * np.abs(weight).max()


def test_no_entry_of_a_table_is_near_a_border(integers):
    graph = edit.Graph(onnx.load(str(integers)).graph)
    products = [node for node in graph.graph.node if node.op_type == "Mul" and node.name.endswith("/Mul") and node.name != "/Mul"]
    assert len(products) == 6
    for product in products:
        scale = graph.constant(exact.first_quantizer(graph, product.output[0]).input[1])
        steps = exact.table(graph, product) / np.float64(scale)
        assert np.abs(steps - np.floor(steps) - 0.5).min() > exact.CLEAR


@pytest.mark.parametrize("halvings", [1, 3, 5])
def test_residual_signs_are_comparisons(halvings):
    z = torch.linspace(-3, 3, 1001).view(1, 1, 1, -1)
    expected = net.indices(net.remainders(z, halvings))[0, 0].numpy()
    passed = z[0, 0, 0].numpy()[:, None] > decision.thresholds(halvings)
    assert np.array_equal((passed * decision.worth(1, halvings, 2 ** np.arange(halvings))[:, 0]).sum(1), expected)


def test_a_refining_file_is_exact_and_has_a_check_clip_with_escapes(refining):
    before, after = metadata(refining / "encoder.onnx"), metadata(refining / "integers.onnx")
    kept = ("phase.period", "escape.bits", "activation", "tokenizer_id", "cache.stood.shape")
    assert all(before[key] == after[key] for key in kept)
    assert (after["arithmetic"], after["check.held"], after["check.width"]) == ("exact", "16", "32")
    frames = check_vector.hold(check_vector.check_frames(1, 9, 32, 32), 16)
    tokens, _ = run_file(open_session(refining / "integers.onnx"), verify.steps_of(frames, 4), 32, 32)
    assert (tokens[-1, ..., :2] & ESCAPE == ESCAPE).all() and not (tokens[-1, ..., 2:] & ESCAPE == ESCAPE).all()
    caches = [key.removesuffix(".shape") for key in after if key.endswith(".shape")]
    assert {after[f"{cache}.type"] for cache in caches} == {"uint8"} and after["cache.still.shape"] == "1,8,H/4,W/4"


def test_a_refining_file_says_at_every_phase_what_the_floats_say(refining, halting):
    floats, whole = (run_file(open_session(refining / name), halting, 16, 32)[0] for name in ("encoder.onnx", "integers.onnx"))
    escapes = floats & ESCAPE == ESCAPE
    assert np.array_equal(whole & ESCAPE == ESCAPE, escapes)
    assert escapes[3:5, :, :, :2].all() and not escapes[:3].any() and not escapes[5:].any() and not escapes[..., 2:].any()
    phases = sum(np.indices(halting.shape[:2])) % PERIOD
    for phase in range(PERIOD):
        different = (floats ^ whole)[phases == phase][escapes[phases == phase]]
        assert different.size and np.unpackbits(different.astype("<i4").view(np.uint8)).sum() / (15 * different.size) < 0.15, phase


def test_whole_numbers_without_a_runtime_give_the_same_escapes_at_every_phase(refining, halting):
    int8.require_exact(onnx.load(str(refining / "integers.onnx")), open_session(refining / "integers.onnx"), halting)


@pytest.mark.parametrize("name", ["decide.thresholds", "escape.all_thresholds", "escape.all_worth", "escape.all_weights", "still.weight"])
def test_a_wrong_table_is_seen_by_the_reference(refining, halting, tmp_path, name):
    model = onnx.load(str(refining / "integers.onnx"))
    table = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    values = onnx.numpy_helper.to_array(table).copy()
    values[0] = values[0] + np.float32(0.05) if name.endswith("thresholds") else values[0] * 2
    table.CopyFrom(onnx.numpy_helper.from_array(values, name))
    onnx.save(model, str(tmp_path / "wrong.onnx"))
    with pytest.raises(Refused, match="not those of whole numbers"):
        int8.require_exact(model, open_session(tmp_path / "wrong.onnx"), halting)
