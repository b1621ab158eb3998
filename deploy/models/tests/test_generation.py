"""The language model of tokens knows what it may, and nothing else."""

import numpy as np
import pytest
import torch

import verify
from generation import export, tokens
from generation.model import GROUPS, WINDOW, Predictor, by_groups, nats, of_group, together
from generation.steps import PLANES, DrawStep, ScoreStep, pick

ROWS, COLUMNS, LENGTH = 6, 8, 12


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = Predictor(32, 2, 4).eval()
    for parameter in model.parameters():
        parameter.data.normal_(0, 0.3)
    return model


def clip():
    generator = torch.Generator().manual_seed(1)
    drawn = torch.randint(0, 64, (1, LENGTH, ROWS, COLUMNS, 3), generator=generator)
    drawn[:, 3:6, 2:4, 2:5] |= 32  # escapes
    return drawn


@torch.no_grad()
def changed(model, frame, row, column, factor):
    """bool [LENGTH, ROWS, COLUMNS, 3]: logits that one number has a part in."""
    before = clip()
    after = before.clone()
    after[0, frame, row, column, factor] ^= 7
    return ((model(before) - model(after)).abs().amax(-1) > 0)[0]


@pytest.mark.parametrize("frame, row, column, factor", [(2, 0, 0, 0), (2, 1, 1, 2), (3, 2, 3, 1), (2, 3, 2, 0)])
def test_a_number_tells_what_comes_after_it_and_nothing_else(model, frame, row, column, factor):
    found = changed(model, frame, row, column, factor)
    group = groups()
    same, later = group <= group[row, column], group > group[row, column]

    assert not found[:frame].any()
    assert found[frame][later].all()
    assert found[frame, row, column, factor + 1 :].all()
    found[frame, row, column, factor + 1 :] = False
    assert not found[frame][same].any()
    assert found[frame + 1].all(), "within the layers' reach"
    assert all(found[frame + age].any() for age in range(1, WINDOW + 1))
    assert not found[frame + WINDOW + 1 :].any(), "the past is a finite window"


