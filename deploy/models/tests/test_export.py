"""Exported files under ONNX Runtime, and what export refuses."""

import base64
import hashlib

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn as nn

import check_vector
import checks
import export
import graph
import model as net
import planted
import verify

REQUIRED = {
    "contract": "1",
    "model.name": "tiny",
    "model.version": "1",
    "quantizer": "lfq",
    "bits": "18",
    "codes": "262144",
    "mode": "streaming",
    "weights": "fp32",
    "bit_order": "lsb-first",
    "threshold": "0",
    "factorization": "9+9,6+12",
    "stride.time": "4",
    "stride.space": "8",
    "chunk.frames": "4",
    "clip.first_chunk": "repeat-first",
    "clip.tail": "repeat-last",
    "state.policy": "replay",
    "input.range": "0..255",
    "input.colour": "RGB",
}


def metadata(path):
    return {entry.key: entry.value for entry in onnx.load(str(path)).metadata_props}


@pytest.mark.parametrize(
    ("role", "first", "result", "field"), [("encoder", "frames", "tokens", "19"), ("decoder", "tokens", "frames", "28")]
)
def test_names_types_and_metadata(exported, role, first, result, field):
    session = onnxruntime.InferenceSession(str(exported / f"{role}.onnx"), providers=["CPUExecutionProvider"])
    found = session.get_modelmeta().custom_metadata_map
    assert REQUIRED.items() <= found.items()
    assert (found["role"], found["receptive_field"]) == (role, field)
    caches = [key[:-6] for key in metadata(exported / f"{role}.onnx") if key.startswith("cache.")]
    assert caches
    assert [i.name for i in session.get_inputs()] == [first, *caches]
    assert [o.name for o in session.get_outputs()] == [result, *(f"new_{name}" for name in caches)]
    types = {"frames": "tensor(uint8)", "tokens": "tensor(int32)"}
    assert session.get_inputs()[0].type == types[first]
    assert session.get_outputs()[0].type == types[result]
    for cache in session.get_inputs()[1:]:
        depth, channels, height, width = found[f"{cache.name}.shape"].split(",")
        assert cache.shape == ["N", int(depth), int(channels), height, width]


def test_both_roles_share_the_tokenizer_id_and_weights_decide_it(exported, spec):
    ids = {metadata(exported / f"{role}.onnx")["tokenizer_id"] for role in ("encoder", "decoder")}
    assert len(ids) == 1
    other = export.tokenizer_id(*planted.tiny_modules(seed=1), spec)
    assert ids != {other}
    assert other.startswith("tiny-1-") and len(other) == len("tiny-1-") + 12


@pytest.mark.parametrize("role", ["encoder", "decoder"])
def test_graph_has_plain_operators_only(exported, role):
    kinds = {node.op_type for node in onnx.load(str(exported / f"{role}.onnx")).graph.node}
    shuffling = {"Concat", "Slice", "Reshape", "Transpose", "DepthToSpace", "Unsqueeze", "Squeeze", "Gather"}
    shuffling |= {"Shape", "Cast", "Constant"}
    pointwise = {"Add", "Sub", "Mul", "Div", "Floor", "Round", "Clip", "Greater", "Sigmoid"}
    assert kinds <= shuffling | pointwise | {"Conv", "ReduceSum"}
    sums = [node for node in onnx.load(str(exported / f"{role}.onnx")).graph.node if node.op_type == "ReduceSum"]
    assert len(sums) == (1 if role == "encoder" else 0), "the only sum is over the bits of a token"


