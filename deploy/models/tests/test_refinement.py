"""Refinement of what stands still: escapes, slots, phases, windows, files."""

import random

import numpy as np
import onnx
import pytest
import torch

import check_vector
import checks
import configs
import distill
import export
import model as net
import planted
import refinement
import stills
import train
import verify
from recognition import data
from recognition import export as heads
from weights import load_weights

PERIOD = 4


@pytest.fixture
def exact():
    """oneDNN chooses its arithmetic by the size of the batch, which moves last bits; without it equal sums have equal bits."""
    with torch.backends.mkldnn.flags(enabled=False):
        yield


@pytest.fixture(scope="module")
def pair():
    """A tiny refining pair whose every weight matters."""
    return planted.refining_modules(PERIOD)


@pytest.fixture(scope="module")
def files(pair, tmp_path_factory):
    folder = tmp_path_factory.mktemp("refining")
    export.export_streaming(*pair, export.Spec("tiny", "1"), folder)
    return folder


def half_still(frames, size=32, seed=0):
    """[T, 3, size, size] of noise, the left half of which is the same in all frames."""
    x = torch.rand(frames, 3, size, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    x[..., : size // 2] = x[:1, ..., : size // 2].clone()
    return x


def escaped(z):
    return refinement.without_marks(z)[1][:, 0]


def test_without_refinement_the_network_is_the_plain_one():
    encoder, decoder = configs.build("study")
    assert type(encoder) is net.Encoder and type(decoder) is net.Decoder
    with pytest.raises(ValueError, match="expected 18 in 3"):
        configs.build("study", halvings=1, refine=PERIOD)


def test_marks_go_in_and_come_out():
    code = net.signs(torch.randn(3, 15, 2, 2))
    for marks, expected in ((torch.ones(3, 1, 2, 2), True), (-torch.ones(3, 1, 2, 2), False)):
        found, is_escape = refinement.without_marks(refinement.with_marks(code, marks))
        assert torch.equal(found, code) and (is_escape == expected).all()
    tokens = net.indices(refinement.with_marks(code, torch.ones(3, 1, 2, 2)))
    assert ((tokens & 0b100000100000100000) == 0b100000100000100000).all(), "bits 6, 12 and 18"


def test_a_fresh_code_is_never_an_escape():
    fresh = torch.randn(8, 6, 4, 4) * 5
    z = net.remainders(refinement.below_escape(fresh), 3)
    assert not escaped(z).any()
    others = fresh[:, 5] < 0.9
    plain = net.remainders(fresh, 3)
    assert torch.equal(z.permute(0, 2, 3, 1)[others], plain.permute(0, 2, 3, 1)[others]), "all other codes stay"


@torch.no_grad()
def test_only_what_stands_still_escapes(pair):
    z = pair[0](half_still(16), 16, net.Memory())
    found = escaped(z)
    assert not found[:2].any(), "nothing was seen before a clip's start"
    assert found[2:, :, :2].all() and not found[:, :, 2:].any()


@torch.no_grad()
@pytest.mark.parametrize("level", [-1.0, 0.0, 1.0])
def test_a_clip_starts_fresh_whatever_its_picture(pair, level):
    z = pair[0](torch.full((12, 3, 16, 16), level), 12, net.Memory())
    assert not escaped(z[:2]).any() and escaped(z[2:]).all()


@torch.no_grad()
@pytest.mark.parametrize(("change", "expected"), [(1.5, True), (2.5, False)])
def test_a_changed_quarter_of_one_frame_is_enough(change, expected):
    patches = torch.zeros(20, 48, 4, 4)
    patches[10, :, 1, 3] += change / 127.5
    found = refinement.Still()(patches, 20, net.Memory())[:, 0]
    assert found[:, 0, 1].tolist() == [False, False, expected, expected, True], "in this chunk and the next"
    assert found[2:, 0, 0].all() and found[2:, 1].all()


@torch.no_grad()
@pytest.mark.parametrize("first", [0, 1, 3])
@pytest.mark.parametrize("role", ["encoder", "decoder"])
@pytest.mark.parametrize("split", [(1, 8), (4, 5), (2, 3, 4), (1,) * 9])
def test_any_split_equals_the_full_clip(pair, role, split, first):
    frames = net.CHUNK if role == "encoder" else 1
    module, x = pair[role == "decoder"], half_still(36)
    if role == "decoder":
        x = net.signs(pair[0](x, len(x), net.Memory(phase=first)))
    whole = module(x, len(x), net.Memory(phase=first))
    parts, caches, done = [], None, 0
    for part in x.split([steps * frames for steps in split]):
        memory = net.Memory(caches, torch.tensor([first + done]) % PERIOD)
        parts.append(module(part, len(part), memory))
        caches, done = memory.new_caches, done + len(part) // frames
    found = torch.cat(parts)
    assert torch.allclose(found, whole, atol=1e-5)  # sums of another order in larger batches
    assert role == "decoder" or torch.equal(net.indices(found), net.indices(whole))


@torch.no_grad()
def test_slots_keep_what_holds():
    slots = refinement.Slots(PERIOD)
    code = net.signs(torch.randn(7, 15, 1, 1))
    marks = torch.tensor([-1.0, 1, 1, 1, 1, -1, 1]).view(-1, 1, 1, 1)  # fresh, four escapes, fresh, an escape
    q = refinement.with_marks(code, marks)
    fresh, groups, known = slots(q, 7, net.Memory(phase=1))
    known = known.view(7, PERIOD - 1)
    assert known.tolist() == [[0, 0, 0], [0, 1, 0], [0, 1, 1], [0, 1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 1]], "groups 1, 2, 3"
    numbers = net.numbers(q, 3)
    assert torch.equal(fresh[:3], numbers[:1].expand(3, -1, -1, -1)), "held while nothing newer is said"
    again = net.numbers(torch.cat([code[3:4], torch.zeros(1, 3, 1, 1)], 1), 3)
    assert torch.equal(fresh[3:5], again.expand(2, -1, -1, -1)), "phase 0 says the fresh code again"
    assert torch.equal(fresh[5], numbers[5]) and torch.equal(fresh[6], numbers[5])
    assert torch.equal(groups[1, 1, :3], net.numbers(code[1:2], 5)[0]), "phase 2 has three numbers of five signs"
    assert torch.equal(groups[4, 0], net.numbers(code[4:5], 3)[0])
    assert (groups[known == 0] == 0).all()


@torch.no_grad()
def test_intervals_bring_a_picture_nearer():
    """Every known interval holds the truth, so no picture gets worse by being brought into it."""
    clips = [torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8).numpy() for _ in range(8)]
    encoder, decoder = configs.build("study", refine=PERIOD)
    refinement.begin(encoder, decoder, clips)
    decoder.sharpener.slack.fill_(1.0)
    truth = torch.from_numpy(clips[0]).permute(0, 3, 1, 2).float() / 127.5 - 1
    patches = torch.nn.functional.pixel_unshuffle(truth, net.PATCH)
    bounded, half = torch.tanh(encoder.head.pixels(patches)), decoder.sharpener.interval
    numbers = torch.where(half > 0, (torch.floor(bounded / (2 * half)) * 2 + 1) * half, torch.zeros(()))
    found = numbers, (half > 0).float().expand_as(numbers)
    other = torch.randn_like(patches).expand(net.CHUNK, -1, -1, -1)
    nearer = decoder.sharpener.bound(other, found)
    before, after = ((each - patches).square().sum((0, 2, 3)).sum() for each in (other, nearer))
    assert after < before
    assert torch.allclose(decoder.sharpener.bound(patches.expand_as(other), found), patches.expand_as(other), atol=1e-5), "the truth stays"


@torch.no_grad()
@pytest.mark.parametrize(("role", "expected"), [("encoder", 19), ("decoder", 40)])
def test_the_window_is_finite_and_the_derived_one(pair, spec, exact, role, expected):
    """Stepped from any earlier history, tokens or frames and caches behind the window are the same bit for bit."""
    stepped = checks.as_role(role, pair[role == "decoder"], spec)
    field = checks.receptive_field(stepped)
    assert field == expected
    checks.check_rebuild(stepped, checks.preceding_chunks(field, net.CHUNK))
    inputs = field // stepped.frames_per_input
    x = stepped.random(-(-inputs // stepped.inputs) + 3, 5)
    other = torch.cat([stepped.random(len(x), 6)[: len(x) - inputs], x[len(x) - inputs :]])
    for phase in range(PERIOD):
        (a, caches), (b, others) = stepped.clip(x, phase), stepped.clip(other, phase)
        assert torch.equal(a[-stepped.outputs :], b[-stepped.outputs :])
        assert all(torch.equal(caches[path], others[path]) for path in caches)


def test_files_say_what_they_do_and_ask_for_the_phase(files):
    for role, first in (("encoder", "frames"), ("decoder", "tokens")):
        session = verify.open_session(files / f"{role}.onnx")
        found = session.get_modelmeta().custom_metadata_map
        assert (found["phase.period"], found["escape.bits"]) == (str(PERIOD), "6,12,18")
        names = [(each.name, each.type, each.shape) for each in session.get_inputs()[:2]]
        assert names[0][0] == first and names[1] == ("phase", "tensor(int32)", ["N"])
    assert verify.open_session(files / "encoder.onnx").get_modelmeta().custom_metadata_map["activation"] == "hard-swish"


def test_plain_files_ask_for_no_phase(exported):
    for role in ("encoder", "decoder"):
        session = verify.open_session(exported / f"{role}.onnx")
        assert "phase.period" not in session.get_modelmeta().custom_metadata_map
        assert "phase" not in [each.name for each in session.get_inputs()]


@pytest.mark.parametrize("role", ["encoder", "decoder"])
@pytest.mark.parametrize(("height", "width", "rows"), [(32, 32, 5), (96, 128, 2)])
def test_files_agree_with_pytorch_at_every_size_and_phase(files, pair, spec, role, height, width, rows):
    stepped = checks.as_role(role, pair[role == "decoder"], spec)
    inputs, expected = verify.random_inputs(stepped, spec, height // 8, width // 8, 6, rows)
    found, _ = verify.run_file(verify.open_session(files / f"{role}.onnx"), inputs, height, width)
    verify.compare(role, expected, found)


def test_a_logarithm_of_what_is_in_the_batch_is_refused(spec, tmp_path, monkeypatch):
    """Its last bit depends on where a thread's part ends; 96x160 was refused by the job only."""

    def computed(self, numbers, moved):
        ends = (numbers * self.per_interval + moved) * self.interval
        return refinement.components(ends.clamp(-refinement.OUTERMOST, refinement.OUTERMOST))

    monkeypatch.setattr(refinement.Sharpener, "_components", computed)
    with pytest.raises(checks.Refused, match="at another place of the batch, at 160x224"):
        export.export_roles({"decoder": planted.refining_modules(8)[1]}, "tiny", spec, tmp_path)


def test_the_check_clip_holds_escapes(files):
    found = verify.open_session(files / "encoder.onnx").get_modelmeta().custom_metadata_map
    assert int(found["check.held"]) == 16
    sizes = (int(found[f"check.{key}"]) for key in ("seed", "frames", "height", "width"))
    frames = check_vector.hold(check_vector.check_frames(*sizes), 16)
    assert (frames[:, :, :16] == frames[:1, :, :16]).all() and (frames[1] != frames[0]).any()


def test_graph_has_exact_operators_only(files):
    kinds = {node.op_type for node in onnx.load(str(files / "encoder.onnx")).graph.node}
    assert not kinds & {"Exp", "Sigmoid", "Loop", "If", "Scan", "CumSum", "ScatterND", "ScatterElements"}


def test_weights_come_back_from_files(files, pair, monkeypatch):
    shape = {"channels": planted.CHANNELS, "blocks": planted.BLOCKS}
    monkeypatch.setitem(configs.CONFIGS, "tiny", (shape, shape))
    encoder, decoder, state = load_weights(files)
    expected = {"bits": 18, "halvings": 3, "refine": PERIOD, "activation": "hard-swish"}
    assert {key: state["shape"][key] for key in expected} == expected
    with torch.no_grad():
        x = half_still(16)
        z = pair[0](x, 16, net.Memory())
        assert torch.allclose(encoder(x, 16, net.Memory()), z, atol=1e-4)
        q = net.signs(z)
        assert torch.allclose(decoder(q, 4, net.Memory()), pair[1](q, 4, net.Memory()), atol=1e-4)


def test_figures_of_a_held_picture(pair):
    noise = np.random.default_rng(0).integers(0, 256, (33, 32, 32, 3), np.uint8)
    found = stills.report(*pair, {"one": np.repeat(noise[:1], 33, 0), "two": noise}, 5, 33)
    assert len(found["held"]) == 5
    assert found["escapes_per_clip"] == {"one": pytest.approx(7 / 9), "two": 0.0}
    assert stills.by_movement({"one": 20.0, "two": 30.0}, found["escapes_per_clip"]) == {"moving": (1, 30.0), "still": (1, 20.0)}


def test_cost_of_tokens_that_repeat():
    still, fresh = np.tile(np.arange(4).reshape(1, 2, 2), (6, 1, 1)), np.zeros((6, 2, 2), bool)
    assert stills.cost([(still, fresh)], 2) == {"bits": 0.0, "new": 0.0}
    other = np.arange(24).reshape(6, 2, 2)
    assert stills.cost([(other, fresh)], 2) == {"bits": 4.0, "new": 1.0}, "sixteen new tokens, each once"
    turns = np.where(np.arange(6).reshape(-1, 1, 1) % 2 == 0, still, still + 4)
    assert stills.cost([(turns, ~fresh)], 2) == {"bits": 0.0, "new": 0.0}, "as two token frames before"
    changing = fresh.copy()
    changing[::2] = True
    assert stills.cost([(turns, changing)], 2)["bits"] == 0.0, "an escape behind each fresh code, and so on"


def test_a_student_learns_the_codes_of_its_teacher(tmp_path, monkeypatch):
    shape = {"channels": planted.CHANNELS, "blocks": planted.BLOCKS}
    monkeypatch.setitem(configs.CONFIGS, "small", (shape, shape))
    torch.manual_seed(0), random.seed(0)
    clips = {"noise": [torch.randint(0, 256, (12, 40, 40, 3), dtype=torch.uint8).numpy()]}
    words = ["--data", str(tmp_path), "--device", "cpu", "--frames", "5", "--crop", "32", "--batch", "2", "--rate", "2e-3", "--frozen-norm"]
    options = train.arguments().parse_args([*words, "--checkpoint", str(tmp_path / "teacher.pt")])
    teacher = train.Trainer(options, clips)
    planted.set_norms(*(module.train() for module in teacher.average))
    teacher.save()
    more = ["--checkpoint", str(tmp_path / "student.pt"), "--start", str(tmp_path / "teacher.pt"), "--activation", "hard-swish", "--refine", "4"]
    options = train.arguments().parse_args([*words, *more])
    options.teacher = tmp_path / "teacher.pt"
    student = distill.Distiller(options, clips)
    with torch.no_grad():  # the activations differ little where numbers are small
        student.encoder.token_rate[0].first.conv.weight.mul_(0.5)
    kept = {name: value.clone() for name, value in (student.decoder.state_dict() | student.encoder.head.state_dict()).items()}
    drawn = student.batches()
    student.batches = lambda: drawn
    found = [student.step() for _ in range(40)]
    assert found[-1]["loss"] < found[0]["loss"] - 0.3 and found[-1]["signs"] > found[0]["signs"]
    now = student.decoder.state_dict() | student.encoder.head.state_dict()
    assert all(torch.equal(value, now[name]) for name, value in kept.items())


def test_keeping_the_trunk_trains_the_last_layers_of_the_encoder(tmp_path, monkeypatch):
    shape = {"channels": planted.CHANNELS, "blocks": planted.BLOCKS}
    monkeypatch.setitem(configs.CONFIGS, "small", (shape, shape))
    torch.manual_seed(0)
    clips = {"noise": [torch.randint(0, 256, (24, 40, 40, 3), dtype=torch.uint8).numpy()]}
    words = ["--data", str(tmp_path), "--device", "cpu", "--frames", "5", "--crop", "32", "--batch", "1", "--refine", "4", "--keep-trunk"]
    words += ["--held-batch", "1", "--held-frames", "21", "--settle", "--frozen-norm", "--checkpoint", str(tmp_path / "c.pt")]
    trainer = train.Trainer(train.arguments().parse_args(words), clips)
    before = {name: value.clone() for name, value in trainer.encoder.state_dict().items()}
    found = trainer.step()
    assert found["held"] > 0 and found["escapes"] > 0
    changed = {name for name, value in trainer.encoder.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"head.features.weight", "out.weight", "out.bias"}


def test_a_head_reads_the_codes_that_escapes_stand_for(files):
    """Clips side by side: each has the phases of its own positions; and a block that stands still keeps its code."""
    encoder = data.Encoder(files / "encoder.onnx")
    assert encoder.escape == 1 << 5 | 1 << 11 | 1 << 17
    clip = np.random.default_rng(1).integers(0, 256, (41, 128, 128, 3), np.uint8)
    clip[:, :, :64] = clip[:1, :, :64]
    chunks = encoder.chunks(clip)
    raw = verify.run_file(encoder.session, chunks[:, None], 128, 128)[0][:, 0]
    found, beside = encoder.tokens([clip, clip[:21]])
    escaped = raw & encoder.escape == encoder.escape
    assert escaped[3:, :, :7].all() and not escaped[:2].any()
    assert np.array_equal(found[~escaped], raw[~escaped]) and not (found & encoder.escape == encoder.escape).any()
    assert np.array_equal(found[3, :, :7], found[10, :, :7])
    assert np.array_equal(beside, found[:6])


def test_a_head_says_which_tokens_are_escapes():
    asked = {"name": "words", "version": "1", "labels": ("a", "b")}
    encoder = dict.fromkeys(heads.COPIED, "1") | {"bits": "18"}
    assert "escape.bits" not in heads.metadata(heads.HeadSpec(**asked, encoder=encoder), 1, {})
    refining = heads.HeadSpec(**asked, encoder=encoder | {"escape.bits": "6,12,18"})
    assert heads.metadata(refining, 1, {})["escape.bits"] == "6,12,18"