def groups():
    """int [ROWS, COLUMNS]: the number of each place's group."""
    return together([torch.full((1, ROWS // 2, COLUMNS // 2), number) for number in range(len(GROUPS))])[0]


def test_groups_share_out_the_places():
    places = torch.arange(ROWS * COLUMNS).view(1, ROWS, COLUMNS)
    assert torch.bincount(groups().flatten()).tolist() == [ROWS * COLUMNS // len(GROUPS)] * len(GROUPS)
    assert torch.equal(together([of_group(places, number) for number in range(len(GROUPS))]), places)
    assert sorted(by_groups(places)[0].tolist()) == list(range(ROWS * COLUMNS))
    assert torch.equal(by_groups(groups()[None])[0], torch.arange(len(GROUPS)).repeat_interleave(ROWS * COLUMNS // len(GROUPS)))


def test_likelihoods_of_all_tokens_sum_to_one(model):
    tokens_of = clip()[:, :1].repeat(64, 1, 1, 1, 1)
    tokens_of[:, 0, 0, 0, 0] = torch.arange(64)
    with torch.no_grad():
        found = nats(model(tokens_of), tokens_of)[:, 0, 0, 0, 0]
    assert torch.isclose((-found).exp().sum(), torch.tensor(1.0), atol=1e-4)


def test_factors_are_the_bits_of_a_token():
    drawn = np.random.default_rng(0).integers(0, 1 << 18, (3, 4))
    parts = tokens.factors(drawn)
    assert np.array_equal(tokens.whole(parts), drawn)
    assert tokens.factors(0b000001_000010_000011).tolist() == [3, 2, 1]


def test_it_learns_what_stands_still():
    torch.manual_seed(0)
    model = Predictor(32, 2, 4)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    losses = []
    for _ in range(25):
        still = torch.randint(0, 32, (4, 1, 4, 4, 3)).expand(-1, 4, -1, -1, -1)
        loss = nats(model(still), still)[:, 1:].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < 0.8 * losses[0], losses


def drawn(model, seed, steps=3, count=2, **settings):
    """int [steps, count, ROWS, COLUMNS], from a clip's beginning on, and the windows before each step and behind the last."""
    generator = torch.Generator().manual_seed(seed)
    window = torch.zeros(count, 1, PLANES, ROWS, COLUMNS, dtype=torch.uint8)
    found, windows = [], [window]
    for number in range(steps):
        feeds = {name: torch.from_numpy(value) for name, value in export.examples("sampler", count, 4).items()}
        feeds |= {
            "draws": torch.rand(count, 3, ROWS, COLUMNS, generator=generator),
            "begin": torch.zeros(count, PLANES, ROWS, COLUMNS, dtype=torch.uint8),
            "phase": torch.full((count,), number, dtype=torch.int32),
            "cache.window": window,
            **{name: torch.full_like(feeds[name], value) for name, value in settings.items()},
        }
        with torch.no_grad():
            tokens_of, window = DrawStep(model)(*(feeds[name] for name in DrawStep.INPUTS))
        found.append(tokens_of)
        windows.append(window)
    return torch.stack(found), windows


def test_what_is_drawn_is_what_the_scores_find_likely(model):
    """Of the likeliest numbers alone, group by group, the one pass of the scores finds no number likelier than those drawn."""
    found, windows = drawn(model, 1, kept=1)
    for number, window in enumerate(windows[:-1]):
        phase = torch.full((2,), number, dtype=torch.int32)
        bits, after = ScoreStep(model)(found[number], phase, window)
        assert torch.equal(after, windows[number + 1]), "both steps leave the same window"
        for factor in range(3):
            other = found[number] ^ (1 << 6 * factor)
            change = groups() == 3  # the last group: no other place is told of it
            worse, _ = ScoreStep(model)(torch.where(change, other, found[number]), phase, window)
            if factor == 2:
                assert (worse >= bits - 1e-3)[:, change].all()


def test_the_same_draws_give_the_same_tokens_and_others_give_others(model):
    first, _ = drawn(model, 1)
    again, _ = drawn(model, 1)
    other, _ = drawn(model, 2)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_numbers_are_picked_as_often_as_they_are_likely():
    logits = torch.tensor([0.0, 1.0, 2.0] + [-50.0] * 61).expand(9000, -1)
    draws = torch.linspace(0, 1 - 1e-6, 9000)
    one, every = torch.ones(9000, 1), torch.full((9000, 1), 64)

    counts = torch.bincount(pick(logits, draws, one, every), minlength=64) / 9000
    assert torch.allclose(counts[:3], logits[0, :3].softmax(-1), atol=1e-3)
    assert counts[3:].sum() == 0
    two = torch.bincount(pick(logits, draws, one, torch.full((9000, 1), 2)), minlength=64) / 9000
    assert torch.allclose(two[1:3], logits[0, 1:3].softmax(-1), atol=1e-3)
    assert two[0] == 0
    assert (pick(logits, draws, one, torch.ones(9000, 1, dtype=torch.int64)) == 2).all()
    colder = torch.bincount(pick(logits, draws, 0.5 * one, every), minlength=64) / 9000
    assert colder[2] > counts[2]


def test_the_files_say_what_pytorch_says_and_each_row_as_alone(model, tmp_path):
    encoder = dict(verify.open_session(export.MODELS / "nolook-small" / "encoder-int8.onnx").get_modelmeta().custom_metadata_map)
    export.export(model, encoder, tmp_path, "next", "1")  # which proves them
    for role in ("predictor", "sampler"):
        stated = verify.open_session(tmp_path / f"{role}.onnx").get_modelmeta().custom_metadata_map
        assert stated["role"] == role
        assert stated["tokenizer_id"] == encoder["tokenizer_id"]
        assert stated["cache.window.shape"] == "1,24,16,16"