@pytest.mark.parametrize("role", ["encoder", "decoder"])
@pytest.mark.parametrize(("height", "width", "rows"), [(32, 32, 5), (64, 64, 3), (96, 128, 2), (144, 256, 1)])
def test_files_agree_with_pytorch_at_every_size(exported, tiny, spec, role, height, width, rows):
    stepped = checks.as_encoder(tiny[0], spec) if role == "encoder" else checks.as_decoder(tiny[1], spec)
    inputs, expected = verify.random_inputs(stepped, spec, height // 8, width // 8, 3, rows)
    found, caches = verify.run_file(verify.open_session(exported / f"{role}.onnx"), inputs, height, width)
    verify.compare(role, expected, found)
    assert all(len(cache) == rows for cache in caches.values())


@pytest.mark.parametrize("role", ["encoder", "decoder"])
def test_rows_do_not_depend_on_the_batch(exported, tiny, spec, role):
    stepped = checks.as_encoder(tiny[0], spec) if role == "encoder" else checks.as_decoder(tiny[1], spec)
    session = verify.open_session(exported / f"{role}.onnx")
    inputs, _ = verify.random_inputs(stepped, spec, 4, 5, 4, 5)
    whole, caches = verify.run_file(session, inputs, 32, 40)
    for rows in (1, 2, 3):
        part, part_caches = verify.run_file(session, inputs[:, :rows], 32, 40)
        assert np.array_equal(part, whole[:, :rows])
        assert all(np.array_equal(part_caches[name], caches[name][:rows]) for name in caches)


def test_patches_are_pixel_unshuffle_and_back():
    frames = torch.randint(0, 256, (2, 4, 16, 24, 3), dtype=torch.uint8)
    pictures = frames.flatten(0, 1).permute(0, 3, 1, 2)
    patches = graph.to_patches(frames)
    assert torch.equal(patches.float(), torch.nn.functional.pixel_unshuffle(pictures.float(), 4))
    assert torch.equal(graph.from_patches(patches, 16, 24), frames.flatten(0, 1))


def test_generator_is_the_documented_one():
    first = (7 * 6364136223846793005 + 1442695040888963407) % 2**64
    second = (first * 6364136223846793005 + 1442695040888963407) % 2**64
    assert check_vector.generator_values(7, 2, 56) == [first >> 56, second >> 56]


def test_check_vector_of_the_encoder_holds_in_the_file(exported):
    path = exported / "encoder.onnx"
    assert verify.file_digest(verify.open_session(path)) == metadata(path)["check.digest"]


def test_check_vector_of_the_decoder_holds_in_the_file(exported):
    found = metadata(exported / "decoder.onnx")
    count, height, width = (int(found[f"check.{key}"]) for key in ("tokens", "height", "width"))
    tokens = np.array(check_vector.generator_values(int(found["check.seed"]), count * height * width, 46), np.int32)
    frames, _ = verify.run_file(verify.open_session(exported / "decoder.onnx"), tokens.reshape(count, 1, height, width), 16, 16)
    expected = np.frombuffer(base64.b64decode(found["check.expected"]), np.uint8).reshape(12, 16, 16, 3)
    assert np.abs(frames.reshape(12, 16, 16, 3).astype(int) - expected).max() <= 1
    assert expected.std() > 1


def test_exporting_again_gives_the_same_bytes(exported, tiny, spec, tmp_path):
    export.export_streaming(*tiny, spec, tmp_path)
    for role in ("encoder", "decoder"):
        digests = {hashlib.sha256((folder / f"{role}.onnx").read_bytes()).hexdigest() for folder in (exported, tmp_path)}
        assert len(digests) == 1


class Wrapped(nn.Module):
    """An encoder with something done to its pictures or to z."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder


class NormOverTime(Wrapped):
    def forward(self, x, frames, memory):
        clips = x.reshape(-1, frames, *x.shape[1:]).transpose(1, 2)
        return self.encoder(nn.functional.group_norm(clips, 1).transpose(1, 2).reshape(x.shape), frames, memory)


class ForgetsItsCaches(Wrapped):
    def forward(self, x, frames, memory):
        inner = net.Memory()
        z = self.encoder(x, frames, inner)
        memory.new_caches.update(inner.new_caches)
        return z


class Accumulates(Wrapped):
    """An average over all history, carried on in a cache."""

    def forward(self, x, frames, memory):
        z = self.encoder(x, frames, memory)
        total, summed = memory.caches.get("total"), []
        for token in z.split(1):
            total = token if total is None else token + 0.9 * total[:, 0]
            summed.append(total)
            total = total.unsqueeze(1)
        memory.new_caches["total"] = total
        return torch.cat(summed)


class Random(Wrapped):
    def forward(self, x, frames, memory):
        return self.encoder(x + 1e-3 * torch.randn_like(x), frames, memory)


def test_a_norm_over_time_is_refused(tiny, spec, tmp_path):
    reason = "encoder looks ahead: changing the inputs from step 1 on changed step 0.*norm over T, H, W"
    with pytest.raises(export.Refused, match=reason):
        export.export_streaming(NormOverTime(tiny[0]), tiny[1], spec, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_steps_without_their_caches_are_refused(tiny, spec, tmp_path):
    with pytest.raises(export.Refused, match="agrees in .* between the full clip and single steps.*at least 99.9"):
        export.export_streaming(ForgetsItsCaches(tiny[0]), tiny[1], spec, tmp_path)


def test_endless_memory_is_refused(tiny, spec, tmp_path):
    with pytest.raises(export.Refused, match="still remembers an input 128 steps back.*finite receptive field"):
        export.export_streaming(Accumulates(tiny[0]), tiny[1], spec, tmp_path)


class LooksAheadWithoutWeight(Wrapped):
    """A path from the future whose weight happens to be zero."""

    def __init__(self, encoder):
        super().__init__(encoder)
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x, frames, memory):
        return self.encoder(x + self.weight * x.roll(-1, 0), frames, memory)


class NormFirst(Wrapped):
    """A batch norm with no convolution before it to take it up."""

    def __init__(self, encoder):
        super().__init__(encoder)
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x, frames, memory):
        return self.encoder(self.norm(x), frames, memory)


class Renamed(Wrapped):
    """The same under another class, which takes pictures only, as another's modules would."""

    def forward(self, x, frames, memory):
        return self.encoder(x, frames, memory)


def test_a_path_from_the_future_is_refused_whatever_its_weight(tiny, spec, tmp_path):
    with pytest.raises(export.Refused, match="encoder looks ahead.*changed step 0, once its weights of 0 are others"):
        export.export_streaming(LooksAheadWithoutWeight(tiny[0]), tiny[1], spec, tmp_path)


def test_a_decoder_that_looks_ahead_is_refused(tiny, spec, tmp_path):
    with pytest.raises(export.Refused, match="decoder looks ahead"):
        export.export_streaming(tiny[0], LooksAheadWithoutWeight(tiny[1]), spec, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_norm_that_stays_in_the_graph_is_refused(tiny, spec, tmp_path):
    with pytest.raises(export.Refused, match="keeps 1 BatchNormalization"):
        export.export_streaming(NormFirst(tiny[0]).eval(), tiny[1], spec, tmp_path)


def test_modules_that_take_pictures_give_the_same_tokens_and_frames(exported, tiny, spec, tmp_path):
    export.export_streaming(Renamed(tiny[0]), Renamed(tiny[1]), spec, tmp_path)
    for role in ("encoder", "decoder"):
        stepped = checks.as_encoder(tiny[0], spec) if role == "encoder" else checks.as_decoder(tiny[1], spec)
        inputs, _ = verify.random_inputs(stepped, spec, 4, 6, 3)
        sessions = (verify.open_session(folder / f"{role}.onnx") for folder in (exported, tmp_path))
        ours, theirs = (verify.run_file(session, inputs, 32, 48)[0] for session in sessions)
        assert np.array_equal(ours, theirs)


def test_another_digest_is_refused(tiny, spec, tmp_path):
    planted.write_all(tmp_path)
    with pytest.raises(export.Refused, match="gives the check clip the digest"):
        verify.verify_file(checks.as_encoder(tiny[0], spec), spec, tmp_path / "wrong-check.onnx")


def test_randomness_is_refused(tiny, spec, tmp_path):
    with pytest.raises(export.Refused):
        export.export_streaming(Random(tiny[0]), tiny[1], spec, tmp_path)


def test_caches_that_a_window_does_not_rebuild_are_refused(tiny, spec):
    stepped = checks.as_encoder(tiny[0], spec)
    enough = checks.preceding_chunks(checks.receptive_field(stepped), spec.chunk)
    checks.check_rebuild(stepped, enough)
    with pytest.raises(export.Refused, match="caches .* differ when rebuilt from 1 chunks"):
        checks.check_rebuild(stepped, 1)


@pytest.mark.parametrize("name", ["rows-mixed", "batch-size", "nondeterministic"])
def test_a_file_whose_rows_depend_on_company_is_refused(tmp_path, tiny, spec, name):
    planted.write_all(tmp_path)
    with pytest.raises(export.Refused, match="row . of a batch|tokens differ from PyTorch|digest"):
        verify.verify_file(checks.as_encoder(tiny[0], spec), spec, tmp_path / f"{name}.onnx")


def test_planted_files_carry_their_flaw(tmp_path):
    planted.write_all(tmp_path)
    inputs = np.random.default_rng(0).integers(0, 256, (6, 3, 4, 32, 32, 3), np.uint8)
    names = (*planted.FLAWS, "tiny-encoder", "wrong-check")
    run = {name: verify.open_session(tmp_path / f"{name}.onnx") for name in names}
    tokens = {name: verify.run_file(session, inputs, 32, 32)[0] for name, session in run.items()}
    inverted = inputs.copy()
    inverted[:, 1] = 255 - inverted[:, 1]
    assert (verify.run_file(run["rows-mixed"], inverted, 32, 32)[0][:, 0] != tokens["rows-mixed"][:, 0]).any()
    assert (verify.run_file(run["nondeterministic"], inputs, 32, 32)[0] != tokens["nondeterministic"]).any()
    whole, tail = (verify.run_file(run["long-memory"], part, 32, 32)[1] for part in (inputs, inputs[-4:]))
    assert not np.array_equal(whole["cache.down2"], tail["cache.down2"])
    caches = {rows: verify.run_file(run["batch-size"], inputs[:, :rows], 32, 32)[1]["cache.down1"][:1] for rows in (1, 2, 3)}
    assert np.array_equal(caches[2], caches[3]) and not np.array_equal(caches[1], caches[2])
    stated = {name: metadata(tmp_path / f"{name}.onnx")["check.digest"] for name in names}
    wrong = {name for name in names if verify.file_digest(run[name]) != stated[name]}
    assert wrong == {"wrong-check", "nondeterministic"}
